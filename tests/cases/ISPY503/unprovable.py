API_VERSION = len('ab')

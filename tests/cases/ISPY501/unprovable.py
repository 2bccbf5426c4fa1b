import os

if os.environ.get('OLD'):
    API_VERSION = 2

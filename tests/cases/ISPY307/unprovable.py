import os


def fetch(url, timeout=int(os.environ.get('TIMEOUT', 5))):
    return url, timeout

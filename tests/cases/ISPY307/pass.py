def fetch(url, timeout=5):
    return url, timeout

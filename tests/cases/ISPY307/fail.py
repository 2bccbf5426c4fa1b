def fetch(url, timeout=30):
    return url, timeout

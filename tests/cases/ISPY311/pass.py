def fetch(url, retries=3, *, timeout=5):
    return url, retries, timeout

def fetch(url: bytes):
    return url

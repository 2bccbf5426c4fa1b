def fetch(url, session, *, timeout=5):
    return url, session, timeout

import os

if os.environ.get('OLD'):
    def fetch(url, session, *, timeout=5):
        return url, session, timeout
else:
    def fetch(url, *, timeout=5):
        return url, timeout

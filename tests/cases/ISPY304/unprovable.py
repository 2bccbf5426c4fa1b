import os

if os.environ.get('SLOW'):
    def fetch(url):
        return url
else:
    async def fetch(url):
        return url

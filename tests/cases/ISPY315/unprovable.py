import os

if os.environ.get("OLD"):

    def send(to, retries=3, **options):
        return to, retries, options

else:

    def send(to, *, retries=3, **options):
        return to, retries, options

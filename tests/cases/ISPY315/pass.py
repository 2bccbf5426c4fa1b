def send(to, *, retries=3, **options):
    return to, retries, options

import functools


@functools.lru_cache
def register(app):
    return app

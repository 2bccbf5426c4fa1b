from functools import lru_cache as remember


@remember(maxsize=None)
def register(app):
    return app

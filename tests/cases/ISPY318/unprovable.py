import functools
import os

if os.environ.get("FAST"):

    @functools.lru_cache
    def register(app):
        return app

else:

    def register(app):
        return app

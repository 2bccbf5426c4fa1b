from .hooks import *


def register(app):
    return app

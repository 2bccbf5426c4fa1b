__all__ = ["setup"]


def register(app):
    return app


def setup(app):
    return app

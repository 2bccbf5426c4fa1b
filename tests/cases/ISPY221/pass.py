__all__ = ["register"]


def register(app):
    return app

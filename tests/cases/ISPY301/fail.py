def register(app):
    return app


def tear_down():
    pass

def register(app):
    return app


def teardown():
    pass

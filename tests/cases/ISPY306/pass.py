def register(app, config):
    return app, config

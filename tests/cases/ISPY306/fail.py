def register(config, app):
    return app, config

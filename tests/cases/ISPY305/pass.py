def register(app, config, debug=False):
    return app, config, debug

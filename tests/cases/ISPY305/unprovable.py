import os

if os.environ.get('OLD'):
    def register(app):
        return app
else:
    def register(app, config):
        return app, config

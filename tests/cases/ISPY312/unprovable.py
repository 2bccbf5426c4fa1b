import os


class Plugin:
    if os.environ.get('OLD'):
        def create(self):
            return type(self)()
    else:
        @classmethod
        def create(cls):
            return cls()

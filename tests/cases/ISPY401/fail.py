class Plugins:
    pass

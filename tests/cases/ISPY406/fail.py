class Plugin:
    debug = True

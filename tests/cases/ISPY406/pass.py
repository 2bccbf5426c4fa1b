class Plugin:
    priority = 3

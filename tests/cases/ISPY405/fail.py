class Plugin:
    def __init__(self):
        self.prio = 3

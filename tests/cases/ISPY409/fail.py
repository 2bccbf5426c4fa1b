class Plugin:
    def __init__(self):
        self.priority = 3

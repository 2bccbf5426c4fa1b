class Plugin:
    def start(self):
        self.priority = 3

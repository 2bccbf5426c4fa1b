class Plugin:
    def start(self):
        pass

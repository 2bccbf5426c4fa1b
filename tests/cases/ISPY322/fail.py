class Plugin:
    @property
    def level(self):
        return 1

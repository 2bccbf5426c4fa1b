class Plugin:
    @property
    def level(self):
        return 1

    @level.setter
    def level(self, value):
        pass

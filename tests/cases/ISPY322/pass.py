class Plugin:
    @property
    def level(self):
        return 1

    @level.deleter
    def level(self):
        pass

class Plugin:
    @classmethod
    def create(cls):
        return cls()

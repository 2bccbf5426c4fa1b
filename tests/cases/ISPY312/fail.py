class Plugin:
    def create(self):
        return type(self)()

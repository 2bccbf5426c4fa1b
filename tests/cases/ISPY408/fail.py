class Plugin:
    def __del__(self):
        pass

class Plugin:
    def close(self):
        pass

class Base:
    def run(self):
        pass


class Plugin(Base):
    pass

from acme.api import Base


class Plugin(Base):
    def __init__(self):
        self.priority = 3

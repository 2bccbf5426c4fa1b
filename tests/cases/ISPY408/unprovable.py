from acme.api import Base


class Plugin(Base):
    pass

from acme.compat import Base


class Plugin(Base):
    pass

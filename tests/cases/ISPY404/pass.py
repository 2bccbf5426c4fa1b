from acme import api


class Base(api.Plugin):
    pass


class Plugin(Base):
    pass

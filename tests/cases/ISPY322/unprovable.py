from acme.data import frozen


@frozen
class Base:
    level = 1


class Plugin(Base):
    pass

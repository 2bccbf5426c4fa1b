LEGACY = True


def setup(): ...

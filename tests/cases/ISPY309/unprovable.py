from .types import *


def names() -> Names:
    return []

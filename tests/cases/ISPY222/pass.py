__all__ = []


def helper():
    return 1

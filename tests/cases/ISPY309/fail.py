def names() -> tuple:
    return ()

class register(__import__('acme').Command):
    pass

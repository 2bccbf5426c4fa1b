LEGACY = True
setup = make()

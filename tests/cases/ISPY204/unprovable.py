def setup(): ...


teardown = make()

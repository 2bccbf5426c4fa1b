from acme.api import Handler


class Mail(Handler):
    def handle(self, event): ...


def make():
    class Fax(Handler):
        pass

    return Fax


Fax = make()

from acme.api import Handler


class Mail(Handler):
    def handle(self, event): ...


class Fax(Mail):
    pass

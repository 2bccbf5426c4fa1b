import logging

from acme.api import Handler

log = logging.getLogger(__name__)


class Mail(Handler):
    def handle(self, event): ...


class Letter:
    pass

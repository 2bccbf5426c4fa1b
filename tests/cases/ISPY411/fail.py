class LegacyPlugin:
    pass


class Mail(LegacyPlugin):
    pass


class Plugin(Mail):
    pass

"""A good plugin: it has all that the contract asks for, and more."""

TITLE = "A polite greeting"


def greet(name: str, *, loud: bool = False, language: str = "en") -> str:
    words = {"en": "Good morning", "it": "Buongiorno"}[language]
    return f"{words}, {name}{'!' if loud else '.'}"

"""Has greet(), but the host's call greet(name, loud=...) would fail: some day, in front of a user."""

TITLE = "A formal greeting"


def greet(first_name: str, last_name: str) -> str:
    return f"Dear {first_name} {last_name},"

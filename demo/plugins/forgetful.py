"""Lacks greet(): its author called it something else."""

TITLE = "A short greeting"


def great(name: str, *, loud: bool = False) -> str:
    return f"Hi {name}{'!' if loud else ''}"

"""``importspy context``: where this Python runs, as contracts see it. No value of an environment variable is shown."""

from __future__ import annotations

import os

from . import _core

TYPE_CHECKING = False  # importing typing takes longer than what is done here
if TYPE_CHECKING:
    import argparse

_HEADS = {
    "os": "operating system",
    "libc": "C library",
    "arch": "machine",
    "bits": "pointer width",
    "byte_order": "byte order",
    "cpus": "CPUs that this process may use",
    "memory": "memory that this process may use",
    "python_version": "Python",
    "gil": "GIL",
    "free_threaded": "free-threaded build",
    "debug": "debug build",
    "optimize": "optimisation",
    "isolated": "isolated mode",
    "abi": "extensions end in",
    "virtual_environment": "virtual environment",
    "environment": "environment variables",
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "context",
        help="say where this Python runs, as contracts see it",
        description="Says what `requires`, `when` and `deployments` are held against: system, machine, Python. What is "
        "not known is '-'. Values of environment variables are never shown.",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--environment", action="store_true", help="also the names of all environment variables")


def run(options: argparse.Namespace) -> tuple[list[str], int]:
    found = _core._context()
    if options.environment:
        found["environment"] = sorted(os.environ)
    if options.json:
        import json  # loads re, which a program that is run by importspy has not asked for

        return [json.dumps({"format": 1, **found}, indent=2)], 0
    width = max(len(_HEADS.get(key, key)) for key in found)
    return [f"{_HEADS.get(key, key):<{width}}  {_shown(key, value)}" for key, value in found.items()], 0


def _shown(key: str, value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "memory" and isinstance(value, int):
        return f"{value / 2**20:.0f} MiB"
    if isinstance(value, list):
        return " ".join(value)
    return str(value)

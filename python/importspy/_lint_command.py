"""``importspy lint``: what is wrong and what is odd about contracts. Looks at no module, executes nothing."""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False  # importing typing takes longer than what is done here
if TYPE_CHECKING:
    import argparse

CLEAN, FOUND = 0, 1


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "lint",
        help="say what is wrong and what is odd about contracts",
        description="Says all that is wrong with contracts, and what is odd: clauses that contradict each other, "
        "patterns that select nothing, what changes nothing, old spellings, expired waivers.",
        epilog="Exit status: 0 there is nothing to say, 1 there is, 2 a contract cannot be read or the call is wrong.",
    )
    parser.add_argument("contracts", metavar="CONTRACT", nargs="+", help="a contract, or a folder of them")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> tuple[list[str], int]:
    found = _core._lint(options.contracts)
    status = FOUND if found else CLEAN
    if options.json:
        import json  # loads re, which a program that is run by importspy has not asked for

        keys = ("code", "severity", "message", "hint", "path", "line", "column")
        rows = [dict(zip(keys, finding, strict=False)) for finding in found]
        return [json.dumps({"format": 1, "findings": rows}, indent=2)], status
    lines = [f"{finding[-1]}\n" for finding in found]
    errors = sum(finding[1] == "error" for finding in found)
    return [*lines, _summary(errors, len(found) - errors)], status


def _summary(errors: int, warnings: int) -> str:
    parts = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return ", ".join(parts) or "nothing to say"

"""The command ``importspy``. Executes nothing of what it checks; ``importspy run`` is another matter: _run.py."""

from __future__ import annotations

import os
import sys

from . import (
    _cache_command,
    _check_command,
    _compat_command,
    _context_command,
    _core,
    _lint_command,
    _schema_command,
    _spy_command,
)
from ._given import Misuse

TYPE_CHECKING = False  # importing typing takes longer than checking a file
if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Sequence
    from typing import TextIO

DONE, MISUSED = 0, 2

_HEADS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "unprovable": "\x1b[1;35m"}
_PLAIN = "\x1b[0m"


def main(arguments: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] == "run":  # argparse would take the program's own options, and be imported for the program
        from . import _run

        return _run.main(words[1:])
    _tolerate_odd_characters(sys.stdout)
    _tolerate_odd_characters(sys.stderr)
    parser, commands = _parser()
    if _spy_command.is_meant(words, commands):
        return _spy_command.main(words)
    options = parser.parse_args(words)
    said: list[str] = []
    try:
        if options.command == "rules":
            lines, status = _list_rules(), DONE
        elif options.command == "cache":
            lines, status = _cache_command.run(options)
        elif options.command == "check":
            beautify = _coloured if _wants_colour() else str
            lines, status, said = _check_command.run(options, beautify)
        elif options.command == "compat":
            lines, status, said = _compat_command.run(options)
        elif options.command == "context":
            lines, status = _context_command.run(options)
        elif options.command == "lint":
            lines, status = _lint_command.run(options)
        elif options.command == "schema":
            lines, status = _schema_command.run()
        elif options.command == "doctor":
            from . import doctor

            lines, status = doctor.run(options.contracts, options.json, _wants_colour())
        else:
            parser.print_help(sys.stderr)
            return MISUSED
    except (Misuse, _core.ContractError) as problem:
        lines, status, said = [], MISUSED, [str(problem)]
    for line in said:
        print(f"importspy: {line}", file=sys.stderr)
    return _print(lines, status)


def _parser() -> tuple[argparse.ArgumentParser, Collection[str]]:
    """The parser, and the commands that it knows."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="importspy", description="Holds Python modules against contracts, without executing them."
    )
    parser.add_argument("-v", "--version", action="version", version=f"importspy {_core.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _check_command.add_parser(commands)
    commands.add_parser("run", help="run a program with its imports held against contracts")
    doctor = commands.add_parser(
        "doctor",
        help="say whether the guard is in place, and what the contracts select",
        description="Says whether the guard is in place, what the contracts select of what is installed, and what "
        "would come of it. Executes nothing of it.",
        epilog="Exit status: 0 healthy, 1 there are problems, 2 the call is wrong.",
    )
    doctor.add_argument(
        "--contract",
        metavar="FILE",
        action="append",
        default=[],
        dest="contracts",
        help="a contract, or a folder of them (default: those in IMPORTSPY_CONTRACTS)",
    )
    doctor.add_argument("--json", action="store_true", help="for programs")
    _cache_command.add_parser(commands)
    _compat_command.add_parser(commands)
    _context_command.add_parser(commands)
    _lint_command.add_parser(commands)
    _schema_command.add_parser(commands)
    commands.add_parser("rules", help="list all rules", description="Lists all rules, in the order of their codes.")
    return parser, commands.choices


# --- output -----------------------------------------------------------------------------------------------------------


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _coloured(text: str) -> str:
    lines = text.split("\n")
    for index, line in enumerate(lines):
        head, bracket, rest = line.partition("[")
        if bracket and head in _HEADS:
            code, colon, message = rest.partition("]:")
            lines[index] = f"{_HEADS[head]}{head}[{code}]{_PLAIN}:{message}" if colon else line
    return "\n".join(lines)


def _list_rules() -> list[str]:
    rules = _core.rules()
    width = max((len(rule.clause) for rule in rules), default=0)
    return [f"{rule.code}  {rule.severity:<5}  {rule.clause:<{width}}  {rule.title}" for rule in rules]


def _tolerate_odd_characters(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _print(lines: list[str], status: int) -> int:
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough; Python flushes once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status

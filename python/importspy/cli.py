"""The command ``importspy``. Executes nothing of what it checks; ``importspy run`` is another matter: _run.py."""

from __future__ import annotations

import os
import sys

from . import _cache_command, _compat_command, _core, _lint_command, _schema_command, _spy_command

TYPE_CHECKING = False  # importing typing takes longer than checking a file
if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterator, Sequence
    from typing import TextIO

CONFORMS, VIOLATED, MISUSED = 0, 1, 2

_HEADS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "unprovable": "\x1b[1;35m"}
_PLAIN = "\x1b[0m"


class _Misuse(Exception):
    """The command cannot do what it was asked to; the text says why."""


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
    try:
        if options.command == "rules":
            lines, status = _list_rules(), CONFORMS
        elif options.command == "cache":
            lines, status = _cache_command.run(options)
        elif options.command == "check":
            lines, status = _check(options)
        elif options.command == "compat":
            lines, status = _compat_command.run(options, _reports)
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
    except (_Misuse, _compat_command.Misuse, _core.ContractError) as problem:
        print(f"importspy: {problem}", file=sys.stderr)
        return MISUSED
    return _print(lines, status)


def _parser() -> tuple[argparse.ArgumentParser, Collection[str]]:
    """The parser, and the commands that it knows."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="importspy", description="Holds Python modules against contracts, without executing them."
    )
    parser.add_argument("-v", "--version", action="version", version=f"importspy {_core.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="hold files and folders against contracts",
        description="Holds files and folders against contracts. A file is held against all of them; in a folder, a "
        "contract that selects modules or files picks its own, and any other applies to each *.py file.",
        epilog="Exit status: 0 all conform, 1 a contract is broken, 2 a contract or the call is wrong, or nothing "
        "was selected.",
    )
    check.add_argument("paths", metavar="PATH", nargs="+", help="a file, or a folder that is searched for *.py")
    check.add_argument(
        "--contract",
        metavar="FILE",
        action="append",
        required=True,
        dest="contracts",
        help="a contract, or a folder of them; may be given several times",
    )
    check.add_argument("--format", choices=("text", "json"), default="text", help="how to report (default: text)")
    check.add_argument("--module", metavar="NAME", help="the dotted name of the one file that is given")
    check.add_argument("--strict", action="store_true", help="what cannot be proved counts as a violation")
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
    _lint_command.add_parser(commands)
    _schema_command.add_parser(commands)
    commands.add_parser("rules", help="list all rules", description="Lists all rules, in the order of their codes.")
    return parser, commands.choices


# --- check ------------------------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> tuple[list[str], int]:
    contracts = _core._load(options.contracts)
    if options.module is not None and (len(options.paths) != 1 or os.path.isdir(options.paths[0])):
        raise _Misuse("--module names one file, so just one file can be given with it")
    reports = [report for path in options.paths for report in _reports(contracts, path, options.module)]
    if not reports:
        raise _Misuse("nothing was checked: no contract selects a file in what was given")
    failed = [_breaks(report, options.strict) for report in reports]
    if options.format == "json":
        body = ",\n".join(report.json for report in reports)
        lines = [f'{{"format": 1, "modules": [\n{body}\n]}}']
    else:
        colour = _wants_colour()
        lines = [_coloured(report.text) if colour else report.text for report in reports]
        lines.append(_summary(reports, failed))
    return lines, VIOLATED if any(failed) else CONFORMS


def _breaks(report: _core.Report, strict: bool) -> bool:
    return not report.ok or (strict and report.verdict == "unprovable")


def _reports(contracts: _core._Contracts, path: str, module: str | None) -> Iterator[_core.Report]:
    if not os.path.isdir(path):
        names = _names(path, None)
        yield _report(contracts, path, module or (names[0] if names else None), None)
        return
    for file in _python_files(path):
        names = _names(file, path)
        chosen = contracts.select(file, names)
        if chosen:
            by_name = (name for name in names if contracts.select(file, (name,)))
            yield _report(contracts, file, next(by_name, None), chosen)


def _report(contracts: _core._Contracts, path: str, module: str | None, chosen: list[int] | None) -> _core.Report:
    try:
        return contracts.check(path, module, chosen)
    except OSError as problem:
        raise _Misuse(f"cannot read {path!r}: {problem.strerror or problem}") from None
    except ValueError as problem:  # a NUL in the name
        raise _Misuse(f"cannot read {path!r}: {problem}") from None


def _python_files(folder: str) -> Iterator[str]:
    def refuse(problem: OSError) -> None:
        raise _Misuse(f"cannot read {problem.filename!r}: {problem.strerror}")

    for here, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(here, name)


def _names(file: str, folder: str | None) -> tuple[str, ...]:
    """The dotted names under which a file may be imported, the likeliest first."""
    file = os.path.abspath(file)
    top = os.path.dirname(file)
    while os.path.isfile(os.path.join(top, "__init__.py")) and os.path.dirname(top) != top:
        top = os.path.dirname(top)
    roots = [top]
    if folder is not None:
        roots += [os.path.join(os.path.abspath(folder), "src"), os.path.abspath(folder)]
    names = [_dotted(file, root) for root in roots]
    return tuple(dict.fromkeys(name for name in names if name))


def _dotted(file: str, root: str) -> str | None:
    relative = os.path.relpath(file, root)
    if relative.startswith(os.pardir + os.sep) or os.path.isabs(relative):
        return None
    parts = os.path.splitext(relative)[0].split(os.sep)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


# --- output -----------------------------------------------------------------------------------------------------------


def _summary(reports: Sequence[_core.Report], failed: Sequence[bool]) -> str:
    broken = sum(failed)
    left = sum(report.verdict == "unprovable" and not fails for report, fails in zip(reports, failed, strict=True))
    fine = len(reports) - broken - left
    parts = [f"{fine} {'conforms' if fine == 1 else 'conform'}"]
    if broken:
        parts.append(f"{broken} {'breaks its contract' if broken == 1 else 'break their contracts'}")
    if left:
        parts.append(f"{left} {'is' if left == 1 else 'are'} left to be looked at when imported")
    return f"{len(reports)} {'module' if len(reports) == 1 else 'modules'} checked: {', '.join(parts)}"


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

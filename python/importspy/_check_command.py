"""``importspy check``: files and folders held against contracts. Executes nothing. Must not know: terminals."""

from __future__ import annotations

import os

from . import _core
from ._given import Given, Misuse

TYPE_CHECKING = False  # importing typing takes longer than checking a file
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

CONFORMS, VIOLATED, NOTHING = 0, 1, 2

_MOST_TRIED = 1000
"""So many files are asked for names that a contract would select, where it selects none."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="hold files and folders against contracts",
        description="Holds files and folders against contracts. A file is held against all of them; in a folder, a "
        "contract that selects modules or files picks its own, and any other applies to each *.py file.",
        epilog="Exit status: 0 all conform, 1 a contract is broken, 2 a contract or the call is wrong, or nothing "
        "was selected in one of the folders.",
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
    add_root(check)
    check.add_argument(
        "--host",
        metavar="NAME=VERSION",
        action="append",
        default=[],
        help="the program that will load the modules, as it would say itself; may be given several times",
    )
    check.add_argument("--strict", action="store_true", help="what cannot be proved counts as a violation")


def add_root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root",
        metavar="FOLDER",
        help="names of modules count from here (default: all folders from which the program may import them)",
    )


class Check:
    """Contracts, and what came of holding files against them."""

    def __init__(
        self, contracts: _core._Contracts, root: str | None = None, host: dict[str, str] | None = None
    ) -> None:
        self.contracts = contracts
        self.root = root
        self.context = None if host is None else {"host": host}
        self.used: set[int] = set()
        """Numbers of the contracts that have selected something."""
        self.guessed: dict[str, list[tuple[str, str]]] = {}
        """Root -> files with the names that they were selected by, where that was not the likeliest."""

    def reports(self, path: str, module: str | None = None) -> list[_core.Report]:
        """On all that is selected of a file or a folder. Where it is nothing, `complaint` says why."""
        given = Given(path, self.root)
        return [report for file in given.files() if (report := self._report(given, file, module)) is not None]

    def complaint(self, path: str) -> str:
        """Why nothing was checked there."""
        given = Given(path, self.root)
        said = f"nothing was checked in {path!r}: no contract selects a file there"
        first = next(given.files(), None)
        if first is None:
            return f"{said}, for there is no *.py file in it"
        tried = " or ".join(map(repr, given.names(first))) or "nothing that could be imported"
        hint = "--root FOLDER says where names begin"
        if better := self._suggested(given):
            name, root = better
            hint = f"one selects {name!r}, which a file there is with --root {root}"
        return f"{said} ({first} was taken for {tried}); {hint}"

    def _suggested(self, given: Given) -> tuple[str, str] | None:
        for number, file in enumerate(given.files()):
            if number == _MOST_TRIED:
                break
            for name, root in given.wider_names(file).items():
                if self.contracts.select(file, (name,)):
                    return name, root
        return None

    def unused(self) -> Iterator[str]:
        """The contracts that have selected nothing."""
        for number, row in enumerate(self.contracts.rows()):
            if number not in self.used:
                yield f"{row[0]}:{row[1]}"

    def _report(self, given: Given, file: str, module: str | None) -> _core.Report | None:
        try:
            names = given.names(file)
            chosen = self._select(given, file, names)
            if chosen is not None and not chosen:
                return None
            if module is None:
                module, root = self._choose(file, names)
                if root is not None and given.is_folder:
                    self.guessed.setdefault(root, []).append((file, module or ""))
            return self.contracts.check(file, module, chosen, self.context, tuple(names.values()))
        except OSError as problem:
            raise Misuse(f"cannot read {file!r}: {problem.strerror or problem}") from None
        except ValueError as problem:  # a NUL in the name
            raise Misuse(f"cannot read {file!r}: {problem}") from None

    def _select(self, given: Given, file: str, names: dict[str, str]) -> list[int] | None:
        """The numbers of the contracts that the file has to meet; None: all, for it was named."""
        chosen = self.contracts.select(file, tuple(names)) if given.is_folder else None
        if chosen is None and not self.used:
            self.used.update(range(len(self.contracts.rows())))
        self.used.update(chosen or ())
        return chosen

    def _choose(self, file: str, names: dict[str, str]) -> tuple[str, str | None] | tuple[None, None]:
        """The likeliest of those that a contract selects, or else the likeliest; the root where it is another one."""
        likeliest = next(iter(names), None)
        if likeliest is None:
            return None, None
        for name, root in names.items():
            if self.contracts.select(file, (name,)):
                return name, None if name == likeliest else root
        return likeliest, None


def run(options: argparse.Namespace, beautify: Callable[[str], str]) -> tuple[list[str], int, list[str]]:
    """What to print, the exit status, what to say besides."""
    check = Check(_core._load(options.contracts), options.root, _host(options.host))
    if options.module is not None and (len(options.paths) != 1 or os.path.isdir(options.paths[0])):
        raise Misuse("--module names one file, so just one file can be given with it")
    found = {path: check.reports(path, options.module) for path in options.paths}
    reports = [report for some in found.values() for report in some]
    missed = [check.complaint(path) for path, some in found.items() if not some]
    if not reports:
        return [], NOTHING, missed
    failed = [_breaks(report, options.strict) for report in reports]
    if options.format == "json":
        body = ",\n".join(report.json for report in reports)
        lines = [f'{{"format": 1, "modules": [\n{body}\n]}}']
    else:
        lines = [beautify(report.text) for report in reports]
        lines += tell_guessed(check)
        lines.append(_summary(reports, failed))
    status = VIOLATED if any(failed) else NOTHING if missed else CONFORMS
    return lines, status, missed + [f"{place} selects nothing in what was given" for place in check.unused()]


def _host(pairs: Sequence[str]) -> dict[str, str] | None:
    """What --host and IMPORTSPY_HOST say together; None: nothing."""
    stated: dict[str, str] = {}
    for pair in pairs:
        name, equals, version = pair.partition("=")
        if not equals:
            raise Misuse(f"--host {pair}: NAME=VERSION is wanted")
        stated[name] = version
    try:
        return _core._host(stated or None)
    except ValueError as problem:
        raise Misuse(str(problem)) from None


def tell_guessed(check: Check) -> Iterator[str]:
    """By what names files were selected where they could have had others: a line for each root."""
    for root, some in check.guessed.items():
        file, name = some[0]
        more = f", and {len(some) - 1} more file{'s' if len(some) > 2 else ''}" if len(some) > 1 else ""
        yield f"{file} is {name!r} where names count from {os.path.relpath(root)!r}{more}"


def _breaks(report: _core.Report, strict: bool) -> bool:
    return not report.ok or (strict and report.verdict == "unprovable")


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

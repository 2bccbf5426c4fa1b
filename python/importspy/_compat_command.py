"""``importspy compat``: which plugins that keep an old contract break a new one. Must not know how files are found."""

from __future__ import annotations

from . import _check_command, _core
from ._given import Misuse

TYPE_CHECKING = False  # importing typing takes longer than checking a file
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

FITS, BREAKS, NOTHING = 0, 1, 2

_WORDS = {
    "breaks": ("breaks the new contract", "break the new contract"),
    "comes under contract": ("was under no contract and breaks the new one",) * 2,
    "opens": ("can no longer be proved from its source",) * 2,
    "is released": ("is under no contract any more", "are under no contract any more"),
    "broke before": ("broke the old contract as well",) * 2,
    "is mended": ("broke the old contract and keeps the new one", "broke the old contract and keep the new one"),
    "fits": ("keeps the new contract", "keep the new contract"),
}
"""Change -> what is said of one module, of several; those that matter most first."""

_BREAKING = ("breaks", "comes under contract")


class _Change:
    """One module before and after."""

    def __init__(self, old: _core.Report | None, new: _core.Report | None) -> None:
        self.old, self.new = old, new
        self.what = _classify(old, new)

    @property
    def report(self) -> _core.Report:
        report = self.new or self.old
        assert report is not None
        return report

    def is_breaking(self, strict: bool) -> bool:
        return self.what in _BREAKING or (strict and self.what == "opens")

    def as_json(self) -> str:
        row = {
            "module": self.report.module,
            "path": self.report.path,
            "change": self.what,
            "before": self.old and self.old.verdict,
            "after": self.new and self.new.verdict,
        }
        import json  # loads re, which a program that is run by importspy has not asked for

        body = json.dumps(row)[:-1]
        return f'{body}, "report": {self.new.json if self.new is not None else "null"}}}'


def _classify(old: _core.Report | None, new: _core.Report | None) -> str:
    if new is None:
        return "is released"
    if old is None:
        return "fits" if new.ok else "comes under contract"
    if not new.ok:
        return "breaks" if old.ok else "broke before"
    if not old.ok:
        return "is mended"
    return "opens" if new.verdict == "unprovable" and old.verdict == "pass" else "fits"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "compat",
        help="say which plugins that keep an old contract break a new one",
        description="Holds files and folders against two contracts, and says what becomes of those that keep the old "
        "one. Nothing is executed.",
        epilog="Exit status: 0 none that keeps the old contract breaks the new one, 1 some do, or come under a "
        "contract that they break, 2 a contract or the call is wrong, or nothing was selected in one of the folders.",
    )
    parser.add_argument("old", metavar="OLD", help="the contract that is in force, or a folder of contracts")
    parser.add_argument("new", metavar="NEW", help="the contract that is to be")
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, or a folder that is searched for *.py")
    _check_command.add_root(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report (default: text)")
    parser.add_argument(
        "--strict", action="store_true", help="what can no longer be proved from the source counts as broken"
    )


def run(options: argparse.Namespace) -> tuple[list[str], int, list[str]]:
    """What to print, the exit status, what to say besides."""
    checks = [_check_command.Check(_core._load(contract), options.root) for contract in (options.old, options.new)]
    (old, empty), (new, empty_too) = (_by_path(check, options.paths) for check in checks)
    missed = [checks[1].complaint(path) for path in options.paths if path in empty & empty_too]
    changes = [_Change(old.get(path), new.get(path)) for path in dict.fromkeys([*old, *new])]
    if not changes:
        raise Misuse("nothing was compared: neither contract selects a file in what was given\n" + "\n".join(missed))
    order = list(_WORDS)
    changes.sort(key=lambda change: (order.index(change.what), change.report.path or ""))
    broken = sum(change.is_breaking(options.strict) for change in changes)
    if options.format == "json":
        body = ",\n".join(change.as_json() for change in changes)
        lines = [f'{{"format": 1, "breaking": {broken}, "modules": [\n{body}\n]}}']
    else:
        lines = _tell(changes, options.strict)
    return lines, BREAKS if broken else NOTHING if missed else FITS, missed


def _by_path(check: _check_command.Check, paths: Iterable[str]) -> tuple[dict[str, _core.Report], set[str]]:
    """File -> report; and those of the paths that a contract selects nothing in."""
    found = {path: check.reports(path) for path in paths}
    empty = {path for path, reports in found.items() if not reports}
    return {report.path or "": report for reports in found.values() for report in reports}, empty


def _tell(changes: list[_Change], strict: bool) -> list[str]:
    lines = [change.report.text for change in changes if change.is_breaking(strict)]
    quiet = [change for change in changes if not change.is_breaking(strict) and change.what != "fits"]
    lines += [f"{change.report.path}: {_WORDS[change.what][0]}" for change in quiet]
    counts = []
    for what, (one, several) in _WORDS.items():
        count = sum(change.what == what for change in changes)
        if count:
            counts.append(f"{count} {one if count == 1 else several}")
    if quiet:
        lines.append("")
    lines.append(f"{len(changes)} {'module' if len(changes) == 1 else 'modules'} compared: {', '.join(counts)}")
    return lines

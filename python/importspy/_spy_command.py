"""``importspy extension.py -s spymodel.yml -l WARNING``: the command line of ImportSpy 0.4.

The source is held against the contract first. The module is executed only when its source keeps every clause that it
can decide and leaves another open; ImportSpy 0.4 always executed it.
"""

from __future__ import annotations

import os
import sys

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Sequence

COMPLIANT, NOT_COMPLIANT, MISUSED = 0, 1, 2

_OPTIONS = ("-s", "--spymodel", "-l", "--log-level")


def is_meant(words: Sequence[str], commands: Collection[str]) -> bool:
    """Whether the command line names a file where this version's names a command."""
    if not words or words[0] in commands:
        return False
    first = words[0]
    if first.startswith("-"):
        return first.partition("=")[0] in _OPTIONS or (len(first) > 2 and first[:2] in _OPTIONS)
    return first.endswith(".py") or os.sep in first or os.path.isfile(first)


def main(words: Sequence[str]) -> int:
    options = _parser().parse_args(words)
    if options.log_level is not None:
        from .log_manager import set_up

        set_up(options.log_level)
    try:
        return _run(options.modulepath, options.spymodel)
    except _core.ContractError as problem:
        print(f"importspy: {problem}", file=sys.stderr)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        print(f"importspy: cannot read {options.modulepath!r}: {reason}", file=sys.stderr)
    return MISUSED


def _parser() -> argparse.ArgumentParser:
    import argparse

    parser = argparse.ArgumentParser(
        prog="importspy",
        description="Holds one Python module against a contract, as ImportSpy 0.4 did. 'importspy check' does more.",
        epilog="Exit status: 0 and no output: it is compliant; 1: it is not; 2: the contract or the call is wrong.",
    )
    parser.add_argument("modulepath", metavar="MODULEPATH", help="the Python file")
    parser.add_argument(
        "-s", "--spymodel", metavar="FILE", default="spymodel.yml", help="the contract (default: spymodel.yml)"
    )
    parser.add_argument(
        "-l", "--log-level", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="what is told on standard error"
    )
    parser.add_argument("-v", "--version", action="version", version=f"importspy {_core.__version__}")
    return parser


def _run(path: str, contract: str) -> int:
    name = os.path.splitext(os.path.basename(path))[0]
    report = _core._load(contract).check(path, name)
    reason = report.text
    compliant = report.ok
    if compliant and report.verdict == "unprovable" and _is_open(report):
        compliant, reason = _execute(name, path, contract)
    _log(report, path, compliant)
    if compliant:
        return COMPLIANT
    print("Module is NOT compliant with the import contract.\n\nReason:")
    for line in reason.rstrip("\n").split("\n"):
        print(f"  {line}".rstrip())
    return NOT_COMPLIANT


def _is_open(report: _core.Report) -> bool:
    from .s import is_open

    return is_open(report)


def _execute(name: str, path: str, contract: str) -> tuple[bool, str]:
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    try:
        _core.load_file(name, path, contract)
    except _core.ContractViolation as violation:
        return False, violation.report.text
    except Exception as problem:
        return False, f"its source leaves something open, and when it was executed it raised {problem!r}"
    return True, ""


def _log(report: _core.Report, path: str, compliant: bool) -> None:
    logging = sys.modules.get("logging")
    if logging is None:  # nobody has asked for a log
        return
    logger = logging.getLogger("importspy.cli")
    for finding in report.findings:
        logger.debug("%s %s: %s", finding.code, finding.verdict, finding.message)
    logger.info("%s %s", path, "keeps its contract" if compliant else "breaks its contract")

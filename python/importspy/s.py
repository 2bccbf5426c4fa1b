"""``Spy``: what ImportSpy 0.4 offered to Python code, at the place where it had it, on the engine of this version.

A protected module calls ``Spy().importspy(filepath=...)`` while it is imported, and gets the module that imports it,
held against the contract. Nothing is executed a second time for that, except as ``_importer.Importer`` says.
"""

from __future__ import annotations

import os
import sys

from . import _core, _importer
from .persistences import PersistenceError

TYPE_CHECKING = False  # importing typing or logging is left to who uses Spy
if TYPE_CHECKING:
    import logging
    from types import ModuleType

__all__ = ["ContractFormatError", "ImportSpyViolation", "Spy"]

_UNREADABLE = frozenset({"ISPY901", "ISPY902", "ISPY903", "ISPY904", "ISPY905", "ISPY906"})
"""What 0.4 called an error of persistence: there is no such file, or it is not what can be read as YAML."""


class ImportSpyViolation(_core.ContractViolation, ValueError):
    """A module breaks the contract that ``Spy`` holds it against. Both ``ImportError`` and ``ValueError``."""


class ContractFormatError(_core.ContractError, ValueError):
    """The contract that ``Spy`` was given can be read, and says something that contracts cannot say."""


class Spy:
    """Holds a module against a contract, on demand. New code installs a guard instead: ``importspy.install``."""

    @property
    def logger(self) -> logging.Logger:
        """``importspy.Spy``. What is found is logged there: verdicts as INFO, each finding as DEBUG."""
        import logging

        return logging.getLogger("importspy.Spy")

    def importspy(
        self,
        filepath: str | os.PathLike[str] | None = None,
        log_level: int | None = None,
        info_module: ModuleType | None = None,
    ) -> ModuleType:
        """Holds ``info_module``, or else the module that imports the caller, against the contract in ``filepath``.

        Gives that module back. Raises ``ImportSpyViolation`` where it breaks the contract, ``PersistenceError`` where
        the contract cannot be read, ``ContractFormatError`` where it is wrong, ``ValueError`` where a module would be
        held against its own contract.
        """
        if log_level is not None:
            from .log_manager import set_up

            set_up(log_level)
        if filepath is None:
            raise PersistenceError("no contract is named: say which with filepath=...")
        logger = self.logger
        contract = os.path.abspath(os.fspath(filepath))
        load(contract)
        module = _importer.find(sys._getframe(1), contract) if info_module is None else info_module
        logger.debug("%r is held against %s", module.__name__, contract)
        report = _hold(module, contract)
        for finding in report.findings:
            logger.debug("%s %s: %s", finding.code, finding.verdict, finding.message)
        logger.info("%r %s %s", module.__name__, "keeps" if report.ok else "breaks", contract)
        if not report.ok:
            raise _violation(module.__name__, report)
        return module


def load(contract: str) -> _core._Contracts:
    """The contract, or one of the two errors that say what is wrong with it."""
    try:
        return _core._load(contract)
    except _core.ContractError as problem:
        kind = PersistenceError if problem.code in _UNREADABLE else ContractFormatError
        error = kind(*problem.args)
        error.__dict__.update(problem.__dict__)
        raise error from None


def is_open(report: _core.Report) -> bool:
    """Whether the module has to be looked at once it has run. What the contract lets stay unprovable does not count."""
    import json

    return report.verdict == "unprovable" and json.loads(report.json)["decision"] == "unprovable"


def _hold(module: ModuleType, contract: str) -> _core.Report:
    name = module.__name__
    source = _source(module)
    live = _importer.snapshot(module) if isinstance(module, _importer.Importer) else module
    if live is not None or not isinstance(module, _importer.Importer):
        return _core._check(source, contract, None, name, live)
    if source is None:
        raise ValueError(f"module {name!r} is running and has no source: nobody can say yet what it will be")
    report = _core._check(source, contract, None, name)
    if not is_open(report):
        return report
    try:
        copy = _importer.complete(module)
    except _core.ContractViolation as violation:
        return violation.report
    return _core._check(source, contract, None, name, copy)


def _source(module: ModuleType) -> str | None:
    """The file that the module was read from; None for one that has no source, which is looked at as it lives."""
    path = getattr(module, "__file__", None)
    if not isinstance(path, str) or not path.endswith((".py", ".pyw")) or not os.path.isfile(path):
        return None
    return path


def _violation(name: str, report: _core.Report) -> ImportSpyViolation:
    text = report.text.rstrip("\n")
    violation = ImportSpyViolation(f"module {name!r} is denied\n\n{text}", name=name, path=report.path)
    violation.report = report
    violation.violations = report.violations
    return violation

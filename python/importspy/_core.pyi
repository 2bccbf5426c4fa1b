"""What the extension module holds; tests/python/test_typing.py holds this file against it."""

from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from os import PathLike
from types import ModuleType, TracebackType
from typing import Any, Literal, TypeAlias, final

_Path: TypeAlias = str | PathLike[str]
_Contracts_: TypeAlias = _Path | Sequence[_Path]
_Mode: TypeAlias = Literal["enforce", "warn", "audit", "off"]
_Unprovable: TypeAlias = Literal["confirm", "deny", "allow"]
_Severity: TypeAlias = Literal["error", "warn", "off"]

__version__: str

class ContractViolation(ImportError):
    """A module breaks the contract that holds for it, and was not let in."""

    report: Report
    violations: tuple[Finding, ...]

class ContractError(Exception):
    """The contract itself is wrong."""

    path: str | None
    line: int | None
    column: int | None
    code: str | None
    hint: str | None

class ContractWarning(UserWarning):
    """A module breaks a contract whose mode is 'warn', and was let in."""

@final
class Finding:
    """One thing that is wrong with a module, or that could not be proved."""

    def __new__(
        cls,
        code: str,
        severity: _Severity,
        verdict: Literal["fail", "unprovable"],
        reason: str | None,
        subject: str,
        message: str,
        wanted: str | None,
        found: str | None,
        hint: str | None,
        path: str | None,
        line: int | None,
        column: int | None,
        contract_path: str | None,
        contract_line: int | None,
        contract_column: int | None,
    ) -> Finding: ...
    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> _Severity: ...
    @property
    def verdict(self) -> Literal["fail", "unprovable"]: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def subject(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def wanted(self) -> str | None: ...
    @property
    def found(self) -> str | None: ...
    @property
    def hint(self) -> str | None: ...
    @property
    def path(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> int | None: ...
    @property
    def contract_path(self) -> str | None: ...
    @property
    def contract_line(self) -> int | None: ...
    @property
    def contract_column(self) -> int | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Report:
    """What came of holding one module against its contracts. str() is the report for people."""

    def __new__(
        cls,
        module: str | None,
        path: str | None,
        contracts: tuple[str, ...],
        verdict: Literal["pass", "fail", "unprovable"],
        ok: bool,
        findings: tuple[Finding, ...],
        violations: tuple[Finding, ...],
        text: str,
        json: str,
    ) -> Report: ...
    @property
    def module(self) -> str | None: ...
    @property
    def path(self) -> str | None: ...
    @property
    def contracts(self) -> tuple[str, ...]: ...
    @property
    def verdict(self) -> Literal["pass", "fail", "unprovable"]: ...
    @property
    def ok(self) -> bool: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def violations(self) -> tuple[Finding, ...]: ...
    @property
    def text(self) -> str: ...
    @property
    def json(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Rule:
    """A rule that modules are held against."""

    def __new__(cls, code: str, clause: str, title: str, severity: _Severity, anchor: str) -> Rule: ...
    @property
    def code(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def severity(self) -> _Severity: ...
    @property
    def anchor(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Guard:
    """Contracts that are in force. A context manager: the outermost exit uninstalls."""

    @property
    def active(self) -> bool: ...
    @property
    def contracts(self) -> tuple[str, ...]: ...
    def uninstall(self) -> None: ...
    def __enter__(self) -> Guard: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None = ...,
        exc: BaseException | None = ...,
        traceback: TracebackType | None = ...,
        /,
    ) -> None: ...

@final
class _Contracts:
    """Loaded contracts; private: the command line holds many files against them."""

    def select(self, path: _Path, names: tuple[str, ...], /) -> list[int]: ...
    def check(
        self,
        path: _Path,
        module: str | None = None,
        chosen: Sequence[int] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Report: ...

def install(
    contracts: _Contracts_,
    /,
    *,
    mode: _Mode | None = None,
    unprovable: _Unprovable | None = None,
    host: Mapping[str, str] | None = None,
    direct: bool = True,
) -> Guard: ...
def guard_spec(spec: ModuleSpec, contracts: _Contracts_ | None = None, /) -> ModuleSpec: ...
def load_file(name: str, path: _Path, contracts: _Contracts_ | None = None, /) -> ModuleType: ...
def uninstall() -> None: ...
def check(path: _Path, contracts: _Contracts_, /, *, module: str | None = None) -> Report: ...
def rules() -> list[Rule]: ...
def _load(contracts: _Contracts_, /) -> _Contracts: ...
def _check(
    path: _Path,
    contracts: _Contracts_,
    context: Mapping[str, Any] | None = None,
    module: str | None = None,
) -> Report: ...
def _structure(
    source: bytes | str, name: str | None = None, path: str = "<test>", is_package: bool = False
) -> dict[str, Any]: ...
def _live_structure(module: object, /) -> dict[str, Any]: ...

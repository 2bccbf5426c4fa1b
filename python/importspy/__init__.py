"""ImportSpy: the admission controller for Python imports.

``install("contracts/")`` holds every module that a contract selects against it before the module's first line runs.
Importing this package installs nothing and imports nothing else.
"""

from ._core import (
    Admission,
    ContractError,
    ContractViolation,
    ContractWarning,
    Finding,
    Guard,
    Report,
    Rule,
    __version__,
    check,
    guard_spec,
    install,
    load_file,
    rules,
    uninstall,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._core import _Contracts_
    from ._status import IdleContract, Status
    from .s import Spy

__all__ = [
    "Admission",
    "ContractError",
    "ContractViolation",
    "ContractWarning",
    "Finding",
    "Guard",
    "IdleContract",
    "Report",
    "Rule",
    "Spy",
    "Status",
    "__version__",
    "check",
    "guard_spec",
    "install",
    "load_file",
    "preflight",
    "rules",
    "status",
    "uninstall",
]


def status() -> "Status":
    """Every guarded module, how it came in and its verdict; the state of the guard; contracts that none has met."""
    from ._status import status as ask

    return ask()


def preflight(patterns: "str | Sequence[str]", /, *, contracts: "_Contracts_ | None" = None) -> list[Report]:
    """The reports on all installed modules of such names that a contract selects.

    The contracts are those in force, or ``contracts``. Nothing of the modules is executed, and no parent package.
    """
    from ._survey import preflight as ask

    return ask(patterns, contracts)


def __getattr__(name: str) -> object:
    if name == "Spy":  # ImportSpy 0.4's way in; imports logging when it is used
        from .s import Spy

        return Spy
    if name in ("IdleContract", "Status"):  # their module is imported when it is asked for
        from . import _status

        return getattr(_status, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""ImportSpy: the admission controller for Python imports.

``install("contracts/")`` holds every module that a contract selects against it before the module's first line runs.
Importing this package installs nothing and imports nothing else.
"""

from ._core import (
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

__all__ = [
    "ContractError",
    "ContractViolation",
    "ContractWarning",
    "Finding",
    "Guard",
    "Report",
    "Rule",
    "__version__",
    "check",
    "guard_spec",
    "install",
    "load_file",
    "rules",
    "uninstall",
]

"""Puts the contracts that the environment names in force when Python starts: importspy.pth and importspy.start call it.

A module of its own, beside the package: an ``importspy`` that cannot be imported has to be told, not to be passed over,
and where no contract is named nothing of it is loaded. Python prints what a startup file raises and goes on, so that a
failure ends the process here. It must not know: contracts, and what a mode means for a module.
"""

from __future__ import annotations

import os
import sys

CONFIGURATION_ERROR = 78  # EX_CONFIG of sysexits.h

_done = False


def activate() -> None:
    """Once in a process, however often and by however many startup files it is called."""
    global _done
    if _done or not os.environ.get("IMPORTSPY_CONTRACTS"):
        return
    _done = True
    if os.environ.get("IMPORTSPY_DISABLE") == "1" or os.environ.get("IMPORTSPY_MODE") == "off":
        return
    try:
        _install()
    except Exception as problem:
        _report(problem)


def _install() -> None:
    paths = named_by_environment()
    if not paths:
        raise ValueError("IMPORTSPY_CONTRACTS names no file and no folder")
    import importspy

    importspy.install(paths)  # which reads IMPORTSPY_MODE and IMPORTSPY_DISABLE
    hand_on(paths)


def named_by_environment() -> list[str]:
    """The files and folders of IMPORTSPY_CONTRACTS; nothing between two separators names nothing."""
    return [path for path in os.environ.get("IMPORTSPY_CONTRACTS", "").split(os.pathsep) if path]


def hand_on(paths: list[str]) -> None:
    """Names the contracts to child processes, wherever they start."""
    os.environ["IMPORTSPY_CONTRACTS"] = os.pathsep.join(map(os.path.abspath, paths))


def _report(problem: Exception) -> None:
    """One message. Under 'warn' and 'audit' nothing would have been denied: the program goes on."""
    goes_on = os.environ.get("IMPORTSPY_MODE") in {"warn", "audit"}
    if goes_on:
        follows = "warning: Python goes on, and no contract that IMPORTSPY_CONTRACTS names is in force"
    else:
        follows = f"Python ends with status {CONFIGURATION_ERROR}; IMPORTSPY_DISABLE=1 starts it without contracts"
    complain(f"importspy: {describe(problem)}\nimportspy: {follows}\n")
    if not goes_on:
        end(CONFIGURATION_ERROR)


def describe(problem: Exception) -> str:
    """A contract's error and a wrong variable say themselves what is wrong; anything else is named."""
    kind = type(problem)
    if kind is ValueError or kind.__name__ == "ContractError":
        return str(problem)
    return f"the contracts cannot be put in force: {kind.__name__}: {problem}"


def complain(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except Exception:  # there is no such stream, or nobody reads it any more: the status has to say it alone
        pass


def end(status: int) -> None:
    """At once: an exception would be printed and passed over."""
    try:  # noqa: SIM105 (contextlib would be loaded for this)
        sys.stdout.flush()
    except Exception:
        pass
    os._exit(status)

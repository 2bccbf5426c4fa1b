"""mode: enforce, warn, audit, off; stated in a contract, or over it at install()."""

from __future__ import annotations

import importlib
import sys
import warnings
from typing import Any

import importspy
import pytest
from conftest import Workshop

EVENTS: list[tuple[Any, ...]] = []
HOOKED: list[bool] = []


def listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "importspy.verdict":
        EVENTS.append(arguments)


@pytest.fixture
def events() -> list[tuple[Any, ...]]:
    if not HOOKED:
        sys.addaudithook(listen)
        HOOKED.append(True)
    EVENTS.clear()
    return EVENTS


def contract(workshop: Workshop, mode: str) -> str:
    path = workshop.contract(f'modules: ["acme.*"]\nmode: {mode}\nfunctions: [register]\n', f"{mode}.yml")
    return str(path)


def test_warn(plain: Workshop) -> None:
    importspy.install(contract(plain, "warn"))
    with pytest.warns(importspy.ContractWarning, match="module 'acme.bad' breaks its contract") as caught:
        importlib.import_module("acme.bad")
    assert [str(warning.message) for warning in caught].pop().count("register") >= 1
    assert caught[0].filename.endswith("bad.py")
    assert "ran_marker" in sys.modules
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        importlib.import_module("acme.good")


def test_warnings_are_shown_by_default(plain: Workshop) -> None:
    contract(plain, "warn")
    done = plain.run("-c", "import importspy; importspy.install('warn.yml'); import acme.bad")
    assert done.returncode == 0
    assert "ContractWarning: module 'acme.bad' breaks its contract" in done.stderr


def test_warnings_that_are_errors_stop_the_import(plain: Workshop) -> None:
    importspy.install(contract(plain, "warn"))
    with warnings.catch_warnings():
        warnings.simplefilter("error", importspy.ContractWarning)
        with pytest.raises(importspy.ContractWarning):
            importlib.import_module("acme.bad")
    assert "acme.bad" not in sys.modules


def test_warn_after_confirmation(plain: Workshop) -> None:
    importspy.install(contract(plain, "warn"))
    plain.write("acme/empty.py", "exec('other = 3')\n")
    with pytest.warns(importspy.ContractWarning, match="had run"):
        importlib.import_module("acme.empty")
    assert sys.modules["acme.empty"].other == 3


def test_warn_does_not_hide_what_python_says(plain: Workshop) -> None:
    importspy.install(contract(plain, "warn"))
    plain.write("acme/broken.py", "def register(app:\n")
    with pytest.warns(importspy.ContractWarning), pytest.raises(SyntaxError):
        importlib.import_module("acme.broken")


def test_audit(plain: Workshop, events: list[tuple[Any, ...]]) -> None:
    path = contract(plain, "audit")
    importspy.install(path)
    importlib.import_module("acme.bad")
    importlib.import_module("acme.good")
    plain.write("acme/opened.py", "exec('register = lambda app: app')\n")
    importlib.import_module("acme.opened")
    site = plain.site / "acme"
    assert events == [
        ("acme.bad", str(site / "bad.py"), "fail", path),
        ("acme.good", str(site / "good.py"), "pass", path),
        ("acme.opened", str(site / "opened.py"), "pass", path),
    ]


def test_off(plain: Workshop, events: list[tuple[Any, ...]]) -> None:
    importspy.install(contract(plain, "off"))
    assert type(importlib.util.find_spec("acme.good").loader) is importlib.machinery.SourceFileLoader  # type: ignore[union-attr]
    importlib.import_module("acme.bad")
    assert events == []


@pytest.mark.parametrize("stated", ["enforce", "warn", "audit", "off"])
def test_install_has_the_last_word(plain: Workshop, stated: str) -> None:
    path = contract(plain, stated)
    with importspy.install(path, mode="enforce"), pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    with importspy.install(path, mode="off"):
        importlib.import_module("acme.bad")


def test_enforce_wins_over_warn(plain: Workshop) -> None:
    importspy.install(contract(plain, "warn"))
    importspy.install(contract(plain, "enforce"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(importspy.ContractViolation) as caught:
            importlib.import_module("acme.bad")
    assert caught.value.report.contracts == (contract(plain, "enforce"),)


def test_unknown_to_audit_hooks_that_refuse(plain: Workshop) -> None:
    code = """
import sys, importspy
def refuse(event, arguments):
    if event == "importspy.verdict":
        raise RuntimeError("refused")
sys.addaudithook(refuse)
importspy.install("audit.yml")
try:
    import acme.bad
except RuntimeError as problem:
    print(problem)
"""
    contract(plain, "audit")
    assert plain.run("-c", code).stdout == "refused\n"

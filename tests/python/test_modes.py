"""mode: enforce, warn, audit, off; stated in a contract, or over it at install()."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import importspy
import pytest
from conftest import Workshop

EVENTS: list[tuple[Any, ...]] = []
HOOKED: list[bool] = []
LISTENING: list[bool] = []


def listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "importspy.verdict" and LISTENING:
        EVENTS.append(arguments)


@pytest.fixture
def events() -> Iterator[list[tuple[Any, ...]]]:
    if not HOOKED:
        sys.addaudithook(listen)
        HOOKED.append(True)
    EVENTS.clear()
    LISTENING.append(True)
    yield EVENTS
    LISTENING.clear()  # a hook cannot be taken off, and must leave other tests alone


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
        ("acme.bad", str(site / "bad.py"), "fail", "audited", (path,)),
        ("acme.good", str(site / "good.py"), "pass", "admitted", (path,)),
        ("acme.opened", str(site / "opened.py"), "pass", "admitted", (path,)),
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


# --- who has the last word --------------------------------------------------------------------------------------------

MODES = ["enforce", "warn", "audit", "off"]
OBSERVE = """
import importspy, sys, warnings
events = []
sys.addaudithook(lambda event, arguments: events.append(event) if event == "importspy.verdict" else None)
importspy.install("contract.yml", mode={mode!r})
warnings.simplefilter("error")
try:
    import acme.bad
except importspy.ContractViolation:
    print("enforce")
except importspy.ContractWarning:
    print("warn")
else:
    print("audit" if events else "off")
"""


@pytest.mark.parametrize("given", [None, *MODES])
@pytest.mark.parametrize("variable", [None, "", *MODES])
def test_argument_over_environment_over_contract(plain: Workshop, variable: str | None, given: str | None) -> None:
    for stated in MODES:
        plain.contract(f'modules: ["acme.*"]\nmode: {stated}\nfunctions: [register]\n')
        env = {} if variable is None else {"IMPORTSPY_MODE": variable}
        done = plain.run("-c", OBSERVE.format(mode=given), **env)
        assert done.stdout == f"{given or variable or stated}\n", (stated, done.stderr)


def test_a_mode_in_the_environment_that_is_none(plain: Workshop) -> None:
    """Whoever names a mode in code is not concerned; for everyone else it is an error, and nothing is in force."""
    code = "import importspy, sys\ntry:\n    importspy.install('contract.yml')\nexcept ValueError as e: print(e)\n"
    code += "print(any('importspy' in repr(finder) for finder in sys.meta_path))\n"
    code += "print(importspy.install('contract.yml', mode='audit').active)\n"
    done = plain.run("-c", code, IMPORTSPY_MODE="Enforce")
    sentence = "IMPORTSPY_MODE: one of 'enforce', 'warn', 'audit', 'off' is wanted, not 'Enforce'"
    assert done.stdout.splitlines() == [sentence, "False", "True"]


def test_kill_switch(plain: Workshop) -> None:
    """IMPORTSPY_DISABLE=1: install() answers as ever, and nothing comes into force. Not even contracts are read."""
    code = """
import importspy, sys
before = list(sys.meta_path)
for contract in "contract.yml", "nowhere.yml":
    guard = importspy.install(contract, mode="enforce")
    print(guard.active, guard.contracts, repr(guard))
    with guard as same, importspy.install(contract):
        assert same is guard
        import acme.bad
        print(guard.active, sys.meta_path == before)
    guard.uninstall()
importspy.uninstall()
print(importspy.check("site/acme/bad.py", "contract.yml").verdict)
for wrong in dict(mode="loud"), dict(host=3), dict(unprovable="perhaps"):
    try:
        importspy.install("contract.yml", **wrong)
    except (TypeError, ValueError) as problem:
        print(type(problem).__name__)
import os
os.environ["IMPORTSPY_DISABLE"] = "0"
print(importspy.install("contract.yml").active)
"""
    done = plain.run("-c", code, IMPORTSPY_DISABLE="1")
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "False ('contract.yml',) <importspy.Guard ('contract.yml',): not active>",
        "False True",
        "False ('nowhere.yml',) <importspy.Guard ('nowhere.yml',): not active>",
        "False True",
        "fail",
        "ValueError",
        "TypeError",
        "ValueError",
        "False",
    ]


@pytest.mark.parametrize("value", ["", "0", "1", "true", "off", " 1"])
def test_values_of_the_kill_switch(plain: Workshop, value: str) -> None:
    code = (
        "import importspy\ntry:\n    print(importspy.install('contract.yml').active)\nexcept ValueError as e: print(e)"
    )
    done = plain.run("-c", code, IMPORTSPY_DISABLE=value)
    wanted = {"": "True", "0": "True", "1": "False"}
    assert done.stdout.strip() == wanted.get(value, f"IMPORTSPY_DISABLE: one of '0', '1' is wanted, not {value!r}")


def test_kill_switch_and_mode_for_files_that_are_loaded_by_path(plain: Workshop) -> None:
    code = "import importspy, sys\ntry:\n"
    code += "    print(importspy.load_file('mail', 'site/acme/bad.py', sys.argv[1]).__name__)\n"
    code += "except (ImportError, ValueError, importspy.ContractError) as problem: print(type(problem).__name__)"
    for env, contracts, wanted in (
        ({}, "contract.yml", "ContractViolation"),
        ({"IMPORTSPY_DISABLE": "1"}, "contract.yml", "mail"),
        ({"IMPORTSPY_DISABLE": "1"}, "nowhere.yml", "mail"),
        ({"IMPORTSPY_DISABLE": "no"}, "contract.yml", "ValueError"),
        ({"IMPORTSPY_MODE": "off"}, "contract.yml", "mail"),
        ({"IMPORTSPY_MODE": "audit"}, "contract.yml", "mail"),
        ({"IMPORTSPY_MODE": "no"}, "contract.yml", "ValueError"),
        ({"IMPORTSPY_MODE": "off"}, "nowhere.yml", "ContractError"),
    ):
        done = plain.run("-c", code, contracts, **env)
        assert (done.returncode, done.stdout) == (0, f"{wanted}\n"), (env, contracts, done.stderr)


def test_a_plugin_cannot_throw_the_switch(plain: Workshop) -> None:
    code = "import importspy, os\nos.environ.update(IMPORTSPY_DISABLE='1', IMPORTSPY_MODE='off')\n"
    code += "importspy.install('contract.yml')\nimport acme.bad"
    assert "ContractViolation" in plain.run("-c", code).stderr


# --- a host with many plugins -----------------------------------------------------------------------------------------

BAD = {"acme.p2", "acme.p5", "acme.p9"}


@pytest.mark.parametrize("mode", MODES)
def test_a_host_gets_the_outcome_of_each_plugin_and_goes_on(
    plain: Workshop, events: list[tuple[Any, ...]], mode: str
) -> None:
    names = [f"acme.p{number}" for number in range(10)]
    for name in names:
        body = "def other(app):\n    return app\n" if name in BAD else "def register(app):\n    return app\n"
        plain.write(f"acme/{name.rpartition('.')[2]}.py", body)
    importspy.install(contract(plain, "enforce"), mode=mode)  # type: ignore[arg-type]
    loaded, denied = set(), {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for name in names:
            try:
                importlib.import_module(name)
            except importspy.ContractViolation as problem:
                denied[name] = [finding.code for finding in problem.violations]
            else:
                loaded.add(name)
    warned = {str(warning.message).split("'")[1] for warning in caught}
    outcomes = {name: outcome for name, _, verdict, outcome, _ in events if verdict == "fail"}
    assert denied == ({name: ["ISPY301"] for name in BAD} if mode == "enforce" else {})
    assert loaded == set(names) - denied.keys()
    assert loaded == {name for name in names if name in sys.modules}
    assert warned == (BAD if mode == "warn" else set())
    words = {"enforce": "denied", "warn": "warned", "audit": "audited"}
    assert outcomes == ({} if mode == "off" else dict.fromkeys(BAD, words[mode]))
    assert {name for name, *_ in events} == (set() if mode == "off" else set(names))


def test_contracts_of_several_modes_at_once(plain: Workshop, events: list[tuple[Any, ...]]) -> None:
    """Each contract in its own mode, over the same plugin: one denies, one warns, one listens, one is off."""
    for mode, function in zip(MODES, ["one", "two", "three", "four"], strict=True):
        plain.contract(f'modules: ["acme.*"]\nmode: {mode}\nfunctions: [{function}]\n', f"set/{mode}.yml")
    importspy.install(plain.folder / "set")
    plain.write("acme/first.py", "def one(): ...\n")
    plain.write("acme/second.py", "def two(): ...\n")
    with pytest.warns(importspy.ContractWarning, match="function 'two' is missing") as caught:
        importlib.import_module("acme.first")
    assert len(caught) == 1
    with pytest.raises(importspy.ContractViolation, match="function 'one' is missing"):
        importlib.import_module("acme.second")
    assert [(name, verdict, outcome) for name, _, verdict, outcome, _ in events] == [
        ("acme.first", "fail", "warned"),
        ("acme.second", "fail", "denied"),
    ]

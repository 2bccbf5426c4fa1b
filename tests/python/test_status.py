"""status(): the register of verdicts, what was imported before, displacement, contracts that met nothing."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import sys
import threading
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop
from importspy import _core


@pytest.fixture(autouse=True)
def empty_register() -> Iterator[None]:
    _core._forget()
    yield
    _core._forget()


def rows() -> dict[str, importspy.Admission]:
    return {row.module: row for row in importspy.status().modules}


def load(name: str) -> None:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)


# --- what is remembered -----------------------------------------------------------------------------------------------


def test_a_row_for_each_module(plain: Workshop) -> None:
    path = str(plain.folder / "contract.yml")
    with importspy.install(path):
        load("acme.good")
        load("acme.bad")
        load("ran_marker")
    found = rows()
    assert list(found) == ["acme.good", "acme.bad"]
    good, bad = found["acme.good"], found["acme.bad"]
    assert (good.way, good.bound, good.verdict, good.outcome, good.mode) == (
        "finder",
        True,
        "pass",
        "admitted",
        "enforce",
    )
    assert (bad.way, bad.bound, bad.verdict, bad.outcome, bad.mode) == ("finder", True, "fail", "denied", "enforce")
    assert good.path == str(plain.site / "acme" / "good.py")
    assert good.contracts == bad.contracts == (path,)
    assert good.report is None
    assert bad.report is not None
    assert [finding.code for finding in bad.report.violations] == ["ISPY301"]
    assert good.validation_ns > 0
    assert good.confirmation_ns == 0
    assert good.time_ns <= bad.time_ns
    assert repr(bad) == "<importspy.Admission 'acme.bad': fail, denied>"


def test_confirmation_is_the_last_word(plain: Workshop) -> None:
    plain.write("acme/opened.py", "exec('register = lambda app: app')\n")
    plain.write("acme/empty.py", "exec('other = 3')\n")
    with importspy.install(plain.folder / "contract.yml"):
        load("acme.opened")
        load("acme.empty")
    found = rows()
    assert (found["acme.opened"].verdict, found["acme.opened"].outcome) == ("pass", "admitted")
    assert (found["acme.empty"].verdict, found["acme.empty"].outcome) == ("fail", "denied")
    for row in found.values():
        assert row.validation_ns > 0
        assert row.confirmation_ns > 0


def test_a_module_that_fails_by_itself_while_it_is_open(plain: Workshop) -> None:
    plain.write("acme/torn.py", "exec('register = lambda app: app')\nraise RuntimeError('mine')\n")
    with importspy.install(plain.folder / "contract.yml"), pytest.raises(RuntimeError, match="mine"):
        importlib.import_module("acme.torn")
    row = rows()["acme.torn"]
    assert (row.verdict, row.outcome) == ("unprovable", "admitted")  # it was let in, and has run


def test_a_replacement_has_the_last_word(plain: Workshop) -> None:
    text = "import sys, types\ndef register(app): ...\nsys.modules[__name__] = types.SimpleNamespace(register=3)\n"
    plain.write("acme/swapped.py", text)
    with importspy.install(plain.folder / "contract.yml"), pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.swapped")
    assert (rows()["acme.swapped"].verdict, rows()["acme.swapped"].outcome) == ("fail", "denied")


@pytest.mark.parametrize(("mode", "outcome"), [("warn", "warned"), ("audit", "audited"), ("enforce", "denied")])
def test_outcomes(plain: Workshop, mode: Any, outcome: str) -> None:
    with importspy.install(plain.folder / "contract.yml", mode=mode), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        load("acme.bad")
        load("acme.good")
    found = rows()
    assert (found["acme.bad"].outcome, found["acme.bad"].mode) == (outcome, mode)
    assert found["acme.good"].outcome == "admitted"
    assert found["acme.bad"].report is not None


def test_a_warning_that_is_an_error_denies(plain: Workshop) -> None:
    with importspy.install(plain.folder / "contract.yml", mode="warn"), warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(importspy.ContractWarning):
            importlib.import_module("acme.bad")
    assert rows()["acme.bad"].outcome == "denied"


def test_the_strictest_of_several_contracts(plain: Workshop) -> None:
    plain.contract('modules: ["acme.*"]\nmode: audit\nclasses: [Missing]\n', "audit.yml")
    with importspy.install(plain.folder / "contract.yml"), importspy.install(plain.folder / "audit.yml"):
        load("acme.good")
    row = rows()["acme.good"]
    assert (row.verdict, row.outcome, row.mode) == ("fail", "audited", "enforce")
    assert row.contracts == (str(plain.folder / "contract.yml"), str(plain.folder / "audit.yml"))


def test_the_latest_verdict_counts(plain: Workshop) -> None:
    with importspy.install(plain.folder / "contract.yml"):
        load("acme.bad")
        plain.write("acme/bad.py", "def register(app): ...\n")
        load("acme.bad")
    assert [(row.module, row.outcome) for row in importspy.status().modules] == [("acme.bad", "admitted")]


def test_loaders_that_run_code_of_their_own_are_not_bound(plain: Workshop) -> None:
    class Mine(importlib.machinery.SourceFileLoader):
        def source_to_code(  # type: ignore[override]
            self, data: Any, path: Any, *name: Any, _optimize: int = -1
        ) -> types.CodeType:
            return compile(data, path, "exec")

    class Finder:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> object:
            if name != "acme.good":
                return None
            file = str(plain.site / "acme" / "good.py")
            return importlib.util.spec_from_file_location(name, file, loader=Mine(name, file))

    with importspy.install(plain.folder / "contract.yml"):
        sys.meta_path.insert(1, Finder())  # type: ignore[arg-type]
        load("acme.good")
    assert rows()["acme.good"].bound is False


def test_threads(plain: Workshop) -> None:
    names = [f"acme.many{number}" for number in range(40)]
    for name in names:
        plain.write(name.replace(".", "/") + ".py", "def register(app): ...\n")
    with importspy.install(plain.folder / "contract.yml"):
        threads = [
            threading.Thread(target=lambda part=part: [load(name) for name in part])
            for part in (names[::2], names[1::2], names, names)
        ]
        for thread in threads:
            thread.start()
        for _ in range(20):
            importspy.status()
        for thread in threads:
            thread.join()
    assert sorted(rows()) == sorted(names)


MANY = """
import gc, importlib.util, importspy, sys, tracemalloc
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith("acme.name"):
            return importlib.util.spec_from_file_location(name, sys.argv[1])
sys.meta_path.append(Finder)
importspy.install("contract.yml")
def admit(number):
    spec = sys.meta_path[0].find_spec(f"acme.name{number}")
    spec.loader.create_module(spec)
"""


def test_the_register_is_bounded(plain: Workshop) -> None:
    """And what it forgets is counted, the oldest first."""
    code = f"""{MANY}
for number in range(5000):
    admit(number)
state = importspy.status()
print(len(state.modules), state.forgotten, len(state.modules) + state.forgotten, state.modules[-1].module)
"""
    done = plain.run("-c", code, plain.site / "acme" / "good.py")
    assert done.returncode == 0, done.stderr
    kept, forgotten, total, last = done.stdout.split()
    assert int(kept) <= 4096
    assert int(forgotten) > 0
    assert total == "5000"
    assert last == "acme.name4999"


def test_an_admitted_module_takes_little_memory(plain: Workshop) -> None:
    """A few hundred bytes, its name and path included."""
    code = f"""{MANY}
for number in range(200): admit(number)
gc.collect(); tracemalloc.start()
for number in range(200, 2200): admit(number)
gc.collect()
print(tracemalloc.get_traced_memory()[0] / 2000)
"""
    done = plain.run("-c", code, plain.site / "acme" / "good.py")
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 700


def test_scenario_60_the_guard_does_not_look_at_itself(workshop: Workshop) -> None:
    workshop.contract('modules: ["importspy", "importspy._core"]\nfunctions: [register]\n', "own.yml")
    code = (
        "import importspy; importspy.install('own.yml'); print(importspy.status().active, importspy.status().modules)"
    )
    done = workshop.run("-W", "error", "-c", code)
    assert done.stdout == "True ()\n", done.stderr


# --- loaded past the finders ------------------------------------------------------------------------------------------


def run_file(name: str, path: Path) -> None:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    with contextlib.suppress(ImportError, RuntimeError):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_the_way_is_direct(plain: Workshop) -> None:
    plain.write("acme/opened.py", "exec('register = lambda app: app')\n")
    plain.write("acme/torn.py", "exec('register = lambda app: app')\nraise RuntimeError\n")
    importspy.install(plain.folder / "contract.yml")
    for name in ("good", "bad", "opened", "torn"):
        run_file(f"acme.{name}", plain.site / "acme" / f"{name}.py")
    assert {name: (row.way, row.bound, row.verdict, row.outcome) for name, row in rows().items()} == {
        "acme.good": ("direct", True, "pass", "admitted"),
        "acme.bad": ("direct", True, "fail", "denied"),
        "acme.opened": ("direct", True, "pass", "admitted"),
        "acme.torn": ("direct", True, "unprovable", "admitted"),
    }
    assert rows()["acme.opened"].confirmation_ns > 0


def test_load_file_is_direct(plain: Workshop) -> None:
    importspy.load_file("mine", plain.site / "acme" / "good.py", plain.folder / "contract.yml")
    del sys.modules["mine"]
    row = rows()["mine"]
    assert (row.way, row.bound, row.verdict, row.outcome) == ("direct", True, "pass", "admitted")


def test_one_event_for_what_is_loaded_directly(plain: Workshop) -> None:
    code = f"""{LISTEN}
import importlib.util, sys
importspy.install("contract.yml")
for name in ("good", "bad"):
    spec = importlib.util.spec_from_file_location(f"acme.{{name}}", f"site/acme/{{name}}.py")
    try:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    except ImportError:
        pass
print([(event[0], event[3]) for event in events])
"""
    assert plain.run("-c", code).stdout == "[('acme.good', 'admitted'), ('acme.bad', 'denied')]\n"


# --- audit events -----------------------------------------------------------------------------------------------------

LISTEN = """
import sys, importspy
events = []
def listen(event, arguments):
    if event == "importspy.verdict":
        events.append(arguments)
sys.addaudithook(listen)
"""


def test_one_event_for_each_verdict(plain: Workshop) -> None:
    plain.write("acme/opened.py", "exec('register = lambda app: app')\n")
    code = f"""{LISTEN}
importspy.install("contract.yml")
for name in ("acme.good", "acme.bad", "acme.opened", "ran_marker"):
    try:
        __import__(name)
    except ImportError:
        pass
import json; print(json.dumps(events))
"""
    site = plain.site / "acme"
    assert json.loads(plain.run("-c", code).stdout) == [
        ["acme.good", str(site / "good.py"), "pass", "admitted", ["contract.yml"]],
        ["acme.bad", str(site / "bad.py"), "fail", "denied", ["contract.yml"]],
        ["acme.opened", str(site / "opened.py"), "pass", "admitted", ["contract.yml"]],
    ]


@pytest.mark.parametrize("mode", ["enforce", "warn", "audit"])
def test_a_hook_that_raises_denies(plain: Workshop, mode: str) -> None:
    code = f"""
import sys, importspy
def refuse(event, arguments):
    if event == "importspy.verdict":
        raise PermissionError("not today")
sys.addaudithook(refuse)
importspy.install("contract.yml", mode={mode!r})
for name in ("acme.good", "acme.opened"):
    try:
        __import__(name)
        print("let in")
    except PermissionError as problem:
        print(problem, name in sys.modules, [(row.verdict, row.outcome) for row in importspy.status().modules][-1])
"""
    plain.write("acme/opened.py", "exec('register = lambda app: app')\n")
    assert plain.run("-c", code).stdout == "not today False ('pass', 'denied')\n" * 2


def test_a_hook_that_asks_for_the_status(plain: Workshop) -> None:
    code = """
import importspy, sys
import importspy._status
asked = []
def listen(event, arguments):
    if event == "importspy.verdict":
        asked.append(len(importspy.status().modules))
        importspy.install("contract.yml")
sys.addaudithook(listen)
importspy.install("contract.yml")
import acme.good
print(asked, len(importspy.status().modules))
"""
    assert plain.run("-c", code).stdout == "[0] 1\n"


def test_interpreters_have_their_own_registers(plain: Workshop) -> None:
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    interpreters: Any = importlib.import_module(name)
    importspy.install(plain.folder / "contract.yml")
    load("acme.good")
    code = f"import sys; sys.path[:] = {sys.path!r}; import importspy; assert importspy.status().modules == ()"
    number = interpreters.create()
    try:
        assert interpreters.run_string(number, code) is None
    finally:
        interpreters.destroy(number)


# --- scenario 60 ------------------------------------------------------------------------------------------------------


def test_scenario_60_what_was_imported_before_is_reported(plain: Workshop) -> None:
    load("acme.good")
    load("acme.bad")
    with pytest.warns(importspy.ContractWarning) as caught:
        guard = importspy.install(plain.folder / "contract.yml")
    assert len(caught) == 1
    assert "module 'acme.bad' breaks its contract: it was imported before the contract was in force" in str(
        caught[0].message
    )
    assert "register" in str(caught[0].message)
    assert guard.active
    found = rows()
    assert {name: (row.way, row.verdict, row.outcome, row.bound) for name, row in found.items()} == {
        "acme.good": ("before activation", "pass", "admitted", False),
        "acme.bad": ("before activation", "fail", "warned", False),
    }
    assert found["acme.bad"].report is not None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert importspy.install(plain.folder / "contract.yml") is guard  # once is enough


@pytest.mark.parametrize(("mode", "outcome"), [("audit", "audited"), ("off", None)])
def test_scenario_60_modes(plain: Workshop, mode: Any, outcome: str | None) -> None:
    load("acme.bad")
    importspy.install(plain.folder / "contract.yml", mode=mode)
    assert [row.outcome for row in importspy.status().modules] == ([] if outcome is None else [outcome])


def test_scenario_60_the_running_module_counts(plain: Workshop) -> None:
    """Not only what its file says today."""
    load("acme.good")
    del sys.modules["acme.good"].register
    with pytest.warns(importspy.ContractWarning, match=r"acme\.good"):
        importspy.install(plain.folder / "contract.yml")


def test_scenario_60_a_file_that_is_gone(plain: Workshop) -> None:
    load("acme.good")
    load("acme.bad")
    (plain.site / "acme" / "good.py").unlink()
    (plain.site / "acme" / "bad.py").write_text("def register(:\n")
    with pytest.warns(importspy.ContractWarning, match=r"acme\.bad"):
        importspy.install(plain.folder / "contract.yml")
    assert {name: row.verdict for name, row in rows().items()} == {"acme.good": "pass", "acme.bad": "fail"}


def test_scenario_60_modules_that_are_odd(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hostile(types.ModuleType):
        def __getattribute__(self, name: str) -> object:
            raise AssertionError("asked")

    made = types.ModuleType("acme.made")
    made.register = lambda app: app  # type: ignore[attr-defined]
    loose = types.ModuleType("acme.loose")
    del loose.__spec__, loose.__loader__
    monkeypatch.setitem(sys.modules, "acme.made", made)
    monkeypatch.setitem(sys.modules, "acme.loose", loose)
    monkeypatch.setitem(sys.modules, "acme.none", None)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "acme.number", 3)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "acme.\udcff", made)
    monkeypatch.setitem(sys.modules, "acme.builtin", sys)
    with pytest.warns(importspy.ContractWarning) as caught:
        importspy.install(plain.folder / "contract.yml")
    assert [str(one.message).split("'")[1] for one in caught] == ["acme.loose"]
    assert {"acme.made", "acme.loose", "acme.\udcff"} == set(rows())


def test_scenario_60_a_lazy_module_is_not_loaded(plain: Workshop) -> None:
    spec = importlib.util.find_spec("acme.bad")
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules["acme.bad"] = module
    spec.loader.exec_module(module)
    with pytest.warns(importspy.ContractWarning, match=r"acme\.bad"):
        importspy.install(plain.folder / "contract.yml")
    importspy.status()
    assert "ran_marker" not in sys.modules
    with pytest.raises(importspy.ContractViolation):  # at first use its code meets the audit hook
        module.other  # noqa: B018
    assert "ran_marker" not in sys.modules
    del sys.modules["acme.bad"]


def test_scenario_60_a_package_that_installs_while_it_is_imported(plain: Workshop) -> None:
    """Half of it has not run yet: its source speaks for it."""
    plain.contract('modules: ["host"]\nfunctions: [later]\n', "host.yml")
    path = str(plain.folder / "host.yml")
    plain.write("host.py", f"import importspy\nimportspy.install({path!r})\ndef later(): ...\n")
    importlib.import_module("host")
    assert [(row.module, row.verdict, row.outcome) for row in importspy.status().modules] == [
        ("host", "pass", "admitted")
    ]


def test_scenario_60_by_path_and_under_another_name(plain: Workshop) -> None:
    plain.contract("files: [site/acme/bad.py]\nfunctions: [register]\n", "path.yml")
    load("acme.bad")
    sys.modules["alias"] = sys.modules["acme.bad"]
    with pytest.warns(importspy.ContractWarning) as caught:
        importspy.install(plain.folder / "path.yml")
    del sys.modules["alias"]
    assert sorted(str(one.message).split("'")[1] for one in caught) == ["acme.bad", "alias"]


def test_scenario_60_a_warning_that_is_an_error_installs_nothing(plain: Workshop) -> None:
    load("acme.bad")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(importspy.ContractWarning):
            importspy.install(plain.folder / "contract.yml")
    assert importspy.status().guards == ()
    assert not [finder for finder in sys.meta_path if "importspy" in repr(finder)]


def test_scenario_60_a_second_guard_looks_at_its_own(plain: Workshop) -> None:
    plain.contract('modules: ["acme.good"]\nclasses: [Missing]\n', "second.yml")
    with importspy.install(plain.folder / "contract.yml"):
        load("acme.good")
        with pytest.warns(importspy.ContractWarning, match="Missing"), importspy.install(plain.folder / "second.yml"):
            pass
    assert [(row.way, row.outcome) for row in importspy.status().modules] == [
        ("finder", "admitted"),
        ("before activation", "warned"),
    ]


# --- scenario 43 ------------------------------------------------------------------------------------------------------


class Serving:
    """A finder that serves whatever it finds, by itself."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: object = None) -> object:
        return importlib.machinery.PathFinder.find_spec(name, path)


def test_scenario_43_a_replaced_meta_path_is_noticed_and_mended(
    plain: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = importspy.install(plain.folder / "contract.yml")
    state = importspy.status()
    assert (state.active, state.position, state.meta_path_replaced, state.before) == (True, 0, False, ())
    assert not [problem for problem in state.problems if "meta_path" in problem]
    monkeypatch.setattr(sys, "meta_path", sys.meta_path[1:])
    state = importspy.status()
    assert (state.active, state.position, state.meta_path_replaced) == (False, None, True)
    assert not guard.active
    assert "sys.meta_path was replaced" in state.problems[0]
    assert guard.reinstall() is True
    assert guard.active
    assert guard.reinstall() is False
    state = importspy.status()
    assert (state.active, state.position, state.meta_path_replaced) == (True, 0, False)
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")


def test_scenario_43_a_copy_that_keeps_the_finder(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    importspy.install(plain.folder / "contract.yml")
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    state = importspy.status()
    assert (state.active, state.position, state.meta_path_replaced) == (True, 0, True)
    importspy.uninstall()
    assert not [finder for finder in sys.meta_path if "importspy" in repr(finder)]


def test_scenario_43_a_finder_that_was_taken_off(plain: Workshop) -> None:
    guard = importspy.install(plain.folder / "contract.yml")
    del sys.meta_path[0]
    state = importspy.status()
    assert not state.active
    assert "taken off" in state.problems[0]
    assert importspy.install(plain.folder / "contract.yml") is guard
    assert importspy.status().position == 0


def test_scenario_43_a_finder_before_ours(plain: Workshop) -> None:
    guard = importspy.install(plain.folder / "contract.yml", direct=False)
    assert guard.direct is False
    importlib.import_module("acme")
    serving: Any = Serving()
    sys.meta_path.insert(0, serving)
    importlib.import_module("acme.bad")  # unseen
    assert "acme.bad" not in rows()
    state = importspy.status()
    assert state.active
    assert state.position == 1
    assert state.before == (serving,)
    assert "test_status.Serving; what is found without it is not held against contracts" in state.problems[0]
    del sys.modules["acme.bad"]
    assert guard.reinstall() is True
    assert sys.meta_path[1] is serving
    assert importspy.status().before == ()
    assert importspy.status().displacers == (serving,)
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    importspy.uninstall()
    assert importspy.status().displacers == ()


def test_scenario_43_the_audit_hook_puts_it_back(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing the parent is enough of an event."""
    guard = importspy.install(plain.folder / "contract.yml")
    assert guard.direct is True
    monkeypatch.setattr(sys, "meta_path", sys.meta_path[1:])
    assert "held against contracts by the audit hook alone" in importspy.status().problems[0]
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    importlib.import_module("acme.good")
    assert [(row.module, row.way) for row in importspy.status().modules] == [
        ("acme.bad", "finder"),
        ("acme.good", "finder"),
    ]


def test_scenario_43_a_finder_whose_repr_is_hostile(plain: Workshop) -> None:
    class Loud(Serving):
        def __repr__(self) -> str:
            raise SystemExit

    importspy.install(plain.folder / "contract.yml")
    sys.meta_path.insert(0, Loud())  # type: ignore[arg-type]
    assert "Loud" in importspy.status().problems[0]


def test_reinstall_needs_a_guard_in_force(plain: Workshop) -> None:
    guard = importspy.install(plain.folder / "contract.yml")
    guard.uninstall()
    with pytest.raises(RuntimeError, match="not in force"):
        guard.reinstall()
    assert importspy.status().guards == ()


# --- contracts that met nothing ---------------------------------------------------------------------------------------


def idle(workshop: Workshop, selector: str) -> importspy.IdleContract | None:
    path = workshop.contract(f"{selector}\nmode: audit\nfunctions: [register]\n", "idle.yml")
    with importspy.install(path):
        found = importspy.status().idle
    assert len(found) < 2
    return found[0] if found else None


@pytest.mark.parametrize(
    ("selector", "reason", "problem"),
    [
        ("modules: [nowhere]", "no module 'nowhere' can be imported", True),
        ("modules: [nowhere.at.all]", "no module 'nowhere.at.all' can be imported", True),
        ("modules: ['nowhere.*']", "'nowhere.*' matches nothing: no package 'nowhere' can be imported", True),
        ("modules: ['acme.x*']", "'acme.x*' matches no installed module", True),
        ("modules: ['acme.b*']", "not imported so far: acme.bad", False),
        ("modules: ['acme.b*', '!acme.bad']", "'acme.b*' matches no installed module", True),
        ("files: ['elsewhere/*.py']", "there is no", True),
        ("files: ['site/acme/x*.py']", "matches no Python file", True),
        ("files: ['site/**/b*.py']", "not imported so far: ", False),
        ("filename: never.py", "no file of the name 'never.py' was imported so far", False),
        ("modules: ['acme.b*']\nfilename: good.py", "the file has to be called 'good.py'", True),
    ],
)
def test_why_a_contract_met_nothing(plain: Workshop, selector: str, reason: str, problem: bool) -> None:
    found = idle(plain, selector)
    assert found is not None
    assert reason in found.reason
    assert found.is_problem is problem
    assert found.line == 1
    assert "acme.bad" not in sys.modules


def test_a_contract_that_was_met_is_not_idle(plain: Workshop) -> None:
    importspy.install(plain.folder / "contract.yml")
    assert len(importspy.status().idle) == 1
    load("acme.good")
    assert importspy.status().idle == ()


def test_a_contract_that_came_too_late(plain: Workshop) -> None:
    load("acme.good")
    found = idle(plain, "modules: [acme.good]")
    assert found is not None
    assert found.reason == "imported before the contract was in force: acme.good"
    assert found.installed == ("acme.good",)


def test_two_contracts_in_one_file_are_told_apart(plain: Workshop) -> None:
    path = plain.contract(
        "modules: [acme.good]\nfunctions: [register]\n---\nmodules: [nowhere]\nfunctions: [f]\n", "two.yml"
    )
    importspy.install(path)
    load("acme.good")
    assert [(one.line, one.selects) for one in importspy.status().idle] == [(4, ("nowhere",))]


def test_status_without_a_guard() -> None:
    state = importspy.status()
    assert (state.active, state.guards, state.position, state.idle, state.problems) == (False, (), None, (), ())


def test_the_types_are_where_they_are_looked_for() -> None:
    assert isinstance(importspy.status(), importspy.Status)
    assert importspy.IdleContract.__name__ == "IdleContract"
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        importspy.nothing_of_that_name  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(TypeError):
        importspy.Admission()
    assert Path(importspy.__file__).exists()

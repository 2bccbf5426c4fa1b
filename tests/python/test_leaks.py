"""Every public call, many times over: no references, no blocks of memory are left behind."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import sys
import warnings
from collections.abc import Callable

import conftest
import importspy
import pytest
from conftest import Workshop
from importspy.cli import main


def calls(workshop: Workshop) -> dict[str, Callable[[], object]]:
    contract = str(workshop.folder / "contract.yml")
    wrong = str(workshop.contract("functons: [a]\n", "wrong.yml"))
    warning = str(workshop.contract('modules: ["acme.*"]\nmode: warn\nfunctions: [register]\n', "warn.yml"))
    stubs = workshop.contract('functions: ["def register(app: int = 3) -> str | None"]\nclasses: [A]\n', "stubs.yml")
    good, bad = str(workshop.site / "acme" / "good.py"), str(workshop.site / "acme" / "bad.py")
    broken = str(workshop.write("acme/broken.py", "def f(:\n"))
    opened = str(workshop.site / "acme" / "opened.py")
    workshop.write("acme/opened.py", "exec('register = lambda app: app')\n")
    workshop.write("acme/empty.py", "exec('other = 3')\n")
    workshop.write("acme/torn.py", "exec('register = 3')\nraise RuntimeError\n")

    def fails(kind: type[BaseException], call: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            try:
                call()
            except kind:
                return
            raise AssertionError(f"{kind} was expected")

        return run

    def load(name: str) -> None:
        sys.modules.pop(name, None)
        try:
            importlib.import_module(name)
        finally:
            sys.modules.pop(name, None)

    def guarded(name: str, path: str = contract) -> Callable[[], object]:
        def run() -> None:
            with importspy.install(path):
                load(name)

        return run

    def reload() -> None:
        with importspy.install(contract):
            importlib.reload(importlib.import_module("acme.good"))
            sys.modules.pop("acme.good")

    def warned() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            guarded("acme.bad", warning)()

    def again() -> None:
        assert importspy.install(contract) is importspy.install(contract)
        importspy.uninstall()

    def before() -> None:
        guarded("acme.good")()
        importlib.import_module("acme.good")
        importspy.install(contract).uninstall()
        sys.modules.pop("acme.good")

    def before_bad() -> None:
        importlib.import_module("acme.bad")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importspy.install(contract).uninstall()
        sys.modules.pop("acme.bad")

    def torn() -> None:
        with contextlib.suppress(RuntimeError):
            guarded("acme.torn")()

    def displaced() -> None:
        importspy.status()  # loads its module: an import puts the finder back
        with importspy.install(contract) as guard:
            sys.meta_path.insert(0, sys.meta_path.pop(1))
            assert guard.reinstall()
            sys.meta_path[:] = [finder for finder in sys.meta_path if "importspy" not in repr(finder)]
            importspy.status()
            assert guard.reinstall()

    def logged() -> None:
        with importspy.install(contract):
            os.environ["IMPORTSPY_LOG"] = os.devnull
            importspy.install(contract)
            load("acme.good")
            del os.environ["IMPORTSPY_LOG"]
            importspy.install(contract)

    def asked() -> None:
        with importspy.install(contract):
            importspy.status()

    report = importspy.check(bad, contract)
    return {
        "install": lambda: importspy.install(contract).uninstall(),
        "install again": again,
        "install, wrong": fails(importspy.ContractError, lambda: importspy.install(wrong)),
        "install, bad mode": fails(ValueError, lambda: importspy.install(contract, mode="x")),  # type: ignore[arg-type]
        "install, bad path": fails(TypeError, lambda: importspy.install(3)),  # type: ignore[arg-type]
        "uninstall": importspy.uninstall,
        "rules": importspy.rules,
        "check, good": lambda: importspy.check(good, contract),
        "check, bad": lambda: importspy.check(bad, contract, module="acme.bad"),
        "check, broken": lambda: importspy.check(broken, contract),
        "check, stubs": lambda: importspy.check(good, stubs),
        "check, missing": fails(OSError, lambda: importspy.check("missing", contract)),
        "check, context": lambda: importspy._core._check(good, contract, {"os": "x", "environment": {}}),
        "check, live": lambda: importspy._core._check(good, contract, None, "x", conftest),
        "check, only live": lambda: importspy._core._check(None, contract, None, "x", conftest),
        "check, live for open": lambda: importspy._core._check(opened, contract, None, "x", conftest),
        "Spy": fails(ValueError, lambda: importspy.Spy().importspy(contract, None, conftest)),
        "pickle": lambda: pickle.loads(pickle.dumps(report)) == report,
        "import, unselected": guarded("ran_marker"),
        "import, good": guarded("acme.good"),
        "import, bad": fails(importspy.ContractViolation, guarded("acme.bad")),
        "import, broken": fails(importspy.ContractViolation, guarded("acme.broken")),
        "import, confirmed": guarded("acme.opened"),
        "import, not confirmed": fails(importspy.ContractViolation, guarded("acme.empty")),
        "import, missing": fails(ModuleNotFoundError, guarded("acme.missing")),
        "import, warned": warned,
        "reload": reload,
        "import, raises while open": torn,
        "imported before": before,
        "imported before, bad": before_bad,
        "displaced": displaced,
        "logged": logged,
        "status": importspy.status,
        "status, guarded": asked,
        "preflight": lambda: importspy.preflight("acme.*", contracts=contract),
        "preflight, wrong": fails(importspy.ContractError, lambda: importspy.preflight("a", contracts=wrong)),
        "doctor": lambda: main(["doctor", "--contract", contract]),
        "forget": importspy._core._forget,
        "cli": lambda: main(["check", good, "--contract", contract]),
        "structure": lambda: importspy._core._structure(b"class A:\n    x: int = 3\n"),
        "live structure": lambda: importspy._core._live_structure(conftest),
    }


NAMES = [
    "install",
    "install again",
    "install, wrong",
    "install, bad mode",
    "install, bad path",
    "uninstall",
    "rules",
    "check, good",
    "check, bad",
    "check, broken",
    "check, stubs",
    "check, missing",
    "check, context",
    "check, live",
    "check, only live",
    "check, live for open",
    "Spy",
    "pickle",
    "import, unselected",
    "import, good",
    "import, bad",
    "import, broken",
    "import, confirmed",
    "import, not confirmed",
    "import, missing",
    "import, warned",
    "reload",
    "import, raises while open",
    "imported before",
    "imported before, bad",
    "displaced",
    "logged",
    "status",
    "status, guarded",
    "preflight",
    "preflight, wrong",
    "doctor",
    "forget",
    "cli",
    "structure",
    "live structure",
]


def measure(call: Callable[[], object], count: int) -> int:
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(count):
        call()
    gc.collect()
    return sys.getallocatedblocks() - before


@pytest.mark.parametrize("name", NAMES)
def test_calls_leave_nothing_behind(plain: Workshop, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("acme")
    call = calls(plain)[name]
    measure(call, 200)  # Python's own free lists fill up slowly, and count as allocated
    grown = min(measure(call, 100) for _ in range(5))
    capsys.readouterr()
    assert grown < 60, f"{grown} blocks for 100 calls"
    assert set(NAMES) == set(calls(plain))


def test_objects_go_away(plain: Workshop) -> None:
    def count(kind: str) -> int:
        return sum(type(one).__name__ == kind for one in gc.get_objects())

    def work() -> None:
        with importspy.install(plain.folder / "contract.yml"):
            for name in ("acme.good", "acme.bad"):
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
                sys.modules.pop(name, None)

    work()
    gc.collect()
    before = [count(kind) for kind in ("Loader", "Guard", "Report", "Finding")]
    for _ in range(20):
        work()
    gc.collect()
    assert [count(kind) for kind in ("Loader", "Guard", "Report", "Finding")] == before

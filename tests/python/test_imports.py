"""Imports under contract: the ways in, threads, reload, other people's finders and loaders."""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import importlib.resources
import importlib.util
import inspect
import pickle
import pkgutil
import runpy
import subprocess
import sys
import threading
import traceback
import types
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop
from refcounts import counts


@pytest.fixture
def guard(plain: Workshop) -> importspy.Guard:
    return importspy.install(plain.folder / "contract.yml")


def find(name: str) -> importlib.machinery.ModuleSpec:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    return spec


def in_threads(count: int, name: str) -> list[object]:
    """What each thread gets from importing the module at the same time: the module, or the exception."""
    barrier = threading.Barrier(count)
    results: list[object] = []

    def work() -> None:
        barrier.wait()
        try:
            results.append(importlib.import_module(name))
        except BaseException as problem:
            results.append(problem)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_scenario_01_eight_threads_one_violating_module(guard: importspy.Guard) -> None:
    importlib.import_module("acme")
    results = in_threads(8, "acme.bad")
    assert [type(result) for result in results] == [importspy.ContractViolation] * 8
    assert "ran_marker" not in sys.modules


def test_scenario_02_eight_threads_one_good_module(guard: importspy.Guard) -> None:
    results = in_threads(8, "acme.good")
    assert len(set(map(id, results))) == 1
    assert sys.modules["acme.good"].RAN == [1]


def test_scenario_03_and_04_a_violation_leaves_nothing(guard: importspy.Guard) -> None:
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    assert "acme.bad" not in sys.modules
    assert not hasattr(sys.modules["acme"], "bad")
    assert "ran_marker" not in sys.modules


def test_scenario_05_from_import(guard: importspy.Guard) -> None:
    with pytest.raises(importspy.ContractViolation):
        exec("from acme import bad")
    with pytest.raises(importspy.ContractViolation):
        exec("from acme.bad import other")
    exec("from acme import good")


def test_scenario_06_find_spec_validates_nothing(guard: importspy.Guard, plain: Workshop) -> None:
    spec = find("acme.bad")
    assert spec.origin == str(plain.site / "acme" / "bad.py")
    assert "importspy" in repr(spec.loader)


def test_scenario_07_a_missing_module(guard: importspy.Guard) -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.import_module("acme.missing")
    assert not isinstance(caught.value, importspy.ContractViolation)
    assert caught.value.name == "acme.missing"


def test_scenario_11_run_module(guard: importspy.Guard) -> None:
    with pytest.raises(ImportError, match=r"module 'acme\.bad' is denied") as caught:
        runpy.run_module("acme.bad")
    assert isinstance(caught.value.__cause__, importspy.ContractViolation)
    assert "ran_marker" not in sys.modules
    names = runpy.run_module("acme.good", run_name="__main__")
    assert names["RAN"] == [1]
    assert names["__spec__"].origin.endswith("good.py")


def test_scenario_13_python_dash_m(plain: Workshop) -> None:
    plain.write("sitecustomize.py", "import importspy\nimportspy.install('contract.yml')\n")
    done = plain.run("-m", "acme.bad")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("module 'acme.bad' is denied") == 1
    assert done.stdout == ""
    plain.write("acme/good.py", "print(__name__)\ndef register(app): ...\n")
    done = plain.run("-m", "acme.good")
    assert (done.returncode, done.stdout, done.stderr) == (0, "__main__\n", "")


def test_python_dash_m_cannot_be_confirmed(plain: Workshop) -> None:
    plain.write("sitecustomize.py", "import importspy\nimportspy.install('contract.yml')\n")
    plain.write("acme/open.py", "from acme.good import *\nprint('ran')\n")
    done = plain.run("-m", "acme.open")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "could not be confirmed" in done.stderr
    done = plain.run("-c", "import acme.open")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ran\n", "")


def test_scenario_14_reload_of_a_violating_edit(guard: importspy.Guard, plain: Workshop) -> None:
    module = importlib.import_module("acme.good")
    before = dict(vars(module))
    plain.write("acme/good.py", "import ran_marker\nNEW = 1\n")
    with pytest.raises(importspy.ContractViolation):
        importlib.reload(module)
    assert dict(vars(module)) == before
    assert vars(module)["__spec__"] is before["__spec__"]
    assert module.__spec__ is not None
    assert type(module.__spec__.loader) is importlib.machinery.SourceFileLoader
    assert type(module.__loader__) is importlib.machinery.SourceFileLoader
    assert sys.modules["acme.good"] is module
    assert "ran_marker" not in sys.modules


def test_scenario_14_reload_that_fails_confirmation(guard: importspy.Guard, plain: Workshop) -> None:
    module = importlib.import_module("acme.good")
    before = dict(vars(module))
    plain.write("acme/good.py", "exec('register = 1')\nOTHER = 2\n")
    with pytest.raises(importspy.ContractViolation):
        importlib.reload(module)
    assert dict(vars(module)) == before


def test_scenario_15_reload_of_a_valid_edit(guard: importspy.Guard, plain: Workshop) -> None:
    module = importlib.import_module("acme.good")
    plain.write("acme/good.py", "NEW = 7\ndef register(app): ...\n")
    assert importlib.reload(module) is module
    assert module.NEW == 7
    assert module.__spec__ is not None
    assert type(module.__spec__.loader) is importlib.machinery.SourceFileLoader
    assert type(module.__loader__) is importlib.machinery.SourceFileLoader


def lazily(name: str) -> types.ModuleType:
    spec = find(name)
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return module


def test_scenario_16_lazy_loader_bad(guard: importspy.Guard) -> None:
    importlib.import_module("acme")
    with pytest.raises(importspy.ContractViolation):
        lazily("acme.bad")
    assert "acme.bad" not in sys.modules


def test_scenario_17_lazy_loader_good(guard: importspy.Guard) -> None:
    importlib.import_module("acme")
    module = lazily("acme.good")
    assert module.register(3) == 3
    assert module.RAN == [1]
    assert module.__spec__ is not None
    assert type(module.__spec__.loader) is importlib.machinery.SourceFileLoader
    assert type(module.__loader__) is importlib.machinery.SourceFileLoader


def test_scenario_32_resources_of_a_namespace_package(workshop: Workshop) -> None:
    workshop.contract('modules: ["space.**"]\nfunctions: [register]\n')
    (workshop.site / "space").mkdir()
    (workshop.site / "space" / "data.txt").write_text("x")
    (workshop.site / "space" / "bad.py").write_text("")
    importspy.install(workshop.folder / "contract.yml")
    space = importlib.import_module("space")
    assert (importlib.resources.files("space") / "data.txt").read_text() == "x"
    assert "importspy" not in repr(space.__spec__)
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("space.bad")


def test_scenario_33_builtin_and_frozen_modules(workshop: Workshop) -> None:
    workshop.contract('modules: ["**"]\nfunctions: [register]\n')
    importspy.install(workshop.folder / "contract.yml", mode="audit")  # else all that is imported would be warned of
    for name in ("_struct", "errno", "_sha2", "_sha1", "__hello__", "zipimport"):
        spec = importlib.machinery.BuiltinImporter.find_spec(name) or importlib.machinery.FrozenImporter.find_spec(name)
        if spec is not None:
            found = sys.meta_path[0].find_spec(name, None)
            assert found is not None
            assert found.loader is spec.loader


def test_scenario_34_resources_of_a_guarded_package(plain: Workshop) -> None:
    plain.contract('modules: ["acme", "acme.*"]\n', "all.yml")
    importspy.install(plain.folder / "all.yml")
    (plain.site / "acme" / "data.txt").write_text("hello")
    assert pkgutil.get_data("acme", "data.txt") == b"hello"
    assert (importlib.resources.files("acme") / "data.txt").read_text() == "hello"


def test_scenario_35_source_and_tracebacks(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.write("acme/fails.py", "def register(app):\n    raise ValueError(app)\n\n\nregister('early')\n")
    with pytest.raises(ValueError, match="early") as caught:
        importlib.import_module("acme.fails")
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [(frame.filename, frame.lineno) for frame in frames][-2:] == [(str(path), 5), (str(path), 2)]
    assert frames[-1].line == "raise ValueError(app)"
    program = "import importspy; importspy.install('contract.yml')\nimport acme.fails"
    guarded = plain.run("-c", program).stderr
    unguarded = plain.run("-c", "\nimport acme.fails").stderr
    assert guarded == unguarded
    good = importlib.import_module("acme.good")
    assert inspect.getsource(good.register) == "def register(app):\n    return app\n"
    assert inspect.getsourcefile(good) == str(plain.site / "acme" / "good.py")


def test_the_module_looks_as_in_a_plain_import(plain: Workshop) -> None:
    plain.write("acme/pack/__init__.py", "def register(app): ...\n")
    for name in ("acme.good", "acme.pack"):
        unguarded = importlib.import_module(name)
        plain_attributes = {key: vars(unguarded)[key] for key in vars(unguarded) if key.startswith("__")}
        del sys.modules[name]
        with importspy.install(plain.folder / "contract.yml"):
            module = importlib.import_module(name)
        attributes = {key: vars(module)[key] for key in vars(module) if key.startswith("__")}
        assert attributes == plain_attributes
        assert type(module.__loader__) is type(unguarded.__loader__)
        assert module.__spec__ is not None
        assert module.__spec__.loader is module.__loader__


def test_scenario_36_walk_packages(guard: importspy.Guard, plain: Workshop) -> None:
    names = {found.name for found in pkgutil.walk_packages([str(plain.site)])}
    assert names >= {"acme", "acme.bad", "acme.good", "ran_marker"}


class Forwarding(MetaPathFinder):
    """Another tool's finder, which finds what the path finder finds."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        self.asked.append(fullname)
        return importlib.machinery.PathFinder.find_spec(fullname, path, target)


def test_other_finders_are_asked_once(guard: importspy.Guard) -> None:
    other = Forwarding()
    sys.meta_path.insert(1, other)
    importlib.import_module("acme.good")
    assert other.asked.count("acme.good") == 1
    assert "acme" in other.asked


class Wrapping(Forwarding):
    """As wrapt does it: asks all finders again, and wraps what they give."""

    def __init__(self) -> None:
        super().__init__()
        self.busy: set[str] = set()
        self.loaded: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname in self.busy or not fullname.startswith("acme."):
            return None
        self.busy.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self.busy.remove(fullname)
        if spec is not None:
            finder, inner = self, spec.loader

            class Notifying(Loader):
                def create_module(self, spec: Any) -> Any:
                    return inner.create_module(spec)  # type: ignore[union-attr]

                def exec_module(self, module: Any) -> None:
                    inner.exec_module(module)  # type: ignore[union-attr]
                    finder.loaded.append(module.__name__)

                def __getattr__(self, name: str) -> Any:
                    return getattr(inner, name)

            spec.loader = Notifying()
        return spec


@pytest.mark.parametrize("position", [0, 1])
def test_scenario_42_finders_that_wrap(guard: importspy.Guard, position: int) -> None:
    other = Wrapping()
    sys.meta_path.insert(position, other)
    importlib.import_module("acme.good")
    assert other.loaded == ["acme.good"]
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    assert "ran_marker" not in sys.modules


@pytest.mark.filterwarnings("ignore::ImportWarning")
def test_scenario_44_a_finder_without_find_spec(guard: importspy.Guard) -> None:
    class Old:
        pass

    sys.meta_path.insert(1, Old())  # type: ignore[arg-type]
    if sys.version_info < (3, 12):  # it is asked for find_module then, by importlib as by us: the import ends there
        for name in ("acme.bad", "ran_marker"):
            with pytest.raises(AttributeError, match="find_module"):
                importlib.import_module(name)
        return
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    assert "ran_marker" not in sys.modules


@pytest.mark.filterwarnings("ignore::ImportWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_scenario_44_a_finder_with_find_module(guard: importspy.Guard, plain: Workshop) -> None:
    asked = []

    class Old:
        def find_module(self, fullname: str, path: object = None) -> Any:
            asked.append(fullname)
            if fullname.startswith("acme."):
                file = plain.site / (fullname.replace(".", "/") + ".py")
                return importlib.machinery.SourceFileLoader(fullname, str(file))
            return None

    sys.meta_path.insert(1, Old())  # type: ignore[arg-type]
    importlib.import_module("acme.good")
    assert bool(asked) == (sys.version_info < (3, 12)), "later ones do not know find_module, and pass over the finder"
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    assert "ran_marker" not in sys.modules


def test_scenario_45_circular_imports(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/a.py", "import acme.b\ndef register(app):\n    return acme.b.VALUE\n")
    plain.write("acme/b.py", "import acme.a\nVALUE = 5\ndef register(app): ...\n")
    assert importlib.import_module("acme.a").register(1) == 5
    assert importlib.import_module("acme.b").acme.a is sys.modules["acme.a"]


REPLACING = """
import sys, types

def register(app):
    return 'module'

class Stand(types.ModuleType):
    {body}

sys.modules[__name__] = Stand(__name__)
"""


def test_scenario_46_a_module_that_replaces_itself(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/stand.py", REPLACING.format(body="def register(self, app): return 'stand'"))
    module = importlib.import_module("acme.stand")
    assert module.register(1) == "stand"
    assert sys.modules["acme.stand"] is module


def test_scenario_46_a_replacement_that_breaks_the_contract(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/stand.py", REPLACING.format(body="pass"))
    with pytest.raises(importspy.ContractViolation, match="register"):
        importlib.import_module("acme.stand")
    assert "acme.stand" not in sys.modules


def test_scenario_47_a_thread_that_imports_during_package_init(guard: importspy.Guard, plain: Workshop) -> None:
    plain.contract('modules: ["busy", "busy.*"]\nfunctions: [register]\n', "busy.yml")
    importspy.install(plain.folder / "busy.yml")
    plain.write(
        "busy/__init__.py",
        """
        import threading

        def register(app): ...

        results = []

        def work():
            try:
                import acme.bad
            except ImportError as problem:
                results.append(problem)
            import acme.good
            results.append(acme.good)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(60)
        alive = thread.is_alive()
        """,
    )
    busy = importlib.import_module("busy")
    assert not busy.alive
    assert len(busy.results) == 2


def test_scenario_48_find_spec_by_keyword(guard: importspy.Guard) -> None:
    finder: Any = sys.meta_path[0]
    package = importlib.import_module("acme")
    for spec in (
        finder.find_spec(fullname="acme.good", path=package.__path__, target=None),
        finder.find_spec("acme.good", package.__path__),
        finder.find_spec("acme.good", target=None, path=package.__path__),
    ):
        assert spec.name == "acme.good"
    assert finder.find_spec("elsewhere") is None
    assert finder.find_spec(fullname="elsewhere") is None
    for arguments, names in (((), {}), ((1, 2, 3, 4), {}), (("a",), {"fullname": "a"}), (("a",), {"x": 1})):
        with pytest.raises(TypeError):
            finder.find_spec(*arguments, **names)
    assert finder.find_spec(3) is None


ODD_SOURCES = {
    "NUL": (b"def register(app): ...\n\0", False),
    "BOM": (b"\xef\xbb\xbfdef register(app): ...\n", True),
    "latin-1": (b"# -*- coding: latin-1 -*-\nNAME = '\xe9'\ndef register(app): ...\n", True),
    "unknown cookie": (b"# -*- coding: nonsense -*-\ndef register(app): ...\n", False),
    "not UTF-8": (b"NAME = '\xe9'\ndef register(app): ...\n", False),
    "CRLF": (b"NAME = '''\r\n'''\r\ndef register(app):\r\n    pass\r\n", True),
    "CR": (b"NAME = 1\rdef register(app):\r    pass\r", True),
    "form feed": (b"\x0cNAME = 1\n\x0c\ndef register(app): ...\n", True),
    "empty": (b"", False),
    "syntax error": (b"def register(app:\n", False),
    "error of the compiler": (b"def register(app): ...\nreturn 3\n", False),
    "3 MB": (b"def register(app): ...\n" + b"# filling, filling, filling\n" * 120_000, False),
    "deep": (b"def register(app): ...\nX = " + b"(" * 5000 + b")" * 5000 + b"\n", False),
    "long sum": (b"def register(app): ...\nX = " + b"+".join([b"1"] * 20_000) + b"\n", None),
    "unary": (b"def register(app): ...\nX = " + b"-" * 200_000 + b"1\n", None),
}


@pytest.mark.parametrize("name", ODD_SOURCES)
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_scenario_49_50_51_52_odd_sources(guard: importspy.Guard, plain: Workshop, name: str) -> None:
    source, fine = ODD_SOURCES[name]
    plain.write("acme/odd.py", source)
    if fine:
        module = importlib.import_module("acme.odd")
        assert callable(module.register)
        del sys.modules["acme.odd"]
        guard.uninstall()
        assert getattr(importlib.import_module("acme.odd"), "NAME", None) == getattr(module, "NAME", None)
        return
    if fine is None:  # it depends on the Python whether it copes with that
        with contextlib.suppress(importspy.ContractViolation):
            importlib.import_module("acme.odd")
        return
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("acme.odd")
    assert caught.value.violations
    assert "acme.odd" not in sys.modules


def test_scenario_52_a_syntax_error_says_where(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/broken.py", "import ran_marker\ndef register(app:\n")
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("acme.broken")
    (finding,) = caught.value.violations
    assert finding.line == 2
    assert "ran_marker" not in sys.modules


def test_scenario_53_the_exception(guard: importspy.Guard, plain: Workshop) -> None:
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("acme.bad")
    problem = caught.value
    path = str(plain.site / "acme" / "bad.py")
    assert isinstance(problem, ImportError)
    assert (problem.name, problem.path) == ("acme.bad", path)
    assert problem.report.path == path
    assert problem.report.module == "acme.bad"
    assert not problem.report.ok
    assert problem.violations == problem.report.violations
    assert str(problem).startswith("module 'acme.bad' is denied\n\n")
    assert str(problem).endswith(problem.report.text.rstrip("\n"))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        copy = pickle.loads(pickle.dumps(problem, protocol))
        assert type(copy) is importspy.ContractViolation
        assert (str(copy), copy.name, copy.path) == (str(problem), problem.name, problem.path)
        assert copy.report == problem.report
        assert copy.violations == problem.violations


def test_scenario_61_twenty_thousand_rejects(guard: importspy.Guard) -> None:
    importlib.import_module("acme")
    spec = find("acme.bad")
    loader: Any = spec.loader

    def reject(count: int) -> None:
        for _ in range(count):
            with contextlib.suppress(importspy.ContractViolation):
                loader.create_module(spec)

    watched = (spec, loader, importspy.ContractViolation, guard, None, True, sys.meta_path[0], importspy.Report)
    reject(100)
    before = counts(watched)
    reject(20_000)
    after = counts(watched)
    assert all(abs(x - y) < 50 for x, y in zip(before, after, strict=True)), (before, after)


def test_a_dozen_ways_to_ask_the_loader(guard: importspy.Guard, plain: Workshop) -> None:
    importlib.import_module("acme")
    loader: Any = find("acme.good").loader
    path = str(plain.site / "acme" / "good.py")
    assert loader.path == loader.get_filename("acme.good") == path
    assert loader.name == "acme.good"
    assert loader.get_source("acme.good").startswith("RAN")
    assert loader.get_data(path).startswith(b"RAN")
    assert not loader.is_package("acme.good")
    assert loader.get_resource_reader("acme.good") is not None
    assert "importspy" in repr(loader)
    assert loader.get_code("acme.good").co_filename == path
    with pytest.raises(importspy.ContractViolation):
        find("acme.bad").loader.get_code("acme.bad")  # type: ignore[union-attr]
    with pytest.raises(AttributeError):
        _ = loader.nonsense
    loader.extra = 4
    assert loader.extra == 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_load_module_through_our_loader(guard: importspy.Guard) -> None:
    importlib.import_module("acme")
    if sys.version_info >= (3, 15):  # it is gone, from Python's loaders and so from ours
        assert not hasattr(importlib.machinery.SourceFileLoader, "load_module")
        assert not hasattr(find("acme.good").loader, "load_module")
        return
    assert find("acme.good").loader.load_module("acme.good").RAN == [1]  # type: ignore[union-attr]
    with pytest.raises(importspy.ContractViolation):
        find("acme.bad").loader.load_module("acme.bad")  # type: ignore[union-attr]
    assert "ran_marker" not in sys.modules


def test_module_from_spec_and_exec_module(guard: importspy.Guard) -> None:
    importlib.import_module("acme")
    spec = find("acme.good")
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.RAN == [1]
    spec = find("acme.bad")
    with pytest.raises(importspy.ContractViolation):
        importlib.util.module_from_spec(spec)
    empty = types.ModuleType("acme.bad")
    assert spec.loader is not None
    with pytest.raises(importspy.ContractViolation):
        spec.loader.exec_module(empty)
    assert "ran_marker" not in sys.modules


def test_a_spec_for_another_name(guard: importspy.Guard) -> None:
    importlib.import_module("acme")
    loader = find("acme.bad").loader
    other = importlib.machinery.ModuleSpec("alias", loader)
    with pytest.raises(ImportError):
        importlib.util.module_from_spec(other)


@pytest.mark.parametrize("selector", ['files: ["site/acme/[!_]*.py", "!**/good.py"]', "filename: bad.py"])
def test_selection_by_path(plain: Workshop, selector: str) -> None:
    plain.contract(f"{selector}\nfunctions: [register]\n", "paths.yml")
    importspy.install(plain.folder / "paths.yml")
    importlib.import_module("acme.good")
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    importlib.import_module("ran_marker")
    (plain.site / "linked.py").symlink_to(plain.site / "acme" / "bad.py")
    importlib.invalidate_caches()
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("linked")


@pytest.mark.parametrize("selector", ['files: ["site/acme/*.py"]', "filename: named.py"])
def test_scenario_64_a_link_to_a_file_elsewhere(plain: Workshop, selector: str) -> None:
    plain.contract(f"{selector}\nfunctions: [register]\n", "paths.yml")
    importspy.install(plain.folder / "paths.yml")
    store = plain.folder / "store.txt"
    store.write_text("import ran_marker\n")
    (plain.site / "acme" / "named.py").symlink_to(store)
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.named")


def test_what_no_contract_selects_is_found_as_if_we_were_not_there(guard: importspy.Guard) -> None:
    spec = find("ran_marker")
    assert type(spec.loader) is importlib.machinery.SourceFileLoader


def test_a_name_that_utf8_cannot_hold(guard: importspy.Guard) -> None:
    importlib.import_module("acme")
    finder: Any = sys.meta_path[0]
    assert finder.find_spec("acme.\udcff", ["/nowhere"]) is None
    assert finder.find_spec("\udcff") is None


class InMemory(Loader):
    """A loader without get_data; with or without get_source."""

    def __init__(self, source: str | None, runs: str) -> None:
        self.source = source
        self.runs = runs

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self.runs, vars(module))

    def get_source(self, name: str) -> str | None:
        return self.source


def serve(name: str, loader: Any, origin: str | None = None) -> None:
    class Serving(MetaPathFinder):
        def find_spec(self, fullname: str, path: object, target: object = None) -> Any:
            return importlib.machinery.ModuleSpec(fullname, loader, origin=origin) if fullname == name else None

    sys.meta_path.insert(1, Serving())


def test_foreign_loaders_are_validated_and_then_trusted(guard: importspy.Guard) -> None:
    good = "def register(app): ...\n"
    serve("acme.memory", InMemory(good, good + "MARK = 1"))
    assert importlib.import_module("acme.memory").MARK == 1
    serve("acme.evil", InMemory("x = 1", "import ran_marker"))
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.evil")
    assert "ran_marker" not in sys.modules


def test_foreign_loaders_without_source_are_confirmed(guard: importspy.Guard) -> None:
    serve("acme.opaque", InMemory(None, "def register(app): return 4"))
    assert importlib.import_module("acme.opaque").register(1) == 4
    serve("acme.hollow", InMemory(None, "other = 1"))
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.hollow")
    assert "acme.hollow" not in sys.modules


def test_loaders_that_rewrite_are_not_bound(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.write("acme/rewritten.py", "def register(app):\n    return 'as written'\n")

    class Rewriting(importlib.machinery.SourceFileLoader):
        # Since 3.15 it is also told the name of the module.
        def source_to_code(self, data: Any, path: Any, *name: Any, _optimize: int = -1) -> Any:  # type: ignore[override]
            return super().source_to_code(data.replace(b"as written", b"rewritten"), path)

    serve("acme.rewritten", Rewriting("acme.rewritten", str(path)), str(path))
    assert importlib.import_module("acme.rewritten").register(1) == "rewritten"
    path.write_text("import ran_marker\n")
    del sys.modules["acme.rewritten"]
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.rewritten")


def test_a_loader_that_only_has_load_module(guard: importspy.Guard) -> None:
    class Old:
        source = "def register(app): return 9\n"

        def load_module(self, name: str) -> types.ModuleType:
            module = sys.modules.setdefault(name, types.ModuleType(name))
            exec(self.source, vars(module))
            return module

        def get_source(self, name: str) -> str:
            return self.source

    serve("acme.old", Old())
    assert importlib.import_module("acme.old").register(1) == 9
    Old.source = "import ran_marker"
    serve("acme.older", Old())
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.older")
    assert "ran_marker" not in sys.modules


def test_confirmation(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/opened.py", "exec('register = lambda app: app')\n")
    assert importlib.import_module("acme.opened").register(2) == 2
    plain.write("acme/empty.py", "exec('other = 3')\n")
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("acme.empty")
    assert "acme.empty" not in sys.modules
    assert not hasattr(sys.modules["acme"], "empty")
    assert caught.value.violations[0].verdict == "fail"
    assert "had run" in str(caught.value).splitlines()[0]


def test_unprovable_deny_and_allow(plain: Workshop) -> None:
    plain.write("acme/empty.py", "exec('other = 3')\nimport ran_marker\n")
    with importspy.install(plain.folder / "contract.yml", unprovable="deny"):
        with pytest.raises(importspy.ContractViolation) as caught:
            importlib.import_module("acme.empty")
        assert caught.value.violations[0].verdict == "unprovable"
        assert caught.value.violations[0].reason == "dynamic-namespace"
        assert "ran_marker" not in sys.modules
    with importspy.install(plain.folder / "contract.yml", unprovable="allow"):
        importlib.import_module("acme.empty")


def test_threads_that_wait_for_a_module_denied_after_it_ran(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write(
        "acme/slow.py",
        """
        import time, sys
        sys.slow_started.set()
        exec('secret = 3')
        time.sleep(0.3)
        """,
    )
    importlib.import_module("acme")
    started = threading.Event()
    sys.slow_started = started  # type: ignore[attr-defined]
    results: list[object] = []

    def wait_for_it() -> None:
        started.wait(60)
        try:
            module = importlib.import_module("acme.slow")
            results.append(module)
            assert "secret" not in vars(module)
            assert not hasattr(module, "__wrapped__")
            module.secret  # noqa: B018
        except BaseException as problem:
            results.append(problem)

    threads = [threading.Thread(target=wait_for_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        with pytest.raises(importspy.ContractViolation):
            importlib.import_module("acme.slow")
        for thread in threads:
            thread.join(60)
    finally:
        del sys.slow_started  # type: ignore[attr-defined]
    problems = [result for result in results if not isinstance(result, types.ModuleType)]
    assert [type(problem) for problem in problems] == [importspy.ContractViolation] * 4


def test_the_version_of_the_distribution(plain: Workshop) -> None:
    info = plain.site / "acme_mail-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-mail\nVersion: 2.5\n")
    (info / "top_level.txt").write_text("acme_mail\nsomething\n")
    (info / "RECORD").write_text("")
    plain.write("acme_mail.py", "")
    plain.write("something.py", "")
    for wanted, fits in ((">=2,<3", True), (">=3", False)):
        plain.contract(f'modules: [acme_mail, something]\nversion: "{wanted}"\n', "version.yml")
        for name in ("acme_mail", "something"):
            for one in ("acme_mail", "something"):
                sys.modules.pop(one, None)
            with importspy.install(plain.folder / "version.yml"):
                if fits:
                    importlib.import_module(name)
                else:
                    with pytest.raises(importspy.ContractViolation, match=r"2\.5"):
                        importlib.import_module(name)


def test_a_contract_for_everything_does_not_loop(workshop: Workshop) -> None:
    workshop.contract('modules: ["**"]\nversion: ">=1"\nunprovable: allow\n')
    code = "import importspy; importspy.install('contract.yml', mode='warn'); import json.decoder; print('fine')"
    done = workshop.run("-W", "ignore", "-c", code)
    assert done.stdout == "fine\n", done.stderr


def test_keyboard_interrupt_is_not_swallowed(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/stop.py", "def register(app): ...\nraise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module("acme.stop")
    assert "acme.stop" not in sys.modules


def test_processes_that_are_spawned(plain: Workshop) -> None:
    code = "import importspy, multiprocessing, pickle; importspy.install('contract.yml'); import acme.good; print(1)"
    done = plain.run("-c", code)
    assert done.stdout == "1\n", done.stderr
    assert isinstance(subprocess, types.ModuleType)


def test_environment_is_read_at_each_check(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.contract(
        """
        modules: ["acme.good"]
        deployments:
          - systems:
              - environment: {variables: [{name: ACME_MODE, value: prod}]}
        """,
        "env.yml",
    )
    monkeypatch.setenv("ACME_MODE", "test")
    importspy.install(plain.folder / "env.yml")
    with pytest.raises(importspy.ContractViolation, match="ACME_MODE"):
        importlib.import_module("acme.good")
    monkeypatch.setenv("ACME_MODE", "prod")
    importlib.import_module("acme.good")


def test_paths_of_reports_are_those_of_the_files(guard: importspy.Guard, plain: Workshop) -> None:
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("acme.bad")
    (finding,) = caught.value.violations
    assert finding.path == str(plain.site / "acme" / "bad.py")
    assert finding.contract_path is not None
    assert Path(finding.contract_path) == plain.folder / "contract.yml"
    assert finding.contract_line == 2

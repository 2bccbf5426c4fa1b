"""Hosts that find their plugins in the usual ways: entry points, stevedore, pluggy, pkgutil, runpy, child processes;
and the import system's own corners: aliases, odd names, reload, blocked names, spread packages."""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import pkgutil
import runpy
import sys
import threading
import types
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop

GOOD = "def register(app):\n    return app\n"
BAD = "import ran_marker\n"


@pytest.fixture
def guard(plain: Workshop) -> importspy.Guard:
    return importspy.install(plain.folder / "contract.yml")


def marked() -> bool:
    return "ran_marker" in sys.modules


def violates(name: str) -> None:
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module(name)
    assert name not in sys.modules
    assert not marked()


@pytest.fixture
def entry_points(plain: Workshop) -> Workshop:
    info = plain.site / "acme-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[acme.plugins]\nbad = acme.bad:other\ngood = acme.good:register\nwhole = acme.good\n"
    )
    (info / "RECORD").write_text("")
    return plain


# --- plugin hosts ----------------------------------------------------------------------------------------------------


def test_entry_points(entry_points: Workshop, guard: importspy.Guard) -> None:
    found = {point.name: point for point in importlib.metadata.entry_points(group="acme.plugins")}
    assert found["good"].load()(3) == 3
    assert found["whole"].load() is sys.modules["acme.good"]
    with pytest.raises(importspy.ContractViolation):
        found["bad"].load()
    assert not marked()


def test_stevedore(entry_points: Workshop) -> None:
    """A plugin that is denied is one that failed to load: the manager says so, and goes on with the others."""
    program = """
import importspy, sys
importspy.install("contract.yml")
from stevedore import ExtensionManager
failed = []
def note(manager, point, problem):
    failed.append((point.name, type(problem).__name__))
manager = ExtensionManager("acme.plugins", on_load_failure_callback=note)
print(sorted(manager.names()), failed)
assert "ran_marker" not in sys.modules
"""
    done = entry_points.run("-c", program)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["['good', 'whole'] [('bad', 'ContractViolation')]"]


def test_pluggy(entry_points: Workshop, guard: importspy.Guard) -> None:
    pluggy = pytest.importorskip("pluggy")
    manager = pluggy.PluginManager("acme")
    with pytest.raises(importspy.ContractViolation):
        manager.load_setuptools_entrypoints("acme.plugins")
    assert not marked()
    assert manager.load_setuptools_entrypoints("acme.plugins", name="whole") == 1
    assert manager.get_plugin("whole") is sys.modules["acme.good"]


def test_pkgutil_resolve_name(guard: importspy.Guard) -> None:
    assert pkgutil.resolve_name("acme.good:register")(2) == 2
    assert pkgutil.resolve_name("acme.good.register")(2) == 2
    with pytest.raises(importspy.ContractViolation):
        pkgutil.resolve_name("acme.bad:other")
    for name in ("acme.bad", "acme.bad.other"):  # Python itself passes over the ImportError, and looks for an attribute
        with pytest.raises(AttributeError):
            pkgutil.resolve_name(name)
    assert not marked()


def test_plugins_by_iter_modules(guard: importspy.Guard) -> None:
    outcomes: dict[str, str] = {}
    package = importlib.import_module("acme")
    for found in pkgutil.iter_modules(package.__path__, "acme."):
        try:
            outcomes[found.name] = importlib.import_module(found.name).__name__
        except importspy.ContractViolation as problem:
            outcomes[found.name] = type(problem).__name__
    assert outcomes == {"acme.bad": "ContractViolation", "acme.good": "acme.good"}


def test_the_finder_of_iter_modules_loads_without_asking_us(guard: importspy.Guard, plain: Workshop) -> None:
    """`finder.find_spec(name).loader` of the path finder itself is direct loading: not this file's matter, but the spec
    that the host gets is the stock one."""
    (found,) = [found for found in pkgutil.iter_modules([str(plain.site / "acme")]) if found.name == "good"]
    finder: Any = found.module_finder
    assert type(finder.find_spec("good").loader) is importlib.machinery.SourceFileLoader


def test_scenario_11_run_module_variants(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/pack/__init__.py", GOOD)
    plain.write("acme/pack/__main__.py", BAD)
    plain.contract('modules: ["acme.pack.**"]\nfunctions: [register]\n', "pack.yml")
    importspy.install(plain.folder / "pack.yml")
    for alter in (False, True):
        with pytest.raises(ImportError):
            runpy.run_module("acme.pack", run_name="__main__", alter_sys=alter)
    assert not marked()
    plain.write("acme/pack/__main__.py", GOOD + "NAME = __name__\n")
    assert runpy.run_module("acme.pack", run_name="__main__")["NAME"] == "__main__"


CHILDREN = """
import multiprocessing, sys

def child(queue):
    import importspy
    guarded = any("importspy" in repr(finder) for finder in sys.meta_path)
    try:
        import acme.bad
        outcome = "let in"
    except ImportError as problem:
        outcome = type(problem).__name__
    queue.put((guarded, outcome))

if __name__ == "__main__":
    import importspy
    GUARD
    context = multiprocessing.get_context(sys.argv[1])
    queue = context.Queue()
    process = context.Process(target=child, args=(queue,))
    process.start()
    print(*queue.get(timeout=60))
    process.join(60)
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("where", ["in main", "at import"])
def test_what_child_processes_inherit(plain: Workshop, method: str, where: str) -> None:
    """The guard is one of a process. fork copies it; the others begin anew, and run what stands at the top of the main
    module again: install() there guards them, one under `if __name__` does not."""
    install = "importspy.install('contract.yml')"
    program = CHILDREN.replace("GUARD", install if where == "in main" else "pass")
    if where == "at import":
        program = f"import importspy\n{install}\n" + program
    path = plain.write("program.py", program)
    done = plain.run(path, method)
    guarded = where == "at import" or method == "fork"
    assert done.stdout.split() == (["True", "ContractViolation"] if guarded else ["False", "let", "in"]), done.stderr


# --- names and paths -------------------------------------------------------------------------------------------------


def test_another_root_gives_another_name(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """modules: is about names: to the finder the same file under another name is another module. Where modules loaded
    past the finders are guarded, the names count that a file has by its place. files: is about the file."""
    monkeypatch.syspath_prepend(str(plain.site / "acme"))
    with importspy.install(plain.folder / "contract.yml", direct=False):
        importlib.import_module("bad")
        assert sys.modules.pop("ran_marker")
        del sys.modules["bad"]
    with importspy.install(plain.folder / "contract.yml"):
        violates("bad")
    plain.contract('files: ["site/acme/bad.py"]\nfunctions: [register]\n', "files.yml")
    importspy.install(plain.folder / "files.yml")
    violates("bad")
    violates("acme.bad")


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_gives_another_name(plain: Workshop, kind: str) -> None:
    if kind == "file":
        (plain.site / "alias.py").symlink_to(plain.site / "acme" / "bad.py")
        name = "alias"
    else:
        (plain.site / "emca").symlink_to(plain.site / "acme")
        name = "emca.bad"
    importlib.invalidate_caches()
    importspy.install(plain.folder / "contract.yml")
    importlib.import_module(name)
    del sys.modules[name], sys.modules["ran_marker"]
    plain.contract('files: ["site/acme/bad.py"]\nfunctions: [register]\n', "files.yml")
    importspy.install(plain.folder / "files.yml")
    violates(name)


def test_a_module_that_shadows_another(
    guard: importspy.Guard, plain: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first folder on the path wins, as in Python; it is the file that wins that is validated."""
    first = plain.folder / "first"
    (first / "acme").mkdir(parents=True)
    (first / "acme" / "__init__.py").write_text("")
    (first / "acme" / "good.py").write_text(BAD)
    monkeypatch.syspath_prepend(str(first))
    violates("acme.good")


def test_a_name_that_python_normalises(guard: importspy.Guard, plain: Workshop) -> None:
    """The compiler turns identifiers into NFKC; import_module takes a name as it is. Each is another file."""
    plain.contract('modules: ["acme.plugin_*", "acme.fi*"]\nfunctions: [register]\n', "nfkc.yml")
    importspy.install(plain.folder / "nfkc.yml")
    plain.write("acme/file.py", BAD)
    with pytest.raises(importspy.ContractViolation) as caught:
        exec("import acme.\N{LATIN SMALL LIGATURE FI}le")
    assert caught.value.name == "acme.file"
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("acme.\N{LATIN SMALL LIGATURE FI}le")
    plain.write("acme/plugin_\N{LATIN SMALL LIGATURE FI}.py", BAD)
    violates("acme.plugin_\N{LATIN SMALL LIGATURE FI}")
    plain.write("acme/\N{GREEK SMALL LETTER ALPHA}\N{COMBINING ACUTE ACCENT}.py", BAD)
    violates("acme.\N{GREEK SMALL LETTER ALPHA}\N{COMBINING ACUTE ACCENT}")


def test_case_counts(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("ACME/bad.py", "x = 1\n")
    assert importlib.import_module("ACME.bad").x == 1
    plain.write("acme/BAD.py", BAD)
    violates("acme.BAD")


def test_a_name_that_is_blocked(guard: importspy.Guard) -> None:
    sys.modules["acme.good"] = None  # type: ignore[assignment]
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.import_module("acme.good")
    assert not isinstance(caught.value, importspy.ContractViolation)
    del sys.modules["acme.good"]
    assert importlib.import_module("acme.good").RAN == [1]


@pytest.mark.parametrize("how", ["extend_path", "__path__", "pth"])
def test_a_package_that_is_spread_over_folders(guard: importspy.Guard, plain: Workshop, how: str) -> None:
    other = plain.folder / "other" / "acme"
    other.mkdir(parents=True)
    (other / "far.py").write_text(BAD)
    (other / "__init__.py").write_text("")
    if how == "extend_path":
        plain.write("acme/__init__.py", "import pkgutil\n__path__ = pkgutil.extend_path(__path__, __name__)\n")
        sys.path.append(str(other.parent))
    elif how == "__path__":
        plain.write("acme/__init__.py", f"__path__.append({str(other)!r})\n")
    else:
        (plain.site / "other.pkg").write_text(str(other.parent))
        plain.write(
            "acme/__init__.py", f"__path__ = __import__('pkgutil').extend_path(__path__, 'acme') + [{str(other)!r}]"
        )
    try:
        violates("acme.far")
    finally:
        if str(other.parent) in sys.path:
            sys.path.remove(str(other.parent))


def test_a_path_entry_like_that_of_an_egg_link(guard: importspy.Guard, plain: Workshop) -> None:
    project = plain.folder / "project"
    (project / "acme").mkdir(parents=True)
    (project / "acme" / "__init__.py").write_text("")
    (project / "acme" / "linked.py").write_text(BAD)
    sys.path.insert(0, str(project / "." / "acme" / ".."))
    try:
        violates("acme.linked")
    finally:
        del sys.path[0]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="frozen modules have no __origname__ before")
def test_scenario_33_frozen_modules_with_an_original_name(workshop: Workshop) -> None:
    workshop.contract('modules: ["__hello_alias__", "__phello_alias__", "__phello__", "__hello__"]\nfunctions: [x]\n')
    importspy.install(workshop.folder / "contract.yml")
    imp: Any = importlib.import_module("_imp")
    with contextlib.suppress(AttributeError):
        imp._override_frozen_modules_for_tests(1)
    try:
        for name in ("__hello_alias__", "__phello_alias__"):
            found = sys.meta_path[0].find_spec(name, None)
            assert found is not None
            assert "importspy" not in repr(found.loader)
            module = importlib.import_module(name)
            assert module.__name__ == name
    finally:
        with contextlib.suppress(AttributeError):
            imp._override_frozen_modules_for_tests(0)


def test_scenario_36_walk_packages_does_not_import_what_is_denied(guard: importspy.Guard, plain: Workshop) -> None:
    """walk_packages imports packages; one that is denied is reported to onerror, the others are walked."""
    plain.write("acme/box/__init__.py", BAD)
    plain.write("acme/box/inner.py", GOOD)
    plain.write("acme/crate/__init__.py", GOOD)
    plain.write("acme/crate/inner.py", GOOD)
    failed: list[str] = []
    names = [found.name for found in pkgutil.walk_packages([str(plain.site / "acme")], "acme.", failed.append)]
    assert "acme.crate.inner" in names
    assert "acme.box.inner" not in names
    assert failed == ["acme.box"]
    assert not marked()


# --- reload ----------------------------------------------------------------------------------------------------------


def test_scenario_14_reload_of_a_package(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/pack/__init__.py", GOOD + "from . import part\n")
    plain.write("acme/pack/part.py", "VALUE = 1\n")
    module = importlib.import_module("acme.pack")
    before = dict(vars(module))
    plain.write("acme/pack/__init__.py", BAD)
    with pytest.raises(importspy.ContractViolation):
        importlib.reload(module)
    assert dict(vars(module)) == before
    assert sys.modules["acme.pack"] is module
    assert importlib.import_module("acme.pack.part").VALUE == 1
    assert not marked()


def test_scenario_15_reload_after_the_guard_came(plain: Workshop) -> None:
    module = importlib.import_module("acme.good")
    importspy.install(plain.folder / "contract.yml")
    assert importlib.reload(module) is module
    plain.write("acme/good.py", BAD)
    with pytest.raises(importspy.ContractViolation):
        importlib.reload(module)
    assert module.register(2) == 2
    assert not marked()


def test_scenario_14_reload_under_a_loader_of_the_host(guard: importspy.Guard, plain: Workshop) -> None:
    class Counting(importlib.machinery.SourceFileLoader):
        def exec_module(self, module: types.ModuleType) -> None:
            super().exec_module(module)
            vars(module)["COUNT"] = vars(module).get("COUNT", 0) + 1

    path = plain.write("acme/own.py", GOOD)

    class Finder:
        def find_spec(self, name: str, folders: Any, target: Any = None) -> Any:
            if name != "acme.own":
                return None
            return importlib.util.spec_from_file_location(name, path, loader=Counting(name, str(path)))

    sys.meta_path.insert(1, Finder())  # type: ignore[arg-type]
    module = importlib.import_module("acme.own")
    importlib.reload(module)
    assert module.COUNT == 2
    loader = module.__loader__
    plain.write("acme/own.py", BAD)
    with pytest.raises(importspy.ContractViolation):
        importlib.reload(module)
    assert module.COUNT == 2
    assert module.__loader__ is loader
    assert not marked()


def test_scenario_14_reload_in_threads(guard: importspy.Guard, plain: Workshop) -> None:
    """A thread may get the module back unchanged while another one reloads it: importlib keeps them apart so."""
    module = importlib.import_module("acme.good")
    before = {key: value for key, value in vars(module).items() if key != "__builtins__"}
    plain.write("acme/good.py", BAD)
    barrier = threading.Barrier(6)
    outcomes: list[object] = []

    def work() -> None:
        barrier.wait()
        for _ in range(20):
            try:
                outcomes.append(importlib.reload(module))
            except importspy.ContractViolation:
                outcomes.append("denied")
            except ImportError as problem:  # importlib itself takes the module out for a moment
                outcomes.append("denied" if "not in sys.modules" in str(problem) else problem)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 120
    assert "denied" in outcomes
    assert set(outcomes) <= {"denied", module}
    after = {key: value for key, value in vars(module).items() if key != "__builtins__"}
    assert after == before
    assert type(module.__loader__) is importlib.machinery.SourceFileLoader
    assert not marked()


def test_scenario_14_a_reload_inside_the_module_that_is_reloaded(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write(
        "acme/again.py",
        "import importlib, sys\nCOUNT = globals().get('COUNT', 0) + 1\n"
        "if COUNT == 2: importlib.reload(sys.modules[__name__])\n" + GOOD,
    )
    module = importlib.import_module("acme.again")
    importlib.reload(module)
    assert module.COUNT == 2  # Python gives the module back at once to a reload within a reload


# --- archives --------------------------------------------------------------------------------------------------------


def archive(path: Path, **files: str) -> Path:
    import zipfile

    with zipfile.ZipFile(path, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("__slash__", "/").replace("__dot__", "."), text)
    return path


@pytest.fixture
def zipped(plain: Workshop) -> Path:
    plain.contract('modules: ["inzip.**", topmost]\nfunctions: [register]\n', "zip.yml")
    importspy.install(plain.folder / "zip.yml")
    return archive(
        plain.folder / "plugins.zip",
        inzip__slash____init____dot__py=GOOD,
        inzip__slash__bad__dot__py=BAD,
        inzip__slash__deep__slash____init____dot__py=GOOD,
        inzip__slash__deep__slash__good__dot__py=GOOD,
        inzip__slash__deep__slash__bad__dot__py=BAD,
        inzip__slash__worse__slash____init____dot__py=BAD,
        sub__slash__inzip__slash____init____dot__py=GOOD,
        sub__slash__inzip__slash__bad__dot__py=BAD,
        sub__slash__inzip__slash__good__dot__py=GOOD,
    )


@pytest.mark.parametrize("inside", ["", "sub"])
def test_scenario_18_packages_and_folders_inside_an_archive(
    zipped: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.syspath_prepend(str(zipped / inside) if inside else str(zipped))
    good, bad = ("inzip.good", "inzip.bad") if inside else ("inzip.deep.good", "inzip.deep.bad")
    module = importlib.import_module(good)
    assert module.register(1) == 1
    assert type(module.__loader__).__name__ == "zipimporter"
    violates(bad)
    if not inside:
        violates("inzip.worse")


def test_scenario_18_an_archive_in_the_path_of_a_package(zipped: Path, plain: Workshop) -> None:
    importspy.install(plain.folder / "contract.yml")
    package = importlib.import_module("acme")
    package.__path__.append(str(zipped / "inzip"))
    violates("acme.worse")
    assert importlib.import_module("acme.deep").register(1) == 1


def test_scenario_18_files_inside_an_archive_by_path(
    zipped: Path, plain: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    importspy.uninstall()
    monkeypatch.syspath_prepend(str(zipped))
    plain.contract('files: ["plugins.zip/**/bad.py"]\nfunctions: [register]\n', "files.yml")
    importspy.install(plain.folder / "files.yml")
    violates("inzip.bad")
    violates("inzip.deep.bad")
    importlib.import_module("inzip.deep.good")


def test_scenario_18_the_loader_of_an_archive_runs_what_was_read(
    zipped: Path, plain: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between create_module and exec_module the archive is another one."""
    monkeypatch.syspath_prepend(str(zipped))
    importlib.import_module("inzip.deep")
    spec = importlib.util.find_spec("inzip.deep.good")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    archive(zipped, inzip__slash__deep__slash__good__dot__py=BAD)
    spec.loader.exec_module(module)
    assert module.register(2) == 2
    assert not marked()


def test_scenario_18_run_as_a_program(plain: Workshop) -> None:
    plain.contract('modules: ["inzip.**"]\nfunctions: [register]\n', "zip.yml")
    plain.write("sitecustomize.py", "import importspy\nimportspy.install('zip.yml')\n")
    path = archive(
        plain.folder / "app.zip",
        __main____dot__py="import inzip.good\nprint('good')\nimport inzip.bad\n",
        inzip__slash____init____dot__py="",
        inzip__slash__good__dot__py=GOOD,
        inzip__slash__bad__dot__py="print('RAN')\n",
    )
    done = plain.run(path)
    assert (done.returncode, done.stdout) == (1, "good\n")
    assert "module 'inzip.bad' is denied" in done.stderr

"""Modules that a host loads past the finders: by path, by runpy, by exec; held against the same contracts."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.machinery
import importlib.util
import marshal
import os
import runpy
import sys
import threading
import types
import zipfile
import zipimport
from collections.abc import Callable
from importlib.abc import Loader
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop
from refcounts import counts

BY_PATH = 'files: ["site/acme/*.py", "!**/__init__.py"]\nfunctions: [register]\n'


@pytest.fixture(params=["by name", "by path"])
def guard(request: pytest.FixtureRequest, plain: Workshop) -> importspy.Guard:
    if request.param == "by path":
        plain.contract(BY_PATH)
    return importspy.install(plain.folder / "contract.yml")


def by_spec(name: str, path: Path) -> types.ModuleType:
    """As most plugin hosts do it."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_load_module(name: str, path: Path) -> types.ModuleType:
    return importlib.machinery.SourceFileLoader(name, str(path)).load_module(name)


def by_run_path(name: str, path: Path) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(runpy.run_path(str(path)))
    return module


def by_exec(name: str, path: Path) -> types.ModuleType:
    module = types.ModuleType(name)
    exec(compile(path.read_text(), str(path), "exec"), vars(module))
    return module


def by_exec_of_a_file(name: str, path: Path) -> types.ModuleType:
    module = types.ModuleType(name)
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True, optimize=2)
    exec(code, vars(module))
    return module


# Python 3.15 took load_module out of its loaders: there is one way in less.
HAS_LOAD_MODULE = hasattr(importlib.machinery.SourceFileLoader, "load_module")
assert (sys.version_info < (3, 15)) == HAS_LOAD_MODULE
LOAD_MODULE = [by_load_module] if HAS_LOAD_MODULE else []

WAYS = [by_spec, *LOAD_MODULE, by_run_path, by_exec, by_exec_of_a_file]
Way = Callable[[str, Path], types.ModuleType]
quiet = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@quiet
@pytest.mark.parametrize("name", ["acme.bad", "bad", "something_else"])
@pytest.mark.parametrize("load", WAYS)
def test_scenario_08_09_10_12_direct_loading_is_stopped(
    guard: importspy.Guard, plain: Workshop, load: Way, name: str
) -> None:
    with pytest.raises(importspy.ContractViolation) as caught:
        load(name, plain.site / "acme" / "bad.py")
    assert "ran_marker" not in sys.modules
    assert name not in sys.modules
    assert caught.value.path == str(plain.site / "acme" / "bad.py")
    assert [finding.code for finding in caught.value.violations] == ["ISPY301"]
    sys.modules.pop(name, None)


@quiet
@pytest.mark.parametrize("load", WAYS)
def test_direct_loading_of_a_good_module(guard: importspy.Guard, plain: Workshop, load: Way) -> None:
    module = load("good", plain.site / "acme" / "good.py")
    sys.modules.pop("good", None)
    assert module.register(3) == 3
    assert module.RAN == [1]


def test_a_name_that_a_contract_selects_wherever_the_file_lies(plain: Workshop) -> None:
    importspy.install(plain.folder / "contract.yml")
    elsewhere = plain.folder / "elsewhere.py"
    elsewhere.write_text("import ran_marker\n")
    with pytest.raises(importspy.ContractViolation):
        by_spec("acme.elsewhere", elsewhere)
    assert "ran_marker" not in sys.modules
    by_spec("elsewhere", elsewhere)
    assert "ran_marker" in sys.modules


def test_what_no_contract_selects_is_loaded_as_ever(guard: importspy.Guard, plain: Workshop) -> None:
    other = plain.write("other/bad.py", "MARK = 1\n")
    for load in (by_spec, by_run_path, by_exec):
        assert load("bad", other).MARK == 1
    exec("x = 1", {})
    exec(compile("x = 1", "<acme/bad.py>", "exec"), {})


def test_a_path_of_a_thousand_letters(plain: Workshop) -> None:
    importspy.install(plain.folder / "contract.yml")
    package = plain.folder.joinpath(*["d" * 200] * 7, "acme")
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "bad.py").write_text("import ran_marker\n")
    with pytest.raises(importspy.ContractViolation):
        by_spec("anything", package / "bad.py")
    assert "ran_marker" not in sys.modules


def test_direct_false_leaves_it_out(plain: Workshop) -> None:
    importspy.install(plain.folder / "contract.yml", direct=False)
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    by_spec("acme.bad", plain.site / "acme" / "bad.py")
    assert "ran_marker" in sys.modules


def test_scenario_62_uninstalled_the_hook_is_inert(guard: importspy.Guard, plain: Workshop) -> None:
    guard.uninstall()
    by_spec("acme.bad", plain.site / "acme" / "bad.py")
    assert "ran_marker" in sys.modules


def test_relative_paths_and_links(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.contract(BY_PATH)
    importspy.install(plain.folder / "contract.yml")
    monkeypatch.chdir(plain.site)
    link = plain.folder / "link.py"
    link.symlink_to(plain.site / "acme" / "bad.py")
    for path in (Path("acme/bad.py"), Path("acme/../acme/./bad.py"), link):
        for load in WAYS[2:]:
            with pytest.raises(importspy.ContractViolation):
                load("x", path)
    assert "ran_marker" not in sys.modules


def forge(plain: Workshop, path: Path, evil: str, kind: str = "time") -> Path:
    """A .pyc beside the source that holds other code, and that Python takes for that of the source."""
    code = compile(evil, str(path), "exec")
    data = path.read_bytes()
    if kind == "time":
        stat = path.stat()
        header = (0).to_bytes(4, "little") + int(stat.st_mtime).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    else:
        flags = 1 if kind == "unchecked" else 3
        header = flags.to_bytes(4, "little") + importlib.util.source_hash(data)
    target = Path(importlib.util.cache_from_source(str(path)))
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(importlib.util.MAGIC_NUMBER + header + marshal.dumps(code))
    return target


@pytest.mark.parametrize("kind", ["time", "unchecked", "checked"])
def test_forged_bytecode_of_a_good_source(guard: importspy.Guard, plain: Workshop, kind: str) -> None:
    path = plain.site / "acme" / "good.py"
    forge(plain, path, "import ran_marker\ndef register(app): ...\n", kind)
    with pytest.raises(importspy.ContractViolation, match="not what this source compiles to"):
        by_spec("good", path)
    assert "ran_marker" not in sys.modules


def test_honest_bytecode_passes(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.site / "acme" / "good.py"
    for kind in ("time", "unchecked", "checked"):
        forge(plain, path, path.read_text(), kind)
        assert by_spec("good", path).RAN == [1]


def test_code_that_differs_where_python_does_not_look(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.site / "acme" / "good.py"
    code = compile(path.read_text(), str(path), "exec")
    exec(code, {"__name__": "good"})
    deeper = code.replace(co_stacksize=code.co_stacksize + 1)
    with pytest.raises(importspy.ContractViolation):
        exec(deeper, {})
    inner = next(one for one in code.co_consts if isinstance(one, types.CodeType))
    consts = tuple(one.replace(co_stacksize=99) if one is inner else one for one in code.co_consts)
    with pytest.raises(importspy.ContractViolation):
        exec(code.replace(co_consts=consts), {})


def test_a_module_body_as_a_function(guard: importspy.Guard, plain: Workshop) -> None:
    for name, fine in (("good", True), ("bad", False)):
        path = plain.site / "acme" / f"{name}.py"
        code = compile(path.read_text(), str(path), "exec")
        if fine:
            assert types.FunctionType(code, {})() is None
        else:
            with pytest.raises(importspy.ContractViolation):
                types.FunctionType(code, {})
    assert "ran_marker" not in sys.modules
    register = importlib.import_module("acme.good").register
    assert types.FunctionType(register.__code__, {})(4) == 4


def test_a_module_body_put_into_a_function(guard: importspy.Guard, plain: Workshop) -> None:
    """Function.__code__ can be set, and __build_class__ calls whatever function it is given."""

    def holder() -> None: ...

    own = holder.__code__
    for name, fine in (("good", True), ("bad", False)):
        path = plain.site / "acme" / f"{name}.py"
        code = compile(path.read_text(), str(path), "exec")
        if fine:
            holder.__code__ = code
            holder.__code__ = own
        else:
            with pytest.raises(importspy.ContractViolation):
                holder.__code__ = code
            assert holder.__code__ is own
    assert "ran_marker" not in sys.modules
    holder.__defaults__ = ()
    register = importlib.import_module("acme.good").register
    holder.__code__ = register.__code__
    assert holder(4) == 4  # type: ignore[call-arg, func-returns-value]


@quiet
def test_scenario_10_a_module_in_an_archive(plain: Workshop) -> None:
    if not HAS_LOAD_MODULE:
        assert not hasattr(zipimport.zipimporter, "load_module")
        return
    archive = plain.folder / "plugins.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("good", "bad"):
            file.write(plain.site / "acme" / f"{name}.py", f"{name}.py")
    plain.contract("modules: [good, bad]\nfunctions: [register]\n", "zip.yml")
    importspy.install(plain.folder / "zip.yml")
    importer = zipimport.zipimporter(str(archive))
    assert importer.load_module("good").register(1) == 1
    with pytest.raises(importspy.ContractViolation):
        importer.load_module("bad")
    for name in ("good", "bad"):
        spec = importer.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        if name == "good":
            spec.loader.exec_module(module)
        else:
            with pytest.raises(importspy.ContractViolation):
                spec.loader.exec_module(module)
    assert "ran_marker" not in sys.modules
    sys.modules.pop("good", None)


def test_the_flags_of_the_host_do_not_count(guard: importspy.Guard, plain: Workshop) -> None:
    """compile() passes on the __future__ imports of the file it stands in, as this one has."""
    path = plain.write("acme/typed.py", "def register(app: 'x | y') -> 3: ...\n")
    for level in (-1, 0, 1, 2):
        exec(compile(path.read_text(), str(path), "exec", optimize=level), {})
        exec(compile(path.read_text(), str(path), "exec", dont_inherit=True, optimize=level), {})


def test_a_file_that_changes_between_compiling_and_executing(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.write("acme/swapped.py", "import ran_marker\ndef register(app): ...\n")
    code = compile(path.read_text(), str(path), "exec")
    path.write_text("def register(app): ...\n")
    with pytest.raises(importspy.ContractViolation):
        exec(code, {})
    assert "ran_marker" not in sys.modules


@pytest.mark.parametrize("load", [by_spec, by_run_path])
def test_scenario_19_sourceless_bytecode_by_its_path(guard: importspy.Guard, plain: Workshop, load: Way) -> None:
    source = plain.site / "acme" / "good.py"
    code = compile("import ran_marker\ndef register(app): ...\n", "/elsewhere/harmless.py", "exec")
    compiled = source.with_name("hidden.pyc")
    compiled.write_bytes(importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code))
    with pytest.raises(importspy.ContractViolation, match="no source"):
        load("hidden", compiled)
    assert "ran_marker" not in sys.modules


def test_foreign_loaders_that_rewrite_are_validated(guard: importspy.Guard, plain: Workshop) -> None:
    class Rewriting(importlib.machinery.SourceFileLoader):
        def source_to_code(self, data: Any, path: Any, *name: Any, _optimize: int = -1) -> Any:  # type: ignore[override]
            return super().source_to_code(bytes(data) + b"\nREWRITTEN = True\n", path)

    class Own(Loader):
        """As pytest's: a loader of its own kind, which executes what it makes of the source."""

        def __init__(self, path: Path) -> None:
            self.path = path

        def create_module(self, spec: object) -> None:
            return None

        def exec_module(self, module: types.ModuleType) -> None:
            exec(compile(self.path.read_text() + "\nREWRITTEN = True\n", str(self.path), "exec"), module.__dict__)

        def get_data(self, path: str) -> bytes:
            return Path(path).read_bytes()

    for name, fine in (("good", True), ("bad", False)):
        path = plain.site / "acme" / f"{name}.py"
        for loader in (Rewriting(name, str(path)), Own(path)):
            spec = importlib.util.spec_from_loader(name, loader, origin=str(path))
            assert spec is not None
            module = importlib.util.module_from_spec(spec)
            if fine:
                loader.exec_module(module)
                assert module.REWRITTEN
            else:
                with pytest.raises(importspy.ContractViolation):
                    loader.exec_module(module)
    assert "ran_marker" not in sys.modules


# ---- what only shows when it has run


OPEN_GOOD = "exec('def register(app): return app')\n"
OPEN_BAD = "exec('other = 1')\nVALUE = 3\n"


@quiet
@pytest.mark.parametrize("load", [by_spec, *LOAD_MODULE, by_run_path])
def test_what_the_source_leaves_open_is_confirmed(guard: importspy.Guard, plain: Workshop, load: Way) -> None:
    good = plain.write("acme/opened.py", OPEN_GOOD)
    bad = plain.write("acme/hollow.py", OPEN_BAD)
    assert load("opened", good).register(4) == 4
    sys.modules.pop("opened", None)
    with pytest.raises(importspy.ContractViolation, match="had run"):
        load("hollow", bad)
    assert sys.getprofile() is None
    assert "hollow" not in sys.modules


def test_a_module_denied_after_it_ran_is_useless(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.write("acme/hollow.py", OPEN_BAD)
    spec = importlib.util.spec_from_file_location("hollow", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.raises(importspy.ContractViolation):
        spec.loader.exec_module(module)
    with pytest.raises(importspy.ContractViolation):
        _ = module.VALUE


def test_without_a_module_nothing_can_be_confirmed(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.write("acme/opened.py", OPEN_GOOD)
    with pytest.raises(importspy.ContractViolation, match="could not be confirmed"):
        by_exec("opened", path)


def test_a_body_that_fails_keeps_its_own_exception(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.write("acme/fails.py", "exec('other = 1')\ndef inner(): raise KeyError('mine')\ninner()\n")
    with pytest.raises(KeyError, match="mine"):
        by_spec("fails", path)
    assert sys.getprofile() is None


def test_a_profiler_makes_confirmation_impossible(guard: importspy.Guard, plain: Workshop) -> None:
    path = plain.write("acme/opened.py", OPEN_GOOD)
    seen: list[str] = []
    sys.setprofile(lambda frame, event, argument: seen.append(event))
    try:
        with pytest.raises(importspy.ContractViolation, match="could not be confirmed"):
            by_spec("opened", path)
    finally:
        sys.setprofile(None)
    assert seen


def test_nested_direct_loading(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/inner.py", "def register(app): ...\n")
    plain.write("acme/inner_open.py", OPEN_GOOD)
    outer = plain.write(
        "acme/outer.py",
        """
        import importlib.util, os
        exec('def register(app): ...')
        def load(name):
            spec = importlib.util.spec_from_file_location(name, os.path.join(os.path.dirname(__file__), name + '.py'))
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        load('inner')
        try:
            load('bad')
        except ImportError as problem:
            PROBLEM = problem
        try:
            load('inner_open')
        except ImportError as problem:
            OPEN = problem
        """,
    )
    module = by_spec("outer", outer)
    assert isinstance(module.PROBLEM, importspy.ContractViolation)
    assert isinstance(module.OPEN, importspy.ContractViolation)
    outer.write_text(outer.read_text().replace("exec('def register(app): ...')", "exec('')"))
    with pytest.raises(importspy.ContractViolation, match="had run"):
        by_spec("outer", outer)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "line",
    [
        "sys.setprofile(None)",
        "sys.setprofile(lambda *a: None)",
        "p = __import__('cProfile').Profile(); p.enable(); p.disable()",
    ],
)
def test_a_body_that_puts_the_watch_aside(guard: importspy.Guard, plain: Workshop, line: str) -> None:
    source = f"import sys\ntry:\n    {line}\nexcept RuntimeError: pass\nexec('x = 1')\nSECRET = 3\n"
    with pytest.raises(importspy.ContractViolation, match="had run"):
        by_spec("sly", plain.write("acme/sly.py", source))
    sys.setprofile(None)


def test_threads_load_directly(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/opened.py", OPEN_GOOD)
    plain.write("acme/hollow.py", OPEN_BAD)
    results: list[str] = []

    def work(name: str) -> None:
        for _ in range(20):
            try:
                by_spec(name, plain.site / "acme" / f"{name}.py")
                results.append(name)
            except importspy.ContractViolation:
                results.append("denied " + name)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("good", "bad", "opened", "hollow") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {name: results.count(name) for name in set(results)} == {
        "good": 40,
        "denied bad": 40,
        "opened": 40,
        "denied hollow": 40,
    }


# ---- load_file, guard_spec


def test_load_file(guard: importspy.Guard, plain: Workshop) -> None:
    module = importspy.load_file("acme.good", plain.site / "acme" / "good.py")
    assert sys.modules.pop("acme.good") is module
    assert type(module.__loader__) is importlib.machinery.SourceFileLoader
    with pytest.raises(importspy.ContractViolation):
        importspy.load_file("acme.bad", str(plain.site / "acme" / "bad.py"))
    assert "acme.bad" not in sys.modules
    plain.write("acme/opened.py", OPEN_GOOD)
    assert importspy.load_file("acme.opened", plain.site / "acme" / "opened.py").register(5) == 5


def test_load_file_with_contracts_of_its_own(workshop: Workshop) -> None:
    contract = workshop.contract("functions: [setup]\n")
    good = workshop.write("good.py", "def setup(app): return app\n")
    bad = workshop.write("bad.py", "import ran_marker\n")
    workshop.write("ran_marker.py", "")
    assert importspy.load_file("anything", good, contract).setup(1) == 1
    before = sys.modules["anything"]
    with pytest.raises(importspy.ContractViolation):
        importspy.load_file("anything", bad, [contract])
    assert sys.modules["anything"] is before
    assert "ran_marker" not in sys.modules
    with pytest.raises(importspy.ContractError):
        importspy.load_file("anything", good, workshop.folder / "missing.yml")
    with pytest.raises(FileNotFoundError):
        importspy.load_file("missing", workshop.site / "missing.py")
    with pytest.raises(ImportError, match="no file that Python can load"):
        importspy.load_file("text", workshop.contract("x", "notes.txt"))
    assert sys.meta_path[0] is not None
    for name in ("anything",):
        del sys.modules[name]


def test_guard_spec(workshop: Workshop) -> None:
    contract = workshop.contract("functions: [setup]\n")
    bad = workshop.write("bad.py", "import ran_marker\n")
    workshop.write("ran_marker.py", "")
    spec = importlib.util.spec_from_file_location("bad", bad)
    assert spec is not None
    assert importspy.guard_spec(spec, contract) is spec
    with pytest.raises(importspy.ContractViolation):
        importlib.util.module_from_spec(spec)
    assert "ran_marker" not in sys.modules
    with pytest.raises(ValueError, match="no loader"):
        importspy.guard_spec(importlib.machinery.ModuleSpec("x", None))
    with pytest.raises(AttributeError):
        importspy.guard_spec(3)  # type: ignore[arg-type]


# ---- extension modules, the main script


@pytest.fixture(scope="module")
def extension_file() -> Path:
    spec = importlib.util.find_spec("_bisect")
    if spec is None or spec.origin is None or not spec.origin.endswith(".so"):
        spec = importlib.util.find_spec("importspy._core")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def test_scenario_31_extension_modules_by_direct_loading(plain: Workshop, extension_file: Path) -> None:
    target = plain.site / "acme" / extension_file.name
    target.write_bytes(extension_file.read_bytes())
    name = extension_file.name.split(".")[0]
    plain.contract(
        """
        modules: ["acme.*"]
        deployments: [{arch: ARCH}]
        """.replace("ARCH", "s390x" if os.uname().machine != "s390x" else "arm"),
        "nowhere.yml",
    )

    def load() -> types.ModuleType:
        loader = importlib.machinery.ExtensionFileLoader(name, str(target))
        spec = importlib.util.spec_from_file_location(name, target, loader=loader)
        assert spec is not None
        return importlib.util.module_from_spec(spec)

    with importspy.install(plain.folder / "nowhere.yml"):
        with pytest.raises(importspy.ContractViolation):
            load()
        with open("/proc/self/maps") as maps:
            assert str(target) not in maps.read()
    plain.contract('modules: ["acme.*"]\n', "anywhere.yml")
    with importspy.install(plain.folder / "anywhere.yml"):
        assert load().__name__ == name


def test_the_main_script(plain: Workshop) -> None:
    plain.contract('files: ["*.py", "!sitecustomize.py"]\nfunctions: [main]\n')
    plain.write("sitecustomize.py", "import importspy\nimportspy.install('contract.yml')\n")
    good, bad = plain.folder / "good.py", plain.folder / "bad.py"
    good.write_text("def main(): ...\nprint('ran')\n")
    bad.write_text("print('ran')\n")
    done = plain.run(good)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ran\n", "")
    done = plain.run(bad)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "function 'main' is missing" in done.stderr
    good.write_text("exec('def main(): ...')\nprint('ran')\n")
    assert plain.run(good).stdout == "ran\n"
    good.write_text("exec('')\nprint('ran')\n")
    done = plain.run(good)
    assert done.returncode == 1
    assert "function 'main' is missing" in done.stderr


def test_another_audit_hook_that_keeps_ours_out(plain: Workshop) -> None:
    code = """
        import sys, importspy
        def hook(event, args):
            if event == 'sys.addaudithook': raise RuntimeError('no')
        sys.addaudithook(hook)
        try:
            importspy.install('contract.yml')
        except RuntimeError as problem:
            print(problem)
        print(len([x for x in sys.meta_path if 'importspy' in repr(x)]))
        importspy.install('contract.yml', direct=False)
        import acme.good
    """
    script = plain.folder / "main.py"
    script.write_text("\n".join(line[8:] for line in code.splitlines()))
    done = plain.run(script)
    assert "keeps this one out" in done.stdout
    assert done.stdout.endswith("\n0\n")
    assert done.returncode == 0, done.stderr


def test_threads_while_another_audit_hook_takes_its_time(plain: Workshop) -> None:
    """A profile function cannot be set while another thread is at it, which may have stopped in an audit hook."""
    opened = plain.write("acme/opened.py", OPEN_GOOD)
    code = """
        import importlib.util, sys, threading, time, importspy
        sys.addaudithook(lambda event, args: time.sleep(0.002) if event == 'sys.setprofile' else None)
        importspy.install('contract.yml')
        def work():
            for _ in range(10):
                spec = importlib.util.spec_from_file_location('opened', sys.argv[1])
                spec.loader.exec_module(importlib.util.module_from_spec(spec))
                done.append(sys.getprofile())
        done = []
        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(done == [None] * 60)
    """
    script = plain.folder / "main.py"
    script.write_text("\n".join(line[8:] for line in code.splitlines()))
    done = plain.run(script, opened)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_many_direct_loads_keep_nothing(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/opened.py", OPEN_GOOD)

    def once() -> None:
        for name in ("good", "bad", "opened"):
            with contextlib.suppress(importspy.ContractViolation):
                by_spec(name, plain.site / "acme" / f"{name}.py")

    for _ in range(20):
        once()
    gc.collect()
    before, nones = len(gc.get_objects()), counts([None])
    for _ in range(200):
        once()
    gc.collect()
    assert len(gc.get_objects()) - before < 50
    assert all(abs(x - y) < 50 for x, y in zip(counts([None]), nones, strict=True))


def test_events_that_are_not_pythons_own(guard: importspy.Guard) -> None:
    events = ("import", "exec", "function.__new__", "object.__setattr__", "sys.setprofile", "importspy.probe")
    for event in events:
        for arguments in ((), (1,), (None, None), ("acme.bad", 3), (None, "__code__", 3), (None, 3, None)):
            sys.audit(event, *arguments)


def test_cwd_that_is_gone(guard: importspy.Guard, plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = plain.folder / "gone"
    gone.mkdir()
    before = os.getcwd()
    os.chdir(gone)
    try:
        gone.rmdir()
        exec(compile("x = 1", "relative.py", "exec"), {})
        with pytest.raises(importspy.ContractViolation):
            by_spec("bad", plain.site / "acme" / "bad.py")
    finally:
        os.chdir(before)

"""Hosts that rearrange the import system: finders before ours, path hooks, loaders with methods of their own, and what
a loader may try in order to run something else than what was validated."""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import importlib.util
import marshal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import importspy
import pytest
from conftest import Workshop

GOOD = "def register(app):\n    return 'validated'\n"
EVIL = "import ran_marker\ndef register(app):\n    return 'evil'\n"
BAD = "import ran_marker\n"

SAID: list[tuple[str, str]] = []
LISTENING: list[bool] = []


def listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "importspy.unbound":
        SAID.append((arguments[0], arguments[2]))


@pytest.fixture
def said() -> list[tuple[str, str]]:
    if not LISTENING:
        sys.addaudithook(listen)
        LISTENING.append(True)
    SAID.clear()
    return SAID


@pytest.fixture
def guard(plain: Workshop) -> importspy.Guard:
    importlib.import_module("acme")
    return importspy.install(plain.folder / "contract.yml")


def ours() -> list[int]:
    return [i for i, finder in enumerate(sys.meta_path) if "importspy" in repr(finder)]


def bring(name: str) -> Any:
    return importlib.import_module(name)


def marked() -> bool:
    return "ran_marker" in sys.modules


# --- finders before ours ---------------------------------------------------------------------------------------------


class Answering:
    """Finds by itself, as typeguard's does, and never asks those behind it."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self.before = before
        self.asked: list[str] = []

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> Any:
        self.asked.append(name)
        if not name.startswith("acme."):
            return None
        self.before()
        return importlib.machinery.PathFinder.find_spec(name, path, target)


def test_scenario_43_a_finder_that_is_put_before_ours(guard: importspy.Guard) -> None:
    other = Answering()
    sys.meta_path.insert(0, other)
    exec("import acme.good")
    assert ours()[0] == 0
    with pytest.raises(importspy.ContractViolation):
        bring("acme.bad")
    assert other.asked.count("acme.bad") == 1
    assert not marked()
    guard.uninstall()
    assert ours() == []
    assert sys.meta_path[0] is other


def test_scenario_43_our_finder_comes_back_when_the_list_is_replaced(guard: importspy.Guard) -> None:
    sys.meta_path = [finder for finder in sys.meta_path if "importspy" not in repr(finder)]
    with pytest.raises(importspy.ContractViolation):
        exec("import acme.bad")
    assert ours() == [0]
    sys.meta_path.clear()
    with pytest.raises(ModuleNotFoundError):
        exec("import acme.bad")
    assert not marked()


def test_scenario_43_thousand_displacements_leave_two_entries(guard: importspy.Guard) -> None:
    for _ in range(1000):
        sys.meta_path.insert(0, Answering())
        sys.audit("import", "x", None, None, None, None)
    assert ours()[0] == 0
    assert len(ours()) == 2
    with pytest.raises(importspy.ContractViolation):
        bring("acme.bad")
    guard.uninstall()
    assert ours() == []
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, Answering)]


def test_scenario_43_mending_in_the_middle_of_a_search(guard: importspy.Guard) -> None:
    """Python walks through the list while we put ourselves in front of it: we are met all the same."""

    class Silent:
        def find_spec(self, name: str, path: Any, target: Any = None) -> None:
            sys.meta_path.insert(0, Answering()) if len(sys.meta_path) < 20 else None
            sys.audit("import", "x", None, None, None, None)

    def silently() -> Iterator[None]:
        sys.meta_path.insert(0, Silent())  # type: ignore[arg-type]
        yield

    for _ in silently():
        sys.meta_path[0].find_spec("x", None)
    for name in ("acme.bad", "acme.bad"):
        with pytest.raises(importspy.ContractViolation):
            importlib._bootstrap._gcd_import(name)  # type: ignore[attr-defined]
    assert not marked()


def test_scenario_43_threads_displace_while_threads_import(guard: importspy.Guard, plain: Workshop) -> None:
    for i in range(40):
        plain.write(f"acme/bad{i}.py", BAD)
    stop = threading.Event()

    def displace() -> None:
        while not stop.is_set():
            other = types.SimpleNamespace(find_spec=lambda name, path, target=None: None)
            sys.meta_path.insert(0, other)  # type: ignore[arg-type]
            sys.audit("import", "x", None, None, None, None)
            sys.meta_path.remove(other)  # type: ignore[arg-type]

    results: list[object] = []

    def load() -> None:
        for i in range(40):
            try:
                results.append(bring(f"acme.bad{i}"))
            except BaseException as problem:
                results.append(type(problem))

    threads = [threading.Thread(target=load) for _ in range(3)]
    disturbing = threading.Thread(target=displace)
    disturbing.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    stop.set()
    disturbing.join(60)
    assert results == [importspy.ContractViolation] * 120
    assert not marked()


# --- a host's own FileFinder and SourceFileLoader --------------------------------------------------------------------


@contextlib.contextmanager
def path_hook(loader: type[Any], folder: Path) -> Iterator[None]:
    """A host's own FileFinder for .py files, first among the path hooks."""
    hook = importlib.machinery.FileFinder.path_hook((loader, [".py"]))
    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()
    try:
        yield
    finally:
        sys.path_hooks.remove(hook)
        sys.path_importer_cache.clear()


class GetData(importlib.machinery.SourceFileLoader):
    def get_data(self, path: Any) -> bytes:
        return super().get_data(path).replace(b"as written", b"validated")


class SourceToCode(importlib.machinery.SourceFileLoader):
    def source_to_code(self, data: Any, path: Any, *name: Any, _optimize: int = -1) -> Any:  # type: ignore[override]
        return super().source_to_code(data.replace(b"as written", b"changed"), path, *name)


class PathStats(importlib.machinery.SourceFileLoader):
    def path_stats(self, path: Any) -> Any:
        return {"mtime": 0, "size": 0}


class GetCode(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> Any:
        return super().get_code(fullname)


class OwnCode(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> Any:
        return compile("def register(app):\n    return 'made up'\n", "elsewhere", "exec")


class ExecModule(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: types.ModuleType) -> None:
        super().exec_module(module)
        vars(module)["after"] = 1


class CreateModule(importlib.machinery.SourceFileLoader):
    def create_module(self, spec: Any) -> Any:
        return types.ModuleType(spec.name, "made by the host")


class Cached(importlib.machinery.SourceFileLoader):
    """Reads from a place of its own, and keeps no path."""

    def get_filename(self, name: str | None = None) -> str:
        return super().get_filename(name)

    def set_data(self, path: Any, data: Any, *, _mode: int = 0o666) -> None:
        raise AssertionError("nothing is written")


LOADERS: dict[type[Any], tuple[str, str | None]] = {
    GetData: ("validated", None),
    PathStats: ("as written", None),
    CreateModule: ("as written", None),
    Cached: ("as written", None),
    SourceToCode: ("changed", "transformed"),
    GetCode: ("as written", "transformed"),
    ExecModule: ("as written", "transformed"),
    OwnCode: ("made up", "not bound"),
}


@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.__name__)
def test_a_loader_that_overrides_one_method(
    guard: importspy.Guard, plain: Workshop, said: list[tuple[str, str]], loader: type[Any]
) -> None:
    """Where nothing is said, what runs was compiled from what was validated."""
    answer, binding = LOADERS[loader]
    plain.write("acme/own.py", "def register(app):\n    return 'as written'\n")
    with path_hook(loader, plain.site):
        module = bring("acme.own")
        assert module.register(1) == answer
        assert type(module.__loader__) is loader
        assert "get_data" not in vars(module.__loader__)
        assert said == ([] if binding is None else [("acme.own", binding)])
        with pytest.raises(importspy.ContractViolation):
            bring("acme.bad")
    assert not marked()
    assert "acme.bad" not in sys.modules


@pytest.mark.parametrize("loader", [GetData, SourceToCode, GetCode, ExecModule], ids=lambda loader: loader.__name__)
def test_planted_bytecode_under_a_loader_of_the_host(
    guard: importspy.Guard, plain: Workshop, loader: type[Any]
) -> None:
    source = plain.write("acme/own.py", "def register(app):\n    return 'as written'\n")
    status = source.stat()
    head = int(status.st_mtime).to_bytes(4, "little") + status.st_size.to_bytes(4, "little")
    cached = Path(importlib.util.cache_from_source(str(source)))
    cached.parent.mkdir(exist_ok=True)
    cached.write_bytes(importlib.util.MAGIC_NUMBER + bytes(4) + head + marshal.dumps(compile(EVIL, "x", "exec")))
    with path_hook(loader, plain.site):
        assert bring("acme.own").register(1) != "evil"
    assert not marked()


def test_a_module_that_reads_its_data_while_a_loader_is_served(guard: importspy.Guard, plain: Workshop) -> None:
    (plain.site / "acme" / "data.txt").write_text("hello")
    plain.write(
        "acme/own.py",
        "import os, pkgutil\n"
        "DATA = __spec__.loader.get_data(path=os.path.join(os.path.dirname(__file__), 'data.txt'))\n" + GOOD,
    )
    with path_hook(ExecModule, plain.site):
        assert bring("acme.own").DATA == b"hello"


def test_a_loader_with_a_get_data_of_its_instance(guard: importspy.Guard, plain: Workshop) -> None:
    plain.write("acme/own.py", GOOD)

    class Instance(ExecModule):
        def __init__(self, name: str, path: str) -> None:
            super().__init__(name, path)
            self.get_data = self.mine  # type: ignore[method-assign]

        def mine(self, path: Any) -> bytes:
            return super().get_data(path)

    with path_hook(Instance, plain.site):
        loader = bring("acme.own").__loader__
    assert loader.get_data == loader.mine


@pytest.mark.parametrize("loader", [importlib.machinery.SourceFileLoader, ExecModule])
def test_lazy_loading_by_a_hosts_file_finder(guard: importspy.Guard, plain: Workshop, loader: type[Any]) -> None:
    factory = importlib.util.LazyLoader.factory(loader)
    with path_hook(factory, plain.site):  # type: ignore[arg-type]
        plain.write("acme/lazy.py", "import sys\nsys.lazy_ran = True\n" + GOOD)
        module = bring("acme.lazy")
        assert not hasattr(sys, "lazy_ran")
        assert module.register(1) == "validated"
        assert hasattr(sys, "lazy_ran")
        del sys.lazy_ran
        with pytest.raises(importspy.ContractViolation):
            bring("acme.bad")
    assert not marked()
    assert "acme.bad" not in sys.modules


# --- attempts to run something else ----------------------------------------------------------------------------------


def serve(name: str, loader: Any, origin: str | None = None, **extra: Any) -> None:
    class Serving:
        def find_spec(self, fullname: str, path: object, target: object = None) -> Any:
            if fullname != name:
                return None
            spec = importlib.machinery.ModuleSpec(fullname, loader, origin=origin)
            for key, value in extra.items():
                setattr(spec, key, value)
            return spec

    sys.meta_path.insert(1, Serving())  # type: ignore[arg-type]


class TwoFaced(importlib.machinery.SourceFileLoader):
    """Gives good bytes once, and others from then on."""

    reads = 0

    def get_data(self, path: Any) -> bytes:
        TwoFaced.reads += 1
        return GOOD.encode() if TwoFaced.reads == 1 else EVIL.encode()


class TwoFacedElsewhere(TwoFaced):
    def exec_module(self, module: types.ModuleType) -> None:
        exec(self.get_data(self.path), vars(module))


class TwoFacedToTheEnd(TwoFaced):
    def exec_module(self, module: types.ModuleType) -> None:
        exec(type(self).get_data(self, self.path), vars(module))


@pytest.mark.parametrize("loader", [TwoFaced, TwoFacedElsewhere])
def test_a_loader_that_gives_other_bytes_the_second_time(
    guard: importspy.Guard, plain: Workshop, loader: type[TwoFaced]
) -> None:
    TwoFaced.reads = 0
    path = str(plain.site / "acme" / "twofaced.py")
    serve("acme.twofaced", loader("acme.twofaced", path), path)
    assert bring("acme.twofaced").register(1) == "validated"
    assert TwoFaced.reads == 1
    assert not marked()


def test_what_goes_round_its_own_get_data_is_said_to_be_not_bound(
    guard: importspy.Guard, plain: Workshop, said: list[tuple[str, str]]
) -> None:
    TwoFaced.reads = 0
    path = str(plain.site / "acme" / "twofaced.py")
    serve("acme.twofaced", TwoFacedToTheEnd("acme.twofaced", path), path)
    assert bring("acme.twofaced").register(1) == "evil"
    assert said == [("acme.twofaced", "not bound")]


class Lying:
    """Shows one source, runs another."""

    def __init__(self, runs: str) -> None:
        self.runs = runs

    def create_module(self, spec: object) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self.runs, vars(module))

    def get_source(self, name: str) -> str:
        return GOOD


def test_what_a_lying_loader_ran_is_looked_at(guard: importspy.Guard) -> None:
    serve("acme.lie", Lying("other = 1"))
    with pytest.raises(importspy.ContractViolation, match="had run"):
        bring("acme.lie")
    assert "acme.lie" not in sys.modules


def test_an_audit_hook_can_refuse_what_is_not_bound(plain: Workshop) -> None:
    code = """
import sys, importspy, importlib.machinery
def refuse(event, arguments):
    if event == "importspy.unbound" and arguments[2] == "not bound":
        raise RuntimeError("refused " + arguments[0])
sys.addaudithook(refuse)
importspy.install("contract.yml")
class Own:
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "acme.own" else None
    def create_module(self, spec): pass
    def exec_module(self, module): module.register = lambda app: app
    def get_source(self, name): return "def register(app): ..."
sys.meta_path.append(Own())
try:
    import acme.own
except RuntimeError as problem:
    print(problem, "acme.own" in sys.modules)
"""
    done = plain.run("-c", code)
    assert done.stdout == "refused acme.own False\n", done.stderr


@pytest.mark.parametrize("when", ["find_spec", "create_module"])
def test_a_spec_whose_loader_is_swapped(guard: importspy.Guard, plain: Workshop, when: str) -> None:
    """Who swaps the loader of a spec has code in the process already, and the module is not ours any more then. What
    can be held is that our loader, once it is asked, runs what it has validated."""
    spec = importlib.util.find_spec("acme.good")
    assert spec is not None
    inner = spec.loader
    assert inner is not None
    if when == "find_spec":
        spec.loader = importlib.machinery.SourceFileLoader("acme.good", str(plain.site / "acme" / "bad.py"))
        module = importlib.util.module_from_spec(spec)
        inner.exec_module(module)
    else:
        module = importlib.util.module_from_spec(spec)
        spec.loader = importlib.machinery.SourceFileLoader("acme.good", str(plain.site / "acme" / "bad.py"))
        inner.exec_module(module)
    assert module.register(1) == 1
    assert not marked()


def test_a_loader_that_swaps_itself_while_it_creates(guard: importspy.Guard, plain: Workshop) -> None:
    bad = importlib.machinery.SourceFileLoader("acme.swap", str(plain.site / "acme" / "bad.py"))

    class Swapping(importlib.machinery.SourceFileLoader):
        def create_module(self, spec: Any) -> None:
            spec.loader = bad

    plain.write("acme/swap.py", GOOD)
    path = str(plain.site / "acme" / "swap.py")
    serve("acme.swap", Swapping("acme.swap", path), path)
    assert bring("acme.swap").register(1) == "validated"
    assert not marked()


def test_a_loader_whose_create_module_executes(guard: importspy.Guard, plain: Workshop) -> None:
    """It is the host's code, not the module's, and is asked after the module was admitted, or else not at all."""
    ran: list[str] = []

    class Executing(importlib.machinery.SourceFileLoader):
        def create_module(self, spec: Any) -> None:
            ran.append(spec.name)

    for name in ("good", "bad"):
        path = str(plain.site / "acme" / f"{name}.py")
        serve(f"acme.{name}", Executing(f"acme.{name}", path), path)
    bring("acme.good")
    with pytest.raises(importspy.ContractViolation):
        bring("acme.bad")
    assert ran == ["acme.good"]


def test_a_module_that_create_module_fills(guard: importspy.Guard) -> None:
    """The namespace is not empty when the validated code runs; a function that it brings is replaced by the code's."""

    class Filling(Lying):
        def create_module(self, spec: Any) -> Any:
            module = types.ModuleType(spec.name)
            vars(module)["register"] = 3
            return module

        def exec_module(self, module: types.ModuleType) -> None:
            pass

    serve("acme.filled", Filling(""))
    with pytest.raises(importspy.ContractViolation):
        bring("acme.filled")


def test_no_attribute_leads_to_the_loader_behind_ours(guard: importspy.Guard) -> None:
    spec = importlib.util.find_spec("acme.bad")
    assert spec is not None
    loader: Any = spec.loader
    for name in ("inner", "_inner", "loader", "__wrapped__", "_loader"):
        with pytest.raises(AttributeError):
            getattr(loader, name)
    assert "importspy" in repr(loader)


def test_loader_state_stays_what_it_is(guard: importspy.Guard, plain: Workshop) -> None:
    path = str(plain.site / "acme" / "good.py")
    state = {"a": 1}
    serve("acme.good", importlib.machinery.SourceFileLoader("acme.good", path), path, loader_state=state)
    module = bring("acme.good")
    assert module.__spec__.loader_state is state


def test_one_loader_for_two_modules(guard: importspy.Guard, said: list[tuple[str, str]]) -> None:
    class Shared:
        sources: ClassVar = {"acme.one": GOOD, "acme.two": BAD, "acme.three": GOOD}

        def create_module(self, spec: object) -> None:
            return None

        def exec_module(self, module: types.ModuleType) -> None:
            exec(self.sources[module.__name__], vars(module))

        def get_source(self, name: str) -> str:
            return self.sources[name]

    loader = Shared()
    for name in Shared.sources:
        serve(name, loader)
    assert bring("acme.one").__loader__ is loader
    with pytest.raises(importspy.ContractViolation):
        bring("acme.two")
    assert bring("acme.three").__loader__ is loader
    assert not marked()


def test_one_spec_for_two_modules(guard: importspy.Guard, plain: Workshop) -> None:
    """A finder that hands out one spec, whose loader is ours the second time, for another name."""
    path = str(plain.site / "acme" / "good.py")
    spec = importlib.machinery.ModuleSpec("acme.good", importlib.machinery.SourceFileLoader("acme.good", path))
    spec.origin = path

    class Shared:
        def find_spec(self, fullname: str, path: object, target: object = None) -> Any:
            return spec if fullname.startswith("acme.") else None

    sys.meta_path.insert(1, Shared())  # type: ignore[arg-type]
    assert bring("acme.good").RAN == [1]
    del sys.modules["acme.good"]
    assert bring("acme.good").RAN == [1]


class Bytes(bytes):
    def decode(self, *arguments: Any, **names: Any) -> str:
        return EVIL

    def __bytes__(self) -> bytes:
        return EVIL.encode()


class Array(bytearray):
    pass


@pytest.mark.parametrize("kind", [Bytes, Array, memoryview, bytearray])
def test_bytes_that_are_no_plain_bytes(guard: importspy.Guard, plain: Workshop, kind: type[Any]) -> None:
    class Odd(importlib.machinery.SourceFileLoader):
        def get_data(self, path: Any) -> Any:
            return kind(GOOD.encode())

    path = str(plain.site / "acme" / "odd.py")
    serve("acme.odd", Odd("acme.odd", path), path)
    assert bring("acme.odd").register(1) == "validated"
    assert not marked()


class Name(str):
    """Says that it equals whatever it is compared with, and hashes as something else."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return hash("acme.good")

    def __str__(self) -> str:
        return "acme.good"

    def startswith(self, *arguments: Any) -> bool:
        return False


def test_a_name_that_lies(guard: importspy.Guard, plain: Workshop) -> None:
    with contextlib.suppress(ImportError, KeyError):
        bring(Name("acme.bad"))
    finder: Any = sys.meta_path[0]
    spec = finder.find_spec(Name("acme.bad"), [str(plain.site / "acme")])
    assert "importspy" in repr(spec.loader)
    with pytest.raises(importspy.ContractViolation):
        importlib.util.module_from_spec(spec)
    with pytest.raises(importspy.ContractViolation):
        spec.loader.get_code("acme.bad")
    assert not marked()


def test_a_name_that_lies_hides_no_replacement(guard: importspy.Guard, plain: Workshop) -> None:
    """Whether a module has replaced itself in sys.modules is asked under its true name."""
    plain.write(
        "acme/stand.py",
        "import sys, types\ndef register(app): ...\nsys.modules['acme.stand'] = types.ModuleType('acme.stand')\n",
    )
    finder: Any = sys.meta_path[0]
    spec = finder.find_spec(Name("acme.stand"), [str(plain.site / "acme")])
    module = importlib.util.module_from_spec(spec)
    sys.modules["acme.stand"] = module
    with pytest.raises(importspy.ContractViolation):
        spec.loader.exec_module(module)


def test_a_spec_whose_name_lies(guard: importspy.Guard, plain: Workshop) -> None:
    """It says it is acme.good, and its loader would load bad.py."""
    bad = str(plain.site / "acme" / "bad.py")

    class Finder:
        def find_spec(self, fullname: str, path: object, target: object = None) -> Any:
            if fullname != "acme.bad":
                return None
            return importlib.machinery.ModuleSpec(
                "elsewhere", importlib.machinery.SourceFileLoader("elsewhere", bad), origin=bad
            )

    sys.meta_path.insert(1, Finder())  # type: ignore[arg-type]
    with pytest.raises(ImportError):
        bring("acme.bad")
    assert not marked()


def test_an_origin_that_lies(guard: importspy.Guard, plain: Workshop) -> None:
    """Stock loaders read the file that they name, whatever the spec says; so does one that overrides exec_module."""
    bad, good = (str(plain.site / "acme" / f"{name}.py") for name in ("bad", "good"))
    for i, kind in enumerate((importlib.machinery.SourceFileLoader, ExecModule)):
        serve(f"acme.liar{i}", kind(f"acme.liar{i}", bad), good)
        with pytest.raises(importspy.ContractViolation):
            bring(f"acme.liar{i}")
    assert not marked()


def test_a_loader_that_changes_its_path_after_it_was_asked(guard: importspy.Guard, plain: Workshop) -> None:
    bad, good = (str(plain.site / "acme" / f"{name}.py") for name in ("bad", "good"))

    class Moving(importlib.machinery.SourceFileLoader):
        def create_module(self, spec: Any) -> None:
            self.path = bad

    serve("acme.moving", Moving("acme.moving", good), good)
    assert bring("acme.moving").RAN == [1]
    assert not marked()


def test_importlib_bootstrap_load(guard: importspy.Guard) -> None:
    bootstrap: Any = importlib._bootstrap  # type: ignore[attr-defined]
    assert bootstrap._load(importlib.util.find_spec("acme.good")).RAN == [1]
    with pytest.raises(importspy.ContractViolation):
        bootstrap._load(importlib.util.find_spec("acme.bad"))
    assert "acme.bad" not in sys.modules
    assert not marked()

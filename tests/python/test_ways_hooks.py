"""Other people's import hooks beside ours, in both orders: pytest, typeguard, beartype, wrapt. The real packages, each
in an interpreter of its own."""

from __future__ import annotations

import importlib.util
import marshal
import textwrap
from pathlib import Path

import pytest
from conftest import Workshop

LISTEN = """
import importlib, sys, importspy
SAID = []
def listen(event, arguments):
    if event == "importspy.unbound":
        SAID.append(arguments[:3:2])
sys.addaudithook(listen)
"""
GUARD = "guard = importspy.install('contract.yml')\n"

BAD = """
try:
    BRING_BAD
except importspy.ContractViolation:
    print("denied")
else:
    print("let in")
assert "ran_marker" not in sys.modules, "its first line has run"
assert "acme.bad" not in sys.modules
"""
IMPORTS = {"statement": "import acme.bad", "import_module": "importlib.import_module('acme.bad')"}


def run(workshop: Workshop, *parts: str, way: str = "statement") -> list[str]:
    program = "\n".join(textwrap.dedent(part) for part in parts).replace("BRING_BAD", IMPORTS[way])
    done = workshop.run("-c", program)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def typed(plain: Workshop) -> Workshop:
    plain.write("acme/good.py", "def register(app: int) -> int:\n    return app\n")
    plain.write("acme/bad.py", "import ran_marker\n\ndef other(app: int) -> int:\n    return app\n")
    return plain


# --- 40: typeguard ---------------------------------------------------------------------------------------------------

TYPEGUARD = """
import typeguard
typeguard.install_import_hook("acme")
"""
CALL_TYPEGUARD = """
import acme.good
try:
    acme.good.register("text")
except typeguard.TypeCheckError:
    print("instrumented")
"""


@pytest.mark.parametrize("way", IMPORTS)
@pytest.mark.parametrize("order", ["typeguard after the guard", "typeguard before the guard"])
def test_scenario_40_typeguard(typed: Workshop, order: str, way: str) -> None:
    hooks = (GUARD, TYPEGUARD) if "after" in order else (TYPEGUARD, GUARD)
    out = run(typed, LISTEN, *hooks, BAD, CALL_TYPEGUARD, "print(SAID)", way=way)
    assert out == ["denied", "instrumented", "[('acme.good', 'transformed')]"]


def test_scenario_40_typeguard_is_first_of_all_imports(workshop: Workshop) -> None:
    """No package on the way, nothing else is imported between the two."""
    workshop.contract("modules: [alone]\nfunctions: [register]\n")
    workshop.write("alone.py", "print('it ran')\n")
    program = LISTEN + GUARD + TYPEGUARD.replace('"acme"', '"alone"') + "import alone\n"
    done = workshop.run("-c", program)
    assert done.returncode == 1
    assert (done.stdout, "module 'alone' is denied" in done.stderr) == ("", True)


@pytest.mark.parametrize("direct", [True, False])
def test_scenario_40_import_module_alone(workshop: Workshop, direct: bool) -> None:
    """import_module raises no audit event before it asks the finders, and typeguard's stands in front. The one
    module that comes in past our finder meets the audit hook of direct loading, if that is in place."""
    workshop.contract("modules: [alone]\nfunctions: [register]\n")
    workshop.write("alone.py", "print('it ran')\n")
    install = f"importspy.install('contract.yml', direct={direct})\n"
    bring = "importlib.import_module('alone')\n"
    done = workshop.run("-c", LISTEN + "import typeguard\n" + install + TYPEGUARD.replace('"acme"', '"alone"') + bring)
    assert done.stdout == ("" if direct else "it ran\n")
    assert ("module 'alone' is denied" in done.stderr) == direct


def test_scenario_40_both_uninstall(typed: Workshop) -> None:
    out = run(
        typed,
        LISTEN,
        "before = list(sys.meta_path)",
        GUARD,
        "import typeguard; hook = typeguard.install_import_hook('acme')",
        "import acme.good",
        "print(sys.meta_path[0])",
        "hook.uninstall(); guard.uninstall(); print(sys.meta_path == before)",
    )
    assert out == ["<importspy finder>", "True"]


# --- 41: beartype ----------------------------------------------------------------------------------------------------

BEARTYPE = """
import beartype.claw, beartype.roar
beartype.claw.beartype_package("acme")
"""
CALL_BEARTYPE = """
import acme.good
try:
    acme.good.register("text")
except beartype.roar.BeartypeCallHintViolation:
    print("instrumented")
"""


@pytest.mark.parametrize("way", IMPORTS)
@pytest.mark.parametrize("order", ["beartype after the guard", "beartype before the guard"])
def test_scenario_41_beartype(typed: Workshop, order: str, way: str) -> None:
    hooks = (GUARD, BEARTYPE) if "after" in order else (BEARTYPE, GUARD)
    out = run(typed, LISTEN, *hooks, BAD, CALL_BEARTYPE, "print(SAID)", way=way)
    assert out == ["denied", "instrumented", "[('acme.good', 'transformed')]"]


# --- 42: wrapt -------------------------------------------------------------------------------------------------------

WRAPT = """
import wrapt
@wrapt.when_imported("acme.good")
def fire(module):
    print("fired for", module.__name__)
@wrapt.when_imported("acme.bad")
def never(module):
    print("fired for", module.__name__)
"""
CALL_WRAPT = """
import acme.good
print(acme.good.register(3), type(acme.good.__spec__.loader).__name__, type(acme.good.__loader__).__name__)
"""


@pytest.mark.parametrize("way", IMPORTS)
@pytest.mark.parametrize("order", ["wrapt after the guard", "wrapt before the guard"])
def test_scenario_42_wrapt(typed: Workshop, order: str, way: str) -> None:
    hooks = (GUARD, WRAPT) if "after" in order else (WRAPT, GUARD)
    out = run(typed, LISTEN, *hooks, BAD, CALL_WRAPT, "print(SAID)", way=way)
    loader = "SourceFileLoader SourceFileLoader"
    assert out == ["denied", "fired for acme.good", f"3 {loader}", "[('acme.good', 'transformed')]"]


def test_scenario_42_all_of_them_at_once(typed: Workshop) -> None:
    out = run(typed, LISTEN, GUARD, BEARTYPE, TYPEGUARD, WRAPT, BAD, CALL_TYPEGUARD, "print(len(sys.meta_path) < 12)")
    assert out == ["denied", "fired for acme.good", "instrumented", "True"]


# --- the live look at what they ran ----------------------------------------------------------------------------------

RICH = """
from __future__ import annotations
import abc, asyncio, dataclasses, functools, typing
from typing import ClassVar, Generic, Optional, TypeVar

T = TypeVar("T")
API_VERSION: int = 2
NAMES: list[str] = ["a", "b"]
LIMIT: typing.Final = 3.5

def register(app: object, *, retries: int = 3, **options: object) -> Optional[bool]:
    return None

async def fetch(url: str, timeout: float = 1.0) -> bytes | None:
    return None

def generate(count: int) -> typing.Iterator[int]:
    yield from range(count)

@functools.lru_cache(maxsize=None)
def cached(value: int) -> int:
    return value

class Base(abc.ABC):
    priority: ClassVar[int] = 5

    @abc.abstractmethod
    def run(self, job: str) -> None: ...

@dataclasses.dataclass
class Job:
    name: str
    size: int = 0

class Plugin(Base, Generic[T]):
    def __init__(self, label: str = "x") -> None:
        self.label = label

    def run(self, job: str, *, dry: bool = False) -> None: ...

    @property
    def title(self) -> str:
        return self.label

    @staticmethod
    def make(kind: str) -> Plugin: ...

    @classmethod
    def default(cls, size: int = 1) -> Plugin: ...

    async def close(self) -> None: ...
"""
RICH_CONTRACT = """
modules: [acme.rich]
variables: ["API_VERSION: int = 2", "NAMES: list[str]", LIMIT]
functions:
  - "def register(app: object, *, retries: int = 3, **options: object) -> bool | None"
  - "async def fetch(url: str, timeout: float = ...) -> bytes | None"
  - {name: generate, arguments: [{name: count, annotation: int}], return_annotation: "typing.Iterator[int]"}
  - {name: register, call: "(app, retries=...)"}
  - {name: cached}
classes:
  - name: Plugin
    superclasses: [Base]
    attributes: [{name: priority, type: class, value: 5}, {name: label, type: instance}]
    methods:
      - "def run(self, job: str, *, dry: bool = ...) -> None"
      - "async def close(self) -> None"
      - {name: default, kind: class}
      - {name: make, kind: static}
      - {name: title, kind: property}
  - {name: Job, attributes: [{name: size, annotation: int}]}
"""


@pytest.mark.parametrize("future", [True, False], ids=["quoted", "evaluated"])
@pytest.mark.parametrize("tool", ["none", "typeguard", "beartype", "wrapt"])
def test_instrumentation_of_a_rich_module_refutes_nothing(plain: Workshop, tool: str, future: bool) -> None:
    """What the source proves is held against the instrumented module once more: nothing that holds may fail there."""
    text = RICH if future else RICH.replace("from __future__ import annotations", "").replace("-> Plugin", "-> object")
    plain.write("acme/rich.py", text)
    plain.contract(RICH_CONTRACT, "rich.yml")
    hook = {"none": "", "typeguard": TYPEGUARD, "beartype": BEARTYPE, "wrapt": WRAPT.replace("acme.good", "acme.rich")}
    out = run(plain, LISTEN, "importspy.install('rich.yml')", hook[tool], "import acme.rich; print(SAID)")
    assert out[-1] == ("[]" if tool == "none" else "[('acme.rich', 'transformed')]")


# --- cached code of the instrumented module --------------------------------------------------------------------------

PLANT = """
import importlib.util, pathlib
def plant(source, optimization, text):
    import marshal
    stat = source.stat()
    head = int(stat.st_mtime).to_bytes(4, "little") + (stat.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    body = marshal.dumps(compile(text, str(source), "exec"))
    file = pathlib.Path(importlib.util.cache_from_source(str(source), optimization=optimization))
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(importlib.util.MAGIC_NUMBER + bytes(4) + head + body)
"""


@pytest.mark.parametrize("tool", [TYPEGUARD, BEARTYPE, WRAPT], ids=["typeguard", "beartype", "wrapt"])
def test_planted_bytecode_of_an_instrumented_module_is_ignored(typed: Workshop, tool: str) -> None:
    """The tools keep instrumented code in __pycache__; theirs is no more to be trusted than Python's."""
    folder = typed.site / "acme"
    learn = "import acme.good, os; print(*os.listdir(os.path.dirname(acme.good.__spec__.cached)))"
    source = folder / "good.py"
    program = "import sys; sys.dont_write_bytecode = False\n" + tool + learn
    done = typed.run("-c", program)
    assert done.returncode == 0, done.stderr
    names = [name for name in done.stdout.split() if name.startswith("good.")]
    assert names, done.stdout
    stat = source.stat()
    head = int(stat.st_mtime).to_bytes(4, "little") + (stat.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    evil = "import ran_marker\ndef register(app): return 'evil'\n"
    for name in names:
        cached = folder / "__pycache__" / name
        code = marshal.dumps(compile(evil, str(source), "exec"))
        cached.write_bytes(importlib.util.MAGIC_NUMBER + bytes(4) + head + code)
    ask = "import acme.good, sys; print(acme.good.register(1), 'ran_marker' in sys.modules)"
    assert typed.run("-c", tool + ask).stdout.splitlines()[-1] == "evil True"  # what happens without us
    guarded = typed.run("-c", "import importspy\n" + GUARD + tool + ask)
    assert guarded.stdout.splitlines()[-1:] == ["1 False"], guarded.stderr


# --- 39: pytest ------------------------------------------------------------------------------------------------------

TEST_FILE = """
import ran_marker

def register(app): ...

def test_it():
    left = [1, 2, 3]
    assert left == [1, 2, 4]
"""
SUITE_CONTRACT = 'files: ["suite/**/*.py"]\nfilename: FILE\nfunctions: [register]\n'
INSTALL = "import importspy\nimportspy.install({!r})\n"


class Suite:
    """A folder of tests that pytest runs; one file of it is under contract."""

    def __init__(self, workshop: Workshop, contracted: str) -> None:
        self.workshop = workshop
        self.folder = workshop.folder / "suite"
        self.folder.mkdir()
        self.contract = workshop.contract(SUITE_CONTRACT.replace("FILE", contracted), "suite.yml")
        workshop.write("ran_marker.py", "print('MARKER')\n")
        self.install = INSTALL.format(str(self.contract))
        (self.folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def run(self, *options: str) -> str:
        done = self.workshop.run("-m", "pytest", "-q", "-s", *options, str(self.folder))
        return done.stdout + done.stderr


REWRITTEN = "assert [1, 2, 3] == [1, 2, 4]"


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_scenario_39_a_conftest_that_installs(workshop: Workshop, mode: str) -> None:
    """pytest's own finder stands on sys.meta_path before ours."""
    suite = Suite(workshop, "test_them.py")
    suite.write("conftest.py", suite.install)
    suite.write("test_them.py", TEST_FILE)
    out = suite.run(f"--import-mode={mode}")
    assert "MARKER" in out
    assert REWRITTEN in out
    assert "At index 2 diff: 3 != 4" in out
    suite.write("test_them.py", TEST_FILE.replace("register", "other"))
    out = suite.run(f"--import-mode={mode}")
    assert "MARKER" not in out
    assert "module 'test_them' is denied" in out or "test_them' is denied" in out
    assert "function 'register' is missing" in out


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_scenario_39_installed_before_pytest(workshop: Workshop, mode: str) -> None:
    """pytest inserts its finder before ours."""
    suite = Suite(workshop, "test_them.py")
    workshop.write("sitecustomize.py", suite.install)
    suite.write("test_them.py", TEST_FILE)
    out = suite.run(f"--import-mode={mode}")
    assert "MARKER" in out
    assert "At index 2 diff: 3 != 4" in out
    suite.write("test_them.py", TEST_FILE.replace("register", "other"))
    out = suite.run(f"--import-mode={mode}")
    assert "MARKER" not in out
    assert "function 'register' is missing" in out


@pytest.mark.parametrize("before", [False, True], ids=["plugin installs", "sitecustomize installs"])
def test_scenario_39_a_conftest_under_contract(workshop: Workshop, before: bool) -> None:
    suite = Suite(workshop, "conftest.py")
    workshop.write("sitecustomize.py" if before else "guarding.py", suite.install)
    options = () if before else ("-p", "guarding")
    suite.write("test_them.py", "def test_it(check): check([1, 2, 3])\n")
    fixture = """
import ran_marker, pytest

def register(app): ...

@pytest.fixture
def check():
    def checking(left):
        assert left == [1, 2, 4]
    return checking
"""
    suite.write("conftest.py", fixture)
    out = suite.run(*options)
    assert "MARKER" in out
    assert "At index 2 diff: 3 != 4" in out
    suite.write("conftest.py", fixture.replace("register", "other"))
    out = suite.run(*options)
    assert "MARKER" not in out
    assert "function 'register' is missing" in out


@pytest.mark.parametrize("before", [False, True], ids=["conftest installs", "sitecustomize installs"])
def test_scenario_39_a_plugin_registered_for_rewriting(workshop: Workshop, before: bool) -> None:
    suite = Suite(workshop, "unused.py")
    contract = workshop.contract("modules: [helping]\nfunctions: [register]\n", "helping.yml")
    workshop.write("sitecustomize.py" if before else "unused.py", INSTALL.format(str(contract)))
    head = "" if before else INSTALL.format(str(contract))
    suite.write("conftest.py", head + "import pytest\npytest.register_assert_rewrite('helping')\n")
    suite.write("test_them.py", "import helping\ndef test_it(): helping.compare([1, 2, 3])\n")
    helping = "import ran_marker\ndef register(app): ...\ndef compare(left): assert left == [1, 2, 4]\n"
    workshop.write("helping.py", helping)
    out = suite.run()
    assert "MARKER" in out
    assert "At index 2 diff: 3 != 4" in out
    workshop.write("helping.py", helping.replace("register", "other"))
    out = suite.run()
    assert "MARKER" not in out
    assert "function 'register' is missing" in out


def test_scenario_39_rewritten_modules_are_said_to_be_not_bound(workshop: Workshop) -> None:
    suite = Suite(workshop, "test_them.py")
    telling = suite.install + (
        "import sys\n"
        "def tell(event, arguments):\n"
        "    if event == 'importspy.unbound': print('SAID', *arguments[:3:2])\n"
        "sys.addaudithook(tell)\n"
    )
    suite.write("conftest.py", telling)
    suite.write("test_them.py", TEST_FILE)
    assert "SAID test_them not bound" in suite.run()

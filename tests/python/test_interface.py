"""`interface:`: stubs, Protocols, ABCs, classes become clauses; what each construct asks for, what goes wrong."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import importspy
import pytest


class Place:
    """A folder with a contract, interfaces and plugins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip())
        return path

    def report(self, plugin: str, contract: str) -> importspy.Report:
        self.write("plugin.py", plugin)
        self.write("contract.yml", contract)
        return importspy.check(self.folder / "plugin.py", self.folder / "contract.yml")

    def codes(self, plugin: str, contract: str) -> list[str]:
        return [finding.code for finding in self.report(plugin, contract).findings if finding.verdict == "fail"]

    def error(self, contract: str) -> importspy.ContractError:
        self.write("contract.yml", contract)
        with pytest.raises(importspy.ContractError) as caught:
            importspy.check(self.write("plugin.py", "x = 1\n"), self.folder / "contract.yml")
        return caught.value


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


STUB = """
    from __future__ import annotations
    import os
    import sys
    from collections.abc import Awaitable
    from typing import ClassVar, NamedTuple, Protocol, TypedDict, overload
    from .other import handed_on as handed_on, kept

    API_VERSION: int
    _private: int
    if sys.version_info >= (3, 8):
        def modern(path: str) -> str: ...
    else:
        def ancient() -> None: ...
    if sys.platform == "amiga":
        AMIGA: int

    def run(job: Job, /, *, retries: int = ...) -> bool: ...
    async def fetch(url: str) -> bytes: ...
    def soon() -> Awaitable[int]: ...
    @overload
    def pick(key: int) -> int: ...
    @overload
    def pick(key: str, default: int = ...) -> str: ...
    class Job:
        limit: ClassVar[int]
        name: str
        def __init__(self, name: str) -> None: ...
        @property
        def size(self) -> int: ...
        @staticmethod
        def make(text: str) -> Job: ...
        @classmethod
        def load(cls, path: str) -> Job: ...
        def _hidden(self) -> None: ...
    class Point(NamedTuple):
        x: int
        y: int
    class Options(TypedDict):
        level: int
"""
GOOD = """
    from typing import NamedTuple, TypedDict
    handed_on = 1
    API_VERSION = 3
    def modern(path): return path
    class Job:
        limit = 3
        def __init__(self, name): self.name = name
        size = property(lambda self: 1)
        @staticmethod
        def make(text): ...
        @classmethod
        def load(cls, path): ...
    def run(work: object, *, retries: float = 3) -> bool: ...
    async def fetch(url): ...
    async def soon() -> int: ...
    def pick(key, default=0): ...
    class Point(NamedTuple):
        x: int
        y: int
    class Options(TypedDict):
        level: int
"""
CONTRACT = "interface: api.pyi\n"


def test_a_stub_is_the_module(place: Place) -> None:
    place.write("api.pyi", STUB)
    report = place.report(GOOD, CONTRACT)
    assert report.verdict == "pass", report.text


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("API_VERSION = 3", "", "ISPY501"),
        ("API_VERSION = 3", "API_VERSION = 'a'", "ISPY504"),
        ("handed_on = 1", "", "ISPY501"),
        ("def modern(path)", "def modern()", "ISPY305"),
        ("def modern(path): return path", "", "ISPY301"),
        ("retries: float = 3", "retries: float", "ISPY307"),
        ("retries: float = 3", "retries: str = 3", "ISPY308"),
        ("*, retries: float = 3) -> bool", "*, retries: float = 3) -> str", "ISPY309"),
        ("def run(work: object, *,", "def run(work: object, more, *,", "ISPY311"),
        ("async def fetch", "def fetch", "ISPY304"),
        ("def pick(key, default=0)", "def pick(key)", "ISPY305"),
        ("def pick(key, default=0): ...", "", "ISPY301"),
        ("        limit = 3\n", "", "ISPY405"),
        ("self.name = name", "pass", "ISPY405"),
        ("def __init__(self, name)", "def __init__(self)", "ISPY305"),
        ("        size = property(lambda self: 1)\n", "", "ISPY407"),
        ("        @staticmethod\n        def make(text)", "        def make(self, text)", "ISPY312"),
        ("class Job:", "class Work:", "ISPY401"),
        ("class Options(TypedDict):", "class Other(TypedDict):", "ISPY401"),
    ],
)
def test_what_a_stub_asks_for(place: Place, old: str, new: str, code: str) -> None:
    place.write("api.pyi", STUB)
    assert old in GOOD
    assert place.codes(GOOD.replace(old, new), CONTRACT) == [code]


def test_diagnostics_point_into_the_stub(place: Place) -> None:
    place.write("acme/api.pyi", "import os\ndef run(job: int, *, retries: int = ...) -> bool: ...\n")
    report = place.report("def run(job): ...\n", "interface: acme/api.pyi\n")
    assert "acme/api.pyi:2:22" in report.text
    assert "def run(job: int, *, retries: int = ...) -> bool: ..." in report.text
    assert "^^^^^^^" in report.text


PROTOCOLS = """
    import abc
    from abc import ABC, abstractmethod
    from collections.abc import Sized
    from typing import Any, Protocol, TypeVar
    T = TypeVar("T")
    class Named(Protocol):
        name: str
    class Plugin(Named, Sized, Protocol[T]):
        def __init__(self, anything: int): ...
        def run(self, job: "Job", *args: Any) -> "Result": ...
        @property
        def size(self) -> int: ...
    class Base(ABC):
        @abstractmethod
        def start(self, app: str) -> None: ...
        @property
        @abc.abstractmethod
        def label(self) -> str: ...
        def stop(self) -> None: ...
    class Derived(Base):
        def start(self, app): ...
        @abstractmethod
        def more(self): ...
    class Plain(Exception):
        def __init__(self, a): self.code = a
        def public(self, a, b=1): ...
        def _private(self): ...
    class Job: ...
    class Result: ...
"""


@pytest.mark.parametrize(
    ("interface", "body", "codes"),
    [
        ("Plugin", "class P:\n  name = 'a'\n  size = 3\n  def __len__(self): ...\n  def run(self, job, *a): ...", []),
        ("Plugin", "class P:\n  name = 'a'\n  size = 3\n  def run(self, job, *rest): ...", ["ISPY407"]),
        ("Plugin", "class P:\n  size = 3\n  def __len__(self): ...\n  def run(self, job, *rest): ...", ["ISPY405"]),
        ("Plugin", "class P:\n  name = 1\n  size = 3\n  def __len__(self): ...\n  def run(self, job): ...",
         ["ISPY504", "ISPY311"]),
        ("Base", "class P:\n  label = 'a'\n  def start(self, app): ...", []),
        ("Base", "class P:\n  label = 'a'\n  def start(self): ...", ["ISPY305"]),
        ("Base", "class P:\n  label = 'a'", ["ISPY407"]),
        ("Base", "import abc\nclass P:\n  label = ''\n  @abc.abstractmethod\n  def start(self, app): ...", ["ISPY314"]),
        ("Derived", "class P:\n  label = 'a'\n  def more(self): ...", []),
        ("Derived", "class P:\n  def more(self): ...", ["ISPY407"]),
        ("Plain", "class P(Exception):\n  code = 1\n  def public(self, a, b=2): ...", []),
        ("Plain", "class P:\n  code = 1\n  def public(self, a, b=2): ...", ["ISPY404"]),
        ("Plain", "class P:\n  code = 1", ["ISPY404", "ISPY407"]),
    ],
)  # fmt: skip
def test_a_class_satisfies_a_class(place: Place, interface: str, body: str, codes: list[str]) -> None:
    place.write("acme/api.py", PROTOCOLS)
    contract = f"classes: [{{name: P, interface: 'acme.api:{interface}'}}]\n"
    assert place.codes(body, contract) == codes
    contract = f"classes: [{{name: P, interface: 'acme/api.py:{interface}'}}]\n"
    assert place.codes(body, contract) == codes


def test_a_class_entry_means_the_class_of_its_name(place: Place) -> None:
    place.write("api.pyi", "class P:\n    x: int\n")
    assert place.codes("class P: ...\n", "classes: [{name: P, interface: api.pyi}]\n") == ["ISPY405"]


def test_a_module_satisfies_a_protocol(place: Place) -> None:
    place.write("acme/api.py", PROTOCOLS)
    contract = "interface: acme.api:Plugin\n"
    good = "name = 'a'\nsize = 3\ndef __len__(): ...\ndef run(job, *args): ...\n"
    assert place.codes(good, contract) == []
    assert place.codes(good.replace("run(job, *args)", "run(self, job)"), contract) == ["ISPY311", "ISPY311"]
    assert place.codes(good.replace("size = 3\n", ""), contract) == ["ISPY501"]


def test_types_are_those_of_the_interfaces_module(place: Place) -> None:
    """Job in acme.api is acme.api.Job, whatever the plugin calls Job; a subclass of it may be given back."""
    place.write("acme/api.py", PROTOCOLS)
    contract = "classes: [{name: P, interface: 'acme.api:Plugin'}]\n"
    body = "  name = 'a'\n  size = 3\n  def __len__(self): ...\n  def run(self, job: {job}, *rest) -> {result}: ...\n"
    same = "from acme.api import Job as J, Result\nclass Mine(Result): ...\nclass P:\n" + body
    assert place.report(same.format(job="J", result="Mine"), contract).verdict == "pass"
    assert place.report(same.format(job="object", result="Result"), contract).verdict == "pass"
    assert place.codes(same.format(job="int", result="int"), contract) == []
    assert place.report(same.format(job="int", result="int"), contract).verdict == "unprovable"
    other = "class Job: ...\nclass Result: ...\nclass P:\n" + body
    assert place.report(other.format(job="Job", result="Result"), contract).verdict == "unprovable"


def test_all_says_what_is_public(place: Place) -> None:
    place.write("api.pyi", "from stars import *\n__all__ = ['a', '_b', 'star']\ndef a(): ...\n_b: int\ndef c(): ...\n")
    place.write("stars.pyi", "def star(x): ...\ndef unlisted(): ...\n")
    assert place.codes("def a(): ...\n_b = 1\ndef star(x): ...\n", CONTRACT) == []
    assert place.codes("def a(): ...\n_b = 1\ndef star(): ...\n", CONTRACT) == ["ISPY305"]
    assert place.codes("def a(): ...\ndef star(x): ...\n", CONTRACT) == ["ISPY501"]


def test_imports_are_no_members(place: Place) -> None:
    place.write(
        "api.pyi", "import os\nimport sys as sys\nfrom a import b\nfrom a import c as c\nfrom a import d as e\n"
    )
    assert place.codes("import sys\nc = 1\n", CONTRACT) == []
    assert place.codes("import sys\n", CONTRACT) == ["ISPY501"]
    assert place.codes("c = 1\n", CONTRACT) == ["ISPY501"]


def test_what_is_conditional_in_the_interface_is_optional(place: Place) -> None:
    place.write("api.pyi", "import x\nif x.y:\n    def f(a): ...\ndef g(): ...\n")
    assert place.codes("def g(): ...\n", CONTRACT) == []
    assert place.codes("def g(): ...\ndef f(): ...\n", CONTRACT) == ["ISPY305"]


def test_bases_are_followed_through_modules_that_cannot_be_imported(place: Place) -> None:
    place.write("acme/__init__.py", "raise RuntimeError('never imported')\n")
    place.write("acme/api.py", "from .bases import Root\nclass P(Root):\n    def two(self): ...\n")
    place.write("acme/bases.py", "from acme.deep import *\n1 / 0\n")
    place.write("acme/deep.py", "class Root:\n    def one(self, a): ...\n")
    for interface in ("acme.api:P", "acme/api.py:P"):
        contract = f"classes: [{{name: P, interface: '{interface}'}}]\n"
        assert place.codes("class P:\n  def one(self, a): ...\n  def two(self): ...\n", contract) == []
        assert place.codes("class P:\n  def one(self): ...\n  def two(self): ...\n", contract) == ["ISPY305"]
    assert "acme" not in sys.modules


def test_a_stub_package_comes_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("site/acme/__init__.py", "def wrong(): ...\n")
    place.write("site/acme-stubs/__init__.pyi", "def right(): ...\n")
    monkeypatch.syspath_prepend(str(place.folder / "site"))
    assert place.codes("def right(): ...\n", "interface: acme\n") == []


def test_several_interfaces_and_other_clauses(place: Place) -> None:
    place.write("a.pyi", "def a(): ...\n")
    place.write("b.pyi", "B: int\n")
    contract = "interface: [a.pyi, b.pyi]\nfunctions: [c]\n"
    assert place.codes("", contract) == ["ISPY501", "ISPY301", "ISPY301"]
    contract = "any_of: [{interface: a.pyi}, {interface: b.pyi}]\n"
    assert place.codes("B = 1\n", contract) == []


def test_an_interface_of_a_contract_that_is_extended(place: Place) -> None:
    place.write("base/a.pyi", "def a(): ...\nA: int\n")
    place.write("base/base.yml", "interface: a.pyi\n")
    place.write("b.pyi", "B: int\n")
    assert place.codes("B = 1\n", "extends: base/base.yml\ninterface: b.pyi\n") == ["ISPY501", "ISPY301"]
    assert place.codes("", "extends: base/base.yml\n") == ["ISPY501", "ISPY301"]


@pytest.mark.parametrize(
    ("files", "interface", "words"),
    [
        ({}, "gone.pyi", ["there is no such file", "gone.pyi"]),
        ({}, "no_such_module_here", ["there is no module 'no_such_module_here'"]),
        ({"a.pyi": "def f(:\n"}, "a.pyi", ["a.pyi:1:7", "invalid syntax"]),
        ({"a.pyi": "x = 1\n\ndef f(): ...\n  y\n"}, "a.pyi", ["a.pyi:4:", "indent"]),
        ({"a.pyi": ""}, "a.pyi", ["is empty"]),
        ({"a.pyi": "import os\n"}, "a.pyi", ["asks for nothing"]),
        ({"a.pyi": "x: int\n"}, "a.pyi:Plugin", ["defines no class 'Plugin'"]),
        ({"a.pyi": "class A(B): ...\nclass B(A): ...\n"}, "a.pyi:A", ["circle"]),
        (
            {"a.py": "from b import B\nclass A(B): ...\n", "b.py": "from a import A\nclass B(A): ...\n"},
            "a:A",
            ["circle"],
        ),
        ({"a.py": "from b import X as X\n", "b.py": "from a import X as X\n"}, "a:X", ["circle"]),
        ({"a.py": "from b import *\n", "b.py": "from a import *\n"}, "a", ["circle"]),
        ({"a.py": "from gone_module import B\nclass A(B): ...\n"}, "a:A", ["there is no module 'gone_module'"]),
        ({"a.py": "class A(make()): ...\n"}, "a:A", ["base that is computed"]),
        ({"a.py": "x = 1\0\n"}, "a", ["cannot be read", "a.py"]),
        ({"a.py": "x = 1\n" * 400000}, "a", ["cannot be read", "2400000 bytes"]),
        ({}, "not a name", ["is no interface"]),
        ({}, "a..b", ["is no interface"]),
        ({"a.pyi/x": "x"}, "a.pyi", ["there is no such file"]),
    ],
)
def test_bad_interfaces_are_contract_errors(
    place: Place, files: dict[str, str], interface: str, words: list[str]
) -> None:
    for name, text in files.items():
        place.write(name, text)
    error = place.error(f"title: x\ninterface: '{interface}'\n")
    assert (error.line, error.column) == (2, 12), error
    assert all(word in str(error) for word in words), error


def test_bad_values_are_contract_errors(place: Place) -> None:
    assert "must be text" in str(place.error("interface: {a: b}\n"))
    assert "must be text" in str(place.error("interface: [[a]]\n"))
    assert "forbidden" in str(place.error("classes: [{name: A, presence: forbidden, interface: a.pyi}]\n"))


def test_an_abstract_method_of_the_base_itself_is_found_in_the_live_module(place: Place) -> None:
    """The base is elsewhere, so the source leaves it open; the running class shows that nothing implements it."""
    place.write("acme_host.py", PROTOCOLS)
    place.write(
        "acme_good.py", "from acme_host import Base\nclass P(Base):\n  label = 'a'\n  def start(self, app): ...\n"
    )
    place.write("acme_bad.py", "from acme_host import Base\nclass P(Base):\n  label = 'a'\n")
    place.write("contract.yml", "modules: [acme_good, acme_bad]\nclasses: [{name: P, interface: 'acme_host:Base'}]\n")
    program = """
        import importspy
        importspy.install("contract.yml")
        import acme_good
        try:
            import acme_bad
        except importspy.ContractViolation as error:
            print([violation.code for violation in error.violations])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=place.folder, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("['ISPY314']\n", 0), done.stdout + done.stderr


def test_the_command_line_finds_an_interface_beside_the_contract(place: Place) -> None:
    place.write("acme/__init__.py", "raise RuntimeError\n")
    place.write("acme/api.py", PROTOCOLS)
    place.write("contract.yml", "classes: [{name: P, interface: 'acme.api:Base'}]\n")
    place.write("plugin.py", "class P:\n  label = 'a'\n")
    command = [sys.executable, "-m", "importspy", "check", "plugin.py", "--contract", "contract.yml"]
    done = subprocess.run(command, cwd=place.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "acme/api.py:15:9" in done.stdout

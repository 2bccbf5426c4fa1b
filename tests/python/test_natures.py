"""Decorators by name, what can be awaited, and what properties let their callers do: by source and after an import."""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import both_ways
import importspy
import pytest

HEAD = """
import functools, typing
import nature_api
import nature_api as api
from nature_api import hook as h, other
from typing import Any
from collections.abc import Awaitable, Coroutine

"""

API = """
def hook(*args, **kwargs):
    return args[0] if args else lambda f: f
other = hook
class App:
    def task(self, f): return f
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "nature_api.py").write_text(API)
    return tmp_path


def verdicts(folder: Path, clause: dict[str, Any], source: str) -> tuple[str, str]:
    """What the source says of it, and what an import comes to (pass or fail)."""
    (folder / "nature_plugin.py").write_text(HEAD + source)
    contract = json.dumps({"modules": ["nature_plugin"], **clause})
    return both_ways.verdicts(folder, contract, "nature_plugin", "nature_api")


PASS, FAIL, OPEN = ("pass", "pass"), ("fail", "fail"), ("unprovable", "fail")
CONFIRMED = ("unprovable", "pass")


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("@functools.lru_cache\ndef f(): ...", "functools.lru_cache", PASS),
        ("@functools.lru_cache(maxsize=1)\ndef f(): ...", "lru_cache", PASS),
        ("def f(): ...", "lru_cache", FAIL),
        ("@functools.lru_cache\ndef f(): ...", "functools.cache", FAIL),
        # what a decorator that is not known leaves is looked at when the module has run
        ("@h\ndef f(): ...", "nature_api.hook", CONFIRMED),
        ("@h\ndef f(): ...", "hook", CONFIRMED),
        ("@h\ndef f(): ...", "h", FAIL),
        ("@api.hook(first=True)\ndef f(): ...", "nature_api.hook", CONFIRMED),
        ("@nature_api.hook\n@functools.cache\ndef f(): ...", "nature_api.hook", CONFIRMED),
        ("@other\ndef f(): ...", "nature_api.hook", FAIL),
        ("@h\ndef f(): ...", "nature_api.inner.hook", OPEN),  # one function may go by two names
        ("app = api.App()\n@app.task\ndef f(): ...", "task", CONFIRMED),
        ("app = api.App()\n@app.task\ndef f(): ...", "app.task", OPEN),
        ("def mark(f): return f\n@mark\ndef f(): ...", "mark", CONFIRMED),
        ("def mark(f): return f\n@mark\ndef f(): ...", "nature_plugin.mark", CONFIRMED),
        # the name stood for something else above the function
        ("hook = lambda f: f\n@hook\ndef f(): ...\nfrom nature_api import hook", "nature_api.hook", OPEN),
        ("@[h][0]\ndef f(): ...", "hook", OPEN),
        ("import sys\nif sys.argv:\n    from nature_api import hook as k\nelse: k = h\n@k\ndef f(): ...", "hook", OPEN),
    ],
)
def test_decorators(folder: Path, source: str, name: str, expected: tuple[str, str]) -> None:
    assert verdicts(folder, {"functions": [{"name": "f", "decorators": [name]}]}, source) == expected
    forbidden = {"name": name, "presence": "forbidden"}
    against = verdicts(folder, {"functions": [{"name": "f", "decorators": [forbidden]}]}, source)
    if expected in (PASS, CONFIRMED):
        assert against == FAIL
    elif expected == OPEN:
        assert against == OPEN
    else:
        assert against in (PASS, CONFIRMED)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async def f(): ...", PASS),
        ("async def f(): yield", FAIL),
        ("def f(): yield", FAIL),
        ("def f() -> Awaitable[int]: ...", PASS),
        ("def f() -> 'Coroutine[Any, Any, int]': ...", PASS),
        ("def f() -> typing.Awaitable: ...", PASS),
        ("def f() -> int: ...", FAIL),
        ("def f() -> None: ...", FAIL),
        ("def f() -> Awaitable[int] | None: ...", FAIL),
        ("def f() -> Any: ...", OPEN),
        ("def f() -> typing.Any: ...", OPEN),
        ("from typing import Any as Anything\ndef f() -> Anything: ...", OPEN),
        ("def f(): ...", OPEN),
        ("class Job: ...\ndef f() -> Job: ...", OPEN),  # it may have __await__
        ("Job = Awaitable[int]\ndef f() -> Job: ...", PASS),
    ],
)
def test_awaitable(folder: Path, source: str, expected: tuple[str, str]) -> None:
    assert verdicts(folder, {"functions": [{"name": "f", "async": "awaitable"}]}, source) == expected


CLASS = """
class Base:
    def __setattr__(self, name, value): raise AttributeError
class Plugin({base}):
    level = 1
    @property
    def size(self): return 1
    @functools.cached_property
    def cost(self): return 1
    @property
    def name(self): return 1
    @name.setter
    def name(self, value): pass
    @h
    def run(self): yield 1
"""


@pytest.mark.parametrize(
    ("base", "method", "expected"),
    [
        ("object", {"name": "level", "settable": True}, PASS),
        ("object", {"name": "level", "settable": False}, FAIL),
        ("Base", {"name": "level", "settable": True}, OPEN),
        ("Base", {"name": "level", "settable": False}, OPEN),
        ("api.App", {"name": "level", "settable": True}, OPEN),
        ("object", {"name": "size", "settable": False, "deletable": False}, PASS),
        ("object", {"name": "size", "kind": "cached_property"}, FAIL),
        ("object", {"name": "cost", "kind": "cached_property", "settable": True}, PASS),
        ("object", {"name": "cost", "kind": "property"}, PASS),
        ("object", {"name": "name", "settable": True, "deletable": True}, FAIL),
        ("object", {"name": "run", "generator": True, "abstract": False}, CONFIRMED),
        ("object", {"name": "run", "decorators": ["nature_api.hook"]}, CONFIRMED),
        ("object", {"name": "name", "kind": "property", "decorators": ["property"]}, PASS),
    ],
)
def test_methods(folder: Path, base: str, method: dict[str, Any], expected: tuple[str, str]) -> None:
    clause = {"classes": [{"name": "Plugin", "methods": [method]}]}
    assert verdicts(folder, clause, CLASS.format(base=base)) == expected


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ({"name": "x", "kind": "static", "settable": True}, "is about properties"),
        ({"name": "x", "presence": "forbidden", "abstract": True}, "'abstract' has no meaning"),
        ({"name": "x", "presence": "forbidden", "decorators": ["a"]}, "'decorators' has no meaning"),
        ({"name": "x", "generator": "maybe"}, "maybe"),
        ({"name": "x", "decorators": [{"name": "a", "presence": "optional"}]}, "optional"),
        ({"name": "x", "decorators": ["a b"]}, "not the name of"),
    ],
)
def test_contracts_that_are_wrong(folder: Path, method: dict[str, Any], words: str) -> None:
    contract = folder / "contract.yml"
    contract.write_text(json.dumps({"classes": [{"name": "Plugin", "methods": [method]}]}))
    with pytest.raises(importspy.ContractError, match=words):
        importspy.check(folder / "nature_api.py", contract)


RECORDS = """
import attr, attrs, dataclasses
from typing import NamedTuple

@attrs.define
class A:
    _a: int
    b: int = attrs.field(default=3, kw_only=True)
    c: list = attrs.Factory(list)

@attrs.define(kw_only=True)
class B:
    a: int
    b: int = 3

@attr.frozen
class C:
    a: int
    b: list = attr.field(factory=list)

@attr.s
class D:
    a = attr.ib()
    b = attr.ib(default=1)

@attrs.define
class E(C):
    d: int = 4

@attrs.define
class F:
    a: int = attrs.field(init=False, default=1)
    b: int = attrs.field(alias="x", default=1)

@attrs.define
class G:
    a: int
    def __init__(self, q, r): pass

@dataclasses.dataclass
class H(C):
    e: int = 3

@attrs.define
class I:
    a = attrs.field()
    b: int = 3

@attrs.define
class J:
    a: int = 3
    b: "int" = 4
    def __attrs_post_init__(self): pass
"""

CALLS = ["()", "(x)", "(x, y)", "(x, y, z)", "(a=1)", "(a=1, b=2)", "(b=2)", "(x, b=2)", "(x=1)"]


@pytest.mark.parametrize("name", "ABCDEFGHIJ")
def test_constructors_that_attrs_makes(folder: Path, name: str) -> None:
    """What is said of a call is what inspect says of the class that has been made."""
    pytest.importorskip("attrs")
    namespace: dict[str, Any] = {"__name__": "nature_plugin"}
    exec(compile(RECORDS, "nature_plugin", "exec", dont_inherit=True), namespace)
    signature = inspect.signature(namespace[name])
    for call in CALLS:
        parts = [part.strip() for part in call[1:-1].split(",") if part.strip()]
        try:
            signature.bind(*[p for p in parts if "=" not in p], **{p[0]: 1 for p in parts if "=" in p})
            fits = True
        except TypeError:
            fits = False
        source, live = verdicts(folder, {"functions": [{"name": name, "call": call}]}, RECORDS)
        assert source in ("unprovable", "pass" if fits else "fail"), call
        assert live == ("pass" if fits else "fail"), call
        if name in "BC":
            assert source != "unprovable"


def test_a_stub_is_held_against_the_constructor_that_a_dataclass_has(folder: Path) -> None:
    source = "import dataclasses\n@dataclasses.dataclass\nclass Job:\n    name: str\n"
    source += "    tags: list[str] = dataclasses.field(default_factory=list)\nclass Big(Job):\n    pass\n"
    for name in ("Job", "Big"):
        good = {
            "classes": [{"name": name, "methods": ["def __init__(self, name: str, tags: list[str] = ...) -> None"]}]
        }
        bad = {"classes": [{"name": name, "methods": ["def __init__(self, name: str, size: int) -> None"]}]}
        assert verdicts(folder, good, source) == PASS
        assert verdicts(folder, bad, source) == FAIL


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("def f(): ...", "f", PASS),
        ("def _f(): ...", "_f", FAIL),
        ("__all__ = ['_f']\ndef _f(): ...", "_f", PASS),
        ("__all__ = ('g',)\ndef f(): ...\ndef g(): ...", "f", FAIL),
        ("__all__ = ['f']", "f", FAIL),
        ("__all__ = []\n__all__ += ['f']\ndef f(): ...", "f", PASS),
        ("__all__ = ['g']\n__all__.append('f')\ndef f(): ...", "f", PASS),
        ("__all__ = list(map(str, ['f']))\ndef f(): ...", "f", CONFIRMED),
        ("__all__ = list(map(str, ['g']))\ndef f(): ...", "f", OPEN),
        ("import sys\nif sys.argv is not None:\n    __all__ = ['f']\ndef f(): ...", "f", CONFIRMED),
        ("from nature_api import *\ndef f(): ...", "f", CONFIRMED),
        ("def f(): ...\ndel f", "f", FAIL),
        ("globals()['__all__'] = ['g']\ndef f(): ...", "f", FAIL),
        ("globals().update(__all__=['f'])\ndef f(): ...", "f", CONFIRMED),
        ("globals().update(__all__=['g'])\ndef f(): ...", "f", OPEN),
    ],
)
def test_exports(folder: Path, source: str, name: str, expected: tuple[str, str]) -> None:
    assert verdicts(folder, {"exports": [name]}, source) == expected
    source_verdict, live = verdicts(folder, {"exports": [{"name": name, "presence": "forbidden"}]}, source)
    opposite = {"pass": "fail", "fail": "pass"}
    assert (source_verdict, live) == (opposite.get(expected[0], "unprovable"), opposite[expected[1]])


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ('"""Text."""', PASS),
        ('"  "', FAIL),
        ("X = 1", FAIL),
        ("b'x'", FAIL),
        ("f'{1}'", FAIL),
        ("__doc__ = str(3)", CONFIRMED),
        ("__doc__ = None or str()", OPEN),
        ('"""Text."""\ndel __doc__', FAIL),
    ],
)
def test_docstrings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, expected: tuple[str, str]) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys.modules[__name__], "HEAD", "")
    assert verdicts(tmp_path, {"docstring": "required"}, first + "\n") == expected
    opposite = {"pass": "fail", "fail": "pass"}
    turned = verdicts(tmp_path, {"docstring": "forbidden"}, first + "\n")
    assert turned == (opposite.get(expected[0], "unprovable"), opposite[expected[1]])


INNER = {"classes": [{"name": "Outer", "classes": [{"name": "Inner", "methods": [{"name": "run", "call": "(a)"}]}]}]}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class Outer:\n    class Inner:\n        def run(self, a): ...", PASS),
        ("class Outer:\n    class Inner:\n        def run(self): ...", FAIL),
        ("class Outer:\n    class Inner: ...", FAIL),
        ("class Outer: ...", FAIL),
        ("class Outer:\n    Inner = 3", FAIL),
        ("class Outer:\n    def Inner(self): ...", FAIL),
        ("class Base:\n    class Inner:\n        def run(self, a): ...\nclass Outer(Base): ...", PASS),
        ("class Outer:\n    class B:\n        def run(self, a): ...\n    class Inner(B): ...", PASS),
        ("class Outer:\n    class Inner(api.App):\n        def run(self, a): ...", PASS),
        ("class Outer(api.App):\n    class Inner:\n        def run(self, a): ...", PASS),
        ("class Outer:\n    @h\n    class Inner:\n        def run(self, a): ...", CONFIRMED),
        ("class Outer:\n    @h\n    class Inner:\n        def run(self): ...", FAIL),
        ("class Outer:\n    @functools.lru_cache\n    class Inner:\n        def run(self, a): ...", OPEN),
        ("class Outer:\n    Inner = type('Inner', (), {'run': lambda self, a: 1})", OPEN),
        ("Outer = type('Outer', (), {})", OPEN),
        ("class Mine:\n    class Inner: ...\nOuter = [Mine][0]", OPEN),
    ],
)
def test_nested_classes(folder: Path, source: str, expected: tuple[str, str]) -> None:
    assert verdicts(folder, INNER, source) == expected


def test_the_base_of_a_nested_class(folder: Path) -> None:
    source = "class Outer:\n    class B: ...\n    class Inner(B): ..."
    for base, wanted in (("B", PASS), ("nature_plugin.Outer.B", CONFIRMED), ("nature_plugin.B", OPEN), ("C", FAIL)):
        inner = {"name": "Inner", "superclasses": [base]}
        assert verdicts(folder, {"classes": [{"name": "Outer", "classes": [inner]}]}, source) == wanted


@pytest.mark.parametrize("inner", [{"subclass_of": "B"}, {"name": "a*"}])
def test_nested_classes_are_not_selected(folder: Path, inner: Any) -> None:
    contract = folder / "contract.yml"
    contract.write_text(json.dumps({"classes": [{"name": "Outer", "classes": [inner]}]}))
    with pytest.raises(importspy.ContractError, match="cannot be selected"):
        importspy.check(folder / "nature_api.py", contract)

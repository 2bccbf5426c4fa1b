"""Functions: parameters, annotations, defaults, decorators, and what their bodies make of them."""

from __future__ import annotations

import pytest
from structures import function, klass, member, names, said, signature, structure


@pytest.mark.parametrize(
    "head",
    [
        "()",
        "(a)",
        "(a, b=1)",
        "(a, /)",
        "(a, /, b)",
        "(a=1, /, b=2)",
        "(a, /, b=2, *c, d, e=3, **f)",
        "(*, a)",
        "(*, a=1, b)",
        "(*args, **kwargs)",
        "(a: int)",
        "(a: int = 1) -> str",
        "(*a: int, **b: 'str') -> None",
        "(a: 'x.Y[int]', *, b: list[int] | None = None) -> dict[str, tuple[int, ...]]",
        "(a='x', b=-1, c=(1, [2]), d={'a': None})",
        "(a=dynamic)",
    ],
)
def test_signatures(head: str) -> None:
    assert signature(function(f"def f{head}: pass\n")) == head
    assert signature(function(f"async def f{head}: pass\n")) == head


def test_lambdas_are_functions() -> None:
    assert signature(function("f = lambda a, /, *b, c=1, **d: 0\n")) == "(a, /, *b, c=1, **d)"
    assert function("f = lambda: (yield)\n")["is_generator"]


def test_places_of_names() -> None:
    found = names("async  def \\\n  f(a, *b, c=1, **d): pass\nclass  C (B): pass\ndef\tg(): pass\n")
    assert found["f"]["candidates"][0][1] == (2, 3, 1)
    assert [p["at"] for p in found["f"]["candidates"][0][2]["parameters"]] == [
        (2, 5, 1),
        (2, 9, 1),
        (2, 12, 1),
        (2, 19, 1),
    ]
    assert found["C"]["candidates"][0][1] == (3, 8, 1)
    assert found["g"]["candidates"][0][1] == (4, 5, 1)
    assert names("@a\n@b(1)\ndef defs(): pass\n")["defs"]["candidates"][0][1] == (3, 5, 4)


@pytest.mark.parametrize(
    ("source", "is_async", "is_generator"),
    [
        ("def f(): pass", False, False),
        ("async def f(): pass", True, False),
        ("def f(): yield", False, True),
        ("def f(): x = yield from a", False, True),
        ("async def f(): yield 1", True, True),
        ("def f():\n  if a:\n    while b:\n      try: g((yield))\n      finally: pass", False, True),
        ("def f():\n  def g(): yield", False, False),
        ("def f():\n  return lambda: (yield)", False, False),
        ("def f():\n  def g(): yield\n  yield", False, True),
        ("def f():\n  class C:\n    def g(self): yield", False, False),
        ("def f():\n  'yield'\n  # yield", False, False),
        ("def f(a=(1, 2)): return (x for x in a)", False, False),
    ],
)
def test_nature(source: str, is_async: bool, is_generator: bool) -> None:
    found = function(source)
    assert (found["is_async"], found["is_generator"]) == (is_async, is_generator)


@pytest.mark.parametrize(
    ("decorator", "unknown"),
    [
        ("functools.lru_cache", ""),
        ("functools.lru_cache(maxsize=3)", ""),
        ("c", ""),
        ("ft.cache", ""),
        ("functools.singledispatch", ""),
        ("functools.wraps(g)", "decorated"),
        ("functools.partial", "decorated"),
        ("t.final", ""),
        ("te.override", ""),
        ("t.overload", "decorated"),
        ("atexit.register", ""),
        ("warnings.deprecated('no')", ""),
        ("contextmanager", ""),
        ("staticmethod", ""),
        ("other", "decorated"),
        ("other.thing(1)", "decorated"),
        ("(lambda f: f)", "decorated"),
        ("spoiled", "decorated"),
        ("later", ""),
    ],
)
def test_decorators(decorator: str, unknown: str) -> None:
    source = (
        "import functools, functools as ft, typing as t, typing_extensions as te, atexit, warnings\n"
        "from functools import lru_cache as c, cache as spoiled, cache as later\n"
        "from contextlib import contextmanager\n"
        "if a:\n    from elsewhere import spoiled\n"
        f"@{decorator}\ndef f(a, b): pass\n"
        "later = 1\n"
    )
    found = function(source)
    assert found["unknown"] == unknown
    assert [p["name"] for p in found["parameters"]] == ["a", "b"]
    assert found["decorators"][0]["text"] == decorator.strip("()") if "lambda" in decorator else decorator


def test_decorator_names() -> None:
    found = function("@a.b.c(1)(2)\n@d[0].e\n@f\n@(g or h)\ndef f(): pass\n")
    assert [d["name"] for d in found["decorators"]] == ["a.b.c", None, "f", None]
    assert [d["text"] for d in found["decorators"]] == ["a.b.c(1)(2)", "d[0].e", "f", "g or h"]
    assert [d["at"] for d in found["decorators"]] == [(1, 2, 11), (2, 2, 6), (3, 2, 1), (4, 3, 6)]


def test_context_managers_are_ordinary_functions() -> None:
    source = "import contextlib\n@contextlib.contextmanager\ndef f(a):\n    yield\n"
    assert (function(source)["is_async"], function(source)["is_generator"]) == (False, False)
    source = "import contextlib\n@contextlib.asynccontextmanager\nasync def f(a):\n    yield\n"
    assert (function(source)["is_async"], function(source)["is_generator"]) == (False, False)


def test_overloads_are_not_the_definition() -> None:
    source = (
        "from typing import overload\n@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a): pass\n"
    )
    assert signature(function(source)) == "(a)"
    assert function(source)["unknown"] == ""


def test_what_changes_a_signature_later() -> None:
    assert function("def f(a): pass\nf.__signature__ = g()\n")["unknown"] == "signature-unknown"
    assert function("def f(a): pass\nf.__defaults__ = (1,)\n")["unknown"] == "signature-unknown"
    assert function("def f(a): pass\nf.version = 1\n")["unknown"] == ""
    assert said("def f(a): pass\nf = g(f)\n", "f") == "dynamic"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def f(self): pass", ""),
        ("@staticmethod\n    def f(): pass", "static"),
        ("@classmethod\n    def f(cls): pass", "class"),
        ("@property\n    def f(self): pass", "property"),
        ("@functools.cached_property\n    def f(self): pass", "property"),
        ("@abc.abstractproperty\n    def f(self): pass", "property"),
        ("@property\n    @abc.abstractmethod\n    def f(self): pass", "property"),
        ("@classmethod\n    @functools.lru_cache()\n    def f(cls): pass", "class"),
        ("@staticmethod\n    @other\n    def f(): pass", "static"),
        ("def g(self): pass\n    f = staticmethod(g)", "static"),
        ("def g(self): pass\n    f = property(g)", "property"),
        ("f = property(lambda self: 1)", "property"),
        ("f = classmethod(lambda cls: 1)", "class"),
        ("@property\n    def f(self): pass\n    @f.setter\n    def f(self, value): pass", "property"),
        ("@property\n    def f(self): pass\n    @f.deleter\n    def f(self): pass", "property"),
        ("@property\n    def g(self): pass\n    @g.getter\n    def f(self): pass", "property"),
        ("@property\n    def g(self): pass\n    @g.setter\n    def f(self, value): pass", "property"),
        ("def __new__(cls): pass\n    f = __new__", ""),
    ],
)
def test_method_kinds(source: str, kind: str) -> None:
    found = klass(f"import functools, abc\nclass C:\n    {source}\n")["members"]["names"]["f"]["candidates"]
    assert [c[0] for c in found] == ["function"]
    assert found[0][2]["method_kind"] == kind
    assert found[0][2]["unknown"] == ("decorated" if "other" in source else "")
    if "setter" in source or "deleter" in source:
        assert signature(found[0][2]) == "(self)"


def test_a_class_may_hide_builtins() -> None:
    source = "class C:\n    property = f\n    @property\n    def p(self): pass\n"
    assert klass(source)["members"]["names"]["p"]["candidates"][0][2]["unknown"] == "decorated"
    source = "class C:\n    property = f\nclass D:\n    @property\n    def p(self): pass\n"
    assert klass(source, "D")["members"]["names"]["p"]["candidates"][0][2]["unknown"] == ""
    source = "def property(f): pass\nclass C:\n    @property\n    def p(self): pass\n"
    assert klass(source)["members"]["names"]["p"]["candidates"][0][2]["unknown"] == "decorated"


def test_private_names_get_the_name_of_the_class() -> None:
    source = "class _C:\n    __a = 1\n    def __f(self, __x, __y__): self.__b = 1\n    class __D: __e = 2\n"
    found = klass(source, "_C")
    assert set(found["members"]["names"]) == {"_C__a", "_C__f", "_C__D"}
    assert set(found["instance"]["names"]) == {"_C__b"}
    assert signature(found["members"]["names"]["_C__f"]["candidates"][0][2]) == "(self, _C__x, __y__)"
    assert set(found["members"]["names"]["_C__D"]["candidates"][0][2]["members"]["names"]) == {"_D__e"}
    assert set(klass("class __:\n    __a = 1\n", "__")["members"]["names"]) == {"__a"}
    assert member("class C:\n    __a__ = 1\n", "__a__") == "1"


def test_defaults_see_what_was_bound() -> None:
    assert signature(function("T = 3\ndef f(a=T): pass\nT = 4\n")) == "(a=3)"
    assert signature(function("def f(a=T): pass\nT = 4\n")) == "(a=dynamic)"


def test_defaults_and_decorators_run_with_the_module() -> None:
    assert said("def f(a=(X := 1)): pass\n", "X") == "1"
    assert said("@g(X := 1)\ndef f(): pass\n", "X") == "1"
    assert said("def f(*, a=(X := 1)): pass\n", "X") == "1"
    assert said("def f():\n    (X := 1)\n", "X") == "-"


def test_many_parameters() -> None:
    arguments = ", ".join(f"a{i}: int = {i}" for i in range(3000))
    assert len(function(f"def f({arguments}): pass\n")["parameters"]) == 3000


def test_multi_line_annotations_are_kept() -> None:
    found = function("def f(a: dict[\n    str, # why\n    int,\n]) -> (\n  None\n): pass\n")
    assert found["parameters"][0]["annotation"] == "dict[\n    str, # why\n    int,\n]"
    assert found["returns"] == "None"


def test_nothing_of_the_source_runs() -> None:
    assert structure("raise SystemExit\n")["unreadable"] is None
    assert structure("import antigravity_not_there\n1/0\n")["unreadable"] is None

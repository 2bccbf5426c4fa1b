"""Classes: bases, members, and the attributes that their methods set."""

from __future__ import annotations

import pytest
from structures import attribute, brief, klass, member, names, opened, said


def test_heads() -> None:
    found = klass("@d.e(1)\nclass C(A, b.B, Generic[T], f(x).g, *bases, metaclass=M, k=1): pass\n")
    assert [b["name"] for b in found["bases"]] == ["A", "b.B", "Generic", None, None]
    assert [b["text"] for b in found["bases"]] == ["A", "b.B", "Generic[T]", "f(x).g", "*bases"]
    assert found["bases"][1]["at"] == (2, 12, 3)
    assert [d["name"] for d in found["decorators"]] == ["d.e"]
    assert found["has_metaclass"]
    assert not found["bases_are_mro"]


@pytest.mark.parametrize(
    ("keywords", "has_metaclass"),
    [
        ("", False),
        ("metaclass=ABCMeta", False),
        ("metaclass=abc.ABCMeta", False),
        ("metaclass=type", False),
        ("metaclass=Meta", True),
        ("metaclass=f()", True),
        ("k=1", False),
        ("**k", True),
    ],
)
def test_metaclasses(keywords: str, has_metaclass: bool) -> None:
    assert klass(f"import abc\nfrom abc import ABCMeta\nclass C({keywords}): pass\n")["has_metaclass"] == has_metaclass
    assert klass("type = f()\nclass C(metaclass=type): pass\n")["has_metaclass"]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("x = 1", "1"),
        ("x: int", "bare"),
        ("x: int = 1", "1"),
        ("x, y = 1, 2", "1"),
        ("if a: x = 1", "1?"),
        ("if True: x = 1", "1"),
        ("for x in a: pass", "dynamic?"),
        ("x = 1\n    del x", "-"),
        ("from a import x", "a:x"),
        ("def x(self): pass", "function"),
        ("class x: pass", "class"),
        ("x = [1]\n    x.append(2)", "[1, 2]"),
        ("x = [1]\n    f(x)", "dynamic"),
        ("x = lambda self: 1", "function"),
        ("(x := 1)", "1"),
        ("try: x = 1\n    except E: x = 2", "1 | 2"),
        ("@classmethod\n    def m(cls): cls.x = 1", "1?"),
        ("def __init_subclass__(cls): cls.x = 1", "1?"),
        ("def __new__(cls): cls.x = 1", "1?"),
        ("x = 0\n    @classmethod\n    def m(cls): cls.x = 1", "0 | 1"),
        ("@staticmethod\n    def m(cls): cls.x = 1", "-"),
    ],
)
def test_members(body: str, value: str) -> None:
    assert member(f"class C:\n    {body}\n", "x") == value


def test_the_class_body_does_not_leak() -> None:
    assert set(names("class C:\n    x = 1\n    for y in a: pass\n")) == {"C"}
    assert said("class C:\n    print(x := 1)\n", "x") == "-"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("self.x = 1", "1"),
        ("self.x: int = 1", "1"),
        ("self.x: int", "bare"),
        ("self.x, self.y = 1, 2", "1"),
        ("self.y = self.x = 1", "1"),
        ("self.x, *self.y = a", "dynamic"),
        ("[self.x] = a", "dynamic"),
        ("self.x += 1", "dynamic"),
        ("for self.x in a: pass", "dynamic?"),
        ("with a as self.x: pass", "dynamic"),
        ("with a as (self.x, b): pass", "dynamic"),
        ("with suppress(E): self.x = 1", "1?"),
        ("with self.lock: self.x = 1", "1"),
        ("if a: self.x = 1", "1?"),
        ("if a: self.x = 1\n        else: self.x = 2", "1 | 2"),
        ("if TYPE_CHECKING: self.x = 1", "-"),
        ("try: self.x = f()\n        except E: self.x = None", "dynamic | None"),
        ("for i in a:\n            self.x = 1\n            break", "1?"),
        ("if a: return\n        self.x = 1", "1?"),
        ("self.x = 1\n        if a: return\n        self.y = 1", "1"),
        ("self.x = 0\n        if a: return\n        self.x = 1", "0 | 1"),
        ("for i in a:\n            if i: return\n        self.x = 1", "1?"),
        ("if a: raise E\n        self.x = 1", "1"),
        ("self.x = 1\n        return", "1"),
        ("return\n        self.x = 1", "-"),
        ("other.x = 1", "-"),
        ("self.y.x = 1", "-"),
        ("self.x[0] = 1", "-"),
        ("x = 1", "-"),
        ("self.x = 1\n        del self.x", "-"),
        ("def inner(): self.x = 1", "1?"),
        ("setattr(self, 'x', 1)", "1"),
        ("object.__setattr__(self, 'x', 1)", "1"),
        ("super().__setattr__('x', 1)", "1"),
        ("match a:\n            case 1: self.x = 1\n            case _: self.x = 2", "1 | 2"),
        ("while True:\n            self.x = 1\n            break", "1?"),
    ],
)
def test_instance_attributes(body: str, value: str) -> None:
    source = "from contextlib import suppress\nfrom typing import TYPE_CHECKING\n"
    assert attribute(f"{source}class C:\n    def __init__(self, a):\n        {body}\n", "x") == value


def test_the_first_parameter_has_any_name() -> None:
    assert attribute("class C:\n    def __init__(me, self): me.x = 1; self.y = 2\n", "x") == "1"
    assert attribute("class C:\n    def __init__(me, self): me.x = 1; self.y = 2\n", "y") == "-"
    assert attribute("class C:\n    def __init__(me, /, a): me.x = 1\n", "x") == "1"
    assert attribute("class C:\n    def __init__(*args): args.x = 1\n", "x") == "-"


def test_other_methods_may_run_or_not() -> None:
    assert attribute("class C:\n    def m(self): self.x = 1\n", "x") == "1?"
    assert attribute("class C:\n    async def m(self): self.x = 1\n", "x") == "1?"
    assert attribute("class C:\n    @property\n    def m(self): self.x = 1\n", "x") == "1?"
    assert attribute("class C:\n    @staticmethod\n    def m(self): self.x = 1\n", "x") == "-"
    assert attribute("class C:\n    @classmethod\n    def m(cls): cls.x = 1\n", "x") == "-"
    source = "class C:\n    def m(self): self.x = 1\n    def __init__(self): self.x = 0\n"
    assert attribute(source, "x") == "1 | 0"
    assert (
        attribute("class C:\n    def __new__(cls):\n        new = super().__new__(cls)\n        new.x = 1\n", "x")
        == "1?"
    )


def test_conditional_constructors() -> None:
    source = "class C:\n  if a:\n    def __init__(self): self.x = 1\n  else:\n    def __init__(self): self.y = 1\n"
    assert attribute(source, "x") == "1?"
    assert attribute(source, "y") == "1?"
    source = "class C:\n    def __init__(self): self.x = 1\n    def __init__(self): self.y = 1\n"
    assert attribute(source, "y") == "1"
    assert attribute("class C:\n    @other\n    def __init__(self): self.x = 1\n", "x") == "1?"


def test_annotations_of_attributes_stay() -> None:
    source = "class C:\n    def __init__(self): self.x: int = 0\n    def m(self): self.x = f()\n"
    found = klass(source)["instance"]["names"]["x"]["candidates"]
    assert [c[2]["annotation"] for c in found] == ["int", "int"]
    assert found[0][1] == (2, 30, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "setattr(self, a, 1)",
        "object.__setattr__(self, a, 1)",
        "super().__setattr__(a, 1)",
        "self.__dict__.update(a)",
        "self.__dict__[a] = 1",
        "self.__dict__ = a",
        "d = self.__dict__",
        "vars(self).update(a)",
        "vars(self)[a] = 1",
        "[setattr(self, k, v) for k, v in a]",
    ],
)
def test_what_opens_the_attributes_of_instances(statement: str) -> None:
    for method in ("__init__", "m"):
        found = klass(f"class C:\n    def {method}(self, a):\n        self.x = 1\n        {statement}\n")
        assert found["instance"]["open"] == "dynamic-namespace"
        assert found["members"]["open"] == ""
        assert found["instance"]["open_at"][0] == 4


@pytest.mark.parametrize("statement", ["a = self.__dict__[b]", "return self.__dict__.get(a)", "setattr(other, a, 1)"])
def test_what_does_not_open_them(statement: str) -> None:
    assert klass(f"class C:\n    def m(self, a):\n        {statement}\n")["instance"]["open"] == ""


@pytest.mark.parametrize(
    ("statement", "value", "is_open"),
    [
        ("C.x = 2", "2", False),
        ("C.y = 2", "1", True),
        ("C.x: int = 2", "2", False),
        ("setattr(C, 'x', 2)", "dynamic", False),
        ("setattr(C, f(), 2)", "1", True),
        ("delattr(C, 'x')", "dynamic", False),
        ("if a: C.x = 2", "1", False),
        ("f(C)", "1", False),
        ("D = C", "1", False),
    ],
)
def test_assigning_to_a_class_later(statement: str, value: str, is_open: bool) -> None:
    found = names(f"class C:\n    x = 1\n{statement}\n")["C"]["candidates"][0][2]["members"]
    assert brief(found["names"]["x"]) == value
    assert (found["open"] != "") == is_open


def test_classes_in_classes() -> None:
    inner = klass("class C:\n    class D(E):\n        x = 1\n        def __init__(self): self.y = 2\n")["members"][
        "names"
    ]["D"]
    assert brief(inner["candidates"][0][2]["members"]["names"]["x"]) == "1"
    assert brief(inner["candidates"][0][2]["instance"]["names"]["y"]) == "2"


def test_exec_in_a_class_opens_both() -> None:
    source = "class C:\n    exec(f())\n"
    assert klass(source)["members"]["open"] == "dynamic-namespace"
    assert opened(source) == "dynamic-namespace"
    assert klass("class C:\n    locals().update(f())\n")["members"]["open"] == "dynamic-namespace"
    assert opened("class C:\n    locals().update(f())\n") == ""
    assert klass("class C:\n    vars()[f()] = 1\n")["members"]["open"]


def test_a_body_that_raises_ends_the_module() -> None:
    assert said("if a:\n    class C:\n        raise E\nelse:\n    X = 1\n", "X") == "1"


def test_deeply_nested_classes() -> None:
    source = "".join(" " * i + f"class C{i}:\n" for i in range(80)) + " " * 80 + "x = 1\n"
    assert said(source, "C0") == "class"

"""Structures of live modules, and that looking runs as little of them as can be."""

from __future__ import annotations

import sys
import textwrap
import types
from typing import Any

import pytest
from importspy import _core
from structures import brief, signature


def live(source: str, name: str = "live_mod", future: bool = False, **options: Any) -> dict[str, Any]:
    module = types.ModuleType(name)
    code = compile(textwrap.dedent(source), name, "exec", dont_inherit=True)
    sys.modules[name] = module
    try:
        exec(code, module.__dict__)
        result: dict[str, Any] = _core._live_structure(module)
    finally:
        del sys.modules[name]
    return result


def definition(source: str, name: str) -> Any:
    return live(source)["scope"]["names"][name]["candidates"][0]


def function(source: str, name: str = "f") -> dict[str, Any]:
    kind, _, what = definition(source, name)
    assert kind == "function"
    result: dict[str, Any] = what
    return result


def test_what_a_module_is() -> None:
    found = live("X = 1\n")
    assert found["is_live"]
    assert found["name"] == "live_mod"
    assert found["scope"]["open"] == ""
    assert found["imports"] == []
    assert brief(found["scope"]["names"]["X"]) == "1"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1", "1"),
        ("10 ** 30", "1" + "0" * 30),
        ("1 << 100_000", "dynamic"),
        ("-1.5", "-1.5"),
        ("1j", "1j"),
        ("True", "True"),
        ("None", "None"),
        ("...", "Ellipsis"),
        ("'é'", "'é'"),
        ("'\\udc80'", "dynamic"),
        ("b'a'", "b'a'"),
        ("(1, [2], {'a': {3}})", "(1, [2], {'a': {3}})"),
        ("frozenset({1})", "dynamic"),
        ("type('I', (int,), {})(1)", "dynamic"),
        ("type('D', (dict,), {})()", "dynamic"),
        ("object()", "dynamic"),
        ("[object()]", "[dynamic]"),
        ("__import__('os')", "dynamic"),
        ("list(range(20_000))", "dynamic"),
    ],
)
def test_values(value: str, shown: str) -> None:
    assert brief(live(f"X = {value}\n")["scope"]["names"]["X"]) == shown


def test_cyclic_values() -> None:
    assert "dynamic" in brief(live("X = []\nX.append(X)\n")["scope"]["names"]["X"])


@pytest.mark.parametrize(
    "head",
    ["()", "(a, b=1)", "(a, /, b, *c, d, e=2, **f)", "(*, a)", "(a=1, /)", "(**k)", "(a: int = 1, *b: str) -> None"],
)
def test_signatures(head: str) -> None:
    assert signature(function(f"def f{head}: pass\n")) == head
    assert signature(function(f"import functools\n@functools.lru_cache\ndef f{head}: pass\n")) == head
    wrapped = f"import functools\ndef g{head}: pass\n@functools.wraps(g)\ndef f(*a, **k): pass\n"
    assert signature(function(wrapped)) == head


def test_other_callables() -> None:
    assert signature(function("import functools\ndef g(a, b, c=1): pass\nf = functools.partial(g, 1)\n")) == "(b, c=1)"
    assert signature(function("class C:\n    def __call__(self, a): pass\nf = C()\n")) == "(a)"
    assert signature(function("class C:\n    def m(self, a): pass\nf = C().m\n")) == "(a)"
    assert signature(function("f = lambda a, b=2: 0\n")) == "(a, b=2)"
    assert function("from typing import Optional as f\n")["unknown"] == "signature-unknown"
    assert function("class C:\n    __signature__ = 3\n    def __call__(self): pass\nf = C()\n")["unknown"]
    assert signature(function("def f(a): pass\nimport inspect\nf.__signature__ = inspect.Signature()\n")) == "()"
    assert function("def f(a): pass\nf.__wrapped__ = f\n")["unknown"] == "signature-unknown"


@pytest.mark.parametrize(
    ("source", "is_async", "is_generator"),
    [
        ("def f(): pass", False, False),
        ("async def f(): pass", True, False),
        ("def f(): yield", False, True),
        ("async def f(): yield", True, True),
        ("import contextlib\n@contextlib.contextmanager\ndef f(): yield", False, False),
        ("import functools\n@functools.lru_cache\nasync def f(): pass", True, False),
    ],
)
def test_nature(source: str, is_async: bool, is_generator: bool) -> None:
    found = function(source)
    assert (found["is_async"], found["is_generator"]) == (is_async, is_generator)


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        ("int", "int"),
        ("None", "None"),
        ("Job", "live_mod.Job"),
        ("Job.Inner", "live_mod.Job.Inner"),
        ("'Job'", "live_mod.Job"),
        ("'list[Job]'", "list[live_mod.Job]"),
        ("'Nowhere'", "Nowhere"),
        ("'t.List[\"Job\"]'", 'typing.List["Job"]'),
        ("list[int]", "list[int]"),
        ("list['Job']", "list[live_mod.Job]"),
        ("dict[str, tuple[int, ...]]", "dict[str, tuple[int, ...]]"),
        ("int | None", "int | None"),
        ("t.Optional[int]", "int | None"),
        ("t.Union[int, str]", "int | str"),
        ("t.List[int]", "list[int]"),
        ("t.Dict[str, t.List[Job]]", "dict[str, list[live_mod.Job]]"),
        ("t.Any", "typing.Any"),
        ("t.Callable[[int], str]", "collections.abc.Callable[[int], str]"),
        ("t.Callable[..., t.Any]", "collections.abc.Callable[..., typing.Any]"),
        ("t.Callable[[], None]", "collections.abc.Callable[[], None]"),
        ("abc.Callable[[int, str], None]", "collections.abc.Callable[[int, str], None]"),
        ("t.Literal['a', 1]", "typing.Literal['a', 1]"),
        ("t.ClassVar[int]", "typing.ClassVar[int]"),
        ("t.Annotated[int, T]", "int"),
        ("t.Iterable[int]", "collections.abc.Iterable[int]"),
        ("t.Type[Job]", "type[live_mod.Job]"),
        ("T", "T"),
        ("list[T]", "list[T]"),
        ("abc.Mapping", "collections.abc.Mapping"),
        ("t.ForwardRef('Job')", "live_mod.Job"),
    ],
)
def test_annotations(annotation: str, text: str) -> None:
    source = f"""
        import typing as t, collections.abc as abc
        T = t.TypeVar('T')
        class Job:
            class Inner: pass
        def f(a: {annotation}) -> {annotation}: pass
        """
    found = function(source)
    assert found["unknown"] == ""
    assert found["returns"] == text
    assert found["parameters"][0]["annotation"] == text
    if '"' not in annotation:
        future = function("from __future__ import annotations\n" + textwrap.dedent(source))
        assert "live_mod." in (future["returns"] or "") or "live_mod" not in text or "'" in annotation


def test_annotations_that_say_nothing() -> None:
    assert function("def f(a: 5): pass\n")["unknown"] == "annotation-unknown"
    assert function("def f(a: object()): pass\n")["unknown"] == "annotation-unknown"


def test_annotations_that_fail() -> None:
    if sys.version_info < (3, 14):  # they are evaluated with the definition: the module cannot be imported at all
        with pytest.raises(NameError):
            function("def f(a: nowhere): pass\n")
        return
    assert function("def f(a: nowhere): pass\n")["unknown"] == "annotation-unknown"


def test_variables_have_annotations() -> None:
    found = live("x: int = 1\ny: 'list[str]'\n")["scope"]["names"]
    assert found["x"]["candidates"][0][2]["annotation"] == "int"
    assert brief(found["y"]) == "bare"


CLASS = """
    import abc, functools, enum
    class Base:
        inherited = 1
        def over(self, a): pass
        def base(self, a, b=1): pass
    class C(Base):
        x: int = 3
        y: str
        def over(self): pass
        @staticmethod
        def s(a): pass
        @classmethod
        def c(cls, a): pass
        @property
        def p(self) -> int: pass
        @functools.cached_property
        def q(self): pass
        class Inner: z = 1
        other = Base
        def __new__(cls): return super().__new__(cls)
        def __init_subclass__(cls): pass
    class A(abc.ABC): pass
    class E(enum.Enum): a = 1
    class S:
        __slots__ = ("one",)
    """


def test_classes_along_the_mro() -> None:
    kind, _, found = definition(CLASS, "C")
    assert kind == "class"
    assert found["bases_are_mro"]
    assert [b["name"] for b in found["bases"]] == ["live_mod.Base", "builtins.object"]
    members = found["members"]["names"]
    assert brief(members["inherited"]) == "1"
    assert brief(members["x"]) == "3"
    assert brief(members["y"]) == "bare"
    told = {
        n: (signature(m["candidates"][0][2]), m["candidates"][0][2]["method_kind"])
        for n, m in members.items()
        if m["candidates"][0][0] == "function"
    }
    assert told["over"] == ("(self)", "")
    assert told["base"] == ("(self, a, b=1)", "")
    assert told["s"] == ("(a)", "static")
    assert told["c"] == ("(cls, a)", "class")
    assert told["p"] == ("(self) -> int", "property")
    assert told["q"] == ("(self)", "property")
    assert told["__new__"] == ("(cls)", "")
    assert told["__init_subclass__"] == ("(cls)", "")
    assert members["Inner"]["candidates"][0][0] == "class"
    assert members["other"]["candidates"][0][0] == "class"
    assert found["instance"]["open"] == "instance-only"
    assert "__repr__" not in members


def test_metaclasses() -> None:
    names = live(CLASS)["scope"]["names"]
    told = {n: names[n]["candidates"][0][2]["has_metaclass"] for n in ("C", "A", "E")}
    assert told == {"C": False, "A": False, "E": True}


def test_looking_runs_nothing() -> None:
    found = live(
        """
        RAN = []
        class Meta(type):
            def __getattribute__(cls, name):
                if RAN is not None: RAN.append(name)
                return super().__getattribute__(name)
            def __instancecheck__(cls, other): RAN.append("instance"); return True
            def __subclasscheck__(cls, other): RAN.append("subclass"); return True
        class Trap:
            def __get__(self, instance, owner): RAN.append("get")
            def __eq__(self, other): RAN.append("eq"); return True
            def __hash__(self): return 1
            def __repr__(self): RAN.append("repr"); return "trap"
            def __bool__(self): RAN.append("bool"); return True
            def __len__(self): RAN.append("len"); return 1
            def __iter__(self): RAN.append("iter"); return iter(())
            def __getattr__(self, name): RAN.append(name); raise AttributeError(name)
            @property
            def __class__(self): RAN.append("class"); return int
        class C(metaclass=Meta):
            trap = Trap()
            def f(self, a: Trap() = Trap()) -> Trap: pass
        x = Trap()
        y = [Trap(), {"a": Trap()}]
        def f(a=Trap()) -> C: pass
        del RAN[:]
        """
    )["scope"]["names"]
    assert brief(found["RAN"]) == "[]"
    assert brief(found["C"]) == "class"
    assert brief(found["x"]) == "dynamic"
    assert found["f"]["candidates"][0][2]["returns"] == "live_mod.C"


def test_names_that_getattr_provides() -> None:
    found = live(
        """
        __all__ = ["lazy", "broken"]
        def __getattr__(name):
            if name == "lazy": return 3
            raise AttributeError(name)
        def __dir__(): return ["lazy", "more"]
        """
    )["scope"]["names"]
    assert brief(found["lazy"]) == "3"
    assert "broken" not in found
    assert "more" not in found


def test_objects_in_place_of_a_module() -> None:
    class Stand:
        kind = 1

        def __init__(self) -> None:
            self.name = "x"

        def method(self, a: int) -> None: ...

    found = _core._live_structure(Stand())["scope"]["names"]
    assert brief(found["kind"]) == "1"
    assert brief(found["name"]) == "'x'"
    assert signature(found["method"]["candidates"][0][2])[:2] == "(a"
    assert _core._live_structure(3)["is_live"]
    assert _core._live_structure(None)["is_live"]


def test_exceptions_of_the_module_are_no_errors() -> None:
    found = live(
        """
        def __getattr__(name): raise RuntimeError
        __all__ = ["a", 3]
        class C:
            def __call__(self): pass
            @property
            def __signature__(self): raise RuntimeError
        f = C()
        """
    )["scope"]["names"]
    assert found["f"]["candidates"][0][2]["unknown"] == "signature-unknown"


def test_interrupts_go_through() -> None:
    with pytest.raises(KeyboardInterrupt):
        live("__all__ = ['a']\ndef __getattr__(name): raise KeyboardInterrupt\n")


@pytest.mark.parametrize(
    "name", ["collections", "typing", "enum", "os", "sys", "builtins", "datetime", "decimal", "inspect"]
)
def test_modules_of_the_standard_library(name: str) -> None:
    module = __import__(name)
    found = _core._live_structure(module)["scope"]["names"]
    assert set(vars(module)) <= set(found)

"""What is bound after branches: decided ones are followed, others leave candidates, a way around "may be absent"."""

from __future__ import annotations

import sys

import pytest
from structures import names, opened, said, structure

HERE = (
    "import sys, os, typing\n"
    "import sys as s\n"
    "from typing import TYPE_CHECKING\n"
    "from typing import TYPE_CHECKING as TC\n"
    "from sys import platform, version_info as vi\n"
    "import typing_extensions as te\n"
)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("True", "1"),
        ("1", "1"),
        ("'a'", "1"),
        ("0", "2"),
        ("None", "2"),
        ("not 0", "1"),
        ("()", "2"),
        ("f()", "1 | 2"),
        ("not f()", "1 | 2"),
        ("f() and False", "2"),
        ("False and f()", "2"),
        ("f() or True", "1"),
        ("f() and True", "1 | 2"),
        ("f() or False", "1 | 2"),
        ("1 < 2 < 3", "1"),
        ("1 < 2 > 3", "2"),
        ("1 < f() < 3", "1 | 2"),
        ("1 < 'a'", "1 | 2"),
        ("'a' in 'abc'", "1"),
        ("'d' not in ('a', 'b')", "1"),
        ("None is None", "1"),
        ("TYPE_CHECKING", "2"),
        ("not TYPE_CHECKING", "1"),
        ("typing.TYPE_CHECKING", "2"),
        ("te.TYPE_CHECKING", "2"),
        ("TC", "2"),
        ("TYPE_CHECKING or f()", "1 | 2"),
        ("TYPE_CHECKING and f()", "2"),
        ("sys.version_info >= (3, 8)", "1"),
        ("s.version_info < (3, 8)", "2"),
        ("vi > (3,)", "1"),
        ("(3, 8) <= sys.version_info", "1"),
        ("sys.version_info[0] == 3", "1"),
        ("sys.version_info[:2] >= (3, 10)", "1"),
        ("sys.version_info.major < 3", "2"),
        ("sys.version_info >= (3, 8) and not TYPE_CHECKING", "1"),
        ("sys.version_info >= f()", "1 | 2"),
        ("sys.version_info >= 3", "1 | 2"),
        ("sys.hexversion >= 0x03080000", "1"),
        ("sys.maxsize > 2 ** 32", "1 | 2"),
        ("sys.maxsize > 4294967296", "1" if sys.maxsize > 2**32 else "2"),
        (f"sys.platform == {sys.platform!r}", "1"),
        (f"platform != {sys.platform!r}", "2"),
        ("sys.platform.startswith('sol')", "2"),
        ("sys.platform.startswith(('sol', 'aix'))", "2"),
        (f"sys.platform in ['aix', {sys.platform!r}]", "1"),
        (f"sys.platform not in {{'aix', {sys.platform!r}}}", "2"),
        ("sys.platform[:3] == 'win'", "1" if sys.platform == "win32" else "2"),
        ("os.name == 'nt'", "1" if sys.platform == "win32" else "2"),
        (f"sys.implementation.name == {sys.implementation.name!r}", "1"),
        ("__name__ == '__main__'", "2"),
        ("'__main__' == __name__", "2"),
        ("__name__ != '__main__'", "1"),
        ("__debug__", "1" if __debug__ else "2"),
        ("(x := False)", "2"),
        ("sys.argv", "1 | 2"),
        ("platform.startswith", "1 | 2"),
    ],
)
def test_conditions(condition: str, value: str) -> None:
    assert said(f"{HERE}if {condition}:\n    X = 1\nelse:\n    X = 2\n", "X") == value


@pytest.mark.parametrize(
    "spoiled",
    [
        "sys = f()",
        "import sys2 as sys",
        "from a import TYPE_CHECKING",
        "TYPE_CHECKING = f()",
        "def TYPE_CHECKING(): pass",
        "for TYPE_CHECKING in a: pass",
    ],
)
def test_names_that_stand_for_something_else_decide_nothing(spoiled: str) -> None:
    condition = "sys.platform == 'x'" if "sys" in spoiled else "TYPE_CHECKING"
    assert said(f"{HERE}{spoiled}\nif {condition}:\n    X = 1\nelse:\n    X = 2\n", "X") == "1 | 2"
    assert said("if TYPE_CHECKING: X = 1\n", "X") == "1?"


def test_variables_of_the_module_decide() -> None:
    assert said("PY3 = True\nif PY3: X = 1\n", "X") == "1"
    assert said("import sys\nPY2 = sys.version_info[0] == 2\nif PY2: X = 1\nelse: X = 2\n", "X") == "2"
    assert said("DEBUG = 0\nif not DEBUG: X = 1\n", "X") == "1"
    assert said("TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import a\n", "a") == "-"
    assert said("D = f()\nif D: X = 1\n", "X") == "1?"
    assert said("D = 0\ndef f():\n    global D\n    D = 1\nf()\nif D: X = 1\n", "X") == "1?"


def test_the_module_name_decides() -> None:
    source = "if __name__ == 'pkg.mod': X = 1\nelse: X = 2\n"
    assert said(source, "X", name="pkg.mod") == "1"
    assert said(source, "X", name="other") == "2"
    assert said(source, "X") == "1 | 2"
    assert said("if __name__ == '__main__': X = 1\n", "X", name="__main__") == "1"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("if a: X = 1", "1?"),
        ("if a: X = 1\nelse: X = 2", "1 | 2"),
        ("if a: X = 1\nelif b: X = 2\nelse: X = 3", "1 | 2 | 3"),
        ("if a: X = 1\nelif True: X = 2\nelse: X = 3", "1 | 2"),
        ("if a: X = 1\nelif False: X = 2\nelse: X = 3", "1 | 3"),
        ("if a: X = 1\nelif b: X = 2", "1 | 2?"),
        ("if a: X = 1\nelse: raise E", "1"),
        ("import sys\nif a: X = 1\nelse: sys.exit()", "1"),
        ("from sys import exit as e\nif a: X = 1\nelse: e(1)", "1"),
        ("if a: X = 1\nelse: exit()", "1"),
        ("def exit(): pass\nif a: X = 1\nelse: exit()", "1?"),
        ("X = 0\nif a: X = 1", "0 | 1"),
        ("X = 0\nif a: del X", "0?"),
        ("if a: pass\nelif (X := b): pass", "dynamic?"),
        ("for i in a: X = 1", "1?"),
        ("for X in a: pass", "dynamic?"),
        ("for X, Y in a: pass", "dynamic?"),
        ("for i in a: pass\nelse: X = 1", "1"),
        ("for i in a:\n  break\nelse: X = 1", "1?"),
        ("for i in a:\n  for j in b:\n    break\nelse: X = 1", "1"),
        ("X = 0\nfor i in a:\n  X = 1\n  if b: break\n  X = 2", "0 | 1 | 2"),
        ("X = 0\nfor i in a:\n  X = 1\n  if b: continue\n  X = 2", "0 | 1 | 2"),
        ("while a:\n  X = 1\n  break", "1?"),
        ("while (X := a): pass", "dynamic"),
        ("while False: X = 1", "-"),
        ("while 0: Y = 1\nelse: X = 2", "2"),
        ("while True:\n  X = 1\n  break", "1?"),
        ("try: X = 1\nexcept E: X = 2", "1 | 2"),
        ("try: X = 1\nexcept E: pass", "1?"),
        ("try: X = 1\nexcept E: raise", "1"),
        ("try:\n  f()\n  X = 1\nexcept E: X = 2\nelse: X = 3", "2 | 3"),
        ("try: f()\nexcept A: X = 1\nexcept B: X = 2\nelse: X = 3", "1 | 2 | 3"),
        ("X = 0\ntry:\n  X = 1\n  X = 2\nexcept E: pass", "0 | 1 | 2"),
        ("X = 0\ntry:\n  if a:\n    X = 1\n    raise E\nexcept E: pass", "0 | 1"),
        ("try: f()\nexcept E as X: pass", "-"),
        ("X = 0\ntry: f()\nexcept E as X: pass", "0?"),
        ("try: pass\nfinally: X = 1", "1"),
        ("try: X = 1\nfinally: pass", "1"),
        ("try: X = 1\nexcept E: X = 2\nfinally: X = 3", "3"),
        ("try: import X\nexcept ImportError: X = None", "X | None"),
        ("try: from a import X\nexcept ImportError: from b import X", "a:X | b:X"),
        ("with open('a') as X: pass", "dynamic"),
        ("with open('a'): X = 1", "1"),
        ("with a.b(): X = 1", "1?"),
        ("with a() as (X, Y): pass", "dynamic"),
        ("import contextlib\nwith contextlib.suppress(E): X = 1", "1?"),
        ("from contextlib import suppress as s\nwith s(E):\n  import X", "X?"),
        ("import warnings\nwith warnings.catch_warnings(): X = 1", "1"),
        ("match a:\n  case 1: X = 1\n  case _: X = 2", "1 | 2"),
        ("match a:\n  case 1: X = 1\n  case 2: X = 2", "1 | 2?"),
        ("match a:\n  case 1: X = 1\n  case Y if b: X = 2", "1 | 2?"),
        ("match a:\n  case 1: X = 1\n  case Y: X = 2", "1 | 2"),
        ("match a:\n  case X: pass", "dynamic"),
        ("match a:\n  case [X, *Y] if b: pass", "dynamic | dynamic?"),
        ("match a:\n  case {'k': (1 | 2) as X, **Y}: pass", "dynamic | dynamic?"),
        ("match a:\n  case K(1, X, k=Y): pass\n  case _: Y = 1", "dynamic | dynamic?"),
        ("X = 1\nraise E\nX = 2", "1"),
        ("assert (X := a)", "dynamic"),
        ("if a:\n  if b: X = 1\n  else: X = 2\nelse:\n  X = 3", "1 | 2 | 3"),
        ("if a:\n  raise E\nX = 1", "1"),
        ("if a:\n  X = 1\nelse:\n  if b: raise E\n  else: raise F\n", "1"),
    ],
)
def test_branches(source: str, value: str) -> None:
    assert said(source, "X") == value


def test_exception_groups() -> None:
    if sys.version_info < (3, 11):
        assert structure("try: X = 1\nexcept* E: X = 2")["unreadable"].startswith("it is not valid Python: ")
        return
    assert said("try: X = 1\nexcept* E: X = 2", "X") == "1 | 2"


def test_definitions_in_branches() -> None:
    found = names("if a:\n  def f(x): pass\nelse:\n  def f(x, y): pass\n")["f"]
    assert [len(c[2]["parameters"]) for c in found["candidates"]] == [1, 2]
    assert not found["may_be_absent"]
    assert found["reason"] == "conditional"


def test_a_thousand_elifs_are_no_depth() -> None:
    source = "if a == 0: X = 0\n" + "".join(f"elif a == {i}: X = {i}\n" for i in range(1, 400)) + "else: X = 400\n"
    assert not names(source)["X"]["may_be_absent"]


def test_deep_statements_are_refused_or_read() -> None:
    for depth in (20, 99):
        source = "".join(" " * i + "if a:\n" for i in range(depth)) + " " * depth + "X = 1\n"
        found = structure(source)
        assert found["unreadable"] is not None or said(source, "X") == "1?"


@pytest.mark.parametrize(
    "source",
    [
        "from a import *",
        "if f():\n    from a import *",
        "globals()[f()] = 1",
        "globals().update(a=1)",
        "g = globals()",
        "f(globals())",
        "vars()[f()] = 1",
        "locals().update({})",
        "exec('a = 1')",
        "exec(f(), globals())",
        "eval(f())",
        "a = [eval(x) for x in y]",
        "import sys\nsys.modules[__name__] = f()",
        "import sys\nsetattr(sys.modules[__name__], 'a', 1)",
        "import sys\nm = sys.modules[__name__]",
        "import sys\nsys.modules[__name__].a = 1",
        "import sys\nsys.modules[f()] = 1",
        "import sys\nsys.modules.get(__name__).a = 1",
        "from sys import modules\nmodules[__name__].__dict__.update(a=1)",
        "import importlib\nm = importlib.import_module(__name__)",
        "m = __import__(__name__)",
        "import sys\nsys.modules[__name__].__class__ = C",
        "from enum import IntEnum\nIntEnum._convert_('A', __name__, f)",
        "import enum\n@enum.global_enum\nclass C(enum.Enum): a = 1",
        "class C:\n    globals()['x' + f()] = 1",
        "class C:\n    exec('a')",
        "def f(): globals()[a] = 1\nf()",
        "def f(): globals()[a] = 1\ndef g(): f()\n@g\ndef h(): pass",
        "import sys\ndef f(): sys.modules[__name__].a = 1\nx = [f]",
        "def f(): exec(a, globals())\nf()",
        "class C:\n    def m(self): globals()[a] = 1\nC().m()",
        "del globals()[f()]",
        "for globals()[f()] in a: pass",
        "lambda: globals().update(a=1)",
        "g = globals\ng()['a' + b] = 1",
        "import builtins\ng = builtins.globals",
        "run = exec\nrun('a = 1')",
        "a = list(map(exec, b))",
        "def f(): pass\nf.__globals__['a'] = 1",
        "def patch(f): f.__globals__['a'] = 1\npatch(b)",
        "import sys\nsys._getframe().f_globals['a'] = 1",
        "def f(): g = globals; g()['a'] = 1\nf()",
    ],
)
def test_what_opens_a_module(source: str) -> None:
    assert opened(source) in ("dynamic-namespace", "star-import")


@pytest.mark.parametrize(
    "source",
    [
        "globals()['a'] = 1",
        "x = globals()['a']",
        "x = globals().get('a')",
        "x = 'a' in globals()",
        "x = list(globals())",
        "x = {k for k in sorted(globals())}",
        "x = '%(a)s' % globals()",
        "f(**globals())",
        "x = dir()",
        "exec(f(), {})",
        "exec(f(), globals={})",
        "x = f.__globals__['a']",
        "ns = {}\nexec('a = 1', ns)",
        "import sys\nx = sys.modules['os']",
        "import sys\nsys.modules['a.b'] = f()",
        "import sys\nx = sys.modules[__name__].__file__",
        "import sys\nx = 'a' in sys.modules",
        "import sys\nx = sys.modules.get('a')",
        "import logging\nlog = logging.getLogger(__name__)",
        "def f(): globals()[a] = 1",
        "def f(): exec(a)",
        "def f(): return globals()[a]\nf()",
        "def f(): return vars()\nf()",
        "X = [1]\ndef f(a): return vars(a), X\nf(1)",
        "X = [1]\ndef f(a):\n    setattr(a, 'b', X)\nf(1)",
        "def globals(): return {}\nglobals()['a' + b] = 1",
        "if __name__ == '__main__':\n    exec(f())",
        "class C:\n    vars()['a'] = 1",
    ],
)
def test_what_does_not_open_a_module(source: str) -> None:
    assert opened(source) == ""


def test_another_name_of_the_module_opens_it() -> None:
    source = "import sys\nsys.modules['pkg.mod'] = f()\n"
    assert opened(source, name="pkg.mod") == "dynamic-namespace"
    assert opened(source, name="pkg.other") == ""


@pytest.mark.parametrize("source", ["def __getattr__(name): pass", "__getattr__ = f()", "from a import __getattr__"])
def test_module_getattr(source: str) -> None:
    assert opened(source) == "module-getattr"
    assert opened("class C:\n    def __getattr__(self, name): pass\n") == ""
    assert opened("def __getattr__(name):\n    globals()[name] = 1\nf(__getattr__)") == "module-getattr"


def test_names_put_into_the_namespace_one_by_one() -> None:
    assert said("globals()['X'] = 1", "X") == "1"
    assert said("if a: vars()['X'] = f()", "X") == "dynamic?"


def test_star_imports_make_what_was_there_uncertain() -> None:
    found = names("X = 1\nfrom a import *\nY = 2\n")
    assert [c[0] for c in found["X"]["candidates"]] == ["variable", "unknown"]
    assert [c[0] for c in found["Y"]["candidates"]] == ["variable"]


def test_global_statements_in_functions() -> None:
    source = "X = 1\ndef f():\n    global X, Y\n    X = Y = 2\n"
    assert said(source, "X") == "1"
    assert said(source, "Y") == "-"
    assert said(source + "f()\n", "X") == "1 | unknown"
    assert said(source + "f()\n", "Y") == "unknown?"
    assert said("class C:\n    global X\n    X = 1\n", "X") == "unknown?"
    assert said(source + "if __name__ == '__main__': f()\n", "X") == "1"


def test_names_of_functions_and_comprehensions_are_local() -> None:
    assert set(names("def f():\n    x = 1\n[y for y in a]\nlambda z: z\n")) == {"f"}


def test_imports() -> None:
    found = structure(
        """
        import a, b.c, d.e as f
        from g import h, i as j
        from . import k
        from ..l.m import n
        from o import *
        def q():
            import r
            class S:
                def t(self):
                    from u import v
        if TYPE:
            import w
        try:
            import x
        finally:
            import y
        lambda: __import__("z")
        """
    )["imports"]
    told = [("." * i["level"] + i["module"], i["name"], i["bound"], i["has_alias"], i["in_function"]) for i in found]
    assert told == [
        ("a", None, "a", False, False),
        ("b.c", None, "b", False, False),
        ("d.e", None, "f", True, False),
        ("g", "h", "h", False, False),
        ("g", "i", "j", True, False),
        (".", "k", "k", False, False),
        ("..l.m", "n", "n", False, False),
        ("o", "*", None, False, False),
        ("r", None, "r", False, True),
        ("u", "v", "v", False, True),
        ("w", None, "w", False, False),
        ("x", None, "x", False, False),
        ("y", None, "y", False, False),
    ]
    assert [i["at"] for i in found[:3]] == [(2, 8, 1), (2, 11, 3), (2, 16, 3)]


def test_imports_for_type_checkers_bind_nothing() -> None:
    source = """
        import typing as t
        if t.TYPE_CHECKING:
            from a import B
            if f():
                import c
        else:
            import d
        if not t.TYPE_CHECKING:
            pass
        else:
            import e
        """
    assert set(names(source)) == {"t", "d"}
    found = {i["bound"]: i["type_checking"] for i in structure(source)["imports"]}
    assert found == {"t": False, "B": True, "c": True, "d": False, "e": True}


def test_submodules_are_names_of_their_package() -> None:
    source = (
        "from .impl import Plugin\nfrom .a.b import c\nimport pkg.d\nfrom pkg.e import f\nfrom .impl import Other\n"
    )
    found = names(source, name="pkg", is_package=True)
    assert set(found) == {"impl", "Plugin", "a", "c", "pkg", "d", "e", "f", "Other"}
    assert said(source, "impl", name="pkg", is_package=True) == ".:impl"
    assert "impl" not in names(source, name="pkg.mod")
    assert said("from .foo import foo\n", "foo", name="pkg", is_package=True) == ".foo:foo"


def test_a_function_may_import_the_same_name() -> None:
    assert said("def f():\n    import X\n", "X") == "-"
    assert len(structure("def f():\n    import X\n")["imports"]) == 1

"""What a module makes of others: `imports:`, `calls:`, `top_level:`, by aliases and tricks, and in real imports."""

from __future__ import annotations

import builtins
import importlib
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import importspy
import pytest
from importspy import _core

Verdict = Callable[..., str]


def uses(text: str, name: str = "pkg.mod", *, is_package: bool = False) -> list[tuple[Any, ...]]:
    told = _core._structure(textwrap.dedent(text).encode(), name=name, is_package=is_package, uses=True)
    return [tuple(use) for use in told["uses"]]


def imported(text: str, name: str = "pkg.mod", **more: Any) -> list[str]:
    made = [(kind, name, part) for kind, name, part, *_ in uses(text, name, **more) if kind.startswith("import")]
    return [f"{name}:{part}" if part else name if name else "?" for _, name, part in made]


def called(text: str) -> set[str]:
    """What is certainly called; with a "?" behind it, what may be."""
    found = [(kind, name, flags) for kind, name, _, flags, _ in uses(text) if kind == "call"]
    return {name + ("?" if "maybe" in flags or "below" in flags else "") for _, name, flags in found}


@pytest.fixture
def verdict(tmp_path: Path) -> Verdict:
    def judge(text: str, contract: str, module: str | None = "acme.plugins.mail") -> str:
        (tmp_path / "plugin.py").write_text(textwrap.dedent(text), "utf-8")
        (tmp_path / "contract.yml").write_text(contract, "utf-8")
        report = importspy.check(tmp_path / "plugin.py", tmp_path / "contract.yml", module=module)
        return report.verdict

    return judge


# --- facts ------------------------------------------------------------------------------------------------------------


def test_nobody_asks_and_nothing_is_looked_for() -> None:
    assert _core._structure(b"import os")["uses"] is None


@pytest.mark.parametrize(
    ("text", "name", "package", "found"),
    [
        ("import a.b, c as d", "pkg.mod", False, ["a.b", "c"]),
        ("from a import b as c, d", "pkg.mod", False, ["a:b", "a:d"]),
        ("from . import x", "pkg.mod", False, ["pkg:x"]),
        ("from . import x", "pkg", True, ["pkg:x"]),
        ("from .. import x", "pkg.sub.mod", False, ["pkg:x"]),
        ("from ..a.b import x", "pkg.sub", True, ["pkg.a.b:x"]),
        ("from ... import x", "pkg.mod", False, ["...:x"]),
        ("from . import x", "mod", False, [".:x"]),
        ("from a import *", "mod", False, ["a"]),
        ("def f():\n  class A:\n    import x", "mod", False, ["x"]),
        ("import importlib\nimportlib.import_module('a.b')", "mod", False, ["importlib", "a.b"]),
        ("from importlib import import_module as i\ni(name='a')", "mod", False, ["importlib:import_module", "a"]),
        ("import importlib as i\ni.import_module('.a', 'p.q')", "mod", False, ["importlib", "p.q.a"]),
        ("import importlib as i\ni.import_module('..a', package='p.q')", "mod", False, ["importlib", "p.a"]),
        ("import importlib as i\ni.import_module('.a', __package__)", "p.mod", False, ["importlib", "p.a"]),
        ("import importlib as i\ni.import_module('.a', x)", "p.mod", False, ["importlib", "?"]),
        ("__import__('a.b')", "mod", False, ["a.b"]),
        ("__import__('a', None, None, ['b'], 0)", "mod", False, ["a", "a:b"]),
        ("__import__('a', level=1)", "p.mod", False, ["p.a"]),
        ("__import__('a', level=n)", "p.mod", False, ["?"]),
        ("__import__(*x)", "mod", False, ["?"]),
        ("__import__('sub' 'pro' + 'cess')", "mod", False, ["subprocess"]),
        ("A = 'sub'\n__import__(f'{A}process')", "mod", False, ["subprocess"]),
        ("__import__('.'.join(['a', 'b']))", "mod", False, ["a.b"]),
        ("__import__(f'a.b.{x}')", "mod", False, ["a.b"]),
        ("__import__(f'a{x}')", "mod", False, ["?"]),
        ("__import__('a\\x00b')", "mod", False, ["a\0b"]),
        ("x = __import__\nx('a')", "mod", False, ["a"]),
        ("map(__import__, 'abc')", "mod", False, ["?"]),
        ("import runpy\nrunpy.run_module('a')\nrunpy.run_path('b')", "mod", False, ["runpy", "a", "?"]),
        ("import pkgutil\npkgutil.resolve_name('a.b:c')", "mod", False, ["pkgutil", "a.b"]),
        ("exec('import a')", "mod", False, ["a"]),
        ("exec('exec(\"import a\")')", "mod", False, ["a"]),
        ("exec(compile('import a', 'x', 'exec'))", "mod", False, ["a"]),
        ("eval(' __import__(\"a\")')", "mod", False, ["a"]),
        ("exec('not Python')", "mod", False, []),
    ],
)
def test_imports_are_found(text: str, name: str, package: bool, found: list[str]) -> None:
    assert imported(text, name, is_package=package) == found


def test_where_an_import_stands() -> None:
    found = uses(
        """
        import a
        if x:
            import b
        try:
            import c
        except ImportError:
            import d
        class K:
            import e
        def f():
            import g
        from typing import TYPE_CHECKING as T
        if T:
            import h
        else:
            import i
        """
    )
    flags = {name: set(said) for _, name, _, said, _ in found if name not in (None, "typing", "typing.TYPE_CHECKING")}
    assert flags == {
        "a": set(),
        "b": {"conditional"},
        "c": {"conditional", "handled"},
        "d": {"conditional"},
        "e": {"class"},
        "g": {"function"},
        "h": {"conditional", "type-checking"},
        "i": {"conditional"},
    }


@pytest.mark.parametrize(
    ("before", "exempt"),
    [
        ("from typing import TYPE_CHECKING", True),
        ("import typing as t\nTYPE_CHECKING = t.TYPE_CHECKING", True),
        ("from typing_extensions import TYPE_CHECKING", True),
        ("TYPE_CHECKING = False", True),
        ("TYPE_CHECKING = True", False),
        ("TYPE_CHECKING = False\nTYPE_CHECKING = bool(1)", False),
        ("TYPE_CHECKING = False\nglobals()['TYPE_CHECKING'] = 1", False),
        ("TYPE_CHECKING = False\nglobals().update(TYPE_CHECKING=1)", False),
        ("TYPE_CHECKING = False\nexec('TYPE_CHECKING = 1')", False),
        ("TYPE_CHECKING = False\nexec(text)", False),
        ("TYPE_CHECKING = False\nimport sys\nsetattr(sys.modules[__name__], 'TYPE_CHECKING', 1)", False),
        ("import typing\ntyping.TYPE_CHECKING = 1\nfrom typing import TYPE_CHECKING", False),
        ("from elsewhere import TYPE_CHECKING", False),
        ("from typing import *", True),
        ("from typing import *\nfrom elsewhere import *", False),
    ],
)
def test_type_checking_is_what_it_says(before: str, exempt: bool, verdict: Verdict) -> None:
    text = f"{before}\nif TYPE_CHECKING:\n    import subprocess\n"
    got = verdict(text, "imports: {deny: subprocess}")
    assert got == "pass" if exempt else got in ("fail", "unprovable")
    assert verdict(text, "imports: {deny: subprocess, type_checking: check}") in ("fail", "unprovable")


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.system('x')",
        "import os as o\no.system('x')",
        "from os import system\nsystem('x')",
        "from os import system as s\ns('x')",
        "import os\nf = os.system\nf('x')",
        "import os\nf = g = os.system\ng('x')",
        "import os\na, b = 1, os\nb.system('x')",
        "import os\n(f := os.system)('x')",
        "import os\ngetattr(os, 'system')('x')",
        "import os\ngetattr(os, 'sys' + 'tem', None)('x')",
        "import os\nvars(os)['system']('x')",
        "import os\nos.__dict__['system']('x')",
        "import sys\nsys.modules['os'].system('x')",
        "__import__('os').system('x')",
        "import importlib\nimportlib.import_module('os').system('x')",
        "from operator import attrgetter\nimport os\nattrgetter('system')(os)('x')",
        "import os\nfor m in (os,):\n    m.system('x')",
        "import os\n[m.system('x') for m in [os]]",
        "import os\nmatch os:\n    case m:\n        m.system('x')",
        "import os\nlambda: os.system('x')",
        "import os\ndef f():\n    def g():\n        return f'{os.system(1)}'",
        "def f():\n    global os\n    import os\ndef g():\n    os.system('x')",
        "def f():\n    import os\n    def g():\n        nonlocal os\n        os.system('x')",
        "class A:\n    import os\n    os.system('x')",
        "import os\nos.system.__call__('x')",
        "import os\nos\u2024system('x')".replace("\u2024", "."),
        "import \uff4f\uff53\n\uff4f\uff53.\uff53ystem('x')",
        "exec('import os; os.system(1)')",
        "import os\nexec('os.system(1)')",
        "eval('__import__(\"os\").system(1)')",
        "import os\n@os.system\ndef f(): ...",
        "import os\nclass A(metaclass=os.system): ...",
        "import os\nglobals()['os'].system('x')",
        "try:\n    from os import system\nexcept ImportError:\n    system = None\nsystem('x')",
        "import posix\nposix.system('x')",
        "import os\nx = os if a else os\nx.system('x')",
        "import os\nx = os or os\nx.system('x')",
        "import os\nx: object = os\nx.system('x')",
        "import os\nasync def f():\n    async with os.system('x') as y: ...",
        "import os\ndef f(x=os.system('x')): ...",
        "import os\nx[os.system('x')] = 1",
        "import os\nassert os.system('x')",
        "import os\ndel x[os.system('x')]",
        "import os\nraise E from os.system('x')",
        "import os\nwhile os.system('x'): ...",
        "import os\nif os.system('x'): ...",
        "import os\n{**os.system('x')}",
        "import os\nprint(*os.system('x'))",
        "import os\nx: os.system('x')",
        "from os import *\nsystem('x')",
    ],
)
def test_no_alias_hides_a_call(text: str, verdict: Verdict) -> None:
    assert verdict(text, "calls: {deny: os.system}") == "fail"


@pytest.mark.parametrize(
    "text",
    [
        "import os\nclass A:\n    o = os\nA.o.system('x')",
        "import os\nclass A:\n    def f(self):\n        self.o = os\n    def g(self):\n        self.o.system('x')",
        "import os\nt = [1, os]\nt[1].system('x')",
        "import os\nt = {'o': os}\nt['o'].system('x')",
        "import os\nt = {'o': os}\nt[k].system('x')",
        "import os\ndef f(o=os):\n    o.system('x')",
        "import os\ngetattr(os, name)('x')",
        "import os\nvars(os)[name]('x')",
        "import shutil\nshutil.os.system('x')",
        "from os import *\nfrom sys import *\nsystem('x')",
        "exec(text)",
        "eval(input())",
        "list(map(exec, texts))",
        "import os\nos = Fake()\nos.system('x')",
    ],
)
def test_what_may_be_a_call_is_unprovable(text: str, verdict: Verdict) -> None:
    assert verdict(text, "calls: {deny: os.system}") == "unprovable"


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.getcwd()",
        "class os:\n    def system(x): ...\nos.system('x')",
        "def f(os):\n    os.system('x')",
        "import os\nclass A:\n    def system(self): ...\nA().system('x')",
        "self.os.system('x')",
        "x.y.z('a').b.c()",
        "import os\nfor os in (): os.getcwd()",
        "import os\n'os.system'",
        "system('x')",
        "import os\nx: 'os.system(1)' = 1",
        "import os\nisinstance(1, os.system)",
        "import os\ntry: ...\nexcept os.system: ...",
        "import os\nos.system",
        "import os\ndef f(x: os.system): ...",
        "import os\nif False:\n    os.system('x')",
        "from typing import TYPE_CHECKING\nif not TYPE_CHECKING: ...\nelse:\n    import os\n    os.system('x')",
        "class A:\n    import os\n    def f(self):\n        os.system('x')",
        "[os for os in range(3)]\nos.system('x')",
        "eval('1 + 1')",
    ],
)
def test_what_is_no_call_passes(text: str, verdict: Verdict) -> None:
    assert verdict(text, "calls: {deny: os.system}") == "pass"


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("eval('1')", "fail"),
        ("import builtins\nbuiltins.eval('1')", "fail"),
        ("from builtins import eval as e\ne('1')", "fail"),
        ("__builtins__.eval('1')", "fail"),
        ("__builtins__['eval']('1')", "fail"),
        ("globals()['__builtins__']['eval']('1')", "fail"),
        ("globals()['__builtins__'].eval('1')", "fail"),
        ("getattr(__builtins__, 'ev' + 'al')('1')", "fail"),
        ("import os\nos.__builtins__['eval']('1')", "fail"),
        ("def eval(x): ...\neval('1')", "pass"),
        ("import ast\nast.literal_eval('1')", "pass"),
        ("table = {'e': eval}", "fail"),
        ("map(eval, x)", "fail"),
        ("from os import *\neval('1')", "unprovable"),
        ("__builtins__[name]('1')", "unprovable"),
    ],
)
def test_builtins(text: str, got: str, verdict: Verdict) -> None:
    assert verdict(text, "calls: {deny: eval}") == got


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("import subprocess as s\ns.run(x, stdout=s.PIPE)", "fail"),
        ("import subprocess as s\nx = s.PIPE, s.TimeoutExpired", "pass"),
        ("import subprocess as s\nThread(target=s.run)", "unprovable"),
        ("import subprocess as s\ns.list2cmdline([])", "pass"),
        ("import subprocess as s\nraise s.CalledProcessError(1, 2)", "fail"),
    ],
)
def test_wildcards_among_calls(text: str, got: str, verdict: Verdict) -> None:
    assert verdict(text, 'calls: {deny: "subprocess.*", allow: subprocess.list2cmdline}') == got


# --- which entry decides ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "text", "got"),
    [
        ("{deny: socket}", "import socket", "fail"),
        ("{deny: socket}", "import socket.x", "fail"),
        ("{deny: socket}", "import socketserver", "pass"),
        ("{deny: socket}", "from socket import timeout", "fail"),
        ("{deny: a.b}", "import a", "pass"),
        ("{deny: a.b}", "from a import b", "fail"),
        ("{deny: a.b}", "from a import c", "pass"),
        ("{deny: a.b}", "from a import *", "pass"),
        ('{deny: "a.*"}', "import a", "pass"),
        ('{deny: "a.*"}', "import a.b.c", "fail"),
        ('{deny: "a.*"}', "from a import b", "unprovable"),
        ('{deny: "a.*.c"}', "import a.b.c.d", "fail"),
        ('{deny: "a.**.c"}', "import a.b.b.c", "fail"),
        ('{deny: "*"}', "import a", "fail"),
        ("{deny: []}\n---\nimports: {allow: []}", "import a", "refused"),
        ("{allow: []}", "import a", "fail"),
        ("{allow: []}", "x = 1", "pass"),
        ("{allow: a}", "from a.b import c", "pass"),
        ("{allow: a.b}", "from a import b", "pass"),
        ("{allow: a.b}", "from a import c", "fail"),
        ("{allow: a.b}", "import a", "fail"),
        ("{allow: a, deny: a.b}", "import a.b.c", "fail"),
        ("{allow: [a, a.b.c], deny: a.b}", "import a.b.c", "pass"),
        ("{allow: a, deny: a}", "import a", "fail"),
        ('{allow: ["**", a.b], deny: "a.*"}', "import a.b, x", "pass"),
        ('{allow: ["**", a.b], deny: "a.*"}', "import a.c", "fail"),
        ("{allow: [a]}", "from __future__ import annotations", "pass"),
        ("{deny: a}", "__import__(x)", "unprovable"),
        ("{deny: a}", "__import__(f'b.{x}')", "pass"),
        ("{deny: a}", "__import__(f'a.{x}')", "fail"),
        ("{deny: b.c}", "__import__(f'b.{x}')", "unprovable"),
        ("{allow: b}", "__import__(f'b.{x}')", "pass"),
        ("{allow: b}", "__import__(f'c.{x}')", "fail"),
        ("{allow: b, deny: b.c}", "__import__(f'b.{x}')", "unprovable"),
        ("{deny: acme.plugins}", "from .x import y", "fail"),
        ("{deny: acme.plugins.x}", "from . import x", "fail"),
        ("{deny: a, scope: module}", "def f():\n  import a", "pass"),
        ("{deny: a}", "def f():\n  import a", "fail"),
        ("{deny: {distribution: PyNothing_Such}}", "import pynothing_such", "fail"),
    ],
)
def test_the_entry_that_says_most_decides(policy: str, text: str, got: str, verdict: Verdict) -> None:
    if got == "refused":
        with pytest.raises(importspy.ContractError):
            verdict(text, f"imports: {policy}\n")
    else:
        assert verdict(text, f"imports: {policy}\n") == got


def test_distributions_are_known_by_their_metadata(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    for name, files in {
        "Acme_Sdk-1.0": {"top_level.txt": "acme_core\nacme_more\n"},
        "other-2.0": {
            "RECORD": "lone.py,,\npkg/__init__.py,,\nfast.cpython-311.so,,\n../bin/x,,\nother-2.0.dist-info/RECORD,,\n"
        },
    }.items():
        folder = tmp_path / f"{name}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.split('-')[0]}\nVersion: 1.0\n")
        for file, text in files.items():
            (folder / file).write_text(text)
    (tmp_path / "pkg").mkdir()
    for file in ("lone.py", "pkg/__init__.py", "fast.cpython-311.so"):  # from 3.12 on, only those that are there count
        (tmp_path / file).touch()
    (tmp_path / "c.yml").write_text("imports: {deny: [{distribution: acme.sdk}, {distribution: OTHER}]}")
    found = {}
    for module in ("acme_core", "acme_more.x", "lone", "pkg.y", "fast", "acme_sdk", "other", "bin", "json"):
        (tmp_path / "m.py").write_text(f"import {module}\n")
        found[module] = importspy.check(tmp_path / "m.py", tmp_path / "c.yml").verdict
    denied = {module for module, verdict in found.items() if verdict == "fail"}
    assert denied == {"acme_core", "acme_more.x", "lone", "pkg.y", "fast"}


def test_a_relative_import_in_a_file_without_a_name(verdict: Verdict) -> None:
    assert verdict("from . import x", "imports: {deny: subprocess}", None) == "pass"
    assert verdict("from . import x", 'imports: {deny: "subprocess.**"}', None) == "pass"
    assert verdict("from . import x", 'imports: {deny: "*"}', None) == "unprovable"
    assert verdict("from . import x", "imports: {deny: acme.x}", None) == "unprovable"
    assert verdict("from . import x", "imports: {allow: json}", None) == "unprovable"


# --- what runs at import ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("def f(): g()", "pass"),
        ("f()", "fail"),
        ("x = [f() for i in ()]", "fail"),
        ("lambda: f()", "pass"),
        ("lambda x=f(): 1", "fail"),
        ("class A(f()): ...", "fail"),
        ("class A(metaclass=f): ...", "fail"),
        ("class A(x=f()): ...", "fail"),
        ("class A:\n    x = f()", "fail"),
        ("class A:\n    def g(self, x=f()): ...", "fail"),
        ("@f\ndef g(): ...", "fail"),
        ("@f()\ndef g(): ...", "fail"),
        ("@property\ndef g(): ...", "pass"),
        ("class A:\n    @staticmethod\n    def g(): ...", "pass"),
        (
            "from abc import ABC, ABCMeta, abstractmethod as a\nclass A(ABC, metaclass=ABCMeta):\n  @a\n  def f(): ...",
            "pass",
        ),
        ("class A:\n    @property\n    def g(self): ...\n    @g.setter\n    def g(self, v): ...", "pass"),
        ("if __name__ == '__main__':\n    f()", "pass"),
        ("if '__main__' == __name__:\n    f()", "pass"),
        ("if __name__ != '__main__':\n    f()", "fail"),
        ("__name__ = '__main__'\nif __name__ == '__main__':\n    f()", "fail"),
        ("globals()['__name__'] = '__main__'\nif __name__ == '__main__':\n    f()", "fail"),
        ("if __name__ == '__main__':\n    pass\nelse:\n    f()", "fail"),
        ("if f(): ...", "fail"),
        ("x: f() = 1", "fail" if sys.version_info < (3, 14) else "pass"),
        ("def g(x: f()): ...", "fail" if sys.version_info < (3, 14) else "pass"),
        ("from __future__ import annotations\nx: f() = 1", "pass"),
        ("import re\nre.compile('x')", "pass"),
        ("from re import compile as c\nc('x')", "pass"),
        ("import re\nre.match('x', 'y')", "fail"),
        ("print(1)", "fail"),
        ("x().y()", "fail"),
        ("exec('f()')", "fail"),
        ("with f(): ...", "fail"),
        ("f'{f()}'", "fail"),
        ("try:\n    f()\nfinally:\n    pass", "fail"),
        ("assert f()", "fail"),
        ("import re\nc = re.compile\nc = f\nc('x')", "unprovable"),
    ],
)
def test_what_runs_at_import(text: str, got: str, verdict: Verdict) -> None:
    assert verdict(text, "top_level: {calls: [re.compile]}") == got


@pytest.mark.parametrize(
    ("contract", "found"),
    [
        ("imports: {deny: [socket, subprocess]}", []),
        ("imports: {deny: [socket, socket]}", ["ISPY951"]),
        ("imports: {deny: [socket, socket.x]}", ["ISPY955"]),
        ('imports: {deny: ["a.**", a.b]}', ["ISPY955"]),
        ("imports: {allow: [json], deny: [json]}", ["ISPY955"]),
        ("imports: {allow: [a, a.b.c], deny: [a.b]}", []),
        ("imports: {deny: mail.py}", ["ISPY956"]),
        ("imports: {deny: [{distribution: A_b}, {distribution: a-B}]}", ["ISPY951"]),
        ("calls: {deny: eval, allow: exec}", ["ISPY955"]),
        ('calls: {deny: "os.*", allow: os.getcwd}', []),
        ("calls: {deny: [eval, builtins.eval]}", ["ISPY951"]),
        ("top_level: {calls: [re, re.compile]}", ["ISPY955"]),
        ("all_of: [{imports: {deny: [a, a]}}, {functions: [f]}]", ["ISPY951"]),
    ],
)
def test_odd_policies(contract: str, found: list[str], tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("modules: acme\n" + contract + "\n")
    assert [finding[0] for finding in _core._lint(str(tmp_path / "c.yml"))] == found


# --- where the source does not tell -----------------------------------------------------------------------------------


def test_no_source_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "sealed.py").write_text("import json\n")
    import py_compile

    py_compile.compile(str(tmp_path / "sealed.py"), cfile=str(tmp_path / "sealed.pyc"))
    (tmp_path / "sealed.py").unlink()
    (tmp_path / "c.yml").write_text("modules: sealed\nsourceless: allow\nimports: {deny: subprocess}\n")
    with importspy.install(tmp_path / "c.yml"), pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("sealed")
    assert {finding.code for finding in caught.value.violations} == {"ISPY208"}
    sys.modules.pop("sealed", None)


@pytest.mark.parametrize(
    ("text", "denied"),
    [("import json\n", False), ("import subprocess\n", True), ("exec(chr(32))\n", True)],
)
def test_an_import_is_denied_before_it_runs(
    text: str, denied: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("IMPORTSPY_CACHE", "off")
    (tmp_path / "usesplugin.py").write_text(text + "import builtins\nbuiltins.ran = True\n")
    (tmp_path / "c.yml").write_text("modules: usesplugin\nimports: {deny: subprocess}\n")
    sys.modules.pop("usesplugin", None)
    with importspy.install(tmp_path / "c.yml"):
        if denied:
            with pytest.raises(importspy.ContractViolation):
                importlib.import_module("usesplugin")
            assert not hasattr(builtins, "ran")
        else:
            importlib.import_module("usesplugin")
    sys.modules.pop("usesplugin", None)
    vars(builtins).pop("ran", None)


def test_the_cache_keeps_what_policies_ask_for(tmp_path: Path) -> None:
    """Two contracts, one of which asks: neither is answered by the entry of the other."""
    (tmp_path / "usesplugin.py").write_text("def run():\n    import subprocess\n")
    (tmp_path / "plain.yml").write_text("modules: usesplugin\nfunctions: [run]\n")
    (tmp_path / "policy.yml").write_text("modules: usesplugin\nimports: {deny: subprocess}\n")
    environment = {"IMPORTSPY_CACHE": str(tmp_path / "cache"), "PATH": "/usr/bin:/bin"}
    results = []
    for contract in ("plain", "policy", "policy", "plain", "policy"):
        program = f"import importspy; importspy.install('{contract}.yml'); import usesplugin"
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 or "ISPY208" in done.stderr, done.stderr
        results.append(done.returncode)
    assert results == [0, 1, 1, 0, 1]
    assert len(list((tmp_path / "cache").rglob("*.ispy"))) == 2


# --- attacks on the reader itself -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a = b\nb = a\na()",
        "a = a\na()",
        "x = getattr\nx = vars\n" + "x(" * 60 + "x" + ")" * 60,
        "f" + "()" * 80,
        "x0 = ''\n" + "".join(f"x{i + 1} = x{i} + x{i}\n" for i in range(60)) + "__import__(x60)",
        "a0 = 1\n" + "".join(f"a{i + 1} = a{i} or a{i}\n" for i in range(200)) + "a200()",
        "import os\n" + "".join(f"f = g{i}\n" for i in range(100)) + "f()",
        "exec('exec(\\'exec(\"exec(1)\")\\')')",
        "x = " + "+".join(["1"] * 3000),
        "__import__(" + "+".join(["'a'"] * 2000) + ")",
        "".join(f"class A{i}:\n" + "    x = 1\n" for i in range(500)) + "A1.x()",
    ],
)
def test_hostile_sources_end_soon(text: str) -> None:
    program = "import sys; from importspy import _core; _core._structure(sys.stdin.buffer.read(), name='m', uses=True)"
    done = subprocess.run([sys.executable, "-c", program], input=text.encode(), timeout=60, check=False)
    assert done.returncode == 0


def test_the_standard_library_is_read() -> None:
    """No text of a real program makes it stumble, and what is imported is what Python's own compiler says."""
    import ast

    for path in sorted(Path(ast.__file__).parent.glob("*.py"))[:60]:
        told = _core._structure(path.read_bytes(), name=path.stem, uses=True)
        wanted = sorted(
            (node.lineno, alias.name)
            for node in ast.walk(ast.parse(path.read_bytes()))
            if isinstance(node, ast.Import)
            for alias in node.names
        )
        found = sorted((use[4][0], use[1]) for use in told["uses"] if use[0] == "import")
        assert [name for _, name in found] == [name for _, name in wanted], path.name

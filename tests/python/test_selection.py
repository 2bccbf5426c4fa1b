"""Clauses that select: by pattern and by base class; how many, and each held against the clause, by source and live."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import both_ways
import importspy
import pytest

API = """
class Handler:
    pass
"""

HANDLERS = "{subclass_of: sel_api.Handler, methods: [{name: handle, call: '(event)'}]}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "sel_api.py").write_text(API)
    return tmp_path


def verdicts(folder: Path, clause: str, source: str) -> tuple[str, str]:
    """What the source says of it, and what an import comes to (pass or fail)."""
    (folder / "sel_plugin.py").write_text(textwrap.dedent(source))
    return both_ways.verdicts(folder, f"modules: [sel_plugin]\n{clause}\n", "sel_plugin", "sel_api")


GOOD = "class Mail(Handler):\n    def handle(self, event): ...\n"
BAD = "class Fax(Handler):\n    def send(self): ...\n"
HEAD = "from sel_api import Handler\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (HEAD + GOOD, ("pass", "pass")),
        (HEAD + GOOD + BAD, ("fail", "fail")),  # the base, which is looked into, does not bring `handle`
        (HEAD, ("fail", "fail")),
        (HEAD + GOOD + "Fax = Mail\n", ("pass", "pass")),
        (HEAD + GOOD + "class Further(Mail):\n    pass\n", ("pass", "pass")),
        (HEAD + GOOD + "Fax = type('Fax', (Handler,), {})\n", ("unprovable", "fail")),
        (
            HEAD + GOOD + "globals()['Fax'] = type('Fax', (Handler,), {'__module__': __name__})\n",
            ("unprovable", "fail"),
        ),
        (HEAD + GOOD + "exec('class Fax(Handler): pass')\n", ("unprovable", "fail")),
        (
            HEAD + GOOD + "def make():\n    class Fax(Handler): pass\n    return Fax\nFax = make()\n",
            ("unprovable", "fail"),
        ),
        (HEAD + GOOD + "def make():\n    return 3\nlimit = make()\n", ("unprovable", "pass")),
        (HEAD + "import sys\nif len(sys.argv) >= 0:\n    " + BAD.replace("\n", "\n    "), ("unprovable", "fail")),
        (
            HEAD + GOOD + "import logging, re\nlog = logging.getLogger(__name__)\nword = re.compile('a')\n",
            ("pass", "pass"),
        ),
        (
            HEAD + "try:\n    from nowhere import Mail\nexcept ImportError:\n    " + GOOD.replace("\n", "\n    "),
            ("unprovable", "pass"),
        ),
        (HEAD + GOOD + "for Fax in [type('Fax', (Handler,), {})]:\n    pass\n", ("unprovable", "fail")),
        ("import sel_api\n" + GOOD.replace("Handler", "sel_api.Handler"), ("pass", "pass")),
        (GOOD.replace("(Handler)", ""), ("fail", "fail")),
        (HEAD + GOOD + "del Mail\n", ("fail", "fail")),
        (HEAD + GOOD + BAD + "del Fax\n", ("pass", "pass")),
        (HEAD + GOOD + BAD + "Fax = None\n", ("pass", "pass")),
        (HEAD + GOOD + "(Fax := type('Fax', (Handler,), {}))\n", ("unprovable", "fail")),
        (
            HEAD + GOOD + "import functools\nFax = functools.partial(type, 'Fax', (Handler,), {})()\n",
            ("unprovable", "fail"),
        ),
        (HEAD + GOOD + "Fax, x = type('Fax', (Handler,), {}), 1\n", ("unprovable", "fail")),
        (HEAD + GOOD + "Fax = [type('Fax', (Handler,), {})][0]\n", ("unprovable", "fail")),
    ],
)
def test_each_subclass_is_held_against_the_clause(folder: Path, source: str, expected: tuple[str, str]) -> None:
    assert verdicts(folder, f"classes: [{HANDLERS}]", source) == expected


@pytest.mark.parametrize(
    ("clause", "source", "expected"),
    [
        ("{name: '*Plugin', at_least: 2}", "class APlugin: ...\nclass BPlugin: ...\n", "pass"),
        ("{name: '*Plugin', at_least: 2}", "class APlugin: ...\nBPlugin = APlugin\n", "fail"),
        ("{name: '*Plugin', at_most: 0}", "class Other: ...\n", "pass"),
        ("{name: '*Plugin', at_most: 1}", "", "pass"),
        ("{name: '*Plugin', presence: forbidden}", "class APlugin: ...\n", "fail"),
        ("{name: '*Plugin', presence: optional, methods: [run]}", "", "pass"),
        ("{name: '*Plugin', presence: optional, methods: [run]}", "class APlugin: ...\n", "fail"),
        ("{name: '?Plugin'}", "class ABPlugin: ...\n", "fail"),
        ("{name: '[AB]Plugin'}", "class BPlugin: ...\n", "pass"),
        ("{name: 'Mail', subclass_of: sel_api.Handler}", HEAD + "class Mail: ...\n", "fail"),
        ("{name: '*', subclass_of: Handler, at_least: 1}", HEAD + "class Mail(Handler): ...\n", "pass"),
    ],
)
def test_counting(folder: Path, clause: str, source: str, expected: str) -> None:
    assert verdicts(folder, f"classes: [{clause}]", source) == (expected, expected)


@pytest.mark.parametrize(
    ("clause", "source", "expected"),
    [
        ("functions: [{name: 'test_*', call: '()'}]", "def test_a(): ...\ndef test_b(x=1): ...\n", ("pass", "pass")),
        ("functions: [{name: 'test_*', call: '()'}]", "def test_a(): ...\ndef test_b(x): ...\n", ("fail", "fail")),
        (
            "functions: [{name: 'test_*', call: '()'}]",
            "from os.path import join as test_b\ndef test_a(): ...\n",
            ("pass", "pass"),
        ),
        ("functions: [{name: 'test_*', call: '()'}]", "def test_a(): ...\ntest_b = lambda x: x\n", ("fail", "fail")),
        (
            "functions: [{name: 'test_*', call: '()'}]",
            "def make():\n    def f(x): ...\n    return f\ndef test_a(): ...\ntest_b = make()\n",
            ("unprovable", "fail"),
        ),
        ("functions: [{name: '*', async: false}]", "def a(): ...\nasync def b(): ...\n", ("fail", "fail")),
        ("functions: [{name: 'on_*', at_most: 0}]", "def on_load(): ...\n", ("fail", "fail")),
        (
            "classes: [{name: K, methods: [{name: 'on_*', call: '(event)'}]}]",
            "class K:\n    def on_a(self, event): ...\n    def on_b(self, e, f=1): ...\n",
            ("pass", "pass"),
        ),
        (
            "classes: [{name: K, methods: [{name: 'on_*', call: '(event)'}]}]",
            "class B:\n    def on_b(self): ...\nclass K(B):\n    def on_a(self, event): ...\n",
            ("fail", "fail"),
        ),
        (
            "classes: [{name: K, methods: [{name: 'on_*', call: '(event)'}]}]",
            "class K:\n    def on_a(self, event): ...\nK.on_b = lambda self: None\n",
            ("unprovable", "fail"),
        ),
        (
            "classes: [{name: '*K', methods: [{name: 'on_*', call: '(event)'}]}]",
            "class AK:\n    def on_a(self, event): ...\nclass BK:\n    pass\n",
            ("fail", "fail"),
        ),
    ],
)
def test_functions_and_methods(folder: Path, clause: str, source: str, expected: tuple[str, str]) -> None:
    assert verdicts(folder, clause, source) == expected


def test_what_is_proved_of_one_is_not_taken_for_another(folder: Path) -> None:
    """One class is proved by the source, the other is left open by it, and breaks the clause when it is looked at."""
    source = (
        HEAD
        + GOOD
        + "def deco(f): return lambda self: None\nclass Fax(Handler):\n    @deco\n    def handle(self, event): ...\n"
    )
    assert verdicts(folder, f"classes: [{HANDLERS}]", source) == ("unprovable", "fail")
    source = HEAD + GOOD + "def deco(f): return f\nclass Fax(Handler):\n    @deco\n    def handle(self, event): ...\n"
    assert verdicts(folder, f"classes: [{HANDLERS}]", source) == ("unprovable", "pass")


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("classes: [{name: Plugin, at_least: 1}]", "have no meaning for one name"),
        ("functions: [{name: run, at_most: 1}]", "have no meaning for one name"),
        ("classes: [{name: '*P', at_least: 2, at_most: 1}]", "more than"),
        ("classes: [{name: '*P', at_least: two}]", "a whole number"),
        ("classes: [{name: '*P', at_least: -1}]", "a whole number"),
        ("classes: [{name: '*P', presence: optional, at_least: 1}]", "say the same twice"),
        ("classes: [{name: '*P', presence: forbidden, methods: [run]}]", "forbidden"),
        ("classes: [{name: 'a b*'}]", "not a Python name"),
        ("classes: [{name: 'a.*'}]", "not a Python name"),
        ("classes: [{name: 'a-*'}]", "not a Python name"),
        ("classes: [{name: '1*'}]", "not a Python name"),
        ("functions: [{name: '[z-a]*', presence: forbidden}]", "that no Python name fits"),
        ("functions: [{name: 'a[b', presence: forbidden}]", "that no Python name fits"),
        ("functions: [{name: ']b[', presence: forbidden}]", "that no Python name fits"),
        ("functions: [{name: '[]', presence: forbidden}]", "that no Python name fits"),
        ("classes: [{subclass_of: 'a..b'}]", "not a qualified name"),
        ("classes: [{methods: [run]}]", "has no 'name'"),
        ("functions: [{async: true}]", "has no 'name'"),
    ],
)
def test_contracts_that_are_wrong(folder: Path, clause: str, words: str) -> None:
    contract = folder / "contract.yml"
    contract.write_text(clause + "\n")
    with pytest.raises(importspy.ContractError, match=words) as caught:
        importspy.check(folder / "sel_api.py", contract)
    assert caught.value.line == 1


def test_an_alias_is_no_second_one_when_the_structure_comes_from_the_cache(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPORTSPY_CACHE", str(folder / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    source = "class APlugin: ...\nBPlugin = APlugin\ndef test_a(): ...\ntest_b = test_a\n"
    for clause in ("classes: [{name: '*Plugin', at_least: 2}]", "functions: [{name: 'test_*', at_least: 2}]"):
        for _ in range(3):
            assert verdicts(folder, clause, source) == ("fail", "fail")

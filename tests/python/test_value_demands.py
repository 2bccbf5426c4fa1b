"""`value: {...}`: demands on values, held against the truth, against hostile values, and as they are reported."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import importspy
import pytest


def report(folder: Path, source: str, clauses: str) -> importspy.Report:
    plugin = folder / "plugin.py"
    contract = folder / "contract.yml"
    plugin.write_text(textwrap.dedent(source), encoding="utf-8")
    contract.write_text(textwrap.dedent(clauses), encoding="utf-8")
    return importspy.check(str(plugin), str(contract))


def verdict(folder: Path, value: str, demand: str) -> str:
    return report(folder, f"X = {value}\n", f"variables: [{{name: X, value: {demand}}}]\n").verdict


CASES = [
    ("'eu'", "{one_of: [eu, us]}", "pass"),
    ("'asia'", "{one_of: [eu, us]}", "fail"),
    ("1", "{one_of: ['1', 2]}", "fail"),
    ("[1, 2]", "{one_of: [[1, 2], 3]}", "pass"),
    ("'1.10'", r"{matches: '\d+\.\d+'}", "pass"),
    ("'1.10 '", r"{matches: '\d+\.\d+'}", "fail"),
    ("'1.10\\n'", r"{matches: '\d+\.\d+$'}", "fail"),
    ("b'1.10'", r"{matches: '.*'}", "fail"),
    ("3", r"{matches: '3'}", "fail"),
    ("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'", "{matches: '(a+)+'}", "unprovable"),
    ("'a' * 3", "{matches: 'a+'}", "unprovable"),
    ("3", "{at_least: 3, below: 4}", "pass"),
    ("3", "{above: 3}", "fail"),
    ("2.5", "{at_least: 2, at_most: 3}", "pass"),
    ("9007199254740993", "{above: 9007199254740992.0}", "pass"),
    ("9007199254740993", "{at_most: 9007199254740992.0}", "fail"),
    ("-0.5", "{below: 0}", "pass"),
    ("-0.5", "{at_least: 0}", "fail"),
    ("-(10**3)", "{below: 0}", "unprovable"),
    ("float('nan')", "{above: 0}", "unprovable"),
    ("1e400", "{above: 1000000000000000000000}", "pass"),
    ("True", "{at_least: 0}", "fail"),
    ("'3'", "{at_least: 0}", "fail"),
    ("1j", "{at_least: 0}", "fail"),
    ("1", "{type: int}", "pass"),
    ("True", "{type: int}", "fail"),
    ("None", "{type: [str, None]}", "pass"),
    ("(1,)", "{type: list}", "fail"),
    ("'äöü'", "{length: 3}", "pass"),
    ("b'\\xc3\\xa4'", "{length: 2}", "pass"),
    ("[1, 2]", "{length: {at_most: 1}}", "fail"),
    ("{1, 1, 2}", "{length: 2}", "unprovable"),
    ("{1, 2}", "{length: 2}", "pass"),
    ("{1: 1, True: 2}", "{length: 1}", "unprovable"),
    ("{'a': 1, 'b': 2}", "{length: {at_least: 3}}", "fail"),
    ("3", "{length: 1}", "fail"),
    ("'1.5'", '{version: ">=1,<2"}', "pass"),
    ("'2.0'", '{version: ">=1,<2"}', "fail"),
    ("'newest'", '{version: ">=1,<2"}', "fail"),
    ("1.5", '{version: ">=1,<2"}', "fail"),
    ("['a', 'b']", "{items: {type: str, length: 1}}", "pass"),
    ("['a', 3]", "{items: {type: str}}", "fail"),
    ("['a', f()]", "{items: {type: str}}", "unprovable"),
    ("[f(), 3]", "{items: {type: str}}", "fail"),
    ("[*f(), 3]", "{items: {type: str}}", "unprovable"),
    ("'ab'", "{items: {type: str}}", "fail"),
    ("{'a': [1, 2]}", "{keys: {type: str}, values: {items: {type: int}}}", "pass"),
    ("{'a': [1, 'x']}", "{keys: {type: str}, values: {items: {type: int}}}", "fail"),
    ("{**f(), 'a': 1}", "{keys: {type: str}}", "unprovable"),
    ("{'a': 'old', 'a': 1}", "{values: {type: int}}", "unprovable"),
    ("{1: 'x', True: 'y'}", "{keys: {type: int}}", "unprovable"),
    ("{1, True}", "{items: {type: int}}", "unprovable"),
    ("[1]", "{items: 1}", "pass"),
    ("[1, 2]", "{items: 1}", "fail"),
    ("{'type': 'str'}", "{equal: {type: str}}", "pass"),
    ("'s'", "{equal: {type: str}}", "fail"),
    ("{'colour': 'blue'}", "{colour: blue}", "pass"),
    ("None", "{equal: null}", "pass"),
    ("f()", "{type: str}", "unprovable"),
]


@pytest.mark.parametrize(("value", "demand", "expected"), CASES)
def test_cases(tmp_path: Path, value: str, demand: str, expected: str) -> None:
    assert verdict(tmp_path, value, demand) == expected


# ---------------------------------------------------------------- against the truth

PAIRS = 4_000
SCALARS = ["0", "1", "-3", "2.5", "True", "None", "''", "'a'", "'b2'", "'1.4'", "b'a'", "10**2", "1e3"]
TYPES = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "bytes": bytes,
    "list": list,
    "tuple": tuple,
    "dict": dict,
}


def random_value(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.5:
        return rng.choice(SCALARS)
    parts = [random_value(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    shape = rng.randint(0, 2)
    if shape == 0:
        return "[" + ", ".join(parts) + "]"
    if shape == 1:
        return "(" + "".join(part + ", " for part in parts) + ")"
    return "{" + ", ".join(f"{rng.choice(['1', 'True', repr('a'), repr('b'), '2.5'])}: {part}" for part in parts) + "}"


def random_demand(rng: random.Random, depth: int) -> dict[str, object]:
    demand: dict[str, object] = {}
    for key in rng.sample(
        ["type", "one_of", "matches", "at_least", "below", "length", "items", "values", "keys"],
        rng.choice([1, 1, 1, 2]),
    ):
        if key == "type":
            demand[key] = rng.sample(sorted(TYPES), rng.randint(2, 6))
        elif key == "one_of":
            demand[key] = rng.sample([0, 1, 2.5, "a", "b2", None, [1], []], 5)
        elif key == "matches":
            demand[key] = rng.choice(["[a-z]?", r"[a-z]\d", ".*", r"\d+\.\d+"])
        elif key in ("at_least", "below"):
            demand[key] = rng.choice([-5, 0, 1, 2.5, 1000])
        elif key == "length":
            demand[key] = rng.choice([0, 1, 2, 3])
        elif (
            depth > 0
            and not (key == "items" and demand.keys() & {"keys", "values"})
            and not (key != "items" and "items" in demand)
        ):
            demand[key] = random_demand(rng, depth - 1)
    if {"at_least", "below"} <= demand.keys() and float(str(demand["at_least"])) >= float(str(demand["below"])):
        del demand["below"]
    return demand or {"type": ["int", "list"]}


def equal(wanted: object, got: object) -> bool:
    if isinstance(wanted, list):
        return type(got) in (list, tuple) and len(wanted) == len(got) and all(map(equal, wanted, got))  # type: ignore[arg-type]
    return wanted == got


def holds(demand: dict[str, object], value: object) -> bool:
    """What docs/contract.md says, in Python."""
    is_number = type(value) in (int, float)
    truths = {
        "type": lambda d: type(value) in [TYPES[t] for t in d],
        "one_of": lambda d: any(equal(w, value) for w in d),
        "matches": lambda d: type(value) is str and re.fullmatch(d, value) is not None,
        "at_least": lambda d: is_number and value >= d,
        "below": lambda d: is_number and value < d,
        "length": lambda d: type(value) in (str, bytes, list, tuple, dict) and len(value) == d,  # type: ignore[arg-type]
        "items": lambda d: type(value) in (list, tuple) and all(holds(d, item) for item in value),  # type: ignore[attr-defined]
        "keys": lambda d: type(value) is dict and all(holds(d, key) for key in value),
        "values": lambda d: type(value) is dict and all(holds(d, item) for item in value.values()),
    }
    return all(truths[key](wanted) for key, wanted in demand.items())


def test_random_values_are_judged_as_they_are(tmp_path: Path) -> None:
    rng = random.Random(503)
    values = [random_value(rng, rng.randint(0, 3)) for _ in range(PAIRS)]
    demands = [random_demand(rng, 2) for _ in range(PAIRS)]
    lines = [f"- {{name: V{i}, value: {json.dumps(demand)}}}" for i, demand in enumerate(demands)]
    source = "".join(f"V{i} = {value}\n" for i, value in enumerate(values))
    found = report(tmp_path, source, "variables:\n" + "\n".join(lines) + "\n")
    judged = {finding.subject: finding.verdict for finding in found.findings}
    truth = [holds(demand, eval(value)) for demand, value in zip(demands, values, strict=True)]
    answers = [judged.get(f"V{i}", "pass") for i in range(len(values))]
    wrong = [
        f"{values[i]} against {demands[i]}: {answer}, and it is {truth[i]}"
        for i, answer in enumerate(answers)
        if answer != "unprovable" and (answer == "pass") != truth[i]
    ]
    assert not wrong, "\n".join(wrong[:20])
    assert PAIRS / 10 < sum(truth) < PAIRS * 9 / 10
    assert answers.count("unprovable") < len(answers) / 5


def test_the_live_module_is_judged_alike(tmp_path: Path) -> None:
    (tmp_path / "plugin.py").write_text("X = ['a', str(3)]\nY = {'n': int('3')}\n", encoding="utf-8")
    (tmp_path / "c.yml").write_text(
        "modules: plugin\nvariables:\n"
        "- {name: X, value: {items: {type: str}}}\n- {name: Y, value: {values: {at_least: LEAST}}}\n",
        encoding="utf-8",
    )
    code = "import importspy; importspy.install('c.yml'); import plugin"
    for least, fits in (("3", True), ("4", False)):
        text = (tmp_path / "c.yml").read_text("utf-8")
        (tmp_path / "c.yml").write_text(
            text.replace("LEAST", least).replace("at_least: 3", f"at_least: {least}"), "utf-8"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is fits, done.stderr
        assert fits or "a number of at least 4" in done.stderr


# ---------------------------------------------------------------- names

NAMES = """
from elsewhere import borrowed
def start(): ...
async def later(): ...
class Plugin:
    entry = "run"
    wrong = "walk"
    def run(self): ...
class Derived(Plugin):
    handler = "run"
LIMIT = 3
A = "start"
B = ["start", "later"]
C = ("start", "LIMIT")
D = "Plugin"
E = "Plugin.run"
F = "Derived.run"
G = "Plugin.walk"
H = "borrowed"
I = "nobody"
J = ["start", 3]
K = "other.module"
"""


@pytest.mark.parametrize(
    ("name", "kinds", "expected"),
    [
        ("A", "function", "pass"),
        ("A", "class", "fail"),
        ("A", "[function, class]", "pass"),
        ("B", "function", "pass"),
        ("C", "function", "fail"),
        ("D", "class", "pass"),
        ("D", "method", "fail"),
        ("E", "method", "pass"),
        ("E", "function", "fail"),
        ("F", "method", "pass"),
        ("G", "method", "fail"),
        ("H", "function", "unprovable"),
        ("I", "function", "fail"),
        ("J", "function", "fail"),
        ("K", "[function, method]", "fail"),
        ("LIMIT", "function", "fail"),
    ],
)
def test_values_that_name_something(tmp_path: Path, name: str, kinds: str, expected: str) -> None:
    assert report(tmp_path, NAMES, f"variables: [{{name: {name}, value: {{names: {kinds}}}}}]").verdict == expected


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [("Plugin", "entry", "pass"), ("Plugin", "wrong", "fail"), ("Derived", "handler", "pass")],
)
def test_an_attribute_names_a_method_of_its_class(tmp_path: Path, owner: str, name: str, expected: str) -> None:
    clauses = f"classes: [{{name: {owner}, attributes: [{{name: {name}, value: {{names: method}}}}]}}]"
    assert report(tmp_path, NAMES, clauses).verdict == expected


def test_an_open_module_may_have_the_name(tmp_path: Path) -> None:
    source = "from elsewhere import *\nA = 'start'\n"
    assert report(tmp_path, source, "variables: [{name: A, value: {names: function}}]").verdict == "unprovable"


# ---------------------------------------------------------------- places

PLACES = [
    ("X = [1, 'b', 3]", "[1]", (1, 9, 3)),
    ("X: list = ['a' ',', 'b]',\n  # ] a comment\n  4,\n]", "[2]", None),
    ("X = [\n    1,\n    'b',  # here\n]", "[1]", (3, 5, 3)),
    ("X = ['''a\nb''', 1]", "[0]", (1, 6, 4)),
    ("Ä = 1; X = [1, 'ä']", "[1]", (1, 16, 3)),
    ("X = [1, 2] + ['b']", "[2]", (1, 1, 1)),
    ("X = 1, 'b'", "[1]", (1, 1, 1)),
    ("X = [1, (2, 'c')[1]]", "", None),
]


@pytest.mark.parametrize(("source", "path", "place"), PLACES)
def test_the_caret_is_at_the_item(tmp_path: Path, source: str, path: str, place: tuple[int, int, int] | None) -> None:
    found = report(tmp_path, source + "\n", "variables: [{name: X, value: {items: {type: int}}}]").findings
    assert len(found) == 1
    if place is not None:
        assert found[0].message.endswith(f" at {path}")
        assert (found[0].line, found[0].column) == place[:2], str(found[0])


# ---------------------------------------------------------------- bounds

HOSTILE = "'" + "a" * 40 + "!'"


def test_many_hostile_texts_end_soon(tmp_path: Path) -> None:
    """Each of them alone may take its thousands of steps; all together only a few may."""
    source = "X = [" + ", ".join([HOSTILE] * 20_000) + "]\n"
    assert (
        report(tmp_path, source, "variables: [{name: X, value: {items: {matches: '(a+)+'}}}]").verdict == "unprovable"
    )


def test_values_beyond_the_bound_are_not_admitted(tmp_path: Path) -> None:
    clauses = "variables: [{name: X, value: {items: {items: {items: {type: int}}}}}]"
    source = "X = [" + "[[1] * 1, [2]], " * 3 + "[[" + "1, " * 450_000 + "]]]\n"
    assert report(tmp_path, source, clauses).verdict == "unprovable"


def test_depth_beyond_the_bound_is_not_admitted(tmp_path: Path) -> None:
    assert verdict(tmp_path, "[" * 80 + "]" * 80, "{items: {type: list}}") == "pass"
    demand = "{items: " * 50 + "{type: str}" + "}" * 50
    assert verdict(tmp_path, "[" * 49 + "3" + "]" * 49, demand) == "fail"


# ---------------------------------------------------------------- parameters, the environment


def test_defaults_of_parameters(tmp_path: Path) -> None:
    clauses = "functions: [{name: f, arguments: [{name: level, value: {one_of: [INFO, DEBUG]}}]}]"
    assert report(tmp_path, "def f(level='INFO'): ...\n", clauses).verdict == "pass"
    broken = report(tmp_path, "def f(level='WARN'): ...\n", clauses)
    assert [finding.code for finding in broken.findings] == ["ISPY307"]
    assert broken.findings[0].wanted == "one of 'INFO', 'DEBUG'"
    assert report(tmp_path, "def f(level): ...\n", clauses).verdict == "fail"
    assert report(tmp_path, "def f(level=g()): ...\n", clauses).verdict == "unprovable"


@pytest.mark.parametrize(
    ("value", "demand", "expected"),
    [
        ("DEBUG", "{matches: 'INFO|DEBUG'}", "pass"),
        ("DEBUGGER", "{matches: 'INFO|DEBUG'}", "fail"),
        ("8080", "{at_least: 1024, at_most: 65535}", "pass"),
        ("80.5", "{above: 80}", "pass"),
        ("80", "{at_least: 1024}", "fail"),
        ("many", "{at_least: 1024}", "fail"),
        ("0x50", "{at_least: 0}", "fail"),
        ("1", "{one_of: [1, true]}", "pass"),
        ("true", "{one_of: [1, true]}", "pass"),
        ("1.0", "{one_of: [1]}", "fail"),
        ("1.2.3", '{version: ">=1"}', "pass"),
        ("abc", "{length: 3}", "pass"),
        ("a" * 40 + "!", "{matches: '(a+)+'}", "unprovable"),
    ],
)
def test_environment_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, demand: str, expected: str
) -> None:
    monkeypatch.setitem(os.environ, "ISPY_LEVEL", value)
    clauses = f"""
        deployments:
        - systems:
          - environment: {{variables: [{{name: ISPY_LEVEL, value: {demand}}}]}}
    """
    found = report(tmp_path, "", clauses)
    assert found.verdict == expected
    assert all(value not in str(finding.found) for finding in found.findings)

"""`{compatible: X}`: what fits, what does not, what is left open; with classes of the module and imported names."""

from __future__ import annotations

import sys
from pathlib import Path

import importspy
import pytest

UNPACKS = sys.version_info >= (3, 11)  # PEP 646; before, such a star is a syntax error

HEAD = """\
from __future__ import annotations
import typing as t
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Optional
import acme.api
from acme.api import Job
class Base: ...
class Mail(Job): ...
class Late(Mail): ...
class Text(str): ...
class Rows(list[int]): ...
class Loop(Loop): ...
class Meta(type): ...
"""


def verdict_of(tmp_path: Path, line: str, clause: str) -> str:
    (tmp_path / "module.py").write_text(HEAD + line + "\n")
    (tmp_path / "contract.yml").write_text(clause + "\n")
    report = importspy.check(tmp_path / "module.py", tmp_path / "contract.yml")
    return str(report.verdict)


RETURNS = [
    ("bool", "int", "pass"),
    ("int", "bool", "fail"),
    ("int", "float", "pass"),
    ("list[int]", "list[float]", "fail"),
    ("Sequence[int]", "Sequence[float]", "pass"),
    ("t.List[int]", "Sequence[object]", "pass"),
    ("dict[str, int]", "Mapping[str, float]", "pass"),
    ("dict[str, int]", "Mapping[object, int]", "fail"),
    ("None", "Optional[int]", "pass"),
    ("Optional[int]", "int", "fail"),
    ("Literal['a']", "Literal['b', 'a'] | None", "pass"),
    ("Literal['c']", "Literal['b', 'a']", "fail"),
    ("str", "Literal['a']", "fail"),
    ("bool", "Literal[True, False]", "pass"),
    ("tuple[int, str]", "tuple[object, ...]", "pass"),
    ("tuple[int, ...]", "tuple[int, int]", "fail"),
    *([("tuple[int, *t.Tuple[str, ...]]", "tuple[int, str]", "unprovable")] if UNPACKS else []),
    ("Callable[[object], bool]", "Callable[[str], int]", "pass"),
    ("Callable[[str], bool]", "Callable[[object], bool]", "fail"),
    ("type[bool]", "type[int]", "pass"),
    ("Any", "int", "pass"),
    ("int", "Any", "pass"),
    ("object", "int", "fail"),
    ("'t.NoReturn'", "int", "pass"),
    ("Job", "acme.api.Job", "pass"),
    ("Mail", "acme.api.Job", "pass"),
    ("Late", "acme.api.Job", "pass"),
    ("Late", "Job", "pass"),
    ("acme.api.Other", "acme.api.Job", "unprovable"),
    ("Base", "acme.api.Job", "unprovable"),
    ("Loop", "acme.api.Job", "unprovable"),
    ("Text", "str", "pass"),
    ("Text", "Sequence[str]", "pass"),
    ("Rows", "Sequence[float]", "pass"),
    ("list[Mail]", "Sequence[acme.api.Job]", "pass"),
    ("list[Mail]", "list[acme.api.Job]", "unprovable"),
    ("Iterator[int]", "list[int]", "fail"),
    ("unknown_name", "int", "unprovable"),
    ("f()", "int", "unprovable"),
]


@pytest.mark.parametrize(("found", "wanted", "verdict"), RETURNS)
def test_what_is_given_back_may_be_narrower(tmp_path: Path, found: str, wanted: str, verdict: str) -> None:
    clause = f'functions: [{{name: give, return_annotation: {{compatible: "{wanted}"}}}}]'
    assert verdict_of(tmp_path, f"def give() -> {found}: ...", clause) == verdict
    clause = f'variables: [{{name: GIVEN, annotation: {{compatible: "{wanted}"}}}}]'
    assert verdict_of(tmp_path, f"GIVEN: {found} = object()", clause) == verdict


@pytest.mark.parametrize(
    ("wanted", "found", "verdict"),
    [
        ("int", "int | str", "pass"),
        ("int | str", "int", "fail"),
        ("list[int]", "Sequence[float]", "pass"),
        ("acme.api.Job", "object", "pass"),
        ("acme.api.Job", "Mail", "unprovable"),
        ("acme.api.Job", "Job | None", "pass"),
        ("Callable[[int], str]", "Callable[[bool], object]", "pass"),
    ],
)
def test_a_parameter_may_be_wider(tmp_path: Path, wanted: str, found: str, verdict: str) -> None:
    clause = f'functions: [{{name: take, arguments: [{{name: x, annotation: {{compatible: "{wanted}"}}}}]}}]'
    assert verdict_of(tmp_path, f"def take(x: {found}): ...", clause) == verdict


def test_without_an_annotation_nothing_fits(tmp_path: Path) -> None:
    clause = 'functions: [{name: take, return_annotation: {compatible: "int"}}]'
    assert verdict_of(tmp_path, "def take(): ...", clause) == "fail"


def test_the_same_texts_are_told_apart_by_direction(tmp_path: Path) -> None:
    """Results are kept by the two texts: an exact comparison, a wider and a narrower one are three."""
    clause = (
        'functions: [{name: f, arguments: [{name: a, annotation: {compatible: "int"}}, {name: b, annotation: "int"}], '
        'return_annotation: {compatible: "int"}}]'
    )
    (tmp_path / "module.py").write_text("def f(a: float, b: float) -> float: ...\n")
    (tmp_path / "contract.yml").write_text(clause)
    report = importspy.check(tmp_path / "module.py", tmp_path / "contract.yml")
    assert [finding.code for finding in report.findings] == ["ISPY308", "ISPY309"]
    assert "'b'" in report.findings[0].message


@pytest.mark.parametrize(
    "change",
    [
        "class Mail: ...\n",
        "if t.cast(bool, 1):\n    class Mail: ...\n",
        "Mail = object()\n",
        "def deco(c): return int\n@deco\nclass Mail(Job): ...\n",
    ],
)
def test_a_class_that_may_be_another_is_left_open(tmp_path: Path, change: str) -> None:
    clause = 'functions: [{name: give, return_annotation: {compatible: "acme.api.Job"}}]'
    assert verdict_of(tmp_path, change + "def give() -> Mail: ...", clause) == "unprovable"


def test_a_base_that_was_another_class_when_the_class_was_made(tmp_path: Path) -> None:
    clause = 'functions: [{name: give, return_annotation: {compatible: "str"}}]'
    text = "class B(str): ...\nclass K(B): ...\nclass B(int): ...\ndef give() -> K: ..."
    assert verdict_of(tmp_path, text, clause) != "fail"
    text = "class B(int): ...\nclass K(B): ...\nclass B(str): ...\ndef give() -> K: ..."
    assert verdict_of(tmp_path, text, clause) != "pass"

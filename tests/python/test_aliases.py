"""Type aliases of the module: in annotations they go by their own name and by what they stand for."""

from __future__ import annotations

import sys
from pathlib import Path

import importspy
import pytest

HEAD = "import typing as t\nfrom typing import Optional, TypeAlias, Union\nimport acme.api\nfrom acme.api import Job\n"


def verdict_of(folder: Path, module: str, wanted: str, found: str = "X") -> str:
    (folder / "module.py").write_text(f"{HEAD}{module}\ndef give() -> {found}: ...\n")
    (folder / "contract.yml").write_text(f'functions: [{{name: give, return_annotation: "{wanted}"}}]\n')
    return str(importspy.check(folder / "module.py", folder / "contract.yml").verdict)


@pytest.mark.parametrize(
    ("module", "wanted", "verdict"),
    [
        ("X = list[int]", "list[int]", "pass"),
        ("X = list[int]", "X", "pass"),
        ("X = list[int]", "list[str]", "fail"),
        ("X = int | None", "Optional[int]", "pass"),
        ("X = t.Union[int, None]", "int | None", "pass"),
        ("X: TypeAlias = 'int | None'", "Optional[int]", "pass"),
        ("X: t.TypeAlias = int", "int", "pass"),
        ("X = int", "int", "pass"),
        ("X = int", "str", "fail"),
        ("X = acme.api.Job", "acme.api.Job", "pass"),
        ("Y = dict[str, Job]\nX = Optional[Y]", "dict[str, acme.api.Job] | None", "pass"),
        ("Y = dict[str, Job]\nX = Optional[Y]", "Y | None", "unprovable"),
        ("X = Optional['X2']\nX2 = int | str", "int | str | None", "pass"),
        ("X = list[int]\nX = list[str]", "list[str]", "unprovable"),
        ("X = list[int]\nX = list[str]", "list[int]", "unprovable"),
        ("if t.cast(bool, 1):\n    X = list[int]\nelse:\n    X = list[str]", "list[int]", "unprovable"),
        ("def f():\n    global X\n    X = list[str]\nX = list[int]\nf()", "list[str]", "unprovable"),
        ("X = list['X']", "list[int]", "unprovable"),
        ("Y = t.Optional['X']\nX = t.Optional['Y']", "int", "unprovable"),
        ("X = t.TypeVar('X')", "X", "pass"),
        ("X = t.TypeVar('X')", "int", "unprovable"),
        ("X = t.NewType('X', int)", "X", "pass"),
        ("X = t.NewType('X', int)", "int", "unprovable"),
        ("X = [int][0]", "int", "unprovable"),
        ("X = make()", "int", "unprovable"),
        ("X = 1 + 2", "int", "unprovable"),
        ("\n".join(f"A{i} = tuple['A{i + 1}', 'A{i + 1}']" for i in range(40)) + "\nX = A0", "int", "unprovable"),
    ],
)
def test_an_alias(tmp_path: Path, module: str, wanted: str, verdict: str) -> None:
    assert verdict_of(tmp_path, module, wanted) == verdict


def test_an_alias_inside_an_annotation(tmp_path: Path) -> None:
    assert verdict_of(tmp_path, "X = int | str", "list[str | int]", "list[X]") == "pass"
    assert verdict_of(tmp_path, "X = int | str", "list[X]", "list[X]") == "pass"
    assert verdict_of(tmp_path, "X = int | str", "None | str | int", "'X | None'") == "pass"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the type statement came with Python 3.12")
def test_the_type_statement(tmp_path: Path) -> None:
    assert verdict_of(tmp_path, "type X = list[int]", "list[int]") == "pass"
    assert verdict_of(tmp_path, "type X = list[int]", "list[str]") == "fail"
    assert verdict_of(tmp_path, "type X[T] = list[T]", "list[int]", "X[int]") == "unprovable"

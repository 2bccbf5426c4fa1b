"""Stub lines of contracts."""

from __future__ import annotations

from typing import Any

import pytest
from importspy import _core
from structures import brief, signature


def stub(text: str) -> dict[str, Any]:
    found = _core._stub_structure(text)["scope"]
    assert found["open"] == ""
    result: dict[str, Any] = found["names"]
    return result


@pytest.mark.parametrize(
    "tail",
    ["", ":", ": ...", ": pass", " :", " : ...", ":\n    ...", ":\n    '''Why.'''", "   ", "\n"],
)
def test_a_function_needs_no_body(tail: str) -> None:
    found = stub("def run(self, job: Job, /, *, timeout: float = ...) -> bytes | None" + tail)
    assert list(found) == ["run"]
    kind, at, function = found["run"]["candidates"][0]
    assert (kind, at) == ("function", (1, 5, 3))
    assert signature(function) == "(self, job: Job, /, *, timeout: float = Ellipsis) -> bytes | None"
    assert function["parameters"][1]["at"] == (1, 15, 3)


@pytest.mark.parametrize(
    ("text", "value", "annotation"),
    [
        ("API_VERSION: int = 2", "2", "int"),
        ("API_VERSION: int", "bare", "int"),
        ("API_VERSION = [1, 'a']", "[1, 'a']", None),
        ("API_VERSION: int = ...", "Ellipsis", "int"),
        ("API_VERSION = -1", "-1", None),
        ("API_VERSION: 'x' = other", "dynamic", "'x'"),
    ],
)
def test_variables(text: str, value: str, annotation: str | None) -> None:
    found = stub(text)["API_VERSION"]
    assert brief(found) == value
    assert found["candidates"][0][2]["annotation"] == annotation


def test_decorators_and_classes() -> None:
    function = stub("@property\ndef name(self) -> str: ...")["name"]["candidates"][0]
    assert function[1] == (2, 5, 4)
    assert function[2]["method_kind"] == "property"
    assert stub("@staticmethod\ndef make()")["make"]["candidates"][0][2]["method_kind"] == "static"
    assert stub("async def f()")["f"]["candidates"][0][2]["is_async"]
    assert stub("class C(B)")["C"]["candidates"][0][2]["bases"][0]["name"] == "B"
    assert set(stub("def f(): ...\ndef g(): ...")) == {"f", "g"}
    assert stub("x = 1")["x"]["candidates"][0][1] == (1, 1, 1)
    assert stub("# coding: latin-1\nx = 'é'")["x"]["candidates"][0][2]["value"] == ("str", "é")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", None),
        ("   ", None),
        ("def", (1, 4)),
        ("def f(", (1, 6)),
        ("def f(x=)", None),
        ("def f(x) ->", None),
        ("def f(é, é é)", None),
        ("x: int = = 3", (1, 10)),
        ("x = (1", (1, 5)),
        (" def f()", (1, 1)),
        ("def f(): ...\n  def g(): ...", (2, 1)),
        ("@property", None),
        ("a\rb", None),
        ("x = 1\x00", None),
    ],
)
def test_errors_have_a_place_within_the_text(text: str, place: tuple[int, int] | None) -> None:
    if not text.strip():
        assert stub(text) == {}
        return
    with pytest.raises(ValueError, match="the stub line is not valid Python: ") as caught:
        stub(text)
    line, column, length = (int(n) for n in str(caught.value).rpartition("(")[2].rstrip(")").split(","))
    lines = text.split("\n")
    assert 1 <= line <= len(lines)
    assert 1 <= column <= len(lines[line - 1]) + 1
    assert column + length <= len(lines[line - 1]) + 1
    if place is not None:
        assert line == place[0]


def test_nothing_of_a_stub_runs() -> None:
    assert set(stub("x: int = exit()")) == {"x"}

"""Encodings, line ends, and texts that cannot be read."""

from __future__ import annotations

import codecs
import random
import subprocess
import sys
import textwrap

import pytest
from structures import names, said, structure

PLACES = "é = 'ü'; x: 'Ä' = 1\r\n\fclass C(B):\r\n  def f(self, ö: ß = 1) -> 'Ä': pass\r\n"


@pytest.mark.parametrize(
    ("before", "encoding"),
    [
        (b"", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8"),
        (b"# coding: utf-8\n", "utf-8"),
        (b"\xef\xbb\xbf# -*- coding: utf_8 -*-\n", "utf-8"),
        (b"# -*- coding: latin-1 -*-\n", "latin-1"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\n", "iso-8859-15"),
        (b"\n# coding=cp1252\n", "cp1252"),
        (b"  \t\x0c# coding:cp1252\r\n", "cp1252"),
        (b"# coding: utf-7\n", "utf-7"),
        (b"x0 = 1\n# coding: latin-1\n", "utf-8"),
        (b"'''\n# coding: latin-1\n'''\n", "utf-8"),
        (b"\n\n# coding: latin-1\n", "utf-8"),
    ],
)
def test_encodings(before: bytes, encoding: str) -> None:
    source = before + PLACES.encode(encoding)
    found = structure(source)
    assert found["unreadable"] is None
    head = before.decode("latin-1").replace("ï»¿", "").replace("\r\n", "\n")
    assert found["source"] == head + PLACES.replace("\r\n", "\n")
    line = head.count("\n")
    assert names(source)["x"]["candidates"][0][1] == (line + 1, 10, 1)
    assert names(source)["x"]["candidates"][0][2]["annotation"] == "'Ä'"
    assert said(source, "é") == "'ü'"
    method = names(source)["C"]["candidates"][0][2]["members"]["names"]["f"]["candidates"][0]
    assert method[1] == (line + 3, 7, 1)
    assert method[2]["parameters"][1]["annotation"] == "ß"
    assert method[2]["parameters"][1]["at"] == (line + 3, 15, 1)
    assert method[2]["returns"] == "'Ä'"


def test_line_ends() -> None:
    for end in ("\n", "\r\n", "\r"):
        found = names(f"a = 1{end}b = '''x{end}y'''{end}def f(p: dict[{end} int]): pass".encode())
        assert found["b"]["candidates"][0][1] == (2, 1, 1)
        assert found["b"]["candidates"][0][2]["value"] == ("str", "x\ny")
        assert found["f"]["candidates"][0][2]["parameters"][0]["annotation"] == "dict[\n int]"


def test_codecs_that_make_lines() -> None:
    found = structure(b"# coding: unicode_escape\nx = 1\\ny = 2\\nclass C: z: int = 3\n")
    assert found["unreadable"] is None
    assert found["scope"]["names"]["y"]["candidates"][0][1] == (3, 1, 1)


def test_a_form_feed_is_no_line() -> None:
    assert names(b"a = 1\n\x0c\nb = 2\n\x0cdef f(): pass\n")["f"]["candidates"][0][1] == (4, 6, 1)


@pytest.mark.parametrize(
    ("source", "sentence", "line"),
    [
        (b"def f(:\n", "invalid syntax", 1),
        (b"x = 1\n  y = 2\n", "unexpected indent", 2),
        (b"if a:\nb\n", "expected an indented block", 2),
        (b"x = '\n", "string literal", 1),
        (b"x = 1\x00\n", "null byte", None),
        (b"\xff\xfe\n", "", None),
        (b"x = '\xe9'\n", "", None),
        (b"# coding: nonsense\nx = 1\n", "unknown encoding", None),
        (b"# coding: rot13\nk = 1\n", "", None),
        (b"# coding: base64\nk = 1\n", "", None),
        (b"# coding: ascii\nx = '\xe9'\n", "", None),
        (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "", None),
        (codecs.BOM_UTF16_LE + "x = 1\n".encode("utf-16-le"), "", None),
        (b"(" * 300 + b")" * 300, "", None),
        (b"".join(b" " * i + b"if a:\n" for i in range(105)) + b" " * 105 + b"b\n", "", None),
    ],
)
def test_unreadable(source: bytes, sentence: str, line: int | None) -> None:
    found = structure(source)
    assert found["unreadable"] is not None
    assert sentence in found["unreadable"]
    if line is not None:
        assert found["unreadable_at"][0] == line
    assert found["scope"]["names"] == {} or "nested" in found["unreadable"]


def test_the_place_of_a_syntax_error() -> None:
    found = structure("é = 1\nü = ß ß\n".encode())
    assert found["unreadable_at"] == (2, 7, 1)
    assert found["source"] == "é = 1\nü = ß ß\n"


def test_large_sources() -> None:
    text = b"x = 1\n" + b"# " + b"a" * (2 * 1024 * 1024)
    found = structure(text)
    assert "not validated" in found["unreadable"]
    assert structure(text[: 2 * 1024 * 1024])["unreadable"] is None


def test_empty_and_odd_sources() -> None:
    for source in (b"", b"\n", b"\r", b"#", b"\xef\xbb\xbf", b"''", b"pass", b"\x0c"):
        assert structure(source)["unreadable"] is None, source


def test_bytes_only() -> None:
    with pytest.raises(TypeError):
        structure.__globals__["_core"]._structure("x = 1")


def test_long_lines_in_linear_time() -> None:
    source = "é=1;" + ";".join(f"a{i}=1" for i in range(100_000))
    assert names(source)["a99999"]["candidates"][0][1][0] == 1


def test_random_damage_never_crashes() -> None:
    good = textwrap.dedent(
        """
        import sys, functools as ft
        from typing import TYPE_CHECKING
        if sys.version_info >= (3, 8): X: int = 60 * 60
        @ft.lru_cache(1)
        async def f(a, /, b: "é" = 1, *c, d={1: [2]}, **e) -> None:
            global G
            globals()["a"] = yield
        class C(B[int], metaclass=M):
            x: int
            def __init__(self): self.y, *self.z = 1, [2]
        for i in range(3):
            try: (w := 1)
            except* E as e: break
            else: del w
        match a:
            case {"k": [1, *r]} | None: pass
        __all__ = ["a"] + [*b]; __all__ += c
        """
    ).encode()
    chance = random.Random(1)
    pieces = [
        b"(",
        b")",
        b":",
        b"=",
        b"\n",
        b"\n    ",
        b"\r",
        b"\x0c",
        b"'",
        b'"""',
        b"\\",
        b"\xff",
        b"\x00",
        b"self.",
        b"lambda ",
        b"*",
        b":=",
        b"global x\n",
    ]
    for _ in range(1500):
        text = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            if chance.random() < 0.5:
                del text[at : at + chance.randint(1, 12)]
            else:
                text[at:at] = chance.choice(pieces)
        structure(bytes(text))


DEEP = """
import sys, threading
from importspy import _core

texts = {
    "terms": "x = " + "+".join(["1"] * 20_000),
    "not": "x = " + "not " * 20_000 + "1",
    "minus": "x = " + "-" * 20_000 + "1",
    "power": "x = " + "**".join(["1"] * 20_000),
    "lambda": "x = " + "lambda:" * 5_000 + "1",
    "ternary": "x = " + "1 if a else " * 5_000 + "1",
    "attributes": "x = a" + ".b" * 20_000,
    "calls": "x = a" + "()" * 20_000,
    "subscripts": "x = a" + "[0]" * 20_000,
    "brackets": "x = " + "(" * 150 + ")" * 150,
    "lists": "x = " + "[" * 150 + "]" * 150,
    "elif": "if a: pass\\n" + "elif b: pass\\n" * 5_000,
    "strings": "x = " + "'a' " * 20_000,
    "compare": "x = " + "<".join(["1"] * 20_000),
    "targets": "x = " + "y = " * 5_000 + "1",
    "decorators": "@a\\n" * 5_000 + "def f(): pass",
    "with": "with " + ", ".join(["a"] * 5_000) + ": pass",
    "format": "x = f'" + "{a}" * 3_000 + "'",
    "walrus": "x = " + "(y := " * 150 + "1" + ")" * 150,
    "pattern": "match a:\\n case " + "[" * 150 + "]" * 150 + ": pass",
    "await": "async def f(): " + "await " * 3_000 + "a",
    "plain": "x = 1",
}

def work():
    for name, text in texts.items():
        if sys.argv[2] in ("", name):
            print(name, _core._structure(text.encode())["unreadable"], flush=True)

size = int(sys.argv[1])
if size:
    threading.stack_size(size)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
else:
    work()
"""


@pytest.mark.parametrize("stack", [0, 512 * 1024, 256 * 1024, 1024 * 1024])
def test_deep_texts_are_read_or_refused(stack: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEEP, str(stack), ""], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    said_of = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert said_of["plain"] == "None"
    assert said_of["strings"] == "None"
    assert len(said_of) == 22

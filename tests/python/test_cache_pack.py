"""The structure of a module as bytes: the same structure comes back, and any other bytes do no harm."""

from __future__ import annotations

import os
import random
import struct
import warnings
from pathlib import Path
from typing import Any

import pytest
from importspy import _core
from test_verdicts import modules as hostile_modules

CASES = Path(__file__).resolve().parents[1] / "cases"
HERE = Path(__file__).resolve().parent

ODD = [
    b"",
    b"\n",
    b"\xef\xbb\xbfx = 1\r\ny = 2\r\n",
    b"# -*- coding: latin-1 -*-\nname = '\xe9'\n",
    "größe: 'Größe' = 'ß' * 3\nclass Ünï: pass\ndef ƒ(ñ=1, *, 中文='\U0001f600'): pass\n".encode(),
    b"a = b'\\xff\\x00\\x80'\nb = 'a\\0b'\nc = '\\udc80'\nd = ''\ne = b''\n",
    b"x = (1, [2, {3: 4, 'a': {5, 6}}], ..., None, True, 1.5, 2j, -1)\n",
    b"a = b = c = [1, [2, [3]]]\n__all__ = ['a', 'b']\n",
    b"def f(a, /, b: int = 1, *args: 'x', c, d=None, **kw) -> None: yield\n",
    b"@app.route('/x')\nasync def g(): ...\n",
    b"class A(B, C[int], metaclass=M):\n    x: int\n    y = 1\n    class D: e = 1\n",
    b"class A:\n    def __init__(self): self.z = 2\n",
    b"if x:\n    y = 1\nelse:\n    def y(): pass\ntry:\n    import q\nexcept ImportError:\n    q = None\n",
    b"from a import *\nfrom . import b\nfrom ..c import d as e\nimport f.g\n",
    b"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import h\n",
    b"globals()['x'] = 1\ndef __getattr__(name): return 1\n",
    b"x = " + b"[" * 60 + b"]" * 60 + b"\n",
    b"x = [" + b"1, " * 5000 + b"]\n",
    b"\n".join(b"name_%d: int = %d" % (i, i) for i in range(2000)) + b"\n",
    "\n".join(f"{'    ' * i}class C{i}:" for i in range(90)).encode() + b" pass\n",
    b"class A: pass\nclass B(A): pass\nclass A(B): pass\nclass C(A, B): pass\n",
    b"if x:\n    class A: pass\nelse:\n    class A: x = 1\nclass B(A): pass\nA = 1\nimport q\nclass D(q.r): pass\n",
    b"class A:\n    class B: pass\n    class C(B): pass\n    B = C\nclass D(A.B): pass\nA.x = 1\nsetattr(A, name, 2)\n",
    b"".join(b"class C%d(C%d): pass\n" % (i + 1, i) for i in range(1500)),
    b"".join(b"class C(C): pass\n" for i in range(700)),
    b"def broken(:\n",
    b"x = '\xff'\n",
    b"x = 1\0\n",
]


def both(source: bytes, **options: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
    said = _core._structure(source, **options)
    pack = _core._pack(source, **options)
    assert pack is not None
    return said, _core._unpack(pack, said["source"])


@pytest.mark.parametrize("number", range(len(ODD)))
def test_odd_sources_come_back_as_they_were(number: int) -> None:
    for options in ({}, {"name": "pkg.größe", "path": "/a/\udc80b.py", "is_package": True}):
        said, again = both(ODD[number], **options)
        assert again == said


def sources() -> list[Path]:
    standard = Path(os.__file__).parent
    skipped = {"site-packages", "test", "tests", "lib2to3", "idlelib"}
    found = [p for p in standard.rglob("*.py") if not skipped & set(p.relative_to(standard).parts)]
    return sorted(found) + sorted(CASES.rglob("*.py")) + sorted(HERE.glob("*.py"))


def test_hostile_modules_come_back_as_they_were() -> None:
    """Whatever a verdict hangs on has to be in the pack: a second import may not be judged by less than the first."""
    for name, source in hostile_modules().items():
        said, again = both(source.encode(), name=f"m_{name}")
        assert again == said, name


def test_the_standard_library_comes_back_as_it_was() -> None:
    found = sources()
    assert len(found) > 500
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in found:
            said, again = both(path.read_bytes(), name=path.stem, path=str(path))
            assert again == said, path
            assert _core._pack(path.read_bytes(), name=path.stem, path=str(path)) == _core._pack(
                path.read_bytes(), name=path.stem, path=str(path)
            )


SAMPLE = ODD[4] + ODD[6] + ODD[8] + ODD[9] + ODD[10] + ODD[11] + ODD[12] + b"b = b'\\xff'\n"


def test_no_part_of_a_pack_is_a_pack() -> None:
    pack = _core._pack(SAMPLE)
    assert pack is not None
    assert _core._unpack(pack) is not None
    for length in range(len(pack)):
        assert _core._unpack(pack[:length]) is None
    assert _core._unpack(pack + b"\0\0\0\0") is None
    assert _core._unpack(pack + b"\0") is None


@pytest.mark.parametrize(
    "value", [0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF]
)
def test_any_word_of_a_pack_may_be_any_other(value: int) -> None:
    pack = _core._pack(SAMPLE)
    assert pack is not None
    refused = 0
    for at in range(0, len(pack) - 3, 4):
        changed = pack[:at] + struct.pack("=I", value) + pack[at + 4 :]
        refused += _core._unpack(changed) is None
    assert refused > 20


def test_any_byte_of_a_pack_may_be_any_other() -> None:
    pack = _core._pack(SAMPLE)
    assert pack is not None
    chance = random.Random(4711)
    for _ in range(20_000):
        changed = bytearray(pack)
        for _ in range(chance.choice((1, 1, 1, 2, 5, 20))):
            changed[chance.randrange(len(changed))] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
        _core._unpack(bytes(changed))


def test_words_that_change_places() -> None:
    pack = _core._pack(SAMPLE)
    assert pack is not None
    chance = random.Random(42)
    words = list(struct.unpack(f"={len(pack) // 4}I", pack))
    for _ in range(10_000):
        mixed = list(words)
        start = 9 if chance.random() < 0.9 else 0
        for _ in range(chance.randint(1, 3)):
            a, b = chance.randrange(start, len(mixed)), chance.randrange(start, len(mixed))
            mixed[a], mixed[b] = mixed[b], mixed[a]
        _core._unpack(struct.pack(f"={len(mixed)}I", *mixed))


def test_random_bytes_are_no_pack() -> None:
    chance = random.Random(7)
    head = (_core._pack(b"x = 1\n") or b"")[:8]
    for _ in range(20_000):
        body = chance.randbytes(chance.randrange(200))
        assert _core._unpack(body) is None
        assert _core._unpack(head + body) is None


def head(texts: int, raw: int, nodes: int, size: int, memory: int, definitions: int = 0, links: int = 0) -> bytes:
    first = (_core._pack(b"") or b"")[:8]
    return first + struct.pack("=7I", texts, raw, nodes, size, memory, definitions, links)


@pytest.mark.parametrize(
    "made",
    [
        head(0xFFFFFFFF, 1, 0, 0, 0),
        head(0x80000000, 0x80000000, 0, 0, 0),
        head(0, 0, 0xFFFFFFFF, 0, 0),
        head(0, 0, 0, 0xFFFFFFFF, 0),
        head(0, 0, 0, 0, 0xFFFFFFFF),
        head(1, 0, 0, 0, 64) + b"\0" * 8,
        head(0, 0, 0, 0, 64, 0xFFFFFFFF, 0),
        head(0, 0, 0, 0, 64, 0, 0xFFFFFFFF),
    ],
)
def test_heads_that_promise_too_much(made: bytes) -> None:
    assert _core._unpack(made) is None


def test_a_bomb_of_depth() -> None:
    """Tuples in tuples, deeper than any stack: said to be of one item each."""
    module = [0] * 9
    scope = [0, 0, 0, 0, 1]
    binding = [0, 1]
    definition = [0, 1, 1, 1, 1, 1, 0]
    tuples = [10, 1] * 2_000_000
    nodes = module + scope + binding + definition + tuples
    body = struct.pack("=2I", 1, 0) + struct.pack(f"={len(nodes)}I", *nodes) + b"x\0"
    made = head(1, 0, len(nodes), 2, 40 * 2_000_000, 1) + body + b"\0\0"
    assert _core._unpack(made) is None


def test_texts_have_to_be_utf8() -> None:
    pack = _core._pack("größe = 1\n".encode())
    assert pack is not None
    at = pack.index("größe".encode())
    for bad in (b"gr\xff\xb6\xc3\x9fe", b"gr\xc3\xb6\xc3\xc3e", b"\xb6r\xc3\xb6\xc3\x9fe", b"gr\xed\xa0\x80\x9fe"):
        assert len(bad) == len("größe".encode())
        assert _core._unpack(pack[:at] + bad + pack[at + len(bad) :]) is None

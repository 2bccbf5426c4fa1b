"""`compatible:` against mypy, over some thousand random pairs of types: what mypy refuses is never admitted, and
what it takes is never refused. The same pairs tell how much is left open."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import importspy

COUNT = 3000
SEED = 20261124
MAX_DEPTH = 3

HEAD = """\
from __future__ import annotations
import collections
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Container, Coroutine
from collections.abc import Generator, Hashable, ItemsView, Iterable, Iterator, KeysView, Mapping, MutableMapping
from collections.abc import MutableSequence, MutableSet, Reversible, Sequence, Set as AbstractSet, Sized, ValuesView
from typing import Any, Literal, NoReturn, Optional, Union

class Plain: ...
class Named(str): ...
class Listed(list[int]): ...
class Derived(Listed): ...
class Told(Sequence[str]):
    def __getitem__(self, index: Any) -> Any: ...
    def __len__(self) -> int: ...
"""
ATOMS = [
    "bool",
    "int",
    "float",
    "complex",
    "str",
    "bytes",
    "bytearray",
    "None",
    "object",
    "Any",
    "NoReturn",
    "range",
    "BaseException",
    "Exception",
    "ValueError",
    "KeyError",
    "Hashable",
    "Sized",
    "Plain",
    "Named",
    "Listed",
    "Derived",
    "Told",
    "Literal[1]",
    'Literal["a"]',
    "Literal[True]",
    "Literal[True,False]",
    'Literal["a","b",1]',
    "list",
    "dict",
    "tuple",
    "type",
    "Callable",
    "Sequence",
    'Literal[b"x"]',
    'Literal[Literal["a"],None]',
    "tuple[()]",
]
GENERICS = {
    1: [
        "list",
        "set",
        "frozenset",
        "collections.deque",
        "Sequence",
        "Iterable",
        "Iterator",
        "Collection",
        "Container",
        "Reversible",
        "MutableSequence",
        "AbstractSet",
        "MutableSet",
        "Awaitable",
        "KeysView",
        "ValuesView",
        "AsyncIterator",
        "type",
        "Optional",
        "collections.Counter",
    ],
    2: [
        "dict",
        "Mapping",
        "MutableMapping",
        "collections.defaultdict",
        "collections.OrderedDict",
        "ItemsView",
        "AsyncGenerator",
        "Union",
    ],
    3: ["Generator", "Coroutine"],
}


def random_type(rng: random.Random, depth: int = 0) -> str:
    if depth >= MAX_DEPTH or rng.random() < 0.35 + 0.15 * depth:
        return rng.choice(ATOMS)
    kind = rng.randint(0, 9)
    if kind < 4:
        return f"{rng.choice(GENERICS[1])}[{random_type(rng, depth + 1)}]"
    if kind < 6:
        return f"{rng.choice(GENERICS[2])}[{random_type(rng, depth + 1)}, {random_type(rng, depth + 1)}]"
    if kind == 6:
        arguments = ", ".join(random_type(rng, depth + 1) for _ in range(rng.randint(1, 3)))
        return f"tuple[{arguments}]" if rng.random() < 0.6 else f"tuple[{random_type(rng, depth + 1)}, ...]"
    if kind == 7:
        arguments = ", ".join(random_type(rng, depth + 1) for _ in range(rng.randint(0, 2)))
        parameters = "..." if rng.random() < 0.2 else f"[{arguments}]"
        return f"Callable[{parameters}, {random_type(rng, depth + 1)}]"
    if kind == 8:
        arguments = ", ".join(random_type(rng, depth + 1) for _ in range(3))
        return f"{rng.choice(GENERICS[3])}[{arguments}]"
    return f"{random_type(rng, depth + 1)} | {random_type(rng, depth + 1)}"


def related(rng: random.Random, text: str) -> str:
    """Another type that is not far from this one: random pairs fit too seldom."""
    swaps = [(" list[", " Sequence["), ("[list[", "[Iterable["), ("dict[", "Mapping["), ("set[", "AbstractSet["),
             ("int", "float"), ("int", "object"), ("str", "str | None"), ("bool", "int"), ("Any", "int"),
             ("Generator[", "Iterator["), ("tuple[", "Sequence["), ('Literal["a"]', "str"), ("Derived", "list[int]"),
             ("Sequence[", "Collection["), ("deque[", "MutableSequence["), ("int", "bool"), ("Named", "str"),
             ("ValueError", "Exception"), ("collections.OrderedDict[", "dict["), ("Told", "Iterable[str]")]  # fmt: skip
    rng.shuffle(swaps)
    for old, new in swaps:
        if old in text:
            text = text.replace(old, new, 1)
            if rng.random() < 0.5:
                break
    return text if rng.random() < 0.8 else f"{text} | None"


def valid(text: str) -> bool:
    """type[...] of anything but a class is no type; swapping may have made others that are none."""
    bad = ("Literal[str", "Literal[float", "frozenAbstract", "defaultM", "None | None", "Literal[object")
    plain = text
    for name in ("int", "bool", "str", "Plain", "Named", "float", "Listed", "Derived"):
        plain = plain.replace(f"type[{name}]", "")
    return "type[" not in plain and not any(word in text for word in bad)


def pairs() -> list[tuple[str, str]]:
    rng = random.Random(SEED)
    found: list[tuple[str, str]] = []
    while len(found) < COUNT:
        first = random_type(rng)
        second = related(rng, first) if rng.random() < 0.7 else random_type(rng)
        pair = (first, second) if rng.random() < 0.8 else (second, first)
        if valid(first) and valid(second) and pair[1] != "NoReturn":
            found.append(pair)
    return found


OPTIONS = (
    "--no-incremental --cache-dir /dev/null --hide-error-context --no-error-summary --disable-error-code empty-body "
    "--python-version 3.12 --no-warn-no-return"
)


def refused_by_mypy(found: list[tuple[str, str]], folder: Path) -> tuple[set[int], set[int]]:
    """Numbers of the pairs that mypy refuses; and of those that it does not take for types."""
    lines = HEAD.splitlines()
    first = len(lines) + 1
    for number, (given, wanted) in enumerate(found):
        lines += [f"def f{number}(x: {given}) -> {wanted}:", "    return x"]
    path = folder / "pairs.py"
    path.write_text("\n".join(lines) + "\n")
    command = [sys.executable, "-m", "mypy", "--config-file", "", *OPTIONS.split(), str(path)]
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    assert output.returncode in (0, 1), output.stdout + output.stderr
    refused, invalid = set(), set()
    for line in output.stdout.splitlines():
        place = line.split(":")
        if len(place) < 3 or place[2].strip() != "error":
            continue
        number, is_body = divmod(int(place[1]) - first, 2)
        assert number >= 0, line
        if is_body and "[return-value]" in line:
            refused.add(number)
        elif not is_body:
            invalid.add(number)
    return refused, invalid


def verdicts(found: list[tuple[str, str]], folder: Path, side: str) -> list[str]:
    module, contract = HEAD, "functions:\n"
    for number, (given, wanted) in enumerate(found):
        if side == "returns":
            module += f"def f{number}() -> {given}: ...\n"
            clause = f"return_annotation: {{compatible: '{wanted}'}}"
        else:
            module += f"def f{number}(x: {wanted}): ...\n"
            clause = f"arguments: [{{name: x, annotation: {{compatible: '{given}'}}}}]"
        contract += f"  - {{name: f{number}, {clause}}}\n"
    (folder / f"{side}.py").write_text(module)
    (folder / f"{side}.yml").write_text(contract)
    report = importspy.check(folder / f"{side}.py", folder / f"{side}.yml")
    told = ["pass"] * len(found)
    for finding in report.findings:
        name = finding.message.split("'")[1 if side == "returns" else 3]
        told[int(name.lstrip("f"))] = finding.verdict
    return told


def test_what_mypy_refuses_is_never_admitted(tmp_path: Path) -> None:
    found = pairs()
    refused, invalid = refused_by_mypy(found, tmp_path)
    counts: dict[str, int] = {}
    wrong: list[tuple[str, str, str, str]] = []
    for side in ("returns", "arguments"):
        for number, verdict in enumerate(verdicts(found, tmp_path, side)):
            if number in invalid:
                continue
            told = "refuses" if number in refused else "takes"
            key = f"{told}/{verdict}"
            counts[key] = counts.get(key, 0) + 1
            if (told, verdict) in (("refuses", "pass"), ("takes", "fail")):
                wrong.append((side, told, *found[number]))
    print(counts, "no types:", len(invalid))
    assert wrong == [], f"{len(wrong)} of {counts}: {wrong[:20]}"
    assert counts["takes/pass"] > COUNT / 4
    assert counts["refuses/fail"] > COUNT / 4

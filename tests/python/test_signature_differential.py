"""Stub lines and `call:` against what Python itself accepts, over some thousand random signatures."""

from __future__ import annotations

import functools
import inspect
import itertools
import random
from collections.abc import Callable
from pathlib import Path

import importspy

NAMES = ("a", "b", "c", "d")
KINDS = inspect.Parameter
COUNT = 1000
MAX_POSITIONAL = 5


def random_signature(rng: random.Random) -> inspect.Signature:
    names = list(NAMES)
    rng.shuffle(names)
    parameters = []
    counts = [(KINDS.POSITIONAL_ONLY, 2), (KINDS.POSITIONAL_OR_KEYWORD, 3), (KINDS.KEYWORD_ONLY, 2)]
    for kind, most in counts:
        optional = False
        if kind is KINDS.KEYWORD_ONLY and rng.random() < 0.3:
            parameters.append(KINDS("args", KINDS.VAR_POSITIONAL))
        for _ in range(rng.choice((0, 0, most, rng.randint(0, most)))):
            if not names:
                break
            optional = rng.random() < 0.4 or (optional and kind is not KINDS.KEYWORD_ONLY)
            if kind is KINDS.POSITIONAL_OR_KEYWORD and parameters and parameters[-1].default == 1:
                optional = True
            parameters.append(KINDS(names.pop(), kind, default=1 if optional else KINDS.empty))
    if rng.random() < 0.3:
        parameters.append(KINDS("kwargs", KINDS.VAR_KEYWORD))
    return inspect.Signature(parameters)


@functools.cache
def function_of(signature: inspect.Signature) -> Callable[..., None]:
    """A real function: Signature.bind differs where **kwargs takes the name of a positional-only parameter."""
    function: Callable[..., None] = eval(f"lambda {str(signature)[1:-1]}: None")
    return function


def accepts(signature: inspect.Signature, positional: int, keywords: tuple[str, ...]) -> bool:
    try:
        function_of(signature)(*range(positional), **dict.fromkeys(keywords))
    except TypeError:
        return False
    return True


def calls() -> list[tuple[int, tuple[str, ...]]]:
    names = (*NAMES, "z")
    subsets = [s for size in range(len(names) + 1) for s in itertools.combinations(names, size)]
    return [(count, subset) for count in range(MAX_POSITIONAL + 1) for subset in subsets]


CALLS = calls()


def check(tmp_path: Path, contract: list[str], source: list[str]) -> dict[str, set[str]]:
    """Codes by function, with "?" for what is unprovable."""
    (tmp_path / "contract.yml").write_text("functions:\n" + "".join(contract), encoding="utf-8")
    (tmp_path / "plugin.py").write_text("".join(source), encoding="utf-8")
    found: dict[str, set[str]] = {}
    for finding in importspy.check(tmp_path / "plugin.py", tmp_path / "contract.yml").findings:
        mark = "?" if finding.verdict == "unprovable" else ""
        found.setdefault(finding.subject, set()).add(finding.code + mark)
    return found


def clash(plugin: inspect.Signature, positional: int, names: set[str]) -> bool:
    """What goes into **kwargs is taken not to be what is passed by position already."""
    filled = list(plugin.parameters.values())[:positional]
    return any(p.kind is KINDS.POSITIONAL_OR_KEYWORD and p.name in names for p in filled)


def by_name(signature: inspect.Signature) -> set[str]:
    kinds = (KINDS.POSITIONAL_OR_KEYWORD, KINDS.KEYWORD_ONLY)
    return {p.name for p in signature.parameters.values() if p.kind in kinds}


def test_stubs(tmp_path: Path) -> None:
    rng = random.Random(20261124)
    pairs = [(random_signature(rng), random_signature(rng)) for _ in range(COUNT)]
    pairs += [(stub, stub) for stub, _ in pairs[:200]]
    contract = [f'  - "def f{i}{stub}"\n'.replace("=1", "=...") for i, (stub, _) in enumerate(pairs)]
    source = [f"def f{i}{plugin}: ...\n" for i, (_, plugin) in enumerate(pairs)]
    found = check(tmp_path, contract, source)
    passed = 0
    for i, (stub, plugin) in enumerate(pairs):
        refused = [
            call
            for call in CALLS
            if accepts(stub, *call)
            and not accepts(plugin, *call)
            and not clash(plugin, call[0], set(call[1]) - by_name(stub))
        ]
        codes = found.get(f"f{i}", set())
        assert not any(code.endswith("?") for code in codes), (stub, plugin, codes)
        if refused:
            assert codes, (stub, plugin, refused[0])
        else:
            # accepted, but a value that is passed by position lands in a parameter of another name
            assert codes <= {"ISPY305", "ISPY306", "ISPY307"}, (stub, plugin, codes)
            passed += not codes
        if stub is plugin:
            assert not codes, (stub, codes)
    assert passed > 200


def call_text(positional: int, keywords: tuple[str, ...], more: bool, named: bool) -> str:
    parts = [f"p{i}" for i in range(positional)] + ["*args"] * more
    return ", ".join(parts + [f"{name}=1" for name in keywords] + ["**kwargs"] * named)


def test_calls(tmp_path: Path) -> None:
    rng = random.Random(42)
    contract, source, cases = [], [], []
    for i in range(COUNT):
        plugin = random_signature(rng)
        positional, keywords = rng.randint(0, 3), tuple(rng.sample(("a", "b", "c", "z"), rng.choice((0, 0, 1, 2))))
        more, named = rng.random() < 0.3, rng.random() < 0.3
        contract.append(f'  - {{name: f{i}, call: "({call_text(positional, keywords, more, named)})"}}\n')
        source.append(f"def f{i}{plugin}: ...\n")
        cases.append((plugin, positional, keywords, more, named))
    found = check(tmp_path, contract, source)
    for i, (plugin, positional, keywords, more, named) in enumerate(cases):
        outcomes = {
            accepts(plugin, *call)
            for call in CALLS
            if (call[0] == positional or (more and call[0] > positional))
            and set(call[1]) >= set(keywords)
            and (named or len(call[1]) == len(keywords))
            and not clash(plugin, call[0], set(call[1]) - set(keywords))
        }
        codes = found.get(f"f{i}", set())
        wanted = {frozenset({True}): set(), frozenset({False}): {"ISPY310"}}
        assert codes == wanted.get(frozenset(outcomes), {"ISPY310?"}), (plugin, cases[i], codes)

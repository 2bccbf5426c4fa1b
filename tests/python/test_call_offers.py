"""`call: "(app, request?)"`, what is on offer, against real calls of some thousand random functions.

A host that offers values looks which parameters the function has and passes those by name, as flake8 does, or by
position, as pluggy does. What is proved has to hold for both, what is refuted for neither.
"""

from __future__ import annotations

import inspect
import itertools
import random
from pathlib import Path

import importspy
import pytest
from test_signature_differential import KINDS, NAMES, check, function_of, random_signature

COUNT = 600


def called(signature: inspect.Signature, positional: int, passed: list[str], offered: list[str], by_name: bool) -> bool:
    """What comes of it when a host that looks first does the call."""
    parameters = list(signature.parameters.values())
    further: list[int] = []
    names = dict.fromkeys(passed)
    for place, parameter in enumerate(parameters):
        if parameter.name not in offered or parameter.kind in {KINDS.VAR_POSITIONAL, KINDS.VAR_KEYWORD}:
            continue
        if parameter.kind is not KINDS.KEYWORD_ONLY and place < positional:
            continue
        if by_name or parameter.kind is KINDS.KEYWORD_ONLY:
            names[parameter.name] = None
        elif place != positional + len(further):
            return True  # cannot be given by position: such a host gives it by name, which is the other look
        else:
            further.append(0)
    try:
        function_of(signature)(*range(positional), *further, **names)
    except TypeError:
        return False
    return True


def test_what_is_on_offer_against_real_calls(tmp_path: Path) -> None:
    rng = random.Random(20261124)
    cases = []
    for number in range(COUNT):
        signature = random_signature(rng)
        names = list(NAMES)
        rng.shuffle(names)
        cut = rng.randint(0, len(names))
        passed, offered = names[: cut // 2], names[cut // 2 : cut]
        cases.append((f"f{number}", signature, rng.choice((0, 0, 1, 2)), passed, offered))
    contract, source = [], []
    for name, signature, positional, passed, offered in cases:
        words = [*(["..."] * positional), *(f"{word}=..." for word in passed), *(f"{word}?" for word in offered)]
        contract.append(f'  - {{name: {name}, call: "({", ".join(words)})"}}\n')
        source.append(f"def {name}{signature}: ...\n")
    found = check(tmp_path, contract, source)
    seen = dict.fromkeys(("pass", "fail", "open"), 0)
    for name, signature, positional, passed, offered in cases:
        said = found.get(name, set())
        by_name = called(signature, positional, passed, offered, True)
        by_position = called(signature, positional, passed, offered, False)
        verdict = "fail" if "ISPY310" in said else "open" if said else "pass"
        seen[verdict] += 1
        where = f"{name}{signature} {positional} {passed} {offered}: {said}"
        assert verdict != "pass" or (by_name and by_position), where
        assert verdict != "fail" or not by_name, where
    assert min(seen.values()) > 10, seen


@pytest.mark.parametrize(
    ("definition", "verdict"),
    [
        ("def f(): ...", "pass"),
        ("def f(a): ...", "pass"),
        ("def f(b, a): ...", "pass"),
        ("def f(*, b): ...", "pass"),
        ("def f(a, c=1): ...", "pass"),
        ("def f(**rest): ...", "pass"),
        ("def f(*rest): ...", "pass"),
        ("def f(a, c): ...", "fail"),
        ("def f(*, c): ...", "fail"),
        ("def f(A): ...", "fail"),
        ("def f(c, /): ...", "fail"),
        ("def f(a, /): ...", "unprovable"),
        ("class f: ...", "pass"),
        ("class f:\n    def __init__(self, a): ...", "pass"),
        ("class f:\n    def __init__(self, c): ...", "fail"),
        ("f = lambda a: a", "pass"),
        ("f = lambda c: c", "fail"),
        ("f = 3", "fail"),
        ("@unheard\ndef f(c): ...", "unprovable"),
    ],
)
def test_one_by_one(tmp_path: Path, definition: str, verdict: str) -> None:
    (tmp_path / "contract.yml").write_text('functions:\n  - {name: f, call: "(a?, b?)"}\n', encoding="utf-8")
    (tmp_path / "plugin.py").write_text(f"def unheard(x): return x\n{definition}\n", encoding="utf-8")
    assert importspy.check(tmp_path / "plugin.py", tmp_path / "contract.yml").verdict == verdict


def test_offers_beside_what_is_passed(tmp_path: Path) -> None:
    (tmp_path / "contract.yml").write_text('functions:\n  - {name: f, call: "(x, k=..., a?)"}\n', encoding="utf-8")
    for definition, verdict in {
        "def f(event, k): ...": "pass",
        "def f(event, a, k): ...": "pass",
        "def f(event): ...": "fail",
        "def f(a, k): ...": "unprovable",
        "def f(event, b, k): ...": "fail",
    }.items():
        (tmp_path / "plugin.py").write_text(definition, encoding="utf-8")
        assert importspy.check(tmp_path / "plugin.py", tmp_path / "contract.yml").verdict == verdict, definition


def test_all_orders_of_an_offer(tmp_path: Path) -> None:
    (tmp_path / "contract.yml").write_text('functions:\n  - {name: f, call: "(a?, b?, c?)"}\n', encoding="utf-8")
    for size in range(4):
        for names in itertools.permutations("abc", size):
            (tmp_path / "plugin.py").write_text(f"def f({', '.join(names)}): ...\n", encoding="utf-8")
            assert importspy.check(tmp_path / "plugin.py", tmp_path / "contract.yml").verdict == "pass", names

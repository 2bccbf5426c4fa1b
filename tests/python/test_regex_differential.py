"""`matches:` held against Python's re.fullmatch, on random patterns of the part that means the same in both.

docs/contract.md names that part. The core's side is `version_driver`; see test_version_differential.py.
"""

from __future__ import annotations

import random
import re

from test_version_differential import compare

SEED = 822
PATTERNS = 4_000
TEXTS = 8  # for each pattern

ATOMS = [
    *("a", "b", "ab", "0", "_", "-", r"\.", r"\\", ".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S"),
    *("[ab]", "[^ab]", "[a-c0-9]", r"[\w-]", r"[^\d]", "[]a]", "[^]a]", r"\n", r"\t", r"\x61", "ä", "€", "[ä-ü]"),
    *(r"\b", r"\B", "^", "$", r"\A"),
]
QUANTIFIERS = ["", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,3}", "{1,}", "{1,2}?"]
AROUND_GROUPS = ["", "", "", "?", "??", "{0,2}"]  # with more, Python's re itself would backtrack for ever
GROUPS = ["({})", "(?:{})", "(?={})", "(?!{})", "(?P<g{n}>{})", "(?i:{})", "(?s:{})", "(?m:{})"]
LETTERS = [*list("aabbc0019_-. \\"), "ä", "Ü", "€", "\n", "\t", "A", "B"]
ANCHORS = {r"\b", r"\B", "^", "$", r"\A"}


class Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.groups = 0

    def atom(self, depth: int) -> str:
        rng = self.rng
        if depth > 0 and rng.random() < 0.35:
            self.groups += 1
            shape = rng.choice(GROUPS).replace("{n}", str(self.groups))
            inner = shape.replace("{}", self.alternatives(depth - 1))
            return inner if shape.startswith(("(?=", "(?!")) else inner + rng.choice(AROUND_GROUPS)
        atom = rng.choice(ATOMS)
        if atom in ANCHORS:
            return atom
        quantifier = rng.choice(QUANTIFIERS)
        return f"(?:{atom}){quantifier}" if len(atom) == 2 and atom.isalpha() else atom + quantifier

    def alternatives(self, depth: int) -> str:
        branches = ["".join(self.atom(depth) for _ in range(self.rng.randint(0, 4)))]
        while self.rng.random() < 0.3:
            branches.append("".join(self.atom(depth) for _ in range(self.rng.randint(0, 4))))
        return "|".join(branches)


def test_patterns_mean_what_they_mean_in_python() -> None:
    rng = random.Random(SEED)
    questions = []
    for _ in range(PATTERNS):
        pattern = Maker(rng).alternatives(2)
        re.compile(pattern)  # all that is generated is valid in Python
        for _ in range(TEXTS):
            text = "".join(rng.choice(LETTERS) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 6, 9])))
            if text or r"\B" not in pattern:  # "" is no \B for Python before 3.14, and is one for PCRE2
                questions.append(["match", pattern, text])
    seen = compare(questions, lambda pattern, text: "yes" if re.fullmatch(pattern, text) else "no")
    assert seen["yes"] > len(questions) / 20
    assert seen["no"] > len(questions) / 20
    assert set(seen) == {"yes", "no"}, seen


def test_what_backtracks_for_ever_is_undecided_and_never_yes() -> None:
    hard = "a" * 40 + "!"
    patterns = [
        "(a+)+",
        "(a|a)*[bc]",
        "(a*)*[bc]",
        "(.*)*[xy]",
        "(?:a|aa)+[bc]",
        "(([a-z])+.)+[A-Z]([a-z])+$",
        r"(\w+\s?)*[.,]",
    ]
    seen = compare([["match", pattern, hard] for pattern in patterns], lambda *_: "undecided")
    assert seen == {"undecided": len(patterns)}

"""Versions, specifiers and globs of the C core, held against independent implementations.

Versions and specifiers against the `packaging` library, 26.3 (pinned in requirements/test.txt: older releases read
`<1.0.post1`, `>1.0a1` and `===` otherwise than PEP 440 does); globs against a translation to `re`, below.
The core's side is `version_driver`, a small program that CMake builds with the C tests; ISPY_VERSION_DRIVER is where.
"""

from __future__ import annotations

import fnmatch
import itertools
import os
import random
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path

import pytest
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

SEED = 440
PAIRS = 150_000  # of each of two kinds: version with version, specifier with version
GLOBS = 45_000


def ask(questions: Sequence[Sequence[str]]) -> list[str]:
    driver = os.environ.get("ISPY_VERSION_DRIVER")
    if not driver:
        pytest.fail(
            "ISPY_VERSION_DRIVER is not set: it has to hold the path of version_driver, which CMake builds under "
            "-DISPY_TESTS=ON. ./dev test sets it.",
            pytrace=False,
        )
    escapes = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\0": "\\0"})
    lines = "".join("\t".join(field.translate(escapes) for field in question) + "\n" for question in questions)
    done = subprocess.run([driver], input=lines.encode("utf-8", "surrogateescape"), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    answers = done.stdout.decode().splitlines()
    assert len(answers) == len(questions)
    return answers


def compare(questions: Sequence[Sequence[str]], expected: Callable[..., str]) -> dict[str, int]:
    """Fails where the two disagree, and shows some of it; gives how often each answer came."""
    wrong = []
    seen: dict[str, int] = {}
    for question, answer in zip(questions, ask(questions), strict=True):
        wanted = expected(*question[1:])
        seen[answer] = seen.get(answer, 0) + 1
        if answer != wanted:
            wrong.append(f"{question}: the core says {answer}, the reference {wanted}")
    assert not wrong, f"{len(wrong)} of {len(questions)}:\n" + "\n".join(wrong[:20])
    return seen


# ---------------------------------------------------------------- versions

SEPARATORS = ["", "", ".", "-", "_"]
SPACES = ["", "", "", "", " ", "\t", "\n", "  ", "\x0b", "\x1c", "\x85", "\u00a0", "\u2003", "\u3000"]


def number(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.85:
        return str(rng.choice([0, 0, 1, 1, 2, 3, 9, 10, 11, 2024]))
    if kind < 0.95:
        return "0" * rng.randint(1, 3) + str(rng.randint(0, 12))
    return str(rng.choice([2**31, 2**32, 2**63 - 1, 2**64, 2**64 + 1, 10**30, 10**30 + 1]))


def spelled(rng: random.Random, words: Sequence[str]) -> str:
    word = rng.choice(words)
    if rng.random() < 0.1:
        word = "".join(rng.choice([c, c.upper()]) for c in word)
    digits = number(rng) if rng.random() < 0.8 else ""
    return rng.choice(SEPARATORS) + word + rng.choice(SEPARATORS) + digits


def suffix(rng: random.Random) -> str:
    text = ""
    if rng.random() < 0.35:
        text += spelled(rng, ["a", "b", "rc", "c", "alpha", "beta", "pre", "preview"])
    if rng.random() < 0.25:
        text += "-" + number(rng) if rng.random() < 0.2 else spelled(rng, ["post", "rev", "r"])
    if rng.random() < 0.25:
        text += spelled(rng, ["dev"])
    return text


def release(rng: random.Random, least: int = 1) -> str:
    parts = [number(rng) for _ in range(max(least, rng.choice([1, 1, 2, 2, 2, 3, 3, 4, 6])))]
    if rng.random() < 0.25:
        parts += ["0"] * rng.randint(1, 2)
    epoch = number(rng) + "!" if rng.random() < 0.08 else ""
    return ("v" if rng.random() < 0.04 else "") + epoch + ".".join(parts)


def local(rng: random.Random) -> str:
    segments = [
        rng.choice(["ubuntu", "ABC", "abc", "1", "01", "10", "2a", "a2", "0"]) for _ in range(rng.randint(1, 3))
    ]
    return "+" + rng.choice(".-_").join(segments)


def damage(rng: random.Random, text: str) -> str:
    for _ in range(rng.randint(1, 2)):
        at = rng.randint(0, len(text))
        gone = rng.choice([0, 0, 1, 1, 2])
        text = text[:at] + rng.choice(["", *"0.!+-_*,<>=~v a1;)\0", "dev", "٣", "é", "\u3000"]) + text[at + gone :]
    return text


def a_version(rng: random.Random) -> str:
    text = release(rng) + suffix(rng)
    if rng.random() < 0.15:
        text += local(rng)
    if rng.random() < 0.05:
        text = rng.choice(SPACES) + text + rng.choice(SPACES)
    return damage(rng, text) if rng.random() < 0.08 else text


def a_neighbour(rng: random.Random, text: str) -> str:
    """A version of much the same text: where the order has to be got right."""
    plain = text.strip().partition("+")[0]
    head = re.match(r"v?(\d+!)?\d+(\.\d+)*", plain, re.ASCII)
    base = head.group() if head else "1.0"
    choices = (
        base + suffix(rng),
        plain + rng.choice([".0", ".dev0", ".dev1", ".post0", ".post1", "a0", "-1"]),
        plain + local(rng),
        base.rpartition(".")[0] or base,
        base + ".0" + suffix(rng),
        plain.upper().replace(".", rng.choice("._-")),
    )
    return rng.choice(choices)


def a_specifier(rng: random.Random, near: str) -> str:
    sign = rng.choice(["==", "==", "!=", "~=", "~=", "<", "<=", ">", ">=", "==="])
    if rng.random() < 0.6:
        text = a_neighbour(rng, near) if rng.random() < 0.7 else near
        text = text.partition("+")[0] if sign not in ("==", "!=", "===") else text
    else:
        text = release(rng, 2 if sign == "~=" else 1) + suffix(rng)
    if sign in ("==", "!=") and rng.random() < 0.4:
        text = release(rng) if rng.random() < 0.4 else re.split(r"[a-zA-Z+_-]", text.strip())[0].rstrip(".")
        text += ".*"
    elif sign in ("==", "!=") and rng.random() < 0.1:
        text += local(rng)
    elif sign == "===" and rng.random() < 0.3:
        text = rng.choice(["", "foobar", near.upper(), "1.0;", "1.0)", "a b"])
    space = rng.choice(SPACES) if rng.random() < 0.2 else ""
    specifier = space + sign + rng.choice(["", "", "", " "]) + text + space
    return damage(rng, specifier) if rng.random() < 0.06 else specifier


def a_set(rng: random.Random, near: str) -> str:
    count = rng.choice([0, 1, 1, 1, 1, 1, 2, 2, 3])
    return ",".join([a_specifier(rng, near) for _ in range(count)] + [""] * (rng.random() < 0.05))


@cache
def parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


@cache
def parsed_set(text: str) -> SpecifierSet | None:
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def expected_parse(text: str) -> str:
    version = parsed(text)
    return "invalid" if version is None else f"valid {len(version.release)}"


def expected_order(left: str, right: str) -> str:
    a, b = parsed(left), parsed(right)
    if a is None or b is None:
        return "invalid"
    return str((a > b) - (a < b))


def expected_containment(specifiers: str, version: str, prereleases: str) -> str:
    wanted = parsed_set(specifiers)
    if wanted is None or parsed(version) is None:
        return "invalid"
    return "yes" if wanted.contains(version, prereleases=prereleases == "yes") else "no"


def test_the_reference_is_the_one_that_was_meant() -> None:
    assert installed("packaging") == "26.3"


def test_versions_are_told_from_other_text() -> None:
    rng = random.Random(SEED)
    texts = [a_version(rng) for _ in range(20_000)]
    texts += [damage(rng, text) for text in texts[:20_000]]
    texts += [
        "",
        " ",
        "v",
        "1!",
        "!1",
        "1.",
        ".1",
        "1..2",
        "1.0+",
        "1.0+a..b",
        "1.0+a.",
        "1.0.*",
        "vv1",
        "1.0a.",
        "1.0--1",
    ]
    seen = compare([("parse", text) for text in texts], expected_parse)
    assert 4_000 < seen["invalid"] < 36_000


def test_versions_are_ordered_as_packaging_orders_them() -> None:
    rng = random.Random(SEED + 1)
    pool = [a_version(rng) for _ in range(15_000)]
    pool += ["9" * 4_000, "9" * 3_999 + "8", "0" * 4_000 + "7", "1." * 3_000 + "1", "1." * 3_000 + "1dev1"]
    questions: list[tuple[str, ...]] = []
    for _ in range(PAIRS):
        left = rng.choice(pool)
        right = a_neighbour(rng, left) if rng.random() < 0.5 else rng.choice(pool)
        questions.append(("compare", left, right))
    seen = compare(questions, expected_order)
    assert min(seen["-1"], seen["0"], seen["1"]) > 5_000


def test_specifiers_contain_what_packaging_says() -> None:
    rng = random.Random(SEED + 2)
    pool = [a_version(rng) for _ in range(15_000)]
    questions: list[tuple[str, ...]] = []
    while len(questions) < PAIRS:
        near = rng.choice(pool)
        specifiers = a_set(rng, near)
        for version in (near, a_neighbour(rng, near), a_neighbour(rng, near), rng.choice(pool)):
            questions.append(("contains", specifiers, version, rng.choice(["yes", "yes", "no"])))
    seen = compare(questions, expected_containment)
    assert min(seen.values()) > 10_000


# ---------------------------------------------------------------- what PyPI has

HERE = Path(__file__).parent
PYPI_VERSIONS = (HERE / "pypi_versions.txt").read_text("utf-8").splitlines()
PYPI_SPECIFIERS = (HERE / "pypi_specifiers.txt").read_text("utf-8").splitlines()
"""Gathered once: the releases of twenty packages with a long history on PyPI, and what the metadata of some hundred
installed distributions say of their own versions, of what they require and of Python."""


def test_versions_that_packages_have() -> None:
    assert len(PYPI_VERSIONS) > 2_500
    compare([("parse", text) for text in PYPI_VERSIONS], expected_parse)
    rng = random.Random(SEED + 3)
    ordered = sorted((text for text in PYPI_VERSIONS if parsed(text)), key=lambda text: (parsed(text), text))
    neighbours = [("compare", left, right) for left, right in itertools.pairwise(ordered)]
    others = [("compare", *rng.choices(PYPI_VERSIONS, k=2)) for _ in range(20_000)]
    seen = compare([*neighbours, *others], expected_order)
    assert min(seen["-1"], seen["1"]) > 5_000


def test_specifiers_that_packages_have() -> None:
    assert len(PYPI_SPECIFIERS) > 500
    rng = random.Random(SEED + 4)
    questions = [
        ("contains", specifiers, version, rng.choice(["yes", "no"]))
        for specifiers in PYPI_SPECIFIERS
        for version in rng.choices(PYPI_VERSIONS, k=40)
    ]
    seen = compare(questions, expected_containment)
    assert min(seen["yes"], seen["no"]) > 5_000


# ---------------------------------------------------------------- globs


def set_members(members: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(members):
        if members[at + 1 : at + 2] == "-" and at + 2 < len(members):
            yield members[at], members[at + 2]
            at += 3
        else:
            yield members[at], members[at]
            at += 1


def set_expression(members: str, negated: bool) -> str:
    ranges = [f"\\U{ord(low):08x}-\\U{ord(high):08x}" for low, high in set_members(members) if low <= high]
    if not ranges:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{''.join(ranges)}]"


@cache
def translated(pattern: str, separator: str) -> re.Pattern[str]:
    one = f"[^{re.escape(separator)}]"
    out = []
    at = 0
    while at < len(pattern):
        stars = len(pattern) - at - len(pattern[at:].lstrip("*"))
        closed = None
        if pattern[at] == "[" and separator == "/":
            first = at + 2 if pattern[at + 1 : at + 2] == "!" else at + 1
            closed = pattern.find("]", first + 1)
        if stars >= 2 and separator == "/" and pattern[:at][-1:] in ("", "/") and pattern[at + stars :][:1] == "/":
            out.append("(?:.*/)?")
            at += stars + 1
        elif stars:
            out.append(".*" if stars >= 2 else one + "*")
            at += stars
        elif closed is not None and closed > 0:
            out.append(set_expression(pattern[first:closed], first == at + 2))
            at = closed + 1
        else:
            out.append(one if pattern[at] == "?" else re.escape(pattern[at]))
            at += 1
    return re.compile("".join(out), re.DOTALL)


def expected_glob(pattern: str, text: str, separator: str) -> str:
    return "yes" if translated(pattern, separator).fullmatch(text) else "no"


PIECES = ["a", "a", "b", "b", "ab", "é", "日", "😀", "\udcff", "/", "/", ".", "*", "*", "**", "***", "?", "-", "\n"]
SETS = [
    "[ab]",
    "[!a]",
    "[a-c]",
    "[!a-c]",
    "[]]",
    "[!]]",
    "[]-a]",
    "[a-]",
    "[--/]",
    "[é-日]",
    "[z-a]",
    "[!z-a]",
    "[",
    "]",
    "[!]",
    "[]",
]


def whole(text: str) -> str:
    """Stray bytes that happen to make up a character are that character."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def a_text(rng: random.Random, separator: str) -> str:
    letters = ["a", "b", "ab", separator, separator, rng.choice(PIECES[5:12]), rng.choice("]-[!z*")]
    return "".join(rng.choice(letters) for _ in range(rng.randint(0, 10)))


def a_pattern(rng: random.Random, text: str, separator: str) -> str:
    if rng.random() < 0.4:  # one that has nothing to do with the text
        pattern = "".join(rng.choice(PIECES if rng.random() < 0.8 else SETS) for _ in range(rng.randint(0, 8)))
        return pattern.replace("/", separator)
    pattern = "".join(rng.choice([c, c, c, "?", "*", "**", "[!x]", f"*{c}", f"**{separator}"]) for c in text)
    at = rng.randint(0, len(pattern))
    return pattern[:at] + pattern[at + (rng.random() < 0.3) :]


def globs(rng: random.Random, count: int) -> list[tuple[str, ...]]:
    questions: list[tuple[str, ...]] = []
    while len(questions) < count:
        separator = rng.choice("//.")
        text = a_text(rng, separator)
        pattern = a_pattern(rng, text, separator)
        at = rng.randint(0, len(text))
        for other in (text, text[:at] + a_text(rng, separator) + text[at:], text[:at] + text[at + 1 :]):
            questions.append(("glob", whole(pattern), whole(other), separator))
    return questions


def test_globs_match_as_their_translation_does() -> None:
    rng = random.Random(SEED + 3)
    seen = compare(globs(rng, GLOBS), expected_glob)
    assert min(seen.values()) > 5_000


def test_short_globs_match_as_their_translation_does() -> None:
    """Every pattern and text of a few characters, in both kinds of glob."""
    patterns = ["".join(p) for n in range(6) for p in _words(["a", "/", "*", "?"], n)]
    texts = ["".join(t) for n in range(5) for t in _words(["a", "/"], n)]
    compare([("glob", p, t, "/") for p in patterns for t in texts], expected_glob)


def _words(letters: Sequence[str], length: int) -> Iterator[str]:
    if length == 0:
        yield ""
        return
    for rest in _words(letters, length - 1):
        for letter in letters:
            yield rest + letter


def test_what_a_glob_matches_begins_with_its_prefix() -> None:
    rng = random.Random(SEED + 4)
    questions = globs(rng, GLOBS // 6)
    lengths = ask([("prefix", pattern) for _, pattern, _, _ in questions])
    for (_, pattern, text, separator), length in zip(questions, lengths, strict=True):
        prefix = pattern.encode("utf-8", "surrogateescape")[: int(length)]
        if expected_glob(pattern, text, separator) == "yes":
            assert text.encode("utf-8", "surrogateescape").startswith(prefix)


def test_within_one_name_globs_are_those_of_fnmatch() -> None:
    """Python's own matcher knows no separators, and takes ** for *: without both, the two say the same."""
    rng = random.Random(SEED + 5)
    pieces = [
        *"aabbc",
        "ab",
        "é",
        ".",
        "-",
        "*",
        "*",
        "?",
        "[ab]",
        "[!a]",
        "[a-c]",
        "[!a-c]",
        "[]]",
        "[!]]",
        "[a-]",
        "[",
    ]
    letters = [*"aabbcc", "é", ".", "-", "]", "[", "!", "*", "?"]
    questions: list[tuple[str, ...]] = []
    while len(questions) < GLOBS:
        pattern = "".join(rng.choices(pieces, k=rng.randint(0, 6)))
        if "**" not in pattern:
            questions += [("glob", pattern, "".join(rng.choices(letters, k=rng.randint(0, 6))), "/") for _ in range(4)]
    seen = compare(questions, lambda pattern, text, _: "yes" if fnmatch.fnmatchcase(text, pattern) else "no")
    assert min(seen.values()) > 2_000

"""``importspy lint``. What each rule finds, and what it does not, is in tests/core/test_lint.c."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from conftest import Workshop
from importspy import ContractError, _core
from importspy.cli import main

ROOT = Path(__file__).resolve().parents[2]
BAD = sorted((ROOT / "tests" / "cases" / "contracts" / "bad").glob("*.yml"))
GOOD = sorted(
    [
        *(ROOT / "contracts").glob("*.yml"),
        *(ROOT / "tests" / "cases").glob("ISPY*/contract.yml"),
        ROOT / "demo" / "contract.yml",
        ROOT / "examples" / "embed" / "contract.yml",
    ]
)
EXPECTED = {"ISPY206": {"ISPY960"}, "ISPY207": {"ISPY960"}}
"""Folders of cases whose contracts are odd, since their rule is about just that."""

FAULTY = """
modules: ["acme.*", "!acme.**"]
functons: [f]
functions: [f, f, {name: g, presense: optional}]
variables: {LEVEL: 3}
"""


def codes(*paths: Path | str) -> list[str]:
    return [finding[0] for finding in _core._lint([str(path) for path in paths])]


def refusal(path: str) -> str:
    """What the loader says, or nothing. But for the hint: that of a demand on a value is added when all is over."""
    try:
        _core._load(path)
    except ContractError as error:
        return without_hint(str(error))
    return ""


def without_hint(text: str) -> str:
    return re.split(r"\n +=", text)[0]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.relative_to(ROOT).parent.name + "/" + path.name)
def test_nothing_is_said_of_the_contracts_here(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert set(codes(path.name)) == EXPECTED.get(path.parent.name, set())


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_error_is_told_where_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    found = _core._lint(path.name)
    refused = refusal(path.name)
    assert refused in [without_hint(finding[-1]) for finding in found] or (refused, found) == ("", [])
    assert all(finding[1] == "error" for finding in found if finding[0] < "ISPY950")


def test_the_rules_are_in_order() -> None:
    rules = _core._lint_rules()
    assert [rule[0] for rule in rules] == [f"ISPY{950 + index}" for index in range(len(rules))]
    assert {severity for _, severity, _ in rules} == {"error", "warn"}


# --- the command ------------------------------------------------------------------------------------------------------


def test_for_people(workshop: Workshop) -> None:
    workshop.contract("modules: [acme]\nfunctions: [f]\n")
    done = workshop.run("-m", "importspy", "lint", "contract.yml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing to say\n", "")
    workshop.contract(FAULTY)
    done = workshop.run("-m", "importspy", "lint", "contract.yml")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "contract.yml:2:1: ISPY908: unknown key 'functons' in this contract\n"
        "   |\n"
        " 2 | functons: [f]\n"
        "   | ^^^^^^^^\n"
        "   = hint: did you mean 'functions'?\n"
        "\n"
        "contract.yml:3:29: ISPY908: unknown key 'presense' in this function\n"
        "   |\n"
        " 3 | functions: [f, f, {name: g, presense: optional}]\n"
        "   |                             ^^^^^^^^\n"
        "   = hint: did you mean 'presence'?\n"
        "\n"
        "contract.yml:4:12: ISPY950: names and values in place of a list are an old spelling\n"
        "   |\n"
        " 4 | variables: {LEVEL: 3}\n"
        "   |            ^\n"
        "   = hint: write a list: [{name: ..., value: ...}]\n"
        "\n"
        "2 errors, 1 warning\n"
    )


def test_what_loads_is_looked_at_although_other_things_do_not(workshop: Workshop) -> None:
    workshop.contract("functions: [f, f]\n---\nfunctons: [f]\n---\nmodules: ['a', '!*']\n", "c/one.yml")
    workshop.contract("mode: loud\n", "c/two.yml")
    workshop.contract("any_of: [{functions: [f]}]\n", "c/three.yml")
    done = workshop.run("-m", "importspy", "lint", "c", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["format"]) == (1, 1)
    assert [(row["path"], row["line"], row["column"], row["code"], row["severity"]) for row in told["findings"]] == [
        ("c/one.yml", 1, 16, "ISPY951", "warn"),
        ("c/one.yml", 3, 1, "ISPY908", "error"),
        ("c/one.yml", 5, 11, "ISPY954", "error"),
        ("c/three.yml", 1, 9, "ISPY958", "warn"),
        ("c/two.yml", 1, 7, "ISPY909", "error"),
    ]
    assert all(row["message"] and row["hint"] for row in told["findings"] if row["code"] >= "ISPY950")


def test_what_cannot_be_read(workshop: Workshop) -> None:
    (workshop.folder / "empty").mkdir()
    for path in ("nowhere.yml", "empty"):
        done = workshop.run("-m", "importspy", "lint", path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("importspy: ")
        assert done.stderr.count("\n") <= 2
    assert workshop.run("-m", "importspy", "lint").returncode == 2


def test_json_of_nothing(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    path = workshop.contract("modules: [acme]\nfunctions: [f]\n")
    assert main(["lint", "--json", str(path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"format": 1, "findings": []}


# --- contracts that other files have a part in ------------------------------------------------------------------------


def test_a_base_is_told_of_once(workshop: Workshop) -> None:
    base = workshop.contract("functions: [f, f]\nvariables: {A: 1}\n", "c/base.yml")
    for name in ("one", "two"):
        workshop.contract(f"extends: base.yml\nmodules: [acme.{name}]\nfunctions: [g]\n", f"c/{name}.yml")
    found = _core._lint(str(workshop.folder / "c"))
    assert [(finding[0], finding[4], finding[5]) for finding in found] == [
        ("ISPY951", str(base), 1),
        ("ISPY950", str(base), 2),
    ]


def test_what_a_base_says_is_no_duplicate_when_it_is_replaced(workshop: Workshop) -> None:
    workshop.contract("functions: [f, g]\n", "base.yml")
    path = workshop.contract("extends: base.yml\nfunctions: [{name: f, presence: optional}]\n")
    assert codes(path) == []


def test_errors_of_several_bases_are_told(workshop: Workshop) -> None:
    workshop.contract("functons: [f]\n", "one.yml")
    path = workshop.contract("extends: [one.yml, none.yml]\nmod: x\n")
    assert [(finding[0], Path(finding[4] or "").name) for finding in _core._lint(str(path))] == [
        ("ISPY915", "contract.yml"),
        ("ISPY908", "contract.yml"),
        ("ISPY908", "one.yml"),
    ]


def test_interfaces_only_contradict(workshop: Workshop) -> None:
    (workshop.folder / "api.pyi").write_text("LEVEL: int\ndef run() -> None: ...\nclass Plugin: ...\n")
    path = workshop.contract("interface: api.pyi\nfunctions: [run]\nvariables: [LEVEL]\nclasses: [Plugin]\n")
    assert codes(path) == []
    path = workshop.contract("interface: api.pyi\nfunctions: [{name: run, presence: forbidden}]\n")
    [finding] = _core._lint(str(path))
    assert (finding[0], finding[4], finding[5]) == ("ISPY952", str(path), 2)
    assert "api.pyi:2" in finding[2]


# --- at random --------------------------------------------------------------------------------------------------------


def test_it_tells_what_the_loader_refuses_and_nothing_breaks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dice = random.Random(20270331)
    texts = [path.read_bytes() for path in [*GOOD, *BAD] if path.stat().st_size < 20_000]
    words = re.findall(rb"[A-Za-z_]{3,}", b" ".join(texts))
    seen: set[str] = set()
    for _ in range(1500):
        text = bytearray(dice.choice(texts))
        for _ in range(dice.choice((0, 1, 1, 3))):
            begin = dice.randrange(len(text) + 1)
            end = min(len(text), begin + dice.choice((0, 1, 4, 30)))
            text[begin:end] = dice.choice(
                (b"", b" ", b"\n", b": ", b"[", b"}", b"'", dice.choice(words), text[begin:end] * 2)
            )
        Path("contract.yml").write_bytes(text)
        found = _core._lint("contract.yml")
        seen.update(finding[0] for finding in found)
        told = [without_hint(finding[-1]) for finding in found if finding[0] < "ISPY950"]
        refused = refusal("contract.yml")
        assert refused in told if refused else told == [], text.decode(errors="replace")
    assert len(seen) > 10

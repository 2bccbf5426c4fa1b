"""The list of rules, the folders of cases and the documentation say the same."""

from __future__ import annotations

import re
from pathlib import Path

import importspy

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
RULES_PAGE = ROOT / "docs" / "rules.md"

CODES = [rule.code for rule in importspy.rules()]


def test_codes_are_unique_and_in_order() -> None:
    assert sorted(set(CODES)) == CODES
    assert all(re.fullmatch(r"ISPY[1-9][0-9]{2}", code) for code in CODES)


def test_every_rule_is_described() -> None:
    for rule in importspy.rules():
        assert rule.anchor == rule.code.lower()
        assert rule.severity in ("error", "warn")
        assert rule.title
        assert not rule.title.endswith(".")
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", rule.clause)


def test_every_rule_has_its_folder_and_every_folder_its_rule() -> None:
    folders = sorted(path.name for path in CASES.glob("ISPY*"))
    assert folders == CODES


def test_every_folder_is_whole() -> None:
    for code in CODES:
        names = {path.name for path in (CASES / code).iterdir()}
        assert {"contract.yml", "pass.py", "fail.py", "expected.txt"} <= names, code
        assert names <= {
            "contract.yml",
            "pass.py",
            "fail.py",
            "unprovable.py",
            "expected.txt",
            "context.json",
            "api.pyi",
        }, code
        assert f"[{code}]" in (CASES / code / "expected.txt").read_text(encoding="utf-8"), code


def test_every_rule_has_its_paragraph_and_every_paragraph_its_rule() -> None:
    page = RULES_PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^### (ISPY\d{3})$", page, re.MULTILINE)
    assert headings == CODES


def test_every_paragraph_says_the_title() -> None:
    page = RULES_PAGE.read_text(encoding="utf-8")
    for rule in importspy.rules():
        paragraph = page.split(f"### {rule.code}\n", 1)[1].split("\n### ", 1)[0]
        assert rule.title.lower() in " ".join(paragraph.lower().split()), rule.code

"""docs/guarantees.md names a test for each thing that it promises."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_guarantee_names_tests_that_exist() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    defined = {
        name
        for file in (ROOT / "tests" / "python").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", file.read_text("utf-8"), re.MULTILINE)
    }
    assert named <= defined, sorted(named - defined)
    rows = [line for line in text.splitlines() if line.startswith("| ") and "tests" not in line]
    assert len(rows) > 25


def test_every_row_of_the_ways_in_names_one() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text("utf-8").split("## Ways in")[1].split("## What a contract")[0]
    for row in [line for line in text.splitlines() if line.startswith("| ")][1:]:
        assert "`test_" in row.rsplit(" | ", 1)[1], row

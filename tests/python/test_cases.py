"""tests/cases/<CODE>/: for each rule what it lets through, what it does not, and how it says so. README.md there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import importspy
import pytest

CASES = Path(__file__).resolve().parents[1] / "cases"
CODES = sorted(folder.name for folder in CASES.glob("ISPY*"))
ANYWHERE = {"arch": "x86_64", "os": "linux", "python_version": "3.12.1", "implementation": "CPython", "environment": {}}
NO_SECOND_LOOK = {"ISPY208", "ISPY209", "ISPY211", "ISPY213"}  # the live module does not show it: open is denied
COMPANY = {"ISPY110", "ISPY204"}  # stand beside the findings that led to them


def check(code: str, name: str) -> importspy.Report:
    """As from inside the folder: the paths in the report are the bare names."""
    stated: dict[str, dict[str, Any]] = {}
    if Path("context.json").exists():
        stated = json.loads(Path("context.json").read_text("utf-8"))
    context = {**ANYWHERE, **stated.get(name, {})}
    return importspy._core._check(f"{name}.py", "contract.yml", context, context.pop("module", None))


def codes(report: importspy.Report) -> set[str]:
    return {finding.code for finding in report.findings}


@pytest.fixture(autouse=True)
def inside(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    code = request.node.callspec.params.get("code") if hasattr(request.node, "callspec") else None
    if code is not None:
        monkeypatch.chdir(CASES / code)


def test_there_are_cases() -> None:
    assert CODES


@pytest.mark.parametrize("code", CODES)
def test_what_passes(code: str) -> None:
    report = check(code, "pass")
    assert (report.verdict, report.ok, report.findings) == ("pass", True, ()), report.text


@pytest.mark.parametrize("code", CODES)
def test_what_fails(code: str) -> None:
    report = check(code, "fail")
    assert (report.verdict, report.ok) == ("fail", False), report.text
    assert code in codes(report)
    assert code in COMPANY or codes(report) - COMPANY == {code}
    assert report.text == Path("expected.txt").read_text("utf-8")


@pytest.mark.parametrize("code", [code for code in CODES if (CASES / code / "unprovable.py").exists()])
def test_what_is_unprovable(code: str) -> None:
    report = check(code, "unprovable")
    assert (report.verdict, report.ok) == ("unprovable", code not in NO_SECOND_LOOK), report.text
    assert code in codes(report)
    assert code in COMPANY or codes(report) == {code}
    assert {finding.verdict for finding in report.findings} == {"unprovable"}
    assert all(finding.reason for finding in report.findings)

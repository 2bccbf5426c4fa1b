"""any_of, not, when, severity and waive where it matters: at a real import, under each mode, and at the second look."""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import importspy
import pytest
from conftest import Workshop
from importspy import doctor

ANYWHERE = {"arch": "x86_64", "os": "linux", "python_version": "3.12.1", "implementation": "CPython", "environment": {}}
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme"]:
        del sys.modules[name]


def load(workshop: Workshop, contract: str, module: str) -> None:
    """Imports acme.mail under the contract."""
    path = workshop.contract('modules: ["acme.*"]\n' + contract)
    workshop.write("acme/mail.py", module)
    with importspy.install(path):
        importlib.import_module("acme.mail")


ANY = "any_of:\n  - variables: [{name: STATE, value: ready}]\n  - functions: [setup, teardown]\n"


def test_an_alternative_is_confirmed_on_the_live_module(workshop: Workshop) -> None:
    load(workshop, ANY, "STATE = ''.join(['re', 'ady'])\n")
    assert "acme.mail" in sys.modules


def test_an_alternative_is_refuted_by_the_live_module(workshop: Workshop) -> None:
    with pytest.raises(importspy.ContractViolation) as caught:
        load(workshop, ANY, "STATE = ''.join(['bro', 'ken'])\n")
    assert [finding.code for finding in caught.value.report.findings] == ["ISPY204", "ISPY503"]
    assert "acme.mail" not in sys.modules


def test_not_is_judged_on_the_live_module(workshop: Workshop) -> None:
    contract = "not:\n  variables: [{name: STATE, value: ready}]\n"
    load(workshop, contract, "STATE = ''.join(['bro', 'ken'])\n")
    del sys.modules["acme.mail"]
    with pytest.raises(importspy.ContractViolation) as caught:
        load(workshop, contract, "STATE = ''.join(['re', 'ady'])\n")
    assert [finding.code for finding in caught.value.report.findings] == ["ISPY205"]


@pytest.mark.parametrize("mode", ["enforce", "warn", "audit"])
def test_a_warning_denies_nothing_and_warns_of_nothing(mode: str, workshop: Workshop) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load(workshop, f"mode: {mode}\nseverity: {{ISPY301: warn}}\nfunctions: [setup]\n", "")
    row = [row for row in importspy.status().modules if row.module == "acme.mail"][-1]
    assert row.verdict == "pass"
    assert row.report is not None
    assert [(finding.code, finding.severity) for finding in row.report.findings] == [("ISPY301", "warn")]


@pytest.mark.parametrize(("days", "denied"), [(1, False), (-1, True)])
def test_a_waiver_holds_until_its_last_day(days: int, denied: bool, workshop: Workshop) -> None:
    until = (datetime.now(timezone.utc) + timedelta(days=days)).date()
    waiver = f"waive: [{{rule: ISPY301, module: acme.mail, reason: ticket, owner: me, until: {until}}}]\n"
    if denied:
        with pytest.raises(importspy.ContractViolation) as caught:
            load(workshop, waiver + "functions: [setup]\n", "")
        assert {finding.code for finding in caught.value.report.findings} == {"ISPY301", "ISPY206"}
        return
    load(workshop, waiver + "functions: [setup]\n", "")
    row = [row for row in importspy.status().modules if row.module == "acme.mail"][-1]
    assert row.report is not None
    assert row.report.findings == ()
    assert [(finding.code, finding.severity, finding.waived) for finding in row.report.waived] == [
        ("ISPY301", "off", "ticket")
    ]


def test_json_says_what_was_waived_and_why(workshop: Workshop) -> None:
    contract = workshop.contract(
        "functions: [setup]\nwaive: [{rule: ISPY301, module: '**', reason: ticket, owner: me, until: 2026-03-31}]\n"
    )
    plugin = workshop.write("plugin.py")
    last = (datetime(2026, 3, 31, tzinfo=timezone.utc) - EPOCH).days
    report = importspy._core._check(str(plugin), str(contract), {**ANYWHERE, "day": last})
    assert report.ok
    (said,) = json.loads(report.json)["contracts"]
    assert said["findings"] == []
    (finding,) = said["waived"]
    assert (finding["code"], finding["severity"]) == ("ISPY301", "off")
    assert finding["waived"] == {
        "reason": "ticket",
        "owner": "me",
        "until": "2026-03-31",
        "path": str(contract),
        "line": 2,
        "column": 16,
        "length": 7,
    }
    later = importspy._core._check(str(plugin), str(contract), {**ANYWHERE, "day": last + 1})
    assert [finding.code for finding in later.findings] == ["ISPY301", "ISPY206"]


def test_a_contract_that_does_not_apply_demands_nothing(workshop: Workshop) -> None:
    path = workshop.contract("modules: ['acme.*']\nwhen: {python: '<3'}\nfunctions: [setup]\n")
    workshop.write("acme/mail.py")
    with importspy.install(path):
        (idle,) = importspy.status().idle
        assert (idle.applies, idle.is_problem) == (False, False)
        assert idle.reason == "it does not apply here, its 'when' says"
        assert importspy.status().problems == ()
        importlib.import_module("acme.mail")
    report = importspy.check(workshop.site / "acme" / "mail.py", path)
    assert report.ok
    assert report.text.endswith("contract.yml: it does not apply here\n")
    assert json.loads(report.json)["contracts"][0]["applies"] is False
    (one,) = doctor.examine([str(path)])["contracts"]["list"]
    assert (one["applies"], one["modules"], one["reason"]) == (False, [], idle.reason)
    assert f"{path}:1: {idle.reason}" not in doctor.examine([str(path)])["problems"]


def test_deep_and_wide_ends_soon(workshop: Workshop) -> None:
    """Sixty levels, or as many alternatives as a document may have; neither takes long nor much of the stack."""
    plugin = workshop.write("plugin.py", "x = 1\n")
    deep = "{functions: [f]}"
    for _ in range(28):
        deep = f"{{not: {deep}}}"
    report = importspy.check(plugin, workshop.contract(deep, "deep.yml"))
    assert report.verdict == "fail"
    too_deep = "{not: " * 40 + "{functions: [f]}" + "}" * 40
    assert importspy.check(plugin, workshop.contract(too_deep, "forty.yml")).verdict == "fail"
    with pytest.raises(importspy.ContractError) as caught:
        importspy.check(plugin, workshop.contract("{not: " * 70 + "{functions: [f]}" + "}" * 70, "seventy.yml"))
    assert caught.value.code == "ISPY904"
    wide = "any_of:\n" + "".join(f"  - functions: [f{i}]\n" for i in range(20_000))
    report = importspy.check(plugin, workshop.contract(wide, "wide.yml"))
    assert [finding.code for finding in report.findings] == ["ISPY204", "ISPY301"]
    assert "and 19980 alternatives more" in report.text

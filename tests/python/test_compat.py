"""What ImportSpy 0.4 documents, held against this version: tests/compat/README.md."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import importspy
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compat"))

from corpus import EXAMPLES, LINUX, Example
from differential import RECORD, Case, cases

EACH = [pytest.param(example, id=example.name) for example in EXAMPLES]
CASES = cases()
RECORDED: dict[str, list[str]] = json.loads(RECORD.read_text())
OF_A_FILE = [each for each, example in zip(EACH, EXAMPLES, strict=True) if example.contract.startswith("filename:")]


def place(folder: Path, example: Example, module: str) -> tuple[Path, Path]:
    (folder / "base_addon.py").write_text("class Addon: ...\n")
    (folder / "base.py").write_text("class BaseWorker: ...\n")
    contract, path = folder / "spymodel.yml", folder / example.file
    contract.write_text(example.contract)
    path.write_text(module)
    return contract, path


def verdicts(folder: Path, example: Example, module: str, context: dict[str, object]) -> list[importspy.Report]:
    """What can be said before it runs, and what when it has run."""
    contract, path = place(folder, example, module)
    live = ModuleType(path.stem)
    live.__file__ = str(path)
    exec(compile(module, str(path), "exec"), live.__dict__)
    where = {**LINUX, **context}
    return [importspy._core._check(path, contract, where, path.stem, *last) for last in ((), (live,))]


@pytest.mark.parametrize("example", EACH)
def test_a_contract_means_what_its_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: Example) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    for label, (module, keeps) in example.modules().items():
        before, after = verdicts(tmp_path, example, module, example.context)
        assert before.verdict != ("fail" if keeps else "pass"), f"{label}\n{before.text}"
        assert after.ok is keeps, f"{label}\n{after.text}"
    for label, change in example.elsewhere.items():
        for report in verdicts(tmp_path, example, example.keeps, {**example.context, **change}):
            assert report.verdict == "fail", f"{label}\n{report.text}"
    for name in ("base", "base_addon"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("example", OF_A_FILE)
def test_the_name_of_the_file_counts(tmp_path: Path, example: Example) -> None:
    contract, path = place(tmp_path, example, example.keeps)
    report = importspy._core._check(path, contract, {**LINUX, **example.context})
    assert report.verdict != "fail"
    elsewhere = path.rename(path.with_name("elsewhere.py"))
    report = importspy._core._check(elsewhere, contract, {**LINUX, **example.context})
    assert report.verdict == "fail"
    assert any("file" in finding.message for finding in report.findings)


# --- against ImportSpy 0.4.12 itself ----------------------------------------------------------------------------------


def kind(verdict: str) -> str:
    """A KeyError comes up while 0.4 puts together its message on a violation that it has found."""
    return "breaks" if verdict.startswith("cannot: KeyError") else verdict.partition(":")[0]


def ours(folder: Path, case: Case) -> importspy.Report:
    contract, file, module, context = case
    return verdicts(folder, Example("", "", contract, file, module), module, context)[1]


def test_the_record_is_of_these_cases() -> None:
    assert set(RECORDED) == set(CASES), "run tests/compat/differential.py"


def test_generated_pairs_are_judged_as_by_importspy_0_4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one difference beyond what it does not mean to do: parameters have to stand in the contract's order."""
    monkeypatch.syspath_prepend(str(tmp_path))
    counted: Counter[str] = Counter()
    for name in (name for name in CASES if name.startswith("generated: ")):
        report = ours(tmp_path, CASES[name])
        as_it_is, as_documented = map(kind, RECORDED[name])
        verdict = "keeps" if report.ok else "breaks"
        by_order = {finding.code for finding in report.violations} == {"ISPY306"}
        assert verdict == as_documented or by_order, f"{name}: {RECORDED[name]}\n{report.text}"
        counted[f"{verdict}, 0.4 {as_it_is}"] += 1
        counted["order only"] += by_order and as_it_is == "keeps"
    assert counted["keeps, 0.4 keeps"] > 200
    assert counted["breaks, 0.4 breaks"] > 200
    assert counted["keeps, 0.4 breaks"] > 20  # a value that is not stated
    assert 0 < counted["order only"] == counted["breaks, 0.4 keeps"] < 50


def test_what_0_4_can_say_of_its_own_examples_it_says_as_we_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it can judge one at all. The exceptions are in docs/migration.md."""
    monkeypatch.syspath_prepend(str(tmp_path))
    differ = {}
    for name in (name for name in CASES if not name.startswith("generated: ")):
        old = kind(RECORDED[name][1])
        if old != "cannot" and old != ("keeps" if ours(tmp_path, CASES[name]).ok else "breaks"):
            differ[name] = RECORDED[name][1]
    assert differ.pop("deployment: as the page has it").startswith("breaks: Environment validation failure")
    assert not differ


def test_most_of_its_own_examples_0_4_cannot_judge() -> None:
    """docs/migration.md says how many."""
    judged = [e.name for e in EXAMPLES if kind(RECORDED[f"{e.name}: as the page has it"][0]) == "keeps"]
    text = (Path(__file__).resolve().parents[2] / "docs" / "migration.md").read_text("utf-8")
    assert f"{len(judged)} of the {len(EXAMPLES)} contracts" in text

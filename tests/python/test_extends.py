"""extends: a contract begins with others: what it comes to, where its clauses stand, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import importspy
import pytest

MAX_DEPTH = 16
MAX_FILES = 64


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def check(self, source: str, contract: str = "contract.yml", module: str | None = None) -> importspy.Report:
        plugin = self.write("plugin.py", source)
        return importspy.check(plugin, self.path / contract, module=module)

    def codes(self, source: str, contract: str = "contract.yml") -> list[str]:
        return [f"{finding.code} {finding.subject}" for finding in self.check(source, contract).findings]

    def refused(self, contract: str = "contract.yml") -> importspy.ContractError:
        with pytest.raises(importspy.ContractError) as caught:
            self.check("", contract)
        return caught.value


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_every_clause_knows_its_file(folder: Folder) -> None:
    base = folder.write("shared/base.yml", "functions:\n  - setup\n")
    own = folder.write("contract.yml", "extends: [shared/base.yml]\nfunctions: [teardown]\n")
    report = folder.check("")
    places = {(finding.subject, finding.contract_path, finding.contract_line) for finding in report.findings}
    assert places == {("setup", str(base), 2), ("teardown", str(own), 2)}
    assert f"--> {base}:2:5\n" in report.text
    assert "2 |   - setup\n" in report.text
    (said,) = json.loads(report.json)["contracts"]
    assert said["path"] == str(own)
    assert {finding["contract_at"]["path"] for finding in said["findings"]} == {str(base), str(own)}


def test_an_entry_of_the_same_name_takes_the_place_of_the_base(folder: Folder) -> None:
    folder.write(
        "base.yml",
        "functions: ['def run(job, *, timeout)', stop]\nvariables: [{name: X, value: 1}, Y]\n"
        "classes: [{name: Plugin, methods: [run, stop]}]\n",
    )
    folder.write(
        "contract.yml",
        "extends: base.yml\nfunctions: [{name: run, presence: optional}]\nvariables: [{name: Y, presence: forbidden}]\n"
        "classes: [{name: Plugin, methods: [go]}]\n",
    )
    assert folder.codes("Y = 1\nclass Plugin: ...\n") == ["ISPY501 X", "ISPY502 Y", "ISPY301 stop", "ISPY407 Plugin.go"]


def test_later_bases_come_on_top_of_earlier_ones(folder: Folder) -> None:
    folder.write("one.yml", "title: one\nhelp: one\nvariables: [{name: X, value: 1}, A]\n")
    folder.write("two.yml", "title: two\nvariables: [{name: X, value: 2}, B]\n")
    folder.write("contract.yml", "extends: [one.yml, two.yml]\nhelp:\n")
    report = folder.check("X = 2\n")
    assert {finding.subject for finding in report.findings} == {"A", "B"}
    (said,) = json.loads(report.json)["contracts"]
    assert (said["title"], said["help"]) == ("two", "one")


def test_a_base_that_two_bases_share_counts_once(folder: Folder) -> None:
    folder.write("root.yml", "functions: [setup]\n")
    folder.write("left.yml", "extends: root.yml\nvariables: [A]\n")
    folder.write("right.yml", "extends: root.yml\nvariables: [B]\n")
    folder.write("contract.yml", "extends: [left.yml, right.yml]\n")
    assert folder.codes("") == ["ISPY501 A", "ISPY501 B", "ISPY301 setup"]


def test_groups_of_both_have_to_hold(folder: Folder) -> None:
    folder.write(
        "base.yml",
        "any_of: [{functions: [a]}, {functions: [b]}]\nnot: {functions: [x]}\nall_of: [{variables: [V]}]\n",
    )
    folder.write(
        "contract.yml",
        "extends: base.yml\nany_of: [{functions: [c]}]\nnot: {functions: [y]}\nall_of: [{variables: [W]}]\n",
    )
    whole = "def a(): ...\ndef c(): ...\nV = W = 1\n"
    assert folder.codes(whole) == []
    assert folder.codes(whole.replace("def a", "def z")) == ["ISPY204 None", "ISPY301 a"]
    assert folder.codes(whole.replace("def c", "def z")) == ["ISPY204 None", "ISPY301 c"]
    assert folder.codes(whole + "def x(): ...\n") == ["ISPY205 None"]
    assert folder.codes(whole + "def y(): ...\n") == ["ISPY205 None"]
    assert folder.codes(whole.replace("V = W", "V")) == ["ISPY501 W"]
    assert folder.codes(whole.replace("V = W", "W")) == ["ISPY501 V"]


def test_severities_and_waivers_add_up(folder: Folder) -> None:
    waiver = "waive: [{{rule: ISPY301, module: '**', subject: {}, reason: r, until: 2999-12-31}}]\n"
    folder.write("base.yml", "severity: {ISPY501: warn, ISPY401: warn}\nfunctions: [f, g]\n" + waiver.format("f"))
    folder.write(
        "contract.yml",
        "extends: base.yml\nseverity: {ISPY401: error}\nvariables: [X]\nclasses: [C]\n" + waiver.format("g"),
    )
    report = folder.check("", module="acme.m")
    assert [(finding.code, finding.severity) for finding in report.findings] == [
        ("ISPY501", "warn"),
        ("ISPY401", "error"),
    ]
    assert [finding.subject for finding in report.waived] == ["f", "g"]


def test_other_keys_take_the_place_of_the_base(folder: Folder) -> None:
    folder.write(
        "base.yml", "modules: acme.*\nwhen: {os: [linux]}\ndeployments: [{arch: s390x}, {arch: i386}]\nmode: warn\n"
    )
    folder.write(
        "contract.yml", "extends: base.yml\nmodules: [other.*]\ndeployments: [{arch: ppc64}]\nfunctions: [f]\n"
    )
    report = folder.check("def f(): ...\n")
    assert [finding.code for finding in report.findings] == ["ISPY110", "ISPY101"]
    assert report.findings[1].wanted == "ppc64"
    (said,) = json.loads(report.json)["contracts"]
    assert said["mode"] == "warn"
    folder.write("never.yml", "extends: contract.yml\nwhen: {python: '<3'}\n")
    assert folder.codes("", "never.yml") == []


def test_paths_of_a_base_are_relative_to_the_base(folder: Folder) -> None:
    folder.write("shared/base.yml", "files: ['*.py']\nextends: deeper/root.yml\n")
    folder.write("shared/deeper/root.yml", "functions: [f]\n")
    contract = folder.write("contract.yml", "extends: shared/base.yml\n")
    with importspy.install(contract) as guard:
        (row,) = guard._rows()
        assert row[5] == (str((folder.path / "shared").resolve() / "*.py"),)
    assert folder.codes("") == ["ISPY301 f"]


def test_a_base_in_a_folder_of_contracts_is_none_itself(folder: Folder) -> None:
    folder.write("all/base.yml", "functions: [f]\n")
    folder.write("all/one.yml", "modules: one\nextends: base.yml\n---\nmodules: two\nextends: [base.yml]\n")
    with importspy.install(folder.path / "all") as guard:
        assert [row[4] for row in guard._rows()] == [("one",), ("two",)]
    folder.write("all/lonely.yml", "functions: [f]\n")
    with pytest.raises(importspy.ContractError) as caught:
        importspy.install(folder.path / "all")
    assert caught.value.code == "ISPY911"
    assert caught.value.path == str(folder.path / "all" / "lonely.yml")


@pytest.mark.parametrize("spelling", ["a.yml", "./a.yml", "x/../a.yml", "link.yml", "linked/a.yml", "absolute"])
def test_a_cycle_is_found_however_it_is_spelled(spelling: str, folder: Folder) -> None:
    (folder.path / "x").mkdir()
    os.symlink("a.yml", folder.path / "link.yml")
    os.symlink(".", folder.path / "linked")
    spelled = str(folder.path / "a.yml") if spelling == "absolute" else spelling
    folder.write("a.yml", "extends: [b.yml]\n")
    folder.write("b.yml", f"variables: [X]\nextends: [{spelled}]\n")
    error = folder.refused("a.yml")
    assert (error.code, error.line, error.column) == ("ISPY915", 2, 11)
    assert error.path == str(folder.path / "b.yml")
    assert "extends itself, by way of other files" in str(error)


def test_what_is_wrong_in_a_base_is_said_of_the_base(folder: Folder) -> None:
    base = folder.write("base.yml", "title: x\nfunctons: [f]\n")
    folder.write("contract.yml", "extends: base.yml\n")
    error = folder.refused()
    assert (error.path, error.line, error.code) == (str(base), 2, "ISPY908")
    base.write_text("functions: [f\n", "utf-8")
    assert folder.refused().path == str(base)


def test_what_is_no_base_is_said_of_who_names_it(folder: Folder) -> None:
    several = folder.write("several.yml", "title: a\n---\ntitle: b\n")
    os.mkfifo(folder.path / "pipe.yml")
    os.symlink("nowhere.yml", folder.path / "dangling.yml")
    (folder.path / "huge.yml").write_bytes(b"help: " + b"x" * 5_000_000 + b"\n")
    for name in (several.name, "pipe.yml", "dangling.yml", "missing.yml", "huge.yml", "."):
        contract = folder.write("contract.yml", f"title: x\nextends:\n  - {name}\n")
        error = folder.refused()
        assert (error.path, error.line, error.column, error.code) == (str(contract), 3, 5, "ISPY915"), name


def test_depth_is_bounded(folder: Folder) -> None:
    for i in range(MAX_DEPTH + 1):
        folder.write(f"{i}.yml", f"extends: {i + 1}.yml\n")
    folder.write(f"{MAX_DEPTH + 1}.yml", "functions: [f]\n")
    error = folder.refused("0.yml")
    assert (error.code, error.line) == ("ISPY904", 1)
    assert folder.codes("", "1.yml") == ["ISPY301 f"]


def test_the_number_of_bases_is_bounded(folder: Folder) -> None:
    """Each base extends the next one twice: without a bound two to the tenth files would be read."""
    for i in range(10):
        folder.write(f"{i}.yml", f"extends: [{i + 1}.yml, {i + 1}.yml]\n")
    folder.write("10.yml", "functions: [f]\n")
    assert folder.refused("0.yml").code == "ISPY904"
    folder.write("many.yml", f"extends: [{', '.join(['10.yml'] * MAX_FILES)}]\n")
    assert folder.codes("", "many.yml") == ["ISPY301 f"]
    folder.write("many.yml", f"extends: [{', '.join(['10.yml'] * (MAX_FILES + 1))}]\n")
    assert folder.refused("many.yml").code == "ISPY904"


def test_a_thousand_contracts_extend_one_base(folder: Folder) -> None:
    folder.write("base.yml", "help: " + "x" * 20_000 + "\nfunctions: [f]\n")
    folder.write("contract.yml", "---\n".join(f"extends: base.yml\nmodules: [m{i}]\n" for i in range(1000)))
    with importspy.install(folder.path / "contract.yml") as guard:
        assert len(guard._rows()) == 1000

"""importspy doctor: what it says is so, and its exit status."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

import importspy
import pytest
from conftest import Workshop
from importspy import doctor
from importspy.cli import main


def ask(workshop: Workshop, *arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    done = workshop.run("-m", "importspy", "doctor", "--json", *arguments, **environment)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_healthy(plain: Workshop) -> None:
    (plain.site / "acme" / "bad.py").unlink()
    status, found = ask(plain, "--contract", "contract.yml")
    assert status == 0
    assert found["problems"] == []
    assert found["importspy"] == importspy.__version__
    assert found["python"]["executable"] == sys.executable
    (one,) = found["contracts"]["list"]
    assert (one["path"], one["line"], one["mode"], one["selects"]) == ("contract.yml", 1, "enforce", ["acme.*"])
    assert [(module["module"], module["verdict"]) for module in one["modules"]] == [("acme.good", "pass")]
    assert found["guard"]["active"] is False


def test_what_would_be_denied_is_a_problem(plain: Workshop) -> None:
    done = plain.run("-m", "importspy", "doctor", "--contract", "contract.yml")
    assert done.returncode == 1
    assert "    acme.bad   would be denied: ISPY301\n    acme.good  conforms\n" in done.stdout
    assert "1 problem\n  1. contract.yml:1: would deny acme.bad\n" in done.stdout
    assert not done.stderr
    assert not list(plain.site.rglob("__pycache__"))


@pytest.mark.parametrize(("mode", "words"), [("warn", "would be warned of"), ("audit", "would be audited")])
def test_other_modes_let_in(plain: Workshop, mode: str, words: str) -> None:
    plain.contract(f'modules: ["acme.*"]\nmode: {mode}\nfunctions: [register]\n')
    done = plain.run("-m", "importspy", "doctor", "--contract", "contract.yml")
    assert done.returncode == 0
    assert f"acme.bad   {words}: ISPY301" in done.stdout
    assert done.stdout.endswith("no problems found\n")


def test_a_contract_that_matches_nothing(plain: Workshop) -> None:
    plain.contract("modules: ['nowhere.*']\ntitle: Nobody\nfunctions: [f]\n", "nothing.yml")
    done = plain.run("-m", "importspy", "doctor", "--contract", "nothing.yml")
    assert done.returncode == 1
    assert "nothing.yml:1  'Nobody'  enforce" in done.stdout
    assert "1. nothing.yml:1: 'nowhere.*' matches nothing: no package 'nowhere' can be imported" in done.stdout


def test_contracts_by_path(plain: Workshop) -> None:
    plain.contract("files: ['site/acme/*.py']\nfunctions: [register]\n", "path.yml")
    status, found = ask(plain, "--contract", "path.yml")
    assert status == 1
    modules = {module["module"]: module["ok"] for module in found["contracts"]["list"][0]["modules"]}
    assert modules == {"__init__": False, "bad": False, "good": True}


def test_a_broken_contract_is_a_problem(plain: Workshop) -> None:
    plain.contract("functons: [a]\n", "wrong.yml")
    done = plain.run("-m", "importspy", "doctor", "--contract", "wrong.yml", "--contract", "missing.yml")
    assert done.returncode == 1
    assert "2 problems" in done.stdout
    assert "  1. wrong.yml:1:1: " in done.stdout
    assert "  2. missing.yml: " in done.stdout
    assert done.stderr == ""


def test_contracts_of_the_environment(plain: Workshop) -> None:
    (plain.site / "acme" / "bad.py").unlink()
    found = ask(plain, IMPORTSPY_CONTRACTS="contract.yml", IMPORTSPY_DISABLE="1")[1]
    del found["environment"]["IMPORTSPY_CACHE"]  # conftest.py
    assert found["environment"] == {"IMPORTSPY_CONTRACTS": "contract.yml", "IMPORTSPY_DISABLE": "1"}
    assert found["contracts"]["source"] == "IMPORTSPY_CONTRACTS"
    assert found["problems"] == ["IMPORTSPY_CONTRACTS is set, and IMPORTSPY_DISABLE switches the guard off"]


def test_values_of_unknown_variables_are_not_shown(plain: Workshop) -> None:
    done = plain.run("-m", "importspy", "doctor", IMPORTSPY_TOKEN="hunter2")
    assert done.returncode == 0
    assert "IMPORTSPY_TOKEN is set; ImportSpy does not know it" in done.stdout
    assert "hunter2" not in done.stdout


def test_a_python_that_reads_no_pth(plain: Workshop) -> None:
    package = str(plain.site)
    done = plain.run(
        "-S", "-m", "importspy", "doctor", "--json", IMPORTSPY_CONTRACTS="contract.yml", IMPORTSPY_UNUSED=package
    )
    assert "-S" in json.loads(done.stdout)["problems"][0]


def test_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["doctor", "--nonsense"])
    assert caught.value.code == 2


def test_names_do_not_speak_to_the_terminal(plain: Workshop) -> None:
    plain.contract('modules: ["acme.*"]\ntitle: "x\\x1b[31m\\u202e"\nfunctions: [register]\n', "odd.yml")
    done = plain.run("-m", "importspy", "doctor", "--contract", "odd.yml")
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_in_the_hosts_own_process(plain: Workshop) -> None:
    importspy._core._forget()
    import importlib

    importlib.import_module("acme.bad")
    with pytest.warns(importspy.ContractWarning):
        importspy.install(plain.folder / "contract.yml")

    class Before:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None:
            return None

    sys.meta_path.insert(0, Before())  # type: ignore[arg-type]
    found = doctor.examine()
    assert found["contracts"]["source"] == "in force"
    assert found["guard"]["active"] is True
    assert found["guard"]["position"] == 1
    assert "Before" in found["guard"]["before"][0]
    assert [(one["module"], one["way"]) for one in found["guard"]["modules"]] == [("acme.bad", "before activation")]
    assert any("asked before the guard's finder" in problem for problem in found["problems"])
    lines, status = doctor.run((), False)
    assert status == 1
    assert "  acme.bad  warned (before activation), " in "\n".join(lines)
    importspy._core._forget()


def test_nothing_to_look_at(plain: Workshop) -> None:
    done = plain.run("-m", "importspy", "doctor")
    assert done.returncode == 0
    assert "none: give --contract, or set IMPORTSPY_CONTRACTS" in done.stdout


def test_the_cache_is_told_of(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert doctor.examine()["cache"]["entries"] == 0
    with importspy.install(plain.folder / "contract.yml"):
        importlib.import_module("acme.good")
    found = doctor.examine()["cache"]
    assert (found["folder"], found["trouble"], found["entries"]) == (os.environ["IMPORTSPY_CACHE"], "", 1)
    assert 0 < found["size"] < found["most"]
    assert "  entries  1" in doctor.run((), False)[0]
    done = plain.run("-m", "importspy", "doctor", IMPORTSPY_CACHE="off")
    assert "\ncache\n  folder   none\n  state    not in use: " in done.stdout

"""The command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import importspy
import pytest
from conftest import Workshop
from importspy.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(plain: Workshop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(plain.folder)

    def call(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(arguments)
        except SystemExit as problem:
            status = problem.code if isinstance(problem.code, int) else 1
        out, err = capsys.readouterr()
        return status, out, err

    return call


def test_a_file_that_conforms(run: Run) -> None:
    status, out, err = run("check", "site/acme/good.py", "--contract", "contract.yml")
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == "1 module checked: 1 conforms"
    assert "error" not in out


def test_a_file_that_does_not(run: Run) -> None:
    status, out, err = run("check", "site/acme/bad.py", "--contract", "contract.yml")
    assert (status, err) == (1, "")
    assert "error[ISPY301]" in out
    assert out.splitlines()[-1] == "1 module checked: 0 conform, 1 breaks its contract"
    assert "\x1b" not in out


def test_a_folder(run: Run, plain: Workshop) -> None:
    plain.write("elsewhere.py", "")
    plain.write("acme/__pycache__/junk.py", "")
    plain.write("acme/.hidden/junk.py", "")
    status, out, _ = run("check", "site", "--contract", "contract.yml")
    assert status == 1
    assert out.splitlines()[-1] == "2 modules checked: 1 conforms, 1 breaks its contract"


def test_a_contract_without_selectors_applies_to_all(run: Run, plain: Workshop) -> None:
    plain.contract("variables: []\nfunctions: []\n", "all.yml")
    status, out, _ = run("check", "site", "--contract", "all.yml")
    assert status == 0
    assert out.splitlines()[-1] == "4 modules checked: 4 conform"


def test_nothing_selected(run: Run, plain: Workshop) -> None:
    plain.contract("modules: [elsewhere]\nfunctions: [a]\n", "none.yml")
    (plain.folder / "empty").mkdir()
    for path in ("site", "empty"):
        status, out, err = run("check", path, "--contract", "none.yml")
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert "no contract selects" in err


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        ('modules: ["mypkg.plug"]', 1),
        ('modules: ["proj.src.mypkg.plug"]', 1),
        ('modules: ["src.mypkg"]', 1),
        ('modules: ["sub.mypkg.plug"]', 0),
        ('modules: ["src.mypkg.plug"]', 1),
        ('modules: ["mypkg"]', 1),
        ('modules: ["space.one"]', 1),
        ('files: ["proj/src/**/*.py"]', 3),
        ("filename: plug.py", 1),
    ],
)
def test_names_of_files(run: Run, plain: Workshop, selector: str, count: int) -> None:
    for name in ("mypkg/__init__.py", "mypkg/plug.py", "space/one.py"):
        path = plain.folder / "proj" / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    plain.contract(f"{selector}\nvariables: []\n", "names.yml")
    status, out, _ = run("check", "proj", "--contract", "names.yml")
    assert status == (0 if count else 2)
    assert count == 0 or out.splitlines()[-1].startswith(f"{count} module")


def test_a_file_by_name_is_always_checked(run: Run, plain: Workshop) -> None:
    plain.contract("modules: [elsewhere]\nfunctions: [a]\n", "none.yml")
    assert run("check", "site/acme/good.py", "--contract", "none.yml")[0] == 1


def test_several_contracts(run: Run, plain: Workshop) -> None:
    plain.contract("functions: [teardown]\n", "more/other.yml")
    status, out, _ = run("check", "site/acme/good.py", "--contract", "contract.yml", "--contract", "more")
    assert status == 1
    assert "teardown" in out


def test_json(run: Run) -> None:
    status, out, err = run("check", "site/acme", "--contract", "contract.yml", "--format", "json")
    assert (status, err) == (1, "")
    data = json.loads(out)
    assert data["format"] == 1
    assert len(data["modules"]) == 2


def test_module_and_strict(run: Run, plain: Workshop) -> None:
    plain.write("acme/star.py", "from x import *\n")
    status, out, _ = run("check", "site/acme/star.py", "--contract", "contract.yml", "--module", "acme.star")
    assert status == 0
    assert out.splitlines()[-1] == "1 module checked: 0 conform, 1 is left to be looked at when imported"
    assert run("check", "site/acme/star.py", "--contract", "contract.yml", "--strict")[0] == 1
    for paths in (("site",), ("site/acme/good.py", "site/acme/bad.py")):
        status, _, err = run("check", *paths, "--contract", "contract.yml", "--module", "x")
        assert status == 2
        assert "--module" in err


def test_misuse(run: Run, plain: Workshop) -> None:
    plain.contract("functons: [a]\n", "wrong.yml")
    for arguments, said in (
        (("check", "missing.py", "--contract", "contract.yml"), "missing.py"),
        (("check", "site", "--contract", "missing.yml"), "missing.yml"),
        (("check", "site", "--contract", "wrong.yml"), "wrong.yml:1:1"),
        (("check", "site"), "--contract"),
        (("check", "--contract", "contract.yml"), "PATH"),
        (("check", "a\0b", "--contract", "contract.yml"), "null"),
        (("check", "", "--contract", "contract.yml"), "''"),
        (("nonsense",), "nonsense"),
        ((), "usage"),
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (2, ""), arguments
        assert said in err
        assert "Traceback" not in err


def test_a_file_that_may_not_be_read(run: Run, plain: Workshop) -> None:
    file = plain.site / "acme" / "good.py"
    file.unlink()
    file.symlink_to(file)  # chmod would not stop root
    status, _, err = run("check", "site", "--contract", "contract.yml")
    assert status == 2
    assert "good.py" in err


def test_help_version_and_rules(run: Run) -> None:
    assert run("--version")[:2] == (0, f"importspy {importspy.__version__}\n")
    assert run("--help")[0] == 0
    status, out, _ = run("check", "--help")
    assert status == 0
    assert "--contract" in out
    status, out, _ = run("rules")
    assert status == 0
    assert len(out.splitlines()) == len(importspy.rules())


def test_python_dash_m_importspy(plain: Workshop) -> None:
    done = plain.run("-m", "importspy", "check", "site/acme/bad.py", "--contract", "contract.yml")
    assert done.returncode == 1
    assert "ISPY301" in done.stdout
    assert done.stderr == ""


def test_a_reader_that_goes_away(plain: Workshop) -> None:
    for number in range(300):
        plain.write(f"acme/bad{number}.py", "")
    package = str(Path(importspy.__file__).parent.parent)
    command = f"'{sys.executable}' -m importspy check site --contract contract.yml | head -n 1"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=plain.folder,
        env={**os.environ, "PYTHONPATH": package},
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_output_that_the_terminal_cannot_show(plain: Workshop) -> None:
    plain.write("acme/täst.py", "")
    done = plain.run(
        "-m", "importspy", "check", "site", "--contract", "contract.yml", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert done.returncode == 1
    assert "t\\xe4st.py" in done.stdout


def test_colour(plain: Workshop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(plain.folder)
    monkeypatch.delenv("NO_COLOR", raising=False)
    arguments = ["check", "site/acme/bad.py", "--contract", "contract.yml"]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(arguments) == 1
    assert "\x1b[1;31merror[ISPY301]\x1b[0m: " in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(arguments) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_nothing_is_executed(run: Run) -> None:
    run("check", "site", "--contract", "contract.yml")
    assert "ran_marker" not in sys.modules
    assert "acme.bad" not in sys.modules

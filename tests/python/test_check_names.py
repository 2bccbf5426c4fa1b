"""The names under which a file that is given by path is held against contracts, and a check that selects nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import importspy
import pytest

MAIL = 'modules: ["plugins.*"]\nfunctions: [register]\n'
GOOD = "def register(app): ...\n"


class Project:
    """A folder of files, none of which is on sys.path, and the command as a console script would run it there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str = GOOD) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *words: str, at: str = ".", **environment: str) -> subprocess.CompletedProcess[str]:
        package = str(Path(importspy.__file__).resolve().parent.parent)
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COLUMNS"))}
        starter = "import sys; sys.path.remove(''); from importspy.cli import main; sys.exit(main())"
        return subprocess.run(
            [sys.executable, "-B", "-c", starter, *words],
            env={**env, "PYTHONPATH": package, **environment},
            cwd=self.folder / at,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def names(self, *words: str, at: str = ".", **environment: str) -> tuple[int, dict[str, str]]:
        """The exit status, and for each file that was checked the name that it went by."""
        done = self.run("check", "--format", "json", *words, at=at, **environment)
        told = json.loads(done.stdout) if done.stdout else {"modules": []}
        return done.returncode, {Path(row["path"]).name: row["module"] for row in told["modules"]}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "app")
    made.write("contract.yml", MAIL)
    made.write("plugins/mail.py")
    return made


@pytest.mark.parametrize(
    ("words", "at"),
    [
        (["plugins", "--contract", "contract.yml"], "."),
        (["plugins/", "--contract", "contract.yml"], "."),
        (["./plugins", "--contract", "contract.yml"], "."),
        ([".", "--contract", "contract.yml"], "."),
        ([".", "--contract", "../contract.yml"], "plugins"),
        (["app/plugins", "--contract", "app/contract.yml"], ".."),
        (["app", "--contract", "app/contract.yml"], ".."),
        (["plugins/mail.py", "--contract", "contract.yml"], "."),
        (["mail.py", "--contract", "../contract.yml"], "plugins"),
    ],
)
def test_a_folder_without_init_is_a_namespace_package(project: Project, words: list[str], at: str) -> None:
    assert project.names(*words, at=at) == (0, {"mail.py": "plugins.mail"})


def test_the_same_with_an_absolute_path_from_elsewhere(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    contract = str(project.folder / "contract.yml")
    for given in (project.folder / "plugins", project.folder, project.folder / "plugins" / "mail.py"):
        assert project.names(str(given), "--contract", contract, at="../elsewhere") == (0, {"mail.py": "plugins.mail"})


@pytest.mark.parametrize(
    ("files", "pattern", "given", "name"),
    [
        (["acme/plugins/x.py"], "acme.plugins.*", "acme", "acme.plugins.x"),
        (["acme/plugins/x.py"], "acme.plugins.*", "acme/plugins", "acme.plugins.x"),
        (["acme/plugins/x.py"], "acme.plugins.*", "acme/plugins/x.py", "acme.plugins.x"),
        (["ns/pkg/__init__.py", "ns/pkg/x.py"], "ns.pkg.x", "ns", "ns.pkg.x"),
        (["ns/pkg/__init__.py", "ns/pkg/x.py"], "ns.pkg.x", "ns/pkg", "ns.pkg.x"),
        (["ns/pkg/__init__.py", "ns/pkg/x.py"], "pkg.x", "ns/pkg", "pkg.x"),
        (["ns/pkg/__init__.py"], "ns.pkg", "ns", "ns.pkg"),
        (["src/acme/x.py"], "acme.x", ".", "acme.x"),
        (["src/acme/x.py"], "acme.x", "src/acme", "acme.x"),
        (["src/acme/x.py"], "acme.x", "src", "acme.x"),
        (["one/x.py"], "x", "one", "x"),
        (["one/__init__.py", "one/x.py"], "x", "one", "x"),
    ],
)
def test_names(project: Project, files: list[str], pattern: str, given: str, name: str) -> None:
    for file in files:
        project.write(file)
    project.write("names.yml", f'modules: ["{pattern}"]\nfunctions: [register]\n')
    status, found = project.names(given, "--contract", "names.yml")
    assert (status, set(found.values())) == (0, {name})


def test_a_name_from_sys_path(project: Project, tmp_path: Path) -> None:
    project.write("lib/a/b/c/x.py")
    project.write("names.yml", "modules: [a.b.c.x]\nfunctions: [register]\n")
    (tmp_path / "elsewhere").mkdir()
    words = (str(project.folder / "lib/a/b/c"), "--contract", str(project.folder / "names.yml"))
    assert project.names(*words, at="../elsewhere")[0] == 2
    lib = str(project.folder / "lib")
    found = project.run("check", "--format", "json", *words, at="../elsewhere", PYTHONPATH=_path_with(lib))
    assert json.loads(found.stdout)["modules"][0]["module"] == "a.b.c.x"


def _path_with(folder: str) -> str:
    return os.pathsep.join([str(Path(importspy.__file__).resolve().parent.parent), folder])


@pytest.mark.parametrize(("folder", "status"), [("my-plugins", 0), ("1st", 0), ("a.b", 2)])
def test_a_folder_whose_name_is_no_identifier(project: Project, folder: str, status: int) -> None:
    """``import_module("my-plugins.x")`` works. A folder with a dot in its name has no name that could be imported."""
    project.write(f"{folder}/x.py")
    project.write("all.yml", f"modules: ['{folder}.x']\nfunctions: [register]\n")
    assert project.names(folder, "--contract", "all.yml")[0] == status
    project.write("own.yml", "modules: [x]\nfunctions: [register]\n")
    assert project.names(folder, "--contract", "own.yml") == (0, {"x.py": "x"})


def test_a_namespace_package_within_a_package(project: Project) -> None:
    project.write("acme/__init__.py")
    project.write("acme/plugins/x.py")
    project.write("names.yml", 'modules: ["acme.plugins.*"]\nfunctions: [register]\n')
    for given in ("acme/plugins", "acme"):
        assert project.names(given, "--contract", "names.yml") == (0, {"x.py": "acme.plugins.x"})
    assert project.names(".", "--contract", "../../names.yml", at="acme/plugins") == (0, {"x.py": "acme.plugins.x"})


def test_a_link_to_a_folder(project: Project, tmp_path: Path) -> None:
    """By the name that it is given by."""
    (tmp_path / "store").mkdir()
    (project.folder / "plugins").rename(tmp_path / "store" / "v7")
    (project.folder / "plugins").symlink_to(tmp_path / "store" / "v7")
    assert project.names("plugins", "--contract", "contract.yml") == (0, {"mail.py": "plugins.mail"})


def test_which_name_matched_is_said(project: Project) -> None:
    project.write("plugins/mail.py", "")
    done = project.run("check", "plugins", "--contract", "contract.yml")
    assert done.returncode == 1
    said = "plugins/mail.py is 'plugins.mail' where names count from '.'"
    assert done.stdout.splitlines()[-2] == said
    project.write("plugins/more.py")
    done = project.run("check", "plugins", "--contract", "contract.yml")
    assert done.stdout.splitlines()[-2] == f"{said}, and 1 more file"
    project.write("named.yml", "functions: [register]\n")
    done = project.run("check", "plugins", "--contract", "named.yml")
    assert "names count" not in done.stdout  # it selects nothing by name


def test_a_name_that_is_certain_is_not_said(project: Project) -> None:
    project.write("plugins/__init__.py", "")
    done = project.run("check", "plugins", "--contract", "contract.yml")
    assert done.returncode == 0
    assert "names count" not in done.stdout


def test_root_settles_it(project: Project) -> None:
    project.write("wide.yml", 'modules: ["mail"]\nfunctions: [register]\n')
    assert project.names("plugins", "--contract", "wide.yml") == (0, {"mail.py": "mail"})
    assert project.names("plugins", "--contract", "wide.yml", "--root", ".")[0] == 2
    assert project.names("plugins", "--contract", "wide.yml", "--root", "plugins") == (0, {"mail.py": "mail"})
    assert project.names("plugins", "--contract", "contract.yml", "--root", ".") == (0, {"mail.py": "plugins.mail"})
    for words in (["--root", "nowhere"], ["--root", "contract.yml"]):
        done = project.run("check", "plugins", "--contract", "contract.yml", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--root" in done.stderr
    project.write("other/x.py")
    done = project.run("check", "other", "--contract", "contract.yml", "--root", "plugins")
    assert (done.returncode, done.stdout) == (2, "")
    assert "other" in done.stderr


# --- nothing selected -------------------------------------------------------------------------------------------------


def test_one_of_several_that_selects_nothing(project: Project) -> None:
    project.write("other/x.py")
    done = project.run("check", "plugins", "other", "--contract", "contract.yml")
    assert done.returncode == 2
    assert "1 module checked: 1 conforms" in done.stdout
    assert "importspy: nothing was checked in 'other': " in done.stderr
    project.write("plugins/mail.py", "")
    assert project.run("check", "plugins", "other", "--contract", "contract.yml").returncode == 1
    done = project.run("check", "plugins", "other", "--contract", "contract.yml", "--format", "json")
    assert len(json.loads(done.stdout)["modules"]) == 1


def test_a_contract_that_selects_nothing_is_named(project: Project) -> None:
    project.write("second.yml", "modules: [nowhere]\nfunctions: [f]\n")
    done = project.run("check", "plugins", "--contract", "contract.yml", "--contract", "second.yml")
    assert done.returncode == 0
    assert done.stderr == "importspy: second.yml:1 selects nothing in what was given\n"


def test_a_name_that_would_be_selected_is_suggested(project: Project, tmp_path: Path) -> None:
    project.write("deep/acme/plugins/x.py")
    project.write("names.yml", 'modules: ["deep.acme.plugins.*"]\nfunctions: [register]\n')
    (tmp_path / "elsewhere").mkdir()
    folder = project.folder / "deep/acme/plugins"
    words = ("check", str(folder), "--contract", str(project.folder / "names.yml"))
    done = project.run(*words, at="../elsewhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'deep.acme.plugins.x'" in done.stderr
    assert f"--root {project.folder}" in done.stderr
    done = project.run(*words, "--root", str(project.folder), at="../elsewhere")
    assert done.returncode == 0


def test_an_empty_folder(project: Project) -> None:
    (project.folder / "empty").mkdir()
    done = project.run("check", "empty", "--contract", "contract.yml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no *.py file" in done.stderr


def test_what_was_tried_is_said(project: Project) -> None:
    project.write("other/x.py")
    done = project.run("check", "other", "--contract", "contract.yml")
    assert done.returncode == 2
    assert "'x'" in done.stderr
    assert "'other.x'" in done.stderr


# --- compat, doctor ---------------------------------------------------------------------------------------------------


def test_compat(project: Project) -> None:
    project.write("new.yml", 'modules: ["plugins.*"]\nfunctions: [register, stop]\n')
    done = project.run("compat", "contract.yml", "new.yml", "plugins")
    assert (done.returncode, done.stderr) == (1, "")
    assert "1 breaks the new contract" in done.stdout
    project.write("other/x.py")
    done = project.run("compat", "contract.yml", "new.yml", "plugins", "other")
    assert done.returncode == 1
    assert "'other'" in done.stderr
    done = project.run("compat", "contract.yml", "contract.yml", "plugins", "other")
    assert done.returncode == 2


def test_compat_with_other_names(project: Project) -> None:
    """One contract knows the file by one name, the other by another: it is one file all the same."""
    project.write("new.yml", "modules: [mail]\nfunctions: [register, stop]\n")
    done = project.run("compat", "contract.yml", "new.yml", "plugins", "--format", "json")
    (row,) = json.loads(done.stdout)["modules"]
    assert (row["change"], row["before"], row["after"]) == ("breaks", "pass", "fail")


def test_doctor(project: Project) -> None:
    project.write("plugins/bad.py", "")
    done = project.run("doctor", "--json", "--contract", "contract.yml")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    (one,) = found["contracts"]["list"]
    assert {module["module"]: module["ok"] for module in one["modules"]} == {
        "plugins.mail": True,
        "plugins.bad": False,
    }
    done = project.run("doctor", "--contract", "contract.yml")
    assert "the current folder was looked in as well" in done.stdout


def test_doctor_does_not_execute_what_lies_there(project: Project) -> None:
    project.write("json.py", "raise SystemExit('it has run')\n")
    project.write("plugins/bad.py", "raise SystemExit('it has run')\n")
    done = project.run("doctor", "--contract", "contract.yml")
    assert "it has run" not in done.stdout + done.stderr
    assert "plugins.bad" in done.stdout

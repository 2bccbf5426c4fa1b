"""docs/migration.md: its examples, before and after, come to the same."""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path

import pytest
from conftest import Workshop

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "migration.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"<!-- ([\w: ]+) -->\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
WRONG = {
    "ISPY503": ("= 2", "= 3"),
    "ISPY305": ("timeout: float = 3.0", "seconds: float = 3.0"),
    "ISPY407": ("def run", "def ran"),
    "ISPY404": ("Plugin(BasePlugin)", "Plugin"),
}


def contract(when: str) -> str:
    words = {
        "arch": platform.machine(),
        "os": platform.system().lower(),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    return re.sub(r"\{(arch|os|python)\}", lambda found: words[found.group(1)], BLOCKS[f"contract: {when}"])


@pytest.fixture
def project(workshop: Workshop) -> Workshop:
    (workshop.folder / "plugins").mkdir()
    (workshop.folder / "spymodel.yml").write_text(contract("before"))
    (workshop.folder / "contract.yml").write_text(contract("after"))
    (workshop.folder / "package.py").write_text(BLOCKS["host: before"])
    (workshop.folder / "host.py").write_text(BLOCKS["host: after"])
    return workshop


def put(project: Workshop, text: str) -> None:
    (project.folder / "plugins" / "mail.py").write_text(text)


def test_both_contracts_say_the_same(project: Workshop) -> None:
    old = ["-m", "importspy", "plugins/mail.py", "-s", "spymodel.yml"]
    new = ["-m", "importspy", *BLOCKS["pipeline: after"].split()[1:]]
    put(project, BLOCKS["plugin"])
    assert (project.run(*old).returncode, project.run(*new).returncode) == (0, 0)
    for code, (before, after) in WRONG.items():
        assert BLOCKS["plugin"].count(before) == 1
        put(project, BLOCKS["plugin"].replace(before, after))
        for command in (old, new):
            done = project.run(*command)
            assert done.returncode == 1
            assert re.findall(r"error\[(\w+)\]", done.stdout) == [code]


def test_both_hosts_let_in_the_same(project: Workshop) -> None:
    path = str(project.folder)
    begun = f"import sys; sys.path.insert(0, {path!r})\nimport package\n{BLOCKS['plugin']}"
    put(project, begun)
    done = project.run("plugins/mail.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "mail\n", "")
    put(project, BLOCKS["plugin"])
    done = project.run("host.py")
    assert (done.stdout, done.stderr) == ("mail\n", "")
    for code, (before, after) in WRONG.items():
        put(project, begun.replace(before, after))
        done = project.run("plugins/mail.py")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"error[{code}]" in done.stderr
        put(project, BLOCKS["plugin"].replace(before, after) + "print('it has run')\n")
        done = project.run("host.py")
        assert (done.stdout, done.stderr) == (f"denied ['{code}']\n", "")


def test_what_is_not_kept_is_not_there() -> None:
    for name in ("models", "validators", "violation_systems", "constants", "utilities"):
        assert f"`{name}`" in PAGE
        with pytest.raises(ModuleNotFoundError):
            __import__(f"importspy.{name}")

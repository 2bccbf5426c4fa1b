"""The README's examples, typed as they stand: what it shows is what comes out."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def blocks() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for language, text in BLOCK.findall(README.read_text(encoding="utf-8")):
        found.setdefault(language, []).append(text)
    return found


@pytest.fixture
def project(tmp_path: Path, blocks: dict[str, list[str]]) -> Path:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "mail.py").write_text(blocks["python"][0], encoding="utf-8")
    (tmp_path / "contract.yml").write_text(blocks["yaml"][0], encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_console_shows_what_the_command_prints(project: Path, blocks: dict[str, list[str]]) -> None:
    (console,) = blocks["console"]
    command, shown = console.split("\n", 1)
    assert command.startswith("$ importspy ")
    done = run(project, "-m", "importspy", *command.removeprefix("$ importspy ").split())
    assert done.stdout == shown
    assert done.returncode == 1


def test_host_is_guarded_by_one_line(project: Path, blocks: dict[str, list[str]]) -> None:
    done = run(project, "-c", blocks["python"][1])
    assert done.returncode == 1
    assert "importspy.ContractViolation: module 'plugins.mail' is denied\n" in done.stderr


def test_python_example_says_what_its_comments_say(project: Path, blocks: dict[str, list[str]]) -> None:
    (project / "contracts").mkdir()
    (project / "contracts" / "mail.yml").write_text((project / "contract.yml").read_text(encoding="utf-8"))
    example = blocks["python"][2].replace("guard.uninstall()", "assert guard.active")
    done = run(project, "-c", "import importspy\n" + example)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("fail False 4\n")
    codes = re.findall(r"^(ISPY\d+) ", done.stdout, re.MULTILINE)
    assert codes == re.findall(r"^error\[(ISPY\d+)\]", done.stdout, re.MULTILINE)
    assert len(codes) == 4


def test_commands_exist(project: Path, blocks: dict[str, list[str]]) -> None:
    (project / "src").symlink_to("plugins")
    text = (project / "contract.yml").read_text(encoding="utf-8")
    for name in ("plugin.yml", "old.yml", "new.yml"):
        (project / name).write_text(re.sub(r"(?m)^modules:.*\n", "", text), encoding="utf-8")
    commands = [line.split("#")[0].split() for line in blocks["sh"][1].splitlines()]
    statuses = {tuple(words[1:]): run(project, "-m", "importspy", *words[1:]).returncode for words in commands}
    assert set(statuses.values()) == {0, 1}
    assert statuses[("rules",)] == 0


GOOD = """\
API_VERSION: int = 2

def register(app, config): ...

class Plugin:
    def run(self, job, *, retries: int = 3): ...
    def stop(self): ...
"""


def test_loading_by_path(project: Path, blocks: dict[str, list[str]]) -> None:
    (project / "plugins" / "good.py").write_text(GOOD, encoding="utf-8")
    before = (
        "import importlib.util, importspy\nimportspy.install('contract.yml')\n"
        "spec = importlib.util.spec_from_file_location('mail', 'plugins/mail.py')\n"
    )
    after = (
        "print(module.API_VERSION)\n"
        "try: importlib.util.module_from_spec(spec)\nexcept importspy.ContractViolation as error: print(error.name)\n"
    )
    (example,) = [block for block in blocks["python"] if "load_file" in block]
    done = run(project, "-c", before + example + after)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2\nmail\n"


def test_a_program_is_guarded_without_a_line_of_code(project: Path, blocks: dict[str, list[str]]) -> None:
    (project / "app.py").write_text("import plugins.mail\n", encoding="utf-8")
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    lines = blocks["sh"][2].splitlines()
    assert len(lines) == 2
    for line in lines:
        done = subprocess.run(line, shell=True, cwd=project, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 1, line
        assert "importspy.ContractViolation: module 'plugins.mail' is denied\n" in done.stderr
    off = subprocess.run(f"IMPORTSPY_DISABLE=1 {lines[0]}", shell=True, cwd=project, env=env, check=False)
    assert off.returncode == 0

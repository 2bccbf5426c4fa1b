"""Virtual environments with the wheel that this checkout makes, installed by pip as users have it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]

Done = subprocess.CompletedProcess[str]


def clean_environment() -> dict[str, str]:
    """The caller's, without what changes how Python starts."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "IMPORTSPY", "ISPY"))}


def execute(*command: object, cwd: Path, env: Mapping[str, str] | None = None) -> Done:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**clean_environment(), **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def succeed(*command: object, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    done = execute(*command, cwd=cwd, env=env)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build_folder() -> dict[str, str]:
    """What was compiled for this run of the tests, so that nothing is compiled again."""
    driver = os.environ.get("ISPY_VERSION_DRIVER")
    return {} if driver is None else {"ISPY_BUILD_DIR": str(Path(driver).parent)}


def make_wheel(folder: Path) -> Path:
    succeed(
        *PIP,
        "wheel",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
        cwd=ROOT,
        env=build_folder(),
    )
    [wheel] = folder.glob("*.whl")
    return wheel


class Environment:
    """A virtual environment without pip: the one of the caller works on it from outside."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=True)
        self.folder = folder
        self.python = folder / "bin" / "python"
        [self.site] = folder.glob("lib/python*/site-packages")

    def pip(self, *arguments: object, env: Mapping[str, str] | None = None) -> str:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "--python", self.python]
        return succeed(*pip, *arguments, cwd=self.folder, env=env)

    def install(self, wheel: Path) -> None:
        self.pip("install", "--no-index", "--no-deps", wheel)

    def files(self) -> set[str]:
        """What stands in the environment, folders as well."""
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}

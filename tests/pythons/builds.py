"""Virtual environments for several Pythons, and the wheel that they share. Knows nothing of tests."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from interpreters import Interpreter

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "pythons"
EXTENSION = "importspy/_core."


def clean_environment() -> dict[str, str]:
    """Without what would lead one Python to another's modules."""
    dropped = ("PYTHON", "VIRTUAL_ENV", "ISPY_", "IMPORTSPY_", "COVERAGE")
    return {key: value for key, value in os.environ.items() if not key.startswith(dropped) or key == "PYTHONS"}


def run(*command: object, **environment: str) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=clean_environment() | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\n{' '.join(map(str, command))}: exit status {done.returncode}")


def say(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


class Environment:
    """The virtual environment of one interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.folder = WORK / interpreter.label
        self.python = self.folder / "bin" / "python"

    def prepare(self, *requirements: str) -> None:
        texts = b"".join((ROOT / "requirements" / name).read_bytes() for name in requirements)
        identity = f"{self.interpreter} {self.folder}".encode()
        fingerprint = hashlib.sha256(texts + identity).hexdigest()
        stamp = self.folder / ".stamp"
        if stamp.is_file() and stamp.read_text() == fingerprint:
            return
        say(f"{self.interpreter.label}: virtual environment, {', '.join(requirements)}")
        shutil.rmtree(self.folder, ignore_errors=True)
        run(self.interpreter.path, "-m", "venv", self.folder)
        for name in requirements:
            self.pip("install", "-q", "-r", ROOT / "requirements" / name)
        stamp.write_text(fingerprint)

    def pip(self, command: str, *arguments: object, **environment: str) -> None:
        run(self.python, "-m", "pip", command, "--disable-pip-version-check", *arguments, **environment)

    def build_wheel(self) -> Path:
        """A wheel made with this interpreter's headers; the objects are kept for the next time."""
        label = self.interpreter.label
        say(f"{label}: building a wheel with the headers of {self.interpreter.release}")
        objects, wheels = WORK / "cmake" / label, WORK / "wheels" / label
        shutil.rmtree(wheels, ignore_errors=True)
        stable = "OFF" if self.interpreter.free_threaded else "ON"
        options = [f"-DPython_EXECUTABLE={self.python}", f"-DISPY_STABLE_ABI={stable}", "-DISPY_WERROR=ON"]
        run("cmake", "-S", ROOT, "-B", objects, "-G", "Ninja", *options)
        offline = ("--no-index", "--no-build-isolation", "--no-deps", "-q")
        self.pip("wheel", *offline, "-w", wheels, ROOT, ISPY_BUILD_DIR=str(objects))
        [wheel] = wheels.glob("*.whl")
        return wheel

    def install(self, wheel: Path) -> None:
        """Installs it, and makes sure that what is there is what was in it."""
        self.pip("install", "-q", "--no-index", "--no-deps", "--force-reinstall", wheel)
        with zipfile.ZipFile(wheel) as archive:
            [name] = [one for one in archive.namelist() if one.startswith(EXTENSION) and one.endswith(".so")]
            packed = archive.read(name)
        found = [path.read_bytes() for path in self.folder.glob(f"lib/*/site-packages/{name}")]
        if found != [packed]:
            sys.exit(f"{self.interpreter.label}: what is installed is not the {name} of {wheel.name}")


def digest(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [one for one in archive.namelist() if one.startswith(EXTENSION) and one.endswith(".so")]
        return hashlib.sha256(archive.read(name)).hexdigest()[:16]

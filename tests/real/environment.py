"""Virtual environments with pinned plugins, and the ImportSpy under test inside them.

Knows nothing of contracts. An environment is made once, and again when its requirements or the interpreter change;
ImportSpy is copied into it at each run.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)  # the pinned releases ask for it


class Environment:
    """One virtual environment, by its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        windows = sys.platform == "win32"
        self.python = folder / ("Scripts/python.exe" if windows else "bin/python")

    def prepare(self, requirements: Path) -> None:
        fingerprint = hashlib.sha256(
            requirements.read_bytes() + sys.version.encode() + sys.base_prefix.encode() + str(self.folder).encode()
        ).hexdigest()
        stamp = self.folder / ".stamp"
        if stamp.is_file() and stamp.read_text() == fingerprint:
            return
        print(f"-- installing {requirements.name} into {self.folder}", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._run([sys.executable, "-m", "venv", str(self.folder)])
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # Wheels alone: no build script of a stranger runs here. --no-deps: the file names all, with versions.
        self._run([*pip, "--only-binary", ":all:", "--no-deps", "-r", str(requirements)])
        stamp.write_text(fingerprint)

    def put_importspy(self, package: Path) -> None:
        """Copies the package, so that nothing else of where it came from can be seen."""
        target = self.site_packages() / "importspy"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(package, target, ignore=shutil.ignore_patterns("__pycache__"))

    def site_packages(self) -> Path:
        found = subprocess.run(
            [str(self.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        )
        return Path(found.stdout.strip())

    @staticmethod
    def _run(command: list[str]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}\nfailed")


def find_importspy(given: str | None) -> Path:
    """The folder of the package: the one that was given, or what this interpreter would import."""
    if given is not None:
        folder = Path(given).resolve()
        folder = folder / "importspy" if (folder / "importspy").is_dir() else folder
        if not (folder / "__init__.py").is_file():
            raise SystemExit(f"--package: there is no package importspy in {given}")
        return folder
    spec = importlib.util.find_spec("importspy")
    if spec is None or spec.origin is None:
        raise SystemExit("importspy is not installed for this interpreter; use ./dev real, or --package FOLDER")
    return Path(spec.origin).parent

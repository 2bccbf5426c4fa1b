"""A folder of modules and contracts for each test; the import system is put back afterwards."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import importspy
import pytest


class Workshop:
    """Writes modules and contracts under one folder, which is on sys.path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = folder / "site"
        self.site.mkdir()

    def write(self, name: str, text: str | bytes = "") -> Path:
        """A file on sys.path; packages on the way get an empty __init__.py."""
        path = self.site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for parent in path.relative_to(self.site).parents:
            init = self.site / parent / "__init__.py"
            if parent != Path() and not init.exists():
                init.write_text("")
        if isinstance(text, str):
            text = textwrap.dedent(text).lstrip("\n").encode()
        path.write_bytes(text)
        importlib.invalidate_caches()
        return path

    def contract(self, text: str, name: str = "contract.yml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), "utf-8")
        return path

    def run(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """A fresh interpreter that finds the modules."""
        package = str(Path(importspy.__file__).resolve().parent.parent)
        path = os.pathsep.join([str(self.site), package])
        command = [sys.executable, "-B", *map(str, arguments)]
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COLUMNS"))}
        return subprocess.run(
            command,
            env={**env, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )


@pytest.fixture(autouse=True)
def code_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's own cache. The folder is there when something is written to it."""
    folder = tmp_path_factory.mktemp("code") / "cache"
    monkeypatch.setenv("IMPORTSPY_CACHE", str(folder))
    return folder


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    before = set(sys.modules)
    meta_path, finders = sys.meta_path, list(sys.meta_path)
    made = Workshop(tmp_path)
    monkeypatch.syspath_prepend(str(made.site))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    try:
        yield made
    finally:
        importspy.uninstall()
        sys.meta_path = meta_path
        sys.meta_path[:] = finders
        for name in set(sys.modules) - before:
            module = sys.modules[name]
            # past a lazy module's __getattribute__, which would load it now, and leave what it imports
            namespace = object.__getattribute__(module, "__dict__") if isinstance(module, ModuleType) else {}
            file = getattr(namespace.get("__spec__"), "origin", None)
            if not isinstance(file, str) or str(tmp_path) in file or not os.path.exists(file):
                sys.modules.pop(name, None)


@pytest.fixture
def plain(workshop: Workshop) -> Workshop:
    """The contract and the modules that most tests need: acme.* must have a function `register`."""
    workshop.contract('modules: ["acme.*"]\nfunctions: [register]\n')
    workshop.write("acme/good.py", "RAN = []\n\ndef register(app):\n    return app\n\nRAN.append(1)\n")
    workshop.write("acme/bad.py", "import ran_marker\n\ndef other(app):\n    return app\n")
    workshop.write("ran_marker.py", "")
    return workshop

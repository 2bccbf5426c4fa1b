"""The source of the standard library, as the extractor reads it, against the modules that it makes."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import importspy

SKIPPED = {
    "antigravity",  # opens a browser
    "crypt",  # calls into libcrypt, which does not get on with AddressSanitizer
    "this",
    "__hello__",
    "__phello__",
    "idlelib",
    "turtledemo",
    "turtle",
    "tkinter",
    "test",
    "lib2to3",
    "ensurepip",
    "site-packages",
}


def modules(folder: Path, prefix: str = "") -> list[str]:
    found = []
    for info in pkgutil.iter_modules([str(folder)]):
        if (
            info.name in SKIPPED
            or info.name.startswith("_sysconfigdata")
            or info.name == "__main__"
            or "test" in info.name
        ):
            continue
        found.append(prefix + info.name)
        if info.ispkg:
            found += modules(folder / info.name, f"{prefix}{info.name}.")
    return found


def test_source_and_module_agree() -> None:
    script = Path(__file__).with_name("stdlib_differential.py")
    package = str(Path(importspy.__file__).resolve().parent.parent)
    command = [sys.executable, "-B", str(script), *modules(Path(os.__file__).parent)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([package, *sys.path[1:]])}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    assert result["modules"] > 200
    assert result["names"] > 5000
    assert result["found"] == []

"""Which Pythons are on this machine, and what each can do. Knows nothing of ImportSpy."""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST = (3, 10)
NEWEST = 20  # python3.NEWEST is looked for, and everything from 3.10 on before it

PROBE = """
import importlib.util, json, os, sys, sysconfig
threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
print(json.dumps({
    "path": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "release": sys.version.split()[0],
    "label": "%d.%d%s" % (*sys.version_info[:2], "t" if threaded else ""),
    "numbers": list(sys.version_info[:2]),
    "implementation": sys.implementation.name,
    "headers": os.path.isfile(os.path.join(sysconfig.get_path("include"), "Python.h")),
    "venv": all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")),
}))
"""


@dataclass(frozen=True)
class Interpreter:
    path: str
    release: str  # 3.13.0
    label: str  # 3.13, or 3.13t for a free-threaded one
    numbers: tuple[int, int]
    implementation: str
    headers: bool
    venv: bool

    @property
    def free_threaded(self) -> bool:
        return self.label.endswith("t")

    def __str__(self) -> str:
        return f"{self.label} ({self.release}, {self.path})"


def probe(path: str) -> Interpreter | None:
    """What a program says of itself; None for what is no CPython that ImportSpy is for."""
    try:
        done = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, text=True, timeout=60, check=False)
        told = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None  # a pyenv shim for a version that is not chosen, a broken link, ...
    found = Interpreter(**{**told, "numbers": tuple(told["numbers"])})
    return found if found.implementation == "cpython" and found.numbers >= OLDEST else None


def candidates() -> list[str]:
    if named := os.environ.get("PYTHONS"):
        return named.split()
    root = os.environ.get("PYENV_ROOT") or str(Path.home() / ".pyenv")
    places = sorted(glob.glob(f"{glob.escape(root)}/versions/*/bin/python3"))
    for minor in range(OLDEST[1], NEWEST + 1):
        for suffix in ("", "t"):
            if found := shutil.which(f"python{OLDEST[0]}.{minor}{suffix}"):
                places.append(found)
    return places


def find_all() -> tuple[list[Interpreter], list[Interpreter]]:
    """One for each version, oldest first; and those that are of a version that another one stands for."""
    chosen: dict[str, Interpreter] = {}
    others: list[Interpreter] = []
    for path in candidates():
        found = probe(path)
        if found is None or found.path in {one.path for one in (*chosen.values(), *others)}:
            continue
        if not found.venv or found.label in chosen:
            others.append(found)
        else:
            chosen[found.label] = found
    return sorted(chosen.values(), key=lambda one: (one.numbers, one.label)), others

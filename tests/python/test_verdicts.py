"""Verdicts against the truth, over the modules in hostile_modules.txt and over random ones.

A false admission is the worst bug there is, a false denial the second worst. Neither may come, be it from the source or
from the live module that is asked about what the source leaves open.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import importspy
import pytest
import random_modules

HERE = Path(__file__).parent


def modules() -> dict[str, str]:
    """The modules of hostile_modules.txt that this Python can run: "3.12" is from then on, "-3.13" up to then."""
    found: dict[str, str] = {}
    for section in (HERE / "hostile_modules.txt").read_text("utf-8").split("\n=== ")[1:]:
        head, _, body = section.partition("\n")
        name, _, version = head.partition(" ")
        assert name not in found, name
        bound = tuple(int(part) for part in version.lstrip("-").split(".") if part)
        if version.startswith("-") and sys.version_info[:2] > bound:
            with pytest.raises(SyntaxError):  # it is no Python any more, or the bound is wrong
                compile(body, name, "exec")
        elif version.startswith("-") or sys.version_info >= bound:
            found[name] = body + "\n"
    return found


def judge(folder: Path) -> dict[str, Any]:
    package = str(Path(importspy.__file__).resolve().parent.parent)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([package, *sys.path[1:]])}
    done = subprocess.run(
        [sys.executable, "-B", str(HERE / "verdict_differential.py"), str(folder)],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_hostile_modules(tmp_path: Path) -> None:
    for name, source in modules().items():
        (tmp_path / f"m_{name}.py").write_text(source, "utf-8")
    result = judge(tmp_path)
    assert result["found"] == [], "\n".join(result["found"])
    assert result["modules"] > 150
    assert result["claims"] > 5000


def runs(source: str) -> bool:
    """Half of what is random raises somewhere, and is no module then."""
    try:
        code = compile(source, "random", "exec")
        exec(code, {"__name__": "random_module"})
    except Exception:
        return False
    return True


def test_random_modules(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # coroutines that nobody awaits
        for seed in range(5000, 5150):
            source = random_modules.module(seed)
            if runs(source):
                (tmp_path / f"m_{seed}.py").write_text(source, "utf-8")
    result = judge(tmp_path)
    assert result["found"] == [], "\n".join(result["found"])
    assert result["modules"] > 80
    assert result["proved"] > 10_000

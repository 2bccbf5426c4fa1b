"""The types that type checkers see are those of the real module."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import importspy
import pytest

pytestmark = pytest.mark.build

PACKAGE = Path(importspy.__file__).resolve().parent
ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, cwd: Path) -> str:
    env = dict(os.environ)
    if not PACKAGE.is_relative_to(sys.prefix):  # mypy finds by itself what is installed, and refuses to be told
        env.update(PYTHONPATH=str(PACKAGE.parent), MYPYPATH=str(PACKAGE.parent))
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_stub_is_that_of_the_module(tmp_path: Path) -> None:
    run("mypy.stubtest", "importspy._core", cwd=tmp_path)


def test_the_package_and_its_tests_are_strictly_typed(tmp_path: Path) -> None:
    files = sorted((ROOT / "python" / "importspy").glob("*.py*"))
    assert len(files) >= 7
    files.append(ROOT / "python" / "_importspy_activate.py")
    run("mypy", "--strict", "--cache-dir", str(tmp_path), *map(str, files), cwd=tmp_path)


def test_users_see_types(tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(
        """
import importspy

guard = importspy.install("contracts/", mode="warn", host={"acme": "1"})
with guard as same:
    reveal_type(same)
report = importspy.check("a.py", ["b.yml"])
reveal_type(report.verdict)
for finding in report.violations:
    reveal_type(finding.line)
for row in importspy.status().modules:
    reveal_type(row.way)
state: importspy.Status = importspy.status()
reveal_type(importspy.preflight("acme.*", contracts="b.yml"))
guard.reinstall()
try:
    import os
except importspy.ContractViolation as problem:
    reveal_type(problem.report)
"""
    )
    out = run("mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "user.py", cwd=tmp_path)
    assert "Literal['pass'" in out
    assert "Guard" in out
    assert "Literal['before activation']" in out or "'before activation'" in out
    assert "list[" in out

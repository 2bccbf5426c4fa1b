"""The plugin host in demo/ shows what it promises to show, and would show the opposite without the guard."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "demo", tmp_path / "demo"))


def run(demo: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(demo / "host.py"), *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_good_plugin_works_and_the_others_are_refused(demo: Path) -> None:
    output = run(demo)
    for name, what in {"polite": "loaded", "forgetful": "refused", "stubborn": "refused", "sneaky": "refused"}.items():
        assert f"{name}.py".ljust(14) + f" {what}" in output
    assert "Good morning, Ada!" in output
    assert "was not written" in output
    assert not (demo / "sneaky-was-here.txt").exists()


def test_the_diagnostics_point_into_plugin_and_contract(demo: Path) -> None:
    output = run(demo)
    for place in (
        "plugins/forgetful.py",
        "plugins/stubborn.py:6",
        "plugins/sneaky.py",
        "contract.yml:7",
        "contract.yml:9",
    ):
        assert place in output
    assert "'great'" in output  # the near name
    assert "'TITLE'" in output


def test_without_the_guard_the_file_is_written(demo: Path) -> None:
    output = run(demo, "--unguarded")
    assert "EXISTS" in output
    assert (demo / "sneaky-was-here.txt").exists()
    assert "refused" not in output

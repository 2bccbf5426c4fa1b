"""What an installed ImportSpy costs each start of Python in which no contract is named, in microseconds, as JSON.

    python benchmarks/startup.py FOLDER [PAIRS [FILES]]

FOLDER has importspy.pth, importspy.start and _importspy_activate.py. Virtual environments are made with and without
those files; processes of two of them take turns, and each says how much CPU time it spent in site.main(), which reads
startup files. Shown are medians of the differences within a pair: `added` by our files, `any` by a .pth with the one
line `import sys`, `noise` between two environments without; `base` is the whole without.
"""

from __future__ import annotations

import json
import os
import py_compile
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

FILES = ("importspy.pth", "importspy.start", "_importspy_activate.py")
MEASURE = """
import os, sys, time, site
start = time.process_time_ns()
site.main()
print(time.process_time_ns() - start)
assert not any(name.startswith("importspy") for name in sys.modules)
"""


def environment(folder: Path, name: str, files: list[Path]) -> Path:
    """A virtual environment, with startup files as pip leaves them: compiled."""
    venv.create(folder / name, symlinks=True)
    (site,) = (folder / name).glob("lib/python*/site-packages")
    for file in files:
        target = shutil.copy(file, site)
        if file.suffix == ".py":
            py_compile.compile(str(target))
    return folder / name / "bin" / "python"


def sample(python: Path, env: dict[str, str]) -> float:
    done = subprocess.run([python, "-S", "-E", "-c", MEASURE], env=env, capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return int(done.stdout) / 1000


def compare(first: Path, second: Path, pairs: int) -> tuple[float, float]:
    """The median of the differences, second less first, and that of the first."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "IMPORTSPY"))}
    differences, base = [], []
    for number in range(pairs):
        if number % 2 == 0:
            a = sample(first, env)
            b = sample(second, env)
        else:
            b = sample(second, env)
            a = sample(first, env)
        differences.append(b - a)
        base.append(a)
    return statistics.median(differences), statistics.median(base)


def measure(files: Path, pairs: int, names: tuple[str, ...] = FILES) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        other = folder / "other.pth"
        other.write_text("import sys\n")
        without, again = (environment(folder, each, []) for each in ("without", "again"))
        ours = environment(folder, "ours", [files / each for each in names])
        theirs = environment(folder, "theirs", [other])
        for python in (without, again, ours, theirs):
            compare(python, python, 1)
        noise, _ = compare(without, again, pairs)
        any_file, _ = compare(without, theirs, pairs)
        added, base = compare(without, ours, pairs)
    return {"added": added, "any": any_file, "noise": noise, "base": base}


if __name__ == "__main__":
    chosen = tuple(sys.argv[3].split(",")) if len(sys.argv) > 3 else FILES
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 101, chosen)))

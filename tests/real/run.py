"""Holds the contracts under contracts/ against real plugins from PyPI, and the verdicts against an oracle.

    python tests/real/run.py [HOST ...] [--update] [--package FOLDER]

For flake8 and Sphinx, for each plugin: `importspy check` (nothing is executed), then a guarded import in a process of
its own, then the same with a contract that it cannot meet. Then copies of each plugin that were broken in some way
(mutants.py), and every other module of those distributions: what is no plugin has to be denied as surely as a plugin
has to be admitted. What is true is said by `inspect` in a process without ImportSpy (inside/oracle.py) and by the
hosts themselves. Exit 1 when a verdict differs from expected.json or from the truth.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bulk import Bulk
from ecosystem import Ecosystem
from environment import OLDEST_PYTHON, Environment, find_importspy

HERE = Path(__file__).resolve().parent
EXPECTED = HERE / "expected.json"
HOSTS: dict[str, type[Ecosystem] | type[Bulk]] = {
    "flake8": Ecosystem,
    "sphinx": Ecosystem,
    "ansible": Bulk,
    "homeassistant": Bulk,
    "mkdocs": Bulk,
    "pytest": Bulk,
}


def changes(before: dict[str, Any], now: dict[str, Any], where: str = "") -> list[str]:
    """What differs between two trees of dictionaries."""
    lines = []
    for key in sorted({*before, *now}):
        old, new = before.get(key), now.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            lines += changes(old, new, f"{where}{key}: ")
        elif old != new:
            lines.append(f"{where}{key}: was {old}, is {new}")
    return lines


def compare_with_expected(ecosystems: list[Ecosystem | Bulk], update: bool) -> list[str]:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    expected = json.loads(EXPECTED.read_text()) if EXPECTED.is_file() else {}
    now = {ecosystem.name: ecosystem.verdicts() for ecosystem in ecosystems}
    if update:
        expected.update(now, python=python)
        EXPECTED.write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")
        return []
    if python != expected.get("python"):
        # Branches on sys.version_info make other classes; the plugins themselves are the same.
        print(f"note: sweeps are not compared, expected.json was written with Python {expected.get('python')}")
        for tree in (*now.values(), *(value for value in expected.values() if isinstance(value, dict))):
            tree.pop("sweep", None)
    return [line for name, tree in now.items() for line in changes(expected.get(name, {}), tree, f"{name}: ")]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hosts", nargs="*", metavar="HOST", help=f"of {', '.join(HOSTS)}; all of them when left out")
    parser.add_argument("--update", action="store_true", help="write expected.json instead of comparing with it")
    parser.add_argument("--package", help="the importspy to test, when it is not the installed one")
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build" / "real", help="where to work")
    options = parser.parse_args()
    if unknown := set(options.hosts) - set(HOSTS):
        parser.error(f"there is no host {', '.join(sorted(unknown))}")
    return options


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        print("the pinned plugins need Python 3.11 or later: PYTHON=python3.11 ./dev real", file=sys.stderr)
        return 3
    options = arguments()
    package = find_importspy(options.package)
    started = time.monotonic()
    ecosystems: list[Ecosystem | Bulk] = []
    for name in options.hosts or HOSTS:
        environment = Environment(options.build / name / "venv")
        environment.prepare(HERE / f"requirements-{name}.txt")
        environment.put_importspy(package)
        work = options.build / name / "contracts"
        work.mkdir(parents=True, exist_ok=True)
        for stale in work.glob("*.yml"):
            stale.unlink()
        ecosystem = HOSTS[name](name, environment, work)
        ecosystem.ask()
        ecosystem.hold_plugins()
        ecosystem.hold_mutants()
        ecosystem.hold_sweep()
        ecosystem.show()
        ecosystems.append(ecosystem)
    wrong = [f"{ecosystem.name}: {line}" for ecosystem in ecosystems for line in ecosystem.wrong]
    changed = compare_with_expected(ecosystems, options.update)
    for title, lines in (("disagrees with the truth", wrong), ("differs from expected.json", changed)):
        for line in lines:
            print(f"{title}: {line}")
    print(f"\n{len(wrong)} disagreements, {len(changed)} changed verdicts, {time.monotonic() - started:.0f} s")
    return 1 if wrong or changed else 0


if __name__ == "__main__":
    sys.exit(main())

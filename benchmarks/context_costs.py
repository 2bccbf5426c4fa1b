"""What it costs to know where a module runs, part by part: python benchmarks/context_costs.py [--json]

Three tables: what is looked at once in a process, and only where a contract asks for it; what each key of `requires:`
adds to every check of a module; and what it takes to install a hundred contracts. In C, by the clock on the wall, the
least of several takes: other work on the machine only adds. Run it from a folder that nobody writes to: the current
folder is on sys.path, and a folder that has just changed is listed again.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import importspy
from importspy import _core

PARTS = ("libc", "memory", "cpus", "container", "release")
KEYS = {
    "python": 'python: ">=3.10,<4"',
    "python, all of it": 'python: {version: ">=3.10", implementation: CPython, gil: on, optimize: [0, 1, 2]}',
    "os": "os: [linux, darwin, windows]",
    "arch": "arch: [x86_64, aarch64, i386]",
    "libc": 'libc: {glibc: ">=2.5", musl: "*"}',
    "memory": "memory: 1 MiB",
    "cpus": "cpus: 0.5",
    "host": 'host: {acme: ">=2,<3"}',
    "environment, one variable": "environment: {PATH: present}",
    "environment, five variables": "environment: {PATH: secret, A: absent, B: absent, C: absent, D: absent}",
    "environment, a pattern": 'environment: {PATH: {matches: ".+"}}',
    "distributions, one": 'distributions: {importspy: "*"}',
    "distributions, five": 'distributions: {importspy: "*", pip: "*", A: "*", B: "*", C: "*"}',
    "commands, one": "commands: [sh]",
}
DESIGN = """
  python: ">=3.10,<4"
  os: [linux, darwin, windows]
  arch: [x86_64, aarch64]
  host: {acme: ">=2,<3"}
  distributions: {importspy: "*", "pip": "*"}
  environment: {APP_MODE: {equal: prod, presence: optional}, REGION: {one_of: [eu, us], presence: optional},
                LEVEL: {matches: "INFO|DEBUG", presence: optional}, PATH: secret}
"""
CONTRACT = """
modules: acme.part{number}.*
requires:
  python: ">=3.10,<4"
  os: [linux, darwin]
  host: {{acme: ">=2,<3"}}
  distributions: {{requests: ">=2.31", "acme-sdk[mail]": "*"}}
  environment: {{APP_MODE: prod, REGION: {{one_of: [eu, us]}}, LEVEL: {{matches: "INFO|DEBUG"}}, API_TOKEN: secret}}
functions: [register]
"""


def least(take: Callable[[], float], times: int = 7) -> float:
    return min(take() for _ in range(times))


def once(part: str) -> float:
    """Nanoseconds for one look."""
    return least(lambda: _core._machine_cost(part, 50)[0])


def per_check(folder: Path, text: str, rounds: int = 2000) -> float:
    """Nanoseconds for one look at the place and one verdict on an empty module."""
    path = folder / "contract.yml"
    path.write_text(text, "utf-8")
    contracts = _core._load(str(path))
    _core._context_cost(contracts, 20)
    return least(lambda: _core._context_cost(contracts, rounds))


def installing(folder: Path, count: int = 100) -> float:
    """Milliseconds."""
    home = folder / "contracts"
    home.mkdir(exist_ok=True)
    for number in range(count):
        (home / f"c{number:03}.yml").write_text(CONTRACT.format(number=number), "utf-8")
    taken = []
    for _ in range(9):
        start = time.perf_counter_ns()
        guard = importspy.install(home)
        taken.append(time.perf_counter_ns() - start)
        guard.uninstall()
    return statistics.median(taken) / 1e6


def measure() -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory(prefix="importspy-bench-") as name:
        folder = Path(name)
        base = per_check(folder, "modules: acme.*\n")
        keys = {key: per_check(folder, f"modules: acme.*\nrequires:\n  {text}\n") - base for key, text in KEYS.items()}
        keys["the example of the design"] = per_check(folder, f"modules: acme.*\nrequires:{DESIGN}") - base
        return {
            "once": {part: once(part) for part in PARTS},
            "each check": keys,
            "install": {"100 contracts": installing(folder)},
        }


def main() -> None:
    found = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(found))
        return
    width = max(len(what) for rows in found.values() for what in rows)
    for head, rows in found.items():
        unit, scale = ("ms", 1.0) if head == "install" else ("us", 1000.0)
        print(f"\n{head}")
        for what, value in rows.items():
            print(f"  {what:<{width}}  {value / scale:10.2f} {unit}")


if __name__ == "__main__":
    main()

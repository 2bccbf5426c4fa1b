"""The table of scenarios by interpreter, read from what pytest wrote. A test belongs to the scenarios that its name
lists: test_scenario_03_and_04_a_violation_leaves_nothing. Knows nothing of how the tests were run.

    python tests/pythons/table.py 3.10.xml 3.15.xml ...      one table of several runs; a column is named as its file
"""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SCENARIOS = 64
NUMBERS = re.compile(r"^test_scenario_((?:\d\d_(?:and_)?)+)(\w*)")
ORDER = ("FAIL", "skip", "ok")  # what a scenario with several tests comes to: the first of these that occurs


@dataclass
class Case:
    name: str
    outcome: str  # ok | skip | FAIL
    reason: str

    @property
    def scenarios(self) -> list[int]:
        found = NUMBERS.match(self.name)
        return [int(number) for number in re.findall(r"\d\d", found[1])] if found else []

    @property
    def title(self) -> str:
        found = NUMBERS.match(self.name)
        return found[2].replace("_", " ") if found else ""


@dataclass
class Run:
    """What one interpreter gave."""

    cases: list[Case] = field(default_factory=list)
    seconds: float = 0

    def count(self, outcome: str) -> int:
        return sum(case.outcome == outcome for case in self.cases)

    def of_scenario(self, number: int) -> list[Case]:
        return [case for case in self.cases if number in case.scenarios]


def read(report: Path) -> Run:
    run = Run()
    root = ET.parse(report).getroot()
    for suite in root.iter("testsuite"):
        run.seconds += float(suite.get("time", 0))
    for element in root.iter("testcase"):
        outcome, reason = "ok", ""
        for child in element:
            if child.tag in {"failure", "error"}:
                outcome, reason = "FAIL", child.get("message", "").split("\n")[0]
            elif child.tag == "skipped" and outcome == "ok":
                outcome, reason = "skip", child.get("message", "")
        run.cases.append(Case(f"{element.get('name')}", outcome, reason))
    return run


def cell(run: Run, number: int) -> str:
    outcomes = {case.outcome for case in run.of_scenario(number)}
    return next((outcome for outcome in ORDER if outcome in outcomes), "-")


def rows(runs: Mapping[str, Run]) -> Iterator[list[str]]:
    yield ["scenario", *runs]
    for number in range(1, SCENARIOS + 1):
        titles = [case.title for run in runs.values() for case in run.of_scenario(number)]
        title = titles[0] if titles else "(no test has this number)"
        yield [f"{number:02} {title[:52]}", *(cell(run, number) for run in runs.values())]
    yield ["all tests", *(f"{len(run.cases)}" for run in runs.values())]
    yield ["  failed", *(f"{run.count('FAIL')}" for run in runs.values())]
    yield ["  skipped", *(f"{run.count('skip')}" for run in runs.values())]
    yield ["  seconds", *(f"{run.seconds:.0f}" for run in runs.values())]


def render(runs: Mapping[str, Run]) -> str:
    table = list(rows(runs))
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in table
    ]
    lines.append("(-: no test of that number ran there)")
    for label, run in runs.items():
        for case in run.cases:
            if case.outcome != "ok":
                lines.append(f"{case.outcome} {label} {case.name}: {case.reason[:200]}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(render({Path(name).stem: read(Path(name)) for name in sys.argv[1:]}))

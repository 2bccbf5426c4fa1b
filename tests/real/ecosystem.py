"""One host, its plugins, and what came of holding them to their contract.

Knows nothing of expected.json. All that touches a plugin runs in a process of its own, inside the environment.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import mutants
import plugin_contracts as contracts
from environment import Environment

HERE = Path(__file__).resolve().parent
INSIDE = HERE / "inside"
HOSTS = {"flake8": "flake8.main.application", "sphinx": "sphinx.application"}
PATIENCE = 300  # seconds for one process

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return list(pool.map(function, items))


def verdict_in(output: str) -> str:
    """The verdict on the one file that was checked."""
    try:
        answer = json.loads(output)
    except ValueError:
        return "no JSON"
    while isinstance(answer, (dict, list)) and "verdict" not in answer:
        inner = answer if isinstance(answer, list) else [value for value in answer.values() if isinstance(value, list)]
        answer = inner[0] if inner else None
    return str(answer["verdict"]) if isinstance(answer, dict) else "no verdict"


# A copy that is as good as the plugin: its base class, flake8_helper.Plugin, has a `run` as well.
STILL_THERE = {("flake8-encodings:ENC0", "run missing")}


@dataclass
class Ecosystem:
    """One host, its environment, and what was found out so far."""

    name: str
    environment: Environment
    work: Path
    survey: dict[str, Any] = field(default_factory=dict)
    truth: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    sweep: dict[str, int] = field(default_factory=dict)
    mutants: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    # ------------------------------------------------------------ processes

    def process(self, arguments: list[str], request: object = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "MPLBACKEND": "agg"}
        environment.pop("PYTHONPATH", None)
        return subprocess.run(
            [str(self.environment.python), *arguments],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=environment,
        )

    def answer(self, script: str, *arguments: str, request: object = None) -> Any:
        done = self.process([str(INSIDE / script), *arguments], request)
        if done.returncode != 0:
            raise SystemExit(f"{script} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return json.loads(done.stdout)

    def write(self, name: str, text: str) -> str:
        path = self.work / f"{name}.yml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    # ------------------------------------------------------------ plugins

    def ask(self) -> None:
        listed = [line for line in (HERE / "extensions.txt").read_text().splitlines() if line and line[0] != "#"]
        self.survey = self.answer("survey.py", self.name, *(listed if self.name == "sphinx" else []))
        self.truth = self.answer("oracle.py", self.name, request=self.survey)

    def check(self, subject: dict[str, Any], contract: str) -> str:
        """By the command line, as an author would."""
        path = subject["path"]
        done = self.process(
            [
                "-m",
                "importspy",
                "check",
                "--format=json",
                f"--module={subject['module']}",
                f"--contract={contract}",
                path,
            ]
        )
        verdict = verdict_in(done.stdout)
        if done.returncode != (1 if verdict == "fail" else 0):
            return f"exit {done.returncode}, {verdict}: {done.stderr.strip()}"
        return verdict

    def admit(self, module: str, paths: list[str]) -> dict[str, Any]:
        done = self.process(
            [str(INSIDE / "admit.py")], {"host": HOSTS[self.name], "module": module, "contracts": paths}
        )
        if done.returncode != 0:
            return {"outcome": f"crashed ({done.returncode})", "text": done.stderr}
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def judge(self, subject: dict[str, Any]) -> dict[str, Any]:
        name = subject["id"].replace(":", "-")
        contract = self.write(name, contracts.for_subject(subject))
        control = self.write(f"{name}-control", contracts.control_for(subject))
        return {
            "distribution": f"{subject['distribution']} {subject['version']}",
            "kind": subject["kind"],
            "static": self.check(subject, contract),
            "import": self.admit(subject["module"], [contract]),
            "control": self.admit(subject["module"], [control]),
        }

    def hold_plugins(self) -> None:
        subjects = self.survey["subjects"]
        for subject, row in zip(subjects, in_parallel(self.judge, subjects), strict=True):
            self.rows[subject["id"]] = row
            row["truth"] = self.truth["subjects"][subject["id"]]
            row["host"] = self.truth["host"][subject["id"]]
            self.compare_plugin(subject["id"], row)

    def compare_plugin(self, name: str, row: dict[str, Any]) -> None:
        outcome, truth = row["import"]["outcome"], row["truth"]
        known = {True: "admitted", False: "denied"}.get(truth)
        if outcome != known:
            self.wrong.append(
                f"{name}: the guarded import is {outcome}, inspect says {truth}\n{row['import'].get('text', '')}"
            )
        if (row["static"], outcome) in {("pass", "denied"), ("fail", "admitted")}:
            self.wrong.append(f"{name}: check says {row['static']}, the import is {outcome}")
        if row["import"].get("left behind"):
            self.wrong.append(f"{name}: denied, but in sys.modules")
        if row["import"].get("loader", "").startswith("importspy"):
            self.wrong.append(f"{name}: the original loader was not put back")
        if row["control"]["outcome"] != "denied":
            self.wrong.append(f"{name}: the negative control was not denied: {row['control']}")
        if row["host"] is not True:
            self.notes.append(f"{name}: inspect says {truth}, the host says {row['host']}")

    # ------------------------------------------------------------ plugins that somebody broke

    def hold_mutants(self) -> None:
        folder = self.work / "mutants"
        folder.mkdir(exist_ok=True)
        names, request = [], []
        for number, subject in enumerate(self.survey["subjects"]):
            contract = str(self.work / f"{subject['id'].replace(':', '-')}.yml")
            for what, source in mutants.mutants(subject, Path(subject["path"]).read_bytes()):
                path = folder / f"m{number}_{what.replace(' ', '_')}.py"
                path.write_text(source, encoding="utf-8")
                names.append((subject["id"], what))
                request.append([str(path), contract, subject["module"]])
        for (name, what), (verdict, _) in zip(names, self.answer("static.py", request=request), strict=True):
            self.mutants[verdict] += 1
            proved = self.rows[name]["static"] == "pass" and "missing" not in what
            if (name, what) in STILL_THERE and verdict == "pass":
                continue
            if verdict == "pass" or (verdict == "unprovable" and proved):
                self.wrong.append(f"{name}, broken ({what}): check says {verdict}")

    # ------------------------------------------------------------ everything else

    def sweep_items(self) -> list[tuple[str, str, str, str, Any]]:
        """Module, path, question, contract, truth: for each pair of a module and what it is held to."""
        items = []
        for entry in self.survey["sweep"]:
            for question, answer in self.truth["sweep"][entry["module"]].items():
                contract = self.write(question.replace(":", "-"), contracts.for_sweep(question))
                items.append((entry["module"], entry["path"], question, contract, answer))
        return items

    def hold_sweep(self) -> None:
        items = self.sweep_items()
        answers = self.answer("static.py", request=[[path, contract, module] for module, path, _, contract, _ in items])
        open_items: dict[str, list[tuple[str, Any]]] = {}
        counts: Counter[str] = Counter(clauses=len(items))
        for (module, _, question, _, truth), (verdict, reasons) in zip(items, answers, strict=True):
            counts[verdict] += 1
            self.reasons.update(reasons)
            if verdict == "unprovable":
                open_items.setdefault(module, []).append((question, truth))
            else:
                self.compare_item(counts, f"{module}: {question}", "admitted" if verdict == "pass" else "denied", truth)
        for found in in_parallel(lambda entry: self.confirm(*entry), open_items.items()):
            for where, outcome, truth in found:
                counts[f"confirmed {outcome}"] += 1
                self.compare_item(counts, f"{where} (after confirmation)", outcome, truth)
        self.sweep = dict(sorted(counts.items()))

    def compare_item(self, counts: Counter[str], where: str, outcome: str, truth: Any) -> None:
        if not isinstance(truth, bool):
            counts["oracle silent"] += 1
        elif (outcome == "admitted") is not truth:
            counts["false admissions" if outcome == "admitted" else "false denials"] += 1
            self.wrong.append(f"{where}: {outcome}, inspect says {truth}")

    def confirm(self, module: str, found: list[tuple[str, Any]]) -> list[tuple[str, str, Any]]:
        """One guarded import for all that the source of a module left open."""
        paths = {}
        for question, _ in found:
            name = f"open-{module}-{question.replace(':', '-')}"
            paths[question] = self.write(name, contracts.for_sweep(question, module))
        result = self.admit(module, list(paths.values()))
        denied = set(result.get("contracts", ()))
        rows = []
        for question, truth in found:
            outcome = result["outcome"]
            if outcome == "denied" and Path(paths[question]).name not in denied:
                outcome = "admitted"
            rows.append((f"{module}: {question}", outcome, truth))
        return rows

    # ------------------------------------------------------------ what came of it

    def verdicts(self) -> dict[str, Any]:
        plugins = {name: f"{row['static']}, {row['import']['outcome']}" for name, row in self.rows.items()}
        return {"plugins": plugins, "sweep": self.sweep, "broken plugins": dict(self.mutants)}

    def show(self) -> None:
        width = max(len(name) for name in self.rows)
        distributions = {row["distribution"] for row in self.rows.values()}
        print(f"\n{self.name}: {len(self.rows)} plugins of {len(distributions)} distributions")
        print(
            f"{'plugin':{width}}  {'distribution':36}  {'kind':22}  {'check':10}  {'import':8}  {'inspect':7}  control"
        )
        for name, row in self.rows.items():
            said = {True: "fits", False: "unfit"}.get(row["truth"], "?")
            control = row["control"]["outcome"]
            print(
                f"{name:{width}}  {row['distribution']:36}  {row['kind']:22}  {row['static']:10}  "
                f"{row['import']['outcome']:8}  {said:7}  {control}"
            )
        tally = Counter(row["static"] for row in self.rows.values())
        outcomes = Counter(row["import"]["outcome"] for row in self.rows.values())
        print(
            f"plugins: {dict(tally)}; imports: {dict(outcomes)}; controls denied: "
            f"{sum(row['control']['outcome'] == 'denied' for row in self.rows.values())}"
        )
        print(f"broken plugins, by check: {dict(self.mutants)}")
        print(f"sweep: {self.sweep}\nleft open because: {dict(self.reasons.most_common())}")
        for note in self.notes:
            print(f"note: {note}")

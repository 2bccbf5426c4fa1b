"""One host with modules by the thousand, and what came of holding each to the host's contract.

Here the unit is the clause: what a contract says of one name in one module. inside/truth_<host>.py says, without
ImportSpy, which clauses hold; inside/bulk_check.py asks ImportSpy. Nothing of a module runs on ImportSpy's side. What
the source leaves open counts as left open, and may be at most 3 % of the clauses.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecosystem import in_parallel
from environment import Environment
from plugin_contracts import IMPOSSIBLE, selecting

HERE = Path(__file__).resolve().parent
INSIDE = HERE / "inside"
CONTRACTS = HERE.parents[1] / "contracts"
OPEN_AT_MOST = 0.03  # of all clauses
# MkDocs takes the events away again from its own BasePlugin, in a loop when mkdocs.plugins has been read: what a plugin
# does not define is open.
OPEN_HERE = {"mkdocs": 0.36}
PATIENCE = 3600  # seconds for one process


ENDS_HERE = {"ISPY401", "ISPY403"}  # no class, or something else: nothing further is said of it


def covers(found: dict[str, Any], clause: str) -> bool:
    """Whether the finding answers for that clause. The engine does not go on below what is missing."""
    subject = found["subject"]
    return clause == subject or (found["code"] in ENDS_HERE and clause.startswith(subject + "."))


def said(findings: list[dict[str, Any]], clause: str) -> str:
    """ImportSpy's word on one clause."""
    verdicts = {found["verdict"] for found in findings if covers(found, clause)}
    return "fail" if "fail" in verdicts else "unprovable" if verdicts else "pass"


@dataclass
class Bulk:
    """One host, its environment, and what was found out so far."""

    name: str
    environment: Environment
    work: Path
    modules: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    failing: dict[str, list[str]] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)
    imports: Counter[str] = field(default_factory=Counter)
    times: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def answer(self, script: str, request: object = None) -> Any:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
        environment.pop("PYTHONPATH", None)
        done = subprocess.run(
            [str(self.environment.python), "-X", "utf8", str(INSIDE / script)],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            cwd=self.work,  # some modules begin a log where they are
            env=environment,
        )
        if done.returncode != 0:
            raise SystemExit(f"{script} ended with {done.returncode}:\n{done.stderr}")
        return json.loads(done.stdout)

    def contract(self, entry: dict[str, Any]) -> str:
        """The contract of the host, with the names of this plugin in it where the host takes them from elsewhere."""
        names, title = entry.get("names", {}), entry.get("title")
        if not names and title is None:
            return str(CONTRACTS / f"{self.name}.yml")
        text = (CONTRACTS / f"{self.name}.yml").read_text(encoding="utf-8")
        if title is not None:
            [text] = [document for document in text.split("---\n") if f"\ntitle: {title}\n" in document]
            path = self.work / f"{title}.yml"
            path.write_text(text, encoding="utf-8")
            return str(path)
        for old, new in names.items():
            if text.count(old) != 1:
                raise SystemExit(f"contracts/{self.name}.yml has no longer exactly one {old!r}")
            text = text.replace(old, new)
        path = self.work / f"{entry['number']}.yml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    # ------------------------------------------------------------ what the run does, in this order

    def ask(self) -> None:
        answer = self.answer(f"truth_{self.name}.py")
        self.modules, self.notes = answer["modules"], answer.get("notes", [])
        for number, entry in enumerate(self.modules):
            entry["number"] = number

    def hold_plugins(self) -> None:
        request = [[entry["path"], self.contract(entry), entry["module"]] for entry in self.modules]
        answer = self.answer("bulk_check.py", {"items": request})
        self.times = answer["times"]
        for entry, result in zip(self.modules, answer["results"], strict=True):
            self.counts["modules"] += 1
            self.counts[f"modules {result['verdict']}"] += 1
            self.judge(entry, result)
        if self.counts["unprovable"] > OPEN_HERE.get(self.name, OPEN_AT_MOST) * self.counts["clauses"]:
            self.wrong.append(f"{self.counts['unprovable']} of {self.counts['clauses']} clauses were left open")

    def judge(self, entry: dict[str, Any], result: dict[str, Any]) -> None:
        where, findings = entry["module"], result["findings"]
        asked = entry["truth"]
        for found in findings:
            if not any(covers(found, clause) for clause in asked):
                self.wrong.append(f"{where}: a finding that answers no question: {found}")
        for clause, truth in asked.items():
            verdict = said(findings, clause)
            self.counts["clauses"] += 1
            self.counts[verdict] += 1
            if not isinstance(truth, bool):
                self.counts["oracle silent"] += 1
            elif verdict != "unprovable" and (verdict == "pass") is not truth:
                self.counts["false admissions" if verdict == "pass" else "false denials"] += 1
                self.wrong.append(f"{where}: {clause}: {verdict}, the oracle says {truth}: {findings}")
        for found in findings:
            if found["verdict"] == "unprovable":
                self.reasons[found["reason"]] += 1
            else:
                self.failing.setdefault(found["code"], []).append(f"{where}: {found['subject']}")

    def hold_sweep(self) -> None:
        """A guarded import of each plugin, and the negative control, where the module can be imported."""
        entries = [entry for entry in self.modules if entry.get("host")]
        for entry, outcomes in zip(entries, in_parallel(self.admit, entries), strict=True):
            truths = list(entry["truth"].values())
            known = {"denied"} if False in truths else {"admitted"} if all(truth is True for truth in truths) else None
            for outcome in outcomes:
                self.imports[outcome["outcome"]] += 1
            if known is None:
                self.notes.append(f"{entry['module']}: {outcomes[0]['outcome']}; the oracle cannot say")
            elif outcomes[0]["outcome"] not in known:
                self.wrong.append(f"{entry['module']}: {outcomes[0]}, the oracle says {entry['truth']}")
            if outcomes[1]["outcome"] != "denied":
                self.wrong.append(f"{entry['module']}: the negative control was not denied: {outcomes[1]}")

    def admit(self, entry: dict[str, Any]) -> list[dict[str, Any]]:
        text = Path(self.contract(entry)).read_text(encoding="utf-8")
        guarded = selecting(text, entry["module"])
        control = selecting(f"contract: 1\ntitle: negative control\n{IMPOSSIBLE}", entry["module"])
        outcomes = []
        for kind, content in (("guarded", guarded), ("control", control)):
            path = self.work / f"{kind}-{entry['number']}.yml"
            path.write_text(content, encoding="utf-8")
            request = {"host": entry["host"], "module": entry["module"], "contracts": [str(path)]}
            outcomes.append(self.answer("admit.py", request))
        return outcomes

    def hold_mutants(self) -> None:
        """The negative control: copies from which one thing was taken away that the contract asks for."""
        folder = self.work / "mutants"
        folder.mkdir(exist_ok=True)
        items = [[entry["path"], self.contract(entry), entry["module"], entry["breaks"]] for entry in self.modules]
        answer = self.answer("bulk_check.py", {"items": items, "break": str(folder)})
        for row in answer["results"]:
            self.broken[row["verdict"]] += 1
            if row["verdict"] == "pass":
                self.wrong.append(f"{row['module']}, broken ({row['what']}): passes")

    # ------------------------------------------------------------ what came of it

    def verdicts(self) -> dict[str, Any]:
        failing = {what: len(where) for what, where in sorted(self.failing.items())}
        return {
            "counts": dict(sorted(self.counts.items())),
            "broken copies": dict(self.broken),
            "imports": dict(self.imports),
            "failing": failing,
        }

    def show(self) -> None:
        print(f"\n{self.name}: {self.counts['modules']} modules, {self.counts['clauses']} clauses")
        print(f"{dict(sorted(self.counts.items()))}\nleft open because: {dict(self.reasons.most_common())}")
        print(f"broken copies: {dict(self.broken)}; guarded imports, with controls: {dict(self.imports)}")
        for what, where in sorted(self.failing.items()):
            print(f"  {what}: {len(where)} ({', '.join(where[:3])}{', ...' if len(where) > 3 else ''})")
        ratio = self.times["check"] / self.times["parse"]
        print(f"check {self.times['check']:.2f} s, ast.parse {self.times['parse']:.2f} s, ratio {ratio:.2f}")
        for note in self.notes:
            print(f"note: {note}")

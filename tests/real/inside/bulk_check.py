"""Runs inside an environment: ImportSpy's word on many files, none of which is executed, and what it costs.

Reads {"items": [[path, contract, module], ...]}. With "break", the items have a fourth part, [[kind, name], ...], and
what is judged is a copy from which that definition was taken away.
"""

from __future__ import annotations

import ast
import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

import importspy

EVERY = 7  # of how many modules one is broken


def findings(report: importspy.Report) -> list[dict[str, Any]]:
    """What was found. Where an any_of is refuted, its nearest alternative is shown too: no answer to a question."""
    names = ("code", "verdict", "reason", "subject", "message", "contract_line")
    found = [{name: getattr(finding, name) for name in names} for finding in report.findings]
    group = min((entry["contract_line"] for entry in found if entry["code"] == "ISPY204"), default=None)
    return [entry for entry in found if group is None or entry["code"] == "ISPY204" or entry["contract_line"] < group]


def parse_all(paths: list[str]) -> float:
    started = time.perf_counter()
    for path in paths:
        ast.parse(Path(path).read_bytes(), path)
    return time.perf_counter() - started


def judge_all(items: list[list[str]]) -> dict[str, Any]:
    loaded = {contract: importspy._core._load(contract) for _, contract, _ in items}
    paths = [path for path, _, _ in items]
    parse_all(paths[:50])
    gc.collect()
    parse = parse_all(paths)
    started = time.perf_counter()
    reports = [loaded[contract].check(path, module) for path, contract, module in items]
    check = time.perf_counter() - started
    results = [{"verdict": report.verdict, "findings": findings(report)} for report in reports]
    return {"results": results, "times": {"check": check, "parse": parse}}


class Removal(ast.NodeTransformer):
    """Takes away whatever binds the name at this level."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.done = False

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        return node

    def rename(self, node: Any) -> Any:
        if node.name == self.name:
            node.name += "_under_another_name"
            self.done = True
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self.rename(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.rename(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self.rename(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == self.name and isinstance(node.ctx, ast.Store):
            node.id += "_under_another_name"
            self.done = True
        return node


def demand_more(body: list[ast.stmt], name: str) -> bool:
    """One more parameter without a default, which nobody passes."""
    head, _, rest = name.partition(".")
    done = False
    for node in body:
        if getattr(node, "name", None) != head:
            continue
        if rest and isinstance(node, ast.ClassDef):
            done = demand_more(node.body, rest) or done
        elif not rest and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.args.kwonlyargs.append(ast.arg("importspy_unheard_of"))
            node.args.kw_defaults.append(None)
            done = True
    return done


def broken(source: bytes, kind: str, name: str) -> str | None:
    tree = ast.parse(source)
    if kind == "demand":
        return ast.unparse(ast.fix_missing_locations(tree)) if demand_more(tree.body, name) else None
    removal = Removal(name)
    tree = removal.visit(tree)
    return ast.unparse(tree) if removal.done else None


def judge_broken(items: list[list[Any]], folder: Path) -> dict[str, Any]:
    results = []
    for path, contract, module, changes in items[::EVERY]:
        for kind, name in changes:
            text = broken(Path(path).read_bytes(), kind, name)
            if text is None:
                continue
            target = folder / Path(path).name
            target.write_text(text, encoding="utf-8")
            report = importspy.check(str(target), contract, module=module)
            results.append({"module": module, "what": f"{kind} {name}", "verdict": report.verdict})
    return {"results": results}


if __name__ == "__main__":
    request = json.load(sys.stdin)
    folder = request.get("break")
    json.dump(
        judge_all(request["items"]) if folder is None else judge_broken(request["items"], Path(folder)), sys.stdout
    )

"""Runs inside an environment, without ImportSpy: what is true of Ansible's modules.

Three witnesses. Each module is imported, and looked at with `isinstance` and `inspect`. ansible-test's own validate-
modules is run over the modules of ansible-core. Where a module cannot be imported, because it wants what is not
installed, the syntax tree says what is bound at the top; where both can speak, they have to agree, or nobody is
believed.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import io
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

SITE = Path(sysconfig.get_path("purelib"))
Answers = dict[str, "bool | str"]


def modules() -> list[tuple[str, str]]:
    found = [*SITE.glob("ansible/modules/*.py"), *SITE.glob("ansible_collections/*/*/plugins/modules/**/*.py")]
    names = [(".".join(path.relative_to(SITE).with_suffix("").parts), str(path)) for path in found if path.is_file()]
    return sorted((name, path) for name, path in names if not name.endswith("__init__"))


def imported(name: str) -> Answers | str:
    stdin, sys.stdin = sys.stdin, io.StringIO()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            module = importlib.import_module(name)
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        sys.stdin = stdin
    main = getattr(module, "main", None)
    fits = callable(main)
    if fits:
        try:
            inspect.signature(main).bind()
        except TypeError:
            fits = False
    values = [value for key, value in vars(module).items() if not key.startswith("__")]  # __metaclass__ = type
    alone = not any(inspect.isroutine(value) or inspect.isclass(value) for value in values)
    return {
        "DOCUMENTATION": isinstance(getattr(module, "DOCUMENTATION", None), str),
        "EXAMPLES": isinstance(getattr(module, "EXAMPLES", None), str),
        "RETURN": isinstance(getattr(module, "RETURN", ""), str),
        name: fits or alone,  # any_of is said of the module
    }


def is_text(node: ast.stmt) -> bool:
    """What a module is made of that is documentation alone, since an action plugin does its work."""
    return isinstance(node, ast.Assign | ast.Expr) or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def written(name: str, path: str) -> Answers:
    """What stands at the top of the file. A sentence where that does not settle it."""
    tree = ast.parse(Path(path).read_bytes())
    texts: dict[str, bool | str] = {}
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    doubt = False
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions[node.name] = node
        elif isinstance(node, ast.ImportFrom) and any(alias.name in {"*", "main"} for alias in node.names):
            doubt = True
        elif isinstance(node, ast.Assign):
            plain = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            for target in node.targets:
                if isinstance(target, ast.Name):
                    texts[target.id] = True if plain else False if isinstance(node.value, ast.Constant) else "computed"
    absent: bool | str = "imported by star or by name" if doubt else False
    main = functions.get("main")
    needs = main is not None and (len(main.args.args) > len(main.args.defaults) or None in main.args.kw_defaults)
    return {
        "DOCUMENTATION": texts.get("DOCUMENTATION", absent),
        "EXAMPLES": texts.get("EXAMPLES", absent),
        "RETURN": texts.get("RETURN", True),
        name: True if all(map(is_text, tree.body)) else absent if main is None else not needs,
    }


def judge(item: tuple[str, str]) -> dict[str, Any]:
    warnings.simplefilter("ignore")
    name, path = item
    tree, live = written(name, path), imported(name)
    answers = tree
    if isinstance(live, dict):
        answers = {
            clause: truth
            if isinstance(tree[clause], str) or tree[clause] is truth
            else f"tree: {tree[clause]}, module: {truth}"
            for clause, truth in live.items()
        }
    breaks = [["remove", "DOCUMENTATION"], ["remove", "EXAMPLES"], ["remove", "main"], ["demand", "main"]]
    entry = {"module": name, "path": path, "truth": answers, "breaks": breaks}
    return {**entry, "imported": isinstance(live, dict)}


# ---------------------------------------------------------------- ansible-test's own word

COMPLAINTS = {"missing-documentation": "DOCUMENTATION", "missing-examples": "EXAMPLES"}


def validate_modules(found: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Module -> which of the three texts validate-modules misses."""
    script = SITE / "ansible_test/_util/controller/sanity/validate-modules/validate.py"
    paths = [str(Path(entry["path"]).relative_to(SITE)) for entry in found]
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, str(script), "--format", "json", *paths],
            cwd=SITE,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HOME": home, "PYTHONPATH": str(SITE), "ANSIBLE_CONTROLLER_MIN_PYTHON_VERSION": "3.11"},
        )
    if done.returncode not in (0, 1, 3):
        raise SystemExit(f"validate-modules ended with {done.returncode}: {done.stderr}{done.stdout}")
    answer = json.loads(done.stdout)
    return {
        path: {COMPLAINTS[error["code"]] for error in said["errors"] if error["code"] in COMPLAINTS}
        for path, said in answer.items()
    }


def main() -> None:
    out, sys.stdout = sys.stdout, sys.stderr
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(judge, modules(), chunksize=50))
    core = [entry for entry in found if entry["module"].startswith("ansible.modules.")]
    complaints = validate_modules(core)
    disagree = 0
    for entry in core:
        missed = complaints.get(str(Path(entry["path"]).relative_to(SITE)), set())
        for clause in COMPLAINTS.values():
            if (clause not in missed) is not entry["truth"][clause]:
                entry["truth"][clause] = f"validate-modules: {clause not in missed}, module: {entry['truth'][clause]}"
                disagree += 1
    notes = [
        f"{sum(entry['imported'] for entry in found)} of {len(found)} modules could be imported for the oracle",
        f"validate-modules was asked of {len(core)} modules, and contradicts the oracle in {disagree} clauses",
    ]
    json.dump({"modules": found, "notes": notes}, out)


if __name__ == "__main__":
    main()

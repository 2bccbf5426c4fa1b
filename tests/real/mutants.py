"""Real plugins, each broken in one way that its host would not survive.

Only the syntax tree is changed; nothing is executed. None of them may pass; where the whole plugin had been proved, a
misfit must be refuted. What is gone altogether may be left open: a base class or a module's __getattr__ may provide it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef
Change = Callable[[Function], bool]


def rename(function: Function) -> bool:
    function.name += "_under_another_name"
    return True


def demand_more(function: Function) -> bool:
    """A parameter without a default that no host knows."""
    function.args.kwonlyargs.append(ast.arg("importspy_unheard_of"))
    function.args.kw_defaults.append(None)
    return True


def take_nothing(function: Function) -> bool:
    function.args = ast.arguments([], [], None, [], [], None, [])
    return True


def rename_parameter(name: str) -> Change:
    def change(function: Function) -> bool:
        found = [argument for argument in function.args.args if argument.arg == name]
        for argument in found:
            argument.arg += "_under_another_name"
        return bool(found)

    return change


def children(body: list[ast.stmt], kinds: tuple[type[ast.stmt], ...], name: str) -> list[Any]:
    return [node for node in body if isinstance(node, kinds) and getattr(node, "name", None) == name]


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def changes_of(subject: Mapping[str, Any]) -> dict[str, tuple[str, Change]]:
    """What is done -> the function it is done to, by name, and how."""
    kind = subject["kind"]
    if kind == "tree-class":
        return {
            "run missing": ("run", rename),
            "run wants more": ("run", demand_more),
            "no tree": ("__init__", rename_parameter("tree")),
            "init wants more": ("__init__", demand_more),
        }
    if kind == "formatter":
        return {"format wants more": ("format", demand_more), "format takes nothing": ("format", take_nothing)}
    name = subject["object"]
    common: dict[str, tuple[str, Change]] = {"missing": (name, rename), "wants more": (name, demand_more)}
    if kind.endswith("-function"):
        return {**common, "other parameter": (name, rename_parameter(subject["passes"][0]))}
    return {**common, "takes nothing": (name, take_nothing)}


def mutants(subject: Mapping[str, Any], source: bytes) -> Iterator[tuple[str, str]]:
    """What was done, and the source that came of it. Nothing where the plugin's code stands in another file."""
    tree = ast.parse(source)
    for what, (name, change) in changes_of(subject).items():
        changed = copy.deepcopy(tree)
        body = changed.body
        if subject["kind"] in {"tree-class", "formatter"}:
            body = [node for klass in children(body, (ast.ClassDef,), subject["object"]) for node in klass.body]
        applied = [change(function) for function in children(body, FUNCTIONS, name)]
        if any(applied):
            yield what, ast.unparse(ast.fix_missing_locations(changed))

"""Runs inside an environment, without ImportSpy: what is true of Home Assistant's integrations.

Home Assistant's thousand integrations want a thousand libraries, so nothing is imported: hassfest reads syntax trees,
and so does this. What is asked is written down here anew, from hassfest (config_schema.py,
quality_scale_validation/diagnostics.py) and from the code that calls the functions, as tuples of how many values go
by position and which by name; `inspect` binds them, to a function with the same parameters that is made from the
tree. Names that a module takes from another one are looked up there.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

SITE = Path(sysconfig.get_path("purelib"))
COMPONENTS = SITE / "homeassistant" / "components"
Function = ast.FunctionDef | ast.AsyncFunctionDef
Answer = bool | str

# function: (async or None, values by position, by name, whether it has to be there)
INTEGRATION = {
    "setup": (False, 2, (), False),
    "async_setup": (True, 2, (), False),
    "async_setup_entry": (True, 2, (), False),
    "async_unload_entry": (True, 2, (), False),
    "async_remove_entry": (True, 2, (), False),
    "async_migrate_entry": (True, 2, (), False),
    "async_remove_config_entry_device": (True, 3, (), False),
}
PLATFORM = {
    "async_setup_entry": (True, 3, (), False),
    "async_setup_platform": (True, 4, (), False),
    "setup_platform": (False, 4, (), False),
}
DIAGNOSTICS = {
    "async_get_config_entry_diagnostics": (True, 2, (), False),
    "async_get_device_diagnostics": (True, 3, (), False),
}
CREDENTIALS = {
    "async_get_authorization_server": (True, 1, (), False),
    "async_get_auth_implementation": (True, 3, (), False),
}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "__init__": ("integration", INTEGRATION),
    "diagnostics": ("diagnostics", DIAGNOSTICS),
    "application_credentials": ("application credentials", CREDENTIALS),
    "device_trigger": (
        "device triggers",
        {"async_get_triggers": (True, 2, (), True), "async_attach_trigger": (True, 4, (), True)},
    ),
    "device_condition": (
        "device conditions",
        {"async_get_conditions": (True, 2, (), True), "async_condition_from_config": (False, 2, (), True)},
    ),
    "device_action": (
        "device actions",
        {"async_get_actions": (True, 2, (), True), "async_call_action_from_config": (True, 4, (), True)},
    ),
    "system_health": ("system health", {"async_register": (False, 2, (), True)}),
    "reproduce_state": (
        "reproduce state",
        {"async_reproduce_states": (True, 2, ("context", "reproduce_options"), True)},
    ),
    "significant_change": ("significant change", {"async_check_significant_change": (False, 5, (), True)}),
    "repairs": ("repairs", {"async_create_fix_flow": (True, 3, (), True)}),
    "backup": ("backup", {"async_pre_backup": (True, 1, (), True), "async_post_backup": (True, 1, (), True)}),
    "media_source": ("media source", {"async_get_media_source": (True, 1, (), True)}),
}
PLATFORMS = [
    "air_quality",
    "alarm_control_panel",
    "binary_sensor",
    "button",
    "calendar",
    "camera",
    "climate",
    "cover",
    "date",
    "datetime",
    "event",
    "fan",
    "geo_location",
    "humidifier",
    "image",
    "image_processing",
    "lawn_mower",
    "light",
    "lock",
    "media_player",
    "number",
    "remote",
    "select",
    "sensor",
    "siren",
    "switch",
    "text",
    "time",
    "todo",
    "update",
    "vacuum",
    "valve",
    "water_heater",
    "weather",
]
KINDS |= dict.fromkeys(PLATFORMS, ("platform", PLATFORM))
ONE_OF = {"diagnostics", "platform", "application credentials"}  # one of their functions has to be there
SCHEMAS = ("CONFIG_SCHEMA", "PLATFORM_SCHEMA", "PLATFORM_SCHEMA_BASE")


@cache
def bindings(path: Path) -> dict[str, list[ast.AST]]:
    """Name -> what binds it at the top of the module, branches included, in source order."""
    found: dict[str, list[ast.AST]] = {}

    def look(body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    found.setdefault(alias.asname or alias.name, []).append(node)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    for name in ast.walk(target):
                        if isinstance(name, ast.Name):
                            found.setdefault(name.id, []).append(node)
            elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
                look(node.orelse)
            else:
                for part in ("body", "orelse", "finalbody"):
                    look(getattr(node, part, []))
                for handler in getattr(node, "handlers", []):
                    look(handler.body)

    look(ast.parse(path.read_bytes()).body)
    return found


def file_of(path: Path, node: ast.ImportFrom) -> Path | None:
    """The file of the module that is imported from."""
    folder = SITE if node.level == 0 else path.parents[node.level - 1]
    stem = folder.joinpath(*(node.module or "").split("."))
    return next((file for file in (stem / "__init__.py", stem.with_suffix(".py")) if file.is_file()), None)


def definition(path: Path, name: str, depth: int = 0) -> ast.AST | str | None:
    """The last thing that is bound to the name, through imports. None: nothing is. A sentence: nobody can say."""
    found = bindings(path).get(name, [])
    if not found:
        return "star" if "*" in bindings(path) else None
    if len(found) > 1:
        return "bound more than once"
    node = found[0]
    if not isinstance(node, ast.ImportFrom):
        return node
    original = next(alias.name for alias in node.names if (alias.asname or alias.name) == name)
    file = file_of(path, node)
    if file is None or depth > 5:
        return f"comes from {node.module}"
    return definition(file, original, depth + 1)


def accepts(function: Function, positional: int, names: tuple[str, ...]) -> bool:
    arguments = function.args
    kinds = inspect.Parameter
    optional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    parameters = []
    for number, argument in enumerate([*arguments.posonlyargs, *arguments.args]):
        kind = kinds.POSITIONAL_ONLY if number < len(arguments.posonlyargs) else kinds.POSITIONAL_OR_KEYWORD
        parameters.append(kinds(argument.arg, kind, default=None if number >= optional else kinds.empty))
    if arguments.vararg:
        parameters.append(kinds(arguments.vararg.arg, kinds.VAR_POSITIONAL))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        parameters.append(kinds(argument.arg, kinds.KEYWORD_ONLY, default=kinds.empty if default is None else None))
    if arguments.kwarg:
        parameters.append(kinds(arguments.kwarg.arg, kinds.VAR_KEYWORD))
    try:
        inspect.Signature(parameters).bind(*[None] * positional, **dict.fromkeys(names))
    except TypeError:
        return False
    return True


KNOWN_DECORATORS = {"callback", "bind_hass"}  # they return what they are given, or what behaves the same


def judge_function(path: Path, name: str, demand: Any) -> Answer:
    is_async, positional, names, required = demand
    found = definition(path, name)
    if found is None:
        return not required
    if isinstance(found, str):
        return found
    if not isinstance(found, Function):
        return False if isinstance(found, ast.ClassDef) else "computed"
    if {ast.unparse(decorator) for decorator in found.decorator_list} - KNOWN_DECORATORS:
        return "decorated"
    return isinstance(found, ast.AsyncFunctionDef) is is_async and accepts(found, positional, names)


def is_there(path: Path, name: str) -> Answer:
    found = definition(path, name)
    return found if isinstance(found, str) and found == "star" else found is not None


def judge_group(path: Path, kind: str, demands: dict[str, Any]) -> Answer:
    if kind == "integration":
        set_up = [is_there(path, name) for name in ("setup", "async_setup")]
        answers = [is_there(path, name) for name in SCHEMAS]
        if set_up == [False, False]:
            return True
    else:
        answers = [is_there(path, name) for name in demands]
    return True if True in answers else next((answer for answer in answers if isinstance(answer, str)), False)


def judge_domain(path: Path) -> Answer:
    """A text, where it is bound."""
    found = definition(path, "DOMAIN")
    if found is None or isinstance(found, str):
        return found or True
    value = getattr(found, "value", None)
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str)
    if isinstance(found, ast.AnnAssign) and isinstance(found.annotation, ast.Name):
        return found.annotation.id in {"str", "Final"}
    return "computed"


def judge(path: Path) -> dict[str, Any]:
    kind, demands = KINDS[path.stem]
    truth: dict[str, Answer] = {name: judge_function(path, name, demand) for name, demand in demands.items()}
    if kind == "integration":
        truth["DOMAIN"] = judge_domain(path)
    parts = path.relative_to(SITE).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    if kind == "integration" or kind in ONE_OF:
        truth[name] = judge_group(path, kind, demands)  # any_of is said of the module
    breaks = [["demand", name] for name in demands]
    breaks += [["remove", name] for name, demand in demands.items() if demand[3]]
    return {"module": name, "path": str(path), "title": f"Home Assistant {kind}", "truth": truth, "breaks": breaks}


def main() -> None:
    files = sorted(path for path in COMPONENTS.glob("*/*.py") if path.stem in KINDS)
    modules = [judge(path) for path in files]
    folders = {path.parent for path in files}
    json.dump({"modules": modules, "notes": [f"{len(folders)} integrations"]}, sys.stdout)


if __name__ == "__main__":
    main()

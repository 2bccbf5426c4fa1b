"""Runs inside an environment, without ImportSpy: what is true of pytest plugins.

pluggy says it: each module is imported and registered with a plugin manager that knows pytest's hookspecs alone, and
pluggy's own check is run on each hook. Which modules are plugins is said by the entry points in the group "pytest11".
The other modules of those distributions are held to the same.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import json
import os
import signal
import sys
import warnings
from types import ModuleType
from typing import Any

import pluggy
from _pytest import hookspec
from _pytest.config import PytestPluginManager
from survey import sources

PATIENCE = 30  # seconds for one module
HOOKS = sorted(name for name, value in vars(hookspec).items() if name[:7] == "pytest_" and inspect.isfunction(value))


def load(name: str) -> ModuleType | str:
    def give_up(*_: object) -> None:
        raise TimeoutError(f"no end after {PATIENCE} s")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        return importlib.import_module(name)
    except BaseException as error:  # pytest's own exceptions for skipping are none of Exception
        return f"{type(error).__name__}: {error}".splitlines()[0]
    finally:
        signal.alarm(0)


def verified(manager: PytestPluginManager, module: ModuleType, name: str) -> bool | str:
    """pluggy's word on one hook of the module."""
    found = inspect.getattr_static(module, name, None)
    if found is None:
        return True
    if inspect.isclass(found) or not callable(found):
        return False
    options = manager.parse_hookimpl_opts(module, name)
    if options is None:
        return "pytest does not take it for a hook"
    if options.get("specname"):
        return "the hook is of another name"
    complete = {"wrapper": False, "hookwrapper": False, "optionalhook": False, **options}
    complete = {"tryfirst": False, "trylast": False, "specname": None, **complete}
    implementation = pluggy._hooks.HookImpl(module, module.__name__, found, complete)
    try:
        manager._verify_hook(getattr(manager.hook, name), implementation)
    except pluggy.PluginValidationError as error:
        return "wrapper" in str(error) or False
    # pluggy does not look at keyword-only parameters, and fails when it calls
    required = [
        p for p in inspect.signature(found).parameters.values() if p.kind is p.KEYWORD_ONLY and p.default is p.empty
    ]
    return not required


def judge(manager: PytestPluginManager, module: str, path: str, is_plugin: bool) -> dict[str, Any]:
    found = load(module)
    truth: dict[str, Any] = dict.fromkeys(HOOKS, found if isinstance(found, str) else True)
    if isinstance(found, ModuleType):
        truth = {name: verified(manager, found, name) for name in HOOKS}
    host = "pytest" if is_plugin and isinstance(found, ModuleType) else None
    breaks = [["demand", name] for name in HOOKS] if is_plugin else []
    return {"module": module, "path": path, "truth": truth, "breaks": breaks, "host": host}


def main() -> None:
    warnings.simplefilter("ignore")
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # plugins may print; the answer is ours
    sys.argv = ["pytest"]
    manager = PytestPluginManager()
    files = sources()
    named: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        for entry in distribution.entry_points:
            if entry.group == "pytest11" and entry.module in files:
                named[entry.module] = distribution.name
    modules = [judge(manager, module, files[module][0], True) for module in sorted(named)]
    distributions = set(named.values())
    large = {"hypothesis", "anyio"}  # libraries that bring a plugin as well
    for module, (path, distribution, _) in sorted(files.items()):
        if distribution in distributions - large and module not in named and not module.endswith("__main__"):
            modules.append(judge(manager, module, path, False))
    loaded = sum(entry["host"] is not None for entry in modules)
    notes = [
        f"{len(named)} plugins of {len(distributions)} distributions, {loaded} can be imported; the rest: other modules"
    ]
    json.dump({"modules": modules, "notes": notes}, out)
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

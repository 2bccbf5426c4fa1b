"""Runs inside an environment, without ImportSpy: what is true of MkDocs plugins.

How an event is called is not copied from the contract: MkDocs's own PluginCollection is given an object that notes
what it gets, and each of its events is fired. Each class that the entry points name, and each other class under a
name of the modules of those distributions, is imported and held against these calls with `inspect`.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import json
import sys
import warnings
from pathlib import Path
from typing import Any

from mkdocs import plugins
from survey import sources

Calls = dict[str, tuple[tuple[Any, ...], dict[str, Any]]]


def recorded(calls: Calls, name: str) -> Any:
    def method(*positional: Any, **keywords: Any) -> None:
        calls[name] = (positional, keywords)

    return method


def calls_of_mkdocs() -> Calls:
    """Event -> how MkDocs calls it."""
    calls: Calls = {}
    collection = plugins.PluginCollection()
    events = [f"on_{event}" for event in plugins.EVENTS]
    witness = type("Witness", (plugins.BasePlugin,), {})()
    for event in events:
        setattr(witness, event, recorded(calls, event))
    collection["witness"] = witness
    for event in events:
        fire = getattr(collection, event)
        positional, keywords = [], {}
        for parameter in inspect.signature(fire).parameters.values():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                keywords[parameter.name] = object()
            else:
                positional.append(object())
        fire(*positional, **keywords)
    if set(calls) != set(events):
        raise SystemExit(f"MkDocs did not call {set(events) - set(calls)}")
    return calls


def answer(klass: Any, event: str, call: tuple[tuple[Any, ...], dict[str, Any]]) -> bool | str:
    missing = object()
    raw = inspect.getattr_static(klass, event, missing)
    if raw is missing:
        return True
    if isinstance(raw, plugins.CombinedEvent):
        return "a CombinedEvent"
    bound = raw.__get__(object(), klass) if hasattr(type(raw), "__get__") else raw
    if not callable(bound):
        return False
    try:
        inspect.signature(bound).bind(*call[0], **call[1])
    except TypeError:
        return False
    return True


def judge(module: str, path: str, name: str, calls: Calls, is_plugin: bool) -> dict[str, Any]:
    klass = getattr(importlib.import_module(module), name)
    truth: dict[str, Any] = {name: inspect.isclass(klass) and issubclass(klass, plugins.BasePlugin)}
    truth |= {f"{name}.{event}": answer(klass, event, call) for event, call in calls.items()}
    breaks = [["remove", name], *(["demand", f"{name}.{event}"] for event in calls)]
    entry = {"module": module, "path": path, "names": {"  - name: Plugin\n": f"  - name: {name}\n"}, "truth": truth}
    return {**entry, "breaks": breaks if is_plugin else [], "host": "mkdocs.config.defaults" if is_plugin else None}


def others(module: str) -> list[str]:
    try:
        found = importlib.import_module(module)
    except (Exception, SystemExit):
        return []
    return [
        name for name, value in sorted(vars(found).items()) if inspect.isclass(value) and value.__module__ == module
    ]


def main() -> None:
    warnings.simplefilter("ignore")
    out, sys.stdout = sys.stdout, sys.stderr
    calls, files = calls_of_mkdocs(), sources()
    named = {}
    for distribution in importlib.metadata.distributions():
        for entry in distribution.entry_points:
            if entry.group == "mkdocs.plugins":
                named[entry.module, entry.attr] = distribution.name
    modules = [judge(module, files[module][0], name, calls, True) for module, name in sorted(named)]
    distributions = set(named.values())
    for module, (path, distribution, _) in sorted(files.items()):
        if distribution in distributions and "test" not in module and Path(path).suffix == ".py":
            modules += [
                judge(module, path, name, calls, False) for name in others(module) if (module, name) not in named
            ]
    notes = [f"{len(named)} plugins of {len(distributions)} distributions; the rest are other classes of their modules"]
    json.dump({"modules": modules, "notes": notes}, out)


if __name__ == "__main__":
    main()

"""Runs inside an environment: which plugins are there, and how does their host use them?

Prints JSON. Knows nothing of ImportSpy. What the host does is taken from the host's own metadata and code, so that the
contracts that are made from it say what really happens.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import inspect
import json
import sys
from pathlib import Path
from typing import Any


def sources() -> dict[str, tuple[str, str, str]]:
    """Module name -> file, distribution, version, for all Python files that were installed. Imports nothing."""
    found: dict[str, tuple[str, str, str]] = {}
    for distribution in importlib.metadata.distributions():
        for file in distribution.files or ():
            parts = list(file.parts)
            if file.suffix != ".py" or ".." in parts or any(part.endswith((".dist-info", ".data")) for part in parts):
                continue
            parts[-1] = file.stem
            if parts[-1] == "__init__":
                parts.pop()
            if parts:
                path = str(Path(str(distribution.locate_file(file))))
                found[".".join(parts)] = (path, distribution.name, distribution.version)
    return found


# ---------------------------------------------------------------- flake8


def flake8_passes(wanted: dict[str, bool], trigger: str) -> list[str]:
    """Names that flake8 passes by keyword: what the plugin asks for, as far as the processor has it."""
    from flake8.processor import FileProcessor

    options = argparse.Namespace(hang_closing=False, indent_size=4, max_line_length=79, max_doc_length=None, verbose=0)
    processor = FileProcessor("plugin.py", options, lines=[])
    return [trigger, *(name for name in wanted if name != trigger and hasattr(processor, name))]


def flake8_subject(distribution: Any, entry: Any, path: str) -> dict[str, Any]:
    from flake8.plugins import finder

    plugin = finder.Plugin(distribution.name, distribution.version, entry)
    loaded = finder._load_plugin(plugin)
    triggers = [name for name in ("tree", "logical_line", "physical_line") if name in loaded.parameters]
    if entry.group == "flake8.report":
        kind, passes = "formatter", []
    else:
        shape = "function" if inspect.isfunction(loaded.obj) else "class"
        kind, passes = f"{triggers[0]}-{shape}", flake8_passes(loaded.parameters, triggers[0])
    return {
        "id": f"{distribution.name}:{entry.name}",
        "distribution": distribution.name,
        "version": distribution.version,
        "module": entry.module,
        "path": path,
        "object": entry.attr,
        "kind": kind,
        "passes": passes,
    }


def flake8_survey() -> dict[str, Any]:
    files = sources()
    subjects, distributions = [], set()
    for distribution in importlib.metadata.distributions():
        for entry in distribution.entry_points:
            if entry.group in {"flake8.extension", "flake8.report"}:
                subjects.append(flake8_subject(distribution, entry, files[entry.module][0]))
                distributions.add(distribution.name)
    sweep = [
        {"module": module, "path": path}
        for module, (path, name, _) in sorted(files.items())
        if name in distributions and not module.endswith("__main__")
    ]
    return {"subjects": sorted(subjects, key=lambda subject: str(subject["id"]).lower()), "sweep": sweep}


# ---------------------------------------------------------------- Sphinx


def sphinx_survey(listed: list[str]) -> dict[str, Any]:
    from sphinx.application import builtin_extensions

    files = sources()
    names = dict.fromkeys([*listed, *builtin_extensions])
    subjects: list[dict[str, Any]] = []
    for name in names:
        path, distribution, version = files[name]
        subjects.append(
            {
                "id": name,
                "distribution": distribution,
                "version": version,
                "module": name,
                "path": path,
                "object": "setup",
                "kind": "builtin" if name in builtin_extensions else "extension",
                "passes": [],
            }
        )
    distributions = {subject["distribution"] for subject in subjects}
    sweep = [
        {"module": module, "path": path}
        for module, (path, name, _) in sorted(files.items())
        if name in distributions and not module.endswith("__main__")
    ]
    return {"subjects": subjects, "sweep": sweep}


if __name__ == "__main__":
    json.dump(flake8_survey() if sys.argv[1] == "flake8" else sphinx_survey(sys.argv[2:]), sys.stdout)

"""A module held against a contract twice: by its source, and by importing it under a guard."""

from __future__ import annotations

import sys
from pathlib import Path

import importspy


def verdicts(folder: Path, contract: str, plugin: str, api: str) -> tuple[str, str]:
    """What the source of the plugin says, and what an import comes to (pass or fail).

    Both are names of modules in `folder`, which is on sys.path. The contract selects the plugin. None stays imported.
    """
    path = folder / "contract.yml"
    path.write_text(contract)
    report = importspy.check(folder / f"{plugin}.py", path, module=plugin)
    for name in (plugin, api):
        sys.modules.pop(name, None)
    try:
        with importspy.install(path):
            __import__(plugin)
    except importspy.ContractViolation:
        return report.verdict, "fail"
    finally:
        sys.modules.pop(plugin, None)
    return report.verdict, "pass"

"""Runs inside an environment: installs contracts, imports one module, and says what came of it.

Reads {"host": ..., "module": ..., "contracts": [...]} as JSON, prints JSON. The contracts are there before the host is,
and the host before the plugin, as in real life. One process for each module, so that none has been imported already.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import importspy


def attempt(host: str, module: str, contracts: list[str]) -> dict[str, Any]:
    if module in sys.modules:
        return {"outcome": "too late", "text": f"{module} was imported when Python started"}
    importspy.install(contracts)
    try:
        importlib.import_module(host)
        loaded = importlib.import_module(module)
    except importspy.ContractViolation as violation:
        return {
            "outcome": "denied",
            "name": violation.name,
            "left behind": module in sys.modules,
            "contracts": sorted({Path(found.contract_path or "").name for found in violation.violations}),
            "text": str(violation),
        }
    except (Exception, SystemExit) as error:
        return {"outcome": "broken", "text": f"{type(error).__name__}: {error}"}
    loader = type(getattr(loaded, "__loader__", None))
    return {"outcome": "admitted", "loader": f"{loader.__module__}.{loader.__qualname__}"}


def main() -> None:
    warnings.simplefilter("ignore")
    request = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # plugins may print; the answer is ours
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        answer = attempt(request["host"], request["module"], request["contracts"])
        os.chdir("/")
    json.dump(answer, out)
    out.flush()
    os._exit(0)  # what plugins do at exit is not our business


if __name__ == "__main__":
    main()

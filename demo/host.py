"""A small plugin host: it imports every module in plugins/ and lets each one greet you.

python demo/host.py              the contract in contract.yml is held before a plugin's first line runs
python demo/host.py --unguarded  what happens without it
"""

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

import importspy

HERE = Path(__file__).resolve().parent
TRACE = Path("sneaky-was-here.txt")
UNGUARDED = "--unguarded" in sys.argv[1:]


def load_plugins() -> tuple[list[ModuleType], list[ImportError]]:
    """Imports each plugin. One that breaks the contract raises an ImportError, and the host goes on without it."""
    loaded: list[ModuleType] = []
    refused: list[ImportError] = []
    for file in sorted((HERE / "plugins").glob("*.py")):
        try:
            loaded.append(importlib.import_module(f"plugins.{file.stem}"))
            print(f"  {file.name:<14} loaded")
        except importspy.ContractViolation as error:
            refused.append(error)
            print(f"  {file.name:<14} refused")
    return loaded, refused


def use_plugins(plugins: list[ModuleType]) -> None:
    for plugin in plugins:
        try:
            answer = plugin.greet("Ada", loud=True)
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        print(f"  {plugin.__name__:<18} {answer}")


def main() -> None:
    os.chdir(HERE)
    TRACE.unlink(missing_ok=True)
    if not UNGUARDED:
        importspy.install("contract.yml")
    print("The host imports its plugins:\n")
    loaded, refused = load_plugins()
    print("\nIt calls greet('Ada', loud=True) in those that are loaded:\n")
    use_plugins(loaded)
    print(
        f"\nsneaky.py opens {TRACE} in its first line. That file {'EXISTS' if TRACE.exists() else 'was not written'}."
    )
    if refused:
        print("\nWhat the authors of the refused plugins get to read:")
    for error in refused:
        print(f"\n{'-' * 100}\n{error}")


if __name__ == "__main__":
    main()

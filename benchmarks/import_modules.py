"""Imports modules on demand: one of two processes that take turns in benchmarks/run.py.

    import_modules.py FOLDER on|off [CONTRACTS]

Each line on standard input names modules; the answer is one line of JSON: CPU nanoseconds by size of module. At the end
of the input it says whether a module that breaks the contract was denied. With CONTRACTS, the guard is installed first.
"off" switches the cyclic garbage collector off: two processes whose heaps differ by a little collect at different
modules, and that is more than a small difference that is to be measured.
"""

import collections  # noqa: F401  (what the generated modules import: not to be measured)
import gc
import importlib
import json
import os
import sys
import time
import typing  # noqa: F401


def timed(names: list[str]) -> dict[str, int]:
    import_module, clock = importlib.import_module, time.process_time_ns
    taken: dict[str, int] = {}
    for name in names:
        size = name.split(".")[1].partition("_")[0]
        start = clock()
        import_module(name)
        taken[size] = taken.get(size, 0) + clock() - start
    return taken


def main() -> None:
    sys.path.insert(0, sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # both processes on one and the same CPU
    if sys.argv[2] == "off":
        gc.disable()
    guard = None
    if len(sys.argv) > 3:
        import importspy

        guard = importspy.install(sys.argv[3])
    importlib.import_module("generated")
    for line in sys.stdin:
        print(json.dumps(timed(line.split())), flush=True)
    denied = False
    try:
        importlib.import_module("generated.bad")
    except ImportError:
        denied = guard is not None
    print(json.dumps(denied))


main()

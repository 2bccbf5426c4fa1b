"""The same contract and module under the pure-Python ImportSpy 0.4; runs in the environment that holds it.

    peer.py DEPLOYED.yml PLUGIN.py REPEATS

prints the nanoseconds of: the import of importspy, one whole validation, one without loading the contract.
"""

import importlib.util
import json
import statistics
import sys
import time
from pathlib import Path

start = time.perf_counter_ns()
import importspy  # noqa: E402

imported = time.perf_counter_ns() - start


def main() -> None:
    contract, plugin, repeats = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    sys.path.insert(0, str(plugin.parent))
    module = importlib.import_module(plugin.stem)
    model = importlib.import_module("importspy.models").SpyModel
    whole, engine = [], []
    for _ in range(repeats):
        spy = importspy.Spy()
        start = time.perf_counter_ns()
        module = spy.importspy(filepath=contract, info_module=module)
        whole.append(time.perf_counter_ns() - start)
        loaded = model(**spy.parser.load(filepath=contract))
        start = time.perf_counter_ns()
        module = spy._validate_module(loaded, module)
        engine.append(time.perf_counter_ns() - start)
    result = {"import": imported, "whole": statistics.median(whole), "engine": statistics.median(engine)}
    print(json.dumps(result))


main()

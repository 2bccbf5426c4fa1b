"""What ImportSpy 0.4 says of contracts and modules. Runs where that is installed.

Standard input: a JSON list of [contract, file name, module, context]. Standard output: a JSON list of pairs:
"keeps", "breaks: ..." (its validators raised ValueError), "cannot: ..." (anything else that came up). The first is that
of ImportSpy as it is, the second of one whose validators do not ask for None where the contract states no value, as its
documentation says.
"""

import importlib.util
import json
import logging
import os
import platform
import sys
import tempfile

from importspy import Spy
from importspy.validators import VariableValidator
from pydantic import ValidationError

KEPT = dict(os.environ)
NEIGHBOURS = {"base_addon.py": "class Addon: ...\n", "base.py": "class BaseWorker: ...\n"}


AS_IT_IS = VariableValidator.validate


def as_documented(self: object, wanted: list, found: list, violation: object) -> object:
    values = {variable.name: variable.value for variable in found or ()}
    for variable in wanted or ():
        if variable.value is None:
            variable.value = values.get(variable.name)
    return AS_IT_IS(self, wanted, found, violation)


def put_in_place(context: dict) -> None:
    platform.machine = lambda: context["arch"]
    platform.system = lambda: context["os"].capitalize()
    platform.python_version = lambda: context.get("python_version", "3.12.1")
    platform.python_implementation = lambda: context["implementation"]
    os.environ.clear()
    os.environ.update(context["environment"])


def ask(folder: str, contract: str, file: str, module: str, context: dict) -> str:
    path = os.path.join(folder, file)
    name = os.path.splitext(file)[0]
    with open(os.path.join(folder, "spymodel.yml"), "w") as stream:
        stream.write(contract)
    with open(path, "w") as stream:
        stream.write(module)
    spec = importlib.util.spec_from_file_location(name, path)
    live = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(live)
    put_in_place(context)
    try:
        Spy().importspy(filepath=os.path.join(folder, "spymodel.yml"), info_module=live)
    except ValidationError as problem:
        return f"cannot: {problem.title}: " + "; ".join(sorted({error["type"] for error in problem.errors()}))
    except ValueError as problem:
        return f"breaks: {str(problem).splitlines()[0][:160]}"
    except Exception as problem:
        return f"cannot: {type(problem).__name__}: {problem}"[:160]
    finally:
        os.environ.clear()
        os.environ.update(KEPT)
        for module_name in (name, "base", "base_addon"):
            sys.modules.pop(module_name, None)
    return "keeps"


def main() -> None:
    logging.disable(logging.CRITICAL)
    sys.dont_write_bytecode = True
    verdicts = []
    for case in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            for neighbour, text in NEIGHBOURS.items():
                with open(os.path.join(folder, neighbour), "w") as stream:
                    stream.write(text)
            sys.path.insert(0, folder)
            sys.path_importer_cache.clear()
            try:
                both = []
                for validate in (AS_IT_IS, as_documented):
                    VariableValidator.validate = validate
                    both.append(ask(folder, *case))
                verdicts.append(both)
            finally:
                sys.path.remove(folder)
    json.dump(verdicts, sys.stdout)


main()

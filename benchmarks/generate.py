"""What the benchmarks work on: generated modules, contracts, and one pair of 40 clauses. The same on every machine."""

import platform
import random
from pathlib import Path

# Bytes of a module -> how many of them: 1,000 in all.
SIZES = {1024: 600, 5 * 1024: 300, 25 * 1024: 100}

HEAD = '''"""Generated module {name}: a plugin as plugins are."""

from __future__ import annotations

import collections
import os.path
from typing import Any, Optional

API_VERSION: int = 2
TITLE = "{name}"
DEFAULTS = {{"timeout": 2.5, "retries": 3, "names": ["a", "b"]}}


def register(app: Any, config: Optional[dict[str, Any]] = None) -> bool:
    """Called once by the host."""
    if config is None:
        config = dict(DEFAULTS)
    return bool(app) and config["retries"] > 0


class Plugin:
    """What the host makes one of."""

    priority: int = 10

    def __init__(self, app: Any) -> None:
        self.app = app
        self.seen: dict[str, int] = collections.defaultdict(int)

    def run(self, job: str) -> str:
        self.seen[job] += 1
        return os.path.join(TITLE, job)
'''

FUNCTION = '''

def {name}(first: int, second: str = "{word}", *rest: Any, flag: bool = False) -> list[str]:
    """Does number {number} of the many things that a module does."""
    result = []
    for index in range(first):
        if flag and index % {modulus} == 0:
            continue
        try:
            result.append(f"{{second}}-{{index:04d}}-{{len(rest)}}")
        except (ValueError, TypeError) as error:
            result.append(repr(error))
    return [item for item in result if item.startswith(second) or {number} in rest]
'''

CLASS = '''

class {name}(Plugin):
    """Number {number}: {word}."""

    priority = {number}
    table = {{"{word}": ({number}, {modulus}), "other": [{number}.5, -{modulus}, None]}}

    def run(self, job: str) -> str:
        with_prefix = "{word}" + job.strip().lower()
        return super().run(with_prefix)

    @property
    def weight(self) -> float:
        return self.priority * {modulus} / 7
'''

CONTRACT = """\
modules: ["{selector}"]
variables:
  - {{name: API_VERSION, annotation: int, value: 2}}
  - {{name: TITLE}}
functions:
  - {{name: register, arguments: [{{name: app}}, {{name: config}}], return_annotation: bool}}
classes:
  - name: Plugin
    attributes: [{{name: priority, type: class, annotation: int}}]
    methods:
      - {{name: run, arguments: [{{name: self}}, {{name: job, annotation: str}}], return_annotation: str}}
"""


def module_text(name: str, size: int, chance: random.Random) -> str:
    text = HEAD.format(name=name)
    number = 0
    while len(text) < size:
        number += 1
        words = {"number": number, "modulus": chance.randint(2, 9), "word": f"word{chance.randint(0, 999)}"}
        if chance.random() < 0.3:
            text += CLASS.format(name=f"Plugin{number}", **words)
        else:
            text += FUNCTION.format(name=f"function_{number}", **words)
    return text


def modules(folder: Path, count: int) -> list[str]:
    """Writes the package `generated` of `count` modules, in the proportions of SIZES. Gives their names."""
    chance = random.Random(4711)
    package = folder / "generated"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    names = []
    for size, share in SIZES.items():
        for number in range(max(1, share * count // 1000)):
            name = f"m{size // 1024}k_{number:04d}"
            (package / f"{name}.py").write_text(module_text(name, size, chance), "utf-8")
            names.append(f"generated.{name}")
    chance.shuffle(names)
    return names


def contracts(folder: Path, count: int) -> Path:
    """A folder of `count` contracts, one of which selects the generated modules."""
    folder.mkdir(parents=True)
    (folder / "0.yml").write_text(CONTRACT.format(selector="generated.*"), "utf-8")
    a_file = 500  # contracts in one file, as YAML documents
    for first in range(1, count, a_file):
        texts = [CONTRACT.format(selector=f"other{i}.plugins.*") for i in range(first, min(first + a_file, count))]
        (folder / f"{first}.yml").write_text("---\n".join(texts), "utf-8")
    return folder


def unselecting(folder: Path) -> Path:
    """Contracts that select nothing of what is generated."""
    folder.mkdir(parents=True)
    for number in range(10):
        text = CONTRACT.format(selector=f"other{number}.plugins.*")
        (folder / f"{number}.yml").write_text(text, "utf-8")
    return folder


DEPLOYMENT = """\
deployments:
  - arch: {arch}
    systems:
      - os: {os}
        pythons:
          - {{version: {python}, interpreter: {implementation}, modules: [{{filename: plugin.py}}]}}
"""


def forty_clauses(folder: Path) -> None:
    """contract.yml, 40 clauses that ImportSpy 0.4 understands too, and plugin.py, which meets them.

    engine_bench.c builds the structure of that module by hand: names and counts have to agree. Without `deployments:`
    ImportSpy 0.4 stops with an AttributeError: deployed.yml states them, too.
    """
    settings = [(f"setting_{i}", i) for i in range(10)]
    contract = ["variables:"]
    contract += [f"  - {{name: {name}, annotation: int, value: {value}}}" for name, value in settings]
    contract += ["functions:"]
    for i in range(15):
        contract += [
            f"  - name: function_{i}",
            "    arguments: [{name: first, annotation: int}, {name: second, annotation: str}]",
            "    return_annotation: bool",
        ]
    contract += ["classes:"]
    module = [f"{name}: int = {value}" for name, value in settings]
    for i in range(15):
        module += ["", "", f"def function_{i}(first: int, second: str) -> bool:", "    return str(first) == second"]
    for i in range(3):
        contract += [
            f"  - name: Worker_{i}",
            "    attributes: [{type: class, name: limit, annotation: int, value: 3}]",
            "    methods:",
        ]
        module += ["", "", f"class Worker_{i}:", "    limit: int = 3"]
        for method in ("start", "work", "stop"):
            arguments = "[{name: self}, {name: job, annotation: str}]"
            contract += [f"      - {{name: {method}, arguments: {arguments}, return_annotation: bool}}"]
            module += ["", f"    def {method}(self, job: str) -> bool:", '        return job != ""']
    folder.mkdir(parents=True)
    deployment = DEPLOYMENT.format(
        arch=platform.machine(),
        os=platform.system().lower(),
        python=platform.python_version(),
        implementation=platform.python_implementation(),
    )
    (folder / "contract.yml").write_text("\n".join(contract) + "\n", "utf-8")
    (folder / "deployed.yml").write_text("\n".join(contract) + "\n" + deployment, "utf-8")
    (folder / "plugin.py").write_text("\n".join(module) + "\n", "utf-8")

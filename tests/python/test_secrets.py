"""The values of environment variables stay where they are: nothing that ImportSpy says, writes or raises has them.

Each variable that a contract speaks of holds a canary of its own. The contracts are made so that each rule about the
environment fails, passes and stays open; then everything that can be made to speak is searched for canaries, as text,
as it is escaped in JSON, and backwards compatible spellings included.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from conftest import Workshop

NAMES = [f"SECRET_{letter}" for letter in "ABCDEFGHIJKLMNOP"]
CANARIES = {name: f"canary-{name.lower()}-7f3a\u00e9" for name in NAMES}
CANARIES["SECRET_N"] = "31415926535897"
CANARIES["SECRET_U"] = "https://user:canary-password@example.invalid/path"
CANARIES["SECRET_BIG"] = "a" * 5000 + "canary-big" + "!"
CANARIES["PATH_LIKE"] = "/canary/folder"

REQUIRES = """
requires:
  environment:
    SECRET_A: wanted-a
    SECRET_B: {one_of: [wanted-b, wanted-b2]}
    SECRET_C: {matches: "wanted-c+"}
    SECRET_D: {type: integer}
    SECRET_E: {type: boolean}
    SECRET_F: {type: url}
    SECRET_G: absent
    SECRET_H: secret
    SECRET_I: {matches: "wanted-i", secret: true}
    SECRET_J: {version: ">=1"}
    SECRET_K: {length: 3}
    SECRET_L: {equal: wanted-l}
    SECRET_N: {type: integer, at_most: 5}
    SECRET_U: {type: url, length: {at_most: 3}}
    SECRET_BIG: {matches: "(a*)*b"}
    SECRET_MISSING: present
  commands: [no-such-command]
"""

DEPLOYMENTS = """
deployments:
  - systems:
      - environment:
          variables:
            - {name: SECRET_M, value: wanted-m}
            - {name: SECRET_O, value: {matches: "wanted-o"}}
            - {name: SECRET_P, value: {one_of: [wanted-p]}}
            - SECRET_GONE
          secrets: [SECRET_A, SECRET_P, SECRET_MISSING]
"""

OLD = """
deployments:
  - systems:
      - envs: {SECRET_B: wanted-old}
"""

ALTERNATIVES = """
any_of:
  - requires: {environment: {SECRET_A: wanted-1}}
  - requires: {environment: {SECRET_B: {type: integer}}}
  - when: {environment: {SECRET_C: wanted-2}}
    functions: [no_such]
not:
  requires: {environment: {SECRET_D: present}}
when: {environment: {SECRET_E: {matches: "canary.*"}}}
"""

SCRIPT = """
import contextlib, importlib, io, json, os, pickle, sys, traceback, warnings
import importspy
from importspy import _core, _status

heard = []
sys.addaudithook(lambda event, args: heard.append(repr(args)) if event.startswith("importspy") else None)
MODE = sys.argv[1]
out = []


def tell(*things):
    for thing in things:
        out.append(str(thing))
        out.append(repr(thing))


def tell_report(report):
    tell(report.text, report.json, report)
    for finding in report.findings:
        tell(*(getattr(finding, name) for name in dir(finding) if not name.startswith("_")))


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    with importspy.install("contracts", mode=MODE) as guard:
        try:
            importlib.import_module("acme.good")
        except importspy.ContractViolation as violation:
            tell(violation, violation.args, violation.__dict__, getattr(violation, "__notes__", None))
            out.append("".join(traceback.format_exception(violation)))
            tell_report(violation.report)
            out.append(pickle.dumps(violation).decode("latin-1"))
            out.append(pickle.dumps(violation, 0).decode("latin-1"))
            again = pickle.loads(pickle.dumps(violation))
            tell(again, again.violations)
        tell(importspy.status(), *importspy.status().modules)
        tell(guard, guard._rows())
        for report in importspy.preflight("acme.*"):
            tell_report(report)
for warning in caught:
    tell(warning, warning.message)
tell_report(importspy.check("site/acme/good.py", "contracts"))
tell(*heard)
assert any("SECRET_" in text for text in out), "nothing was said at all"
assert heard
print("\\n".join(out))
"""


@pytest.fixture
def vault(workshop: Workshop) -> Workshop:
    workshop.write("acme/good.py", "def register(app):\n    return app\n")
    texts = {"requires": REQUIRES, "deployments": DEPLOYMENTS, "old": OLD, "alternatives": ALTERNATIVES}
    for name, text in texts.items():
        workshop.contract(f"modules: acme.good\n{text}", f"contracts/{name}.yml")
    return workshop


def leaks(text: str) -> set[str]:
    found = set()
    for name, canary in CANARIES.items():
        parts = {canary, json.dumps(canary)[1:-1], canary.encode("unicode_escape").decode(), repr(canary)[1:-1]}
        if "canary" in canary:
            parts.add("canary-" + canary.split("canary-")[1][:8] if "canary-" in canary else canary)
        if any(part in text for part in parts):
            found.add(name)
    return found


@pytest.mark.parametrize("mode", ["enforce", "warn", "audit"])
def test_what_is_said_in_the_program(vault: Workshop, mode: str) -> None:
    log = vault.folder / "log.jsonl"
    done = vault.run("-c", SCRIPT, mode, **CANARIES, IMPORTSPY_LOG=str(log))
    assert done.returncode == 0, done.stderr
    assert leaks(done.stdout) == set()
    assert leaks(done.stderr) == set()
    said = {
        "ISPY105",
        "ISPY106",
        "ISPY107",
        "ISPY110",
        "ISPY126",
        "ISPY127",
        "ISPY128",
        "ISPY130",
        "ISPY204",
        "ISPY205",
    }
    assert {code for code in said if code in done.stdout} == said
    assert "wanted-a" in done.stdout  # what the contract says is shown
    assert "wanted-i" not in done.stdout.replace('{matches: "wanted-i"', "")  # unless it is a secret as well
    assert log.exists()
    assert leaks(log.read_text("utf-8")) == set()


COMMANDS = [
    ("check", "site/acme/good.py", "--contract", "contracts"),
    ("check", "site/acme/good.py", "--contract", "contracts", "--format", "json"),
    ("doctor", "--contract", "contracts"),
    ("doctor", "--contract", "contracts", "--json"),
    ("context",),
    ("context", "--json", "--environment"),
    ("context", "--environment"),
    ("lint", "contracts"),
    ("lint", "contracts", "--json"),
    ("compat", "contracts/requires.yml", "contracts/deployments.yml", "site"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_the_commands_say(vault: Workshop, command: tuple[str, ...]) -> None:
    done = vault.run("-m", "importspy", *command, **CANARIES)
    assert "Traceback" not in done.stderr
    assert done.stdout
    assert leaks(done.stdout + done.stderr) == set()
    if command[0] == "check":
        assert {name for name in NAMES[:4] if name in done.stdout} == set(NAMES[:4])
    if command == ("context", "--json", "--environment"):
        assert set(CANARIES) <= set(json.loads(done.stdout)["environment"])


def test_a_program_that_dies_of_it(vault: Workshop) -> None:
    vault.write("main.py", "import acme.good\n")
    done = vault.run("-m", "importspy", "run", "--contract", "contracts", vault.site / "main.py", **CANARIES)
    assert done.returncode != 0
    assert "ISPY127" in done.stderr
    assert leaks(done.stdout + done.stderr) == set()


def test_the_code_cache_has_none(vault: Workshop, code_cache: Path) -> None:
    vault.contract("modules: acme.good\nrequires: {environment: {SECRET_A: present, SECRET_H: secret}}\n", "good.yml")
    code = "import importspy; importspy.install('good.yml'); import acme.good"
    done = vault.run("-c", code, **CANARIES, PYTHONDONTWRITEBYTECODE="", IMPORTSPY_CACHE=str(code_cache))
    assert done.returncode == 0, done.stderr
    for file in (path for path in code_cache.rglob("*") if path.is_file()):
        assert leaks(file.read_bytes().decode("latin-1")) == set()


def test_contract_errors_have_none(vault: Workshop) -> None:
    path = vault.contract("requires: {environment: {SECRET_A: {matches: '('}}}\n", "bad.yml")
    for command in (("check", "site/acme/good.py", "--contract", path), ("lint", path)):
        done = vault.run("-m", "importspy", *command, **CANARIES)
        assert "ISPY909" in done.stdout + done.stderr
        assert leaks(done.stdout + done.stderr) == set()


def test_the_search_finds_canaries() -> None:
    for name, canary in CANARIES.items():
        assert name in leaks(f"found: {canary}")
        assert name in leaks(json.dumps({"found": canary}))
    assert leaks("found: something else") == set()
    assert sys.version_info >= (3, 10)

"""Writes the contract for one real plugin: the one under contracts/, with the plugin's names in it.

Where a host calls a plugin in a way that the general contract cannot know (flake8 passes what the plugin asks for), a
second document says that call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FLAKE8 = ROOT / "contracts" / "flake8.yml"
SPHINX = ROOT / "contracts" / "sphinx.yml"

# Nothing has a function of this name: the control must be denied, else nobody looked.
IMPOSSIBLE = "functions: [importspy_real_tests_negative_control]\n"

FORMATTER = """\
title: flake8 formatter
classes:
  - name: {object}
    superclasses: [flake8.formatting.base.BaseFormatter]
    methods:
      - {{name: __init__, call: "(options)"}}
      - {{name: format, call: "(error)"}}
      - {{name: handle, call: "(error)"}}
      - {{name: start, call: "()"}}
      - {{name: stop, call: "()"}}
"""
FUNCTION = """\
title: flake8 plugin (function)
functions:
  - {{name: {object}, arguments: [{trigger}], call: "{call}"}}
"""
CLASS_CALL = """\
title: how flake8 calls {object}
classes:
  - name: {object}
    methods:
      - {{name: __init__, call: "{call}"}}
      - {{name: run, call: "()"}}
"""


def replace_once(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise SystemExit(f"a contract under contracts/ has no longer exactly one line {old.strip()!r}")
    return text.replace(old, new)


def selecting(text: str, module: str | None) -> str:
    """The contract, for this module alone; for whatever it is given when `module` is None."""
    return text if module is None else replace_once(text, "contract: 1\n", f'contract: 1\nmodules: ["{module}"]\n')


def tree_class(name: str, module: str | None = None) -> str:
    """contracts/flake8.yml, adapted as its first lines say."""
    text = FLAKE8.read_text(encoding="utf-8")
    return selecting(replace_once(text, "  - name: Plugin\n", f"  - name: {name}\n"), module)


def extension(module: str | None = None) -> str:
    return selecting(SPHINX.read_text(encoding="utf-8"), module)


def document(body: str, module: str | None) -> str:
    return selecting("contract: 1\n" + body, module)


def call_of(keywords: Sequence[str]) -> str:
    return "(" + ", ".join(f"{name}=..." for name in keywords) + ")"


def for_subject(subject: Mapping[str, Any]) -> str:
    module, name, kind = subject["module"], subject["object"], subject["kind"]
    if kind in {"extension", "builtin"}:
        return extension(module)
    if kind == "formatter":
        return document(FORMATTER.format(object=name), module)
    call = call_of(subject["passes"])
    if kind.endswith("-function"):
        return document(FUNCTION.format(object=name, trigger=subject["passes"][0], call=call), module)
    if kind == "tree-class":
        return tree_class(name, module) + "---\n" + document(CLASS_CALL.format(object=name, call=call), module)
    raise SystemExit(f"no contract for a plugin of the kind {kind} ({subject['id']})")


def for_sweep(question: str, module: str | None = None) -> str:
    """What inside/oracle.py asks as "kind:name" of each module."""
    kind, name = question.split(":")
    if kind == "tree-class":
        return tree_class(name, module)
    if kind == "extension":
        return extension(module)
    if kind == "call":
        return document(f'functions:\n  - {{name: {name}, call: "(value)"}}\n', module)
    return document('functions:\n  - "def setup(app)"\n', module)


def control_for(subject: Mapping[str, Any]) -> str:
    return document("title: negative control\n" + IMPOSSIBLE, subject["module"])

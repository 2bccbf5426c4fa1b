"""YAML as editors read it that check contracts by a schema: version 1.2, the core schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


class _Core(yaml.SafeLoader):
    """`off`, `yes` and `2027-03-31` are texts; `3.10` and `true` are none."""


_Core.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_form})\\Z"), list(_first))
_Core.yaml_implicit_resolvers[""] = _Core.yaml_implicit_resolvers.pop("\0")


def _as_json(value: Any) -> Any:
    """JSON's keys are texts."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _as_json(item) for key, item in value.items()}
    return [_as_json(item) for item in value] if isinstance(value, list) else value


def documents(text: str) -> list[Any]:
    """All documents but the empty ones; a yaml.YAMLError where it is no YAML."""
    return [_as_json(found) for found in yaml.load_all(text, _Core) if found is not None]


def blocks(page: Path) -> Iterator[tuple[int, str]]:
    """The fenced YAML of a page of docs, and the lines that it begins on."""
    text = page.read_text("utf-8")
    for found in re.finditer(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, found.start(1)) + 1, found.group(1)

"""Short ways to ask what the extractor says of a source text."""

from __future__ import annotations

import textwrap
from typing import Any

from importspy import _core


def structure(source: str | bytes, **options: Any) -> dict[str, Any]:
    if isinstance(source, str):
        source = textwrap.dedent(source).encode()
    result: dict[str, Any] = _core._structure(source, **options)
    return result


def scope(source: str | bytes, **options: Any) -> dict[str, Any]:
    found = structure(source, **options)
    assert found["unreadable"] is None, found["unreadable"]
    result: dict[str, Any] = found["scope"]
    return result


IMPLICIT = {
    "__doc__",
    "__name__",
    "__file__",
    "__package__",
    "__spec__",
    "__loader__",
    "__builtins__",
    "__cached__",
    "__path__",
}


def names(source: str | bytes, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = scope(source, **options)["names"]
    return {name: binding for name, binding in found.items() if name not in IMPLICIT}


def brief(binding: dict[str, Any] | None) -> str:
    """ "1", "1?" (may be absent), "1 | 2", "function", "dynamic", "unknown", ... ; "-" for None."""
    if binding is None:
        return "-"
    return " | ".join(brief_definition(c) for c in binding["candidates"]) + ("?" if binding["may_be_absent"] else "")


def brief_definition(definition: Any) -> str:
    kind, _, what = definition
    if kind == "variable":
        return brief_literal(what["value"])
    if kind == "import":
        dots = "." * what["level"] + what["module"]
        return f"{dots}:{what['name']}" if what["name"] else dots
    return str(kind)


def brief_literal(literal: Any) -> str:
    if literal is None:
        return "bare"
    kind, *rest = literal
    if kind in ("dynamic", "None", "Ellipsis"):
        return str(kind)
    if kind in ("str", "bytes"):
        return repr(rest[0])
    if kind in ("bool", "int", "float", "complex"):
        return str(rest[0])
    items = [brief_literal(item) for item in rest[0]]
    if kind == "dict":
        items = [f"{k}: {v}" for k, v in zip(items[::2], items[1::2], strict=True)]
        return "{" + ", ".join(items) + "}"
    if kind == "tuple" and len(items) == 1:
        return f"({items[0]},)"
    left, right = {"tuple": "()", "list": "[]", "set": "{}"}[kind]
    return left + ", ".join(items) + right


def said(source: str | bytes, name: str, /, **options: Any) -> str:
    return brief(scope(source, **options)["names"].get(name))


def opened(source: str | bytes, **options: Any) -> str:
    result: str = scope(source, **options)["open"]
    return result


def function(source: str | bytes, name: str = "f") -> dict[str, Any]:
    candidates = names(source)[name]["candidates"]
    assert [c[0] for c in candidates] == ["function"]
    result: dict[str, Any] = candidates[0][2]
    return result


def klass(source: str | bytes, name: str = "C") -> dict[str, Any]:
    candidates = names(source)[name]["candidates"]
    assert [c[0] for c in candidates] == ["class"]
    result: dict[str, Any] = candidates[0][2]
    return result


def member(source: str | bytes, name: str) -> str:
    return brief(klass(source)["members"]["names"].get(name))


def attribute(source: str | bytes, name: str) -> str:
    return brief(klass(source)["instance"]["names"].get(name))


def signature(said: dict[str, Any]) -> str:
    """As inspect.signature would write it; defaults as brief literals."""
    parts = []
    kinds = [p["kind"] for p in said["parameters"]]
    for index, parameter in enumerate(said["parameters"]):
        kind = kinds[index]
        star = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(kind, "")
        if kind == "KEYWORD_ONLY" and "KEYWORD_ONLY" not in kinds[:index] and "VAR_POSITIONAL" not in kinds:
            parts.append("*")
        text = star + parameter["name"]
        if parameter["annotation"] is not None:
            text += f": {parameter['annotation']}"
        if parameter["default"] is not None:
            text += (
                f" = {brief_literal(parameter['default'])}"
                if parameter["annotation"]
                else f"={brief_literal(parameter['default'])}"
            )
        parts.append(text)
        if kind == "POSITIONAL_ONLY" and (index + 1 == len(kinds) or kinds[index + 1] != "POSITIONAL_ONLY"):
            parts.append("/")
    arrow = f" -> {said['returns']}" if said["returns"] is not None else ""
    return f"({', '.join(parts)}){arrow}"

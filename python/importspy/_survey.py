"""What is installed under a pattern of names, found without importing anything.

The finders on ``sys.meta_path`` are asked, the guard's own left out, and the folders of packages are listed as
``pkgutil`` lists them. Parent packages are not imported: a ``__path__`` that a package changes while it runs is seen
only where the package is imported already.
"""

from __future__ import annotations

import os
import pkgutil
import re
import sys
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

from . import _core

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_DEEPEST = 32
"""Names of more parts are not looked for: a link that leads back into its own folder has no end."""


def preflight(patterns: str | Sequence[str], contracts: _core._Contracts_ | None = None) -> list[_core.Report]:
    """The reports on all installed modules of such names that a contract selects, in the order of the names."""
    wanted = (patterns,) if isinstance(patterns, str) else tuple(patterns)
    if not all(isinstance(pattern, str) and pattern for pattern in wanted):
        raise TypeError("preflight: patterns of module names are wanted, such as 'acme.plugins.*'")
    guards = _core._status()[0] if contracts is None else (_core._aside(contracts),)
    reports = (_core._survey(name, spec, guards) for name, spec in installed(wanted))
    return [report for report in reports if report is not None]


def installed(patterns: Iterable[str]) -> list[tuple[str, ModuleSpec]]:
    """Each module whose name one of the patterns matches and none that begins with ``!``, with its spec."""
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    away = [compiled(pattern[1:]) for pattern in patterns if pattern.startswith("!")]
    found: dict[str, ModuleSpec] = {}
    for pattern in wanted:
        for name, spec in _matching(pattern):
            if not any(other.fullmatch(name) for other in away):
                found.setdefault(name, spec)
    return sorted(found.items())


def compiled(pattern: str) -> re.Pattern[str]:
    """``*`` stays within one name, ``**`` crosses dots, ``?`` is one character; as in contracts."""
    parts = re.split(r"(\*+|\?)", pattern)
    return re.compile("".join(_translated(part) for part in parts), re.DOTALL)


def _translated(part: str) -> str:
    if part.startswith("*"):
        return "[^.]*" if part == "*" else ".*"
    return "[^.]" if part == "?" else re.escape(part)


def is_plain(name: str) -> bool:
    return "*" not in name and "?" not in name


def _matching(pattern: str) -> Iterator[tuple[str, ModuleSpec]]:
    """Walks down from the longest beginning that has no star in it."""
    parts = pattern.split(".")
    plain: list[str] = []
    for part in parts:
        if not is_plain(part):
            break
        plain.append(part)
    expression = compiled(pattern)
    limit = _DEEPEST if "**" in pattern else len(parts)
    if not plain:
        yield from _below(None, expression, limit)
        return
    name = ".".join(plain)
    spec = find(name)
    if spec is not None:
        if expression.fullmatch(name):
            yield name, spec
        if len(plain) < limit:
            yield from _below((name, spec), expression, limit)


def _below(
    parent: tuple[str, ModuleSpec] | None, expression: re.Pattern[str], limit: int
) -> Iterator[tuple[str, ModuleSpec]]:
    path = None if parent is None else _locations(*parent)
    if parent is not None and path is None:
        return
    prefix = "" if parent is None else parent[0] + "."
    for part, is_package in _names(path):
        name = prefix + part
        deeper = is_package and name.count(".") + 1 < limit
        if not deeper and not expression.fullmatch(name):
            continue
        spec = _ask_finders(name, path)
        if spec is None:
            continue
        if expression.fullmatch(name):
            yield name, spec
        if deeper:
            yield from _below((name, spec), expression, limit)


def _names(path: list[str] | None) -> list[tuple[str, bool]]:
    """The names of modules in those folders, and whether each is a package.

    On sys.path itself namespace packages are left out: every folder there would be one.
    """
    found: dict[str, bool] = {}
    for entry in dict.fromkeys(sys.path if path is None else path):
        try:
            for module in pkgutil.iter_modules([entry]):
                found.setdefault(module.name, module.ispkg)
        except Exception:  # somebody's importer does not know its own archive
            continue
        if path is not None:
            for name in _namespace_folders(entry):
                found.setdefault(name, True)
    if path is None:
        for name in sys.builtin_module_names:
            found.pop(name, None)
    return sorted(found.items())


def _namespace_folders(entry: str) -> Iterator[str]:
    try:
        with os.scandir(entry) as items:
            for item in items:
                if item.name.isidentifier() and item.name != "__pycache__" and item.is_dir():
                    yield item.name
    except OSError:
        return


def find(name: str) -> ModuleSpec | None:
    """The spec of a module, found with nothing imported; None where there is no such module."""
    path: list[str] | None = None
    parts = name.split(".")
    if not all(parts):
        return None
    for depth in range(1, len(parts)):
        parent = ".".join(parts[:depth])
        spec = _ask_finders(parent, path)
        path = None if spec is None and parent not in sys.modules else _locations(parent, spec)
        if path is None:
            return None
    return _ask_finders(name, path)


def _locations(name: str, spec: ModuleSpec | None) -> list[str] | None:
    """Where submodules are looked for: as the package says that is imported, else as its spec says."""
    namespace = getattr(sys.modules.get(name), "__dict__", None)
    live = namespace.get("__path__") if isinstance(namespace, dict) else None
    if live is None:
        live = None if spec is None else spec.submodule_search_locations
    try:
        return None if live is None else [entry for entry in live if isinstance(entry, str)]
    except Exception:  # a namespace path looks at its parent, which is not imported
        return None


def _ask_finders(name: str, path: list[str] | None) -> ModuleSpec | None:
    for finder in list(sys.meta_path):
        if type(finder).__module__ == "importspy._core":
            continue
        find_spec = getattr(finder, "find_spec", None)
        if find_spec is None:
            continue
        try:
            spec: ModuleSpec | None = find_spec(name, path)
        except Exception:  # a finder that stumbles finds nothing
            continue
        if spec is not None:
            return spec
    return None if path is None else _namespace(name, path)


def _namespace(name: str, path: list[str]) -> ModuleSpec | None:
    """A namespace package within a package: ``PathFinder`` finds it only where its parent is imported."""
    portions: list[str] = []
    for entry in path:
        try:
            finder = pkgutil.get_importer(entry)
            spec = None if finder is None else finder.find_spec(name, None)
        except Exception:
            continue
        if spec is not None and spec.loader is None:
            portions += spec.submodule_search_locations or ()
    if not portions:
        return None
    made = ModuleSpec(name, None, is_package=True)
    made.submodule_search_locations = portions
    return made

"""Who imports a module, as the module itself sees it while it runs. Must not know: verdicts and findings."""

from __future__ import annotations

import os
import sys
from _thread import get_ident
from types import ModuleType

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

_RECURSION = "Recursion detected during module analysis."
_MACHINERY = frozenset(
    [
        "_frozen_importlib",
        "_frozen_importlib_external",
        "importlib",
        "importlib._bootstrap",
        "importlib._bootstrap_external",
        "importlib.abc",
        "importlib.util",
        "pkgutil",
        "runpy",
        "zipimport",
        "importspy",
        "importspy._importer",
        "importspy._run",
    ]
)
"""Modules that import others on behalf of somebody. By what they are, and not by what somebody calls itself."""
_copying: set[tuple[str, int]] = set()
"""Files of which a thread executes a copy. A file that asks for another copy of itself would never come to an end."""


class Importer(ModuleType):
    """A module that has not come to its end, because what it imports is asking about it.

    It stands for that module: names, old and new, are that module's. A name that it does not have yet, while it waits
    for its import, comes from a copy of it, which is executed (under the contract) when such a name is first asked for.
    ImportSpy 0.4 always executed one. The copy of a program is not named ``__main__``: what stands under that condition
    does not run a second time.
    """

    __slots__ = ("_complete", "_contract", "_namespace")

    def __init__(self, namespace: dict[str, Any], contract: str) -> None:
        super().__init__(namespace.get("__name__") or "?")
        ModuleType.__getattribute__(self, "__dict__").clear()  # so that all names are asked of the module itself
        object.__setattr__(self, "_namespace", namespace)
        object.__setattr__(self, "_contract", contract)
        object.__setattr__(self, "_complete", None)

    def __getattr__(self, name: str) -> Any:
        namespace = self._namespace
        if name in namespace:
            return namespace[name]
        if "__getattr__" in namespace:
            return namespace["__getattr__"](name)
        if not name.startswith("__") and is_running(namespace) and _will_have(namespace, name):
            return getattr(complete(self), name)
        raise AttributeError(f"module {namespace.get('__name__')!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        self._namespace[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._namespace:
            raise AttributeError(f"module {self._namespace.get('__name__')!r} has no attribute {name!r}")
        del self._namespace[name]

    def __dir__(self) -> list[str]:
        return sorted(self._namespace)

    def __repr__(self) -> str:
        return f"<module {self._namespace.get('__name__')!r} from {self._namespace.get('__file__')!r}, running>"


def find(frame: FrameType, contract: str) -> ModuleType:
    """The module that imports, or else calls, the one whose code runs in ``frame``. ValueError: there is none."""
    start: FrameType | None = frame
    own = frame.f_globals
    importing = False
    while start is not None and start.f_globals is own:
        importing = importing or start.f_code.co_name == "<module>"
        start = start.f_back
    asking = (_behind_import(start, own.get("__name__")) if importing else None) or start
    while asking is not None and _is_machinery(asking):
        asking = asking.f_back
    if asking is None or asking.f_globals is own:
        raise ValueError(f"{_RECURSION} A module holds against a contract who imports it, not itself.")
    return _module_of(asking.f_globals, contract)


def _behind_import(frame: FrameType | None, name: object) -> FrameType | None:
    """The frame that asked for the import of ``name``, whatever other people's loaders have put in between."""
    while frame is not None:
        if frame.f_code.co_name == "_find_and_load" and _is_machinery(frame) and frame.f_locals.get("name") == name:
            return frame.f_back
        frame = frame.f_back
    return None


def _is_machinery(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__")
    if not isinstance(name, str) or name not in _MACHINERY:
        return False
    known = sys.modules.get(name)
    return known is not None and object.__getattribute__(known, "__dict__") is frame.f_globals


def _module_of(namespace: dict[str, Any], contract: str) -> ModuleType:
    if not is_running(namespace):
        named = sys.modules.get(str(namespace.get("__name__")))
        for module in (named, *list(sys.modules.values())):
            if isinstance(module, ModuleType) and object.__getattribute__(module, "__dict__") is namespace:
                return module
    return Importer(namespace, contract)


def is_running(namespace: dict[str, Any]) -> bool:
    """Whether the module's own code has not come to its end."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals is namespace and frame.f_code.co_name == "<module>":
            return True
        frame = frame.f_back
    return bool(getattr(namespace.get("__spec__"), "_initializing", False))


def snapshot(importer: Importer) -> ModuleType | None:
    """What the module holds now that it has come to its end; None while it is running."""
    if is_running(importer._namespace):
        return None
    module = ModuleType(str(importer._namespace.get("__name__")))
    module.__dict__.update(importer._namespace)
    return module


def _will_have(namespace: dict[str, Any], name: str) -> bool:
    """Whether the source may bind the name: asking for another one is no reason to execute anything."""
    path = namespace.get("__file__")
    if not isinstance(path, str):
        return False
    try:
        with open(path, "rb") as file:
            scope = _core._structure(file.read(), None, path)["scope"]
    except OSError:
        return False
    return bool(scope["open"]) or name in scope["names"]


def complete(importer: Importer) -> ModuleType:
    """The copy, executed now if it was not. ContractViolation where it does not keep the contract."""
    copy: ModuleType | None = importer._complete
    if copy is None:
        copy = _execute(importer._namespace, importer._contract)
        object.__setattr__(importer, "_complete", copy)
    return copy


def _execute(namespace: dict[str, Any], contract: str) -> ModuleType:
    path = namespace.get("__file__")
    if not isinstance(path, str):
        raise ValueError(f"module {namespace.get('__name__')!r} is running and has no file to read it from")
    asking = (path, get_ident())
    if asking in _copying:
        raise ValueError(_RECURSION)
    name = _importable_name(namespace, path)
    before = sys.modules.get(name)
    _copying.add(asking)
    try:
        return _core.load_file(name, path, contract)
    finally:
        _copying.discard(asking)
        if before is not None:
            sys.modules[name] = before
        else:
            sys.modules.pop(name, None)


def _importable_name(namespace: dict[str, Any], path: str) -> str:
    name = namespace.get("__name__")
    if name != "__main__":
        return str(name)
    spec_name = getattr(namespace.get("__spec__"), "name", None)
    return spec_name if isinstance(spec_name, str) else os.path.splitext(os.path.basename(path))[0]

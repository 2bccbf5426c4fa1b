"""Holds what the source of standard library modules says against the modules themselves.

Run as a script in an interpreter of its own, with the names of modules as arguments; prints one JSON object. Not a
test itself: test_extract_stdlib.py runs it.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import sys
import types
import warnings
from typing import Any

from importspy import _core

# Differences in which both are right: what is looked at was changed after the import was over. Prefixes of reports.
EXPLAINED = (
    "linecache: value: linecache.cache:",  # filled by whoever shows a line
    "platform: value: platform._uname_cache:",  # filled by whoever asks
    "platform: value: platform._sys_version_cache:",
    "tempfile: value: tempfile.tempdir:",  # filled by whoever asks
    "tempfile: value: tempfile._name_sequence:",
    "multiprocessing.managers: default: multiprocessing.managers.MakeProxyType(_cache):",  # a default that is a cache
    "distutils.cmd: should not exist: distutils.cmd.Distribution:",  # put there by setuptools
)


# From 3.14 on annotations are evaluated when they are asked for, and those that are for type checkers alone fail.
AS_WRITTEN: dict[str, Any] = {}
if sys.version_info >= (3, 14):
    import annotationlib

    AS_WRITTEN["annotation_format"] = annotationlib.Format.FORWARDREF


def carry_out_lazy_imports(module: types.ModuleType) -> dict[str, Any]:
    """The namespace as who uses the module has it: 3.15 leaves a placeholder for a lazy import until it is used."""
    placeholder = getattr(types, "LazyImportType", None)
    return {n: getattr(module, n) if type(v) is placeholder else v for n, v in dict(vars(module)).items()}


def value_of(literal: Any) -> Any:
    """The Python value of a literal; LookupError where some of it is dynamic."""
    kind, *rest = literal
    if kind == "dynamic":
        raise LookupError
    if kind in ("None", "Ellipsis"):
        return None if kind == "None" else ...
    if kind == "dict":
        items = [value_of(item) for item in rest[0]]
        return dict(zip(items[::2], items[1::2], strict=True))
    if kind in ("tuple", "list", "set"):
        return {"tuple": tuple, "list": list, "set": set}[kind](value_of(item) for item in rest[0])
    if kind in ("str", "bytes"):
        return rest[0]
    if kind == "bool":
        return rest[0] == "True"
    return {"int": int, "float": float, "complex": complex}[kind](rest[0])


def same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and (a == b or repr(a) == repr(b))


class Comparison:
    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[str] = []
        self.names = 0

    def report(self, what: str, where: str, detail: object) -> None:
        self.found.append(f"{self.name}: {what}: {where}: {detail}")

    def scope(self, scope: dict[str, Any], namespace: dict[str, Any], where: str, complete: bool) -> None:
        names = scope["names"]
        for name, binding in names.items():
            at = f"{where}.{name}"
            bare = all(c[0] == "variable" and c[2]["value"] is None for c in binding["candidates"])
            self.names += 1
            certain = not binding["may_be_absent"] and all(c[0] != "unknown" for c in binding["candidates"])
            if not bare and certain and name not in namespace:
                self.report("should exist", at, binding["candidates"][0][0])
            if len(binding["candidates"]) == 1 and name in namespace and not binding["may_be_absent"]:
                self.definition(binding["candidates"][0], namespace[name], at)
        if complete and scope["open"] == "":
            for name in namespace:
                if name not in names:
                    self.report("should not exist", f"{where}.{name}", type(namespace[name]).__name__)

    def definition(self, definition: Any, value: Any, at: str) -> None:
        kind, _, what = definition
        if kind == "variable" and what["value"] is not None:
            try:
                said = value_of(what["value"])
            except LookupError:
                return
            if not same(said, value):
                self.report("value", at, f"{said!r:.80} is {value!r:.80}")
        elif kind == "function":
            self.function(what, value, at)
        elif kind == "class":
            self.klass(what, value, at)
        elif kind == "import" and what["name"] is None and not isinstance(value, types.ModuleType):
            self.report("import", at, type(value).__name__)

    def function(self, said: dict[str, Any], value: Any, at: str) -> None:
        if said["unknown"]:
            return
        kind = said["method_kind"]
        wrappers = {"static": staticmethod, "class": classmethod}
        if kind in wrappers:
            if not isinstance(value, wrappers[kind]):
                self.report("kind", at, f"{kind} is {type(value).__name__}")
                return
            value = value.__func__
        elif kind == "property":
            getter = getattr(value, "fget", None) or getattr(value, "func", None)
            if getter is None:
                self.report("kind", at, f"property is {type(value).__name__}")
                return
            value = getter
        elif isinstance(value, (staticmethod, classmethod)):
            if at.rpartition(".")[2] not in ("__new__", "__init_subclass__", "__class_getitem__"):
                self.report("kind", at, f"function is {type(value).__name__}")
            value = value.__func__
        try:
            signature = inspect.signature(value, **AS_WRITTEN)
        except (TypeError, ValueError):
            self.report("signature", at, f"{type(value).__name__} has none")
            return
        wanted = [(p.name, p.kind.name, p.default is not p.empty) for p in signature.parameters.values()]
        got = [(p["name"], p["kind"], p["default"] is not None) for p in said["parameters"]]
        if wanted != got:
            self.report("parameters", at, f"{got} is {wanted}")
            return
        for parameter, live in zip(said["parameters"], signature.parameters.values(), strict=True):
            if parameter["default"] is not None:
                self.default(parameter["default"], live.default, f"{at}({live.name})")
        inner = inspect.unwrap(value)
        if isinstance(inner, types.FunctionType) and inner is value:
            generator = inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner)
            coroutine = inspect.iscoroutinefunction(inner) or inspect.isasyncgenfunction(inner)
            if (said["is_async"], said["is_generator"]) != (coroutine, generator):
                self.report("nature", at, f"{said['is_async']}, {said['is_generator']} is {coroutine}, {generator}")

    def default(self, literal: Any, live: Any, at: str) -> None:
        try:
            said = value_of(literal)
        except LookupError:
            return
        if not same(said, live):
            self.report("default", at, f"{said!r:.80} is {live!r:.80}")

    def klass(self, said: dict[str, Any], value: Any, at: str) -> None:
        if said["decorators"]:
            return
        if not isinstance(value, type):
            self.report("class", at, type(value).__name__)
            return
        harmless = not said["has_metaclass"] and type(value).__name__ in ("type", "ABCMeta")
        if not harmless or any(
            base.__init_subclass__.__qualname__ != "object.__init_subclass__" for base in value.__mro__
        ):
            return
        namespace = {n: v for n, v in vars(value).items() if not (n.startswith("__") and n.endswith("__"))}
        slots = vars(value).get("__slots__", ())
        namespace = {n: v for n, v in namespace.items() if n not in slots and n != "_abc_impl"}
        members = {
            "names": {
                n: b for n, b in said["members"]["names"].items() if not (n.startswith("__") and n.endswith("__"))
            },
            "open": said["members"]["open"],
        }
        complete = not issubclass(value, tuple) and value.__module__ != "typing"
        self.scope(members, namespace, at, complete)


def compare(name: str) -> Comparison | None:
    try:
        spec = importlib.util.find_spec(name)
    except BaseException:  # imports the packages around it
        return None
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        return None
    with open(spec.origin, "rb") as file:
        source = file.read()
    structure = _core._structure(source, name, spec.origin, spec.submodule_search_locations is not None)
    comparison = Comparison(name)
    if structure["unreadable"]:
        comparison.report("unreadable", structure["unreadable"], structure["unreadable_at"])
        return comparison
    try:
        module = importlib.import_module(name)
    except BaseException:  # a module that this machine cannot import
        return None
    scope = structure["scope"]
    namespace = carry_out_lazy_imports(module)
    submodules = {n for n, v in namespace.items() if isinstance(v, types.ModuleType) and v.__name__ == f"{name}.{n}"}
    special = {"__annotations__", "__conditional_annotations__", "__annotate__", "__warningregistry__", "__path__"}
    complete = {n: v for n, v in namespace.items() if n not in submodules | special or n in scope["names"]}
    comparison.scope(scope, complete, name, True)
    return comparison


def main() -> None:
    warnings.simplefilter("ignore")
    result: dict[str, Any] = {"modules": 0, "names": 0, "found": []}
    for name in sys.argv[1:]:
        comparison = compare(name)
        if comparison is not None:
            result["modules"] += 1
            result["names"] += comparison.names
            result["found"] += [found for found in comparison.found if not found.startswith(EXPLAINED)]
    sys.__stdout__.write(json.dumps(result))


if __name__ == "__main__":
    main()

"""Holds verdicts against the truth: a module is run, `inspect` says what is true of it, and each clause that can be
made of that has to be judged so, from the source and from the live module.

Run as a script in an interpreter of its own, with a folder of modules as its argument; prints one JSON object. Not a
test itself: test_verdicts.py runs it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import io
import json
import sys
import types
import unicodedata
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import importspy

Clause = dict[str, Any]
Claim = tuple[Clause, bool]  # what a contract may say, and whether it is true

ABSENT = "never_heard_of_it"
SHAPES = ("()", "(a)", "(a, b)", "(a, b, c)", "(a, b, c, d)", "(zz=1)", "(a, zz=1)")
MACHINERY = {"_abc_impl", "_is_protocol", "_is_runtime_protocol"}  # what ABC and Protocol keep for themselves
IMPLICIT = {"__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__name__", "__package__", "__spec__"}
IMPLICIT |= {"__annotations__", "__annotate__", "__conditional_annotations__", "__warningregistry__", "__path__"}


# ---------------------------------------------------------------- values


def as_yaml(value: Any) -> Any:
    """The value as a contract states it; LookupError where it is none that a contract can state."""
    if value is None or type(value) in (bool, int, str):
        if isinstance(value, str) and not value.isprintable():
            raise LookupError
        return value
    if type(value) in (list, tuple):
        return [as_yaml(item) for item in value]
    if type(value) is dict and all(type(key) is str and key.isidentifier() for key in value):
        return {key: as_yaml(item) for key, item in value.items()}
    raise LookupError


def values(value: Any) -> Iterator[tuple[Any, bool]]:
    try:
        stated = as_yaml(value)
    except LookupError:
        return
    yield stated, True
    yield ("another", False) if stated != "another" else ("other", False)
    if type(value) is int:
        yield value + 1, False
    if type(value) in (list, tuple):
        yield [*stated, 1], False
    if type(value) is dict:
        yield {**stated, "zz": 1}, False


# ---------------------------------------------------------------- functions


def binds(signature: inspect.Signature, shape: str) -> bool:
    """Whether a call of this shape is taken: "(a, b, k=1)"."""
    parts = [part.strip() for part in shape[1:-1].split(",") if part.strip()]
    keywords = {part.partition("=")[0]: 1 for part in parts if "=" in part}
    try:
        signature.bind(*[part for part in parts if "=" not in part], **keywords)
    except TypeError:
        return False
    return True


def signature_of(value: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(value)
    except Exception:
        return None


def shapes(signature: inspect.Signature) -> Iterator[tuple[str, bool]]:
    named = [p.name for p in signature.parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    for shape in dict.fromkeys(
        (*SHAPES, *(f"({name}=1)" for name in named), f"({', '.join(f'{name}=1' for name in named)})")
    ):
        yield shape, binds(signature, shape)


def stub_of(name: str, signature: inspect.Signature) -> str:
    bare = [
        p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else Dots())
        for p in signature.parameters.values()
    ]
    return f"def {name}{inspect.Signature(bare)}"


class Dots:
    def __repr__(self) -> str:
        return "..."


def is_async(value: Any) -> bool | None:
    """None: nobody can say."""
    inner = value
    while isinstance(inner, functools.partial):
        inner = inner.func
    if not inspect.isfunction(inner) or hasattr(inner, "__wrapped__"):
        return None
    return inspect.iscoroutinefunction(inner) or inspect.isasyncgenfunction(inner)


KINDS = ("positional_only", "positional_or_keyword", "var_positional", "keyword_only", "var_keyword")


def parameter_claims(name: str, parameter: inspect.Parameter) -> Iterator[Claim]:
    own = KINDS[parameter.kind]
    variadic = "var_" in own
    has_default = parameter.default is not parameter.empty
    for kind in KINDS:
        if "var_" not in kind:
            yield {"name": name, "arguments": [{"name": parameter.name, "kind": kind}]}, kind == own
    yield {"name": name, "arguments": [{"name": parameter.name, "presence": "forbidden"}]}, False
    yield {"name": name, "arguments": [{"name": ABSENT, "presence": "forbidden"}]}, True
    yield {"name": name, "arguments": [{"name": ABSENT, "presence": "optional", "kind": "keyword_only"}]}, True
    if variadic:
        yield {"name": name, "arguments": [{"name": ABSENT, "kind": own}]}, True
        yield {"name": name, "arguments": [{"name": ABSENT, "kind": own, "presence": "forbidden"}]}, False
        return
    yield {"name": name, "arguments": [{"name": parameter.name, "default": "present"}]}, has_default
    yield {"name": name, "arguments": [{"name": parameter.name, "default": "absent"}]}, not has_default


def function_claims(name: str, value: Any, bound: Any) -> Iterator[Claim]:
    """What can be said of a function; `bound` is what a caller has in hand."""
    signature = signature_of(bound)
    if signature is not None:
        for shape, fits in shapes(signature):
            yield {"name": name, "call": shape}, fits
    nature = is_async(value)
    if nature is not None:
        yield {"name": name, "async": nature}, True
        yield {"name": name, "async": not nature}, False
        yields = inspect.isgeneratorfunction(value) or inspect.isasyncgenfunction(value)
        yield {"name": name, "generator": yields}, True
        yield {"name": name, "generator": not yields}, False
        if nature and not yields:
            yield {"name": name, "async": "awaitable"}, True
    own = signature_of(value)
    if own is not None and inspect.isfunction(value):
        plain = [p.name for p in own.parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        yield {"name": name, "arguments": plain}, True
        yield {"name": name, "arguments": [*plain, ABSENT]}, False
        for parameter in own.parameters.values():
            yield from parameter_claims(name, parameter)
            if parameter.default is not parameter.empty:
                for stated, true in values(parameter.default):
                    yield {"name": name, "arguments": [{"name": parameter.name, "value": stated}]}, true


# ---------------------------------------------------------------- classes


def raw(klass: type, name: str) -> Any:
    for base in klass.__mro__:
        if name in vars(base) and base is not object:
            return vars(base)[name]
    raise LookupError


def instance_of(klass: type) -> Any:
    """An object of the class, made as a host would make it; None where that cannot be done."""
    for arguments in ((), (1,), (1, 2)):
        with contextlib.suppress(Exception):
            return klass(*arguments)
    return None


def method_claims(klass: type, name: str, example: Any) -> Iterator[Claim]:
    try:
        found = raw(klass, name)
    except LookupError:
        yield {"methods": [name]}, False
        yield {"methods": [{"name": name, "presence": "forbidden"}]}, True
        return
    if isinstance(found, (types.FunctionType, staticmethod, classmethod)):
        yield {"methods": [name]}, True
        yield {"methods": [{"name": name, "presence": "forbidden"}]}, False
        kind = {staticmethod: "static", classmethod: "class"}.get(type(found), "instance")
        if name not in ("__new__", "__init_subclass__", "__class_getitem__"):
            for said in ("static", "class", "instance", "property"):
                if said != "property" or name not in getattr(example, "__dict__", {}):  # or callers see that
                    yield {"methods": [{"name": name, "kind": said}]}, said == kind
        inner = found if isinstance(found, types.FunctionType) else found.__func__
        if not isinstance(inner, types.FunctionType):
            return
        is_abstract = getattr(found, "__isabstractmethod__", False) is True
        yield {"methods": [{"name": name, "abstract": is_abstract}]}, True
        yield {"methods": [{"name": name, "abstract": not is_abstract}]}, False
        bound = (
            inner if kind == "static" and name != "__new__" else types.MethodType(inner, object())
        )  # cls is not counted
        for claim, true in function_claims(name, inner, bound):
            yield {"methods": [claim]}, true
    elif isinstance(found, (property, functools.cached_property)):
        yield {"methods": [{"name": name, "kind": "property"}]}, True
        yield {"methods": [{"name": name, "kind": "instance"}]}, False
        cached = isinstance(found, functools.cached_property)
        is_abstract = not cached and getattr(found, "__isabstractmethod__", False) is True
        yield {"methods": [{"name": name, "kind": "property", "abstract": is_abstract}]}, True
        yield {"methods": [{"name": name, "kind": "property", "abstract": not is_abstract}]}, False
        if name not in getattr(example, "__dict__", {}):
            yield {"methods": [{"name": name, "kind": "cached_property"}]}, cached
            for key, part in (("settable", "fset"), ("deletable", "fdel")):
                has_part = cached or getattr(found, part) is not None
                yield {"methods": [{"name": name, key: True}]}, has_part
                yield {"methods": [{"name": name, key: False}]}, not has_part
    elif not callable(found) and not hasattr(type(found), "__get__"):
        yield {"methods": [name]}, False


def attribute_claims(klass: type, name: str, example: Any) -> Iterator[Claim]:
    in_class = any(name in vars(base) for base in klass.__mro__)
    if in_class and isinstance(inspect.getattr_static(klass, name), types.MemberDescriptorType):
        yield {"attributes": [name]}, True
        yield {"attributes": [{"name": name, "presence": "forbidden"}]}, False
        return  # a slot: of the instance, says the contract; of the class, says Python
    in_instance = example is not None and name in getattr(example, "__dict__", {})
    if in_class or in_instance:
        yield {"attributes": [name]}, True
        yield {"attributes": [{"name": name, "presence": "forbidden"}]}, False
    elif (
        example is not None and not hasattr(klass, "__getattr__") and name not in getattr(klass, "__annotations__", {})
    ):
        yield {"attributes": [name]}, False
        yield {"attributes": [{"name": name, "presence": "forbidden"}]}, True
    if in_class:
        yield {"attributes": [{"name": name, "type": "class"}]}, True
        with contextlib.suppress(LookupError):
            for stated, true in values(raw(klass, name)):
                yield {"attributes": [{"name": name, "type": "class", "value": stated}]}, true
    elif name not in getattr(klass, "__annotations__", {}):
        yield {"attributes": [{"name": name, "type": "class"}]}, False
    if in_instance:
        yield {"attributes": [{"name": name, "type": "instance"}]}, True


def class_claims(klass: type, more: set[str]) -> Iterator[Claim]:
    before = {name for base in klass.__mro__ for name in vars(base)}
    example = instance_of(klass)
    later = {name for base in klass.__mro__ for name in vars(base)} - before  # set by the constructor
    names = {name for base in klass.__mro__ if base is not object for name in vars(base)} | set(more) | {ABSENT}
    names |= set(getattr(example, "__dict__", {}))
    names -= (
        {"__init__"} if getattr(klass, "_is_protocol", None) is not None else set()
    )  # Protocol makes one of its own
    for name in sorted(names):
        if name in MACHINERY or name in later or not name.isidentifier():
            continue
        if name.startswith("__") and name.endswith("__") and name not in ("__init__", "__call__", "__new__"):
            continue
        yield from method_claims(klass, name, example)
        if not name.startswith("__"):
            yield from attribute_claims(klass, name, example)
    for base in klass.__mro__[1:]:
        if base is not object:
            yield {"superclasses": [base.__qualname__.rpartition(".")[2]]}, True
            yield {"superclasses": [f"{base.__module__}.{base.__qualname__}"]}, True
            yield {"superclasses": [{"name": base.__qualname__.rpartition(".")[2], "presence": "forbidden"}]}, False
    yield {"superclasses": [{"name": ABSENT, "presence": "forbidden"}]}, True
    yield {"superclasses": [{"name": ABSENT, "presence": "optional", "methods": [ABSENT]}]}, True
    yield {"superclasses": [ABSENT]}, False
    yield (
        {"superclasses": ["elsewhere.Base"]},
        any(b.__module__ == "elsewhere" and b.__qualname__ == "Base" for b in klass.__mro__[1:]),
    )


# ---------------------------------------------------------------- one module


def claims(module: types.ModuleType, structure: dict[str, Any]) -> Iterator[Claim]:
    """Clauses of a contract, and whether they are true of the module that has run."""
    stated = structure["scope"]["names"]
    yield from selection_claims(module)
    instances = {
        n: set(c[2]["instance"]["names"]) for n, b in stated.items() for c in b["candidates"] if c[0] == "class"
    }
    for name in sorted((set(vars(module)) | set(stated) | {ABSENT}) - IMPLICIT):
        # the loader refuses a name that no code can spell: Python's compiler turns it into its normal form
        if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
            continue
        try:
            value = getattr(module, name)
        except AttributeError:
            for kind in ("variables", "functions", "classes"):
                yield {kind: [name]}, False
                yield {kind: [{"name": name, "presence": "forbidden"}]}, True
            continue
        if isinstance(value, types.GenericAlias):
            continue  # list[int] is a type in some Pythons
        yield {"variables": [name]}, True
        yield {"variables": [{"name": name, "presence": "forbidden"}]}, False
        for said, true in values(value):
            yield {"variables": [{"name": name, "value": said}]}, true
        yield {"classes": [name]}, isinstance(value, type)
        yield {"classes": [{"name": name, "presence": "forbidden"}]}, not isinstance(value, type)
        if isinstance(value, types.FunctionType):
            yield {"functions": [name]}, True
            yield {"functions": [{"name": name, "presence": "forbidden"}]}, False
            for claim, true in function_claims(name, value, value):
                yield {"functions": [claim]}, true
            own = signature_of(value)
            if own is not None and is_async(value) is False and not name.startswith("__"):
                yield {"functions": [stub_of(name, own)]}, True
        elif isinstance(value, type):
            yield {"functions": [name]}, False
            more = {
                m for c in stated.get(name, {"candidates": []})["candidates"] if c[0] == "class" for m in members(c[2])
            }
            more |= {m for base in value.__mro__[1:] for m in instances.get(base.__qualname__, ())}
            if value.__module__ != module.__name__ and not more:
                continue
            for claim, true in class_claims(value, more):
                yield {"classes": [{"name": name, **claim}]}, true
            signature = signature_of(value)
            if signature is not None and constructed_plainly(value) and not getattr(value, "_is_protocol", False):
                for shape, fits in shapes(signature):
                    yield {"functions": [{"name": name, "call": shape}]}, fits
        elif not callable(value):
            yield {"functions": [name]}, False
        else:
            signature = signature_of(value)
            if signature is not None:
                for shape, fits in shapes(signature):
                    yield {"functions": [{"name": name, "call": shape}]}, fits


def selection_claims(module: types.ModuleType) -> Iterator[Claim]:
    """How many functions and classes the module makes itself, as __module__ tells."""
    own = {
        id(value): value
        for name, value in vars(module).items()
        if not (name.startswith("__") and name.endswith("__"))
        and (isinstance(value, (type, types.FunctionType)))
        and value.__module__ == module.__name__
    }
    made = [value for value in own.values() if isinstance(value, type)]
    others = [
        value
        for name, value in vars(module).items()
        if callable(value) and not isinstance(value, (type, types.FunctionType)) and name not in IMPLICIT
    ]
    yield from counted("classes", {"name": "*"}, len(made))
    if not others:  # a callable object may count as a function or not
        yield from counted("functions", {"name": "*"}, len(own) - len(made))
    names = {name for klass in made for name in bases_of(klass)} | {"elsewhere.Base"}
    for base in sorted(names):
        yield from counted("classes", {"subclass_of": base}, sum(base in bases_of(klass) for klass in made))
    for klass in made:
        yield from counted("classes", {"name": f"{klass.__name__}*", "subclass_of": ABSENT}, 0)


def bases_of(klass: type) -> set[str]:
    return {f"{base.__module__}.{base.__qualname__}" for base in klass.__mro__[1:] if base is not object}


def counted(kind: str, clause: Clause, number: int) -> Iterator[Claim]:
    yield {kind: [{**clause, "at_least": number}]}, True
    yield {kind: [{**clause, "at_least": number + 1}]}, False
    yield {kind: [{**clause, "at_most": number}]}, True
    if number > 0:
        yield {kind: [{**clause, "at_most": number - 1}]}, False


def constructed_plainly(klass: type) -> bool:
    """inspect.signature() tells the truth of a class unless its metaclass, or both __new__ and __init__, have a say."""
    if type(klass).__call__ is not type.__call__:
        return False
    own = {
        name for base in klass.__mro__ if base is not object for name in ("__new__", "__init__") if name in vars(base)
    }
    return len(own) < 2


def members(said: dict[str, Any]) -> set[str]:
    return set(said["members"]["names"]) | set(said["instance"]["names"])


class Hearing:
    """All claims about one module, before the engine."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.path = folder / f"{name}.py"
        self.found: list[str] = []
        self.counts = {"claims": 0, "proved": 0, "left open": 0}

    def contract(self, chosen: list[Claim], selector: str) -> Path:
        documents = [json.dumps({"modules": [self.name], **clause} if selector else clause) for clause, _ in chosen]
        path = self.folder / "contract.yml"
        path.write_text("\n---\n".join(documents) + "\n", "utf-8")
        return path

    def verdicts(self, report: importspy.Report) -> dict[int, str]:
        """By the number of the clause."""
        result: dict[int, str] = {}
        for finding in report.findings:
            number = ((finding.contract_line or 1) - 1) // 2
            result[number] = "fail" if "fail" in (finding.verdict, result.get(number)) else "unprovable"
        return result

    def hear(self) -> None:
        structure = importspy._core._structure(self.path.read_bytes(), self.name, str(self.path))
        if structure["unreadable"]:
            self.found.append(f"{self.name}: unreadable: {structure['unreadable']}")
            return
        module = importlib.import_module(self.name)
        stated = list(claims(module, structure))
        self.counts["claims"] += len(stated)
        report = importspy.check(self.path, self.contract(stated, ""), module=self.name)
        verdicts = self.verdicts(report)
        open_claims = []
        for number, claim in enumerate(stated):
            verdict = verdicts.get(number, "pass")
            self.compare("source", claim, verdict)
            if verdict == "unprovable":
                open_claims.append(claim)
                self.counts["left open"] += 1
            else:
                self.counts["proved"] += 1
        self.opened = open_claims
        if open_claims:
            self.confirm(open_claims)

    def compare(self, by: str, claim: Claim, verdict: str) -> None:
        clause, true = claim
        if verdict == ("fail" if true else "pass"):
            what = "false denial" if true else "false admission"
            self.found.append(f"{self.name}: {what} by {by}: {json.dumps(clause)}")

    def confirm(self, chosen: list[Claim]) -> None:
        """The module is imported under the guard: what the source left open is now asked of the live module."""
        sys.modules.pop(self.name, None)
        verdicts: dict[int, str] = {}
        with importspy.install(self.contract(chosen, self.name)):
            try:
                importlib.import_module(self.name)
            except importspy.ContractViolation as violation:
                verdicts = self.verdicts(violation.report)
        for number, claim in enumerate(chosen):
            self.compare("live module", claim, verdicts.get(number, "pass"))


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    result: dict[str, Any] = {"modules": 0, "claims": 0, "proved": 0, "left open": 0, "found": [], "open": []}
    for path in sorted(folder.glob("m_*.py")):
        hearing = Hearing(folder, path.stem)
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                hearing.hear()
            except Exception as error:
                hearing.found.append(f"{path.stem}: {type(error).__name__}: {error}")
        result["modules"] += 1
        for key, count in hearing.counts.items():
            result[key] += count
        result["found"] += hearing.found
        result["open"] += [
            f"{path.stem}: {true}: {json.dumps(clause)}" for clause, true in getattr(hearing, "opened", [])
        ]
    sys.__stdout__.write(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

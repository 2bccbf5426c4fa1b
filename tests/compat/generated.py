"""Contracts in the subset that ImportSpy 0.4 can load, and modules that keep them or not quite.

The same on every Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

VALUES = {
    "int": ["7", "42", "0"],
    "str": ["'a'", "'two words'", "'x1'"],
    "float": ["1.5", "0.25"],
    "bool": ["True", "False"],
}
YAML = {"True": "true", "False": "false"}
TYPES = ["int", "str", "float", "bool", "list", "dict", "tuple", "set"]


class Dice:
    """A generator of its own: what random.Random draws for a seed is not promised from one Python to the next."""

    def __init__(self, seed: int) -> None:
        self.state = seed * 2654435761 % 2**32 or 1

    def below(self, limit: int) -> int:
        self.state ^= self.state << 13 & 0xFFFFFFFF
        self.state ^= self.state >> 17
        self.state ^= self.state << 5 & 0xFFFFFFFF
        return self.state % limit

    def one_of(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent


@dataclass
class Item:
    """A variable, an attribute or a parameter, as the contract and as the module has it."""

    name: str
    type: str
    value: str | None
    side: str = ""
    stated: bool = True  # whether the contract states the type
    open: bool = False  # whether the contract leaves the value open


@dataclass
class Callee:
    name: str
    parameters: list[Item]
    returns: str | None
    stated: bool = True


@dataclass
class Thing:
    name: str
    attributes: list[Item]
    methods: list[Callee]
    base: str | None


@dataclass
class Pair:
    variables: list[Item] = field(default_factory=list)
    functions: list[Callee] = field(default_factory=list)
    classes: list[Thing] = field(default_factory=list)


def _value(dice: Dice) -> tuple[str, str]:
    kind = dice.one_of(sorted(VALUES))
    return kind, dice.one_of(VALUES[kind])


def _items(dice: Dice, prefix: str, most: int) -> list[Item]:
    items = []
    for number in range(dice.below(most + 1)):
        kind, value = _value(dice)
        items.append(Item(f"{prefix}{number}", kind, value, stated=dice.chance(60), open=dice.chance(5)))
    return items


def _callee(dice: Dice, name: str, method: bool) -> Callee:
    parameters = [Item("self", "", None, stated=False)] if method else []
    optional = False
    for number in range(dice.below(4)):
        kind = dice.one_of(TYPES)
        optional = optional or dice.chance(30)
        value = None
        if optional:
            kind = dice.one_of(sorted(VALUES))
            value = dice.one_of(VALUES[kind])
        parameters.append(Item(f"p{number}", kind, value, stated=dice.chance(60), open=dice.chance(5)))
    return Callee(name, parameters, dice.one_of(TYPES) if dice.chance(60) else None, dice.chance(80))


def _pair(dice: Dice) -> Pair:
    pair = Pair(_items(dice, "v", 3), [_callee(dice, f"f{n}", False) for n in range(dice.below(3))])
    for number in range(dice.below(3)):
        attributes = [*_items(dice, "a", 2), *_items(dice, "i", 2)]
        for item in attributes:
            item.side = "class" if item.name.startswith("a") else "instance"
            if item.side == "instance":  # 0.4 compares the text of a line with the value: only text can be equal
                item.type, item.value, item.stated = "str", dice.one_of(VALUES["str"][:2]), False
        methods = [_callee(dice, f"m{n}", True) for n in range(dice.below(3))]
        pair.classes.append(Thing(f"C{number}", attributes, methods, "Base" if dice.chance(40) else None))
    return pair


# --- the contract -----------------------------------------------------------------------------------------------------


def _yaml_item(item: Item, indent: str) -> str:
    lines = [f"{indent}- name: {item.name}"]
    if item.side:
        lines.append(f"{indent}  type: {item.side}")
    if item.stated and item.type:
        lines.append(f"{indent}  annotation: {item.type}")
    if item.value is not None and not item.open:
        lines.append(f"{indent}  value: {YAML.get(item.value, item.value)}")
    return "\n".join(lines)


def _yaml_callee(callee: Callee, indent: str) -> str:
    lines = [f"{indent}- name: {callee.name}"]
    if callee.parameters:
        lines.append(f"{indent}  arguments:")
        lines += [_yaml_item(item, indent + "    ") for item in callee.parameters]
    if callee.returns and callee.stated:
        lines.append(f"{indent}  return_annotation: {callee.returns}")
    return "\n".join(lines)


def _contract(pair: Pair) -> str:
    lines = ["filename: made.py"]
    for key, items in (("variables", pair.variables), ("functions", pair.functions)):
        if items:
            lines.append(f"{key}:")
            lines += [_yaml_item(i, "  ") if isinstance(i, Item) else _yaml_callee(i, "  ") for i in items]
    if pair.classes:
        lines.append("classes:")
    for thing in pair.classes:
        lines.append(f"  - name: {thing.name}")
        for key, parts in (("attributes", thing.attributes), ("methods", thing.methods)):
            if parts:
                lines.append(f"    {key}:")
                lines += [_yaml_item(p, "      ") if isinstance(p, Item) else _yaml_callee(p, "      ") for p in parts]
        if thing.base:
            lines += ["    superclasses:", f"      - name: {thing.base}"]
    lines.append(
        "deployments: [{arch: x86_64, systems: [{os: linux, pythons: [{interpreter: CPython, modules: []}]}]}]"
    )
    return "\n".join(lines) + "\n"


# --- the module -------------------------------------------------------------------------------------------------------


def _parameter(item: Item) -> str:
    text = f"{item.name}: {item.type}" if item.type and item.name != "self" else item.name
    return text if item.value is None else f"{text} = {item.value}"


def _def(callee: Callee, indent: str) -> str:
    returns = f" -> {callee.returns}" if callee.returns else ""
    return f"{indent}def {callee.name}({', '.join(map(_parameter, callee.parameters))}){returns}: ..."


def _module(pair: Pair) -> str:
    lines = ["class Base: ..."]
    lines += [f"{item.name} = {item.value}" for item in pair.variables]
    lines += [_def(callee, "") for callee in pair.functions]
    for thing in pair.classes:
        lines.append(f"class {thing.name}({thing.base}):" if thing.base else f"class {thing.name}:")
        lines.append("    made = 1")
        on_class = [item for item in thing.attributes if item.side == "class"]
        lines += [f"    {item.name}: {item.type} = {item.value}" for item in on_class]
        inside = [item for item in thing.attributes if item.side == "instance"]
        if inside:
            lines.append("    def __init__(self):")
            lines += [f"        self.{item.name} = {str(item.value).replace(chr(39), chr(34))}" for item in inside]
        lines += [_def(callee, "    ") for callee in thing.methods]
    return "\n".join(lines) + "\n"


# --- what may be wrong ------------------------------------------------------------------------------------------------


def _all_items(pair: Pair) -> list[tuple[list[Item], int]]:
    lists = [pair.variables, *(thing.attributes for thing in pair.classes)]
    lists += [callee.parameters for callee in _all_callees(pair)]
    return [(items, n) for items in lists for n in range(len(items)) if items[n].name != "self"]


def _all_callees(pair: Pair) -> list[Callee]:
    return [*pair.functions, *(method for thing in pair.classes for method in thing.methods)]


def _drop(dice: Dice, pair: Pair) -> None:
    places = _all_items(pair)
    if places:
        items, number = dice.one_of(places)
        del items[number]


def _rename(dice: Dice, pair: Pair) -> None:
    places = _all_items(pair)
    if places:
        items, number = dice.one_of(places)
        items[number].name += "x"


def _revalue(dice: Dice, pair: Pair) -> None:
    places = [(items, n) for items, n in _all_items(pair) if items[n].value is not None and items[n].type in VALUES]
    if places:
        items, number = dice.one_of(places)
        items[number].value = dice.one_of([v for v in VALUES[items[number].type] if v != items[number].value])


def _retype(dice: Dice, pair: Pair) -> None:
    callees = [callee for callee in _all_callees(pair) if callee.returns or len(callee.parameters) > 1]
    if callees:
        callee = dice.one_of(callees)
        if callee.returns and dice.chance(50):
            callee.returns = dice.one_of([kind for kind in TYPES if kind != callee.returns])
        elif callee.parameters and callee.parameters[-1].name != "self":
            last = callee.parameters[-1]
            last.type = dice.one_of([kind for kind in TYPES if kind != last.type])


def _swap(dice: Dice, pair: Pair) -> None:
    callees = [callee for callee in _all_callees(pair) if len(callee.parameters) > 1]
    if callees:
        parameters = dice.one_of(callees).parameters
        a, b = parameters[-2:]
        if a.name != "self" and (a.value is None) == (b.value is None):
            parameters[-2:] = [b, a]


def _move(dice: Dice, pair: Pair) -> None:
    """A method comes from a base class of the same module."""
    things = [thing for thing in pair.classes if thing.methods and thing.base is None]
    if things:
        thing = dice.one_of(things)
        above = Thing(f"Above{thing.name}", [], [thing.methods.pop()], None)
        pair.classes.insert(pair.classes.index(thing), above)
        thing.base = above.name


def _lose(dice: Dice, pair: Pair) -> None:
    if pair.functions and dice.chance(50):
        del pair.functions[dice.below(len(pair.functions))]
    elif pair.classes:
        thing = dice.one_of(pair.classes)
        if thing.methods and dice.chance(50):
            del thing.methods[dice.below(len(thing.methods))]
        elif thing.base and dice.chance(50):
            thing.base = None
        else:
            pair.classes.remove(thing)


def _add(dice: Dice, pair: Pair) -> None:
    pair.variables.append(Item("more", "int", "1"))
    pair.functions.append(_callee(dice, "more_of_it", False))
    for callee in _all_callees(pair):
        if dice.chance(40) and all(item.name != "extra" for item in callee.parameters):
            callee.parameters.append(Item("extra", "int", "1"))


MISTAKES: list[Callable[[Dice, Pair], None]] = [_drop, _rename, _revalue, _retype, _swap, _move, _lose, _add, _add]


def make(seed: int) -> tuple[str, str]:
    """A contract, and a module for it."""
    contract = _contract(_pair(Dice(seed)))
    pair = _pair(Dice(seed))
    dice = Dice(seed + 7_000_003)
    for _ in range(dice.below(3)):
        dice.one_of(MISTAKES)(dice, pair)
    return contract, _module(pair)

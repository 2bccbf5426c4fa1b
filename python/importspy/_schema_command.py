"""``importspy schema``: the contract format as a JSON Schema (2020-12), for editors and other tools.

Made of the tables along which the loader reads contracts, so it knows every key, word and help text that the loader
knows. What a schema cannot say (that a stub line is Python, that an interface exists, that two clauses contradict each
other) only the loader refuses; what the schema refuses, the loader refuses as well. It is about documents as YAML 1.2
reads them: ``off`` and ``yes`` are texts, and a day is one, too.
"""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False  # importing typing takes longer than what is done here
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import Any

    Schema = dict[str, Any]
    Field = dict[str, Any]
    Record = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONTRACT = 0
"""Number of the record that a document is."""

_END = r"$(?!\n)"
"""In Python's ``re``, "$" alone lets a line break pass; ECMAScript has no ``\\Z``."""

_LETTER, _DIGIT = r"(?:[A-Za-z_]|[^\x00-\x7F])", r"(?:[0-9A-Za-z_]|[^\x00-\x7F])"
_NAME = f"{_LETTER}{_DIGIT}*"
_SET = rf"\[!?{_DIGIT}(?:{_DIGIT}|-)*\]"
_NAME_PATTERN = rf"(?![0-9])(?:{_DIGIT})*(?:[*?]|{_SET})(?:{_DIGIT}|[*?]|{_SET})*"
_VERSION = r"(?:===\s*[^\s,;)]+|(?:==|~=|!=|<=|>=|<|>)?\s*[vV]?[0-9][0-9A-Za-z.!+*_-]*)"
_NOTHING: list[Any] = [None, [], {}]
_SAY_NOTHING: dict[str, list[Any]] = {"value": [], "literal": [], "import entries": [None]}
"""The same for types of keys behind which some of this says something."""

# Scalars are typed by the key, not by YAML: `version: 3.10` is the text "3.10", and `reason: 4711` is one as well.
_TEXT: Schema = {"type": ["string", "number", "boolean"], "pattern": rf"^[^\x00]*{_END}"}
_STUBS = {"variable stub": "[:=]", "attribute stub": "[:=]", "function stub": r"\bdef\b", "method stub": r"\bdef\b"}
_STUBS["class stub"] = r"\bclass\b"
"""What there has to be in a text that is no name; Python's parser sees to the rest."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    commands.add_parser(
        "schema",
        help="print a JSON Schema of contracts",
        description="Prints a JSON Schema (2020-12) of the contract format, with which editors complete and check "
        "contracts. It is about one YAML document, read as YAML 1.2.",
    )


def run() -> tuple[list[str], int]:
    import json  # loads re, which a program that is run by importspy has not asked for

    return [json.dumps(schema(), indent=2, ensure_ascii=False)], 0


def schema(told: dict[str, Any] | None = None) -> Schema:
    """The schema of what ``_core._format()`` tells."""
    told = _core._format() if told is None else told
    maker = _Maker(told)
    return {
        "$schema": DIALECT,
        "title": "An ImportSpy contract",
        "description": told["records"][CONTRACT]["help"],
        "$ref": maker.reference(CONTRACT),
        "$defs": {maker.names[number]: maker.record(record) for number, record in enumerate(told["records"])},
    }


class _Maker:
    """Turns records and fields into schemas."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.records: list[Record] = told["records"]
        self.planned: list[str] = told["planned"]
        self.names = [record["name"].replace(" ", "_") for record in self.records]
        self.codes = [rule.code for rule in _core.rules()]

    def reference(self, number: int) -> str:
        return f"#/$defs/{self.names[number]}"

    def record(self, record: Record) -> Schema:
        fields: list[Field] = record["fields"]
        made: Schema = {
            "description": record["help"],
            "type": "object",
            "properties": {field["key"]: self.property(field) for field in fields},
            "additionalProperties": False,
        }
        required = [field["key"] for field in fields if field["required"]]
        if required:
            made["required"] = required
        if record is self.records[CONTRACT]:
            made["minProperties"] = 1
        if record["must_state"]:
            counted = [f for f in fields if not (record["is_entry"] and f["type"] == "condition")]
            made["anyOf"] = [_stated([f["key"]], _SAY_NOTHING.get(f["type"], _NOTHING)) for f in counted]
        twins = [(f, fields[f["spelling_of"]]) for f in fields if f["spelling_of"] is not None]
        if twins:
            made["allOf"] = [{"not": _stated([one["key"], other["key"]], [None])} for one, other in twins]
        return made

    def property(self, field: Field) -> Schema:
        """What may stand behind the key: nothing, too, which says that it is not stated."""
        made = self.fragment(field)
        if not field["required"]:
            made = _or_null(made)
        old = {"deprecated": True} if field["replaced_by"] else {}
        return {"description": field["help"], **old, **made}

    def fragment(self, field: Field) -> Schema:
        try:
            make = _FRAGMENTS[field["type"]]
        except KeyError:
            raise LookupError(f"the schema has nothing for keys of type {field['type']!r} ({field['key']})") from None
        return make(self, field)

    def entry(self, number: int) -> Schema:
        """An entry of a list: a mapping, or what may stand for one."""
        record = self.records[number]
        mapping = {"$ref": self.reference(number)}
        if not record["plain"]:
            return mapping
        plain = [self.fragment(record["fields"][0])]
        if record["plain"] != "name":
            stub = {"type": "string", "pattern": _STUBS[record["plain"]], "description": f"a {record['plain']} line"}
            plain.append(stub)
        return {"anyOf": [mapping, *plain]}

    def list_of(self, number: int, **limits: int) -> Schema:
        return {"type": "array", "items": self.entry(number), **limits}

    def pairs(self, number: int) -> Schema:
        """A mapping of names to values in place of a list."""
        name = self.fragment(self.records[number]["fields"][0])
        return {
            "description": f"names and values, each for one {self.records[number]['name']}",
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"allOf": [name, {"not": {"const": "name"}}]},
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            "deprecated": True,
        }


def _stated(keys: list[str], nothing: list[Any] = _NOTHING) -> Schema:
    made: Schema = {"required": keys}
    if nothing:
        made["properties"] = {key: {"not": {"enum": nothing}} for key in keys}
    return made


def _or_null(made: Schema) -> Schema:
    if not made or set(made) == {"not"}:
        return made
    if "anyOf" in made and set(made) == {"anyOf"}:
        return {"anyOf": [*made["anyOf"], {"type": "null"}]}
    kinds = made.get("type")
    if kinds is None or "enum" in made or "const" in made:
        return {"anyOf": [made, {"type": "null"}]}
    return {**made, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}


def _matching(pattern: str, *others: str) -> Schema:
    """A text of this form; or a scalar of another type, which is a text of this form to the loader."""
    kinds: str | list[str] = ["string", *others] if others else "string"
    return {"type": kinds, "pattern": f"^{pattern}{_END}"}


def _one_or_several(one: Schema, **limits: int) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one, **limits}]}


def _any_case(word: str) -> str:
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else _escaped(c) for c in word)


def _escaped(character: str) -> str:
    return character if character.isalnum() or character == "_" else f"\\{character}"


def _word(maker: _Maker, field: Field) -> Schema:
    """One of the words, in any case. Editors offer them as they are written here."""
    words: list[dict[str, str]] = field["words"]
    choices: list[Schema] = []
    for word in words:
        choices.append({"const": word["word"], **({"description": word["help"]} if word["help"] else {})})
        if word["word"] in ("true", "false"):  # to YAML these are no texts
            choices.append({"const": word["word"] == "true"})
        elif word["word"].isdigit():
            choices.append({"const": int(word["word"])})
    any_case = "|".join(_any_case(word["word"]) for word in words)
    return {"anyOf": [*choices, {**_matching(f"(?:{any_case})"), "description": "the same, in any case"}]}


def _value(maker: _Maker, field: Field) -> Schema:
    """Any value; a mapping with a key of a demand is a demand."""
    keys = [f["key"] for f in maker.records[field["element"]]["fields"]]
    literal: Schema = {"not": {"type": "object", "anyOf": [{"required": [key]} for key in keys]}}
    return {"anyOf": [literal, _mapping(maker, field)]}


def _annotation(maker: _Maker, field: Field) -> Schema:
    compatible = {
        "type": "object",
        "description": "a type that fits will do",
        "properties": {"compatible": _TEXT},
        "required": ["compatible"],
        "additionalProperties": False,
    }
    return {"anyOf": [_TEXT, compatible]}


def _version(maker: _Maker, field: Field) -> Schema:
    return {**_matching(rf"[\s,]*{_VERSION}(?:\s*,[\s,]*{_VERSION})*[\s,]*", "number"), "minimum": 0}


def _list(maker: _Maker, field: Field) -> Schema:
    made = maker.list_of(field["element"])
    pairs = maker.records[field["element"]]["takes_pairs"]
    return {"anyOf": [made, maker.pairs(field["element"])]} if pairs else made


def _python(maker: _Maker, field: Field) -> Schema:
    return {"anyOf": [_version(maker, field), _mapping(maker, field)]}


def _any_version(maker: _Maker, field: Field) -> Schema:
    """A version, or "*" for any."""
    return {"anyOf": [{"const": "*"}, _version(maker, field)]}


def _by_name(name: Schema, held: Schema) -> Schema:
    return {"type": "object", "propertyNames": name, "additionalProperties": held}


def _libc(maker: _Maker, field: Field) -> Schema:
    word = _word(maker, field)
    return {
        "anyOf": [_one_or_several(word, minItems=1), {**_by_name(word, _any_version(maker, field)), "minProperties": 1}]
    }


def _hosts(maker: _Maker, field: Field) -> Schema:
    return _by_name(_matching(r"[^\x00-\x20\x7F=,]+"), {"anyOf": [_any_version(maker, field), _mapping(maker, field)]})


def _demanded_environment(maker: _Maker, field: Field) -> Schema:
    words: list[Schema] = [
        {"const": "present", "description": "it is set"},
        {"const": "absent", "description": "it is not set"},
        {"const": "secret", "description": "it is set, and its value is a secret"},
    ]
    return _by_name(_matching(r"[^=\x00]+"), {"anyOf": [*words, _TEXT, _mapping(maker, field)]})


def _severities(maker: _Maker, field: Field) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"enum": maker.codes},
        "additionalProperties": _or_null(_word(maker, field)),
    }


def _mapping(maker: _Maker, field: Field) -> Schema:
    return {"$ref": maker.reference(field["element"])}


def _scalar(pattern: str) -> Schema:
    return _matching(pattern, "number", "boolean")


def _patterns(form: str) -> Schema:
    """One pattern, or a list in which not all of them take away."""
    several = {"type": "array", "items": _scalar(f"!?{form}")}
    return {"anyOf": [_scalar(form), {**several, "maxItems": 0}, {**several, "contains": _scalar(form)}]}


_COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 1_000_000_000}
_PATH = _scalar(r"[^\x00]+")
_PART = r"[^\x00-\x20\x7F/\\\[\]!,.]+"
_MODULES = rf"{_PART}(?:\.{_PART})*"
_USED_PART = rf"(?:\*\*|(?!\*\*)(?:[A-Za-z_]|[^\x00-\x7F]|\*(?!\*))(?:{_DIGIT}|\*(?!\*))*)"
_USED = rf"{_USED_PART}(?:\.{_USED_PART})*"
_FILES = r"(?!!)[^\\\x00]*[^\\/\x00]"

_DISTRIBUTION = r"[0-9A-Za-z](?:[0-9A-Za-z._-]*[0-9A-Za-z])?"
_BLANKS = r"[ \t]*"
_EXTRAS = rf"\[{_BLANKS}{_DISTRIBUTION}{_BLANKS}(?:,{_BLANKS}{_DISTRIBUTION}{_BLANKS})*\]"
_DISTRIBUTIONS = rf"{_BLANKS}{_DISTRIBUTION}{_BLANKS}(?:{_EXTRAS})?{_BLANKS}"
_MEMORY = r"(?=.*[1-9])[0-9]{1,16}(?:\.[0-9]{1,3})? *(?:[kKMGT]B|[KMGT]iB|B)"
_OF_DISTRIBUTION: Schema = {
    "type": "object",
    "description": "the modules of what pip installs under this name",
    "properties": {"distribution": _scalar(_DISTRIBUTION)},
    "required": ["distribution"],
    "additionalProperties": False,
}

_FRAGMENTS: dict[str, Callable[[_Maker, Field], Schema]] = {
    "format": lambda maker, field: {"enum": [1, "1"]},
    "text": lambda maker, field: _TEXT,
    "name": lambda maker, field: _matching(_NAME, "boolean"),
    "name pattern": lambda maker, field: _matching(f"(?:{_NAME}|{_NAME_PATTERN})", "boolean"),
    "qualified name": lambda maker, field: _matching(rf"{_NAME}(?:\.{_NAME})*", "boolean"),
    "dotted name": lambda maker, field: _matching(rf"{_NAME}(?:\.{_NAME})*", "boolean"),
    "environment name": lambda maker, field: _scalar(r"[^=\x00]+"),
    "file name": lambda maker, field: _scalar(r"[^/\\\x00]+"),
    "word": _word,
    "word text": _word,
    "words": lambda maker, field: _one_or_several(_word(maker, field), minItems=1),
    "value": _value,
    "environment value": lambda maker, field: {"anyOf": [_TEXT, _mapping(maker, field)]},
    "literal": lambda maker, field: {},
    "literals": lambda maker, field: {"type": "array", "minItems": 1},
    "number": lambda maker, field: {"type": "number"},
    "regular expression": lambda maker, field: _TEXT,
    "count": lambda maker, field: _COUNT,
    "length": lambda maker, field: {"anyOf": [_COUNT, _mapping(maker, field)]},
    "annotation": _annotation,
    "version": _version,
    "Python version": _version,
    "call": lambda maker, field: {"type": "string", "pattern": rf"^\s*\([^\x00]*\)\s*{_END}"},
    "interfaces": lambda maker, field: _one_or_several(_PATH),
    "module pattern": lambda maker, field: _scalar(_MODULES),
    "module patterns": lambda maker, field: _patterns(_MODULES),
    "file patterns": lambda maker, field: _patterns(_FILES),
    "list": _list,
    "superclasses": _list,
    "environment": _mapping,
    "rule": lambda maker, field: {"enum": maker.codes},
    "severities": _severities,
    "date": lambda maker, field: _matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "extends": lambda maker, field: _one_or_several(_PATH),
    "group": lambda maker, field: maker.list_of(field["element"], minItems=1),
    "negation": _mapping,
    "condition": _mapping,
    "requirements": _mapping,
    "Python": _python,
    "C libraries": _libc,
    "distribution": lambda maker, field: _scalar(_DISTRIBUTION),
    "distributions": lambda maker, field: _by_name(_matching(_DISTRIBUTIONS), _any_version(maker, field)),
    "hosts": _hosts,
    "commands": lambda maker, field: _one_or_several(_scalar(r"[^/\\\x00]+")),
    "memory": lambda maker, field: _matching(_MEMORY),
    "CPUs": lambda maker, field: {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000},
    "environment demands": _demanded_environment,
    "policy": _mapping,
    "import entries": lambda maker, field: _one_or_several({"anyOf": [_matching(_USED, "boolean"), _OF_DISTRIBUTION]}),
    "call entries": lambda maker, field: _one_or_several(_matching(_USED, "boolean")),
    "top-level calls": lambda maker, field: {
        "anyOf": [{"const": "deny"}, {"type": "array", "items": _matching(_USED, "boolean")}]
    },
}
"""Type of a key -> what may stand behind it. Each type of the format has its row."""

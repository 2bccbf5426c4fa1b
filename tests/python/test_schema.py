"""``importspy schema``: the schema accepts what the loader accepts, and refuses what a schema can refuse.

Samples and wrong values are listed by the type of a key, and applied to every key of every record of the format: a new
type fails here until it has its rows, a new key is tested without being named.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from importspy import ContractError, _core, _schema_command
from importspy.cli import main

jsonschema = pytest.importorskip("jsonschema")
yaml_documents = pytest.importorskip("yaml_documents")

ROOT = Path(__file__).resolve().parents[2]
BAD = ROOT / "tests" / "cases" / "contracts" / "bad"
OTHER = ("tests/cases/contracts/", ".venv", "build")
CONTRACTS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in sorted(ROOT.iterdir())
    if folder.is_dir() and folder.name != "build" and not folder.name.startswith(".")
    for path in folder.rglob("*.yml")
    if not path.relative_to(ROOT).as_posix().startswith(OTHER) and not path.parts[-2].startswith(".")
)
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])

ROUNDS = 1500

FORMAT = _core._format()
RECORDS = FORMAT["records"]

ONLY_THE_LOADER = {
    "that Python can parse it": "annotation_wrong call_wrong compatible_wrong stub_decorator stub_dynamic_value "
    "stub_two_definitions stub_wrong",
    "regular expressions": "value_default_pattern value_nested value_pattern_open value_pattern_repeat "
    "value_pattern_settings",
    "what numbers mean together": "value_length_contradicts value_range_below value_range_empty value_range_open",
    "that keys or entries do not contradict each other": "argument_default_and_value argument_forbidden_value "
    "argument_twice superclass_forbidden_body class_forbidden_any_of forbidden_and_required "
    "forbidden_with_arguments forbidden_with_methods forbidden_with_value value_keys_and_items",
    "that there is a document at all": "comment_only empty_documents empty_file",
    "what is in other files": "extends_empty extends_folder extends_itself extends_missing",
    "paths, part by part": "files_parent_behind_wildcard",
    "what the contract is used for": "no_selector no_selector_second_document",
    "what rules are about": "severity_fixed waive_fixed waive_itself",
    "the calendar, and blank texts": "waive_blank_reason waive_date",
}
"""What a schema cannot know -> the contracts in tests/cases/contracts/bad/ that are wrong for that reason."""

NOT_JSON = {"ISPY902", "ISPY903", "ISPY904", "ISPY905", "ISPY906"}
"""Not YAML, or nothing that JSON can hold: no schema ever sees it."""


@cache
def validator() -> Any:
    made = _schema_command.schema()
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)


def fits(document: Any) -> bool:
    return bool(validator().is_valid(document))


Loads = Callable[[Any], "str | None"]


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loads:
    """What the loader has against a document, or None."""
    (tmp_path / "base.yml").write_text("functions: [of_the_base]\n")
    (tmp_path / "api.pyi").write_text("class Plugin:\n    def run(self) -> None: ...\n")
    monkeypatch.chdir(tmp_path)

    def load(document: Any) -> str | None:
        Path("contract.yml").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        try:
            _core._load("contract.yml")
        except ContractError as error:
            return str(error)
        return None

    return load


# --- contracts that people wrote --------------------------------------------------------------------------------------


def test_there_are_contracts() -> None:
    assert len(CONTRACTS) > 40
    assert {"demo/contract.yml", "contracts/flake8.yml", "examples/embed/contract.yml"} <= set(CONTRACTS)


@pytest.mark.parametrize("path", CONTRACTS)
def test_every_contract_fits(path: str) -> None:
    for document in yaml_documents.documents((ROOT / path).read_text("utf-8")):
        assert [error.message for error in validator().iter_errors(document)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_loads_in_the_documentation_fits(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line, text in yaml_documents.blocks(page):
        Path("contract.yml").write_text(text, "utf-8")
        try:
            _core._load("contract.yml")
        except ContractError:
            continue
        for document in yaml_documents.documents(text):
            assert [error.message for error in validator().iter_errors(document)] == [], f"line {line}"


def test_bad_contracts_are_refused() -> None:
    passed = set()
    for path in sorted(BAD.glob("*.yml")):
        complaint = path.with_suffix(".expected").read_text("utf-8").splitlines()[0]
        if any(code in complaint for code in NOT_JSON) or path.stem == "list_as_key":
            continue
        if all(map(fits, yaml_documents.documents(path.read_text("utf-8")))):
            passed.add(path.stem)
    assert passed == {name for names in ONLY_THE_LOADER.values() for name in names.split()}


# --- every key of the format ------------------------------------------------------------------------------------------

TEXTS = ["some text", 4711, 1.5, True]
SAMPLES: dict[str, list[Any]] = {
    "format": [1, "1"],
    "text": TEXTS,
    "name": ["name", "_x1", "größe", True],
    "name pattern": ["name", "*Plugin", "test_?", "[a-z]*", "x[!_]", "*[a-z0-9_]", "größe*", True],
    "qualified name": ["Base", "acme.api.Base"],
    "dotted name": ["Base", "acme.api.Base"],
    "environment name": ["HOME", "a b", 5],
    "file name": ["plugin.py", 5],
    "value": [
        None,
        1,
        1.5,
        True,
        "x",
        [],
        {},
        [1, {"a": 2}],
        {"a": 1},
        {"one_of": [1, {"equal": 2}], "items": {"type": "INT"}},
    ],
    "environment value": [*TEXTS, {"equal": "x"}, {"matches": "a+", "length": 3}],
    "literal": [None, 1, 1.5, True, "x", [], {}, {"a": 1}, {"equal": 1}],
    "literals": [[1], [None, {"type": "x"}, []]],
    "number": [0, -1.5, 10**20],
    "regular expression": ["a+", "[0-9]{4}", 5],
    "count": [3, 1_000_000_000],
    "length": [0, 3, {"at_least": 1}, {"at_most": 5}],
    "annotation": ["int", "list[str] | None", {"compatible": "int"}],
    "version": ["1.2", ">=1,<2", 3, 1.5, "~= 1.4.2", "==1.*", "1!2.0+local", "v1.0rc1"],
    "Python version": ["3.11", 3.11, ">=3.10, <4"],
    "call": ["()", "(app, config, timeout=..., *args, **kwargs)"],
    "interfaces": ["api.pyi:Plugin", ["api.pyi:Plugin"], []],
    "module patterns": ["acme.*", ["acme.**", "!acme._*"], [], 5],
    "file patterns": ["plugins/**/*.py", ["*.py", "!_*.py"], [], "[a-z].py"],
    "module pattern": ["acme.plugins.old", "acme.*"],
    "rule": ["ISPY301"],
    "severities": [{"ISPY301": "warn", "ISPY503": "OFF"}, {}, {"ISPY301": None}],
    "date": ["2027-03-31"],
    "extends": ["base.yml", ["base.yml"], []],
    "Python": ["3.11", 3.11, ">=3.10, <4", {"gil": "off"}, {"optimize": 2, "version": ">=3.10"}],
    "C libraries": ["glibc", ["musl", "GLIBC"], {"glibc": ">=2.28", "musl": "*"}, {"glibc": 2.31}],
    "distribution": ["acme", "Acme.host-2", 5],
    "distributions": [{"requests": ">=2"}, {"acme-sdk[mail, sms]": "*"}, {}, {"A.b_c": 1.5, " x [y] ": "*"}],
    "hosts": [{"acme": ">=2,<3"}, {"acme": "*"}, {}, {"acme": {"variable": "VERSIONS"}, "other": 2}],
    "commands": ["git", ["git", "ffmpeg"], [], 7, "a b"],
    "memory": ["512 MiB", "1.5GB", "64kB", "0.5  TiB", "10 B"],
    "CPUs": [1, 0.5, 64],
    "environment demands": [
        {"HOME": "present"},
        {"A": 1, "B": True, "C": "x", "D": "secret", "E": "absent"},
        {},
        {"N": {"type": "integer", "at_least": 1}, "P": {"presence": "forbidden"}, "S": {"secret": True}},
    ],
    "import entries": ["socket", ["acme.**", "acme.*.api", {"distribution": "acme-sdk"}], [{"distribution": "a"}]],
    "call entries": ["eval", ["os.system", "subprocess.*"]],
    "top-level calls": ["deny", [], ["re.compile", "logging.**"]],
}
"""Type -> values that are right; of types that hold words or records, they follow from the tables."""

NO_TEXT: list[Any] = [[], ["x"], {"x": 1}]
WRONG: dict[str, list[Any]] = {
    "format": [2, "one", [], {"x": 1}],
    "text": [*NO_TEXT, "a\0b"],
    "name": [*NO_TEXT, "a b", "1a", "", 5, 1.5, "a.b", "a\n"],
    "name pattern": [*NO_TEXT, "a b*", "1a", "1*", "", 5, 1.5, "a.*", "*\n", "a-*", "[]", "a[", "]a[", "[!]", "[-a]"],
    "qualified name": [*NO_TEXT, "a b", "", "a.", ".a", "a..b", "a.*", 5],
    "dotted name": [*NO_TEXT, "a b", "", "a.", ".a", "a..b", 5],
    "environment name": [*NO_TEXT, "", "A=B"],
    "file name": [*NO_TEXT, "", "a/b.py", "a\\b.py"],
    "word": [*NO_TEXT, "no such word", "", 5],
    "word text": [*NO_TEXT, "no such word", "", 5],
    "words": [[], {"x": 1}, ["no such word"], "no such word", [None], [[]]],
    "value": [{"equal": 1, "x": 1}, {"type": "no such type"}, {"one_of": []}, {"items": {"matches": []}}],
    "environment value": [[], ["x"], {"x": 1}, {"keys": 1}, {"equal": 1, "x": 1}],
    "literal": [],
    "literals": ["x", 5, [], {"x": 1}],
    "number": [*NO_TEXT, "x", "1", True],
    "regular expression": NO_TEXT,
    "count": [*NO_TEXT, -1, 1.5, "3", True, 2_000_000_000],
    "length": [[], ["x"], {"x": 1}, -1, 1.5, "3", True],
    "annotation": [
        [],
        ["int"],
        {},
        {"x": "int"},
        {"compatible": None},
        {"compatible": []},
        {"compatible": "int", "x": 1},
    ],
    "version": [*NO_TEXT, "", "new", True, "=>1", ">=1 <2"],
    "Python version": [*NO_TEXT, "", "new", True, "=>1"],
    "call": [*NO_TEXT, "", "app, config", 5, "(a", True],
    "interfaces": [{"x": 1}, [[]], [{}], ""],
    "module patterns": [{"x": 1}, "", "!", [None], [[]], "a b", "a/b", "a..b", ".a", "a[b]", "!a", ["!a"], "a,b"],
    "file patterns": [{"x": 1}, "", "!", [None], [[]], "a\\b", "a/", "!a", ["!a", "!b"]],
    "module pattern": [*NO_TEXT, "", "!a", "a b", "a/b"],
    "rule": [*NO_TEXT, "", "ISPY", "ISPY000", "ispy301"],
    "severities": ["x", [], {"ISPY000": "warn"}, {"ISPY301": "loud"}, {"ISPY301": []}],
    "date": [*NO_TEXT, "", "tomorrow", "2027-3-1", "31.03.2027", 2027],
    "extends": [{"x": 1}, [None], [[]], [""], ""],
    "list": ["x", 5, {"x": []}, {"name": "x"}, [None], [[]]],
    "superclasses": ["x", {"x": 1}, [None], [[]]],
    "environment": ["x", [], 5],
    "group": [[], "x", {"x": 1}, [None], [[]], [{}], ["x"]],
    "negation": ["x", [], {}, 5],
    "condition": ["x", [], {}, 5],
    "requirements": ["x", [], {}, 5],
    "Python": [[], ["x"], {"x": 1}, "", "new", True, "=>1", {}, {"gil": "maybe"}, {"optimize": 3}],
    "C libraries": [[], {"x": 1}, {}, "x", ["x"], [None], {"glibc": None}, {"glibc": "new"}, {"glibc": []}],
    "distribution": [*NO_TEXT, "", "-a", "a b", "a[b]", "a>=1"],
    "distributions": [
        "requests",
        ["requests"],
        {"requests": None},
        {"requests": "new"},
        {"requests": []},
        {"-x": "*"},
        {"a b": "*"},
        {"a[": "*"},
        {"a[]": "*"},
        {"a[b": "*"},
        {"a[b,]": "*"},
    ],
    "hosts": [
        "acme",
        ["acme"],
        {"acme": None},
        {"acme": "new"},
        {"acme": {}},
        {"acme": {"x": 1}},
        {"a b": "*"},
        {"": 1},
    ],
    "commands": [{"x": 1}, [[]], [None], "", "a/b", ["a\\b"]],
    "memory": [*NO_TEXT, "", "512", 512, "0 MiB", "1 mb", "1.5.5 GB", "-1 GB", "1e3 MB", "1 GB ", "1.2345 GB", "x"],
    "CPUs": [*NO_TEXT, 0, -1, "2", "two", True, 10_000_000],
    "environment demands": [
        "x",
        ["HOME"],
        {"HOME": None},
        {"HOME": []},
        {"A=B": "x"},
        {"": "x"},
        {"A": {}},
        {"A": {"x": 1}},
        {"A": {"type": "float"}},
        {"A": {"presence": "maybe"}},
    ],
    "policy": ["x", [], {"x": 1}, 5],
    "import entries": ["", "a b", ".a", "a..b", "a***", "a/b", "!a", 5, [None], [[]], [{}], [{"distribution": "a b"}]],
    "call entries": ["", "a b", ".a", "a..b", "a?", 5, [None], [[]], [{"distribution": "a"}], {"x": 1}],
    "top-level calls": ["allow", "", 5, {"x": 1}, ["a b"], [None]],
}
"""Type -> values that no key of the type may have."""


SINGLE = (
    "environment",
    "negation",
    "condition",
    "value",
    "environment value",
    "length",
    "requirements",
    "Python",
    "policy",
)
"""Types that hold one mapping."""

BY_NAME = ("hosts", "environment demands")
"""Types that hold mappings, each behind a name."""


def samples(field: dict[str, Any]) -> list[Any]:
    words = [word["word"] for word in field["words"]]
    kind = field["type"]
    if kind in ("word", "word text"):
        return [variant for word in words for variant in (word, word.upper(), word.swapcase())]
    if kind == "words":
        return [words[0], words, [word.upper() for word in words]]
    if kind in SAMPLES:
        return SAMPLES[kind]
    whole = sample(field["element"])
    if kind in SINGLE:
        return [whole]
    record = RECORDS[field["element"]]
    several: list[Any] = [[whole]]
    if kind != "group":
        several.append([])
    if record["plain"]:
        several.append([whole[record["fields"][0]["key"]]])
    if record["takes_pairs"]:
        several += [{"one": 1, "two": None, "three": "x"}]
    return several


def sample(number: int) -> dict[str, Any]:
    """A small mapping that is right."""
    record = RECORDS[number]
    fields = record["fields"]
    made = {field["key"]: samples(field)[0] for field in fields if field["required"]}
    if fields[0]["key"] == "name":
        made["name"] = samples(fields[0])[0]
    if not made:
        first = next(
            field
            for field in fields
            if field["type"]
            in ("file name", "word text", "version", "Python version", "Python", "list", "literal", "count")
            or field["type"] == "import entries"
        )
        made = {first["key"]: samples(first)[0]}
    return made


def ways() -> dict[int, list[dict[str, Any]]]:
    """Record -> the fields that lead to it from the contract."""
    found: dict[int, list[dict[str, Any]]] = {_schema_command.CONTRACT: []}
    waiting = [_schema_command.CONTRACT]
    while waiting:
        number = waiting.pop(0)
        for field in RECORDS[number]["fields"]:
            if field["element"] is not None and field["element"] not in found:
                found[field["element"]] = [*found[number], {**field, "of": number}]
                waiting.append(field["element"])
    return found


def wrapped(way: list[dict[str, Any]], inner: Any) -> Any:
    """The contract that holds the mapping at the end of the way."""
    for field in reversed(way):
        held = inner if field["type"] in SINGLE else {"NAME": inner} if field["type"] in BY_NAME else [inner]
        inner = {**sample(field["of"]), field["key"]: held}
    return inner


WAYS = ways()
KEYS = [(number, field) for number in WAYS for field in RECORDS[number]["fields"]]
NAMES = [f"{RECORDS[number]['name']}.{field['key']}" for number, field in KEYS]


def without_twins(number: int, field: dict[str, Any]) -> dict[str, Any]:
    """The sample without other spellings of the key."""
    fields = RECORDS[number]["fields"]
    own = fields[field["spelling_of"]] if field["spelling_of"] is not None else field
    twins = {own["key"], *(f["key"] for f in fields if f["spelling_of"] == fields.index(own))}
    rest = {key: value for key, value in sample(number).items() if key not in twins}
    if fields[0]["type"] == "name pattern":
        if field["key"] in ("at_least", "at_most"):  # they count what is selected
            rest["name"] = "*Plugin"
        elif field["key"] == "name" and not field["required"]:  # a class may be selected without
            rest["subclass_of"] = "acme.api.Plugin"
    return rest


def both_refuse(document: Any, refusal: Loads) -> None:
    assert not fits(document), f"the schema takes {document}"
    assert refusal(document) is not None, f"the loader takes {document}"


def both_take(document: Any, refusal: Loads) -> None:
    assert [error.message for error in validator().iter_errors(document)] == []
    assert refusal(document) is None, f"{refusal(document)}: {document}"


def test_every_type_has_its_rows() -> None:
    assert None not in FORMAT["types"]
    assert len(set(FORMAT["types"])) == len(FORMAT["types"])
    assert set(_schema_command._FRAGMENTS) == set(FORMAT["types"]) == set(WRONG)


def test_a_type_without_a_fragment_is_an_error() -> None:
    told = _core._format()
    told["records"][0]["fields"][0]["type"] = "no such type"
    with pytest.raises(LookupError, match="no such type"):
        _schema_command.schema(told)


def test_every_record_is_reached() -> None:
    assert set(WAYS) == set(range(len(RECORDS)))
    assert len({record["name"] for record in RECORDS}) == len(RECORDS)


@pytest.mark.parametrize(("number", "field"), KEYS, ids=NAMES)
def test_what_a_key_may_hold(number: int, field: dict[str, Any], refusal: Loads) -> None:
    rest = without_twins(number, field)
    if field["key"] == "presence" and rest.keys() == {"equal"}:
        rest = {"secret": True}  # what must not be there has no value
    must_state = RECORDS[number]["must_state"] and not rest
    for value in samples(field):
        if must_state and value in ([], {}):
            continue
        both_take(wrapped(WAYS[number], {**rest, field["key"]: value}), refusal)
    if not field["required"] and not must_state:
        both_take(wrapped(WAYS[number], {**rest, field["key"]: None}), refusal)


@pytest.mark.parametrize(("number", "field"), KEYS, ids=NAMES)
def test_what_a_key_may_not_hold(number: int, field: dict[str, Any], refusal: Loads) -> None:
    rest = without_twins(number, field)
    assert WRONG[field["type"]] or field["type"] == "literal"
    for value in WRONG[field["type"]]:
        if value == {"x": 1} and field["type"] == "list" and RECORDS[field["element"]]["takes_pairs"]:
            continue
        both_refuse(wrapped(WAYS[number], {**rest, field["key"]: value}), refusal)
    if field["required"]:
        both_refuse(wrapped(WAYS[number], {**rest, field["key"]: None}), refusal)
        both_refuse(wrapped(WAYS[number], rest), refusal)


@pytest.mark.parametrize("number", WAYS, ids=lambda number: RECORDS[number]["name"])
def test_records(number: int, refusal: Loads) -> None:
    whole = sample(number)
    both_take(wrapped(WAYS[number], whole), refusal)
    for key in ("no_such_key", "Name", *FORMAT["planned"]):
        both_refuse(wrapped(WAYS[number], {**whole, key: 1}), refusal)
    fields = RECORDS[number]["fields"]
    if RECORDS[number]["must_state"]:
        unstated = next(field["key"] for field in fields if field["type"] != "literal")
        is_demand = WAYS[number][-1]["type"] in ("value", "environment value")  # without a key, it is a dict
        for empty in ({unstated: None}, *([] if is_demand else [{}])):
            both_refuse(wrapped(WAYS[number], empty), refusal)
    for field in fields:
        if field["spelling_of"] is not None:
            other = fields[field["spelling_of"]]
            twice = {other["key"]: samples(other)[0], field["key"]: samples(field)[0]}
            both_refuse(wrapped(WAYS[number], {**whole, **twice}), refusal)


# --- contracts at random ----------------------------------------------------------------------------------------------


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every mapping and list of a document with each of its keys."""
    if isinstance(value, (dict, list)):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def test_the_schema_refuses_nothing_that_loads(refusal: Loads) -> None:
    dice = random.Random(20270331)
    whole = [wrapped(WAYS[n], {**sample(n), f["key"]: value}) for n, f in KEYS for value in samples(f)]
    right = [value for listed in SAMPLES.values() for value in listed]
    wrong = [value for listed in WRONG.values() for value in listed]
    keys = [field["key"] for record in RECORDS for field in record["fields"]]
    taken = 0
    for _ in range(ROUNDS):
        document = copy.deepcopy(dice.choice(whole))
        for _ in range(dice.choice((1, 1, 2))):
            holder, key = dice.choice(list(places(document)))
            if isinstance(holder, dict) and dice.random() < 0.3:
                holder[dice.choice(keys)] = holder.pop(key)
            else:
                holder[key] = copy.deepcopy(dice.choice(dice.choice((right, wrong))))
        if refusal(document) is None:
            taken += 1
            assert [error.message for error in validator().iter_errors(document)] == [], document
    assert taken > ROUNDS // 12


# --- the schema itself ------------------------------------------------------------------------------------------------


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    out, err = capsys.readouterr()
    made = json.loads(out)
    assert (made, err) == (_schema_command.schema(), "")
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    described = [key for record in made["$defs"].values() for key in record["properties"].values()]
    assert all(key["description"] for key in described)
    assert made["$defs"]["contract"]["properties"]["mode"]["anyOf"][0] == {
        "const": "enforce",
        "description": "a module that breaks the contract is not imported",
    }

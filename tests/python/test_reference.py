"""docs/contract.md: its tables have every key of the format and no other, its examples load and mean what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import importspy
import pytest
from importspy import _core, _schema_command

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "contract.md").read_text("utf-8")
FAULTS = (ROOT / "src" / "load" / "fault.h").read_text("utf-8")

RECORDS = _core._format()["records"]
BY_NAME = {record["name"]: number for number, record in enumerate(RECORDS)}
CONTEXT = {"arch": "x86_64", "os": "linux", "python_version": "3.12.1", "implementation": "CPython", "environment": {}}

TABLE = re.compile(
    r"^<!-- keys: (?P<records>[a-z, ]+) -->\n\n\| key \|.*\n\|[-|]+\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE
)
FENCE = re.compile(
    r"(?:^<!-- file: (?P<file>\S+) -->\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)

PHRASES = {
    "format": "`1`",
    "text": "text",
    "name": "a Python name",
    "name pattern": "a Python name, or a pattern",
    "qualified name": "a dotted name",
    "dotted name": "a dotted name",
    "environment name": "the name of an environment variable",
    "file name": "a file's name",
    "word": "one of",
    "word text": "one of",
    "words": "or a list of them",
    "value": "any value, or a demand",
    "literal": "any value",
    "literals": "a list of values",
    "number": "a number",
    "regular expression": "a regular expression",
    "count": "a whole number",
    "length": "a whole number, or a mapping",
    "environment value": "text, or a demand",
    "annotation": "a type",
    "version": "a version or specifiers",
    "Python version": "a version or specifiers",
    "call": "a call",
    "interfaces": "an interface, or a list of them",
    "module patterns": "a pattern of module names, or a list of them",
    "file patterns": "a pattern of paths, or a list of them",
    "module pattern": "a pattern of module names",
    "list": "a list of",
    "superclasses": "a list of",
    "environment": "a mapping",
    "rule": "the code of a rule",
    "severities": "a mapping from codes of rules",
    "date": "a day",
    "extends": "a path, or a list of them",
    "group": "a list of",
    "negation": "a mapping",
    "condition": "a mapping",
    "requirements": "a mapping",
    "Python": "a version or specifiers (PEP 440), or a mapping",
    "C libraries": "a list of them, or a mapping of them to versions",
    "distribution": "the name of a distribution",
    "distributions": "a mapping of names to versions",
    "hosts": "a mapping of names to versions or to",
    "commands": "the name of a command, or a list of them",
    "memory": "an amount of memory",
    "CPUs": "a number of CPUs",
    "environment demands": "a mapping of names of environment variables to text, words or demands",
    "policy": "a mapping",
    "import entries": "a pattern of modules or a distribution, or a list of them",
    "call entries": "a pattern of qualified names, or a list of them",
    "top-level calls": "`deny`, or a list of patterns of qualified names",
}
"""Type of a key -> how the page says what it may hold."""


class Row(NamedTuple):
    key: str
    holds: str
    means: str
    rules: str


def tables() -> Iterator[tuple[str, list[Row]]]:
    """Each record with the rows of its table."""
    for found in TABLE.finditer(PAGE):
        rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in found["rows"].splitlines()]
        assert all(len(row) == 4 for row in rows), found["rows"]
        for name in found["records"].split(", "):
            yield name, [Row(row[0].strip("`"), row[1], row[2], row[3].rstrip(" |")) for row in rows]


TABLES = list(tables())


def test_every_record_has_its_table_and_every_table_its_record() -> None:
    assert sorted(name for name, _ in TABLES) == sorted(BY_NAME)


@pytest.mark.parametrize(("name", "rows"), TABLES, ids=[name for name, _ in TABLES])
def test_the_table_has_every_key_and_no_other(name: str, rows: list[Row]) -> None:
    fields = {field["key"]: field for field in RECORDS[BY_NAME[name]]["fields"]}
    assert sorted(row.key for row in rows) == sorted(fields)
    for row in rows:
        field = fields[row.key]
        assert row.means, row.key
        assert PHRASES[field["type"]] in row.holds, row.key
        assert row.holds.endswith("; required") == field["required"], row.key
        words = {word["word"] for word in field["words"]}
        assert words <= set(re.findall(r"`([^`]+)`", row.holds)), row.key


def test_every_type_has_its_phrase() -> None:
    assert set(PHRASES) == set(_core._format()["types"])


def test_every_rule_is_named_and_every_named_rule_is_one() -> None:
    codes = {rule.code for rule in importspy.rules()}
    assert set(re.findall(r"ISPY[1-5]\d\d", PAGE)) == codes
    for code, anchor in re.findall(r"\[(ISPY\d+)\]\(rules\.md#(\w+)\)", PAGE):
        assert anchor == code.lower()


def test_every_code_of_contracts_is_listed() -> None:
    listed = re.findall(r"^\| (ISPY9\d\d) \|", PAGE, re.MULTILINE)
    faults = re.findall(r'define ISPY_FAULT_\w+ +"(ISPY9\d\d)"', FAULTS)
    assert listed == [*faults, *(code for code, _, _ in _core._lint_rules())]
    assert re.search(r'ISPY_NOTE_OLD_FORM +"ISPY950"', FAULTS)
    for code, severity, _ in _core._lint_rules():
        assert f"\n| {code} | {severity} | " in PAGE


def test_every_heading_that_is_linked_to_is_there() -> None:
    for page in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]:
        text = page.read_text("utf-8")
        links = re.findall(r"\]\((?:docs/)?contract\.md#([\w-]+)\)", text)
        links += re.findall(r"\]\(#([\w-]+)\)", text) if page.name == "contract.md" else []
        headings = [
            re.sub(r"[`.?!,':]", "", line).strip().lower() for line in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
        ]
        assert set(links) <= {heading.replace(" ", "-") for heading in headings}, page.name


# --- the examples -----------------------------------------------------------------------------------------------------


class Example(NamedTuple):
    line: int
    text: str
    files: dict[str, str]
    modules: list[str]


def examples() -> Iterator[Example]:
    """Each example of a contract, with the files that stand before it and the modules that follow it."""
    files: dict[str, str] = {}
    example: Example | None = None
    for found in FENCE.finditer(PAGE):
        if found["file"]:
            files = {**({} if example is not None else files), found["file"]: found["text"]}
            if example is not None:
                yield example
                example = None
        elif found["language"] == "yaml":
            if example is not None:
                yield example
                files = {}
            line = PAGE.count("\n", 0, found.start("text")) + 1
            example = Example(line, found["text"], files, [])
        elif example is not None:
            example.modules.append(found["text"])
    if example is not None:
        yield example


EXAMPLES = list(examples())


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(example: Example) -> str:
    for name, text in {**example.files, "contract.yml": example.text}.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, "utf-8")
    return "contract.yml"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 20
    assert sum(len(example.modules) for example in EXAMPLES) > 12


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line {example.line}")
def test_an_example_loads_and_is_not_odd(example: Example, inside: Path) -> None:
    path = put(example)
    _core._load(path)
    assert {finding[0] for finding in _core._lint(path)} <= {"ISPY950"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line {example.line}")
def test_what_is_said_of_its_modules_is_so(example: Example, inside: Path) -> None:
    path = put(example)
    for number, text in enumerate(example.modules):
        module = Path(f"plugin_{number}.py")
        module.write_text(text, "utf-8")
        report = _core._check(str(module), path, CONTEXT, "acme.plugins.mail")
        head = text.splitlines()[0]
        if head == "# meets it":
            assert (report.verdict, report.findings) == ("pass", ()), report.text
        else:
            codes = re.fullmatch(r"# breaks it: (ISPY\d+(?:, ISPY\d+)*)", head)
            assert codes, head
            found = {finding.code for finding in report.violations}
            assert found == set(codes[1].split(", ")), report.text


def used(number: int, value: Any) -> Iterator[tuple[str, str]]:
    """Each key of each record that a document states."""
    if not isinstance(value, dict):
        return
    record = RECORDS[number]
    for field in record["fields"]:
        if field["key"] not in value:
            continue
        yield record["name"], field["key"]
        held = value[field["key"]]
        if field["element"] is not None:
            if field["type"] in ("hosts", "environment demands"):
                held = list(held.values())
            for entry in held if isinstance(held, list) else [held]:
                yield from used(field["element"], entry)


def test_every_key_has_an_example() -> None:
    documents = pytest.importorskip("yaml_documents").documents
    shown = {
        pair
        for example in EXAMPLES
        for document in documents(example.text)
        for pair in used(_schema_command.CONTRACT, document)
    }
    wanted = {(record["name"], field["key"]) for record in RECORDS for field in record["fields"]}
    assert wanted - shown == set()

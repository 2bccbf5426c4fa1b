"""Who may include what: the layers of docs/architecture.md, held against the #include lines of src/ and include/.

Also that CMakeLists.txt lists each source in src/ and each suite in tests/core/, and nothing that is not there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A folder of src/ -> the folders that its files may include from.
ALLOWED = {
    "base": {"base"},
    "model": {"base", "model"},
    "load": {"base", "model", "load"},
    "report": {"base", "model", "report"},
    "rules": {"base", "model", "report", "rules"},
    "binding": {"binding"},
}
# A public header belongs to the lowest layer that may see it. importspy.h stands for all: for users of the library.
PUBLIC = {
    "base.h": "base",
    "verdict.h": "base",
    "module.h": "model",
    "pack.h": "model",
    "builder.h": "model",
    "context.h": "model",
    "contract.h": "model",
    "format.h": "model",
    "report.h": "report",
    "check.h": "rules",
    "lint.h": "rules",
}
# A header that is no business of the rest -> the only places that may include it.
RESERVED = {
    "yaml.h": {"src/load/yaml_reader.c"},
    "cJSON.h": {"src/report/json.c"},
    "cjson/cJSON.h": {"src/report/json.c"},
    "pcre2.h": {"src/base/regex.c"},
    "Python.h": {"src/binding/", "include/importspy/embed.h"},
    "structmember.h": {"src/binding/"},
}
C11 = """
assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbool
stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
"""
# What is not in C11, and who may use it: to tell AddressSanitizer of an arena's borders; to read files and folders.
BEYOND_C11 = {
    "base": {"sanitizer/asan_interface.h"},
    "load": {"dirent.h", "fcntl.h", "sys/stat.h", "sys/types.h", "unistd.h"},
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<(?P<system>[^>]+)>|"(?P<own>[^"]+)")', re.MULTILINE)


def files() -> list[str]:
    found = [p for folder in ("src", "include") for p in (ROOT / folder).rglob("*") if p.suffix in {".c", ".h", ".def"}]
    return sorted(p.relative_to(ROOT).as_posix() for p in found)


def public_objection(file: str, layer: str, header: str) -> str | None:
    if layer in {"include", "binding"}:
        return None
    if header == "importspy.h" or header not in PUBLIC:
        return f"{layer} does not include <importspy/{header}>"
    if PUBLIC[header] not in ALLOWED[layer]:
        return f"{layer} must not know {PUBLIC[header]}: <importspy/{header}>"
    return None


def objections(file: str, text: str) -> Iterator[str]:
    """What is wrong with the #include lines of one file, each in one sentence."""
    layer = file.split("/")[1] if file.startswith("src/") else "include"
    for include in INCLUDE.finditer(text):
        header = include["system"] or include["own"]
        if header in RESERVED:
            if not any(file == place or (place.endswith("/") and file.startswith(place)) for place in RESERVED[header]):
                yield f"<{header}> belongs in {' and '.join(sorted(RESERVED[header]))} only"
        elif header.startswith("importspy/"):
            if include["own"]:
                yield f'"{header}" is a public header: <{header}>'
            if objection := public_objection(file, layer, header.removeprefix("importspy/")):
                yield objection
        elif include["own"]:
            other = header.split("/")[0]
            if layer == "include":
                yield f'a public header includes public headers only: "{header}"'
            elif "/" not in header or header.startswith("."):
                yield f'"{header}" is written without its folder'
            elif other not in ALLOWED[layer]:
                yield f'{layer} must not know {other}: "{header}"'
            elif not (ROOT / "src" / header).is_file():
                yield f'"{header}" is not in src/'
        elif (
            layer != "binding"
            and header.removesuffix(".h") not in C11.split()
            and header not in BEYOND_C11.get(layer, ())
        ):
            yield f"<{header}> is not in C11"


@pytest.mark.parametrize("file", files())
def test_includes_point_one_way(file: str) -> None:
    assert list(objections(file, (ROOT / file).read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("src/base/a.c", '#include "model/contract.h"'),
        ("src/base/a.c", "#include <importspy/module.h>"),
        ("src/model/a.c", '#include "load/node.h"'),
        ("src/model/a.c", "#include <importspy/report.h>"),
        ("src/load/a.c", "#include <yaml.h>"),
        ("src/load/a.c", '#  include "report/report.h"'),
        ("src/report/text.c", "#include <cjson/cJSON.h>"),
        ("src/report/text.c", "#include <importspy/check.h>"),
        ("src/rules/a.c", "#include <Python.h>"),
        ("src/rules/a.c", "#include <sys/stat.h>"),
        ("src/rules/a.c", "#include <importspy/importspy.h>"),
        ("src/binding/a.c", '#include "model/contract.h"'),
        ("src/binding/a.c", '#include "state.h"'),
        ("include/importspy/a.h", '#include "model/contract.h"'),
        ("include/importspy/a.h", "#include <Python.h>"),
    ],
)
def test_a_wrong_direction_is_noticed(file: str, line: str) -> None:
    assert len(list(objections(file, f"/* x */\n{line}\n"))) == 1


def test_every_folder_and_header_has_its_place() -> None:
    assert {p.name for p in (ROOT / "src").iterdir() if p.is_dir()} == set(ALLOWED)
    headers = {p.name for p in (ROOT / "include" / "importspy").iterdir()}
    assert headers - {"importspy.h", "embed.h"} == set(PUBLIC)


# With the headers of CPython 3.12 to 3.13.4 and the limited API of 3.10 these return None, True or False without a
# reference (gh-134989, gh-140487); an extension built so damages a 3.10 or 3.11 that loads it.
def test_the_binding_returns_constants_with_a_reference() -> None:
    used = [
        f"{file}: {macro}"
        for file in files()
        for macro in re.findall(r"\bPy_RETURN_(?:NONE|TRUE|FALSE|NOTIMPLEMENTED)\b", (ROOT / file).read_text("utf-8"))
    ]
    assert used == []


def listed(pattern: str) -> list[str]:
    return re.findall(pattern, (ROOT / "CMakeLists.txt").read_text("utf-8"), re.MULTILINE)


def test_cmake_lists_every_source_once() -> None:
    assert sorted(listed(r"^\s+(src/\S+\.c)$")) == [file for file in files() if file.endswith(".c")]


def test_cmake_lists_every_suite_once() -> None:
    [suites] = re.findall(r"set\(ISPY_SUITES\s+(.*?)\)", (ROOT / "CMakeLists.txt").read_text("utf-8"), re.DOTALL)
    on_disk = sorted(p.stem.removeprefix("test_") for p in (ROOT / "tests" / "core").glob("test_*.c"))
    assert sorted(suites.split()) == on_disk

"""One extension for CPython 3.10 to 3.15: what it asks of an interpreter, and what it keeps outside of any.

What it asks is read from the file, and looked for in each interpreter on this machine as the dynamic linker would.
That the names are those of the limited API of 3.10 is said by the headers: with each set at hand, the sources compile.
"""

import importlib
import subprocess
import sys
import sysconfig
from pathlib import Path

import importspy._core
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "pythons"))
interpreters = importlib.import_module("interpreters")
EXTENSION = Path(importspy._core.__file__)
STABLE = EXTENSION.name == "_core.abi3.so"
FOUND, _ = interpreters.find_all()

# Each is there to be written to, by whom the reason says. Nothing else may be in a section that can be written to.
BY_CPYTHON = {"slots", "methods", "members", "getset"}  # what CPython's headers want without `const`; it only reads
MUTABLE = {
    "definition_310": "CPython counts the references of a module's definition",
    "definition_312": "as above",
    "definition_313": "as above",
    "filter_def": "a PyMethodDef; CPython only reads it",
    "get_code_def": "a PyMethodDef; CPython only reads it",
    "get_data_def": "as above",
    "load_module_def": "as above",
    "refuse_def": "as above",
    "keywords": "PyArg_ParseTupleAndKeywords wants char **; it only reads",
    "slots_310": "as slots",
    "slots_312": "as slots",
    "slots_313": "as slots",
}


def names(*options: str) -> list[list[str]]:
    done = subprocess.run(["nm", *options, str(EXTENSION)], capture_output=True, text=True, check=True)
    return [line.split() for line in done.stdout.splitlines() if line]


def wanted() -> list[str]:
    found = {row[-1].split("@")[0] for row in names("-D", "--undefined-only")}
    return sorted(name for name in found if name.startswith(("Py", "_Py")))


@pytest.mark.parametrize("interpreter", FOUND, ids=[one.label for one in FOUND])
def test_each_interpreter_exports_what_the_extension_wants(interpreter: "interpreters.Interpreter") -> None:  # type: ignore[name-defined]
    program = (
        "import ctypes, sys\n"
        "print([name for name in sys.argv[1:] if not hasattr(ctypes.pythonapi, name)])\n"
        "print(hasattr(ctypes.pythonapi, 'PyThereIsNoSuchFunction'))\n"
    )
    if not STABLE:
        assert sysconfig.get_config_var("Py_GIL_DISABLED"), "only a free-threaded Python has a build of its own"
        return
    assert len(wanted()) > 100
    command = [interpreter.path, "-I", "-c", program, *wanted()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\nFalse\n"


@pytest.mark.build
@pytest.mark.parametrize(
    "interpreter", [one for one in FOUND if one.headers], ids=[o.label for o in FOUND if o.headers]
)
def test_the_binding_keeps_to_the_limited_api_of_310(interpreter: "interpreters.Interpreter") -> None:  # type: ignore[name-defined]
    """A name that is not part of it is not declared, in the headers of whatever version."""
    include = subprocess.run(
        [interpreter.path, "-c", "import sysconfig; print(sysconfig.get_path('include'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    sources = sorted(map(str, (ROOT / "src" / "binding").glob("*.c")))
    options = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
    options += ["-DPy_LIMITED_API=0x030A0000", '-DISPY_VERSION="0"', '-DISPY_BUILD_ID="0"']
    folders = ["-I", str(ROOT / "include"), "-I", str(ROOT / "src"), "-isystem", include]
    done = subprocess.run(["gcc", *options, *folders, *sources], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_extension_that_runs_is_the_one_that_was_installed() -> None:
    assert EXTENSION.suffixes[-2:] == [".abi3", ".so"] or sysconfig.get_config_var("Py_GIL_DISABLED")
    assert EXTENSION.parent == Path(importspy.__file__).parent


@pytest.mark.native
def test_nothing_that_changes_is_shared_between_interpreters() -> None:
    """Interpreters with a GIL each run this code at once: it must have no variables of its own, but for threads'."""
    sections = subprocess.run(["readelf", "-SW", str(EXTENSION)], capture_output=True, text=True, check=True).stdout
    numbers = {}
    for line in sections.splitlines():
        words = line.replace("[ ", "[").split()
        if words and words[0].startswith("[") and words[0] != "[Nr]":
            numbers[words[0].strip("[]")] = words[1]
    symbols = subprocess.run(["readelf", "-sW", str(EXTENSION)], capture_output=True, text=True, check=True).stdout
    writable = {".data", ".bss", ".tdata", ".tbss"}
    seen: dict[str, str] = {}
    for line in symbols.splitlines():
        words = line.split()
        if len(words) == 8 and words[3] in {"OBJECT", "TLS"} and numbers.get(words[6]) in writable:
            seen[words[7].split(".")[0]] = numbers[words[6]]
    assert seen.pop("end") == ".tbss", "stack_room.c asks for the end of a stack once a thread"
    unexplained = {
        name
        for name in seen
        if name not in MUTABLE
        and name not in BY_CPYTHON
        and not (name.startswith("ispy_") and name.endswith("_spec"))  # PyType_Spec: CPython only reads it
        and not name.startswith(("__", "completed", "_"))  # the C runtime's own
    }
    assert unexplained == set()
    assert {"definition_310", "methods"} <= set(seen), "the symbols were not read"

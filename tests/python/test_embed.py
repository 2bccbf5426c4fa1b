"""The C API for programs that embed Python, with this interpreter's own library. docs/embedding.md tells of it.

ISPY_EMBED_LIBRARY is where libimportspy_embed.a is; ./dev test and ./dev pythons set it.
"""

from __future__ import annotations

import importlib.machinery
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import importspy
import pytest
from conftest import Workshop

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "embed"
PACKAGE = str(Path(importspy.__file__).resolve().parent.parent)

pytestmark = pytest.mark.native


def library() -> str:
    found = os.environ.get("ISPY_EMBED_LIBRARY")
    if not found:
        pytest.fail(
            "ISPY_EMBED_LIBRARY is not set: it has to hold the path of libimportspy_embed.a; ./dev test does it"
        )
    return found


def link_options() -> list[str]:
    """How a program gets this interpreter: its shared library, or all of it."""
    version = f"python{sysconfig.get_config_var('LDVERSION')}"
    shared, folder = sysconfig.get_config_var("LDLIBRARY"), sysconfig.get_config_var("LIBDIR")
    if shared and shared.endswith(".so") and Path(folder, shared).exists():
        return [f"-L{folder}", f"-l{version}", f"-Wl,-rpath,{folder}"]
    archive = Path(sysconfig.get_config_var("LIBPL"), f"lib{version}.a")
    if not archive.is_file():
        pytest.fail(f"there is no library of {sys.executable} to embed it (Debian: libpython3-dev)")
    words = ("LINKFORSHARED", "LIBS", "SYSLIBS")
    return [str(archive), *(word for name in words for word in (sysconfig.get_config_var(name) or "").split())]


def build(source: Path, out: Path) -> Path:
    ours = subprocess.run(
        ["pkg-config", "--libs", "yaml-0.1", "libcjson", "libpcre2-8"], capture_output=True, text=True, check=True
    ).stdout.split()
    folders = ["-I", str(ROOT / "include"), "-isystem", sysconfig.get_path("include")]
    warnings = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"]
    command = ["gcc", *warnings, *folders, str(source), "-o", str(out), library(), *ours, *link_options()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(EXAMPLE / "main.c", tmp_path_factory.mktemp("embed") / "example")


@pytest.fixture(scope="module")
def embed_probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(Path(__file__).with_name("embed_probe.c"), tmp_path_factory.mktemp("embed") / "probe")


def start(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    # The interpreter that the library belongs to: not the virtual environment that the tests run in.
    env |= {"PYTHONHOME": f"{sys.base_prefix}:{sys.base_exec_prefix}", "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_scenario_55_embedded_finalised_and_again(example: Path) -> None:
    done = start(example, "contract.yml", "plugins", cwd=EXAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    rounds = done.stdout.split("-- round ")[1:]
    assert len(rounds) == 2
    for text in rounds:
        assert "embed_good: my first line runs\nembed_good: registered with the example\n" in text
        assert "embed_bad: my first line runs" not in text
        assert "module 'embed_bad' is denied" in text
        assert "error[ISPY310]: function 'register' takes fewer arguments by position than the host passes" in text
        assert "contract.yml:4:28" in text
    assert done.stdout.endswith("embed: the good plugin came in twice, the bad one never\n")


def run_script(embed_probe: Path, workshop: Workshop, script: str, *, package: bool, **options: str) -> str:
    path = [str(workshop.site), *([PACKAGE] if package else [])]
    file = workshop.folder / "script.py"
    file.write_text(f"import sys\nsys.path[:0] = {path!r}\n{script}", "utf-8")
    words = {"how": "register", "size": "4096", "mode": "-", "contract": "contract.yml", **options}
    done = start(embed_probe, *words.values(), file, cwd=workshop.folder)
    assert done.stderr == ""
    assert done.returncode == (1 if "refused" in done.stdout else 0)
    return done.stdout


IMPORT_BOTH = """
import acme.good
try:
    import acme.bad
except ImportError as problem:
    print(type(problem).__module__, type(problem).__name__, problem.name)
assert "ran_marker" not in sys.modules
"""


def test_with_the_package_python_code_sees_the_same_module(embed_probe: Path, plain: Workshop) -> None:
    script = """
import importspy, importspy.cli
core = sys.modules["importspy._core"]
print(core.__spec__.origin, importspy.install is core.install)
import importspy._core as again
assert again is core
"""
    told = run_script(embed_probe, plain, script + IMPORT_BOTH, package=True)
    assert told == "built-in True\nimportspy ContractViolation acme.bad\n"


def test_without_the_package_the_c_api_works(embed_probe: Path, plain: Workshop) -> None:
    script = """
try:
    import importspy
except ModuleNotFoundError as problem:
    print(problem)
core = sys.modules["importspy._core"]
assert issubclass(core.ContractViolation, ImportError)
print(core.check("site/acme/good.py", "contract.yml").ok)
"""
    told = run_script(embed_probe, plain, script + IMPORT_BOTH, package=False)
    assert told == "No module named 'importspy'\nTrue\nimportspy ContractViolation acme.bad\n"


def test_the_built_in_module_can_be_imported_by_name(embed_probe: Path, plain: Workshop) -> None:
    """BuiltinImporter of 3.10 and the first 3.11 looks for no submodule: the package takes the extension beside it."""
    told = run_script(
        embed_probe, plain, "import importspy\nprint(importspy._core.__spec__.origin)", package=True, contract="-"
    )
    finds_submodules = importlib.machinery.BuiltinImporter.find_spec("sys", ["a package's path"]) is not None
    expected = "built-in" if finds_submodules else f"{PACKAGE}/importspy/_core.abi3.so"
    assert told == f"{expected}\n"


def test_options_are_passed_on(embed_probe: Path, plain: Workshop) -> None:
    script = "import warnings\nwarnings.simplefilter('ignore')\nimport acme.bad\nprint('ran_marker' in sys.modules)"
    assert run_script(embed_probe, plain, script, package=False, mode="warn") == "True\n"
    refused = run_script(embed_probe, plain, script, package=False, mode="wran")
    assert refused == "refused: ValueError: mode: one of 'enforce', 'warn', 'audit', 'off' is wanted, not 'wran'\n"


@pytest.mark.parametrize("size", [0, 1, 2, 20, 23, 24, 25, 4096])
def test_a_broken_contract_is_refused_and_said(embed_probe: Path, plain: Workshop, size: int) -> None:
    plain.contract('modules: ["acme.*"]\ntitle: "ää"\nfunctoins: [ä]\n', "brökän.yml")
    told = run_script(embed_probe, plain, "print('it ran')", package=False, contract="brökän.yml", size=str(size))
    assert "it ran" not in told
    text = told.removeprefix("refused: ").removesuffix("\n")
    if size == 0:
        assert text == "(null)"
    elif size == 4096:
        assert text.startswith("ContractError: brökän.yml:3:1: ")
        assert "functoins" in text
    else:
        assert len(text.encode()) < size  # a whole number of code points, with room for the end
        assert "ContractError: brökän.yml:3:1: ".startswith(text)


def test_a_missing_contract_is_refused(embed_probe: Path, plain: Workshop) -> None:
    told = run_script(embed_probe, plain, "print('it ran')", package=False, contract="nowhere.yml")
    assert told.startswith("refused: ")
    assert "nowhere.yml" in told


def test_without_registration(embed_probe: Path, plain: Workshop) -> None:
    told = run_script(embed_probe, plain, "print('it ran')", package=False, how="unregistered")
    assert told == "refused: ImportError: importspy_embed_register() has to be called before Py_Initialize()\n"


def test_subinterpreters_of_an_embedded_python(embed_probe: Path, plain: Workshop) -> None:
    """The built-in is there for them as well, each with contracts of its own."""
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    inner = f"import sys\nsys.path[:0] = {[str(plain.site), PACKAGE]!r}\nimport importspy, acme.bad\n"
    script = (
        f"""
import {name} as interpreters
one = interpreters.create()
failure = interpreters.run_string(one, {inner!r})
assert not failure, failure
interpreters.destroy(one)
"""
        + IMPORT_BOTH
    )
    assert run_script(embed_probe, plain, script, package=True) == "importspy ContractViolation acme.bad\n"


def test_only_the_api_has_a_name_outside_the_library() -> None:
    """A program may have functions of any name, and libraries of its own for YAML and JSON."""
    done = subprocess.run(["nm", "-g", "--defined-only", library()], capture_output=True, text=True, check=True)
    names = {line.split()[-1] for line in done.stdout.splitlines() if len(line.split()) == 3}
    assert names == {"importspy_embed_register", "importspy_embed_install", "importspy_embed_module"}

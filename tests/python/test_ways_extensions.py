"""Modules without source: extension modules built here, with and without a stub beside them; compiled Python."""

from __future__ import annotations

import importlib
import py_compile
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop

# `add` tells its signature, `scale` does not; importing it leaves a mark.
SOURCE = r"""
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static PyObject *add(PyObject *self, PyObject *args) { (void)self; (void)args; return PyLong_FromLong(42); }
static PyObject *scale(PyObject *self, PyObject *args) { (void)self; (void)args; return PyLong_FromLong(7); }
static PyMethodDef methods[] = {
    {"add", add, METH_VARARGS, "add($module, a, b, /)\n--\n\nAdds."},
    {"scale", scale, METH_VARARGS, "Says nothing of its parameters."},
    {NULL, NULL, 0, NULL}};
static int run(PyObject *module) {
    PyObject *mark = PyImport_ImportModule("ran_marker");
    Py_XDECREF(mark);
    return mark == NULL ? -1 : PyModule_AddIntConstant(module, "LEVEL", 3);
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, run}, {0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "native", NULL, 0, methods, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_native(void);
PyMODINIT_FUNC PyInit_native(void) { return PyModuleDef_Init(&definition); }
"""


@pytest.fixture(scope="session")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("native")
    source = folder / "native.c"
    source.write_text(SOURCE)
    made = folder / f"native{sysconfig.get_config_var('EXT_SUFFIX')}"
    include = sysconfig.get_paths()["include"]
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", f"-I{include}", str(source), "-o", str(made)], check=True)
    return made


@pytest.fixture
def native(plain: Workshop, binary: Path) -> Callable[..., Path]:
    """Puts the module under acme, with a stub if one is given, and a contract in force."""

    def put(contract: str, stub: str | None = None, name: str = "native") -> Path:
        target = plain.site / "acme" / binary.name
        target.write_bytes(binary.read_bytes())
        if stub is not None:
            plain.write(f"acme/{name}.pyi", stub)
        plain.contract('modules: ["acme.native"]\n' + contract, "native.yml")
        importlib.invalidate_caches()
        importspy.install(plain.folder / "native.yml")
        return target

    return put


def bring() -> Any:
    return importlib.import_module("acme.native")


def loaded(path: Path) -> bool:
    return str(path) in Path("/proc/self/maps").read_text()


def test_scenario_30_context_before_the_library_is_loaded(native: Callable[..., Path]) -> None:
    path = native("deployments: [{systems: [{os: windows}]}]\n")
    with pytest.raises(importspy.ContractViolation):
        bring()
    assert not loaded(path)
    assert "ran_marker" not in sys.modules


def test_scenario_30_structure_by_confirmation(native: Callable[..., Path]) -> None:
    native('functions: ["def add(a, b, /)"]\nvariables: ["LEVEL = 3"]\n')
    assert bring().add(1, 2) == 42


def test_scenario_30_without_a_stub_a_signature_stays_open(native: Callable[..., Path]) -> None:
    native('functions: ["def scale(x: float, /) -> int"]\n')
    with pytest.raises(importspy.ContractViolation, match="could not be confirmed"):
        bring()
    assert "acme.native" not in sys.modules


STUB = """
from typing import Any

LEVEL: int
__version__: str = ...

def add(a: int, b: int, /) -> int: ...
def scale(x: float, factor: float = ..., /) -> int: ...
def __getattr__(name: str) -> Any: ...
"""


@pytest.mark.parametrize("stub", [STUB, STUB.replace("def __getattr__(name: str) -> Any: ...", "")])
def test_scenario_30_a_stub_proves_what_the_library_cannot_show(native: Callable[..., Path], stub: str) -> None:
    native('functions: ["def scale(x: float, /) -> int", "def add(a, b, /) -> int"]\nvariables: ["LEVEL = 3"]\n', stub)
    assert bring().scale(1) == 7


def test_scenario_30_what_a_stub_refutes_is_never_loaded(native: Callable[..., Path]) -> None:
    path = native('functions: ["def scale(x: float, y: float, z: float, /) -> int"]\n', STUB)
    with pytest.raises(importspy.ContractViolation, match="so says the stub beside it") as caught:
        bring()
    assert not loaded(path)
    assert "ran_marker" not in sys.modules
    assert caught.value.path == str(path)
    assert "native.pyi:" in str(caught.value)


@pytest.mark.parametrize(
    ("contract", "stub", "about"),
    [
        ("functions: [register]\n", STUB + "def register(app): ...\n", "register"),
        ('variables: ["LEVEL = 4"]\n', STUB.replace("LEVEL: int", "LEVEL: int = 4"), "LEVEL"),
        ('functions: ["def add(a, b, c, /)"]\n', STUB.replace("b: int, /", "b: int, c: int, /"), "add"),
        ("classes: [add]\n", "class add: ...\n", "add"),
        ("functions: [register]\nvariables: [open_one]\n", STUB + "def register(app): ...\n", "register"),
    ],
    ids=["presence", "value", "signature", "kind", "beside an open clause"],
)
def test_scenario_30_a_stub_that_lies_is_caught(
    native: Callable[..., Path], contract: str, stub: str, about: str
) -> None:
    native(contract, stub)
    with pytest.raises(importspy.ContractViolation, match="whatever its stub says") as caught:
        bring()
    assert about in {finding.subject for finding in caught.value.violations}
    assert "acme.native" not in sys.modules


@pytest.mark.parametrize("value", ["...", "5", "'x'"])
def test_a_default_that_a_stub_does_not_tell(native: Callable[..., Path], value: str) -> None:
    native('functions: ["def scale(x, factor=3, /)"]\n', f"def scale(x, factor={value}, /): ...\n")
    with pytest.raises(importspy.ContractViolation) as caught:
        bring()
    (finding,) = caught.value.violations
    assert finding.verdict == ("unprovable" if value == "..." else "fail")


def test_a_stub_that_cannot_be_read_is_as_none(native: Callable[..., Path]) -> None:
    native('functions: ["def add(a, b, /)"]\n', "def add(:\n")
    assert bring().add(1, 2) == 42


def test_a_stub_of_another_name_is_not_read(native: Callable[..., Path]) -> None:
    native("functions: [add]\n", "X: int\n", name="nativer")
    assert bring().add(1, 2) == 42


def test_scenario_31_reached_by_another_name(native: Callable[..., Path], plain: Workshop) -> None:
    """A contract on the file holds for every name under which a finder gives it out."""
    path = native("functions: [register]\n")
    plain.contract(f'files: ["site/acme/{path.name}"]\nfunctions: [register]\n', "path.yml")
    importspy.install(plain.folder / "path.yml")
    sys.path.insert(0, str(path.parent))
    try:
        with pytest.raises(importspy.ContractViolation):
            importlib.import_module("native")
    finally:
        sys.path.remove(str(path.parent))


# --- 19: compiled Python without its source --------------------------------------------------------------------------

GOOD = "def register(app):\n    return 'compiled'\n"
BAD = "import ran_marker\n"
ALLOW = 'modules: ["acme.*", "inzip.*"]\nsourceless: allow\nfunctions: [register]\n'


def compiled(plain: Workshop, name: str, text: str) -> Path:
    source = plain.write(f"acme/{name}.py", text)
    target = source.with_suffix(".pyc")
    py_compile.compile(str(source), cfile=str(target), doraise=True)
    source.unlink()
    importlib.invalidate_caches()
    return target


@pytest.mark.parametrize("stated", ["", "sourceless: deny\n", "sourceless:\n"])
def test_scenario_19_sourceless_is_denied(plain: Workshop, stated: str) -> None:
    compiled(plain, "compiled", BAD)
    plain.contract(f'modules: ["acme.*"]\n{stated}functions: [register]\n', "stated.yml")
    importspy.install(plain.folder / "stated.yml")
    with pytest.raises(importspy.ContractViolation, match="no source") as caught:
        importlib.import_module("acme.compiled")
    assert [finding.code for finding in caught.value.violations] == ["ISPY203"]
    assert "ran_marker" not in sys.modules


def test_scenario_19_allowed_and_confirmed(plain: Workshop) -> None:
    compiled(plain, "fits", GOOD)
    compiled(plain, "fails", "other = 1\n")
    plain.contract(ALLOW, "allow.yml")
    importspy.install(plain.folder / "allow.yml")
    module = importlib.import_module("acme.fits")
    assert module.register(1) == "compiled"
    assert type(module.__loader__).__name__ == "SourcelessFileLoader"
    with pytest.raises(importspy.ContractViolation, match="had run"):
        importlib.import_module("acme.fails")
    assert "acme.fails" not in sys.modules


def test_scenario_19_allowed_means_context_first(plain: Workshop) -> None:
    compiled(plain, "compiled", BAD)
    plain.contract(ALLOW + "deployments: [{systems: [{os: windows}]}]\n", "allow.yml")
    importspy.install(plain.folder / "allow.yml")
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.compiled")
    assert "ran_marker" not in sys.modules


def test_scenario_19_unprovable_deny_keeps_it_out(plain: Workshop) -> None:
    compiled(plain, "compiled", BAD)
    plain.contract(ALLOW + "unprovable: deny\n", "allow.yml")
    importspy.install(plain.folder / "allow.yml")
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.compiled")
    assert "ran_marker" not in sys.modules


def test_scenario_19_one_contract_that_denies_is_enough(plain: Workshop) -> None:
    compiled(plain, "compiled", GOOD)
    plain.contract(ALLOW, "allow.yml")
    importspy.install(plain.folder / "allow.yml")
    importspy.install(plain.folder / "contract.yml")
    with pytest.raises(importspy.ContractViolation, match="no source"):
        importlib.import_module("acme.compiled")


@pytest.mark.parametrize("allowed", [True, False])
def test_scenario_18_an_archive_with_compiled_code_only(
    plain: Workshop, monkeypatch: pytest.MonkeyPatch, allowed: bool
) -> None:
    file = compiled(plain, "compiled", GOOD)
    path = plain.folder / "plugins.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("inzip/__init__.py", "")
        made.write(file, "inzip/only.pyc")
    monkeypatch.syspath_prepend(str(path))
    plain.contract(ALLOW if allowed else ALLOW.replace("allow", "deny"), "allow.yml")
    importspy.install(plain.folder / "allow.yml")
    if allowed:
        assert importlib.import_module("inzip.only").register(1) == "compiled"
    else:
        with pytest.raises(importspy.ContractViolation, match="no source"):
            importlib.import_module("inzip.only")


def test_scenario_19_run_as_a_program_it_cannot_be_confirmed(plain: Workshop) -> None:
    compiled(plain, "program", GOOD + "print('ran')\n")
    plain.contract(ALLOW, "allow.yml")
    plain.write("sitecustomize.py", "import importspy\nimportspy.install('allow.yml')\n")
    done = plain.run("-m", "acme.program")
    assert (done.returncode, done.stdout) == (1, "")
    assert "could not be confirmed" in done.stderr

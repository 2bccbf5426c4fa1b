"""Editable installs, made by pip with the real build backends in one virtual environment: setuptools in its three
layouts and three modes, meson-python, scikit-build-core. Each package has a module that keeps the contract and one that
does not, and the latter two backends build an extension module."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import venv
from dataclasses import dataclass
from pathlib import Path

import importspy
import pytest

pytestmark = pytest.mark.build

GOOD = "def register(app):\n    return 'good'\n"
BAD = "print('RAN')\ndef other(app): ...\n"
CONTRACT = 'modules: ["*.good", "*.bad", "*.plug.good", "*.plug.bad", "*.native"]\nfunctions: [register]\n'

NATIVE = r"""
#include <Python.h>
static PyObject *function(PyObject *self, PyObject *args) { (void)self; (void)args; return PyLong_FromLong(42); }
static PyMethodDef methods[] = {{"register", function, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "native", NULL, 0, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_native(void) { return PyModule_Create(&definition); }
"""

SETUPTOOLS = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "{name}"
version = "1.0"
"""
FLAT = '[tool.setuptools]\npackages = ["{name}"]\n'
SRC = '[tool.setuptools.packages.find]\nwhere = ["src"]\n'
NAMESPACE = '[tool.setuptools.packages.find]\nwhere = ["src"]\nnamespaces = true\n'

MESON = """
[build-system]
requires = ["meson-python"]
build-backend = "mesonpy"
[project]
name = "{name}"
version = "1.0"
"""
MESON_BUILD = """
project('{name}', 'c', version: '1.0')
py = import('python').find_installation(pure: false)
py.extension_module('native', 'native.c', install: true, subdir: '{name}')
py.install_sources(['{name}/__init__.py', '{name}/good.py', '{name}/bad.py'], subdir: '{name}', pure: false)
"""

SCIKIT = """
[build-system]
requires = ["scikit-build-core"]
build-backend = "scikit_build_core.build"
[project]
name = "{name}"
version = "1.0"
[tool.scikit-build]
wheel.packages = ["src/{name}"]
{more}
"""
SCIKIT_CMAKE = """
cmake_minimum_required(VERSION 3.18)
project({name} C)
find_package(Python COMPONENTS Interpreter Development.Module REQUIRED)
python_add_library(native MODULE native.c WITH_SOABI)
install(TARGETS native DESTINATION {name})
"""
REBUILDS = 'build-dir = "build"\neditable.rebuild = true\neditable.verbose = false\n'

LAYOUTS = ["flat", "src", "space"]
MODES = ["lenient", "strict", "compat"]
BACKENDS = ["by_meson", "by_scikit", "by_rebuild"]


@dataclass
class Site:
    """The virtual environment, and where each package's modules lie."""

    python: Path
    folders: dict[str, Path]

    def run(self, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        command = [str(self.python), "-B", "-c", textwrap.dedent(program)]
        return subprocess.run(
            command, env=env | path | environment, capture_output=True, text=True, timeout=120, check=False
        )


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__slash__", "/").replace("__dot__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def package(folder: Path, **more: str) -> Path:
    write(folder, good__dot__py=GOOD, bad__dot__py=BAD, **more)
    return folder


def pip_install(python: Path, projects: list[Path], *options: str) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "-q"]
    words = [word for project in projects for word in ("-e", str(project))]
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    done = subprocess.run(
        [*pip, "--no-build-isolation", "--no-deps", "--no-index", *options, *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def setuptools_projects(root: Path, mode: str) -> dict[str, Path]:
    flat, src, space = f"flat_{mode}", f"src_{mode}", f"space_{mode}"
    write(root / flat, pyproject__dot__toml=(SETUPTOOLS + FLAT).format(name=flat))
    write(root / src, pyproject__dot__toml=(SETUPTOOLS + SRC).format(name=src))
    write(root / space, pyproject__dot__toml=(SETUPTOOLS + NAMESPACE).format(name=space))
    return {
        flat: package(root / flat / flat, __init____dot__py=""),
        src: package(root / src / "src" / src, __init____dot__py=""),
        f"{space}.plug": package(root / space / "src" / space / "plug", __init____dot__py=""),
    }


def meson_project(root: Path) -> dict[str, Path]:
    name = "by_meson"
    write(
        root / name,
        pyproject__dot__toml=MESON.format(name=name),
        meson__dot__build=MESON_BUILD.format(name=name),
        native__dot__c=NATIVE,
    )
    return {name: package(root / name / name, __init____dot__py="")}


def scikit_project(root: Path, name: str, more: str) -> dict[str, Path]:
    write(
        root / name,
        pyproject__dot__toml=SCIKIT.format(name=name, more=more),
        CMakeLists__dot__txt=SCIKIT_CMAKE.format(name=name),
        native__dot__c=NATIVE,
    )
    return {name: package(root / name / "src" / name, __init____dot__py="")}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("editable")
    venv.create(root / "venv", with_pip=False, symlinks=True)
    python = root / "venv" / "bin" / "python"
    purelib = next((root / "venv" / "lib").glob("python*/site-packages"))
    here = Path(importspy.__file__).resolve().parent.parent
    backends = next(Path(sys.prefix, "lib").glob("python*/site-packages"))
    (purelib / "zz_parent.pth").write_text(f"{here}\n{backends}\n")
    folders: dict[str, Path] = {}
    folders |= meson_project(root) | scikit_project(root, "by_scikit", "")
    folders |= scikit_project(root, "by_rebuild", REBUILDS)
    for mode in MODES:
        folders |= setuptools_projects(root, mode)
        projects = [root / f"{layout}_{mode}" for layout in LAYOUTS]
        if mode == "lenient":
            pip_install(python, [*projects, *(root / name for name in BACKENDS)])
        else:
            pip_install(python, projects, "--config-settings", f"editable_mode={mode}")
    (root / "contract.yml").write_text(CONTRACT)
    return Site(python, folders)


ALL = [f"{layout}_{mode}" + (".plug" if layout == "space" else "") for layout in LAYOUTS for mode in MODES] + BACKENDS

PROGRAM = """
import importlib, sys
def show(what):
    print(what, flush=True)
said = []
def listen(event, arguments):
    if event == "importspy.unbound":
        said.append(arguments[:3:2])
sys.addaudithook(listen)
import importspy
importspy.install({contract!r})
package = {package!r}
module = importlib.import_module(package + ".good")
show(module.register(1))
try:
    importlib.import_module(package + ".bad")
except importspy.ContractViolation as problem:
    show("denied " + problem.name)
show(package + ".bad" in sys.modules)
show("importspy" in repr(module.__spec__) + repr(module.__loader__))
show(said)
"""


def check(site: Site, name: str) -> None:
    contract = str(site.python.parents[2] / "contract.yml")
    done = site.run(PROGRAM.format(contract=contract, package=name))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-5:] == ["good", f"denied {name}.bad", "False", "False", "[]"]
    assert "RAN" not in done.stdout
    unguarded = site.run(f"import {name}.bad")
    assert unguarded.stdout.splitlines()[-1:] == ["RAN"], unguarded.stderr


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_scenario_37_setuptools(site: Site, layout: str, mode: str) -> None:
    check(site, f"{layout}_{mode}" + (".plug" if layout == "space" else ""))


def test_scenario_37_finders_of_setuptools_are_among_them(site: Site) -> None:
    """The layouts do go through what setuptools writes: a finder for some, a path for the others."""
    purelib = next(site.python.parents[1].glob("lib/python*/site-packages"))
    assert list(purelib.glob("__editable___*_finder.py"))
    assert list(purelib.glob("__editable__.*.pth"))


@pytest.mark.parametrize("name", BACKENDS)
def test_scenario_38_meson_python_and_scikit_build_core(site: Site, name: str) -> None:
    check(site, name)


@pytest.mark.parametrize("name", BACKENDS)
def test_scenario_38_their_extension_modules(site: Site, name: str) -> None:
    root = site.python.parents[2]
    fits = root / "contract.yml"
    fails = root / "fails.yml"
    fails.write_text(CONTRACT.replace("[register]", "[nowhere]"))
    context = root / "context.yml"
    context.write_text(CONTRACT + "deployments: [{systems: [{os: windows}]}]\n")
    program = "import importspy; importspy.install({!r}); import {}.native as m; print(m.register())"
    assert site.run(program.format(str(fits), name)).stdout.splitlines()[-1:] == ["42"]
    for contract, reason in ((fails, "nowhere"), (context, "windows")):
        done = site.run(program.format(str(contract), name))
        assert done.returncode == 1
        assert "42" not in done.stdout
        assert reason in done.stderr


@pytest.mark.parametrize("name", ALL)
def test_scenario_37_and_38_an_edit_is_seen(site: Site, name: str) -> None:
    """The next process reads the file as it is now, and holds that against the contract. setuptools' strict mode links
    to the files, so that an edit in place is seen as well."""
    source = site.folders[name] / "good.py"
    before = source.read_text()
    contract = str(site.python.parents[2] / "contract.yml")
    program = f"import importspy; importspy.install({contract!r}); import {name}.good as m; print(m.register(1))"
    try:
        with source.open("w") as file:
            file.write(GOOD.replace("good", "edited"))
        assert site.run(program).stdout.splitlines()[-1:] == ["edited"]
        with source.open("w") as file:
            file.write(BAD)
        done = site.run(program)
        assert done.returncode == 1
        assert "RAN" not in done.stdout
        assert "is denied" in done.stderr
    finally:
        with source.open("w") as file:
            file.write(before)


@pytest.mark.parametrize("name", ALL)
def test_scenario_37_and_38_by_the_path_of_the_source(site: Site, name: str) -> None:
    """files: names the source in the project, whatever stands on sys.path."""
    folder = site.folders[name]
    contract = site.python.parents[2] / "files.yml"
    contract.write_text(f'files: ["{folder}/*.py", "!**/__init__.py"]\nfunctions: [register]\n')
    program = f"import importspy; importspy.install({str(contract)!r})\nimport {name}.bad"
    done = site.run(program)
    assert done.returncode == 1
    assert "RAN" not in done.stdout
    assert "is denied" in done.stderr

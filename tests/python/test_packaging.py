"""What users install: an sdist that holds the whole project, a wheel made from it, and that wheel in an empty venv."""

import email
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GIL = not sysconfig.get_config_var("Py_GIL_DISABLED")
WHOLE_FOLDERS = (
    "include",
    "src",
    "python",
    "tests",
    "benchmarks",
    "contracts",
    "demo",
    "docs",
    "examples",
    "requirements",
)
SINGLE_FILES = ("CMakeLists.txt", "LICENSE", "README.md", "dev", "setup.py", "pyproject.toml", ".ci/run", ".clang-tidy")

pytestmark = pytest.mark.build


def run(*command: object, cwd: Path, **environment: str) -> str:
    env = {name: value for name, value in os.environ.items() if name not in {"ISPY_BUILD_DIR", "PYTHONPATH"}}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def version() -> str:
    found = re.search(r"project\(importspy VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text("utf-8"))
    assert found
    return found[1]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    code = f"import setuptools.build_meta as b; b.build_sdist({str(folder)!r})"
    run(sys.executable, "-c", code, cwd=ROOT)
    [archive] = folder.iterdir()
    return archive


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", folder, sdist, cwd=folder)
    [archive] = folder.glob("*.whl")
    return archive


@pytest.fixture(scope="module")
def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(contents: dict[str, bytes], version: str) -> Message:
    return email.message_from_bytes(contents[f"importspy-{version}.dist-info/METADATA"])


@pytest.fixture(scope="module")
def empty_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=True, symlinks=True)
    pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "install", "--no-index", wheel, cwd=folder)
    return folder


def test_sdist_holds_the_whole_project(sdist: Path, version: str) -> None:
    with tarfile.open(sdist) as archive:
        packed = {name.removeprefix(f"importspy-{version}/") for name in archive.getnames()}
    left_out = {".pyc", ".so"}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in WHOLE_FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in left_out and ".egg-info" not in str(path) and "cache" not in str(path)
    }
    assert wanted | set(SINGLE_FILES) <= packed
    assert not [name for name in packed if name.startswith(("build", ".venv", ".git")) or name.endswith((".so", ".o"))]


def test_wheel_is_tagged_for_the_abi_that_it_has(wheel: Path, version: str) -> None:
    here = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    tag = "cp310-abi3" if GIL else f"{here}-{here}t"
    assert wheel.name.startswith(f"importspy-{version}-{tag}-linux_")


def test_wheel_holds_the_package_and_no_more(contents: dict[str, bytes], version: str) -> None:
    package = ROOT / "python" / "importspy"
    sources = {f"importspy/{p.name}" for p in package.iterdir() if p.suffix in {".py", ".pyi"} or p.name == "py.typed"}
    assert {"importspy/__init__.py", "importspy/cli.py", "importspy/_core.pyi", "importspy/py.typed"} <= sources
    extension = "_core.abi3.so" if GIL else f"_core{sysconfig.get_config_var('EXT_SUFFIX')}"
    info = {f"importspy-{version}.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    info |= {f"importspy-{version}.dist-info/{name}" for name in ("top_level.txt", "licenses/LICENSE")}
    startup = {"importspy.pth", "importspy.start", "_importspy_activate.py"}
    assert set(contents) == sources | {f"importspy/{extension}"} | startup | info
    assert contents[f"importspy-{version}.dist-info/top_level.txt"].split() == [b"_importspy_activate", b"importspy"]


def test_metadata_is_complete(metadata: Message, contents: dict[str, bytes], version: str) -> None:
    assert metadata["Name"] == "importspy"
    assert metadata["Version"] == version
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["Summary"]
    assert metadata["Author"] == "The ImportSpy authors"
    assert metadata.get_all("Requires-Dist") is None
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "importspy = importspy.cli:main" in contents[f"importspy-{version}.dist-info/entry_points.txt"].decode()


def test_extension_shows_nothing_but_its_entry(contents: dict[str, bytes], tmp_path: Path) -> None:
    [name] = [name for name in contents if name.endswith(".so")]
    (tmp_path / "core.so").write_bytes(contents[name])
    symbols = run("nm", "-D", "--defined-only", "--format=posix", "core.so", cwd=tmp_path)
    assert [line.split()[0] for line in symbols.splitlines()] == ["PyInit__core"]


def test_extension_says_nothing_of_the_machine_that_built_it(contents: dict[str, bytes], tmp_path: Path) -> None:
    [name] = [name for name in contents if name.endswith(".so")]
    assert str(ROOT).encode() not in contents[name]
    assert str(Path.home()).encode() + b"/" not in contents[name]
    (tmp_path / "core.so").write_bytes(contents[name])
    assert not re.search(r"R(UN)?PATH", run("readelf", "-d", "core.so", cwd=tmp_path))


def test_installed_wheel_works_in_an_empty_environment(empty_environment: Path, version: str, tmp_path: Path) -> None:
    (tmp_path / "plugin.py").write_text("raise SystemExit('executed')\n", "utf-8")
    (tmp_path / "contract.yml").write_text("functions: [register]\n", "utf-8")
    program = (
        "import importspy\n"
        "report = importspy.check('plugin.py', 'contract.yml')\n"
        "assert report.verdict == 'fail', report\n"
        "print(importspy.__file__)\n"
    )
    python = empty_environment / "bin" / "python"
    where = Path(run(python, "-c", program, cwd=tmp_path).strip())
    assert where.is_relative_to(empty_environment)
    assert run(empty_environment / "bin" / "importspy", "--version", cwd=tmp_path).split()[-1] == version
    assert run(python, "-m", "importspy", "--version", cwd=tmp_path).split()[-1] == version


def test_import_loads_nothing_outside_the_standard_library(empty_environment: Path, tmp_path: Path) -> None:
    program = (
        "import sys; before = set(sys.modules); path = list(sys.meta_path); import importspy\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "assert path == sys.meta_path\n"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    assert run(empty_environment / "bin" / "python", "-c", program, cwd=tmp_path).strip() == "['importspy']"


def test_a_version_specific_build_has_the_name_that_python_looks_for(tmp_path: Path) -> None:
    """What setup.py asks for under a free-threaded Python: no limited API, this interpreter's own suffix."""
    options = [f"-DPython_EXECUTABLE={sys.executable}", "-DISPY_STABLE_ABI=OFF", "-DCMAKE_C_FLAGS_RELEASE="]
    run("cmake", "-S", ROOT, "-B", tmp_path, "-G", "Ninja", *options, cwd=tmp_path)
    run("cmake", "--build", tmp_path, "--target", "importspy_extension", cwd=tmp_path)
    assert (tmp_path / f"_core{sysconfig.get_config_var('EXT_SUFFIX')}").is_file()
    assert "Py_LIMITED_API" not in (tmp_path / "compile_commands.json").read_text("utf-8")

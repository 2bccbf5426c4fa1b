"""Each header stands alone: public ones as C11 and as C++17, internal ones as C11; and the core needs no Python."""

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = sorted(p.name for p in (ROOT / "include" / "importspy").glob("*.h"))
INTERNAL = sorted(p.relative_to(ROOT / "src").as_posix() for p in (ROOT / "src").glob("*/*.h"))
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]

pytestmark = pytest.mark.build


def compile_alone(compiler: str, options: list[str], include: str) -> None:
    if shutil.which(compiler) is None:
        pytest.fail(f"{compiler} is missing, and this test cannot do without it; ./dev test installs it")
    # Twice: a header without a guard shows itself.
    run = subprocess.run(
        [compiler, *options, *WARNINGS, "-fsyntax-only", "-I", str(ROOT / "include"), "-"],
        input=f"#include {include}\n#include {include}\nint a_translation_unit_is_not_empty;\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def python_headers(header: str) -> list[str]:
    return ["-isystem", sysconfig.get_path("include")] if header == "embed.h" or header.startswith("binding/") else []


@pytest.mark.parametrize("header", PUBLIC)
def test_public_header_alone_is_c11(header: str) -> None:
    compile_alone("gcc", ["-x", "c", "-std=c11", *python_headers(header)], f"<importspy/{header}>")


@pytest.mark.parametrize("header", PUBLIC)
def test_public_header_alone_is_cpp17(header: str) -> None:
    compile_alone("g++", ["-x", "c++", "-std=c++17", *python_headers(header)], f"<importspy/{header}>")


@pytest.mark.parametrize("header", INTERNAL)
def test_internal_header_alone_is_c11(header: str) -> None:
    options = ["-x", "c", "-std=c11", "-I", str(ROOT / "src"), *python_headers(header)]
    compile_alone("gcc", [*options, "-DPy_LIMITED_API=0x030A0000"], f'"{header}"')


def cmake(*arguments: object) -> None:
    run = subprocess.run(["cmake", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_core_is_built_without_python(tmp_path: Path) -> None:
    """CMake gets along without Python, and no command line of the core names a folder of its headers."""
    cmake("-S", ROOT, "-B", tmp_path, "-G", "Ninja", "-DISPY_PYTHON=OFF", "-DCMAKE_C_FLAGS_RELEASE=")
    commands = json.loads((tmp_path / "compile_commands.json").read_text("utf-8"))
    core = [entry for entry in commands if "/src/" in entry["file"]]
    assert core
    for entry in core:
        assert "/src/binding/" not in entry["file"]
        assert "python" not in entry["command"].replace(str(ROOT), "").replace(str(tmp_path), "").lower()
    cmake("--build", tmp_path)
    assert (tmp_path / "libimportspy_core.a").is_file()

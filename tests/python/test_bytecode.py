"""What comes without source beside it, with other bytecode than its source, from archives, or as machine code."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import marshal
import os
import py_compile
import shutil
import sys
import zipfile
from pathlib import Path

import importspy
import pytest
from conftest import Workshop

GOOD = "def register(app):\n    return 'clean'\n"
EVIL = "import ran_marker\ndef register(app):\n    return 'evil'\n"


@pytest.fixture
def guard(plain: Workshop) -> importspy.Guard:
    return importspy.install(plain.folder / "contract.yml")


def plant(source: Path, flags: int, clean_hash: bytes | None = None) -> None:
    """A cached file for `source` that holds EVIL, and that stock Python accepts."""
    code = marshal.dumps(compile(EVIL, str(source), "exec"))
    status = source.stat()
    if flags:
        head = clean_hash or b"\0" * 8
    else:
        head = int(status.st_mtime).to_bytes(4, "little") + (status.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    cache = Path(importlib.util.cache_from_source(str(source)))
    cache.parent.mkdir(exist_ok=True)
    cache.write_bytes(importlib.util.MAGIC_NUMBER + flags.to_bytes(4, "little") + head + code)


@pytest.mark.parametrize("kind", ["20 matching time", "21 unchecked hash", "22 checked hash"])
def test_scenario_20_21_22_planted_bytecode_is_ignored(plain: Workshop, kind: str) -> None:
    source = plain.write("acme/planted.py", GOOD)
    if kind.startswith("20"):
        plant(source, 0)
    elif kind.startswith("21"):
        plant(source, 0b01)
    else:
        plant(source, 0b11, importlib.util.source_hash(source.read_bytes()))
    assert importlib.import_module("acme.planted").register(1) == "evil"  # what Python alone does
    for name in ("acme.planted", "ran_marker"):
        del sys.modules[name]
    importspy.install(plain.folder / "contract.yml")
    assert importlib.import_module("acme.planted").register(1) == "clean"
    assert "ran_marker" not in sys.modules


def test_scenario_19_sourceless_bytecode(guard: importspy.Guard, plain: Workshop) -> None:
    source = plain.write("acme/compiled.py", GOOD)
    py_compile.compile(str(source), cfile=str(source.with_suffix(".pyc")), doraise=True)
    source.unlink()
    importlib.invalidate_caches()
    with pytest.raises(importspy.ContractViolation, match="no source"):
        importlib.import_module("acme.compiled")


@pytest.mark.parametrize("selector", ['files: ["site/acme/compiled.py"]', "filename: compiled.py"])
def test_bytecode_is_selected_by_the_path_of_its_source(plain: Workshop, selector: str) -> None:
    source = plain.write("acme/compiled.py", EVIL)
    py_compile.compile(str(source), cfile=str(source.with_suffix(".pyc")), doraise=True)
    source.unlink()
    importlib.invalidate_caches()
    plain.contract(f"{selector}\nfunctions: [register]\n", "paths.yml")
    importspy.install(plain.folder / "paths.yml")
    with pytest.raises(importspy.ContractViolation, match="no source"):
        importlib.import_module("acme.compiled")


def test_scenario_23_the_bytes_that_were_validated_run(guard: importspy.Guard, plain: Workshop) -> None:
    source = plain.write("acme/swapped.py", GOOD)
    importlib.import_module("acme")
    spec = importlib.util.find_spec("acme.swapped")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    source.write_text(EVIL)
    spec.loader.exec_module(module)
    assert module.register(1) == "clean"


def archive(path: Path, **files: str | bytes) -> None:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("__slash__", "/").replace("__dot__", "."), content)


@pytest.fixture
def zipped(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> Path:
    plain.contract('modules: ["inzip.*"]\nfunctions: [register]\n', "zip.yml")
    path = plain.folder / "plugins.zip"
    archive(
        path,
        inzip__slash____init____dot__py="",
        inzip__slash__good__dot__py=GOOD,
        inzip__slash__bad__dot__py="import ran_marker\n",
    )
    monkeypatch.syspath_prepend(str(path))
    importspy.install(plain.folder / "zip.yml")
    return path


def test_scenario_18_archives(zipped: Path) -> None:
    good = importlib.import_module("inzip.good")
    assert good.register(1) == "clean"
    assert good.__file__ == str(zipped / "inzip" / "good.py")
    assert "importspy" not in repr(good.__loader__)
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("inzip.bad")
    assert caught.value.path == str(zipped / "inzip" / "bad.py")
    assert "ran_marker" not in sys.modules


def test_scenario_18_an_archive_replaced_while_running(zipped: Path) -> None:
    importlib.import_module("inzip.good")
    archive(
        zipped,
        padding=b"x" * 5000,
        inzip__slash____init____dot__py="",
        inzip__slash__good__dot__py="import ran_marker\n",
        inzip__slash__bad__dot__py=GOOD,
    )
    importlib.invalidate_caches()
    del sys.modules["inzip.good"]
    with pytest.raises(ImportError):
        importlib.import_module("inzip.good")
    assert "ran_marker" not in sys.modules


def test_bytecode_in_archives(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(text: str) -> bytes:
        body = marshal.dumps(compile(text, "x", "exec"))
        return importlib.util.MAGIC_NUMBER + (0b01).to_bytes(4, "little") + b"\0" * 8 + body

    path = plain.folder / "compiled.zip"
    archive(
        path,
        inzip__slash____init____dot__py="",
        inzip__slash__both__dot__py=GOOD,
        inzip__slash__both__dot__pyc=compiled(EVIL),
        inzip__slash__only__dot__pyc=compiled(EVIL),
    )
    monkeypatch.syspath_prepend(str(path))
    plain.contract('modules: ["inzip.*"]\nfunctions: [register]\n', "zip.yml")
    importspy.install(plain.folder / "zip.yml")
    assert importlib.import_module("inzip.both").register(1) == "clean"
    with pytest.raises(importspy.ContractViolation, match="no source"):
        importlib.import_module("inzip.only")
    assert "ran_marker" not in sys.modules


def test_a_zip_as_program(plain: Workshop) -> None:
    plain.contract('filename: "__main__.py"\nfunctions: [register]\n', "main.yml")
    plain.write("sitecustomize.py", "import importspy\nimportspy.install('main.yml')\n")
    archive(plain.folder / "bad.zip", __main____dot__py="print('ran')\n")
    archive(plain.folder / "good.zip", __main____dot__py=GOOD + "print('ran')\n")
    bad = plain.run("bad.zip")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "Traceback" not in bad.stderr
    good = plain.run("good.zip")
    assert (good.returncode, good.stdout, good.stderr) == (0, "ran\n", "")


@pytest.fixture
def extension(plain: Workshop) -> Path:
    spec = importlib.machinery.PathFinder.find_spec("resource")
    if spec is None or not isinstance(spec.loader, importlib.machinery.ExtensionFileLoader) or spec.origin is None:
        pytest.skip("this Python has no `resource` in a file of its own")
    return Path(shutil.copy(spec.origin, plain.site / "acme"))


def is_mapped(path: Path) -> bool:
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("there is no /proc")
    return str(path) in maps.read_text()


def test_scenario_30_context_before_dlopen(plain: Workshop, extension: Path) -> None:
    plain.contract('modules: ["acme.resource"]\ndeployments: [{systems: [{os: windows}]}]\n', "context.yml")
    importspy.install(plain.folder / "context.yml")
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.resource")
    assert not is_mapped(extension)


def test_extension_modules_are_confirmed(plain: Workshop, extension: Path) -> None:
    plain.contract('modules: ["acme.resource"]\nfunctions: [getpagesize]\n', "fits.yml")
    with importspy.install(plain.folder / "fits.yml"):
        module = importlib.import_module("acme.resource")
        assert module.getpagesize() > 0
        assert type(module.__loader__) is importlib.machinery.ExtensionFileLoader
    del sys.modules["acme.resource"]
    with importspy.install(plain.folder / "contract.yml"):
        with pytest.raises(importspy.ContractViolation, match="register"):
            importlib.import_module("acme.resource")
    assert "acme.resource" not in sys.modules


def test_optimised_python_runs_optimised_code(plain: Workshop) -> None:
    plain.write("acme/asserts.py", 'def register(app):\n    "doc"\n    assert False\n')
    code = (
        "import importspy; importspy.install('contract.yml'); from acme.asserts import register as r; print(r.__doc__)"
    )
    assert plain.run("-OO", "-c", code + "; r(1)").stdout == "None\n"
    assert plain.run("-O", "-c", code).stdout == "doc\n"
    assert "AssertionError" in plain.run("-c", code + "; r(1)").stderr


def test_nothing_is_written_beside_guarded_modules(guard: importspy.Guard, plain: Workshop) -> None:
    sys.dont_write_bytecode = False
    try:
        importlib.import_module("acme.good")
    finally:
        sys.dont_write_bytecode = True
    cache = plain.site / "acme" / "__pycache__"
    assert not any("good" in name for name in (os.listdir(cache) if cache.exists() else ()))

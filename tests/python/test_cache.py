"""The code cache: what it keeps, when it is believed, and that nothing that is wrong with it stops an import."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import marshal
import os
import random
import stat
import subprocess
import sys
import textwrap
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import importspy
import pytest
from cache_entries import Entry
from conftest import Workshop
from importspy import _core
from importspy.cli import main

CASES = Path(__file__).resolve().parents[1] / "cases"
GOOD = 'def register(app):\n    "its doc"\n    assert app\n    return "one"\n'
NOBODY = 65534
TRIMS = 64  # WRITES_BETWEEN_TRIMS in src/binding/code_cache.c

_heard: list[tuple[str, Any]] | None = None


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if _heard is not None and event in ("compile", "open"):
        _heard.append((event, arguments[1] if event == "compile" else arguments[0]))


sys.addaudithook(_listen)  # for good; it only listens while a test asks it to


class Cache:
    """Imports modules as a new process would, and tells whether their source was parsed."""

    def __init__(self, plain: Workshop, folder: Path) -> None:
        self.plain = plain
        self.folder = folder
        self.opened: list[Any] = []

    def entries(self) -> list[Path]:
        return sorted(self.folder.glob("*.ispy")) if self.folder.exists() else []

    def only(self) -> Path:
        (entry,) = self.entries()
        return entry

    def load(self, name: str) -> tuple[ModuleType, bool]:
        global _heard
        sys.modules.pop(name, None)
        _heard = []
        try:
            module = importlib.import_module(name)
        finally:
            heard, _heard = _heard, None
            self.opened = [what for event, what in heard if event == "open"]
        file = str(module.__file__)
        return module, any(event == "compile" and what == file for event, what in heard)

    def parsed(self, name: str) -> bool:
        module, parsed = self.load(name)
        assert module.register(1) == "one"
        return parsed

    def run(self, code: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """In a process of its own, which may write bytecode."""
        package = str(Path(importspy.__file__).resolve().parent.parent)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(
            [sys.executable, *options, "-c", textwrap.dedent(code)],
            env={**kept, "PYTHONPATH": os.pathsep.join([str(self.plain.site), package]), **environment},
            cwd=self.plain.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def cache(plain: Workshop, code_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    importlib.import_module("acme")
    importspy.install(plain.folder / "contract.yml")
    plain.write("acme/good.py", GOOD)
    return Cache(plain, code_cache)


# ---------------------------------------------------------------- what is kept


def test_a_source_is_parsed_once(cache: Cache) -> None:
    assert [cache.parsed("acme.good") for _ in range(3)] == [True, False, False]
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(cache.only().stat().st_mode) == 0o600
    assert not list(cache.folder.glob("tmp-*"))


def test_another_process_knows_it(cache: Cache) -> None:
    code = """
        import sys; seen = []
        sys.addaudithook(lambda event, args: seen.append(args[1]) if event == "compile" else None)
        import importspy; importspy.install("contract.yml"); import acme.good
        print(acme.good.register(1), acme.good.__file__ in seen)
    """
    assert cache.run(code).stdout == "one True\n"
    assert cache.run(code).stdout == "one False\n"


def test_an_edit_is_another_source(cache: Cache) -> None:
    source = cache.plain.site / "acme/good.py"
    before = source.stat()
    assert cache.load("acme.good")[0].register(1) == "one"
    source.write_text(GOOD.replace("one", "two"))
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))  # what deceives Python's own cache
    assert source.stat().st_size == before.st_size
    module, parsed = cache.load("acme.good")
    assert (module.register(1), parsed, len(cache.entries())) == ("two", True, 1)
    source.write_text(GOOD)
    assert cache.parsed("acme.good"), "there is one entry for a module, that of its last state"


def test_the_same_source_in_two_places(cache: Cache) -> None:
    for name in ("acme/other.py", "acme/good/__init__.py"):
        cache.plain.write(name, GOOD)
    (cache.plain.site / "acme/good.py").unlink()
    for _ in range(2):
        for name in ("acme.other", "acme.good"):
            importlib.invalidate_caches()
            module, _ = cache.load(name)
            assert module.register.__code__.co_filename == module.__file__
            assert module.__name__ == name
            assert hasattr(module, "__path__") == (name == "acme.good")
    assert len(cache.entries()) == 2


def test_the_plugins_own_pycache_is_left_alone(cache: Cache) -> None:
    cache.load("acme.good")
    cache.load("acme.good")
    beside = cache.plain.site / "acme/__pycache__"
    assert not beside.exists() or not list(beside.glob("good*"))


def test_what_cannot_be_validated_is_not_kept(cache: Cache) -> None:
    for name, text in (("syntax", "def (:\n"), ("compile", "return 1\n"), ("nul", "x = 1\0\n")):
        cache.plain.write(f"acme/{name}.py", text)
        for _ in range(2):
            with pytest.raises(importspy.ContractViolation):
                cache.load(f"acme.{name}")
    assert cache.entries() == []


def test_what_others_execute_is_not_kept(cache: Cache) -> None:
    class Loader(importlib.machinery.SourceFileLoader):
        def source_to_code(self, data: Any, path: Any, *name: Any, _optimize: int = -1) -> Any:  # type: ignore[override]
            return compile(data.replace(b"one", b"two"), path, "exec")

    path = str(cache.plain.write("acme/other.py", GOOD))
    spec = importlib.util.spec_from_file_location("acme.other", path, loader=Loader("acme.other", path))

    class Finder:
        @staticmethod
        def find_spec(name: str, *_: object) -> Any:
            return spec if name == "acme.other" else None

    sys.meta_path.insert(1, Finder)  # type: ignore[arg-type]
    assert cache.load("acme.other")[0].register(1) == "two"
    assert cache.entries() == []


# ---------------------------------------------------------------- verdicts are never kept


def test_scenario_28_an_edited_contract_gives_a_new_verdict(cache: Cache) -> None:
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]
    importspy.uninstall()
    del sys.modules["acme.good"]
    cache.plain.contract('modules: ["acme.*"]\nfunctions: [register, teardown]\n')
    importspy.install(cache.plain.folder / "contract.yml")
    with pytest.raises(importspy.ContractViolation, match="teardown"):
        cache.load("acme.good")
    importspy.uninstall()
    cache.plain.contract('modules: ["acme.*"]\nfunctions: [register]\n')
    importspy.install(cache.plain.folder / "contract.yml")
    assert not cache.parsed("acme.good")


def test_scenario_29_a_changed_environment_gives_a_new_verdict(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    importspy.uninstall()
    cache.plain.contract(
        """
        modules: ["acme.*"]
        deployments:
          - systems:
              - os: linux
                environment: {variables: [{name: APP_MODE, value: prod}]}
              - os: darwin
                environment: {variables: [{name: APP_MODE, value: prod}]}
        """,
        "deployed.yml",
    )
    importspy.install(cache.plain.folder / "deployed.yml")
    monkeypatch.setenv("APP_MODE", "prod")
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]
    monkeypatch.setenv("APP_MODE", "test")
    with pytest.raises(importspy.ContractViolation, match="APP_MODE"):
        cache.load("acme.good")
    monkeypatch.setenv("APP_MODE", "prod")
    assert not cache.parsed("acme.good")


def denial(cache: Cache, name: str) -> str:
    sys.modules.pop(name, None)
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module(name)
    return str(caught.value)


def identity(path: Path) -> tuple[int, int, int, int]:
    """What changes when a file is written or replaced: not the time of access, which reading moves on."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


# 201 is about file names, 203 about sources that cannot be read, which are not kept; 206 and 207 about waivers, whose
# cases have a day and a module of their own.
ELSEWHERE = {"ISPY201", "ISPY203", "ISPY206", "ISPY207"}


@pytest.mark.parametrize("code", sorted({f.name for f in CASES.glob("ISPY[2-5]*")} - ELSEWHERE))
def test_a_denial_reads_the_same_from_the_cache(cache: Cache, code: str) -> None:
    importspy.uninstall()
    contract = (CASES / code / "contract.yml").read_text("utf-8")
    cache.plain.contract(f"modules: [cased]\n{contract}", "case.yml")
    if (CASES / code / "api.pyi").exists():
        (cache.plain.folder / "api.pyi").write_bytes((CASES / code / "api.pyi").read_bytes())
    importspy.install(cache.plain.folder / "case.yml", unprovable="deny")
    cache.plain.write("cased.py", (CASES / code / "fail.py").read_bytes())
    first = denial(cache, "cased")
    assert cache.entries()
    kept = identity(cache.only())
    assert denial(cache, "cased") == first
    assert identity(cache.only()) == kept


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbfx = 1\r\ndef other():\r\n    pass\r\n",
        "# coding: latin-1\nnäme = 'é'\ndef other(): pass\n".encode("latin-1"),
        "größe = '中文\U0001f600'; other = 1\n".encode(),
        b"a = b'\\xff\\0'\nx = 1\x0c\ny = 2\n",
    ],
)
def test_excerpts_read_the_same_from_the_cache(cache: Cache, source: bytes) -> None:
    importspy.uninstall()
    cache.plain.contract(
        'modules: ["acme.*"]\nfunctions: [other, x, register]\nvariables: ["other: int = 5"]\n', "odd.yml"
    )
    importspy.install(cache.plain.folder / "odd.yml", unprovable="deny")
    cache.plain.write("acme/odd.py", source)
    first = denial(cache, "acme.odd")
    assert len(cache.entries()) == 1
    assert denial(cache, "acme.odd") == first


def test_tracebacks_read_the_same_from_the_cache(cache: Cache) -> None:
    cache.plain.write("acme/good.py", "def register(app):\n    x = 1\n    raise ValueError(\n        x)\n")
    shown = []
    for _ in range(2):
        module, _ = cache.load("acme.good")
        try:
            module.register(1)
        except ValueError:
            shown.append(traceback.format_exc())
    assert shown[0] == shown[1]
    assert "line 3, in register" in shown[1]
    assert "raise ValueError(" in shown[1]


def test_what_the_source_left_open_is_still_confirmed(cache: Cache) -> None:
    cache.plain.write("acme/good.py", "globals()['reg' + 'ister'] = lambda app: 'one'\n")
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]
    cache.plain.write("acme/late.py", "globals()['oth' + 'er'] = 1\n")
    for _ in range(2):
        with pytest.raises(importspy.ContractViolation, match="register"):
            cache.load("acme.late")


# ---------------------------------------------------------------- entries that are not what they should be


def spoil(cache: Cache, change: Callable[[bytes], bytes | None]) -> None:
    """Changes the one entry; it has to be a miss, and to be rebuilt."""
    entry = cache.only()
    whole = entry.read_bytes()
    bad = change(whole)
    if bad is not None:
        entry.unlink()
        entry.write_bytes(bad)
        entry.chmod(0o600)
    assert cache.parsed("acme.good")
    assert not cache.parsed("acme.good"), "not rebuilt"
    assert Entry.read(cache.only().read_bytes()).parts["source"] == GOOD.encode()


def test_scenario_24_any_changed_byte_is_a_miss(cache: Cache) -> None:
    cache.load("acme.good")
    length = len(cache.only().read_bytes())
    chance = random.Random(4711)
    places = {*range(80), *range(80, length, 5), length - 1}
    for at in sorted(places):
        bit = 1 << chance.randrange(8)

        def flip(whole: bytes, at: int = at % length, bit: int = bit) -> bytes:
            return whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]

        spoil(cache, flip)


def test_scenario_24_torn_long_and_empty_entries_are_misses(cache: Cache) -> None:
    cache.load("acme.good")
    length = len(cache.only().read_bytes())
    for cut in (0, 1, 8, 47, 48, 49, length // 2, length - 1):
        spoil(cache, lambda whole, cut=cut: whole[:cut])
    spoil(cache, lambda whole: whole + b"\0")
    for part in (3, 2):  # what a crash leaves on a disk that wrote the length before the data
        spoil(cache, lambda whole, part=part: whole[: len(whole) // part].ljust(len(whole), b"\0"))
    spoil(cache, lambda whole: b"\0" * len(whole))
    spoil(cache, lambda whole: whole * 2)


def test_scenario_24_random_bytes_are_a_miss(cache: Cache) -> None:
    cache.load("acme.good")
    chance = random.Random(7)
    for _ in range(100):
        spoil(cache, lambda whole: chance.randbytes(chance.randrange(2 * len(whole))))
        spoil(cache, lambda whole: whole[:48] + chance.randbytes(len(whole) - 48))


def forge(cache: Cache, **parts: bytes) -> None:
    """As `spoil`, with a checksum that fits."""

    def change(whole: bytes) -> bytes:
        entry = Entry.read(whole)
        assert entry.write() == whole, "this test no longer knows the layout"
        entry.parts.update(parts)
        return entry.write()

    spoil(cache, change)


def test_scenario_25_another_build_is_a_miss(cache: Cache) -> None:
    cache.load("acme.good")
    build = Entry.read(cache.only().read_bytes()).parts["build"]
    assert build == _core._cache_build()
    assert repr(importlib.util.MAGIC_NUMBER).encode() in build
    assert str(sys.hexversion).encode() in build
    assert str(sys.implementation.cache_tag).encode() in build
    number = build.index(repr(importlib.util.MAGIC_NUMBER).encode()) + 4
    for at in (0, 10, number, len(build) - 1):
        changed = build[:at] + bytes([build[at] ^ 1]) + build[at + 1 :]
        forge(cache, build=changed)
    forge(cache, build=build[:-1])


def test_an_entry_for_another_module_is_a_miss(cache: Cache) -> None:
    cache.load("acme.good")
    parts = Entry.read(cache.only().read_bytes()).parts
    forge(cache, name=b"acme.evil")
    forge(cache, path=parts["path"].replace(b"good", b"evil"))
    forge(cache, source=GOOD.replace("one", "two").encode())
    forge(cache, source=b"")


def test_code_that_is_none_is_a_miss(cache: Cache) -> None:
    cache.load("acme.good")
    code = Entry.read(cache.only().read_bytes()).parts["code"]
    for bad in (b"", b"\0", marshal.dumps(None), marshal.dumps([1, 2]), marshal.dumps("x"), code[:20], b"\xff" * 50):
        forge(cache, code=bad)


def test_structures_that_are_none_are_misses(cache: Cache) -> None:
    cache.load("acme.good")
    structure = Entry.read(cache.only().read_bytes()).parts["structure"]
    for bad in (b"", b"\0" * 40, structure[:-4], structure + b"\0" * 4, b"\xff" * len(structure)):
        forge(cache, structure=bad)


def test_structures_that_say_anything_do_no_harm(cache: Cache) -> None:
    """With a checksum that fits, as only this user could make it: a wrong verdict perhaps, never a crash."""
    cache.load("acme.good")
    entry = cache.only()
    whole = Entry.read(entry.read_bytes())
    pack = whole.parts["structure"]
    chance = random.Random(99)
    for _ in range(500):
        changed = bytearray(pack)
        for _ in range(chance.choice((1, 1, 2, 4))):
            changed[chance.randrange(36, len(changed))] = chance.choice((0, 1, 2, 3, 0xFF))
        whole.parts["structure"] = bytes(changed)
        entry.write_bytes(whole.write())
        with contextlib.suppress(importspy.ContractViolation):
            cache.load("acme.good")


@pytest.mark.parametrize("kind", ["symlink", "fifo", "folder", "long", "foreign", "group", "others"])
def test_files_that_are_no_entries(cache: Cache, kind: str) -> None:
    cache.load("acme.good")
    entry = cache.only()
    kept = entry.read_bytes()
    if kind == "group":
        entry.chmod(0o620)
    elif kind == "others":
        entry.chmod(0o602)
    elif kind == "foreign":
        if os.geteuid() != 0:
            pytest.skip("only root can give a file away")
        os.chown(entry, NOBODY, NOBODY)
    elif kind == "long":
        os.truncate(entry, 33 * 1024 * 1024)
    else:
        entry.unlink()
        if kind == "fifo":
            os.mkfifo(entry)
        elif kind == "folder":
            entry.mkdir()
        else:
            (cache.plain.folder / "elsewhere").write_bytes(kept)
            entry.symlink_to(cache.plain.folder / "elsewhere")
    assert cache.parsed("acme.good")
    if kind != "folder":  # no file takes a folder's place
        assert not cache.parsed("acme.good")
        assert entry.is_file()
        assert not entry.is_symlink()
    if kind == "symlink":
        assert (cache.plain.folder / "elsewhere").read_bytes() == kept


# ---------------------------------------------------------------- optimisation levels


def test_scenario_25_optimisation_levels_have_entries_of_their_own(cache: Cache) -> None:
    code = """
        import sys; seen = []
        sys.addaudithook(lambda event, args: seen.append(args[1]) if event == "compile" else None)
        import importspy; importspy.install("contract.yml"); from acme.good import register, __file__ as file
        try: result = register(0)
        except AssertionError: result = "asserted"
        print(result, register.__doc__, file in seen)
    """
    wanted = {(): "asserted its doc", ("-O",): "one its doc", ("-OO",): "one None"}
    for number, (options, said) in enumerate(wanted.items(), 1):
        assert cache.run(code, *options).stdout == f"{said} True\n"
        assert len(cache.entries()) == number
    for options, said in wanted.items():
        assert cache.run(code, *options).stdout == f"{said} False\n"


# ---------------------------------------------------------------- folders


def use(folder: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """Points the cache there; gives what the core has to say against it."""
    monkeypatch.setenv("IMPORTSPY_CACHE", str(folder))
    return _core._cache_usage()[1]


def test_scenario_26_no_folder_can_be_made(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    file = cache.plain.folder / "file"
    file.write_text("")
    for place in (file / "cache", cache.plain.folder / "no/such/folder/at/all", "/proc/importspy", "\1" * 300):
        use(place, monkeypatch)
        assert [cache.parsed("acme.good") for _ in range(2)] == [True, True]


def test_scenario_26_the_folder_is_read_only(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """/proc/<pid> belongs to us, others cannot write to it, and neither can we, even as root."""
    assert use(f"/proc/{os.getpid()}", monkeypatch) == ""
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, True]


def test_scenario_26_the_disk_is_full(cache: Cache) -> None:
    code = """
        import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
        import importspy; importspy.install("contract.yml"); import acme.good; print(acme.good.register(1))
    """
    for _ in range(2):
        done = cache.run(code)
        assert (done.stdout, done.stderr) == ("one\n", "")
    assert list(cache.folder.iterdir()) == []
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]


def test_scenario_26_the_folder_goes_away_and_comes_back(cache: Cache) -> None:
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]
    cache.only().unlink()
    cache.folder.rmdir()
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]
    moved = cache.folder.rename(cache.folder.with_name("moved"))
    assert not cache.parsed("acme.good"), "it is the same folder"
    for entry in moved.iterdir():
        entry.unlink()
    moved.rmdir()
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777, 0o720, 0o702])
def test_a_folder_that_others_can_write_to_is_refused(cache: Cache, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    cache.load("acme.good")
    cache.folder.chmod(mode)
    shared = cache.folder.with_name("shared")
    cache.folder.rename(shared)
    assert use(shared, monkeypatch) == "others may write to it"
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, True]
    assert len(list(shared.iterdir())) == 1
    shared.chmod(0o700)
    assert not cache.parsed("acme.good")


def test_a_folder_that_becomes_shared_is_no_longer_written_to(cache: Cache) -> None:
    cache.load("acme.good")
    cache.folder.chmod(0o777)
    cache.plain.write("acme/other.py", GOOD)
    assert [cache.parsed("acme.other") for _ in range(2)] == [True, True]
    assert len(cache.entries()) == 1


def test_a_folder_that_is_a_link_is_refused(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.load("acme.good")
    link = cache.plain.folder / "link"
    link.symlink_to(cache.folder)
    for spelled in (link, f"{link}/", f"{link}//"):
        assert use(spelled, monkeypatch) == "it is no folder, or a symbolic link"
        assert cache.parsed("acme.good")
    (cache.plain.folder / "file").write_text("")
    assert use(cache.plain.folder / "file", monkeypatch) == "it is no folder, or a symbolic link"


def test_a_folder_of_another_user_is_refused(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:
        cache.load("acme.good")
        os.chown(cache.folder, NOBODY, NOBODY)
        foreign = cache.folder.rename(cache.folder.with_name("foreign"))
    else:
        foreign = Path("/usr")
    assert use(foreign, monkeypatch) == "it belongs to another user"
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, True]


def test_where_the_folder_is(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def folder() -> str | None:
        return _core._cache_usage()[0]

    assert folder() == str(cache.folder)
    for off in ("", "0", "off"):
        assert use(off, monkeypatch) == "IMPORTSPY_CACHE switches it off"
        assert [cache.parsed("acme.good") for _ in range(2)] == [True, True]
        assert folder() is None
    monkeypatch.delenv("IMPORTSPY_CACHE")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if sys.platform != "darwin":
        assert folder() == str(tmp_path / "xdg/importspy")
        assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]
        monkeypatch.setenv("XDG_CACHE_HOME", "relative")
        assert folder() == str(home / ".cache/importspy")
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, False]
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    assert _core._cache_usage()[:2] == (None, "neither IMPORTSPY_CACHE nor a home folder says where it is")
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, True]


def test_a_host_that_closes_all_descriptors(cache: Cache) -> None:
    code = """
        import os, sys, importspy; importspy.install("contract.yml"); import acme.good
        os.closerange(3, 200)
        strangers = [os.open(".", os.O_RDONLY) for _ in range(20)]
        seen = []
        sys.addaudithook(lambda event, args: seen.append(args[1]) if event == "compile" else None)
        for name in ("acme.good", "acme.other"):
            del sys.modules["acme.good"]
            import acme.good
        import acme.other
        print(acme.good.__file__ in seen, acme.other.register(1), sorted(f for f in os.listdir(".") if "ispy" in f))
        for stranger in strangers: os.fstat(stranger)
    """
    cache.plain.write("acme/other.py", GOOD)
    done = cache.run(code)
    assert (done.stdout, done.stderr) == ("False one []\n", "")
    assert len(cache.entries()) == 2


# ---------------------------------------------------------------- writing


def test_nothing_is_written_where_python_writes_no_bytecode(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [cache.parsed("acme.good") for _ in range(2)] == [True, True]
    assert not cache.folder.exists()
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert cache.parsed("acme.good")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert not cache.parsed("acme.good"), "reading is another matter"


def test_scenario_27_processes_write_at_once(cache: Cache) -> None:
    names = [f"mod_{i}" for i in range(30)]
    for name in names:
        cache.plain.write(f"acme/{name}.py", GOOD + f"NUMBER = {name[4:]}\n" * 50)
    code = f"""
        import importlib, importspy, sys; seen = []
        sys.addaudithook(lambda event, args: seen.append(args[1]) if event == "compile" else None)
        importspy.install("contract.yml")
        for name in {names}:
            module = importlib.import_module("acme." + name)
            assert (module.register(1), module.NUMBER) == ("one", int(name[4:]))
        print(sum("mod_" in str(path) for path in seen))
    """
    package = str(Path(importspy.__file__).resolve().parent.parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(code)],
            env={**kept, "PYTHONPATH": os.pathsep.join([str(cache.plain.site), package])},
            cwd=cache.plain.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
    assert len(cache.entries()) == len(names)
    assert len(list(cache.folder.iterdir())) == len(names)
    assert cache.run(code).stdout == "0\n"


def test_scenario_27_threads_write_at_once(cache: Cache) -> None:
    names = [f"acme.mod_{i}" for i in range(40)]
    for name in names:
        cache.plain.write(f"{name.replace('.', '/')}.py", GOOD)
    problems: list[BaseException] = []

    def work(mine: list[str]) -> None:
        try:
            for name in mine:
                assert importlib.import_module(name).register(1) == "one"
        except BaseException as problem:
            problems.append(problem)

    for _ in range(2):
        threads = [threading.Thread(target=work, args=(names[i::8],)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        for name in names:
            del sys.modules[name]
    assert len(cache.entries()) == len(list(cache.folder.iterdir())) == len(names)


# ---------------------------------------------------------------- how large it may grow


def fill(cache: Cache, count: int, size: int) -> list[Path]:
    """Sparse files that bear the names of entries, the oldest first, all older than anything real."""
    cache.folder.mkdir(mode=0o700, exist_ok=True)
    made = []
    for number in range(count):
        path = cache.folder / f"{number:016x}.ispy"
        with path.open("wb") as file:
            file.truncate(size)
        os.utime(path, (1_000_000_000 + number, 1_000_000_000 + number))
        made.append(path)
    return made


def test_the_oldest_go_first(cache: Cache) -> None:
    made = fill(cache, 10, 1000)
    cache.load("acme.good")
    assert _core._cache_usage()[2] == 11
    assert _core._cache_trim(10**9) == (0, 0)
    real = (set(cache.entries()) - set(made)).pop()
    assert _core._cache_trim(3000 + real.stat().st_size) == (7, 7000)
    assert cache.entries() == sorted([*made[7:], real])
    assert _core._cache_trim(real.stat().st_size)[0] == 3
    assert not cache.parsed("acme.good")
    assert _core._cache_trim(0)[0] == 1
    assert list(cache.folder.iterdir()) == []


def test_writing_keeps_it_within_bounds(cache: Cache) -> None:
    most = _core._cache_usage()[4]
    made = fill(cache, 30, most // 20)
    for number in range(40 * TRIMS):
        before = set(cache.folder.iterdir())
        cache.plain.write(f"acme/good{number}.py", GOOD)
        assert cache.parsed(f"acme.good{number}")
        fresh = set(cache.folder.iterdir()) - before
        assert len(fresh) == 1
        if int(fresh.pop().name[8:16], 16) % TRIMS == 0:
            break
    else:
        pytest.fail("no entry's name asked for a look at the folder")
    _, _, entries, size, _ = _core._cache_usage()
    assert size <= most / 4 * 3
    assert not made[0].exists()
    assert made[-1].exists()
    assert entries > number, "what was just written stays"
    assert not cache.parsed(f"acme.good{number}")


def test_only_entries_and_what_writers_left_are_removed(cache: Cache) -> None:
    cache.load("acme.good")
    kept = []
    for name in ("notes.txt", "0123.ispy", "0123456789abcdeg.ispy", "0123456789abcdef.ispy.bak", "tmp-young"):
        (cache.folder / name).write_text("mine")
        kept.append(cache.folder / name)
    (cache.folder / "fedcba9876543210.ispy").mkdir()
    (cache.folder / "tmp-old").write_text("left")
    os.utime(cache.folder / "tmp-old", (time.time() - 7200, time.time() - 7200))
    outside = cache.plain.folder / "outside"
    outside.write_text("mine")
    (cache.folder / "0123456789abcdef.ispy").symlink_to(outside)
    assert _core._cache_trim(0)[0] == 2
    assert sorted(cache.folder.iterdir()) == sorted([*kept, cache.folder / "fedcba9876543210.ispy"])
    assert outside.read_text() == "mine"


# ---------------------------------------------------------------- the stamp of the source's file


NO_STAMP = (0, 0, 0, 0, 0)
TO_REST = 4.5  # seconds: SECONDS_AT_REST in src/binding/file_stamp.c, and the rest of a second


def stamp_of(cache: Cache) -> tuple[int, ...]:
    return Entry.read(cache.only().read_bytes()).stamp


@pytest.fixture(scope="module")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Files that have been at rest for longer than any file system's clock takes to tick: one for each test."""
    folder = tmp_path_factory.mktemp("old")
    for number in range(8):
        (folder / f"{number}.py").write_text(GOOD)
    time.sleep(TO_REST)
    return (folder / f"{number}.py" for number in range(8))


@pytest.fixture
def rested(cache: Cache, old_files: Iterator[Path]) -> Cache:
    """acme.good is such a file, and has its entry."""
    source = Path(source_of(cache))
    source.unlink()
    source.symlink_to(next(old_files))
    assert cache.parsed("acme.good") is True
    assert stamp_of(cache) != NO_STAMP
    return cache


def test_what_has_only_just_been_written_has_no_stamp(cache: Cache) -> None:
    cache.load("acme.good")
    assert stamp_of(cache) == NO_STAMP
    assert not cache.parsed("acme.good")
    assert cache.opened == [source_of(cache)]
    time.sleep(TO_REST)
    assert not cache.parsed("acme.good")
    assert cache.opened == [source_of(cache)], "found by its bytes; now the entry gets a stamp"
    assert stamp_of(cache) != NO_STAMP
    assert not cache.parsed("acme.good")
    assert cache.opened == []


def source_of(cache: Cache) -> str:
    return str(cache.plain.site / "acme/good.py")


def rewrite(source: str, text: str) -> None:
    """As an attacker, or a careless tool, would: with the same size and times."""
    before = os.stat(source)
    Path(source).write_text(text)
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = os.stat(source)
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_a_source_at_rest_is_not_opened(rested: Cache) -> None:
    for _ in range(3):
        assert not rested.parsed("acme.good")
        assert rested.opened == []


def test_an_edit_with_the_same_size_and_times_shows(rested: Cache) -> None:
    source = source_of(rested)
    rewrite(source, GOOD.replace("one", "two"))
    module, parsed = rested.load("acme.good")
    assert (module.register(1), parsed) == ("two", True)
    rewrite(source, GOOD.replace("one", "six"))  # within a tick of the clock, perhaps
    assert rested.load("acme.good")[0].register(1) == "six"


def test_another_file_in_its_place_shows(rested: Cache) -> None:
    source = source_of(rested)
    before = os.stat(source)
    other = rested.plain.write("acme/other.txt", GOOD.replace("one", "two"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(other, source)
    assert rested.load("acme.good")[0].register(1) == "two"


def test_a_link_that_is_turned_shows(rested: Cache) -> None:
    source = source_of(rested)
    for text in ("one", "two"):
        rested.plain.write(f"{text}.txt", GOOD.replace("one", text))
        with contextlib.suppress(FileNotFoundError):
            os.unlink(source)
        os.symlink(rested.plain.site / f"{text}.txt", source)
        assert rested.load("acme.good")[0].register(1) == text


def test_the_same_bytes_are_known_under_another_stamp(rested: Cache) -> None:
    os.utime(source_of(rested))
    assert not rested.parsed("acme.good")
    assert rested.opened == [source_of(rested)]


def test_a_new_stamp_is_not_written_where_others_could(rested: Cache) -> None:
    """Direct loading asks for the entry by the source's bytes alone."""

    def load_directly() -> tuple[int, ...]:
        spec = importlib.util.spec_from_file_location("acme.good", source_of(rested))
        assert spec is not None
        assert spec.loader is not None
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        return stamp_of(rested)

    before = load_directly()
    os.utime(source_of(rested), ns=(1, 1))
    time.sleep(TO_REST)
    rested.folder.chmod(0o777)
    assert load_directly() == before
    rested.folder.chmod(0o700)
    assert load_directly() != before


def test_a_new_contract_is_held_against_a_source_that_is_not_opened(rested: Cache) -> None:
    importspy.uninstall()
    sys.modules.pop("acme.good")
    rested.plain.contract('modules: ["acme.good"]\nfunctions: ["def register(app) -> int"]\n')
    importspy.install(rested.plain.folder / "contract.yml")
    assert "def register(app):" in denial(rested, "acme.good"), "the excerpt is there all the same"


def test_scenario_23_a_swap_after_the_stamp_was_taken_changes_nothing(rested: Cache) -> None:
    """Validated is what the entry holds, and what the entry holds runs."""
    source = Path(source_of(rested))
    sys.modules.pop("acme.good", None)
    spec = importlib.util.find_spec("acme.good")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)  # validates
    source.write_text("raise SystemExit('not what was validated')\n")
    spec.loader.exec_module(module)
    assert module.register(1) == "one"


# ---------------------------------------------------------------- the source, read in C


def test_the_source_is_opened_before_all_audit_hooks(cache: Cache) -> None:
    for _ in range(2):
        module, _ = cache.load("acme.good")
        assert cache.opened == [module.__file__]


def test_loaders_that_were_touched_are_asked(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    stock = importlib.machinery.SourceFileLoader.get_data
    asked = []

    def get_data(self: Any, path: str) -> bytes:
        asked.append(path)
        return stock(self, path).replace(b"one", b"two")

    cache.load("acme.good")
    monkeypatch.setattr(importlib.machinery.SourceFileLoader, "get_data", get_data)
    module, parsed = cache.load("acme.good")
    assert (module.register(1), parsed, asked) == ("two", True, [module.__file__])


@pytest.mark.parametrize("text", [b"", b"\n", GOOD.encode()])
def test_files_of_every_size(cache: Cache, text: bytes) -> None:
    importspy.uninstall()
    cache.plain.contract("modules: [small]\nvariables: [{name: register, presence: optional}]\n", "small.yml")
    importspy.install(cache.plain.folder / "small.yml")
    cache.plain.write("small.py", text)
    for _ in range(2):
        assert cache.load("small")[0].__name__ == "small"


def test_a_source_that_cannot_be_read(cache: Cache) -> None:
    cache.load("acme.good")
    source = cache.plain.site / "acme/good.py"
    spec = importlib.util.find_spec("acme.good") if sys.modules.pop("acme.good") else None
    assert spec is not None
    source.unlink()
    with pytest.raises(importspy.ContractViolation, match="cannot be read"):
        importlib.util.module_from_spec(spec)
    source.mkdir()
    with pytest.raises(importspy.ContractViolation, match="cannot be read"):
        importlib.util.module_from_spec(spec)


# ---------------------------------------------------------------- the command


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["cache", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_command_shows_and_clears(cache: Cache, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(cache.folder)
    state = "state    not in use: the folder does not exist yet"
    assert command(capsys, "--stats") == (0, f"folder   {folder}\n{state}\n", "")
    cache.load("acme.good")
    size = cache.only().stat().st_size / 1024
    shown = f"entries  1\nsize     {size:.1f} KB of at most 256.0 MB\n"
    assert command(capsys, "--stats") == (0, f"folder   {folder}\nstate    in use\n{shown}", "")
    assert command(capsys, "--clear") == (0, f"1 entry removed from {folder} ({size:.1f} KB)\n", "")
    assert command(capsys, "--clear") == (0, f"0 entries removed from {folder} (0 bytes)\n", "")
    assert cache.parsed("acme.good")


def test_the_command_leaves_alone_what_is_not_ours(cache: Cache, capsys: pytest.CaptureFixture[str]) -> None:
    cache.load("acme.good")
    cache.folder.chmod(0o777)
    status, out, _ = command(capsys, "--clear")
    assert (status, out) == (2, f"nothing was removed from {cache.folder}: others may write to it\n")
    assert "not in use: others may write to it" in command(capsys, "--stats")[1]
    assert len(cache.entries()) == 1


def test_the_command_without_a_cache(
    cache: Cache, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use("off", monkeypatch)
    assert command(capsys, "--stats")[:2] == (
        0,
        "folder   none\nstate    not in use: IMPORTSPY_CACHE switches it off\n",
    )
    with pytest.raises(SystemExit) as problem:
        command(capsys)
    assert problem.value.code == 2

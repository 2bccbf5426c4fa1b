"""install(), uninstall(), Guard: what is in force, and what is left when nothing is."""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
import threading
from pathlib import Path

import importspy
import pytest
from conftest import Workshop


def finders() -> list[object]:
    return [finder for finder in sys.meta_path if "importspy" in repr(finder)]


def active(guard: importspy.Guard) -> bool:
    return guard.active


def test_import_installs_nothing_and_imports_little(workshop: Workshop) -> None:
    code = """
        import sys
        before = set(sys.modules)
        meta_path = list(sys.meta_path)
        import importspy
        print(",".join(set(sys.modules) - before))
        print(sys.meta_path == meta_path)
    """
    done = workshop.run("-c", "\n".join(line.strip() for line in code.splitlines()))
    names, untouched = done.stdout.splitlines()
    assert set(names.split(",")) <= {"_ast", "_types", "importspy", "importspy._core"}, (
        done.stderr
    )  # the first two are built in
    assert untouched == "True"


def test_install_puts_one_finder_first_and_uninstall_restores(plain: Workshop) -> None:
    before = list(sys.meta_path)
    guard = importspy.install(plain.folder / "contract.yml")
    assert active(guard)
    assert guard.contracts == (str(plain.folder / "contract.yml"),)
    assert len(finders()) == 1
    assert sys.meta_path[0] is finders()[0]
    assert sys.meta_path[1:] == before
    guard.uninstall()
    assert not active(guard)
    assert sys.meta_path == before
    guard.uninstall()
    importspy.uninstall()
    assert sys.meta_path == before


def test_scenario_62_guard_off(plain: Workshop) -> None:
    guard = importspy.install(plain.folder / "contract.yml")
    finder = sys.meta_path[0]
    guard.uninstall()
    importlib.import_module("acme.bad")
    assert finder.find_spec("acme.good", None) is None


def test_install_is_idempotent(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plain.folder / "contract.yml"
    first = importspy.install(path)
    assert importspy.install(str(path)) is first
    assert importspy.install([path]) is first
    monkeypatch.chdir(plain.folder)
    assert importspy.install("contract.yml") is first
    assert importspy.install(path, mode="warn") is not first
    assert importspy.install(path, unprovable="deny") is not first
    assert importspy.install(path, host={"acme": "1"}) is not first
    assert importspy.install(path, host={"acme": "1"}) is importspy.install(path, host={"acme": "1"})
    assert len(finders()) == 1
    importspy.uninstall()
    assert not active(first)
    assert importspy.install(path) is not first


def test_two_guards_share_the_finder(plain: Workshop) -> None:
    other = plain.contract('modules: ["acme.*"]\nfunctions: [teardown]\n', "other.yml")
    first = importspy.install(plain.folder / "contract.yml")
    second = importspy.install(other)
    assert len(finders()) == 1
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("acme.bad")
    assert len(caught.value.report.contracts) == 2
    with pytest.raises(importspy.ContractViolation, match="teardown"):
        importlib.import_module("acme.good")
    second.uninstall()
    assert active(first)
    importlib.import_module("acme.good")
    first.uninstall()
    assert finders() == []


def test_nested_with_counts(plain: Workshop) -> None:
    path = plain.folder / "contract.yml"
    with importspy.install(path) as outer:
        with importspy.install(path) as inner:
            assert inner is outer
        assert active(outer)
        with outer:
            assert active(outer)
        assert active(outer)
    assert not active(outer)
    with outer as again:
        assert active(again)
    assert not active(outer)


def test_a_library_does_not_end_the_guard_of_the_host(plain: Workshop) -> None:
    host = importspy.install(plain.folder / "contract.yml")
    with importspy.install(plain.folder / "contract.yml"):
        pass
    assert active(host)


def test_uninstall_inside_with(plain: Workshop) -> None:
    with importspy.install(plain.folder / "contract.yml") as guard:
        guard.uninstall()
        assert not active(guard)
    assert not active(guard)
    assert finders() == []


def test_exceptions_pass_through_with(plain: Workshop) -> None:
    guard = importspy.install(plain.folder / "contract.yml")
    with pytest.raises(KeyError), guard:
        raise KeyError("x")
    assert not active(guard)


BAD_CONTRACTS = {
    "unknown key": b"modules: [acme.*]\nfunctons: [register]\n",
    "no mapping": b"- a\n- b\n",
    "no YAML": b"modules: [acme.*\n",
    "wrong type": b"modules: {a: b}\n",
    "duplicate key": b"modules: [a]\nmodules: [b]\n",
    "Python tag": b"modules: !!python/object/apply:os.system [id]\n",
    "UTF-16": "modules: [a]\n".encode("utf-16"),
    "empty": b"",
    "no selector": b"functions: [register]\n",
    "too deep": b"modules: " + b"[" * 5000 + b"]" * 5000,
    "billion laughs": b"a: &a [x, x, x, x, x, x, x, x, x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (c, c, b", ".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 110)),
    "bad mode": b"modules: [a]\nmode: maybe\n",
    "stub with a syntax error": b'modules: [a]\nfunctions:\n  - "def f(x"\n',
    "NUL": b"modules: [a]\0\n",
}


@pytest.mark.parametrize("name", BAD_CONTRACTS)
def test_a_bad_contract_installs_nothing(workshop: Workshop, name: str) -> None:
    good = workshop.contract('modules: ["acme.*"]\nfunctions: [register]\n', "good.yml")
    bad = workshop.folder / "bad.yml"
    bad.write_bytes(BAD_CONTRACTS[name])
    before = list(sys.meta_path)
    with pytest.raises(importspy.ContractError) as caught:
        importspy.install([good, bad])
    error = caught.value
    assert sys.meta_path == before
    assert error.path is not None
    assert error.path.endswith("bad.yml")
    first = str(error).splitlines()[0]
    assert first.startswith(f"{error.path}:{error.line}:{error.column}: " if error.line else f"{error.path}: ")
    assert error.code is None or error.code.startswith("ISPY9")


def test_missing_contract_and_empty_folder(workshop: Workshop) -> None:
    before = list(sys.meta_path)
    (workshop.folder / "empty").mkdir()
    for path in ("missing.yml", "empty"):
        with pytest.raises(importspy.ContractError, match=path):
            importspy.install(workshop.folder / path)
    assert sys.meta_path == before


def test_the_error_shows_the_place(workshop: Workshop) -> None:
    path = workshop.contract('modules: ["acme.*"]\nfunctons: [register]\n')
    with pytest.raises(importspy.ContractError) as caught:
        importspy.install(path)
    error = caught.value
    lines = str(error).splitlines()
    assert (error.line, error.column) == (2, 1)
    assert lines[2] == " 2 | functons: [register]"
    assert lines[3].startswith("   | ^")
    assert error.hint is not None
    assert "functions" in error.hint
    assert error.hint in lines[-1]


@pytest.mark.parametrize("bad", [None, 3, [None], object()])
def test_what_is_no_path(bad: object) -> None:
    with pytest.raises(TypeError):
        importspy.install(bad)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        importspy.check(__file__, bad)  # type: ignore[arg-type]


def test_wrong_arguments(plain: Workshop) -> None:
    path = plain.folder / "contract.yml"
    before = list(sys.meta_path)
    with pytest.raises(ValueError, match="'enforce', 'warn', 'audit', 'off'"):
        importspy.install(path, mode="loud")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'confirm', 'deny', 'allow'"):
        importspy.install(path, unprovable=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="host"):
        importspy.install(path, host={"acme": 2})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="host"):
        importspy.install(path, host=[1])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no contract"):
        importspy.install([])
    with pytest.raises(ValueError, match="null"):
        importspy.install("a\0b")
    assert sys.meta_path == before


def test_many_threads_install_at_once(plain: Workshop) -> None:
    path = plain.folder / "contract.yml"
    barrier = threading.Barrier(8)
    guards: list[importspy.Guard] = []

    def work() -> None:
        barrier.wait()
        guards.append(importspy.install(path))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, guards))) == 1
    assert len(finders()) == 1


def test_scenario_43_a_host_replaces_meta_path(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = importspy.install(plain.folder / "contract.yml")
    monkeypatch.setattr(sys, "meta_path", [finder for finder in sys.meta_path if finder not in finders()])
    assert not active(guard)
    assert importspy.install(plain.folder / "contract.yml") is guard
    assert active(guard)
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")
    sys.meta_path[:] = list(reversed(sys.meta_path))
    assert active(guard)
    guard.uninstall()
    assert finders() == []


def test_meta_path_that_is_no_list(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", tuple(sys.meta_path))
    with pytest.raises(RuntimeError, match="meta_path"):
        importspy.install(plain.folder / "contract.yml")
    monkeypatch.undo()
    importlib.invalidate_caches()
    assert finders() == []


def test_the_guard_outlives_its_variables(plain: Workshop) -> None:
    importspy.install(plain.folder / "contract.yml")
    gc.collect()
    with pytest.raises(importspy.ContractViolation):
        importlib.import_module("acme.bad")


def test_types_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError):
        importspy.Guard()
    with pytest.raises(TypeError):
        type("Sub", (importspy.Report,), {})


def test_imports_at_shutdown(plain: Workshop) -> None:
    plain.write(
        "late.py",
        """
        import importspy, atexit
        importspy.install("contract.yml")

        class Late:
            def __del__(self):
                try:
                    import acme.good
                except ImportError:
                    pass

        keep = Late()
        atexit.register(lambda: __import__("acme.good"))
        """,
    )
    done = plain.run("-m", "late")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_of_contracts(workshop: Workshop) -> None:
    workshop.contract('modules: ["acme.*"]\nfunctions: [register]\n', "contracts/a.yml")
    workshop.contract('modules: ["acme.*"]\nfunctions: [teardown]\n', "contracts/more/b.yaml")
    workshop.write("acme/bad.py", "x = 1\n")
    with importspy.install(workshop.folder / "contracts"):
        with pytest.raises(importspy.ContractViolation) as caught:
            importlib.import_module("acme.bad")
    assert [finding.subject for finding in caught.value.violations] == ["register", "teardown"]


def test_rules() -> None:
    rules = importspy.rules()
    codes = [rule.code for rule in rules]
    assert codes == sorted(codes)
    assert all(rule.code.lower() == rule.anchor for rule in rules)
    assert rules == importspy.rules()


def test_subinterpreters_have_their_own_contracts(plain: Workshop) -> None:
    interpreters = pytest.importorskip("_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters")
    code = f"""
import sys
sys.path[:0] = {[str(plain.site), str(Path(importspy.__file__).parent.parent)]!r}
import importspy
assert not any("importspy" in repr(finder) for finder in sys.meta_path)
importspy.install({str(plain.folder / "contract.yml")!r})
try:
    import acme.bad
except importspy.ContractViolation as e:
    pass
else:
    raise SystemExit("it was let in")
"""
    program = f"""
import {interpreters.__name__} as interpreters, importspy
ids = [interpreters.create() for _ in range(2)]
for one in ids:
    failure = interpreters.run_string(one, {code!r})
    assert not failure, failure
for one in ids:
    interpreters.destroy(one)
import acme.bad
"""
    done = plain.run("-c", program)
    assert (done.returncode, done.stderr) == (0, "")


def test_python_dash_isolated(plain: Workshop) -> None:
    package = str(Path(importspy.__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {package!r}); import importspy; importspy.install('contract.yml')"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=plain.folder, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")

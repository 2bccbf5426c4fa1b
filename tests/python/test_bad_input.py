"""What is wrong is said in one sentence with its place, whichever way it comes in, and leaves nothing half done.

The corpus in tests/cases/contracts/bad/ holds the sentences; here it is the ways that matter: install(), check(), the
command line for contracts; an import under `enforce`, check() and the command line for modules.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import importspy
import pytest
from conftest import Workshop
from importspy.cli import main

LAUGHS = "title: x\nvariables:\n  - name: X\n    value:\n      - &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"      - &{chr(ord('a') + i)} [{', '.join(['*' + chr(ord('a') + i - 1)] * 10)}]\n" for i in range(1, 9)
)
CONTRACTS: dict[str, tuple[bytes, int, str]] = {  # the file, the line that is to blame, a part of the sentence
    "no YAML": (b'modules: ["acme.*"\nfunctions: [register]\n', 2, "list"),
    "no mapping": (b"- register\n", 1, "must be a mapping"),
    "just text": (b"register\n", 1, "must be a mapping"),
    "wrong type": (b"modules: [acme]\nfunctions: 3\n", 2, "'functions' must be a list"),
    "duplicate key": (b"modules: [acme]\nfunctions: [a]\nfunctions: [b]\n", 3, "twice"),
    "too deep": (b"modules: [acme]\nvariables: [{name: X, value: " + b"[" * 500 + b"]" * 500 + b"}]\n", 2, "deep"),
    "too large": (b"modules: [acme]\nhelp: " + b"x" * 20_000_000 + b"\n", 1, "too many bytes"),
    "too many values": (b"modules: [acme]\nvariables: [" + b"X," * 300_000 + b"X]\n", 2, "200000"),
    "billion laughs": (LAUGHS.encode(), 0, "200000"),
    "Python tag": (b"modules: [acme]\nvariables: [!!python/object/apply:os.abort []]\n", 2, "tag"),
    "UTF-16": ("modules: [acme]\nfunctions: [f]\n".encode("utf-16"), 1, "UTF-16"),
    "Latin-1": (b"modules: [acme]\ntitle: \xe9\n", 2, "UTF-8"),
    "NUL": (b"modules: [acme]\n\0\n", 2, "NUL"),
    "empty": (b"", 1, "is empty"),
    "only a comment": (b"# nothing\n", 1, "no contract"),
    "merge key": (b"variables:\n  - &a {name: X}\n  - {<<: *a}\n", 3, "<<"),
    "unknown key": (b"modules: [acme]\nfunctons: [f]\n", 2, "functons"),
}


def problem_of(caught: pytest.ExceptionInfo[importspy.ContractError], path: Path, line: int, said: str) -> None:
    error = caught.value
    assert error.path == str(path)
    assert error.line
    assert error.column
    assert line in (0, error.line)
    first = str(error).splitlines()[0]
    assert first.startswith(f"{path}:{error.line}:{error.column}: {error.code}: ")
    assert said in first
    assert len(first) < 400 + len(str(path))


@pytest.mark.parametrize("name", CONTRACTS)
def test_contracts_that_are_wrong(name: str, plain: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    text, line, said = CONTRACTS[name]
    path = plain.folder / "wrong.yml"
    path.write_bytes(text)
    meta_path = list(sys.meta_path)
    for chosen in (path, [plain.folder / "contract.yml", path]):
        with pytest.raises(importspy.ContractError) as caught:
            importspy.install(chosen)
        problem_of(caught, path, line, said)
        assert sys.meta_path == meta_path
    with pytest.raises(importspy.ContractError) as caught:
        importspy.check(plain.site / "acme" / "good.py", path)
    problem_of(caught, path, line, said)
    assert main(["check", str(plain.site), "--contract", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"importspy: {path}:")
    importlib.import_module("acme.bad")  # nothing is in force


def test_contracts_that_are_not_there(plain: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    empty = plain.folder / "empty"
    (empty / "deeper").mkdir(parents=True)
    (empty / "readme.txt").write_text("no contract")
    meta_path = list(sys.meta_path)
    for path in (plain.folder / "missing.yml", empty):
        for act in (importspy.install, lambda path: importspy.check(plain.site / "acme" / "good.py", path)):
            with pytest.raises(importspy.ContractError) as caught:
                act(path)
            assert caught.value.path == str(path)
            assert str(path) in str(caught.value)
            assert sys.meta_path == meta_path
        assert main(["check", str(plain.site), "--contract", str(path)]) == 2
        assert str(path) in capsys.readouterr().err


def test_one_wrong_contract_in_a_folder_of_good_ones(plain: Workshop) -> None:
    plain.contract("modules: [x]\nfunctions: [f]\n", "all/a.yml")
    plain.contract("modules: [x]\nfunctons: [f]\n", "all/b.yml")
    meta_path = list(sys.meta_path)
    with pytest.raises(importspy.ContractError) as caught:
        importspy.install(plain.folder / "all")
    assert caught.value.path == str(plain.folder / "all" / "b.yml")
    assert sys.meta_path == meta_path


MODULES: dict[str, bytes] = {
    "syntax error": b"import ran_marker\ndef register(app:\n",
    "NUL byte": b"import ran_marker\ndef register(app): ...\n\0\n",
    "unknown cookie": b"# coding: nonsense\nimport ran_marker\ndef register(app): ...\n",
    "wrong cookie": b"# coding: ascii\nimport ran_marker\ndef register(app): ...\nX = '\xc3\xa9'\n",
    "cookie against BOM": b"\xef\xbb\xbf# coding: latin-1\nimport ran_marker\ndef register(app): ...\n",
    "no UTF-8": b"import ran_marker\ndef register(app): ...\nX = '\xff'\n",
    "3 MB": b"import ran_marker\ndef register(app): ...\n" + b"# padding\n" * 300_000,
    "nested too deep": b"import ran_marker\ndef register(app): ...\nX = " + b"(" * 5000 + b")" * 5000 + b"\n",
    "a long sum": b"import ran_marker\ndef register(app): ...\nX = 1" + b" + 1" * 100_000 + b"\n",
    "deep indentation": b"import ran_marker\ndef register(app): ...\n"
    + b"".join(b" " * i + b"if 1:\n" for i in range(150)),
    "return outside": b"import ran_marker\ndef register(app): ...\nreturn 1\n",
    "tabs and blanks": b"import ran_marker\ndef register(app):\n\tx = 1\n        y = 2\n",
}


@pytest.mark.parametrize("name", MODULES)
def test_modules_that_cannot_be_validated(name: str, plain: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    path = plain.write("acme/odd.py", MODULES[name])
    report = importspy.check(path, plain.folder / "contract.yml")
    # The tree is sound, the compiler refuses it. Python 3.10 has no limit on how deep a tree may be made.
    compiled_only = name == "return outside" or (name == "a long sum" and sys.version_info < (3, 11))
    if not compiled_only:
        assert [finding.code for finding in report.findings] == ["ISPY203"]
        assert not report.ok
        assert main(["check", str(path), "--contract", str(plain.folder / "contract.yml")]) == 1
        assert "ISPY203" in capsys.readouterr().out
    with importspy.install(plain.folder / "contract.yml"):
        for _ in range(2):
            with pytest.raises(ImportError) as caught:
                importlib.import_module("acme.odd")
            assert isinstance(caught.value, importspy.ContractViolation)
            assert [finding.code for finding in caught.value.violations] == ["ISPY203"]
            assert caught.value.violations[0].path == str(path)
            assert "acme.odd" not in sys.modules
        importlib.import_module("acme.good")
    assert "ran_marker" not in sys.modules

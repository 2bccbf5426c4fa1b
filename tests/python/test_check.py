"""check(), Report and Finding."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop


def test_a_file_that_conforms(plain: Workshop) -> None:
    path = plain.site / "acme" / "good.py"
    report = importspy.check(path, plain.folder / "contract.yml")
    assert report.ok
    assert report.verdict == "pass"
    assert report.module is None
    assert report.path == str(path)
    assert report.contracts == (str(plain.folder / "contract.yml"),)
    assert report.findings == report.violations == ()
    assert str(report) == report.text


def test_a_file_that_does_not(plain: Workshop) -> None:
    report = importspy.check(str(plain.site / "acme" / "bad.py"), str(plain.folder / "contract.yml"), module="acme.bad")
    assert not report.ok
    assert report.verdict == "fail"
    assert report.module == "acme.bad"
    (finding,) = report.findings
    assert report.violations == report.findings
    assert (finding.code, finding.severity, finding.verdict, finding.reason) == ("ISPY301", "error", "fail", None)
    assert finding.subject == "register"
    assert "register" in finding.message
    assert finding.path == report.path
    assert finding.line is None
    assert finding.contract_path == str(plain.folder / "contract.yml")
    assert (finding.contract_line, finding.contract_column) == (2, 13)
    assert "ISPY301" in report.text
    assert json.loads(report.json)
    assert "ran_marker" not in sys.modules


def test_what_is_unprovable(plain: Workshop) -> None:
    path = plain.write("acme/star.py", "from x import *\n")
    report = importspy.check(path, plain.folder / "contract.yml")
    assert (report.verdict, report.ok) == ("unprovable", True)
    assert report.violations == ()
    (finding,) = report.findings
    assert (finding.verdict, finding.reason) == ("unprovable", "star-import")
    denying = plain.contract("functions: [register]\nunprovable: deny\n", "deny.yml")
    report = importspy.check(path, denying)
    assert (report.verdict, report.ok) == ("unprovable", False)
    assert report.violations == report.findings
    allowing = plain.contract("functions: [register]\nunprovable: allow\n", "allow.yml")
    report = importspy.check(path, allowing)
    assert (report.verdict, report.ok, report.violations) == ("unprovable", True, ())


def test_every_contract_applies_whatever_it_selects(plain: Workshop) -> None:
    plain.contract("modules: [elsewhere]\nfunctions: [a]\n---\nmode: off\nfunctions: [b]\n", "two.yml")
    report = importspy.check(plain.site / "acme" / "good.py", [plain.folder / "two.yml", plain.folder / "contract.yml"])
    assert [finding.subject for finding in report.findings] == ["a", "b"]
    assert len(report.contracts) == 3


def test_files_that_cannot_be_read(plain: Workshop) -> None:
    contract = plain.folder / "contract.yml"
    with pytest.raises(FileNotFoundError) as caught:
        importspy.check(plain.folder / "missing.py", contract)
    assert caught.value.filename == str(plain.folder / "missing.py")
    with pytest.raises(IsADirectoryError):
        importspy.check(plain.site, contract)
    with pytest.raises(ValueError, match="null"):
        importspy.check("a\0b", contract)
    with pytest.raises(importspy.ContractError):
        importspy.check(plain.site / "acme" / "good.py", plain.folder / "missing.yml")
    with pytest.raises(TypeError):
        importspy.check(plain.site / "acme" / "good.py", contract, module=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        importspy.check(plain.site / "acme" / "good.py")  # type: ignore[call-arg]


@pytest.mark.parametrize("source", [b"def f(:\n", b"\0", b"# coding: nonsense\n", b"x = '\xff'\n", b"# x\n" * 800_000])
def test_sources_that_cannot_be_validated(plain: Workshop, source: bytes) -> None:
    path = plain.write("odd.py", source)
    report = importspy.check(path, plain.folder / "contract.yml")
    assert not report.ok
    (finding,) = report.findings
    assert finding.code == "ISPY203"


def test_odd_paths(plain: Workshop) -> None:
    contract = plain.folder / "contract.yml"
    for name in ("täst.py", "with space.py", "quote'\".py", "line\nbreak.py", "\udcff.py", "-c.py"):
        path = plain.site / name
        path.write_text("def other(): ...\n")
        report = importspy.check(path, contract)
        assert report.path == str(path)
        assert report.findings[0].path == str(path)
        assert not report.ok
    assert importspy.check(bytes(path), contract).path == str(path)  # type: ignore[arg-type]


def test_records_are_values(plain: Workshop) -> None:
    bad, contract = plain.site / "acme" / "bad.py", plain.folder / "contract.yml"
    report = importspy.check(bad, contract)
    again = importspy.check(bad, contract)
    good = importspy.check(plain.site / "acme" / "good.py", contract)
    rule = importspy.rules()[0]
    for one, same, other in (
        (report, again, good),
        (report.findings[0], again.findings[0], report),
        (rule, importspy.rules()[0], importspy.rules()[1]),
    ):
        assert one == same
        assert hash(one) == hash(same)
        assert one != other
        assert one != "text"
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(one, protocol)) == one
        assert "importspy" in repr(one)
    for record, name in ((report, "ok"), (report.findings[0], "code"), (rule, "title")):
        kind: Any = type(record)
        with pytest.raises((AttributeError, TypeError)):
            setattr(record, name, "x")
        with pytest.raises((AttributeError, TypeError)):
            record.extra = 1  # type: ignore[union-attr]
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(TypeError):
            kind(*range(40))


def test_records_can_be_made_by_name() -> None:
    rule = importspy.Rule("ISPY301", "functions", title="t", severity="error", anchor="ispy301")
    assert rule.title == "t"
    with pytest.raises(TypeError, match="anchor"):
        importspy.Rule("ISPY301", "functions", "t", "error", nonsense=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="two values"):
        importspy.Rule("ISPY301", "functions", "t", "error", code="x")  # type: ignore[call-arg, misc]


def test_errors_pickle(plain: Workshop) -> None:
    path = plain.contract("functons: [a]\n", "wrong.yml")
    with pytest.raises(importspy.ContractError) as caught:
        importspy.check(__file__, path)
    error = caught.value
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error)
    for name in ("path", "line", "column", "code", "hint"):
        assert getattr(copy, name) == getattr(error, name)


def test_a_context_can_be_stated(plain: Workshop) -> None:
    contract = plain.contract(
        """
        deployments:
          - arch: aarch64
            systems:
              - os: darwin
                environment: {variables: [{name: ACME_MODE, value: prod}]}
                pythons: [{version: "3.11", interpreter: PyPy}]
        """,
        "deployment.yml",
    )
    path = plain.site / "acme" / "good.py"
    fits = {
        "arch": "aarch64",
        "os": "darwin",
        "python_version": "3.11.2",
        "implementation": "PyPy",
        "environment": {"ACME_MODE": "prod"},
    }
    assert importspy._core._check(path, contract, fits).ok
    for key, value in {
        "arch": "x86_64",
        "os": "linux",
        "python_version": "3.12.0",
        "implementation": "CPython",
    }.items():
        assert not importspy._core._check(path, contract, {**fits, key: value}).ok
    assert not importspy._core._check(path, contract, {**fits, "environment": {}}).ok


def test_a_package(plain: Workshop) -> None:
    report = importspy.check(plain.site / "acme" / "__init__.py", plain.folder / "contract.yml", module="acme")
    assert Path(report.path or "").name == "__init__.py"
    assert not report.ok

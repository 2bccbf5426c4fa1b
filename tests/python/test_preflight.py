"""preflight(): the reports on what is installed, before anything of it is imported."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop
from importspy import _survey

MARK = "import pathlib; pathlib.Path(__file__).with_suffix('.ran').touch()\n"


def verdicts(reports: list[importspy.Report]) -> dict[str | None, str]:
    return {report.module: report.verdict for report in reports}


@pytest.fixture
def marked(workshop: Workshop) -> Workshop:
    """Every module leaves a file behind when it runs."""
    importspy._core._forget()
    workshop.contract('modules: ["acme.**"]\nfunctions: [register]\n')
    for name, body in {
        "acme/__init__.py": "",
        "acme/good.py": "def register(app): ...\n",
        "acme/bad.py": "",
        "acme/broken.py": "def register(:\n",
        "acme/opened.py": "exec('def register(app): ...')\n",
        "acme/deep/__init__.py": "",
        "acme/deep/good.py": "def register(app): ...\n",
    }.items():
        workshop.write(name, MARK + body)
    return workshop


def test_nothing_is_executed_or_imported(marked: Workshop) -> None:
    importspy.install(marked.folder / "contract.yml")
    before = set(sys.modules)
    reports = importspy.preflight("acme.**")
    assert verdicts(reports) == {
        "acme.bad": "fail",
        "acme.broken": "fail",
        "acme.deep": "fail",
        "acme.deep.good": "pass",
        "acme.good": "pass",
        "acme.opened": "unprovable",
    }
    assert not list(marked.site.rglob("*.ran"))
    assert not [name for name in set(sys.modules) - before if name.startswith("acme")]
    assert importspy.status().modules == ()


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ("acme.good", ["acme.good"]),
        ("acme.*", ["acme.bad", "acme.broken", "acme.deep", "acme.good", "acme.opened"]),
        ("acme.*.good", ["acme.deep.good"]),
        ("**.good", ["acme.deep.good", "acme.good"]),
        ("acme.?ood", ["acme.good"]),
        (["acme.good", "acme.bad", "acme.good"], ["acme.bad", "acme.good"]),
        (["acme.*", "!acme.b*"], ["acme.deep", "acme.good", "acme.opened"]),
        ("acme", []),
        ("acme.nothing", []),
        ("nothing.at.all", []),
        ("sys", []),
        ("acme..good", []),
        ("importlib.*", []),
    ],
)
def test_patterns(marked: Workshop, patterns: Any, found: list[str]) -> None:
    importspy.install(marked.folder / "contract.yml")
    assert [report.module for report in importspy.preflight(patterns)] == found


def test_contracts_that_are_not_in_force(marked: Workshop) -> None:
    contract = marked.folder / "contract.yml"
    assert importspy.preflight("acme.good") == []
    assert verdicts(importspy.preflight("acme.good", contracts=contract)) == {"acme.good": "pass"}
    assert verdicts(importspy.preflight("acme.good", contracts=[str(contract)])) == {"acme.good": "pass"}
    assert importspy.status().guards == ()
    with pytest.raises(importspy.ContractError):
        importspy.preflight("acme.good", contracts=marked.contract("nonsense: 3\n", "wrong.yml"))


def test_the_report_is_that_of_the_import(marked: Workshop) -> None:
    importspy.install(marked.folder / "contract.yml")
    (foretold,) = importspy.preflight("acme.bad")
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("acme.bad")
    assert caught.value.report == foretold


def test_wrong_arguments() -> None:
    for wrong in (3, [3], [""], ""):
        with pytest.raises(TypeError):
            importspy.preflight(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        importspy.preflight("a", "b")  # type: ignore[misc]


def test_namespace_packages(workshop: Workshop) -> None:
    contract = workshop.contract('modules: ["space.**"]\nfunctions: [register]\n')
    other = workshop.folder / "other"
    for folder, name in ((workshop.site, "here"), (other, "there")):
        (folder / "space" / "inner").mkdir(parents=True)
        (folder / "space" / f"{name}.py").write_text(MARK)
        (folder / "space" / "inner" / f"{name}.py").write_text(MARK)
        (folder / "space" / "no-module").mkdir()
    sys.path.append(str(other))
    try:
        importlib.invalidate_caches()
        found = [report.module for report in importspy.preflight("space.**", contracts=contract)]
    finally:
        sys.path.remove(str(other))
    assert found == ["space.here", "space.inner.here", "space.inner.there", "space.there"]
    assert not [name for name in sys.modules if name.startswith("space")]


def test_zip_archives(workshop: Workshop) -> None:
    contract = workshop.contract('modules: ["packed.**"]\nfunctions: [register]\n')
    archive = workshop.folder / "plugins.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("packed/__init__.py", "raise SystemExit\n")
        out.writestr("packed/good.py", "def register(app): ...\nraise SystemExit\n")
        out.writestr("packed/sub/__init__.py", "")
        out.writestr("packed/sub/bad.py", "raise SystemExit\n")
    sys.path.append(str(archive))
    try:
        found = verdicts(importspy.preflight("packed.**", contracts=contract))
    finally:
        sys.path.remove(str(archive))
    assert found == {"packed.good": "pass", "packed.sub": "fail", "packed.sub.bad": "fail"}


def test_other_peoples_finders(marked: Workshop) -> None:
    """Editable installs are found through finders; one that stumbles is passed over."""
    hidden = marked.folder / "hidden"
    (hidden / "elsewhere").mkdir(parents=True)
    (hidden / "elsewhere" / "__init__.py").write_text(MARK)
    (hidden / "elsewhere" / "plugin.py").write_text(MARK + "def register(app): ...\n")

    class Editable:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> object:
            if name == "elsewhere":
                file = str(hidden / "elsewhere" / "__init__.py")
                return importlib.util.spec_from_file_location(
                    name, file, submodule_search_locations=[os.path.dirname(file)]
                )
            return None

    class Stumbling:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> object:
            raise RuntimeError(name)

    contract = marked.contract('modules: ["elsewhere.*"]\nfunctions: [register]\n', "elsewhere.yml")
    importspy.install(contract)
    sys.meta_path[1:1] = [Stumbling(), Editable(), object()]  # type: ignore[list-item]
    assert verdicts(importspy.preflight("elsewhere.*")) == {"elsewhere.plugin": "pass"}
    assert not list(hidden.rglob("*.ran"))


def test_a_path_that_a_package_has_changed(marked: Workshop) -> None:
    """It is seen where the package is imported already, and only there: parents are not imported."""
    extra = marked.folder / "extra"
    extra.mkdir()
    (extra / "late.py").write_text("def register(app): ...\n")
    marked.write("acme/__init__.py", f"__path__.append({str(extra)!r})\n")
    contract = marked.folder / "contract.yml"
    assert importspy.preflight("acme.late", contracts=contract) == []
    importlib.import_module("acme")
    assert verdicts(importspy.preflight("acme.l*", contracts=contract)) == {"acme.late": "pass"}


def test_a_link_into_its_own_folder_has_an_end(workshop: Workshop) -> None:
    contract = workshop.contract('modules: ["loop.**"]\nfunctions: [register]\n')
    workshop.write("loop/__init__.py", "")
    workshop.write("loop/mod.py", "")
    os.symlink(workshop.site / "loop", workshop.site / "loop" / "again")
    found = importspy.preflight("loop.**", contracts=contract)
    assert "loop.again.mod" in [report.module for report in found]
    assert len(found) < 100


def test_sourceless_modules_are_foretold_as_they_will_be(marked: Workshop) -> None:
    import py_compile

    source = marked.write("acme/plain.py", "def register(app): ...\n")
    py_compile.compile(str(source), cfile=str(source) + "c")
    source.unlink()
    importspy.install(marked.folder / "contract.yml")
    importlib.invalidate_caches()
    (report,) = importspy.preflight("acme.plain")
    with pytest.raises(importspy.ContractViolation) as caught:
        importlib.import_module("acme.plain")
    assert caught.value.report == report


@pytest.mark.parametrize("patterns", ["json.*", "email.**", "**"])
def test_what_pkgutil_finds_with_imports_is_found_without(patterns: str, tmp_path: Path) -> None:
    """For a standard library's packages, name by name."""
    import email
    import json
    import pkgutil

    found = {name for name, _ in _survey.installed([patterns])}
    for package in (json, email):
        wanted = {one.name for one in pkgutil.walk_packages(package.__path__, package.__name__ + ".")}
        if patterns.startswith((package.__name__, "**")):
            assert wanted <= found
    assert "json.__pycache__" not in found

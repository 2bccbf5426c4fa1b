"""`requires:` and `when:` held against real places: hosts, distributions, commands, the environment, machines."""

from __future__ import annotations

import importlib
import importlib.metadata
import itertools
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop
from importspy import _core

MODULE = "def register(app):\n    return app\n"


@pytest.fixture
def empty(workshop: Workshop) -> Workshop:
    workshop.write("acme/good.py", MODULE)
    return workshop


def codes(workshop: Workshop, requires: str, **options: Any) -> list[str]:
    """The findings on acme.good where the contract has these requirements, at a real import."""
    path = workshop.contract(f"modules: acme.good\nrequires:\n{requires}")
    sys.modules.pop("acme.good", None)
    with importspy.install(path, **options):
        try:
            importlib.import_module("acme.good")
        except importspy.ContractViolation as violation:
            assert "acme.good" not in sys.modules
            return [finding.code for finding in violation.violations]
    return []


def checked(workshop: Workshop, requires: str, context: dict[str, Any] | None = None) -> tuple[str, list[str]]:
    path = workshop.contract(f"requires:\n{requires}")
    report = _core._check(workshop.site / "acme" / "good.py", path, context)
    return report.verdict, [finding.code for finding in report.findings]


# --- the host ---------------------------------------------------------------------------------------------------------

HOST = '  host: {acme: ">=2,<3"}\n'


def test_what_the_host_states_at_install(empty: Workshop) -> None:
    assert codes(empty, HOST, host={"acme": "2.4"}) == []
    assert codes(empty, HOST, host={"acme": "3.0"}) == ["ISPY121"]
    assert codes(empty, HOST, host={"other": "2.4"}) == ["ISPY120"]
    assert codes(empty, HOST) == ["ISPY120"]
    assert codes(empty, '  host: {acme: "*", other: ">=1"}\n', host={"acme": "0.1.dev1", "other": "1!0"}) == []


def test_two_guards_with_two_hosts(empty: Workshop) -> None:
    empty.write("acme/else.py", MODULE)
    first = empty.contract(f"modules: acme.good\nrequires:\n{HOST}", "first.yml")
    second = empty.contract(f"modules: acme.else\nrequires:\n{HOST}", "second.yml")
    with importspy.install(first, host={"acme": "2.0"}), importspy.install(second, host={"acme": "9.0"}):
        importlib.import_module("acme.good")
        with pytest.raises(importspy.ContractViolation, match="ISPY121"):
            importlib.import_module("acme.else")


@pytest.mark.parametrize(
    ("host", "error"),
    [
        ({"acme": "new"}, ValueError),
        ({"acme": ""}, ValueError),
        ({"": "1"}, ValueError),
        ({"acme": ">=1"}, ValueError),
        ({"acme": 2}, TypeError),
        ({2: "1"}, TypeError),
        ("acme", TypeError),
        ({"acme": "\udcff"}, ValueError),
    ],
)
def test_a_host_that_is_none(empty: Workshop, host: Any, error: type[Exception]) -> None:
    path = empty.contract(f"modules: acme.good\nrequires:\n{HOST}")
    with pytest.raises(error, match="host"):
        importspy.install(path, host=host)
    assert not importspy.status().guards


IMPORT = """
import importspy
with importspy.install("contract.yml"{more}):
    try:
        import acme.good
    except importspy.ContractViolation as violation:
        print(*[f.code for f in violation.violations])
    else:
        print("let in")
"""


@pytest.mark.parametrize(
    ("variable", "more", "said"),
    [
        ("acme=2.4", "", "let in"),
        ("other=1, acme=2.4", "", "let in"),
        ("acme=3.0", "", "ISPY121"),
        ("other=3.0", "", "ISPY120"),
        ("", "", "ISPY120"),
        ("acme=3.0", ', host={"acme": "2.1"}', "let in"),
        ("acme=2.4", ', host={"acme": "3"}', "ISPY121"),
        ("other=1", ', host={"acme": "2.1"}', "let in"),
    ],
)
def test_what_the_operator_states(empty: Workshop, variable: str, more: str, said: str) -> None:
    empty.contract(f"modules: acme.good\nrequires:\n{HOST}")
    done = empty.run("-c", IMPORT.format(more=more), IMPORTSPY_HOST=variable)
    assert done.stdout.strip() == said, done.stderr


@pytest.mark.parametrize("variable", ["acme", "=2", "acme=", "acme=new", "acme=2 4"])
def test_a_variable_that_says_no_host(empty: Workshop, variable: str) -> None:
    empty.contract(f"modules: acme.good\nrequires:\n{HOST}")
    done = empty.run("-c", IMPORT.format(more=""), IMPORTSPY_HOST=variable)
    assert "ValueError" in done.stderr
    assert "let in" not in done.stdout
    done = empty.run(
        "-m", "importspy", "check", "site/acme/good.py", "--contract", "contract.yml", IMPORTSPY_HOST=variable
    )
    assert (done.returncode, "host" in done.stderr.lower()) == (2, True), done.stderr


def test_check_without_and_with_a_host(empty: Workshop) -> None:
    empty.contract(f"requires:\n{HOST}")
    command = ("-m", "importspy", "check", "site/acme/good.py", "--contract", "contract.yml")
    said = {}
    for host in ("", "acme=2.4", "acme=3", "other=1"):
        done = empty.run(*command, *(["--host", host] if host else []))
        said[host] = (done.returncode, [code for code in ("ISPY120", "ISPY121") if code in done.stdout])
    assert said == {"": (0, ["ISPY120"]), "acme=2.4": (0, []), "acme=3": (1, ["ISPY121"]), "other=1": (1, ["ISPY120"])}
    assert empty.run(*command, "--strict").returncode == 1
    assert empty.run(*command, "--host", "acme").returncode == 2
    assert empty.run(*command, "--host", "acme=new").returncode == 2


@pytest.mark.parametrize(
    ("module", "verdict"),
    [
        ('ACME = ">=2,<3"', "pass"),
        ('ACME = "2.4"', "pass"),
        ('ACME: str = "~=2.1"', "pass"),
        ('ACME = ">=3"', "fail"),
        ('ACME = "whatever"', "fail"),
        ("ACME = 2", "fail"),
        ("", "fail"),
        ("def ACME(): ...", "fail"),
        ("from x import ACME", "unprovable"),
        ("from x import *", "unprovable"),
        ('import x\nif x.y:\n    ACME = ">=2"\nelse:\n    ACME = ">=3"', "unprovable"),
        ('import x\nif x.y:\n    ACME = ">=2"\nelse:\n    ACME = "<3"', "pass"),
        ('ACME = ">=" + str(2)', "unprovable"),
    ],
)
def test_the_module_has_its_say(empty: Workshop, module: str, verdict: str) -> None:
    empty.write("acme/good.py", module + "\n")
    asked = '  host: {acme: {version: ">=2", variable: ACME}}\n'
    said = checked(empty, asked, {"host": {"acme": "2.4"}})
    assert said == (verdict, [] if verdict == "pass" else ["ISPY122"])


def test_what_the_module_says_is_confirmed_when_it_has_run(empty: Workshop) -> None:
    empty.write("other_versions.py", 'ACME = ">=2"\nOLD = "<2"\n')
    asked = "  host: {acme: {variable: ACME}}\n"
    empty.write("acme/good.py", "from other_versions import ACME\n")
    assert codes(empty, asked, host={"acme": "2.4"}) == []
    empty.write("acme/good.py", "from other_versions import OLD as ACME\n")
    assert codes(empty, asked, host={"acme": "2.4"}) == ["ISPY122"]


DECLARED = [
    (["acme-host>=2,<3"], "pass"),
    (["Acme.Host (>=2,<3)"], "pass"),
    (["acme_host[extra1] >= 2 , < 3"], "pass"),
    (["acme-host"], "pass"),
    (["acme-host>=2", "acme-host<2.4"], "fail"),
    (["acme-host>=2", "acme-host!=2.5"], "pass"),
    (["acme-host>=3"], "fail"),
    (["acme-hosts>=2"], "fail"),
    ([], "fail"),
    (['acme-host>=3; extra == "old"'], "fail"),
    (['acme-host>=3; extra == "old"', "acme-host<3"], "pass"),
    (['acme-host>=2; python_version >= "3.8"'], "unprovable"),
    (['acme-host>=2; extra == "x" or os_name == "posix"'], "unprovable"),
    (["acme-host @ https://example.invalid/acme.whl"], "unprovable"),
    (["acme-host=>2"], "fail"),
    (["acme-host>=2; "], "unprovable"),
]


@pytest.mark.parametrize(("requirements", "verdict"), DECLARED, ids=str)
def test_the_distribution_of_the_module_has_its_say(empty: Workshop, requirements: list[str], verdict: str) -> None:
    asked = "  host: {acme: {metadata: Acme_Host}}\n"
    name = "acme_plugin_" + hex(abs(hash(str(requirements))))[2:]
    empty.write(f"{name}.py", MODULE)
    path = empty.contract(f"modules: {name}\nrequires:\n{asked}")
    put(
        empty.site, f"{name}-1.0.dist-info", metadata(name, "1.0", *(f"Requires-Dist: {text}" for text in requirements))
    )
    importlib.invalidate_caches()
    report = _core._check(empty.site / f"{name}.py", path, {"host": {"acme": "2.4"}}, name)
    assert (report.verdict, [finding.code for finding in report.findings]) == (
        verdict,
        [] if verdict == "pass" else ["ISPY131"],
    )
    with importspy.install(path, host={"acme": "2.4"}):
        if verdict == "pass":
            importlib.import_module(name)
        else:
            with pytest.raises(importspy.ContractViolation, match="ISPY131"):
                importlib.import_module(name)


def test_a_module_that_no_distribution_brings(empty: Workshop) -> None:
    asked = "  host: {acme: {metadata: acme-host}}\n"
    path = empty.contract(f"requires:\n{asked}")
    for module in (None, "nobody_knows_this"):
        report = _core._check(empty.site / "acme" / "good.py", path, {"host": {"acme": "2.4"}}, module)
        assert (report.verdict, [finding.code for finding in report.findings]) == ("unprovable", ["ISPY131"])


# --- distributions ----------------------------------------------------------------------------------------------------


def put(folder: Path, name: str, text: str | None) -> None:
    """Metadata under a folder of sys.path; None: the folder without the file."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    if text is not None:
        (place / ("METADATA" if name.endswith(".dist-info") else "PKG-INFO")).write_text(text, "utf-8")


def metadata(name: str, version: str, *more: str) -> str:
    return "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *more, "", "Version: 0\n"])


def asks(name: str, version: str = "*") -> str:
    return f'  distributions: {{"{name}": "{version}"}}\n'


@pytest.mark.parametrize(
    ("folder", "asked"),
    [
        ("acme_sdk-1.5.dist-info", "acme-sdk"),
        ("acme_sdk-1.5.dist-info", "Acme.SDK"),
        ("acme_sdk-1.5.dist-info", "acme__sdk"),
        ("Acme.SDK-1.5.dist-info", "acme_sdk"),
        ("acme_sdk-1.5-py3.11.egg-info", "acme-sdk"),
        ("acme_sdk.egg-info", "acme-sdk"),
    ],
)
def test_a_distribution_by_any_of_its_names(empty: Workshop, folder: str, asked: str) -> None:
    assert codes(empty, asks(asked)) == ["ISPY123"]
    put(empty.site, folder, metadata("acme-sdk", "1.5"))
    assert codes(empty, asks(asked)) == []
    assert codes(empty, asks(asked, ">=1,<2")) == []
    assert codes(empty, asks(asked, ">=2")) == ["ISPY124"]
    assert codes(empty, asks(asked + "-x")) == ["ISPY123"]
    assert codes(empty, asks("acme")) == ["ISPY123"]


def test_an_egg_info_file_an_egg_and_an_archive(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty.site / "single-3.1.egg-info").write_text(metadata("single", "3.1"), "utf-8")
    assert codes(empty, asks("single", "==3.1")) == []
    egg = empty.folder / "plug_in-2.0-py3.11.egg"
    (egg / "EGG-INFO").mkdir(parents=True)
    (egg / "EGG-INFO" / "PKG-INFO").write_text(metadata("plug-in", "2.0"), "utf-8")
    monkeypatch.syspath_prepend(str(egg))
    assert codes(empty, asks("plug.in", "==2.0")) == []
    with zipfile.ZipFile(empty.folder / "lib.zip", "w") as archive:
        archive.writestr("zipped-4.2.dist-info/METADATA", metadata("zipped", "4.2", "Provides-Extra: fast"))
    monkeypatch.syspath_prepend(str(empty.folder / "lib.zip"))
    assert codes(empty, asks("zipped", "==4.2")) == []
    assert codes(empty, asks("zipped[fast]", "<4")) == ["ISPY124"]
    assert codes(empty, asks("zipped[slow]")) == ["ISPY125"]


def test_another_finder_brings_a_distribution(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    class Brought(importlib.metadata.Distribution):
        def read_text(self, filename: str) -> str | None:
            return metadata("brought", "7.0") if filename == "METADATA" else None

        def locate_file(self, path: Any) -> Any:
            return path

    class Finder:
        @staticmethod
        def find_spec(*_: object) -> None:
            return None

        @staticmethod
        def find_distributions(context: Any = None) -> list[Brought]:
            return [Brought()] if context is None or context.name in (None, "brought") else []

    assert codes(empty, asks("brought")) == ["ISPY123"]
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert codes(empty, asks("brought", "==7.0")) == []
    assert codes(empty, asks("brought", "<7")) == ["ISPY124"]
    assert codes(empty, asks("unbrought")) == ["ISPY123"]


def test_the_first_on_the_path_counts(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    put(empty.site, "twice-2.0.dist-info", metadata("twice", "2.0"))
    assert codes(empty, asks("twice", "==2.0")) == []
    put(empty.folder / "first", "twice-1.0.dist-info", metadata("twice", "1.0"))
    monkeypatch.syspath_prepend(str(empty.folder / "first"))
    assert codes(empty, asks("twice", "==1.0")) == []
    assert importlib.metadata.version("twice") == "1.0"
    sys.path.remove(str(empty.folder / "first"))
    assert codes(empty, asks("twice", "==2.0")) == []


def test_what_changes_on_the_disk_shows(empty: Workshop) -> None:
    for version in ("1.0", "1.1", "2.0"):
        for old in empty.site.glob("moving-*.dist-info"):
            shutil.rmtree(old)
        put(empty.site, f"moving-{version}.dist-info", metadata("moving", version))
        assert codes(empty, asks("moving", f"=={version}")) == []
    shutil.rmtree(next(empty.site.glob("moving-*.dist-info")))
    assert codes(empty, asks("moving")) == ["ISPY123"]


def test_a_folder_at_rest_is_listed_once_and_again_when_it_changes(empty: Workshop) -> None:
    put(empty.site, "moving-1.0.dist-info", metadata("moving", "1.0"))
    long_ago = 1_000_000_000
    os.utime(empty.site, (long_ago, long_ago))
    assert codes(empty, asks("moving", "==1.0")) == []
    put(empty.site, "other-1.0.dist-info", metadata("other", "1.0"))
    assert codes(empty, asks("other", "==1.0")) == []


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        (None, "vague-1.0.dist-info"),
        ("", "vague-1.0.dist-info"),
        ("Metadata-Version: 2.1\nName: vague\n\nVersion: 1.0\n", "vague-1.0.dist-info"),
        (metadata("vague", "not a version"), "vague-1.0.dist-info"),
    ],
)
def test_metadata_that_say_nothing(empty: Workshop, text: str | None, folder: str) -> None:
    put(empty.site, folder, text)
    assert checked(empty, asks("vague")) == ("pass", [])
    assert checked(empty, asks("vague", ">=0")) == ("unprovable", ["ISPY124"])
    assert codes(empty, asks("vague", ">=0")) == ["ISPY124"]


def test_two_versions_side_by_side(empty: Workshop) -> None:
    put(empty.site, "torn-1.0.dist-info", metadata("torn", "1.0"))
    put(empty.site, "torn-2.0.dist-info", metadata("torn", "2.0"))
    assert checked(empty, asks("torn", ">=2")) == ("unprovable", ["ISPY124"])


def test_extras(empty: Workshop) -> None:
    put(
        empty.site,
        "sdk-1.0.dist-info",
        metadata("sdk", "1.0", "Provides-Extra: Mail_Out\r", "provides-extra:sms", "Requires-Dist: x; extra == 'fax'"),
    )
    assert codes(empty, asks("sdk[mail.out, SMS]")) == []
    assert codes(empty, asks("sdk[sms,fax]")) == ["ISPY125"]


def test_what_is_installed_here_is_what_importlib_says(empty: Workshop) -> None:
    """Every distribution of this environment, by its name, version and extras."""
    seen: dict[str, importlib.metadata.Distribution] = {}
    for distribution in importlib.metadata.distributions():
        seen.setdefault(distribution.metadata["Name"], distribution)
    assert len(seen) > 10
    for name, distribution in seen.items():
        extras = distribution.metadata.get_all("Provides-Extra") or []
        asked = f"{name}[{','.join(extras)}]" if extras else name
        assert checked(empty, asks(asked, f"==={distribution.version}")) == ("pass", []), asked
        assert checked(empty, asks(name, f"!={distribution.version}"))[1] == ["ISPY124"], asked


def test_nothing_is_imported_to_find_a_distribution(empty: Workshop) -> None:
    empty.contract("modules: acme.good\nrequires:\n  distributions: {sdk: '>=1'}\n")
    put(empty.site, "sdk-1.0.dist-info", metadata("sdk", "1.0"))
    code = (
        "import sys, importspy\nimportspy.install('contract.yml')\nimport acme.good\n"
        "print([name for name in sys.modules if name.startswith(('importlib.metadata', 'email', 'zipfile'))])"
    )
    done = empty.run("-c", code)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("entry", ["", "\0", "/no/such/folder", "\udcff", None, 3, b"/tmp"])
def test_odd_entries_of_the_path(empty: Workshop, monkeypatch: pytest.MonkeyPatch, entry: Any) -> None:
    put(empty.site, "sdk-1.0.dist-info", metadata("sdk", "1.0"))
    monkeypatch.setattr(sys, "path", [entry, *sys.path])
    assert checked(empty, asks("sdk", "==1.0")) == ("pass", [])
    monkeypatch.setattr(sys, "path", tuple(sys.path))
    assert checked(empty, asks("no-such-thing"))[0] in ("fail", "unprovable")


def test_a_path_that_is_derived_from_str(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    class Text(str):
        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        __hash__ = str.__hash__

    put(empty.folder / "more", "sdk-1.0.dist-info", metadata("sdk", "1.0"))
    monkeypatch.setattr(sys, "path", [Text(empty.folder / "more"), *sys.path])
    for _ in range(3):
        assert checked(empty, asks("sdk", "==1.0")) == ("pass", [])


# --- commands ---------------------------------------------------------------------------------------------------------


def test_commands_as_shutil_finds_them(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(130)
    folders = [empty.folder / f"bin{number}" for number in range(4)]
    names = ["tool", "folder", "plain", "link", "dangling"]
    for folder in folders[:3]:
        folder.mkdir()
        for name in names:
            if dice.random() < 0.4:
                continue
            file = folder / name
            if name == "folder":
                file.mkdir()
            elif name == "link":
                file.symlink_to(sys.executable)
            elif name == "dangling":
                file.symlink_to(empty.folder / "nowhere")
            else:
                file.write_text("#!/bin/sh\n")
                file.chmod(0o755 if name == "tool" else 0o644)
    monkeypatch.chdir(folders[0])
    choices = [*map(str, folders), "", ".", "relative"]
    seen = set()
    for _ in range(150):
        path = os.pathsep.join(dice.choices(choices, k=dice.randint(1, 4)))
        monkeypatch.setenv("PATH", path)
        name = dice.choice(names)
        there = shutil.which(name) is not None
        seen.add(there)
        assert checked(empty, f"  commands: {name}\n") == (("pass", []) if there else ("fail", ["ISPY130"])), path
    assert seen == {True, False}


def test_a_command_that_comes_and_goes(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = empty.folder / "bin"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))
    for _ in range(2):
        assert codes(empty, "  commands: [tool]\n") == ["ISPY130"]
        (tools / "tool").write_text("#!/bin/sh\n")
        (tools / "tool").chmod(0o755)
        assert codes(empty, "  commands: [tool]\n") == []
        (tools / "tool").unlink()
    monkeypatch.delenv("PATH")
    assert codes(empty, "  commands: [sh]\n") == []


# --- the environment --------------------------------------------------------------------------------------------------

DEMANDS = [
    ("V: prod", {"prod": True, "Prod": False, "": False}),
    ("V: 010", {"010": True, "10": False, "8": False}),
    ("V: true", {"true": True, "True": False}),
    ("V: present", {"": True, "x": True}),
    ("V: secret", {"x": True}),
    ("V: {equal: secret}", {"secret": True, "x": False}),
    ("V: {one_of: [eu, us, 1.0]}", {"eu": True, "1.0": True, "1": False}),
    ('V: {matches: "INFO|DEBUG"}', {"INFO": True, "INFOS": False}),
    ("V: {type: integer}", {"5": True, "-5": True, "+0": True, "5.0": False, "": False, "-": False, "٣": False}),
    ("V: {type: integer, at_least: 2, below: 10}", {"5": True, "1": False, "10": False, "x": False}),
    ("V: {at_most: 0.5}", {"0.25": True, "1e-3": True, "1": False, "x": False}),
    ("V: {type: boolean}", {"1": True, "TRUE": True, "off": True, "No": True, "2": False, "": False}),
    ("V: {type: url}", {"https://x/y": True, "git+ssh://h": True, "x": False, "http://": False, "ht tp://x": False}),
    ("V: {type: url, matches: 'https://.*'}", {"https://x": True, "http://x": False}),
    ("V: {length: {at_least: 2}}", {"ab": True, "a": False, "äö": True}),
    ('V: {version: ">=2"}', {"2.1": True, "1.9": False, "new": False}),
    ("V: {type: integer, presence: optional}", {"5": True, "x": False}),
]


@pytest.mark.parametrize(("demand", "values"), DEMANDS, ids=[demand for demand, _ in DEMANDS])
def test_what_may_be_asked_of_a_variable(
    empty: Workshop, monkeypatch: pytest.MonkeyPatch, demand: str, values: dict[str, bool]
) -> None:
    for value, fits in values.items():
        monkeypatch.setenv("V", value)
        verdict, found = checked(empty, f"  environment: {{{demand}}}\n")
        assert (verdict, set(found)) == (("pass", set()) if fits else ("fail", {"ISPY127"})) or (
            "version" in demand and verdict == "unprovable"
        ), value
        when = empty.contract(f"when: {{environment: {{{demand}}}}}\nfunctions: [no_such]\n", "when.yml")
        applies = _core._check(empty.site / "acme" / "good.py", when).verdict == "fail"
        assert applies == fits or verdict == "unprovable", value
    monkeypatch.delenv("V")
    missing = "ISPY129" if demand == "V: secret" else "ISPY126"
    wanted = ("pass", []) if "optional" in demand else ("fail", [missing])
    assert checked(empty, f"  environment: {{{demand}}}\n") == wanted


def test_what_must_not_be_set(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    for demand in ("V: absent", "V: {presence: forbidden}"):
        for value in ("", "x"):
            monkeypatch.setenv("V", value)
            assert codes(empty, f"  environment: {{{demand}}}\n") == ["ISPY128"]
        monkeypatch.delenv("V")
        assert codes(empty, f"  environment: {{{demand}}}\n") == []


def test_the_environment_is_read_at_each_import(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = empty.contract("modules: acme.good\nrequires:\n  environment: {MODE: prod}\n")
    with importspy.install(path):
        for value in ("prod", "test", "prod"):
            monkeypatch.setenv("MODE", value)
            sys.modules.pop("acme.good", None)
            if value == "prod":
                importlib.import_module("acme.good")
            else:
                with pytest.raises(importspy.ContractViolation):
                    importlib.import_module("acme.good")


# --- the machine and Python -------------------------------------------------------------------------------------------

CHECK = "from importspy import _core; print(_core._check('site/acme/good.py', 'contract.yml').verdict)"


def verdict_in(workshop: Workshop, requires: str, *flags: str, **options: Any) -> str:
    workshop.contract(f"requires:\n{requires}")
    package = str(Path(importspy.__file__).resolve().parent.parent)
    done = subprocess.run(
        [sys.executable, *flags, "-c", CHECK],
        cwd=workshop.folder,
        env={**os.environ, "PYTHONPATH": package},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout).strip()


def test_this_place_is_what_it_is(empty: Workshop) -> None:
    here = _core._context()
    asked = "".join(f"  {key}: {json.dumps(here[key])}\n" for key in ("os", "arch") if here[key])
    asked += f'  python: {{version: "=={here["python_version"]}", implementation: {here["implementation"]}, '
    asked += f'gil: "{here["gil"]}", optimize: {here["optimize"]}}}\n'
    asked += f"  memory: {here['memory']} B\n  cpus: {here['cpus']}\n"
    if here["libc"] == "glibc":
        asked += f'  libc: {{glibc: "=={here["libc_version"]}"}}\n'
    assert checked(empty, asked) == ("pass", [])
    assert checked(empty, f"  memory: {here['memory'] + 1} B\n") == ("fail", ["ISPY118"])
    assert checked(empty, f"  cpus: {here['cpus'] + 1}\n") == ("fail", ["ISPY119"])


def test_optimisation(empty: Workshop) -> None:
    asked = "  python: {optimize: [0, 1]}\n"
    assert [verdict_in(empty, asked, *flags) for flags in ([], ["-O"], ["-OO"], ["-OOO"])] == [
        "pass",
        "pass",
        "fail",
        "fail",
    ]


@pytest.mark.native
def test_a_limit_on_memory_counts(empty: Workshop) -> None:
    limit = 2 << 30

    def lower() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    assert verdict_in(empty, "  memory: 2 GiB\n", preexec_fn=lower) in ("pass", "fail")
    assert verdict_in(empty, f"  memory: {limit + 1} B\n", preexec_fn=lower) == "fail"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_affinity_counts(empty: Workshop) -> None:
    one = min(os.sched_getaffinity(0))
    assert verdict_in(empty, "  cpus: 2\n", preexec_fn=lambda: os.sched_setaffinity(0, {one})) == "fail"
    assert verdict_in(empty, "  cpus: 1\n", preexec_fn=lambda: os.sched_setaffinity(0, {one})) in ("pass", "fail")


@pytest.mark.parametrize(
    ("wanted", "found", "fits"),
    [
        ("amd64", "x86_64", True),
        ("x86_64", "AMD64", True),
        ("x86_64", "x64", True),
        ("arm64", "aarch64", True),
        ("aarch64", "ARM64", True),
        ("arm", "armv7l", True),
        ("arm", "aarch64", False),
        ("i386", "i686", True),
        ("i386", "x86_64", False),
        ("x86_64", "i686", False),
        ("riscv64", "riscv64", True),
        ("ppc64", "ppc64le", False),
    ],
)
def test_names_of_machines(empty: Workshop, wanted: str, found: str, fits: bool) -> None:
    assert checked(empty, f"  arch: {wanted}\n", {"arch": found})[0] == ("pass" if fits else "fail")


@pytest.mark.parametrize(
    ("wanted", "context", "verdict"),
    [
        ("musl", {"libc": "musl", "libc_version": ""}, "pass"),
        ("[musl, glibc]", {"libc": "glibc", "libc_version": "2.1"}, "pass"),
        ("musl", {"libc": "glibc"}, "fail"),
        ("musl", {"libc": "libSystem"}, "fail"),
        ("musl", {"libc": ""}, "unprovable"),
        ('{musl: ">=1.2"}', {"libc": "musl", "libc_version": ""}, "unprovable"),
        ('{glibc: ">=2.28", musl: "*"}', {"libc": "musl", "libc_version": ""}, "pass"),
        ('{glibc: ">=2.28", musl: "*"}', {"libc": "glibc", "libc_version": "2.5"}, "fail"),
        ('{glibc: "2.31"}', {"libc": "glibc", "libc_version": "2.31"}, "pass"),
    ],
)
def test_c_libraries(empty: Workshop, wanted: str, context: dict[str, str], verdict: str) -> None:
    assert checked(empty, f"  libc: {wanted}\n", context)[0] == verdict


UNITS = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
UNITS |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


@pytest.mark.parametrize("unit", UNITS)
def test_units_of_memory(empty: Workshop, unit: str) -> None:
    for text, thousandths in (("1", 1000), ("1.5", 1500), ("0.125", 125), ("12", 12000)):
        wanted = thousandths * UNITS[unit] // 1000
        if wanted == 0:
            continue
        for blank, more in itertools.product(("", " "), (0, 1)):
            asked = f"  memory: {text}{blank}{unit}\n"
            assert checked(empty, asked, {"memory": wanted - 1 + more})[0] == (
                "pass" if more else "unprovable" if wanted == 1 else "fail"
            )


def test_what_is_not_known_is_not_met(empty: Workshop) -> None:
    nowhere = {"os": "", "arch": "", "python_version": "", "implementation": "", "libc": "", "gil": "", "optimize": ""}
    asked = (
        '  os: linux\n  arch: x86_64\n  python: {version: ">=3", implementation: CPython, gil: on, optimize: 0}\n'
        "  libc: glibc\n  memory: 1 B\n  cpus: 1\n"
    )
    verdict, found = checked(empty, asked, {**nowhere, "memory": 0, "cpus": 0})
    assert verdict == "unprovable"
    assert found == [f"ISPY{number}" for number in range(111, 120)]
    path = empty.contract(f"when: {{os: linux, memory: 1 B}}\nrequires:\n{asked}", "when.yml")
    report = _core._check(empty.site / "acme" / "good.py", path, {**nowhere, "memory": 0, "cpus": 0})
    assert report.verdict == "unprovable"  # what is not known of `when` is checked


# --- where it may stand -----------------------------------------------------------------------------------------------


def test_alternatives(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = empty.contract(
        "modules: acme.good\nany_of:\n  - requires: {environment: {A: present}}\n"
        "  - requires: {environment: {B: present}}\nnot:\n  requires: {environment: {C: present}}\n"
    )
    for names, fits in (("", False), ("A", True), ("B", True), ("AB", True), ("AC", False), ("C", False)):
        for name in "ABC":
            monkeypatch.delenv(name, raising=False)
        for name in names:
            monkeypatch.setenv(name, "x")
        report = importspy.check(empty.site / "acme" / "good.py", path)
        assert report.ok == fits, names


def test_a_base_requires_and_the_contract_does(empty: Workshop) -> None:
    empty.contract(
        'requires:\n  python: ">=3.10"\n  os: linux\n  host: {acme: ">=2", other: "*"}\n'
        "  environment: {A: present, B: present}\n  commands: [one]\n  libc: {glibc: '>=99'}\n",
        "base.yml",
    )
    path = empty.contract(
        "extends: [base.yml]\nrequires:\n  os: darwin\n  host: {acme: '<2'}\n  environment: {B: absent}\n"
        "  commands: [two]\n  libc: musl\n"
    )
    context = {
        "os": "darwin",
        "python_version": "3.9.1",
        "host": {"acme": "1.0"},
        "environment": {},
        "commands": [],
        "libc": "musl",
    }
    report = _core._check(empty.site / "acme" / "good.py", path, context)
    assert [(finding.code, Path(finding.contract_path or "").name) for finding in report.findings] == [
        ("ISPY111", "base.yml"),
        ("ISPY120", "base.yml"),  # other
        ("ISPY126", "base.yml"),  # A
        ("ISPY130", "base.yml"),
        ("ISPY130", "contract.yml"),
    ]


def test_when_decides_whether_a_contract_applies(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = empty.contract(
        "modules: acme.good\nwhen: {environment: {APP_MODE: prod}, host: {acme: '>=2'}}\nfunctions: [no_such]\n"
    )
    for mode, version, applies in (("prod", "2.0", True), ("prod", "1.0", False), ("test", "2.0", False)):
        monkeypatch.setenv("APP_MODE", mode)
        sys.modules.pop("acme.good", None)
        with importspy.install(path, host={"acme": version}) as guard:
            assert guard._rows()[0][-1] == applies
            if applies:
                with pytest.raises(importspy.ContractViolation, match="ISPY301"):
                    importlib.import_module("acme.good")
            else:
                importlib.import_module("acme.good")


def test_a_contract_that_does_not_apply_lets_compiled_code_in(empty: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    import py_compile

    source = empty.write("acme/compiled.py", MODULE)
    py_compile.compile(str(source), str(source) + "c", doraise=True)
    source.unlink()
    path = empty.contract("modules: acme.compiled\nwhen: {environment: {APP_MODE: prod}}\nfunctions: [register]\n")
    for mode, let_in in (("test", True), ("prod", False)):
        monkeypatch.setenv("APP_MODE", mode)
        sys.modules.pop("acme.compiled", None)
        with importspy.install(path):
            if let_in:
                importlib.import_module("acme.compiled")
            else:
                with pytest.raises(importspy.ContractViolation, match="ISPY203"):
                    importlib.import_module("acme.compiled")


def test_requirements_are_looked_at_before_anything_runs(empty: Workshop) -> None:
    empty.write("acme/good.py", "raise SystemExit('executed')\n")
    assert codes(empty, "  os: wasi\n") == ["ISPY115"]


# --- contracts that are wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("requires:\n  python: '=>3'", "2:11", "neither a version"),
        ("requires:\n  python: {version: 3, gil: maybe}", "2:29", "must be one of on, off"),
        ("requires:\n  python: {optimise: 1}", "2:12", "did you mean 'optimize'"),
        ("requires:\n  os: [linux, solaris9]", "2:15", "must be one of"),
        ("requires:\n  memory: 512", "2:11", "amount of memory"),
        ("requires:\n  memory: 1 gb", "2:11", "KiB, MiB, GiB"),
        ("requires:\n  memory: 99999999999 TiB", "2:11", "amount of memory"),
        ("requires:\n  memory: 9999999 TiB", "2:11", "amount of memory"),
        ("requires:\n  cpus: none", "2:9", "number of CPUs"),
        ("requires:\n  libc: uclibc", "2:9", "must be one of glibc, musl"),
        ("requires:\n  host: {acme: newest}", "2:16", "neither a version"),
        ("requires:\n  host: {acme: }", "2:16", "there is no version behind"),
        ("requires:\n  host: {acme: {variable: a.b}}", "2:27", "not a Python name"),
        ("requires:\n  distributions: {requests>=2: '*'}", "2:19", "not the name of a distribution"),
        ("requires:\n  distributions: {a_b: '*', A.B: '*'}", "2:29", "named twice"),
        ("requires:\n  environment: {A: {matches: '('}}", "2:30", "pattern '(' is wrong"),
        ("requires:\n  environment: {A: {at_least: 5, below: 3}}", "2:41", "no number"),
        ("requires:\n  environment: {A: {presence: forbidden, equal: x}}", "2:20", "must not be set"),
        ("requires:\n  environment: {A: {}}", "2:20", "demands nothing"),
        ("requires:\n  commands: [/bin/sh]", "2:14", "not the name of a command"),
        ("requires: {}", "1:11", "states nothing"),
        ("requires:\n  kernel: 5", "2:3", "unknown key 'kernel'"),
        ("when:\n  memory: lots", "2:11", "amount of memory"),
        ("any_of: [{requires: {cpus: 0}}]", "1:28", "number of CPUs"),
    ],
)
def test_a_mistake_has_its_place(empty: Workshop, text: str, place: str, words: str) -> None:
    path = empty.contract(text + "\n")
    with pytest.raises(importspy.ContractError) as caught:
        _core._load(path)
    message = str(caught.value)
    assert f"contract.yml:{place}: " in message, message
    assert words in message


LINTED = [
    ("requires: {python: '>=3,<2'}", ["ISPY952"]),
    ("when: {os: linux}\nrequires: {os: windows}", ["ISPY952"]),
    ("requires: {os: linux}\nall_of: [{when: {os: windows}, functions: [f]}]", ["ISPY957"]),
    ("requires: {host: {acme: '>=3,<2'}}", ["ISPY952"]),
    ("requires: {host: {acme: '>=3'}}\nany_of: [{requires: {host: {acme: '<3'}}}, {functions: [f]}]", ["ISPY952"]),
    ("when: {environment: {A: x}}\nrequires: {environment: {A: y}}", ["ISPY952"]),
    ("when: {environment: {A: absent}}\nrequires: {environment: {A: secret}}", ["ISPY952"]),
    ("when: {environment: {A: x}}\nrequires: {environment: {A: {matches: 'y'}}}", []),
    ("when: {environment: {A: absent}}\nrequires: {environment: {A: {presence: optional, type: integer}}}", []),
    ("requires: {python: {gil: on}}\nall_of: [{when: {python: {gil: off}}, functions: [f]}]", ["ISPY957"]),
    ("requires: {os: linux}\ndeployments: [{systems: [{os: linux}]}]", []),
    ("any_of: [{requires: {commands: a}}, {requires: {commands: b}}]", []),
]


@pytest.mark.parametrize(("text", "found"), LINTED, ids=[text for text, _ in LINTED])
def test_what_is_odd(empty: Workshop, text: str, found: list[str]) -> None:
    path = empty.contract(f"modules: acme.*\n{text}\n")
    assert [finding[0] for finding in _core._lint(path)] == found

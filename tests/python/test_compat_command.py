"""``importspy compat old.yml new.yml plugins/``."""

from __future__ import annotations

import json
from pathlib import Path

import importspy
import pytest
from conftest import Workshop

OLD = "modules: [plugs.a, plugs.b, plugs.c, plugs.d, plugs.e, plugs.f]\nfunctions: [run]\n"
NEW = """
    modules: ["plugs.*", "!plugs.f"]
    functions: [{name: run, call: "(job)"}]
    variables: [{name: LEVEL, value: 3, presence: optional}]
"""
PLUGINS = {
    "a": ("def run(job): ...\n", "fits", "pass", "pass"),
    "b": ("def run(): ...\n", "breaks", "pass", "fail"),
    "c": ("def run(job): ...\nrun = __import__('wrap').wrap(run)\n", "fits", "unprovable", "unprovable"),
    "d": ("def ran(job): ...\n", "broke before", "fail", "fail"),
    "e": ("import wrap\nLEVEL = wrap.level()\ndef run(job): ...\n", "opens", "pass", "unprovable"),
    "f": ("def run(): ...\n", "is released", "pass", None),
    "g": ("def run(job, more): ...\n", "comes under contract", None, "fail"),
    "h": ("def run(job, more=1): ...\n", "fits", None, "pass"),
}


@pytest.fixture
def plugins(workshop: Workshop) -> Workshop:
    for name, (text, *_) in PLUGINS.items():
        workshop.write(f"plugs/{name}.py", f"{text}raise SystemExit('it has run')\n")
    workshop.contract(OLD, "old.yml")
    workshop.contract(NEW, "new.yml")
    return workshop


def test_what_becomes_of_each(plugins: Workshop) -> None:
    done = plugins.run("-m", "importspy", "compat", "old.yml", "new.yml", "site", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert (told["format"], told["breaking"]) == (1, 2)
    rows = {Path(row["path"]).stem: row for row in told["modules"]}
    found = {name: (row["change"], row["before"], row["after"]) for name, row in rows.items() if name in PLUGINS}
    assert found == {name: tuple(rest) for name, (_, *rest) in PLUGINS.items()}
    assert rows["b"]["module"] == "plugs.b"
    assert [finding["code"] for finding in rows["b"]["report"]["contracts"][0]["findings"]] == ["ISPY310"]
    assert rows["f"]["report"] is None
    assert told["modules"][0]["change"] == "breaks"


def test_for_people(plugins: Workshop) -> None:
    done = plugins.run("-m", "importspy", "compat", "old.yml", "new.yml", "site")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("error[") == 2
    assert "site/plugs/d.py breaks" not in done.stdout
    assert "plugs/f.py: is under no contract any more\n" in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "8 modules compared: 1 breaks the new contract, 1 was under no contract and breaks the new one, "
        "1 can no longer be proved from its source, 1 is under no contract any more, "
        "1 broke the old contract as well, 3 keep the new contract"
    )
    back = plugins.run("-m", "importspy", "compat", "new.yml", "old.yml", "site/plugs/b.py", "site/plugs/d.py")
    assert back.returncode == 0
    assert "b.py: broke the old contract and keeps the new one\n" in back.stdout


def test_only_what_can_no_longer_be_proved(plugins: Workshop) -> None:
    command = ["-m", "importspy", "compat", "old.yml", "new.yml", "site/plugs/a.py", "site/plugs/e.py"]
    done = plugins.run(*command)
    assert (done.returncode, "error[" in done.stdout) == (0, False)
    done = plugins.run(*command, "--strict")
    assert (done.returncode, "unprovable[" in done.stdout) == (1, True)


def test_used_wrongly(plugins: Workshop) -> None:
    plugins.contract("functionss: []\n", "bad.yml")
    plugins.contract("modules: [elsewhere]\nfunctions: [x]\n", "none.yml")
    for words, said in [
        (["old.yml", "bad.yml", "site"], "unknown key 'functionss'"),
        (["old.yml", "missing.yml", "site"], "missing.yml"),
        (["old.yml", "new.yml", "missing"], "missing"),
        (["none.yml", "none.yml", "site"], "neither contract selects"),
        (["old.yml", "new.yml"], "PATH"),
    ]:
        done = plugins.run("-m", "importspy", "compat", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert said in done.stderr, words


def test_it_agrees_with_check(plugins: Workshop) -> None:
    done = plugins.run("-m", "importspy", "compat", "old.yml", "new.yml", "site", "--format", "json")
    for row in json.loads(done.stdout)["modules"]:
        for contract, verdict in (("old.yml", row["before"]), ("new.yml", row["after"])):
            if verdict is not None:
                report = importspy.check(plugins.folder / row["path"], plugins.folder / contract, module=row["module"])
                assert report.verdict == verdict

"""IMPORTSPY_LOG: one line of JSON for each verdict, whole lines whoever writes, and never a reason to stop."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import importspy
import pytest
from conftest import Workshop

IMPORT = """
import importspy, sys, warnings
importspy.install("contract.yml", mode=None if sys.argv[1] == "-" else sys.argv[1])
for name in sys.argv[2:]:
    try:
        __import__(name)
    except ImportError:
        pass
print("done")
"""


def lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_bytes()
    assert text.endswith(b"\n")
    return [json.loads(line) for line in text.decode("utf-8").splitlines()]


def test_a_line_for_each_verdict(plain: Workshop) -> None:
    log = plain.folder / "verdicts.jsonl"
    before = datetime.datetime.now(datetime.timezone.utc)
    plain.write("acme/opened.py", "exec('register = lambda app: app')\n")
    names = ("acme.good", "acme.bad", "acme.opened", "ran_marker")
    done = plain.run("-c", IMPORT, "-", *names, IMPORTSPY_LOG=str(log))
    assert (done.stdout, done.stderr) == ("done\n", "")
    good, bad, opened = lines(log)
    assert list(good) == [
        "time", "pid", "module", "path", "way", "bound", "verdict", "outcome", "mode", "contracts", "findings",
        "left_out", "microseconds",
    ]  # fmt: skip
    assert [(one["module"], one["verdict"], one["outcome"]) for one in (good, bad, opened)] == [
        ("acme.good", "pass", "admitted"),
        ("acme.bad", "fail", "denied"),
        ("acme.opened", "pass", "admitted"),
    ]
    assert good["path"] == str(plain.site / "acme" / "good.py")
    assert (good["way"], good["bound"], good["mode"], good["contracts"]) == (
        "finder",
        True,
        "enforce",
        ["contract.yml"],
    )
    assert good["findings"] == []
    assert bad["findings"] == [
        {"code": "ISPY301", "severity": "error", "verdict": "fail", "line": None, "column": None}
    ]
    assert good["pid"] == bad["pid"] != os.getpid()
    assert good["microseconds"] > 0
    when = datetime.datetime.fromisoformat(good["time"].replace("Z", "+00:00"))
    assert before <= when <= datetime.datetime.now(datetime.timezone.utc)
    assert len(good["time"]) == len("2027-01-31T12:00:00.000000Z")


def test_findings_have_their_places(plain: Workshop) -> None:
    plain.contract("modules: ['acme.*']\nfunctions: ['def other(one) -> int']\n")
    log = plain.folder / "log"
    plain.run("-c", IMPORT, "-", "acme.bad", IMPORTSPY_LOG=str(log))
    (line,) = lines(log)
    assert all(finding["line"] == 3 and finding["column"] >= 1 for finding in line["findings"])
    assert line["findings"]


def test_many_findings_are_cut(plain: Workshop) -> None:
    names = ", ".join(f"f{number}" for number in range(250))
    plain.contract(f"modules: ['acme.*']\nfunctions: [{names}]\n")
    log = plain.folder / "log"
    plain.run("-c", IMPORT, "-", "acme.bad", IMPORTSPY_LOG=str(log))
    (line,) = lines(log)
    assert (len(line["findings"]), line["left_out"]) == (100, 150)


@pytest.mark.parametrize(("mode", "outcome"), [("warn", "warned"), ("audit", "audited")])
def test_outcomes(plain: Workshop, mode: str, outcome: str) -> None:
    log = plain.folder / "log"
    plain.run("-W", "ignore", "-c", IMPORT, mode, "acme.bad", IMPORTSPY_LOG=str(log))
    assert [(one["outcome"], one["mode"]) for one in lines(log)] == [(outcome, mode)]


def test_odd_names_are_valid_json(plain: Workshop) -> None:
    code = r"""
import importspy, sys, types, warnings
warnings.simplefilter("ignore")
for name in ("acme.\udcff", "acme.new\nline", "acme.quo\"te\\", "acme.\x00nul", "acme.\u202e\u2028", "acme.\x7f\x1b"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__file__ = name + "\udc80"
importspy.install("contract.yml")
"""
    log = plain.folder / "log"
    done = plain.run("-c", code, IMPORTSPY_LOG=str(log))
    assert done.stderr == ""
    assert len(lines(log)) == 6
    assert log.read_bytes().count(b"\n") == 6
    assert log.read_bytes().isascii()  # nothing that a terminal obeys, or that some reader takes for a line end
    assert {one["way"] for one in lines(log)} == {"before activation"}


def test_a_file_and_a_contract_whose_names_are_no_utf8(plain: Workshop) -> None:
    odd = os.fsencode(plain.folder) + b"/odd\xff"
    os.mkdir(odd)
    Path(os.fsdecode(odd), "contract.yml").write_text('modules: ["acme.*"]\nfunctions: [register]\n')
    code = "import importspy, os; importspy.install(os.fsdecode(b'odd\\xff/contract.yml')); import acme.good"
    log = os.fsdecode(odd + b"/log\xfe")
    done = plain.run("-c", code, IMPORTSPY_LOG=log)
    assert done.stderr == ""
    assert len(lines(Path(log))) == 1


def test_secrets_never_appear(plain: Workshop) -> None:
    plain.contract(
        """
        modules: ["acme.*"]
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                environment:
                  variables:
                    - {name: PLAIN, value: wanted-value}
                  secrets: [API_TOKEN, MISSING_TOKEN]
        """
    )
    log = plain.folder / "log"
    done = plain.run("-c", IMPORT, "-", "acme.good", IMPORTSPY_LOG=str(log), PLAIN="found-value", API_TOKEN="hunter2")
    assert done.stdout == "done\n", done.stderr
    (line,) = lines(log)
    assert line["outcome"] == "denied"
    for value in ("hunter2", "found-value", "wanted-value"):
        assert value not in log.read_text()


def test_processes_share_one_file(plain: Workshop) -> None:
    """Long lines from several processes at once: each is whole."""
    names = ", ".join(f"function_with_a_long_name_{number}" for number in range(120))
    plain.contract(f"modules: ['acme.*']\nmode: audit\nfunctions: [{names}]\n")
    modules = [f"acme.many{number}" for number in range(60)]
    for name in modules:
        plain.write(name.replace(".", "/") + ".py", "")
    log = plain.folder / "log"
    package = str(Path(importspy.__file__).resolve().parent.parent)
    env = {**os.environ, "IMPORTSPY_LOG": str(log), "PYTHONPATH": os.pathsep.join([str(plain.site), package])}
    command = [sys.executable, "-B", "-c", IMPORT, "audit", *modules]
    running = [
        subprocess.Popen(command, cwd=plain.folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [process.communicate()[1] for process in running] == [b""] * 4
    found = lines(log)
    assert len(found) == 4 * len(modules)
    assert {one["pid"] for one in found} == {process.pid for process in running}
    assert all(len(json.dumps(one)) > 4096 for one in found)


def test_threads_share_one_file(plain: Workshop) -> None:
    modules = [f"acme.many{number}" for number in range(40)]
    for name in modules:
        plain.write(name.replace(".", "/") + ".py", "def register(app): ...\n")
    code = """
import importlib, importspy, sys, threading
importspy.install("contract.yml")
def work(first):
    for name in sys.argv[1 + first::4]:
        importlib.import_module(name)
threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
"""
    log = plain.folder / "log"
    plain.run("-c", code, *modules, IMPORTSPY_LOG=str(log))
    assert sorted(one["module"] for one in lines(log)) == sorted(modules)


def test_a_fork_logs_under_its_own_number(plain: Workshop) -> None:
    code = """
import importspy, os
importspy.install("contract.yml")
import acme.good
child = os.fork()
if child == 0:
    try:
        import acme.bad
    except ImportError:
        os._exit(0)
os.waitpid(child, 0)
print(os.getpid(), child)
"""
    log = plain.folder / "log"
    done = plain.run("-c", code, IMPORTSPY_LOG=str(log))
    assert [one["pid"] for one in lines(log)] == [int(number) for number in done.stdout.split()]


def test_a_host_that_closes_all_descriptors(plain: Workshop) -> None:
    """Nothing of ours is written into what it opens next."""
    code = """
import importspy, os
importspy.install("contract.yml")
import acme.good
os.closerange(3, 256)
mine = os.open("mine", os.O_CREAT | os.O_RDWR)
try:
    import acme.bad
except ImportError:
    pass
print(os.stat("mine").st_size)
"""
    log = plain.folder / "log"
    assert plain.run("-c", code, IMPORTSPY_LOG=str(log)).stdout == "0\n"
    assert len(lines(log)) == 2


def test_a_log_that_is_moved_away_is_begun_anew(plain: Workshop) -> None:
    code = """
import importspy, os
importspy.install("contract.yml")
import acme.good
os.rename("log", "log.1")
os.mkdir("below"); os.chdir("below")
try:
    import acme.bad
except ImportError:
    pass
"""
    plain.run("-c", code, IMPORTSPY_LOG="log")  # relative to where it was installed
    assert [one["module"] for one in lines(plain.folder / "log.1")] == ["acme.good"]
    assert [one["module"] for one in lines(plain.folder / "log")] == ["acme.bad"]


@pytest.mark.parametrize("where", ["missing/log", "folder", "pipe", "nul"])
def test_a_log_that_cannot_be_written(plain: Workshop, where: str) -> None:
    """It is said once, and modules are validated as ever."""
    (plain.folder / "folder").mkdir()
    os.mkfifo(plain.folder / "pipe")  # that nobody reads
    log = "x" * 300 if where == "nul" else where
    done = plain.run("-c", IMPORT, "-", "acme.good", "acme.bad", IMPORTSPY_LOG=log)
    assert done.returncode == 0
    assert done.stdout == "done\n"
    assert done.stderr.count("importspy: the log ") == 1
    assert done.stderr.count("\n") == 1
    assert "modules are validated without it" in done.stderr
    code = "import importspy; importspy.install('contract.yml'); print(importspy.status().problems[0]); import acme.bad"
    done = plain.run("-c", code, IMPORTSPY_LOG=log)
    assert "cannot be written" in done.stdout
    assert "ContractViolation" in done.stderr


def test_a_full_disk(plain: Workshop) -> None:
    if not os.path.exists("/dev/full"):
        pytest.fail("there is no /dev/full here")
    done = plain.run("-c", IMPORT, "-", "acme.good", "acme.bad", IMPORTSPY_LOG="/dev/full")
    assert done.stdout == "done\n"
    assert done.stderr.count("No space left on device") == 1


def test_a_line_that_was_cut_off_does_not_spoil_the_next(plain: Workshop) -> None:
    """A limit on the size of files stands in for a disk that is full for a while."""
    code = """
import importspy, resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
importspy.install("contract.yml")
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
import acme.good
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
try:
    import acme.bad
except ImportError:
    print("denied")
"""
    log = plain.folder / "log"
    done = plain.run("-c", code, IMPORTSPY_LOG=str(log))
    assert done.stdout == "denied\n", done.stderr
    torn, whole = log.read_bytes().splitlines()
    assert len(torn) == 100
    assert json.loads(whole)["module"] == "acme.bad"


def test_no_log_is_kept_unasked(plain: Workshop) -> None:
    before = set(plain.folder.iterdir())
    plain.run("-c", IMPORT, "-", "acme.good", IMPORTSPY_LOG="")
    assert set(plain.folder.iterdir()) == before


def test_the_variable_is_read_at_install(plain: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    log = plain.folder / "log"
    contract = plain.folder / "contract.yml"
    importspy.install(contract)
    monkeypatch.setenv("IMPORTSPY_LOG", str(log))
    assert importspy.status().log is None
    importspy.install(contract)
    assert importspy.status().log == str(log)
    monkeypatch.delenv("IMPORTSPY_LOG")
    importspy.install(contract)
    assert importspy.status().log is None
    assert log.read_bytes() == b""

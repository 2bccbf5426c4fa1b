"""Contracts that the environment names: importspy.pth and importspy.start, in real virtual environments."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from environments import ROOT, Done, Environment, build_folder, execute, make_wheel, succeed

pytestmark = pytest.mark.build

GOOD = "def register(app):\n    return app\n"
BAD = "import marker\n\ndef other(app):\n    return app\n"
IMPORTS_BAD = "import acme.bad; print('let in')"
READS_START = sys.version_info >= (3, 15)  # PEP 829: importspy.start is read, and the line in importspy.pth is not


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """One environment for the tests that leave it as it is."""
    made = Environment(tmp_path_factory.mktemp("home") / "venv")
    made.install(wheel)
    return made


@pytest.fixture
def own(wheel: Path, tmp_path: Path) -> Environment:
    """One for a test that changes it."""
    made = Environment(tmp_path / "venv")
    made.install(wheel)
    return made


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with plugins and their contract."""
    folder = tmp_path / "work"
    (folder / "acme").mkdir(parents=True)
    (folder / "acme" / "__init__.py").write_text("")
    (folder / "acme" / "good.py").write_text(GOOD)
    (folder / "acme" / "bad.py").write_text(BAD)
    (folder / "marker.py").write_text("print('executed')\n")
    (folder / "contract.yml").write_text('modules: ["acme.*"]\nfunctions: [register]\n')
    return folder


def start(
    where: Environment, work: Path, *arguments: object, contracts: str | None = "contract.yml", **env: str
) -> Done:
    named = {} if contracts is None else {"IMPORTSPY_CONTRACTS": contracts}
    return execute(where.python, *arguments, cwd=work, env={**named, **env})


def denied(done: Done) -> bool:
    assert "executed" not in done.stdout
    return done.returncode == 1 and "ContractViolation: module 'acme.bad' is denied" in done.stderr


def let_in(done: Done) -> bool:
    assert done.returncode == 0, done.stderr
    return done.stdout == "executed\nlet in\n"


# --- set, not set -----------------------------------------------------------------------------------------------------


def test_nothing_is_loaded_unless_contracts_are_named(home: Environment, work: Path) -> None:
    program = "import sys; print([n for n in sys.modules if 'importspy' in n], sys.flags.no_site)"
    loaded = ["_importspy_activate"] if READS_START else []  # what a .start file names is imported in any case
    for contracts in (None, ""):
        done = start(home, work, "-c", program, contracts=contracts)
        assert (done.stdout, done.stderr) == (f"{loaded} 0\n", "")
        assert let_in(start(home, work, "-c", IMPORTS_BAD, contracts=contracts))


def test_files_and_folders(home: Environment, work: Path) -> None:
    assert denied(start(home, work, "-c", IMPORTS_BAD))
    (work / "contracts").mkdir()
    (work / "contract.yml").rename(work / "contracts" / "a.yml")
    (work / "other.yml").write_text('modules: ["acme.*"]\nfunctions: [teardown]\n')
    assert denied(start(home, work, "-c", IMPORTS_BAD, contracts="contracts"))
    done = start(
        home, work, "-c", "import acme.good", contracts=os.pathsep.join(["", "contracts", "", "other.yml", ""])
    )
    assert "function 'teardown' is missing" in done.stderr
    assert "register" not in done.stderr.split("\n\n", 1)[1]


def test_scenario_57_activated_once(home: Environment, work: Path) -> None:
    """Python reads the site-packages of a virtual environment twice; a program may read them again."""
    program = f"""
import gc, site, sys
for folder in [{str(home.site)!r}] * 3:
    site.addsitedir(folder)
import importspy, pkgutil
pkgutil.resolve_name("_importspy_activate:activate")()
finders = [finder for finder in sys.meta_path if "importspy" in repr(finder)]
guards = [found for found in gc.get_objects() if type(found) is importspy.Guard]
print(len(finders), sys.meta_path[0] is finders[0], guards)
with importspy.install("contract.yml") as guard:
    assert guard in guards
print(guard.active)
"""
    done = start(home, work, "-c", program)
    assert done.stderr == ""
    assert done.stdout == "1 True [<importspy.Guard ('contract.yml',): active>]\nTrue\n"


def test_scenario_57_one_activation_with_several_site_directories(home: Environment, wheel: Path, work: Path) -> None:
    """The same package in the user's site directory, and one by hand: the first that Python reads does it."""
    other = work / "other-site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(other)
    program = (
        f"import site, sys; site.addsitedir({str(other)!r}); import importspy\n"
        "print(importspy.__file__, len([f for f in sys.meta_path if 'importspy' in repr(f)]))\n" + IMPORTS_BAD
    )
    done = start(home, work, "-c", program)
    assert denied(done)
    assert done.stdout == f"{home.site / 'importspy' / '__init__.py'} 1\n"


def test_scenario_57_the_start_file_names_what_can_be_called(home: Environment, work: Path) -> None:
    """Python 3.15 reads it so: one entry point a line, no import line of the .pth beside it. Both ways come to one."""
    lines = (home.site / "importspy.start").read_text("utf-8").splitlines()
    entries = [line for line in lines if line.strip() and not line.startswith("#")]
    assert entries == ["_importspy_activate:activate"]
    (home.site / "importspy.pth").rename(home.site / "importspy.away")
    try:
        call = f"import pkgutil; pkgutil.resolve_name({entries[0]!r})()\n"
        alone = start(home, work, "-c", IMPORTS_BAD)
        assert denied(alone) if READS_START else let_in(alone)
        assert denied(start(home, work, "-c", call + IMPORTS_BAD))
        assert denied(start(home, work, "-c", call + call + IMPORTS_BAD))
        idle = start(home, work, "-c", call + "import sys; print('importspy' in sys.modules)", contracts=None)
        assert idle.stdout == "False\n"
    finally:
        (home.site / "importspy.away").rename(home.site / "importspy.pth")


def test_scenario_57_which_file_python_reads(own: Environment, work: Path) -> None:
    """Python itself tells under -v: 3.15 and later call what importspy.start names, earlier ones run the line."""
    shown = start(own, work, "-v", "-c", IMPORTS_BAD).stderr
    pth, begin = own.site / "importspy.pth", own.site / "importspy.start"
    called = f"Executing entry point: _importspy_activate:activate from {begin}"
    passed_over = f"import lines in {pth} are suppressed due to matching {begin} file."
    assert shown.count(called) == shown.count(passed_over) == (1 if READS_START else 0)
    assert "ContractViolation: module 'acme.bad' is denied" in shown
    for gone, active in (((begin,), True), ((begin, pth), False), ((pth,), READS_START), ((), True)):
        moved = [(path, path.with_name(f"{path.name}-away")) for path in gone]
        for path, away in moved:
            path.rename(away)
        done = start(own, work, "-c", IMPORTS_BAD)
        assert denied(done) if active else let_in(done), gone
        for path, away in moved:
            away.rename(path)


@pytest.mark.parametrize("problem", ["before", "after"])
def test_scenario_57_another_file_that_fails(own: Environment, work: Path, problem: str) -> None:
    """Python reports what the startup files of others raise and goes on: to ours, too."""
    name = {"before": "aaa", "after": "zzz"}[problem]
    (own.site / f"{name}_broken.py").write_text("def run():\n    raise RuntimeError('theirs')\n")
    (own.site / f"{name}.pth").write_text(f"import {name}_broken; {name}_broken.run()\n")
    (own.site / f"{name}.start").write_text(f"{name}_broken:run\nno entry point at all\n{name}_broken:nothing\n")
    done = start(own, work, "-c", IMPORTS_BAD)
    assert "RuntimeError: theirs" in done.stderr
    assert denied(done)


def test_an_install_in_code_finds_the_guard_of_the_environment(home: Environment, work: Path) -> None:
    program = "import importspy\nwith importspy.install('contract.yml'): pass\n" + IMPORTS_BAD
    assert denied(start(home, work, "-c", program))


# --- what is wrong ends the process -----------------------------------------------------------------------------------


def ended(done: Done) -> str:
    """The one message of a process that ended before anything ran."""
    assert done.returncode == 78, (done.returncode, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith(
        "importspy: Python ends with status 78; IMPORTSPY_DISABLE=1 starts it without contracts\n"
    )
    assert done.stderr.count("importspy: ") == 2
    return done.stderr.rpartition("importspy: ")[0]


def test_scenario_58_broken_contract(home: Environment, work: Path) -> None:
    (work / "contract.yml").write_text('modules: ["acme.*"]\nfunctons: [register]\n')
    message = ended(start(home, work, "-c", "print('ran')"))
    assert message.startswith("importspy: contract.yml:2:1: ISPY9")
    assert " 2 | functons: [register]\n   | ^" in message
    assert "= hint: " in message
    assert "functions" in message


def test_the_documentation_shows_this_message(home: Environment, work: Path) -> None:
    (work / "contract.yml").write_text('modules: ["acme.*"]\nfunctons: [register]\n')
    done = start(home, work, "-c", "print('ran')")
    text = (ROOT / "docs" / "activation.md").read_text("utf-8")
    assert f"```text\n{done.stderr}```\n" in text


WRONG = {
    "missing file": ({"contracts": "nowhere.yml"}, "nowhere.yml: "),
    "missing among others": ({"contracts": f"contract.yml{os.pathsep}nowhere.yml"}, "nowhere.yml: "),
    "folder without contracts": ({"contracts": "acme"}, "acme: "),
    "no path at all": ({"contracts": os.pathsep}, "IMPORTSPY_CONTRACTS names no file and no folder"),
    "unknown mode": (
        {"IMPORTSPY_MODE": "enforced"},
        "IMPORTSPY_MODE: one of 'enforce', 'warn', 'audit', 'off' is wanted, not 'enforced'",
    ),
    "mode in capitals": ({"IMPORTSPY_MODE": "WARN"}, "IMPORTSPY_MODE: one of "),
    "unclear kill switch": ({"IMPORTSPY_DISABLE": "yes"}, "IMPORTSPY_DISABLE: one of '0', '1' is wanted, not 'yes'"),
    "a device": ({"contracts": "/dev/null"}, "/dev/null: "),
}


@pytest.mark.parametrize("name", WRONG)
def test_scenario_58_never_open(home: Environment, work: Path, name: str) -> None:
    given, sentence = WRONG[name]
    arguments = {"contracts": "contract.yml", **given}
    assert ended(start(home, work, "-c", "print('ran')", **arguments)).startswith(f"importspy: {sentence}")
    for how in (("-m", "this"), ("-I", "-c", "print('ran')"), ("-E", "-c", "print('ran')")):
        ended(start(home, work, *how, **arguments))


def test_scenario_58_nobody_listens(home: Environment, work: Path) -> None:
    """The status says it alone when there is nobody to read the message."""
    shell = f'"{home.python}" -c "print(1)" 2>&- ; echo $?; "{home.python}" -c "print(1)" >&- 2>&- ; echo $?'
    done = execute("sh", "-c", shell, cwd=work, env={"IMPORTSPY_CONTRACTS": "nowhere.yml"})
    assert done.stdout == "78\n78\n"


def test_scenario_58_the_reader_has_gone(home: Environment, work: Path) -> None:
    shell = f'exec 3>&1; {{ "{home.python}" -c "print(1)" 2>&1 >&3; echo $? >&3; }} | true'
    for more in ("", f'; "{home.python}" -c "print(1)" 2>/dev/full; echo $?'):
        done = execute("sh", "-c", shell + more, cwd=work, env={"IMPORTSPY_CONTRACTS": "nowhere.yml"})
        assert set(done.stdout.split()) == {"78"}


@pytest.mark.parametrize("problem", ["KeyboardInterrupt", "SystemExit(0)", "GeneratorExit", "BaseException('x')"])
def test_scenario_58_what_is_no_exception_ends_python_as_well(home: Environment, work: Path, problem: str) -> None:
    """An interrupt while contracts are loaded: site does not pass it over, so Python does not start."""
    (work / "early").mkdir()
    (work / "early" / "importspy.py").write_text(f"raise {problem}\n")
    done = start(home, work, "-c", "print('ran')", PYTHONPATH="early")
    assert done.returncode not in {0, None}
    assert done.stdout == ""


def test_scenario_58_another_module_of_that_name(home: Environment, work: Path) -> None:
    (work / "early").mkdir()
    (work / "early" / "importspy.py").write_text("")
    message = ended(start(home, work, "-c", "print('ran')", PYTHONPATH="early"))
    assert "cannot be put in force: AttributeError: module 'importspy' has no attribute 'install'" in message


def test_a_pipe_is_no_contract(home: Environment, work: Path) -> None:
    """Reading it would wait for ever."""
    os.mkfifo(work / "pipe.yml")
    assert "pipe.yml: ISPY901: " in ended(start(home, work, "-c", "print('ran')", contracts="pipe.yml"))


def test_a_name_that_is_no_text(home: Environment, work: Path) -> None:
    (work / "contract.yml").rename(work / "\udcff.yml")
    program = "import os; print(ascii(os.environ['IMPORTSPY_CONTRACTS']), flush=True)\n" + IMPORTS_BAD
    done = start(home, work, "-c", program, contracts="\udcff.yml")
    assert "ContractViolation: module 'acme.bad' is denied" in done.stderr
    assert done.stdout == f"'{work}/\\udcff.yml'\n"


def test_scenario_58_odd_names(home: Environment, work: Path) -> None:
    named = "n\N{SNOWMAN}\udcff.yml"
    done = start(home, work, "-c", "print('ran')", contracts=named, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert "n\\u2603\\ufffd.yml: ISPY901: " in ended(done)


@pytest.mark.parametrize("mode", ["warn", "audit"])
def test_what_denies_nothing_stops_nothing(home: Environment, work: Path, mode: str) -> None:
    """Where the operator has said that nothing is to be denied, a broken contract is told and the program goes on."""
    done = start(home, work, "-c", IMPORTS_BAD, contracts="nowhere.yml", IMPORTSPY_MODE=mode)
    assert let_in(done)
    first, second = done.stderr.splitlines()
    assert first.startswith("importspy: nowhere.yml: ")
    assert second == ("importspy: warning: Python goes on, and no contract that IMPORTSPY_CONTRACTS names is in force")


def test_a_mode_in_the_contract_does_not_open_anything(home: Environment, work: Path) -> None:
    (work / "contract.yml").write_text('modules: ["acme.*"]\nmode: warn\nfunctons: [register]\n')
    ended(start(home, work, "-c", "print('ran')"))


BROKEN = {
    "extension": ("importspy/_core.*.so", b"no ELF"),
    "package": ("importspy/__init__.py", b"raise RuntimeError('half gone')\n"),
    "syntax": ("importspy/__init__.py", b"import (\n"),
    "activation": ("_importspy_activate.py", b"activate = (\n"),
    "older activation": ("_importspy_activate.py", b"\n"),
}


@pytest.mark.parametrize("name", [*BROKEN, "package gone", "activation gone"])
def test_scenario_58_half_gone(own: Environment, work: Path, name: str) -> None:
    """An ImportSpy that is damaged does not let anything pass; where no contract is named it disturbs nobody."""
    pattern, content = BROKEN.get(name, ("importspy" if name == "package gone" else "_importspy_activate.py", None))
    [path] = own.site.glob(pattern)
    if content is None:
        path.rename(path.with_name("gone"))
    else:
        path.write_bytes(content)
    done = start(own, work, "-c", "print('ran')")
    if READS_START and "activation" in name:  # PEP 829 has no code where the named module is gone: Python says so
        assert (done.returncode, done.stdout) == (0, "ran\n")
        assert "_importspy_activate:activate" in done.stderr
        run = start(
            own, work, "-m", "importspy", "run", "-m", "acme.bad"
        )  # the strict way in, as docs/activation.md says
        assert run.returncode != 0
        assert "executed" not in run.stdout
        return
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("importspy: ")
    assert "Traceback" not in done.stderr
    assert 1 <= len(done.stderr.splitlines()) <= 6
    quiet = [{"contracts": None}, {"contracts": ""}, {"IMPORTSPY_DISABLE": "1"}, {"IMPORTSPY_MODE": "off"}]
    for env in quiet:
        done = start(own, work, "-c", "print('ran')", **{"contracts": "contract.yml", **env})  # type: ignore[arg-type]
        assert (done.returncode, done.stdout, done.stderr) == (0, "ran\n", ""), env
    for mode in ("warn", "audit"):
        done = start(own, work, "-c", "print('ran')", IMPORTSPY_MODE=mode)
        assert (done.returncode, done.stdout) == (0, "ran\n")
        assert done.stderr.startswith("importspy: ")


# --- the kill switch, and modes ---------------------------------------------------------------------------------------


def test_kill_switch_of_the_environment(home: Environment, work: Path) -> None:
    assert let_in(start(home, work, "-c", IMPORTS_BAD, IMPORTSPY_DISABLE="1"))
    assert let_in(start(home, work, "-c", IMPORTS_BAD, contracts="nowhere.yml", IMPORTSPY_DISABLE="1"))
    assert let_in(start(home, work, "-c", IMPORTS_BAD, contracts="nowhere.yml", IMPORTSPY_MODE="off"))
    for value in ("", "0"):
        assert denied(start(home, work, "-c", IMPORTS_BAD, IMPORTSPY_DISABLE=value))


@pytest.mark.parametrize("mode", ["enforce", "warn", "audit", "off"])
def test_mode_of_the_environment(home: Environment, work: Path, mode: str) -> None:
    (work / "contract.yml").write_text('modules: ["acme.*"]\nmode: off\nfunctions: [register]\n')
    assert let_in(start(home, work, "-c", IMPORTS_BAD))
    assert let_in(start(home, work, "-c", IMPORTS_BAD, IMPORTSPY_MODE=""))
    done = start(home, work, "-c", IMPORTS_BAD, IMPORTSPY_MODE=mode)
    assert denied(done) if mode == "enforce" else let_in(done)
    assert ("ContractWarning: module 'acme.bad' breaks its contract" in done.stderr) == (mode == "warn")


def test_a_program_cannot_take_the_mode_back(home: Environment, work: Path) -> None:
    program = "import os, importspy; os.environ['IMPORTSPY_MODE'] = 'off'; os.environ['IMPORTSPY_DISABLE'] = '1'\n"
    program += "(lambda: importspy.install('contract.yml', unprovable='deny'))()\n"
    assert denied(start(home, work, "-c", program + IMPORTS_BAD))


# --- interpreter options, children ------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["-I"], ["-E"], ["-s"], ["-B"], ["-O"], ["-X", "utf8"]])
def test_scenario_59_active(home: Environment, work: Path, options: list[str]) -> None:
    program = f"import sys; sys.path.insert(0, {str(work)!r})\n{IMPORTS_BAD}"
    assert denied(start(home, work, *options, "-c", program))


@pytest.mark.parametrize("options", [["-I"], ["-E"], ["-s"], ["-E", "-s"]])
def test_scenario_59_run_under_the_same_options(home: Environment, work: Path, options: list[str]) -> None:
    """What Python does with a script and a module under these options, `importspy run` does as well."""
    (work / "app.py").write_text("import sys\nprint(sys.argv, sys.path, __file__, __spec__)\nimport marker\n1/0\n")
    for words in (["app.py", "a"], ["-m", "app", "a"]):
        plain = start(home, work, *options, *words, contracts=None)
        ours = start(
            home, work, *options, "-m", "importspy", "run", "--contract", "contract.yml", *words, contracts=None
        )
        shapes = [(d.returncode, d.stdout.split("loader=")[0], d.stderr) for d in (plain, ours)]
        assert shapes[0] == shapes[1]


def test_scenario_59_inactive_without_site(home: Environment, work: Path) -> None:
    """-S: Python reads no startup file at all. docs/activation.md says so; `importspy run` works even then."""
    assert let_in(start(home, work, "-S", "-c", IMPORTS_BAD))
    path = os.pathsep.join([str(home.site), str(work)])
    (work / "app.py").write_text(IMPORTS_BAD)
    for how in (["--contract", "contract.yml"], []):
        done = start(home, work, "-S", "-m", "importspy", "run", *how, "app.py", PYTHONPATH=path)
        assert denied(done)
    assert let_in(start(home, work, "-S", "-c", IMPORTS_BAD, PYTHONPATH=path))


def test_scenario_59_user_site(wheel: Path, work: Path) -> None:
    """In the user's site directory, it is active where Python reads that directory: not under -s and -I."""
    python = os.path.realpath(sys.executable)  # the one that virtual environments link to
    env = {"PYTHONUSERBASE": str(work / "user")}
    folder = succeed(python, "-c", "import site; print(site.getusersitepackages())", cwd=work, env=env).strip()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    program = f"import sys; sys.path.insert(0, {str(work)!r})\n{IMPORTS_BAD}"
    env["IMPORTSPY_CONTRACTS"] = "contract.yml"
    assert denied(execute(python, "-c", program, cwd=work, env=env))
    for option in ("-s", "-I", "-S"):
        assert let_in(execute(python, option, "-c", program, cwd=work, env=env))


CHILDREN = """
import multiprocessing, os, subprocess, sys

def child(queue):
    try:
        import acme.bad
    except ImportError as problem:
        queue.put(type(problem).__name__)
    else:
        queue.put("let in")

if __name__ == "__main__":
    program = f"import sys; sys.path.insert(0, {os.getcwd()!r})\\ntry:\\n import acme.bad\\n" \\
        "except ImportError as e: print(type(e).__name__)"
    os.mkdir("elsewhere")
    for options in [], ["-I"], ["-E"]:
        subprocess.run([sys.executable, *options, "-c", program], cwd="elsewhere", check=True)
    for method in ["spawn", "forkserver", "fork"]:
        context = multiprocessing.get_context(method)
        queue = context.Queue()
        process = context.Process(target=child, args=(queue,))
        process.start()
        print(queue.get(timeout=60), flush=True)
        process.join()
"""


@pytest.mark.parametrize("way", ["environment", "run", "run with an option"])
def test_scenario_59_children_inherit(home: Environment, work: Path, way: str) -> None:
    """Also those that start in another folder: the paths are made absolute."""
    (work / "app.py").write_text(CHILDREN)
    command = {
        "environment": [],
        "run": ["-m", "importspy", "run"],
        "run with an option": ["-m", "importspy", "run", "--contract", "contract.yml"],
    }
    contracts = "contract.yml" if way != "run with an option" else None
    done = start(home, work, *command[way], "app.py", contracts=contracts)
    assert done.stderr == ""
    assert done.stdout.split() == ["ContractViolation"] * 6


def test_scenario_59_subinterpreters_inherit(home: Environment, work: Path) -> None:
    name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    inner = f"import sys; sys.path.insert(0, {str(work)!r})\ntry:\n import acme.bad\n"
    inner += "except ImportError as problem: print(type(problem).__name__, flush=True)"
    program = f"import {name} as them; one = them.create(); them.run_string(one, {inner!r}); them.destroy(one)"
    done = start(home, work, "-c", program)
    assert (done.stdout, done.stderr) == ("ContractViolation\n", "")


def test_a_process_that_forks_stays_guarded(home: Environment, work: Path) -> None:
    program = "import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\n" + IMPORTS_BAD
    done = start(home, work, "-c", program)
    assert denied(done)
    assert done.stderr.count("is denied") == 2


def test_a_name_that_a_startup_file_uses_is_not_left_behind(home: Environment, work: Path) -> None:
    program = "import site; print([n for n in vars(site) if n in ('activate', 'problem', 'get')])"
    assert start(home, work, "-c", program).stdout == "[]\n"


# --- installing and uninstalling --------------------------------------------------------------------------------------

STARTUP = {"importspy.pth", "importspy.start", "_importspy_activate.py"}


def test_uninstall_leaves_nothing_behind(wheel: Path, work: Path, tmp_path: Path) -> None:
    own = Environment(tmp_path / "venv")
    before = own.files()
    own.install(wheel)
    assert {name for name in STARTUP if (own.site / name).is_file()} == STARTUP
    assert denied(start(own, work, "-c", IMPORTS_BAD))
    own.pip("uninstall", "-y", "importspy")
    left = {name for name in own.files() - before if not name.endswith("__pycache__")}
    assert left == set()
    assert let_in(start(own, work, "-c", IMPORTS_BAD))


def test_the_line_is_read_without_a_complaint(home: Environment, work: Path) -> None:
    """Lines of a .pth begin with 'import ' or are comments; all else would be a path. -v shows what site thinks."""
    lines = (home.site / "importspy.pth").read_text("ascii").splitlines()
    assert [line.startswith(("#", "import os; ")) for line in lines] == [True] * len(lines)
    assert sum(line.startswith("import ") for line in lines) == 1
    assert start(home, work, "-c", "pass", contracts=None).stderr == ""


def test_target_folders_are_no_site_directories(wheel: Path, work: Path) -> None:
    """pip install --target: Python reads the files only if the folder is made a site directory."""
    bare = Environment(work.parent / "bare")
    folder = work / "target"
    bare.pip("install", "--no-index", "--no-deps", "--target", folder, wheel)
    assert {name for name in STARTUP if (folder / name).is_file()} == STARTUP
    assert let_in(start(bare, work, "-c", IMPORTS_BAD, PYTHONPATH=str(folder)))
    program = f"import site; site.addsitedir({str(folder)!r})\n{IMPORTS_BAD}"
    assert denied(start(bare, work, "-c", program))


def test_editable_installs_activate_as_well(work: Path, tmp_path: Path) -> None:
    copy = tmp_path / "project"
    # a fresh machine has the files, but no git to list them
    left_out = shutil.ignore_patterns("build", ".*", "tests", "docs", "contracts", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=left_out)
    own = Environment(tmp_path / "venv")
    before = own.files()
    hook = f"import setuptools.build_meta as backend; backend.build_editable({str(tmp_path)!r})"  # as pip calls it
    succeed(sys.executable, "-c", hook, cwd=copy, env=build_folder())
    [editable] = tmp_path.glob("*.whl")
    own.install(editable)
    assert (own.site / "importspy.pth").is_file()
    done = start(own, work, "-c", "import importspy; print(importspy.__file__)", contracts=None)
    assert done.stdout == f"{copy / 'python' / 'importspy' / '__init__.py'}\n"
    assert denied(start(own, work, "-c", IMPORTS_BAD))
    own.pip("uninstall", "-y", "importspy")
    assert {name for name in own.files() - before if not name.endswith("__pycache__")} == set()

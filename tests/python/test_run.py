"""importspy run: contracts first, and then the program just as Python itself would run it."""

from __future__ import annotations

import os
import py_compile
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import Workshop

RUN = ("-m", "importspy", "run", "--contract", "contract.yml")

SHOW = """
import os, sys
main = sys.modules["__main__"]
assert vars(main) is globals()
shown = {name: value for name, value in globals().items() if name not in {"main", "os", "sys", "__builtins__"}}
for name in sorted(shown):
    print(name, shown[name])
print(type(__builtins__), sys.argv, sys.path, os.getcwd())
"""

PROGRAMS = {
    "what it sees": SHOW,
    "an exception": "def inner():\n    raise KeyError('x')\n\nif __name__ == '__main__':\n    inner()\n",
    "an exception with a cause": "try:\n    1/0\nexcept Exception as e:\n    raise ValueError('x') from e\n",
    "an exception while another is handled": "try:\n    1/0\nexcept Exception:\n    nowhere\n",
    "an exception group": "import sys\nif sys.version_info >= (3, 11):\n    raise ExceptionGroup('g', [KeyError(1)])\n",
    "a recursion": "import sys\nsys.setrecursionlimit(120)\ndef f(): f()\nf()\n",
    "an exit status": "import sys\nprint('x')\nsys.exit(7)\n",
    "an exit text": "raise SystemExit('farewell')\n",
    "an exit without a status": "raise SystemExit\n",
    "an exit with an odd status": "raise SystemExit([1])\n",
    "an exit at once": "import os\nos._exit(9)\n",
    "an interrupt": "raise KeyboardInterrupt\n",
    "a signal": (  # which a shell may have told its background jobs to ignore
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "time.sleep(30)\n"
    ),
    "a syntax error": "x = (\n",
    "a late syntax error": "print(1)\ndef f():\n    return yield\n",
    "an encoding": b"# -*- coding: latin-1 -*-\nprint(ascii('\xe4'))\nraise ValueError(ascii('\xe4'))\n",
    "CRLF": b"x = 1\r\nprint(x)\r\n1/0\r\n",
    "a mark at the beginning": b"\xef\xbb\xbfprint(1)\n1/0\n",
    "no newline": b"print(1)",
    "nothing": b"",
    "future": "print(__import__('sys').version_info >= (3, 10))\nx: undefined_name = 1\n",
    "its own excepthook": (
        "import sys, traceback\n"
        "def hook(kind, problem, tb):\n"
        "    print(kind, [f.name for f in traceback.extract_tb(tb)], problem.__traceback__ is tb)\n"
        "    print(sys.excepthook is hook)\n"
        "sys.excepthook = hook\n"
        "print(sys.excepthook is hook)\n"
        "1/0\n"
    ),
    "the stock excepthook": "import sys\nprint(sys.excepthook is sys.__excepthook__)\n",
    "an excepthook that fails": "import sys\nsys.excepthook = lambda *a: sys.exit(5)\n1/0\n",
    "atexit": "import atexit\natexit.register(lambda: print('bye', __name__, __import__('__main__').x))\nx = 1\n1/0\n",
    "threads": (
        "import threading, time, sys\n"
        "def late():\n    time.sleep(0.3)\n    print('late', x, sys.modules['__main__'].x)\n"
        "threading.Thread(target=late).start()\nx = 5\n"
    ),
    "a class that pickles": "import pickle\nclass A: pass\nprint(pickle.loads(pickle.dumps(A)) is A, A)\n",
    "its own source": "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))\n",
    "a sibling": "import sibling\nprint(sibling.__file__)\n",
    "what it did not ask for": "import sys\nprint([n for n in ('argparse', 'typing', 're') if n in sys.modules])\n",
    "stdin": "print(input())\n",
    "data beside it": "import os\nprint(open(os.path.join(os.path.dirname(__file__), 'sibling.py')).read())\n",
}


def shape(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    out, err = (re.sub(r"0x[0-9a-f]+", "0x", text) for text in (done.stdout, done.stderr))
    return done.returncode, out, re.sub(r"repeated \d+ more times", "repeated", err)  # our frames are on the stack


def both(workshop: Workshop, *words: object, options: tuple[str, ...] = (), **env: str) -> tuple[int, str, str]:
    plain = shape(workshop.run(*options, *words, **env))
    ours = shape(workshop.run(*options, *RUN, *words, **env))
    assert ours == plain
    return plain


@pytest.fixture
def program(plain: Workshop) -> Workshop:
    (plain.folder / "sub").mkdir()
    (plain.folder / "sub" / "sibling.py").write_text("x = 1\n")
    (plain.folder / "sub" / "app.py").write_text(SHOW)
    return plain


# --- as Python does ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_script(program: Workshop, name: str) -> None:
    content = PROGRAMS[name]
    (program.folder / "sub" / "app.py").write_bytes(content if isinstance(content, bytes) else content.encode())
    status, _, _ = both(program, "sub/app.py", "-x", "--contract", "-m", "--", "a b")
    if name in {"an interrupt", "a signal"}:
        assert status == -signal.SIGINT


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in {"a sibling", "data beside it"}])
def test_a_module(program: Workshop, name: str) -> None:
    content = PROGRAMS[name]
    program.write("package/app.py", content)
    both(program, "-m", "package.app", "-x", "--contract", "-m", "--", "a b")


@pytest.mark.parametrize("content", [b"# -*- coding: nothing -*-\n", b"x = '\xe4'\n", b"x = 1\0\n"])
def test_what_cannot_be_read(program: Workshop, content: bytes) -> None:
    """Python reads a script line by line and has words of its own for such a file; ours are those of compile().

    Up to some 3.11, Python runs a script with NUL bytes.
    """
    (program.folder / "sub" / "app.py").write_bytes(content)
    plain, ours = program.run("sub/app.py"), program.run(*RUN, "sub/app.py")
    assert ours.returncode == 1
    assert plain.returncode == 1 or b"\0" in content
    assert re.match("(SyntaxError|ValueError): ", ours.stderr.splitlines()[-1])
    assert "importspy" not in ours.stderr


@pytest.mark.parametrize(
    "spelling",
    ["sub/app.py", "./sub/app.py", "sub/../sub/app.py", "link.py", "sub/link.py", "{folder}/sub/app.py", "f"],
)
def test_a_script_by_any_spelling(program: Workshop, spelling: str) -> None:
    (program.folder / "link.py").symlink_to(Path("sub", "app.py"))
    (program.folder / "sub" / "link.py").symlink_to("app.py")
    (program.folder / "f").write_text(SHOW)
    assert both(program, spelling.format(folder=program.folder))[0] == 0


@pytest.mark.parametrize("options", [("-O",), ("-OO",), ("-W", "error"), ("-X", "dev"), ("-u",)])
def test_options_of_python(program: Workshop, options: tuple[str, ...]) -> None:
    (program.folder / "sub" / "app.py").write_text(SHOW + "print(sys.flags, sys.warnoptions, __debug__)\n")
    assert both(program, "sub/app.py", options=options)[0] == 0
    assert both(program, "-m", "acme.good", options=options)[0] == 0


def test_safe_path(program: Workshop) -> None:
    """-P is new in 3.11; Python 3.10 refuses it before we are asked."""
    status = 0 if sys.version_info >= (3, 11) else 2
    assert both(program, "sub/app.py", options=("-P",))[0] == status
    assert both(program, "sub/app.py", PYTHONSAFEPATH="1")[0] == 0
    (program.folder / "sub" / "__main__.py").write_text(SHOW)
    assert both(program, "sub", options=("-P",))[0] == status


def test_folders_and_archives(program: Workshop) -> None:
    (program.folder / "sub" / "__main__.py").write_text(SHOW + "import sibling\n1/0\n")
    with zipfile.ZipFile(program.folder / "app.zip", "w") as archive:
        archive.write(program.folder / "sub" / "__main__.py", "__main__.py")
        archive.write(program.folder / "sub" / "sibling.py", "sibling.py")
    for name in ("sub", "app.zip", "./sub", str(program.folder / "app.zip")):
        status, _, err = both(program, name, "a")
        assert status == 1
        assert "ZeroDivisionError" in err
    (program.folder / "empty").mkdir()
    assert "can't find '__main__' module" in both(program, "empty")[2]


def test_compiled_scripts(program: Workshop) -> None:
    source = program.folder / "sub" / "app.py"
    source.write_text(SHOW + "1/0\n")
    for name in ("sub/app.pyc", "sub/app.bin"):
        py_compile.compile(str(source), str(program.folder / name), doraise=True)
    assert both(program, "sub/app.pyc")[0] == 1
    ours = program.run(*RUN, "sub/app.bin")
    assert ours.returncode == 1
    assert "ZeroDivisionError" in ours.stderr


def test_what_is_not_there(program: Workshop) -> None:
    for words in (("nowhere.py",), ("-m", "nowhere"), ("-m", "acme"), ("-m", "nowhere.else"), ("-m", "acme.")):
        status, out, err = both(program, *words)
        assert status in {1, 2}
        assert out == ""
        assert len(err.splitlines()) == 1


def test_packages_and_builtin_programs(program: Workshop) -> None:
    program.write("package/__main__.py", SHOW)
    assert both(program, "-m", "package", "a")[0] == 0
    assert both(program, "-m", "json.tool", "-h")[0] == 0
    assert both(program, "-mjson.tool", "--help")[0] == 0


def test_a_folder_that_has_been_deleted(program: Workshop) -> None:
    """There is no current folder: nothing is put on sys.path for -m, and a script is found by its absolute path."""
    app, contract = program.folder / "sub" / "app.py", program.folder / "contract.yml"
    app.write_text("import sys\nprint(sys.argv, sys.path, __file__)\nimport sibling\n1/0\n")
    shell = 'mkdir x && cd x && rmdir ../x && exec "$@"'
    for words in ([str(app), "a"], ["-m", "acme.good"], ["-m", "json.tool", "-h"], ["nowhere.py"]):
        shapes = []
        for command in ([], ["-m", "importspy", "run", "--contract", str(contract)]):
            code = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
            done = program.run("-c", code, "sh", "-c", shell, "sh", sys.executable, *command, *words)
            shapes.append(shape(done))
        assert shapes[0] == shapes[1]


def test_multiprocessing(program: Workshop) -> None:
    code = """
import multiprocessing, sys

def work(x):
    return x * 2, __name__, sys.argv

if __name__ == "__main__":
    for method in "spawn", "forkserver":
        with multiprocessing.get_context(method).Pool(1) as pool:
            print(pool.map(work, [1, 2]))
"""
    (program.folder / "sub" / "app.py").write_text(code)
    program.write("package/app.py", code)
    for words in (("sub/app.py", "a"), ("-m", "package.app", "a")):
        status, out, err = both(program, *words)
        assert (status, err) == (0, "")
        assert out.count("(4, '__mp_main__', ") == 2


# --- contracts --------------------------------------------------------------------------------------------------------


def test_imports_are_held_against_the_contract(program: Workshop) -> None:
    app = program.folder / "sub" / "app.py"
    app.write_text("import sys\nimport acme.good\nimport acme.bad\n")
    for options, env in (
        (["--contract", "contract.yml"], {}),
        (["--contract=contract.yml"], {}),
        ([], {"IMPORTSPY_CONTRACTS": "contract.yml"}),
        (["--contract", "contract.yml"], {"IMPORTSPY_CONTRACTS": "contract.yml"}),
    ):
        done = program.run("-m", "importspy", "run", *options, "sub/app.py", **env)
        assert done.returncode == 1
        first, place, line, last = done.stderr.splitlines()[:4]
        assert first == "Traceback (most recent call last):"
        assert place == f'  File "{app}", line 3, in <module>'
        assert line == "    import acme.bad"
        assert last == "importspy.ContractViolation: module 'acme.bad' is denied"


def test_a_denied_module_is_not_run(program: Workshop) -> None:
    for name in ("acme.bad", "acme"):
        program.write("acme/__main__.py", "import ran_marker\nprint('ran')\n")
        done = program.run(*RUN, "-m", name)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "function 'register' is missing" in done.stderr


def test_several_contracts(program: Workshop) -> None:
    program.contract('modules: ["acme.*"]\nfunctions: [teardown]\n', "more.yml")
    program.contract('modules: ["acme.*"]\nfunctions: [third]\n', "third.yml")
    (program.folder / "app.py").write_text("import os\nprint(os.environ['IMPORTSPY_CONTRACTS'])\nimport acme.bad\n")
    done = program.run(*RUN, "--contract", "more.yml", "app.py", IMPORTSPY_CONTRACTS="third.yml")
    assert [name for name in ("register", "teardown", "third") if f"function '{name}' is missing" in done.stderr] == [
        "register",
        "teardown",
        "third",
    ]
    names = ["third.yml", "contract.yml", "more.yml"]
    assert done.stdout.strip() == os.pathsep.join(str(program.folder / name) for name in names)


@pytest.mark.parametrize("where", ["option", "environment"])
def test_scenario_58_broken_contract_before_anything_runs(program: Workshop, where: str) -> None:
    program.contract('modules: ["acme.*"]\nfunctons: [register]\n')
    options, env = (RUN[3:], {}) if where == "option" else ((), {"IMPORTSPY_CONTRACTS": "contract.yml"})
    (program.folder / "app.py").write_text("print('ran')\n")
    done = program.run("-m", "importspy", "run", *options, "app.py", **env)
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("importspy: contract.yml:2:1: ISPY9")
    assert "Traceback" not in done.stderr


def test_modes_and_the_kill_switch(program: Workshop) -> None:
    (program.folder / "app.py").write_text("import acme.bad\nprint('let in')\n")
    for mode in ("warn", "audit", "off"):
        done = program.run(*RUN, "app.py", IMPORTSPY_MODE=mode)
        assert (done.returncode, done.stdout) == (0, "let in\n")
        assert ("ContractWarning" in done.stderr) == (mode == "warn")
    assert program.run(*RUN, "app.py", IMPORTSPY_MODE="loud").returncode == 78
    assert program.run(*RUN, "app.py", IMPORTSPY_DISABLE="perhaps").returncode == 78
    assert program.run(*RUN, "app.py", IMPORTSPY_DISABLE="0").returncode == 1
    for words in (RUN, RUN[:3], (*RUN[:3], "--contract", "nowhere.yml")):
        done = program.run(*words, "app.py", IMPORTSPY_DISABLE="1")
        assert (done.returncode, done.stdout, done.stderr) == (0, "let in\n", "")


def test_two_dashes_end_the_options(program: Workshop) -> None:
    (program.folder / "-m").write_text("import sys\nprint(sys.argv)\n")
    assert program.run(*RUN, "--", "-m", "--", "x").stdout == "['-m', '--', 'x']\n"
    assert program.run(*RUN, "--", "sub/app.py", "--").returncode == 0


@pytest.mark.parametrize(
    "words", [[], ["--"], ["--loud", "app.py"], ["--contract"], ["--contract", "contract.yml"], ["-m"]]
)
def test_a_call_that_is_wrong(program: Workshop, words: list[str]) -> None:
    done = program.run("-m", "importspy", "run", *words)
    assert (done.returncode, done.stdout) == (2, "")
    usage, sentence = done.stderr.splitlines()
    assert usage.startswith("usage: importspy run ")
    assert sentence.startswith("importspy run: ")


def test_no_contract_and_one_that_children_could_not_be_told_of(program: Workshop) -> None:
    (program.folder / "app.py").write_text("print('ran')\n")
    for words, part in ([], "no contract"), (["--contract", f"a{os.pathsep}b.yml"], "separates paths"):
        done = program.run("-m", "importspy", "run", *words, "app.py")
        assert (done.returncode, done.stdout) == (2, "")
        assert part in done.stderr


def test_help(program: Workshop) -> None:
    done = program.run("-m", "importspy", "run", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "-m MODULE" in done.stdout
    assert "run " in program.run("-m", "importspy", "--help").stdout
    assert program.run("-m", "importspy").returncode == 2

"""``importspy run``: a program under contracts, run as Python itself would run it.

Contracts come into force first; what is wrong with one ends the process before anything of the program runs. Then the
program is ``__main__``: its own namespace, its own sys.argv and sys.path[0], tracebacks that begin with it.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

import _importspy_activate as environment

from . import _core

TYPE_CHECKING = False  # typing would be loaded for the program
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import NoReturn, TypeAlias

    Program: TypeAlias = Callable[[ModuleType], object]

MISUSED = 2
USAGE = "usage: importspy run [--contract FILE]... (SCRIPT | -m MODULE) [ARGUMENT]...\n"
HELP = """
Runs a Python program with its imports held against contracts. They come into force before the program starts, and those
that the environment variable IMPORTSPY_CONTRACTS names as well. Child processes that are Python inherit them.

  SCRIPT              a file, or a folder or zip archive with a __main__.py
  -m MODULE           a module, as with python -m
  --contract FILE     a contract, or a folder of them; may be given several times
  -h, --help          this text

Exit status: that of the program; 78 a contract is wrong, 2 the call is wrong or there is nothing to run.
"""


class Call:
    """What the command line asks for. Everything behind SCRIPT or MODULE belongs to the program."""

    def __init__(self, words: Sequence[str]) -> None:
        self.contracts: list[str] = []
        self.module: str | None = None
        rest = list(words)
        while rest and rest[0].startswith("-") and rest[0] not in {"-", "--"} and self.module is None:
            self._option(rest.pop(0), rest)
        if rest and rest[0] == "--" and self.module is None:
            rest.pop(0)
        if self.module is None:
            if not rest:
                refuse("a SCRIPT or -m MODULE is missing")
            self.script = rest.pop(0)
        self.arguments = rest

    def _option(self, word: str, rest: list[str]) -> None:
        if word in {"-h", "--help"}:
            print(USAGE + HELP, end="")
            raise SystemExit(0)
        name, equals, value = word.partition("=")
        if word.startswith("-m"):
            self.module = word[2:] or self._value(word, rest)
        elif name == "--contract":
            self.contracts.append(value if equals else self._value(word, rest))
        else:
            refuse(f"there is no option {word!r}; Python's own stand before -m: python {word} -m importspy run ...")

    def _value(self, option: str, rest: list[str]) -> str:
        if not rest:
            refuse(f"{option} stands without a value")
        return rest.pop(0)


def refuse(sentence: str) -> NoReturn:
    environment.complain(f"{USAGE}importspy run: {sentence}\n")
    raise SystemExit(MISUSED)


def main(words: Sequence[str]) -> int:
    call = Call(words)
    put_in_force(call.contracts)
    leave_path()
    if call.module is not None:
        sys.argv = ["-m", *call.arguments]
        here = current_folder()
        if here is not None and not keeps_path_safe():
            sys.path.insert(0, here)
        program = as_module(call.module, alter_argv=True)
    else:
        sys.argv = [call.script, *call.arguments]
        program = as_archive(call.script) if is_archive(call.script) else as_script(call.script)
    execute(program)
    return 0


# --- contracts --------------------------------------------------------------------------------------------------------


def put_in_force(contracts: list[str]) -> None:
    """Those of the environment first, unless a startup file has done so already; both for child processes, too."""
    environment.activate()
    named = environment.named_by_environment()
    if os.environ.get("IMPORTSPY_DISABLE") == "1":
        return
    if not contracts and not named:
        refuse("there is no contract: give --contract FILE, or set IMPORTSPY_CONTRACTS")
    for path in contracts:
        if os.pathsep in path:
            refuse(f"{path!r}: {os.pathsep!r} separates paths, and child processes could not be told of this one")
    if contracts:
        try:
            _core.install(contracts)
        except (_core.ContractError, ValueError) as problem:
            environment.complain(f"importspy: {environment.describe(problem)}\n")
            raise SystemExit(environment.CONFIGURATION_ERROR) from None
        environment.hand_on([*named, *contracts])


# --- the program ------------------------------------------------------------------------------------------------------


def as_module(name: str, *, alter_argv: bool) -> Program:
    import runpy

    # What ``python -m`` itself calls. It takes its namespace from sys.modules["__main__"].
    run_as_main: Callable[[str, bool], object] = runpy._run_module_as_main  # type: ignore[attr-defined]
    return lambda main: run_as_main(name, alter_argv)


def is_archive(path: str) -> bool:
    """A folder, or a file that something on sys.path_hooks can import from: Python looks for __main__ in it."""
    for hook in sys.path_hooks:
        try:
            hook(path)
        except ImportError:
            continue
        return True
    return False


def as_archive(path: str) -> Program:
    sys.path.insert(0, absolute(path))  # whether or not the path is to be kept safe
    return as_module("__main__", alter_argv=False)


def as_script(path: str) -> Program:
    from importlib.machinery import SourceFileLoader, SourcelessFileLoader
    from importlib.util import MAGIC_NUMBER

    file = absolute(path)
    try:
        with open(file, "rb") as stream:
            content = stream.read()
    except OSError as problem:
        complain = f"{sys.executable}: can't open file {file!r}: [Errno {problem.errno}] {problem.strerror}\n"
        environment.complain(complain)
        raise SystemExit(MISUSED) from None
    compiled = file.endswith(".pyc") or content[:2] == MAGIC_NUMBER[:2]
    loader = (SourcelessFileLoader if compiled else SourceFileLoader)("__main__", file)
    if not keeps_path_safe():
        sys.path.insert(0, os.path.dirname(os.path.realpath(file)))

    def program(main: ModuleType) -> None:
        main.__file__ = file
        main.__dict__["__loader__"] = loader  # typeshed asks for load_module, which 3.15 has no more
        code = loader.get_code("__main__") if compiled else compile(content, file, "exec", dont_inherit=True)
        assert code is not None
        exec(code, main.__dict__)

    return program


def current_folder() -> str | None:
    """None: it has been deleted."""
    try:
        return os.getcwd()
    except OSError:
        return None


def absolute(path: str) -> str:
    """As Python spells it: "./app.py" keeps its dot."""
    return os.path.join(current_folder() or "", path)


def leave_path() -> None:
    """Takes away what Python has put on sys.path for us: the current folder for -m, else that of the command."""
    ours = {current_folder(), os.path.dirname(os.path.realpath(sys.argv[0]))}
    if not keeps_path_safe() and sys.path and sys.path[0] in ours:
        del sys.path[0]


def keeps_path_safe() -> bool:
    """Under -P and -I, Python puts neither the script's folder nor the current one on sys.path."""
    return bool(getattr(sys.flags, "safe_path", sys.flags.isolated))


def fresh_main() -> ModuleType:
    """A namespace as Python makes it for a program; what its versions differ in is copied from the one that it made."""
    import builtins

    main = ModuleType("__main__")
    made = vars(sys.modules["__main__"])
    main.__dict__["__builtins__"] = builtins
    for name, value in (("__annotations__", {}), ("__cached__", None)):
        if name in made:
            main.__dict__[name] = value
    return main


def execute(program: Program) -> None:
    main = fresh_main()
    sys.modules["__main__"] = main
    try:
        program(main)
    except SystemExit:
        raise
    except BaseException:
        leave_our_frames_out()
        raise


def leave_our_frames_out() -> None:
    """For the exception that is about to end the process: Python prints it, says goodbye and chooses the status."""
    theirs = sys.excepthook

    def hook(kind: type[BaseException], problem: BaseException, traceback: TracebackType | None) -> None:
        sys.excepthook = theirs
        while traceback is not None and traceback.tb_frame.f_code is not execute.__code__:
            traceback = traceback.tb_next
        traceback = None if traceback is None else traceback.tb_next
        while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
            traceback = traceback.tb_next
        theirs(kind, problem.with_traceback(traceback), traceback)

    sys.excepthook = hook

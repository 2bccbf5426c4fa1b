"""``Spy().importspy(...)`` and the old command line, as ImportSpy 0.4 documents them. Real processes, real imports."""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path

import importspy
import pytest
from conftest import Workshop
from importspy.persistences import PersistenceError
from importspy.s import ContractFormatError, ImportSpyViolation

CONTRACT = """
    classes:
      - name: Desk
        methods: [{name: serve, arguments: [{name: self}]}]
"""
DESK = """
    class Desk:
        def serve(self):
            return "served"
"""
ASKING = """
    import os
    from importspy import Spy
    importer = Spy().importspy(filepath=os.environ["CONTRACT"])
"""


@pytest.fixture
def contract(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = workshop.contract(CONTRACT, "spymodel.yml")
    monkeypatch.setenv("CONTRACT", str(path))
    return path


def program(workshop: Workshop, contract: Path, name: str, text: str) -> subprocess.CompletedProcess[str]:
    return workshop.run(workshop.write(name, text), CONTRACT=str(contract))


# --- a module that is given -------------------------------------------------------------------------------------------


def test_gives_back_the_very_module(workshop: Workshop, contract: Path) -> None:
    workshop.write("given.py", f"{DESK}\n    COUNT = []\n    COUNT.append(1)\n")
    given = importlib.import_module("given")
    assert importspy.Spy().importspy(filepath=str(contract), info_module=given) is given
    assert importspy.Spy().importspy(contract, None, given) is given
    assert given.COUNT == [1]
    assert sys.modules["given"] is given


def test_a_violation_is_a_value_error_and_an_import_error(workshop: Workshop, contract: Path) -> None:
    workshop.write("given.py", "class Desk: ...")
    given = importlib.import_module("given")
    with pytest.raises(ValueError, match="is denied") as caught:
        importspy.Spy().importspy(filepath=str(contract), info_module=given)
    violation = caught.value
    assert isinstance(violation, ImportSpyViolation | ImportError | importspy.ContractViolation)
    assert isinstance(violation, importspy.ContractViolation)
    assert (violation.name, violation.path) == ("given", given.__file__)
    assert [finding.code for finding in violation.violations] == ["ISPY407"]
    again = pickle.loads(pickle.dumps(violation))
    assert type(again) is ImportSpyViolation
    assert (str(again), again.report) == (str(violation), violation.report)


def test_what_the_source_leaves_open_is_looked_up_in_the_module(workshop: Workshop, contract: Path) -> None:
    workshop.write("given.py", 'globals()["Desk"] = type("Desk", (), {"serve": lambda self: 1})')
    given = importlib.import_module("given")
    assert importspy.check(given.__file__ or "", contract).verdict == "unprovable"
    assert importspy.Spy().importspy(filepath=contract, info_module=given) is given
    del given.Desk.serve
    with pytest.raises(ImportSpyViolation):
        importspy.Spy().importspy(filepath=contract, info_module=given)


def test_the_running_module_refutes_its_source(workshop: Workshop, contract: Path) -> None:
    workshop.write("given.py", DESK)
    given = importlib.import_module("given")
    del given.Desk
    with pytest.raises(ImportSpyViolation):
        importspy.Spy().importspy(filepath=contract, info_module=given)


def test_a_module_without_source(contract: Path) -> None:
    made = type(sys)("made")
    with pytest.raises(ImportSpyViolation):
        importspy.Spy().importspy(filepath=contract, info_module=made)
    exec("class Desk:\n    def serve(self): ...\n", made.__dict__)
    assert importspy.Spy().importspy(filepath=contract, info_module=made) is made


# --- contracts that are wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, "classes: [\n", "a: 1\na: 2\n", "!!python/object:os.system x\n"])
def test_a_contract_that_cannot_be_read(workshop: Workshop, text: str | None) -> None:
    path = workshop.folder / "none.yml" if text is None else workshop.contract(text)
    with pytest.raises(PersistenceError) as caught:
        importspy.Spy().importspy(filepath=path, info_module=sys)
    assert isinstance(caught.value, importspy.ContractError)
    assert not isinstance(caught.value, ValueError)
    assert caught.value.path == str(path)
    with pytest.raises(PersistenceError):
        importspy.Spy().importspy(info_module=sys)


def test_a_contract_that_says_what_contracts_cannot_say(workshop: Workshop) -> None:
    path = workshop.contract("clases: [Desk]\n")
    with pytest.raises(ValueError, match="unknown key 'clases'") as caught:
        importspy.Spy().importspy(filepath=path, info_module=sys)
    assert type(caught.value) is ContractFormatError
    assert (caught.value.line, caught.value.column) == (1, 1)


# --- who imports ------------------------------------------------------------------------------------------------------


def test_the_importer_is_held_against_the_contract(workshop: Workshop, contract: Path) -> None:
    workshop.write("asking.py", ASKING)
    done = program(
        workshop, contract, "main.py", f"{DESK}\n    import asking\n    print(asking.importer.Desk().serve())\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "served\n", "")
    done = program(workshop, contract, "main.py", "import asking\nprint('not reached')\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "importspy.s.ImportSpyViolation: module '__main__' is denied" in done.stderr
    assert "class 'Desk' is missing" in done.stderr


def test_an_importer_that_imports_first_and_defines_later(workshop: Workshop, contract: Path) -> None:
    """The documentation's own layout: the framework calls into its plugin while the plugin has just begun."""
    workshop.write("asking.py", f"{ASKING}\n    print(importer.Desk().serve(), importer.__name__)\n")
    main = f'print("begun")\nimport asking\n{textwrap.dedent(DESK)}\n'
    done = program(
        workshop,
        contract,
        "main.py",
        main + 'if __name__ == "__main__":\n    print("once", asking.importer.Desk is Desk)\n',
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["begun", "begun", "served __main__", "once True"]


def test_nothing_runs_twice_unless_it_is_needed(workshop: Workshop, contract: Path) -> None:
    workshop.write("asking.py", f"{ASKING}\n    def later():\n        return importer.Desk().serve()\n")
    workshop.write("plugin.py", f'print("ran")\nimport asking\n{textwrap.dedent(DESK)}')
    done = program(
        workshop,
        contract,
        "main.py",
        "import plugin, asking\nprint(asking.later(), asking.importer.Desk is plugin.Desk)\n",
    )
    assert (done.stdout, done.stderr) == ("ran\nserved True\n", "")


def test_the_importer_is_not_the_program(workshop: Workshop, contract: Path) -> None:
    """0.4 took the outermost frame, whoever that was; its documentation speaks of the module that imports."""
    workshop.write("asking.py", ASKING)
    workshop.write("plugin.py", f"{DESK}\n    import asking\n")
    done = program(
        workshop,
        contract,
        "main.py",
        "import plugin, asking\nprint(asking.importer.Desk is plugin.Desk, asking.importer.__name__)\n",
    )
    assert (done.stdout, done.stderr) == ("True plugin\n", "")
    workshop.write("plugin.py", "import asking\n")
    done = program(workshop, contract, "main.py", f"{DESK}\n    import plugin\n")
    assert "module 'plugin' is denied" in done.stderr


@pytest.mark.parametrize(
    "importing",
    [
        "import importlib; importlib.import_module('asking')",
        "__import__('asking')",
        "from asking import importer",
        "import runpy; runpy.run_module('asking')",
        "import importlib.util as u; s = u.find_spec('asking'); m = u.module_from_spec(s); s.loader.exec_module(m)",
        "import importspy; importspy.install(__import__('os').environ['GUARD']); import asking",
        "import importspy; importspy.load_file('asking', __file__.replace('main.py', 'asking.py'))",
        "def lazily():\n        import asking\n    lazily()",
        "exec(compile('import asking', '<text>', 'exec'))",
    ],
)
def test_every_way_of_importing(workshop: Workshop, contract: Path, importing: str) -> None:
    guard = workshop.contract("modules: [asking]\nvariables: [importer]\n", "guard.yml")
    workshop.write("asking.py", f"{ASKING}\n    print(importer.__name__)\n")
    path = workshop.write("main.py", f"{DESK}\n    {importing}\n")
    done = workshop.run(path, CONTRACT=str(contract), GUARD=str(guard))
    assert (done.stdout, done.stderr) == ("__main__\n", "")
    path = workshop.write("main.py", importing.replace("\n    ", "\n"))
    done = workshop.run(path, CONTRACT=str(contract), GUARD=str(guard))
    assert "ImportSpyViolation" in done.stderr
    assert done.stdout == ""


def test_a_function_of_the_protected_module_is_called(workshop: Workshop, contract: Path) -> None:
    workshop.write(
        "asking.py",
        """
        import os
        from importspy import Spy
        def register():
            return Spy().importspy(filepath=os.environ["CONTRACT"])
        """,
    )
    workshop.write("plugin.py", f"{DESK}\n    import asking\n    def enter():\n        return asking.register()\n")
    done = program(workshop, contract, "main.py", "import plugin\nprint(plugin.enter() is plugin)\n")
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_module_does_not_hold_itself_against_its_contract(workshop: Workshop, contract: Path) -> None:
    done = program(workshop, contract, "main.py", ASKING)
    assert done.returncode == 1
    assert "ValueError: Recursion detected during module analysis." in done.stderr


def test_an_importer_that_leaves_something_open(workshop: Workshop, contract: Path) -> None:
    workshop.write("asking.py", ASKING)
    late = 'import asking\nprint("run as", __name__)\nglobals()["Desk"] = type("Desk", (), {"serve": lambda self: 1})\n'
    done = program(workshop, contract, "main.py", late)
    assert (done.stdout.splitlines(), done.stderr) == (["run as main", "run as __main__"], "")
    done = program(workshop, contract, "main.py", late.replace('"Desk"]', '"Other"]'))
    assert "ImportSpyViolation" in done.stderr
    assert "run as __main__" not in done.stdout


def test_the_importer_stands_for_the_module(workshop: Workshop, contract: Path) -> None:
    checks = """
    from types import ModuleType
    assert isinstance(importer, ModuleType)
    assert importer.__file__.endswith("main.py") and importer.__spec__ is None
    importer.mark = 1
    assert importer.mark == 1 and "mark" in dir(importer)
    assert not hasattr(importer, "nothing")
    """
    workshop.write("asking.py", f"{ASKING}{checks}")
    done = program(workshop, contract, "main.py", "import asking\nclass Desk:\n    def serve(self): ...\nprint(mark)\n")
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_copy_that_asks_again_comes_to_an_end(workshop: Workshop, contract: Path) -> None:
    workshop.write(
        "asking.py",
        """
        import os
        from importspy import Spy
        def register():
            return Spy().importspy(filepath=os.environ["CONTRACT"]).Desk
        """,
    )
    text = "import asking\nasking.register()\nclass Desk:\n    def serve(self): ...\n"
    done = program(workshop, contract, "main.py", text)
    assert "Recursion detected during module analysis." in done.stderr


@pytest.mark.parametrize("name", ["importlib.util", "importlib.fake", "importspy.x", "runpy", "_frozen_importlib", ""])
def test_nobody_hides_behind_a_name(workshop: Workshop, contract: Path, name: str) -> None:
    """Frames of the import system are skipped: a plugin that calls itself so would pass for its own importer."""
    workshop.write("asking.py", ASKING)
    workshop.write("plugin.py", f"__name__ = {name!r}\nimport asking\n")
    done = program(workshop, contract, "main.py", f"{DESK}\n    import plugin\n    print('in')\n")
    assert done.stdout == ""
    assert "ImportSpyViolation" in done.stderr


def test_other_peoples_loaders_are_not_importers(workshop: Workshop, contract: Path) -> None:
    workshop.write("asking.py", f"{ASKING}\n    print(importer.__name__)\n")
    workshop.write(
        "hooks.py",
        """
        import sys
        from importlib.machinery import PathFinder, SourceFileLoader
        class Loader(SourceFileLoader):
            def exec_module(self, module):
                exec(self.get_code(module.__name__), module.__dict__)
        class Finder:
            @staticmethod
            def find_spec(name, path=None, target=None):
                spec = PathFinder.find_spec(name, path, target)
                if spec and name in ("asking", "plugin"):
                    spec.loader = Loader(name, spec.origin)
                return spec
        sys.meta_path.insert(0, Finder)
        """,
    )
    workshop.write("plugin.py", f"{DESK}\n    import asking\n")
    done = program(workshop, contract, "main.py", "import hooks, plugin\n")
    assert (done.stdout, done.stderr) == ("plugin\n", "")
    workshop.write("plugin.py", "import asking\n")
    done = program(workshop, contract, "main.py", f"{DESK}\n    import hooks, plugin\n")
    assert "module 'plugin' is denied" in done.stderr


def test_a_module_that_nobody_has_registered(workshop: Workshop, contract: Path) -> None:
    """Hosts that execute a plugin by its spec often leave sys.modules alone."""
    workshop.write(
        "asking.py",
        """
        import os
        from importspy import Spy
        def register():
            return Spy().importspy(filepath=os.environ["CONTRACT"])
        """,
    )
    late = 'globals()["Desk"] = type("Desk", (), {"serve": lambda self: 1})'
    workshop.write("plugin.py", f"import asking\nprint('ran')\n{late}\ndef enter():\n    return asking.register()\n")
    host = """
    import importlib.util as u
    spec = u.find_spec("plugin")
    plugin = u.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    print(plugin.enter().Desk is plugin.Desk)
    del plugin.Desk
    plugin.enter()
    """
    done = program(workshop, contract, "main.py", host)
    assert done.stdout == "ran\nTrue\n"
    assert "module 'plugin' is denied" in done.stderr


def test_threads_that_import_at_once(workshop: Workshop, contract: Path) -> None:
    for number in range(8):
        workshop.write(f"asking{number}.py", f"{ASKING}\n    importer.Desk().serve()\n")
        body = textwrap.dedent(DESK) if number % 2 else "class Other: ...\n"
        workshop.write(f"plugin{number}.py", f"import asking{number}\n{body}")
    host = """
    import threading
    said = {}
    def load(number):
        try:
            __import__(f"plugin{number}")
            said[number] = "in"
        except ValueError:
            said[number] = "out"
    threads = [threading.Thread(target=load, args=(n,)) for n in range(8)]
    for t in threads: t.start()
    for t in threads: t.join()
    print([said[n] for n in range(8)])
    """
    done = program(workshop, contract, "main.py", host)
    assert (done.stdout, done.stderr) == (str(["out", "in"] * 4) + "\n", "")


# --- logging ----------------------------------------------------------------------------------------------------------


def test_logging_is_the_hosts(workshop: Workshop, contract: Path) -> None:
    workshop.write("given.py", DESK)
    call = "import sys, importspy, given; before = 'logging' in sys.modules; spy = importspy.Spy(); "
    call += "f = lambda **k: spy.importspy(filepath='spymodel.yml', info_module=given, **k); "
    done = workshop.run("-c", call + "f(); f(); print(before)")
    assert (done.stdout, done.stderr) == ("False\n", "")
    done = workshop.run(
        "-c",
        call + "import logging; f(log_level=logging.DEBUG); f(log_level=logging.DEBUG); "
        "print(logging.getLogger().handlers, logging.getLogger().level)",
    )
    assert done.stdout == "[] 30\n"
    lines = done.stderr.splitlines()
    assert len(lines) == 4  # 0.4 wrote each line once more for each call before
    assert "[DEBUG] [importspy.Spy] [caller: s.py, line: " in lines[0]
    assert lines[1].endswith(f"'given' keeps {contract}")
    done = workshop.run("-c", call + "f(log_level='LOUD')")
    assert "RuntimeError: log level: " in done.stderr


def test_the_log_manager() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import logging\n"
            "from importspy.log_manager import LogManager\n"
            "manager = LogManager()\n"
            "manager.configure(logging.INFO)\n"
            "manager.get_logger('acme').info('told')\n"
            "try: manager.configure()\n"
            "except RuntimeError: print('once')\n",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "once\n"
    assert "[INFO] [acme] [caller: <string>, line: 5, function: <module>] told" in done.stderr


def test_names_that_the_documentation_mentions() -> None:
    from importspy.config import Config
    from importspy.s import Spy

    assert Spy is importspy.Spy
    assert (Config.ARCH_x86_64, Config.INTERPRETER_CPYTHON, Config.OS_MACOS) == ("x86_64", "CPython", "darwin")


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["site/given.py", "-s", "spymodel.yml", "-l", "WARNING"],
        ["-s", "spymodel.yml", "-l", "DEBUG", "site/given.py"],
        ["site/given.py", "--spymodel", "spymodel.yml", "--log-level", "ERROR"],
        ["--spymodel=spymodel.yml", "site/given.py"],
        ["-sspymodel.yml", "site/given.py"],
        ["site/given.py"],
    ],
)
def test_the_old_command_line(workshop: Workshop, contract: Path, words: list[str]) -> None:
    workshop.write("given.py", DESK)
    done = workshop.run("-m", "importspy", *words)
    assert (done.returncode, done.stdout) == (0, "")
    assert ("[DEBUG]" in done.stderr or "[INFO]" in done.stderr) == ("DEBUG" in words)
    workshop.write("given.py", "class Desk: ...\nraise SystemExit('it has run')\n")
    done = workshop.run("-m", "importspy", *words)
    assert done.returncode == 1
    assert done.stdout.startswith("Module is NOT compliant with the import contract.\n\nReason:\n  ")
    assert "method 'Desk.serve' is missing" in done.stdout
    assert "it has run" not in done.stderr


def test_the_old_command_line_executes_what_must_be_looked_at(workshop: Workshop, contract: Path) -> None:
    workshop.write("base.py", 'print("base", end=" ")')
    late = 'import base\nprint("ran")\nglobals()["{}"] = type("Desk", (), {{"serve": lambda self: 1}})\n'
    workshop.write("given.py", late.format("Desk"))
    environment = {"PYTHONPATH": str(Path(importspy.__file__).resolve().parent.parent)}
    done = workshop.run("-m", "importspy", "site/given.py", **environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "base ran\n", "")
    workshop.write("given.py", late.format("Other"))
    done = workshop.run("-m", "importspy", "site/given.py", **environment)
    assert done.returncode == 1
    assert "Module is NOT compliant" in done.stdout
    workshop.write("given.py", "from nowhere import *\n")
    done = workshop.run("-m", "importspy", "site/given.py", **environment)
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stdout


def test_what_may_stay_unprovable_is_not_executed(workshop: Workshop) -> None:
    for word, status in (("allow", 0), ("deny", 1)):
        contract = workshop.contract(f"unprovable: {word}\nclasses: [Desk]\n", "spymodel.yml")
        workshop.write("given.py", 'print("ran")\nexec("Desk = 3")\n')
        done = workshop.run("-m", "importspy", "site/given.py")
        assert (done.returncode, "ran\n" in done.stdout) == (status, False)
        workshop.write("asking.py", ASKING)
        done = program(workshop, contract, "main.py", 'import asking\nprint("run as", __name__)\nexec("Desk = 3")\n')
        assert (done.returncode, done.stdout) == (status, "" if status else "run as __main__\n")


def test_the_old_command_line_used_wrongly(workshop: Workshop, contract: Path) -> None:
    workshop.write("given.py", DESK)
    for words, said in [
        (["site/none.py"], "cannot read 'site/none.py'"),
        (["site/given.py", "-s", "none.yml"], "none.yml"),
        (["site/given.py", "-l", "LOUD"], "invalid choice"),
        (["-s", "spymodel.yml"], "MODULEPATH"),
        (["chekc", "site/given.py"], "invalid choice"),
    ]:
        done = workshop.run("-m", "importspy", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert said in done.stderr, words


def test_version(workshop: Workshop) -> None:
    for words in (["-v"], ["--version"], ["x.py", "-v"]):
        done = workshop.run("-m", "importspy", *words)
        assert (done.returncode, done.stdout) == (0, f"importspy {importspy.__version__}\n")


def test_spy_costs_nothing_unless_it_is_used() -> None:
    """`import importspy` must not load logging, argparse or typing."""
    package = os.path.dirname(os.path.dirname(importspy.__file__))
    script = f"import sys; sys.path.insert(0, {package!r}); before = set(sys.modules); import importspy; "
    script += "print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
    assert "importspy._core" in done.stdout
    for name in ("logging", "typing", "argparse", "importspy.s", "importspy._importer"):
        assert f"'{name}'" not in done.stdout

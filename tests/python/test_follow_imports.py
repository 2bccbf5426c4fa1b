"""Names are followed before a guarded module runs; what runs then has the last word."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import importspy
import pytest

BASE = "class Base:\n    label = 'base'\n    def stop(self): ...\n"
WITH_HALT = BASE + "    def halt(self): ...\n"
PLUGIN = "print('ran')\nfrom api import Base\nclass Mine(Base): pass\n"
HAS_HALT = "modules: [plugin]\nclasses: [{name: Mine, methods: [halt]}]\n"
HAS_STOP = "modules: [plugin]\nclasses: [{name: Mine, superclasses: [api.Base], methods: [stop]}]\n"

IMPORT = """
    try:
        import plugin
        print("admitted")
    except importspy.ContractViolation:
        print("denied")
    print(sorted({"plugin"} & set(sys.modules)))
"""


def run(folder: Path, contract: str, program: str, files: dict[str, str]) -> list[str]:
    """What a fresh interpreter prints: "ran" where the plugin was executed, then what became of it."""
    for name, text in {"plugin.py": PLUGIN, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "contract.yml").write_text(contract, "utf-8")
    package = str(Path(importspy.__file__).resolve().parent.parent)
    head = f"import sys\nsys.path[:0] = [{str(folder)!r}, {package!r}]\nimport importspy\n"
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(program)],
        cwd=folder,
        env={**env, "IMPORTSPY_CACHE": str(folder / "cache")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


INSTALL = "importspy.install('contract.yml')\n"
ADMITTED = ["ran", "admitted", "['plugin']"]
DENIED_BEFORE = ["denied", "[]"]
DENIED_AFTER = ["ran", "denied", "[]"]


def program(before: str = "", after: str = "") -> str:
    return textwrap.dedent(before) + INSTALL + textwrap.dedent(after) + textwrap.dedent(IMPORT)


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("policy", ["confirm", "deny", "allow"])
def test_what_a_base_brings_is_known_before_the_module_runs(tmp_path: Path, live: bool, policy: str) -> None:
    before = "import api\n" if live else ""
    unprovable = f"unprovable: {policy}\n"
    assert run(tmp_path, HAS_STOP + unprovable, program(before), {"api.py": BASE}) == ADMITTED
    assert run(tmp_path, HAS_HALT + unprovable, program(before), {"api.py": BASE}) == DENIED_BEFORE
    assert run(tmp_path, HAS_HALT + unprovable, program(before), {"api.py": WITH_HALT}) == ADMITTED


@pytest.mark.parametrize(
    "before",
    [
        "import api\napi.Base.halt = lambda self: None\n",
        "import api\nclass Other:\n    def halt(self): ...\napi.Base = Other\n",
        "import types\napi = types.ModuleType('api')\nsys.modules['api'] = api\n"
        "class Base:\n    def halt(self): ...\napi.Base = Base\n",
        "import api\nopen('api.py', 'a').write('# as before\\n')\napi.Base.halt = lambda self: None\n",
    ],
    ids=["patched", "replaced", "another module", "patched and edited"],
)
def test_a_module_that_runs_already_is_what_counts(tmp_path: Path, before: str) -> None:
    assert run(tmp_path, HAS_HALT, program(before), {"api.py": BASE}) == ADMITTED


def test_an_update_of_the_file_of_a_running_module_denies_nothing(tmp_path: Path) -> None:
    before = "import api\nopen('api.py', 'w').write('class Base: pass')\n"
    assert run(tmp_path, HAS_HALT, program(before), {"api.py": WITH_HALT}) == ADMITTED


def test_an_update_of_the_file_of_a_running_module_admits_nothing(tmp_path: Path) -> None:
    before = f"import api\nopen('api.py', 'w').write({WITH_HALT!r})\n"
    assert run(tmp_path, HAS_HALT, program(before), {"api.py": BASE}) == DENIED_AFTER


FINDER = """
    import importlib.machinery, importlib.util
    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "api":
                return importlib.util.spec_from_file_location("api", "other/api.py")
    sys.meta_path.insert(0, Finder())
"""


@pytest.mark.parametrize("before", [True, False])
def test_a_finder_that_knows_another_module_of_that_name(tmp_path: Path, before: bool) -> None:
    both = program(FINDER) if before else program("", FINDER)
    assert run(tmp_path, HAS_HALT, both, {"api.py": BASE, "other/api.py": WITH_HALT}) == ADMITTED
    assert run(tmp_path, HAS_HALT, both, {"api.py": WITH_HALT, "other/api.py": BASE}) == DENIED_AFTER


def test_a_plugin_that_changes_the_path(tmp_path: Path) -> None:
    plugin = "import sys\nsys.path.insert(0, 'vendored')\n" + PLUGIN
    files = {"plugin.py": plugin, "api.py": BASE, "vendored/api.py": WITH_HALT}
    assert run(tmp_path, HAS_HALT, program(), files) == ADMITTED
    files = {"plugin.py": plugin, "api.py": WITH_HALT, "vendored/api.py": BASE}
    assert run(tmp_path, HAS_HALT, program(), files) == DENIED_AFTER


def test_a_plugin_that_replaces_the_module_of_its_base(tmp_path: Path) -> None:
    fake = "import sys, types\nfake = types.ModuleType('api')\nfake.Base = type('Base', (), {})\n"
    fake += "sys.modules['api'] = fake\n"
    assert run(tmp_path, HAS_HALT, program(), {"plugin.py": fake + PLUGIN, "api.py": WITH_HALT}) == DENIED_AFTER


def test_a_file_that_is_swapped_before_the_module_runs(tmp_path: Path) -> None:
    swap = f"""
        def swap(event, arguments):
            if event == "importspy.verdict":
                open("api.py", "w").write({BASE!r})
        sys.addaudithook(swap)
    """
    assert run(tmp_path, HAS_HALT, program(swap), {"api.py": WITH_HALT}) == DENIED_AFTER


def test_a_forged_pyc_of_the_base(tmp_path: Path) -> None:
    forge = f"""
        import importlib._bootstrap_external as external, importlib.util, os
        path = importlib.util.cache_from_source("api.py")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        code = compile({BASE!r}, os.path.abspath("api.py"), "exec")
        open(path, "wb").write(external._code_to_hash_pyc(code, b"12345678", False))
    """
    assert run(tmp_path, HAS_HALT, program(forge), {"api.py": WITH_HALT}) == DENIED_AFTER


def test_what_a_base_says_in_its_constructor_is_seen_before_and_kept_after(tmp_path: Path) -> None:
    base = "class Base:\n    def __init__(self):\n        self.state = None\n"
    contract = "modules: [plugin]\nclasses: [{name: Mine, attributes: [{name: state, type: instance}]}]\n"
    assert run(tmp_path, contract, program(), {"api.py": base}) == ADMITTED


def test_loading_past_the_finders(tmp_path: Path) -> None:
    load = """
        import importlib.util
        importspy.install('contract.yml')
        try:
            spec = importlib.util.spec_from_file_location("plugin", "plugin.py")
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
            print("admitted")
        except importspy.ContractViolation:
            print("denied")
    """
    assert run(tmp_path, HAS_STOP, load, {"api.py": BASE}) == ["ran", "admitted"]
    assert run(tmp_path, HAS_HALT, load, {"api.py": BASE}) == ["denied"]
    swap = "import importlib.util, api; api.Base = type('Base', (), {})"
    swapped = load.replace("import importlib.util", swap, 1)
    assert run(tmp_path, HAS_STOP, swapped, {"api.py": BASE}) == ["ran", "denied"]


def test_what_needs_nothing_from_elsewhere_looks_nowhere(tmp_path: Path) -> None:
    listen = """
        import api
        opened = []
        sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == "open" else None)
    """
    own = "class Mine(Base):\n    def halt(self): ...\nPLACE = 1\ndef register(app): ...\n"
    plugin = PLUGIN.replace("class Mine(Base): pass\n", own)
    contract = HAS_HALT + "variables: [PLACE]\nfunctions: [register]\n"
    both = program(listen) + "print([path for path in opened if path.endswith('api.py')])\n"
    assert run(tmp_path, contract, both, {"api.py": BASE, "plugin.py": plugin}) == [*ADMITTED, "[]"]
    assert run(tmp_path, HAS_STOP, both, {"api.py": BASE, "plugin.py": plugin})[-1] != "[]"


def test_threads_that_import_at_once(tmp_path: Path) -> None:
    threads = """
        import threading, importlib
        names = [f"plugin{i}" for i in range(8)]
        said = []
        def load(name):
            try:
                importlib.import_module(name)
                said.append("admitted")
            except importspy.ContractViolation:
                said.append("denied")
        all_of_them = [threading.Thread(target=load, args=(name,)) for name in names]
        for thread in all_of_them: thread.start()
        for thread in all_of_them: thread.join()
        print(sorted(said))
    """
    files = {"api.py": BASE} | {
        f"plugin{i}.py": "from api import Base\nclass Mine(Base):\n    "
        + ("pass\n" if i % 2 else "def halt(self): ...\n")
        for i in range(8)
    }
    said = run(tmp_path, HAS_HALT.replace("[plugin]", '["plugin*"]'), INSTALL + textwrap.dedent(threads), files)
    assert said == [str(["admitted"] * 4 + ["denied"] * 4)]

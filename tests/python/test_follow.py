"""Names that come from elsewhere are followed through the sources of other modules; held against Python itself."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import importspy
import pytest
from importspy import _core

API = """
    import abc

    VERSION = "1.2"
    LIMITS = [1, 2]

    class Root(abc.ABC):
        level: int = 1

        def __init__(self, name):
            self.state = None

        @abc.abstractmethod
        def run(self, job): ...

    class Plugin(Root):
        label = "plugin"

        def stop(self, *, now=False): ...

        @classmethod
        def make(cls): ...

    class _Hidden:
        def hidden(self): ...

    def register(app, config=None): ...

    def _private(): ...

    class Outer:
        class Inner(Plugin):
            def inner(self): ...
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), "utf-8")


def check(folder: Path, clauses: str, name: str = "plugin.py") -> importspy.Report:
    contract = folder / "contract.yml"
    contract.write_text(clauses, "utf-8")
    before = set(sys.modules)
    report = importspy.check(folder / name, contract)
    assert set(sys.modules) == before
    return report


def verdict(folder: Path, clauses: str) -> tuple[str, str | None]:
    report = check(folder, clauses)
    return report.verdict, next((finding.reason for finding in report.findings if finding.reason), None)


def ask_python(folder: Path, expression: str, **environment: str) -> object:
    """What is true of the plugin when Python has imported it."""
    program = f"import inspect, sys; sys.path.insert(0, {str(folder)!r}); import plugin; print(bool({expression}))"
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-B", "-c", program],
        env={**env, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip() == "True"


MINE = "classes: [{name: Mine, "
HAS_STOP = f'{MINE}methods: ["def stop(self, *, now=...): ..."]}}]'
HAS_HALT = f"{MINE}methods: [halt]}}]"
HAS_STATE = f"{MINE}attributes: [{{name: state, type: instance}}]}}]"
IS_ROOT = f"{MINE}superclasses: [api.Root]}}]"
REGISTER = 'functions: [{name: register, call: "(app, config)"}]'

TRUE_OF_MINE = {
    HAS_STOP: "list(inspect.signature(plugin.Mine.stop).parameters) == ['self', 'now']",
    HAS_HALT: "hasattr(plugin.Mine, 'halt')",
    IS_ROOT: "any((c.__module__, c.__name__) == ('api', 'Root') for c in plugin.Mine.__mro__)",
    REGISTER: "inspect.isfunction(plugin.register) and len(inspect.signature(plugin.register).parameters) == 2",
}

PLUGINS = {
    "from": "from api import Plugin\nclass Mine(Plugin): pass\n",
    "as": "from api import Plugin as P\nclass Mine(P): pass\n",
    "import": "import api\nclass Mine(api.Plugin): pass\n",
    "import as": "import api as a\nclass Mine(a.Plugin): pass\n",
    "star": "from api import *\nclass Mine(Plugin): pass\n",
    "star of all": "from listed import *\nclass Mine(Plugin): pass\n",
    "chain": "from one import Plugin\nclass Mine(Plugin): pass\n",
    "alias": "from aliases import Base\nclass Mine(Base): pass\n",
    "package": "from pkg import Plugin\nclass Mine(Plugin): pass\n",
    "submodule": "import pkg.inner\nclass Mine(pkg.inner.Plugin): pass\n",
    "from submodule": "from pkg import inner\nclass Mine(inner.Plugin): pass\n",
    "namespace": "from space.deep import Plugin\nclass Mine(Plugin): pass\n",
    "nested": "from api import Outer\nclass Mine(Outer.Inner): pass\n",
    "re-exported class": "from made import Mine\n",
    "re-exported as": "from made import Mine as Other\nMine = Other\n",
    "diamond": "from api import Plugin, Root\nclass A(Plugin): pass\nclass B(Root): pass\nclass Mine(A, B): pass\n",
    "decided": "from decided import Plugin\nclass Mine(Plugin): pass\n",
    "star before": "from api import Plugin\nfrom listed import *\nclass Mine(Plugin): pass\n",
    "both arms": "try:\n    from api import Plugin\nexcept ImportError:\n    from one import Plugin\n"
    "class Mine(Plugin): pass\n",
}

TREE = {
    "api.py": API,
    "one.py": "from two import Plugin",
    "two.py": "from pkg import Plugin",
    "listed.py": "from api import *\n__all__ = ['Plugin', 'register']",
    "aliases.py": "import api\nBase = api.Plugin",
    "made.py": "from api import Plugin\nclass Mine(Plugin): pass",
    "pkg/__init__.py": "from .inner import Plugin",
    "pkg/inner.py": "from ..api import Plugin\n".replace("..api", "api"),
    "space/deep.py": "from api import Plugin",
    "decided.py": """
        import sys
        if sys.version_info >= (3, 0):
            from api import Plugin
        else:
            from nowhere import Plugin
    """,
}


@pytest.mark.parametrize("way", PLUGINS)
def test_each_way_to_take_a_class_from_elsewhere(tmp_path: Path, way: str) -> None:
    write(tmp_path, {**TREE, "plugin.py": PLUGINS[way]})
    for clauses, truth in TRUE_OF_MINE.items():
        if clauses == REGISTER:
            continue
        found, reason = verdict(tmp_path, clauses)
        assert found == ("pass" if ask_python(tmp_path, truth) else "fail"), (clauses, reason)
    assert verdict(tmp_path, HAS_STATE) == ("pass", None)


@pytest.mark.parametrize(
    ("plugin", "expected"),
    [
        ("from api import register\n", "pass"),
        ("from api import *\n", "pass"),
        ("from listed import *\n", "pass"),
        ("from listed import Plugin as register\n", "fail"),
        ("from api import VERSION as register\n", "fail"),
        ("import api\nregister = api.register\n", "unprovable"),
        ("from api import *\nfrom replaced import *\n", "fail"),
        ("from replaced import *\nfrom api import *\n", "pass"),
        ("from replaced import *\nif len(__name__) > 3:\n    from api import *\n", "unprovable"),
        ("from api import *\ndef register(app, config): ...\n", "pass"),
        ("def register(app, config): ...\nfrom replaced import *\n", "unprovable"),
        ("def register(app, config): ...\nfrom underscored import *\n", "pass"),
        ("from underscored import *\n", "fail"),
        ("from made import *\n", "fail"),
    ],
)
def test_functions_and_star_imports(tmp_path: Path, plugin: str, expected: str) -> None:
    more = {"replaced.py": "register = 3\n", "underscored.py": "def _register(): ...\n__doc__ = 'x'\n"}
    write(tmp_path, {**TREE, **more, "plugin.py": plugin})
    assert verdict(tmp_path, REGISTER)[0] == expected
    if expected != "unprovable":
        fits = "callable(getattr(plugin, 'register', None)) and inspect.isfunction(plugin.register)"
        assert ask_python(tmp_path, fits) == (expected == "pass")


@pytest.mark.parametrize(
    ("files", "clauses", "reason"),
    [
        ({"plugin.py": "from nowhere import Base\nclass Mine(Base): pass\n"}, HAS_HALT, "source-not-found"),
        ({"plugin.py": "from broken import Base\nclass Mine(Base): pass\n"}, HAS_HALT, "source-unreadable"),
        ({"plugin.py": "from asking import Base\nclass Mine(Base): pass\n"}, HAS_HALT, "module-getattr"),
        ({"plugin.py": "from writing import Base\nclass Mine(Base): pass\n"}, HAS_HALT, "dynamic-namespace"),
        ({"plugin.py": "from both import Base\nclass Mine(Base): pass\n"}, HAS_HALT, "conditional"),
        ({"plugin.py": "from ring import Base\nclass Mine(Base): pass\n"}, HAS_HALT, "follow-limit"),
        ({"plugin.py": "from long0 import Base\nclass Mine(Base): pass\n"}, HAS_HALT, "follow-limit"),
        ({"plugin.py": "from api import Plugin\nPlugin.halt = 3\nclass Mine(Plugin): pass\n"}, HAS_HALT, None),
        ({"plugin.py": "import api\napi.Plugin = object\nclass Mine(api.Plugin): pass\n"}, HAS_STOP, None),
        (
            {"plugin.py": "from api import LIMITS\nLIMITS.append(3)\n"},
            "variables: [{name: LIMITS, value: [1, 2]}]",
            None,
        ),
        ({"plugin.py": "from moving.sub import Base\nclass Mine(Base): pass\n"}, HAS_HALT, "source-ambiguous"),
        ({"plugin.py": "from _thread import LockType as Base\nclass Mine(Base): pass\n"}, HAS_HALT, "no-source"),
    ],
)
def test_what_cannot_be_followed_stays_open(
    tmp_path: Path, files: dict[str, str], clauses: str, reason: str | None
) -> None:
    chain = {f"long{i}.py": f"from long{i + 1} import Base\n" for i in range(30)}
    tree = {
        "broken.py": "class Base(:\n",
        "asking.py": "def __getattr__(name): ...\n",
        "writing.py": "globals()['Ba' + 'se'] = object\n",
        "both.py": "if len(__file__) > 3:\n    class Base: pass\nelse:\n    class Base:\n        def halt(self): ...\n",
        "ring.py": "from ring2 import Base\n",
        "ring2.py": "from ring import Base\n",
        "long30.py": "class Base: pass\n",
        "moving/__init__.py": "__path__ = ['/elsewhere']\n",
        "moving/sub.py": "class Base: pass\n",
        **chain,
    }
    write(tmp_path, {**TREE, **tree, **files})
    found = verdict(tmp_path, clauses)
    assert found[0] == "unprovable"
    if reason is not None:
        assert found[1] == reason


def test_the_number_of_modules_is_bounded(tmp_path: Path) -> None:
    many = {f"m{i}.py": f"class Base{i}: pass\n" for i in range(80)}
    imports = "".join(f"from m{i} import Base{i}\n" for i in range(80))
    classes = "".join(f"class Mine{i}(Base{i}): pass\n" for i in range(80))
    write(tmp_path, {**many, "plugin.py": imports + classes})
    clauses = "classes:\n" + "".join(f"  - {{name: Mine{i}, methods: [halt]}}\n" for i in range(80))
    report = check(tmp_path, clauses)
    reasons = [finding.reason for finding in report.findings]
    assert reasons.count(None) == 64
    assert reasons.count("follow-limit") == 16


def test_a_module_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    large = "class Base: pass\n" + "#" * (17 * 1024 * 1024)
    write(tmp_path, {"large.py": large, "plugin.py": "from large import Base\nclass Mine(Base): pass\n"})
    assert verdict(tmp_path, HAS_HALT) == ("unprovable", "follow-limit")


def test_relative_imports_of_a_file_in_a_package(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "acme/__init__.py": "",
            "acme/plugins/__init__.py": "",
            "acme/api.py": API,
            "acme/plugins/mail.py": "from ..api import Plugin\nclass Mine(Plugin): pass\n",
        },
    )
    path = "acme/plugins/mail.py"
    assert check(tmp_path, HAS_STOP, path).verdict == "pass"
    assert check(tmp_path, HAS_HALT, path).verdict == "fail"
    assert check(tmp_path, f"{MINE}superclasses: [acme.api.Root]}}]", path).verdict == "pass"
    assert check(tmp_path, f"{MINE}superclasses: [acme.other.Root]}}]", path).verdict == "fail"


def test_a_file_that_changes_the_path_is_followed_within_its_package(tmp_path: Path) -> None:
    moves = "import sys\nsys.path.insert(0, 'vendored')\n"
    write(tmp_path, {**TREE, "plugin.py": moves + PLUGINS["from"]})
    assert verdict(tmp_path, HAS_STOP) == ("unprovable", "source-ambiguous")
    inside = {
        "acme/__init__.py": "",
        "acme/api.py": API,
        "acme/mail.py": moves + PLUGINS["from"].replace("api", ".api"),
    }
    write(tmp_path, inside)
    assert check(tmp_path, HAS_STOP, "acme/mail.py").verdict == "pass"


def test_a_class_is_known_by_each_of_its_names(tmp_path: Path) -> None:
    write(tmp_path, {**TREE, "plugin.py": "from one import Plugin\nclass Mine(Plugin): pass\n"})
    for name in ("one.Plugin", "two.Plugin", "pkg.Plugin", "pkg.inner.Plugin", "api.Plugin", "api.Root", "Root"):
        assert verdict(tmp_path, f"{MINE}superclasses: [{name}]}}]") == ("pass", None), name
    for name in ("api.Outer", "api._Hidden", "Outer"):
        assert verdict(tmp_path, f"{MINE}superclasses: [{name}]}}]") == ("fail", None), name
    assert verdict(tmp_path, f"{MINE}superclasses: [nowhere.Base]}}]")[0] == "unprovable"


def test_annotations_mean_what_they_mean_where_they_stand(tmp_path: Path) -> None:
    api = "from typing import List as L\nclass Base:\n    def run(self, jobs: L[int]) -> 'L[str]': ...\n"
    plugin = "L = dict\nfrom api2 import Base\nclass Mine(Base): pass\n"
    write(tmp_path, {"api2.py": api, "plugin.py": plugin})
    assert verdict(tmp_path, f'{MINE}methods: ["def run(self, jobs: list[int]) -> list[str]"]}}]') == ("pass", None)
    assert verdict(tmp_path, f'{MINE}methods: ["def run(self, jobs: dict[int]) -> list[str]"]}}]')[0] == "fail"


def test_findings_stand_in_the_file_that_is_checked(tmp_path: Path) -> None:
    write(tmp_path, {**TREE, "plugin.py": "import os\n\nfrom api import Plugin\n\n\nclass Mine(Plugin):\n    pass\n"})
    (finding,) = check(tmp_path, f'{MINE}methods: ["def stop(self, then): ..."]}}]').findings[:1]
    assert (finding.line, finding.column) == (6, 7)
    assert finding.hint is not None
    assert finding.hint.endswith(f"it is defined at {tmp_path / 'api.py'}:18")


def test_a_change_is_noticed(tmp_path: Path) -> None:
    write(tmp_path, {**TREE, "plugin.py": PLUGINS["chain"]})
    assert verdict(tmp_path, HAS_HALT)[0] == "fail"
    write(tmp_path, {"api.py": API.replace("def stop", "def halt(self): ...\n\n        def stop")})
    assert verdict(tmp_path, HAS_HALT)[0] == "pass"
    write(tmp_path, {"two.py": "class Plugin: pass\n"})
    assert verdict(tmp_path, HAS_HALT)[0] == "fail"
    (tmp_path / "two.py").unlink()
    assert verdict(tmp_path, HAS_HALT) == ("unprovable", "source-not-found")


def test_a_folder_counts_as_being_on_the_path(tmp_path: Path) -> None:
    write(tmp_path / "work", {**TREE, "plugins/mail.py": PLUGINS["from"]})
    (tmp_path / "contract.yml").write_text('files: ["**/mail.py"]\n' + HAS_STOP)
    done = subprocess.run(
        [sys.executable, "-m", "importspy", "check", "--strict", "work", "--contract", "contract.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_base_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    contract = tmp_path / "contract.yml"
    contract.write_text(HAS_STOP)
    opened: list[str] = []
    hearing = True

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if hearing and event == "open":
            opened.append(str(arguments[0]))

    os.utime(tmp_path / "api.py", (0, 0))
    contracts = _core._load(contract)
    for number in range(20):
        (tmp_path / f"plugin{number}.py").write_text(PLUGINS["from"])
    sys.addaudithook(hear)
    for number in range(20):
        assert contracts.check(str(tmp_path / f"plugin{number}.py")).verdict == "pass"
    hearing = False
    # a file that was written just now is compared byte for byte, and not parsed again
    assert opened.count(str(tmp_path / "api.py")) <= 20

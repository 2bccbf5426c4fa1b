"""Lazy imports of Python 3.15 (PEP 810): a contracted name is validated where it is declared. Before 3.15 there is no
such syntax and no filter; what the tests say of those versions is that."""

from __future__ import annotations

import sys

import pytest
from conftest import Workshop
from structures import names, structure

LAZY = sys.version_info >= (3, 15)

# name -> (declaration, use), of a module that breaks its contract
BAD = {
    "module": ("lazy import acme.bad", "acme.bad"),
    "module_as": ("lazy import acme.bad as b", "b"),
    "from_package": ("lazy from acme import bad", "bad"),
    "from_module": ("lazy from acme.bad import other", "other"),
    "on_the_way": ("lazy import acme.pack.inner", "acme.pack.inner"),
    "several": ("lazy from acme import good, bad", "good"),
}


def run(plain: Workshop, program: str) -> str:
    done = plain.run("-c", program)
    if not LAZY:
        assert done.returncode == 1
        assert "SyntaxError" in done.stderr
        assert not hasattr(sys, "set_lazy_imports_filter")
        return "no lazy imports"
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def lazy(plain: Workshop) -> Workshop:
    plain.write("acme/pack/__init__.py", "import ran_marker\n")
    plain.write("acme/pack/inner.py", "def register(app): pass\n")
    return plain


@pytest.mark.parametrize("way", BAD)
def test_scenario_63_a_bad_lazy_import_is_denied_where_it_is_declared(lazy: Workshop, way: str) -> None:
    declaration, _ = BAD[way]
    program = f"""
import sys, importspy
importspy.install("contract.yml")
try:
    exec('''{declaration}''', globals())
except importspy.ContractViolation as problem:
    print("denied", problem.name)
assert "ran_marker" not in sys.modules
"""
    name = "acme.pack" if way == "on_the_way" else "acme.bad"
    if not LAZY:
        program = declaration
    assert run(lazy, program) in {f"denied {name}\n", "no lazy imports"}


@pytest.mark.parametrize("way", BAD)
def test_scenario_63_what_was_declared_before_is_denied_when_it_is_used(lazy: Workshop, way: str) -> None:
    declaration, use = BAD[way]
    program = f"""
import sys, importspy
{declaration}
importspy.install("contract.yml")
assert "acme" not in sys.modules
try:
    {"bad" if way == "several" else use}
except ImportError as problem:
    while problem is not None and not isinstance(problem, importspy.ContractViolation):
        problem = problem.__cause__ or problem.__context__
    print("denied", problem.name)
assert "ran_marker" not in sys.modules
"""
    name = "acme.pack" if way == "on_the_way" else "acme.bad"
    assert run(lazy, program) in {f"denied {name}\n", "no lazy imports"}


def test_scenario_63_a_good_one_works_and_others_stay_lazy(lazy: Workshop) -> None:
    program = """
import sys, importspy
lazy import json.tool
importspy.install("contract.yml")
lazy import acme.good
lazy import colorsys
lazy from wave import open as open_wave
assert "acme.good" in sys.modules, "it is validated and imported where it is declared"
assert not {"json.tool", "colorsys", "wave"} & set(sys.modules)
print(acme.good.register(3), colorsys.rgb_to_hsv(0, 0, 0)[0])
"""
    assert run(lazy, program) in {"3 0.0\n", "no lazy imports"}


def test_the_filter_of_the_host_is_asked_and_put_back(lazy: Workshop) -> None:
    program = """
import sys, importspy
asked = []
def mine(importing, imported, names):
    asked.append(imported)
    return imported != "colorsys"
sys.set_lazy_imports_filter(mine)
guard = importspy.install("contract.yml")
assert sys.get_lazy_imports_filter() is not mine
lazy import colorsys
lazy import wave
assert "colorsys" in sys.modules and "wave" not in sys.modules
assert {"colorsys", "wave"} <= set(asked)
guard.uninstall()
assert sys.get_lazy_imports_filter() is mine
guard = importspy.install("contract.yml")
ours = sys.get_lazy_imports_filter()
def theirs(*args):
    return ours(*args)
sys.set_lazy_imports_filter(theirs)
guard.uninstall()
assert sys.get_lazy_imports_filter() is theirs
lazy import acme.bad
assert "acme.bad" not in sys.modules, "no contract is in force"
importspy.install("contract.yml")
try:
    exec("lazy from acme import bad")
except importspy.ContractViolation:
    print("denied")
"""
    if not LAZY:
        program = "lazy import acme.bad"
    assert run(lazy, program) in {"denied\n", "no lazy imports"}


def test_modules_selected_by_path_are_validated_when_they_are_used(lazy: Workshop) -> None:
    lazy.contract('files: ["site/acme/bad.py"]\nfunctions: [register]\n', "path.yml")
    program = """
import sys, importspy
importspy.install("path.yml")
lazy import acme.bad
print("declared")
try:
    acme.bad
except ImportError:
    print("denied")
assert "ran_marker" not in sys.modules
"""
    assert run(lazy, program) in {"declared\ndenied\n", "no lazy imports"}


def test_a_plugin_that_imports_lazily_is_confirmed(lazy: Workshop) -> None:
    """What its contract asks for comes from a lazy import: the live module is asked, and the import is carried out."""
    lazy.write("implementation.py", "exec('def register(app): return app * 2')\n")
    lazy.write("acme/lazily.py", "lazy from implementation import register\n")
    lazy.write("acme/wrong.py", "lazy from implementation import nothing as register\n")
    program = """
import importspy
importspy.install("contract.yml")
import acme.lazily
print(acme.lazily.register(2))
try:
    import acme.wrong
except importspy.ContractViolation as problem:
    print("denied")
"""
    if not LAZY:
        program = "lazy from implementation import register"
    assert run(lazy, program) in {"4\ndenied\n", "no lazy imports"}


def test_a_lazy_import_binds_no_submodule(lazy: Workshop) -> None:
    """`from .impl import x` in a package leaves `impl` in it as well; a lazy one does not."""
    source = "lazy from .impl import register\n"
    if not LAZY:
        assert structure(source, name="pkg", is_package=True)["unreadable"]
        return
    assert list(names(source, name="pkg", is_package=True)) == ["register"]
    assert list(names(source.removeprefix("lazy "), name="pkg", is_package=True)) == ["impl", "register"]

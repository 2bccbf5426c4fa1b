"""Several interpreters in one process, threads, and the end of an interpreter."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

import importspy
import pytest
from conftest import Workshop

NAME = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
OWN_GIL = sys.version_info >= (3, 12)
COUNT = 8

# What each interpreter runs: its own contract asks for register_<number>, which one plugin of eight has. Afterwards it
# says which ones came in, and which class its violations are of.
CROWD = """
import sys
sys.path[:0] = {path!r}
import json, importspy
assert not any("importspy" in repr(finder) for finder in sys.meta_path)
me, rounds = {me}, {rounds}
guard = importspy.install({folder!r} + f"/contract_{{me}}.yml")
came_in = []
for turn in range(rounds):
    for number in range({count}):
        sys.modules.pop(f"acme.plug_{{number}}", None)
        try:
            module = __import__(f"acme.plug_{{number}}", fromlist=["x"])
        except importspy.ContractViolation as problem:
            assert type(problem) is importspy.ContractViolation
            assert [v.subject for v in problem.violations] == [f"register_{{me}}"], problem
            assert "acme.plug_%d" % number not in sys.modules
        else:
            came_in.append(number)
            assert hasattr(module, f"register_{{me}}")
with open({folder!r} + f"/result_{{me}}.json", "w") as out:
    json.dump([came_in, id(importspy.ContractViolation), id(importspy._core)], out)
"""

HOST = """
import sys
sys.path[:0] = {path!r}
import json, random, threading
import {name} as interpreters
import importspy, acme

def create():
    return interpreters.create() if sys.version_info >= (3, 13) else interpreters.create(isolated=True)

ids = [create() for _ in range({count})]
failures = []

def run(number, text):
    try:
        failure = interpreters.run_string(ids[number], text)
    except Exception as problem:
        failure = problem
    if failure is not None:
        failures.append((number, failure))

texts = json.load(open({folder!r} + "/programs.json"))
threads = [threading.Thread(target=run, args=(i, text)) for i, text in enumerate(texts)]
if not {parallel}:
    for thread in threads:
        thread.start()
        thread.join()
else:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
assert not failures, failures
own = importspy.install({folder!r} + "/contract_0.yml")
random.Random({seed}).shuffle(ids)
for count, one in enumerate(ids):
    interpreters.destroy(one)
    sys.modules.pop("acme.plug_0", None)
    sys.modules.pop("acme.plug_1", None)
    import acme.plug_0
    try:
        import acme.plug_1
    except importspy.ContractViolation:
        pass
    else:
        raise SystemExit("the main interpreter's contract is gone")
print(id(importspy.ContractViolation))
"""


@pytest.fixture
def crowd(workshop: Workshop) -> Workshop:
    for number in range(COUNT):
        workshop.write(f"acme/plug_{number}.py", f"def register_{number}(app): return app\n")
        workshop.contract(f'modules: ["acme.plug_*"]\nfunctions: [register_{number}]\n', f"contract_{number}.yml")
    return workshop


def results(crowd: Workshop, parallel: bool, seed: int, rounds: int) -> list[list[object]]:
    path = [str(crowd.site), str(Path(importspy.__file__).parent.parent)]
    common = {"path": path, "folder": str(crowd.folder), "count": COUNT, "rounds": rounds}
    programs = [CROWD.format(me=number, **common) for number in range(COUNT)]
    (crowd.folder / "programs.json").write_text(json.dumps(programs))
    host = HOST.format(name=NAME, parallel=parallel, seed=seed, **common)
    done = crowd.run("-c", host)
    assert (done.returncode, done.stderr) == (0, "")
    told = [json.loads((crowd.folder / f"result_{number}.json").read_text()) for number in range(COUNT)]
    return [*told, [None, int(done.stdout), None]]


@pytest.mark.parametrize("seed", range(3))
def test_scenario_54_interpreters_one_after_another(crowd: Workshop, seed: int) -> None:
    told = results(crowd, parallel=False, seed=seed, rounds=2)
    assert [one[0] for one in told[:COUNT]] == [[number] * 2 for number in range(COUNT)]
    assert len({one[1] for one in told}) == COUNT + 1, "exception classes are shared"
    assert len({one[2] for one in told}) == COUNT + 1, "modules are shared"


# With a GIL each they run at once; before 3.12 they take turns, and the switches fall where they may.
@pytest.mark.parametrize("seed", range(3))
def test_scenario_54_eight_interpreters_at_once(crowd: Workshop, seed: int) -> None:
    told = results(crowd, parallel=True, seed=seed, rounds=20 if OWN_GIL else 5)
    assert [one[0] for one in told[:COUNT]] == [[number] * len(one[0]) for number, one in enumerate(told[:COUNT])]  # type: ignore[arg-type]
    assert len({one[1] for one in told}) == COUNT + 1


def test_scenario_54_each_has_a_gil_of_its_own(crowd: Workshop) -> None:
    """From 3.12 on an interpreter that asks for a GIL of its own may import the extension; before, there is one GIL."""
    program = f"""
import sys
import {NAME} as interpreters
one = interpreters.create() if sys.version_info >= (3, 13) else interpreters.create(isolated=True)
import threading
text = '''
import sys
sys.path[:0] = {[str(Path(importspy.__file__).parent.parent)]!r}
import importspy
ready = open({str(crowd.folder / "ready")!r}, "w").close()
import os
while not os.path.exists({str(crowd.folder / "stop")!r}):
    pass
'''
thread = threading.Thread(target=interpreters.run_string, args=(one, text))
thread.start()
import os
# The other one spins without ever giving up a GIL by itself; with one of our own we need no switch to get on.
sys.setswitchinterval(1000)
while not os.path.exists({str(crowd.folder / "ready")!r}):
    pass
open({str(crowd.folder / "stop")!r}, "w").close()
thread.join()
interpreters.destroy(one)
print("done")
"""
    if not OWN_GIL:
        program = program.replace("sys.setswitchinterval(1000)", "")
    done = crowd.run("-c", program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_the_gil_is_asked_for(crowd: Workshop) -> None:
    """A free-threaded Python turns its GIL on for this extension, and says so. The others have it always."""
    done = crowd.run("-c", "import sys, importspy; print(getattr(sys, '_is_gil_enabled', lambda: True)())")
    assert (done.returncode, done.stdout) == (0, "True\n")


SHUTDOWN = {
    # name -> a module that is run with -m; it must end well, and print what the second says
    "atexit": "atexit.register(lambda: attempt('atexit'))",
    "del_of_a_global": "keep = Late('del')",
    "del_in_a_cycle": "late = Late('cycle'); late.me = late; del late",
    "weakref": "import weakref; late = Late2(); ref = weakref.ref(late, lambda _: attempt('weakref'))",
    "in_sys_modules": "sys.modules['zzz_late'] = Late('modules')",
    "meta_path_gone": "atexit.register(lambda: (setattr(sys, 'meta_path', None), attempt('no meta path')))",
    "guard_kept": "class Keep:\n    def __del__(self, g=guard): g.uninstall()\nkeep = Keep()",
    "uninstall_late": "atexit.register(importspy.uninstall); keep = Late('after')",
    "a_thread": "threading.Thread(target=lambda: (time.sleep(0.05), attempt('thread'))).start()",
    "a_daemon": "threading.Thread(target=forever, daemon=True).start(); time.sleep(0.05)",
}


@pytest.mark.parametrize("way", SHUTDOWN)
def test_scenario_56_imports_at_shutdown(plain: Workshop, way: str) -> None:
    plain.write(
        "ending.py",
        textwrap.dedent(
            """
            import atexit, builtins, sys, threading, time
            import importspy
            guard = importspy.install("contract.yml")
            import acme
            VIOLATION = importspy.ContractViolation

            def attempt(where, do=builtins.__import__, modules=sys.modules, write=sys.stdout.write):
                for name in ("acme.good", "acme.bad"):
                    modules.pop(name, None)
                    try:
                        do(name)
                    except ImportError:
                        pass
                    else:
                        if name == "acme.bad":
                            write(where + ": acme.bad came in\\n")

            def forever():
                while True:
                    attempt("daemon")

            class Late2:
                pass

            class Late:
                def __init__(self, where):
                    self.where, self.attempt = where, attempt

                def __del__(self):
                    self.attempt(self.where)
            """
        )
        + SHUTDOWN[way]
        + "\n",
    )
    done = plain.run("-m", "ending")
    expected = "after: acme.bad came in\n" if way == "uninstall_late" else ""
    assert done.returncode == 0, done.stderr
    assert (done.stdout.replace(expected, "") if expected else done.stdout) == ""
    assert "Fatal" not in done.stderr
    assert "SystemError" not in done.stderr


ATTACKS = {
    # A key may hold what is derived from str, and comparing keys runs its code.
    "equality_that_uninstalls": """
        class Evil(str):
            __hash__ = str.__hash__
            armed = False

            def __eq__(self, other):
                if Evil.armed:
                    Evil.armed = False
                    importspy.uninstall()
                    self.junk = [bytearray(64) for _ in range(1000)]
                return str.__eq__(self, other)

        for _ in range(50):
            importspy.install("contract.yml", host={Evil("acme"): "2"})
            Evil.armed = True
            guard = importspy.install("contract.yml", host={Evil("acme"): "2"})
            Evil.armed = False
            assert guard.active
            repr(guard)
            importspy.uninstall()
        """,
    # Any allocation may run the collector, and finalizers with it (in the middle of C code up to 3.11).
    "finalizers_that_install": """
        import gc

        class Bad:
            count = 0

            def __init__(self):
                self.me = self

            def __del__(self):
                Bad.count += 1
                if Bad.count % 3 == 0:
                    importspy.uninstall()
                else:
                    importspy.install("contract.yml", mode=["warn", "audit"][Bad.count % 2])

        gc.set_threshold(1, 1, 1)
        for _ in range(500):
            Bad()
            with importspy.install("contract.yml"):
                Bad()
            importspy.install("contract.yml", mode="off")
            Bad()
            importspy.uninstall()
        gc.set_threshold(0)
        """,
    "threads_that_install": """
        import threading
        sys.setswitchinterval(1e-6)

        def work(mode):
            for _ in range(300):
                guard = importspy.install("contract.yml", mode=mode)
                guard.active
                guard.uninstall()

        threads = [threading.Thread(target=work, args=(mode,)) for mode in ("warn", "audit", "off", "enforce", None)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_guards_that_come_and_go_while_they_are_looked_at(plain: Workshop, attack: str) -> None:
    head = "import sys\nimport importspy\n"
    tail = "importspy.uninstall()\nassert 'importspy' not in repr(sys.meta_path)\nprint('survived')\n"
    done = plain.run("-c", head + textwrap.dedent(ATTACKS[attack]) + tail, PYTHONMALLOC="debug")
    assert (done.returncode, done.stdout, done.stderr) == (0, "survived\n", "")


def test_interpreters_that_have_gone_leave_no_audit_hook(crowd: Workshop) -> None:
    """Python keeps an audit hook for as long as it runs. Those of interpreters that have gone are taken over."""
    inner = f"""
import sys
sys.path[:0] = {[str(crowd.site), str(Path(importspy.__file__).parent.parent)]!r}
import importspy
importspy.install({str(crowd.folder / "contract_0.yml")!r})
import acme.plug_0, importlib.util
file = acme.plug_0.__file__.replace("_0", "_1")
spec = importlib.util.spec_from_file_location("acme.plug_1", file)
try:
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
except importspy.ContractViolation:
    pass
else:
    raise SystemExit("it came in past the finders")
"""
    program = f"""
import sys, time
import {NAME} as interpreters

def cost():
    best = 1e9
    for _ in range(9):
        start = time.perf_counter()
        for _ in range(2000):
            sys.audit("exec.nothing")
        best = min(best, time.perf_counter() - start)
    return best

def come_and_go():
    one = interpreters.create()
    failure = interpreters.run_string(one, {inner!r})
    assert failure is None, failure
    interpreters.destroy(one)

come_and_go()
before = cost()
for _ in range(60):
    come_and_go()
after = cost()
assert after < 6 * before, (before, after)
sys.audit("importspy.adopt")
sys.audit("importspy.adopt", 4711)
kept = []
sys.addaudithook(lambda event, args: kept.append(args[0]) if event == "importspy.adopt" and args else None)
come_and_go()
for capsule in kept:
    sys.audit("importspy.adopt", capsule)
come_and_go()
print("done")
"""
    done = crowd.run("-c", program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_a_module_that_nobody_has_any_more_is_freed(plain: Workshop) -> None:
    """With contracts in force and a violation reported: nothing of ours keeps the module and its contracts alive."""
    program = """
import gc, sys, weakref
import importspy
importspy.install("contract.yml")
import acme.good
try:
    import acme.bad
except ImportError:
    pass
gone = weakref.ref(sys.modules["importspy._core"])
sys.meta_path[:] = [finder for finder in sys.meta_path if "importspy" not in repr(finder)]
if hasattr(sys, "set_lazy_imports_filter"):
    sys.set_lazy_imports_filter(None)
del importspy
for name in [name for name in sys.modules if name.partition(".")[0] == "importspy"]:
    del sys.modules[name]
sys.last_value = sys.last_traceback = None
gc.collect()
assert gone() is None, gc.get_referrers(gone())
print("done")
"""
    done = plain.run("-c", program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")

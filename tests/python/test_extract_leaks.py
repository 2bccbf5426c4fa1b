"""Twenty thousand extractions keep neither objects nor memory."""

from __future__ import annotations

import gc
import os
import sys
import types

import pytest
from importspy import _core
from refcounts import counts

SOURCE = b"""
import sys, a.b as c
from functools import lru_cache
if sys.version_info >= (3, 8) and sys.platform.startswith("x"): X: list[int] = [1, "a", {2: (3,)}]
@lru_cache(maxsize=1)
async def f(a: int, /, b="x", *c, d=-1, **e) -> "str":
    global G
    globals()["x"] = 1
    yield
class C(c.D[int], metaclass=M):
    def __init__(self): self.x, self.y = 1, f()
    @property
    def p(self): return 1
X += [5]; X.append(6); f(X); C.z = 1; [w := i for i in X]
try: g()
except E as e: raise
match X:
    case [1, *r]: pass
"""


# AddressSanitizer keeps what is freed for a while, on purpose: there, only objects and references can be counted.
FREED_IS_KEPT = "asan" in os.environ.get("LD_PRELOAD", "")


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def live_module() -> types.ModuleType:
    module = types.ModuleType("leaky")
    exec(
        "import functools, typing\n"
        "def f(a: typing.Optional[int], /, b: 'f' = 1, *c, **d) -> list['f']: pass\n"
        "class C(dict):\n    x: int = 1\n    @property\n    def p(self): pass\n"
        "p = functools.partial(f, 1)\nX = [1, {'a': (2,)}]\n"
        "__all__ = ['zzz']\ndef __getattr__(n): raise AttributeError(n)\n",
        module.__dict__,
    )
    return module


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("what", ["source", "broken", "undecodable", "stub", "bad stub", "live"])
def test_nothing_is_kept(what: str) -> None:
    module = live_module()

    def once() -> None:
        if what == "source":
            _core._structure(SOURCE, "pkg.mod", "x.py", True)
        elif what == "broken":
            _core._structure(b"def f(:\n")
        elif what == "undecodable":
            _core._structure(b"x = '\xff'\n")
        elif what == "stub":
            _core._stub_structure("def f(a: int = 1) -> str")
        elif what == "bad stub":
            with pytest.raises(ValueError, match="not valid Python"):
                _core._stub_structure("def f(a: int = ) -> str")
        else:
            _core._live_structure(module)

    rounds = 20_000 if what == "source" else 2_000
    for _ in range(200):
        once()
    gc.collect()
    objects, memory = len(gc.get_objects()), resident()
    watched = (None, True, int, SOURCE, module, module.f, module.C, "pkg.mod")
    before = counts(watched)
    for _ in range(rounds):
        once()
    gc.collect()
    after = counts(watched)
    assert len(gc.get_objects()) - objects < 50
    assert all(abs(b - a) < rounds // 10 for a, b in zip(before, after, strict=True)), (before, after)
    assert FREED_IS_KEPT or resident() - memory < 4 * 1024 * 1024

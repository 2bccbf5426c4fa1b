"""Random modules out of the statements that extractors get wrong. Most of them run; those that do not are thrown away.

Not a test itself: test_verdicts.py uses it. By hand: python random_modules.py SEED writes one to standard output.
"""

from __future__ import annotations

import random
import sys

NAMES = ("a", "b", "c", "d")
FUNCTIONS = ("f", "g")
CLASSES = ("K", "L")
DEPTH = 3


class Writer:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def name(self) -> str:
        return self.pick(*NAMES)

    def value(self) -> str:
        return self.pick(
            "1",
            "2",
            "'x'",
            "None",
            "[1]",
            "(1, 2)",
            "{'k': 1}",
            "[]",
            self.name(),
            self.name(),
            "f",
            "K",
            "g",
            "L",
            "True",
        )

    def condition(self) -> str:
        return self.pick(
            "True", "False", "TRUTH()", "not TRUTH()", self.name(), f"{self.name()} == 1", "TRUTH() and True", "1 < 2"
        )

    def parameters(self) -> str:
        return self.pick("", "x", "x, y", "x, y=1", "*x", "**y", "x, /, y=2", "*, x=1", "x=a")

    def emit(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def block(self, depth: int, level: int, inside: str) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.statement(depth, level, inside)

    def statement(self, depth: int, level: int, inside: str) -> None:
        simple = [self.assign, self.assign, self.assign, self.call, self.change, self.delete, self.define, self.patch]
        compound = [self.branch, self.loop, self.attempt, self.manage, self.match, self.klass]
        make = self.random.choice(simple + (compound if level < DEPTH else []))
        make(depth, level, inside)

    def assign(self, depth: int, level: int, inside: str) -> None:
        n, m = self.name(), self.name()
        self.emit(
            depth,
            self.pick(
                f"{n} = {self.value()}",
                f"{n} = {self.value()}",
                f"{n}, {m} = {self.value()}, {self.value()}",
                f"{n} = {m} = {self.value()}",
                f"{n}, *{m} = 1, 2, 3",
                f"{n}: int = {self.value()}",
                f"{n}: int",
                f"({n} := {self.value()})",
                "f, g = g, f",
                f"f = {self.pick('g', 'f', 'lambda x: 1')}",
                "K, L = L, K",
                f"{n} = {self.value()} if {self.condition()} else {self.value()}",
                f"[{n} := i for i in (1, 2)]" if inside != "class" else "pass",
                f"{n} = [i for i in (1, 2)]",
                f"{n}, {m} = {m}, {n}",
            ),
        )

    def change(self, depth: int, level: int, inside: str) -> None:
        n = self.name()
        text = self.pick(
            f"{n} += 1",
            f"{n} += [2]",
            f"{n}.append(3)",
            f"{n}[0] = 4",
            f"{n}['k'] = 5",
            f"{n} *= 2",
            f"{n}.extend([6])",
            f"append({n})",
            f"globals()['{n}'] = 7",
            f"{n}.clear()",
            f"del {n}[0]",
            f"{n} -= 1",
        )
        self.guarded(depth, text)

    def guarded(self, depth: int, text: str) -> None:
        """What may not fit its value raises; the module goes on."""
        self.emit(depth, "try:")
        self.emit(depth + 1, text)
        self.emit(depth, "except Exception: pass")

    def call(self, depth: int, level: int, inside: str) -> None:
        self.guarded(
            depth,
            self.pick(
                "f()",
                "f(1)",
                "g(1, 2)",
                "set_a()",
                "set_b(3)",
                "K()",
                "K().m()",
                "L.k()",
                f"len({self.name()})",
                "keep(K)",
                "patch(L)",
            ),
        )

    def delete(self, depth: int, level: int, inside: str) -> None:
        self.guarded(depth, f"del {self.pick(*NAMES, 'f', 'K', 'K.x', 'L.m')}")

    def patch(self, depth: int, level: int, inside: str) -> None:
        owner = self.pick("K", "L", "f")
        self.guarded(
            depth,
            self.pick(
                f"{owner}.x = {self.value()}",
                f"setattr({owner}, 'y', {self.value()})",
                f"{owner}.m = lambda self: 1",
                f"{owner}.z = 1",
                "for each in (K, L): each.x = 8",
                f"{owner}.x += 1",
                "K.__init__ = g",
                f"M = {owner}; M.x = 9",
                "type.__setattr__(K, 'x', 3)",
                "delattr(L, 'x')",
            ),
        )

    def define(self, depth: int, level: int, inside: str) -> None:
        decorator = self.pick("", "", "", "@keep", "@swap", "@functools.lru_cache")
        if inside == "class":
            decorator = self.pick("", "", "@staticmethod", "@classmethod", "@property", "@keep")
        name = (
            self.pick("m", "x", "k", "__init__" if not decorator else "m")
            if inside == "class"
            else self.pick("f", "g", "f", "a", "set_a")
        )
        if decorator:
            self.emit(depth, decorator)
        self.emit(depth, f"{self.pick('def', 'def', 'def', 'async def')} {name}({self.parameters()}):")
        self.emit(depth + 1, self.pick("pass", "return 1", "yield 1", "return", "pass"))

    def branch(self, depth: int, level: int, inside: str) -> None:
        self.emit(depth, f"if {self.condition()}:")
        self.block(depth + 1, level + 1, inside)
        if self.random.random() < 0.3:
            self.emit(depth, f"elif {self.condition()}:")
            self.block(depth + 1, level + 1, inside)
        if self.random.random() < 0.6:
            self.emit(depth, "else:")
            self.block(depth + 1, level + 1, inside)

    def loop(self, depth: int, level: int, inside: str) -> None:
        self.emit(
            depth, self.pick(f"for {self.name()} in (1, 2):", "for i in ():", "for i in (1, 2, 3):", "for K.x in (1,):")
        )
        self.block(depth + 1, level + 1, inside)
        self.emit(depth + 1, self.pick("pass", "pass", "break", "continue", f"if {self.condition()}: break"))
        if self.random.random() < 0.3:
            self.emit(depth, "else:")
            self.block(depth + 1, level + 1, inside)

    def attempt(self, depth: int, level: int, inside: str) -> None:
        self.emit(depth, "try:")
        self.block(depth + 1, level + 1, inside)
        if self.random.random() < 0.4:
            self.emit(depth + 1, self.pick("raise ValueError", "int('x')", f"if {self.condition()}: raise KeyError"))
        self.emit(depth, f"except Exception{self.pick('', f' as {self.name()}')}:")
        self.block(depth + 1, level + 1, inside)
        if self.random.random() < 0.3:
            self.emit(depth, "else:")
            self.block(depth + 1, level + 1, inside)
        if self.random.random() < 0.3:
            self.emit(depth, "finally:")
            self.block(depth + 1, level + 1, inside)

    def manage(self, depth: int, level: int, inside: str) -> None:
        manager = self.pick("Quiet()", "contextlib.nullcontext(1)", "contextlib.suppress(Exception)")
        self.emit(depth, f"with {manager} as {self.name()}:")
        self.block(depth + 1, level + 1, inside)
        self.emit(depth + 1, "pass" if "null" in manager else self.pick("pass", "raise ValueError"))

    def match(self, depth: int, level: int, inside: str) -> None:
        self.emit(depth, f"match {self.value()}:")
        for pattern in (
            self.pick("1", "None", "[x1]", "{'k': 1}", "str()"),
            self.pick(f"{self.name()} if TRUTH()", "2 | 3", "_"),
        ):
            self.emit(depth + 1, f"case {pattern}:")
            self.block(depth + 2, level + 1, inside)
            if pattern == "_":
                return

    def klass(self, depth: int, level: int, inside: str) -> None:
        name = self.pick("K", "L", "K", "L", "Inner")
        if self.random.random() < 0.15:
            self.emit(depth, self.pick("@keep", "@patch", "@patch"))
        bases = self.pick("", "", "(K)", "(L)", "(Quiet)", "(Hook)", "(Exception)", "(K, Quiet)")
        self.emit(depth, f"class {name}{bases}:")
        self.emit(depth + 1, "def k(): pass")
        self.block(depth + 1, level + 1, "class")
        if self.random.random() < 0.4:
            self.emit(depth + 1, f"def __init__(self, {self.pick('x=1', '*x', 'x=1, y=2')}):")
            self.emit(
                depth + 2,
                self.pick(
                    "self.x = x", "self.y = 1", "if x: self.z = 1", "self.k = self.x = 2", "me = self; me.w = 1", "pass"
                ),
            )
            if self.random.random() < 0.5:
                self.emit(depth + 2, self.pick("self.v = 1", "if TRUTH(): return", "del self.x"))
                self.emit(depth + 2, "self.t = 3")
        if self.random.random() < 0.3:
            self.emit(depth + 1, f"global {self.pick('e', 'h')}")
            self.emit(depth + 1, self.pick("e = 1", "h = 2", "pass"))


HEAD = """\
import contextlib, functools, os
def TRUTH(): return os.sep == "/"
def keep(x): return x
def swap(x): return lambda q: x
def remake(c): return type("Made", (), {"x": 5})
def patch(c):
    c.x = 6
    c.extra = 7
    return c
def append(x): x.append(9)
class Quiet:
    def __enter__(self): return 3
    def __exit__(self, *a): return True
class Hook:
    def __init_subclass__(cls): cls.x = 4
def set_a():
    global a
    a = 10
def set_b(v):
    global b, e
    b = e = v
a, b, c, d = 1, [1], (1, 2), "x"
def f(x=1): pass
def g(x, y): pass
class K:
    x = 1
    def m(self): pass
    @classmethod
    def k(cls): pass
class L(K):
    y = 2
    def m(self, z): pass
"""


def module(seed: int) -> str:
    writer = Writer(seed)
    for _ in range(writer.random.randint(1, 8)):
        writer.statement(0, 0, "module")
    return HEAD + "\n".join(writer.lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(module(int(sys.argv[1])))

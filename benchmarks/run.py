"""Speed, as ratios within one run: ./dev bench [--quick]

Every ratio compares neighbours: A and B take turns, in processes of their own, at least seven times; shown is the ratio
of the medians, or the median of the ratios. Imports are measured in CPU time, which other processes disturb least, all
else by the clock on the wall. The first row compares plain Python with itself: what differs by less is noise, and a
bound that is missed by less is marked "~".
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import generate
import startup

HERE = Path(__file__).resolve().parent
Sample = Callable[[], float]


def environment(cache: Path) -> dict[str, str]:
    """The caller's, without what would change how Python imports."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "IMPORTSPY"))}
    return kept | {"XDG_CACHE_HOME": str(cache), "PYTHONHASHSEED": "0"}


@dataclass
class Bench:
    work: Path
    quick: bool
    build: Path

    def __post_init__(self) -> None:
        self.cache = self.work / "cache"
        self.env = environment(self.cache)

    @property
    def repeats(self) -> int:
        return 7 if self.quick else 9

    def python(self, *arguments: object, executable: str = sys.executable) -> str:
        command = [executable, *map(str, arguments)]
        done = subprocess.run(command, env=self.env, cwd=self.work, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"this failed: {' '.join(command)}\n{done.stderr}")
        return done.stdout


def pairs(first: Sample, second: Sample, repeats: int) -> tuple[float, float]:
    """Takes turns. Gives the median of the ratios second/first, and that of `first`."""
    ratios, base = [], []
    for repeat in range(repeats):
        if repeat % 2 == 0:
            a = first()
            b = second()
        else:
            b = second()
            a = first()
        ratios.append(b / a)
        base.append(a)
    return statistics.median(ratios), statistics.median(base)


@dataclass
class Row:
    what: str
    measured: str
    bound: str = ""
    met: str = ""
    note: str = ""


def ratio_row(what: str, ratio: float, bound: float | None, note: str = "", noise: float = 0.0) -> Row:
    if bound is None:
        return Row(what, f"{ratio:.3f} x", note=note)
    met = "yes" if ratio <= bound else "~" if ratio <= bound + noise else "NO"
    return Row(what, f"{ratio:.3f} x", f"{bound:.2f} x", met, note)


def yes(met: bool) -> str:
    return "yes" if met else "NO"


def progress(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


# ---------------------------------------------------------------- imports


@dataclass
class Side:
    """One of two processes that import the same modules by turns: each from a folder and with a cache of its own."""

    bench: Bench
    name: str
    contracts: Path | None = None
    selects: bool = False
    collector: bool = True

    @property
    def folder(self) -> Path:
        return self.bench.work / self.name

    @property
    def cache(self) -> Path:
        return self.bench.work / f"{self.name}-cache"

    def forget(self) -> None:
        shutil.rmtree(self.folder / "generated" / "__pycache__", ignore_errors=True)
        shutil.rmtree(self.cache, ignore_errors=True)

    def start(self) -> subprocess.Popen[str]:
        more = ["on" if self.collector else "off", *([] if self.contracts is None else [str(self.contracts)])]
        return subprocess.Popen(
            [sys.executable, str(HERE / "import_modules.py"), str(self.folder), *more],
            env=environment(self.cache),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def finish(self, process: subprocess.Popen[str]) -> None:
        output, _ = process.communicate()
        if process.returncode != 0 or json.loads(output) != self.selects:
            sys.exit(
                "this measures nothing: the guard did not do what it should with a module that breaks its contract"
            )


def ask(process: subprocess.Popen[str], names: list[str]) -> dict[str, float]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(" ".join(names) + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        sys.exit("an import failed; see above")
    taken: dict[str, float] = json.loads(answer)
    return taken


Blocks = list[dict[str, float]]


def duel(sides: tuple[Side, Side], names: list[str], *, cold: bool) -> tuple[Blocks, Blocks]:
    """Both import all names, 20 at a time by turns, so that a busy machine disturbs both alike. CPU time by size."""
    if cold:
        for side in sides:
            side.forget()
    processes = [side.start() for side in sides]
    taken: tuple[Blocks, Blocks] = ([], [])
    for number, first in enumerate(range(0, len(names), 20)):
        for turn in (0, 1) if number % 2 == 0 else (1, 0):
            taken[turn].append(ask(processes[turn], names[first : first + 20]))
    for side, process in zip(sides, processes, strict=True):
        side.finish(process)
    return taken


def by_medians(duels: list[Blocks]) -> dict[str, float]:
    """Adds up the medians, over the repeats, of each block of modules: a disturbance spoils a block, not a repeat."""
    totals = {"all": 0.0}
    for block in zip(*duels, strict=True):
        for size in block[0]:
            value = statistics.median(repeat[size] for repeat in block)
            totals[size] = totals.get(size, 0.0) + value
            totals["all"] += value
    return totals


class Imports:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.count = 200 if bench.quick else 1000
        for name in ("a", "b"):
            folder = bench.work / name
            self.names = generate.modules(folder, self.count)
            (folder / "generated" / "bad.py").write_text("API_VERSION: int = 1\n", "utf-8")

    def plain(self, name: str = "a", *, collector: bool = True) -> Side:
        return Side(self.bench, name, collector=collector)

    def guarded(self, name: str, contracts: int) -> Side:
        folder = self.bench.work / f"{contracts}-contracts"
        if not folder.exists():
            generate.contracts(folder, contracts)
        return Side(self.bench, name, folder, selects=True)

    def compare(
        self, first: Side, second: Side, repeats: int, *, cold: bool = False, count: int | None = None
    ) -> tuple[dict[str, float], dict[str, float]]:
        names = self.names[:count]
        if not cold:
            duel((first, second), names, cold=True)
        duels = [duel((first, second), names, cold=cold) for _ in range(repeats)]
        base = by_medians([a for a, _ in duels])
        other = by_medians([b for _, b in duels])
        return {key: other[key] / base[key] for key in base}, base

    def rows(self) -> list[Row]:
        repeats = self.bench.repeats
        rows = []
        progress(f"imports of {self.count:,} modules, warm")
        noise, base = self.compare(self.plain(collector=False), self.plain("b", collector=False), 2 * repeats + 1)
        note = f"{base['all'] / self.count / 1000:.0f} us a module"
        rows.append(ratio_row(f"noise: plain against plain, {self.count:,} modules, warm", noise["all"], None, note))
        slack = abs(noise["all"] - 1)
        others = Side(self.bench, "b", generate.unselecting(self.bench.work / "unselecting"), collector=False)
        unselected, _ = self.compare(self.plain(collector=False), others, 2 * repeats + 1)
        rows.append(ratio_row("modules that no contract selects, warm", unselected["all"], 1.02, noise=slack))
        ours = self.guarded("b", 10)
        guarded, _ = self.compare(self.plain(), ours, repeats)
        rows.append(ratio_row("guarded import, warm, with the collector", guarded["all"], 1.05, noise=slack))
        ours.collector = False
        guarded, base = self.compare(self.plain(collector=False), ours, 2 * repeats + 1)
        rows += self.by_size("warm", guarded, base, 1.05, slack)
        progress("10,000 contracts instead of 10")
        many, _ = self.compare(self.guarded("a", 10), self.guarded("b", 10_000), repeats, count=200)
        rows.append(ratio_row("guarded import, 10,000 contracts against 10", many["all"], 1.1, noise=slack))
        progress(f"imports of {self.count:,} modules, cold")
        cold, base = self.compare(self.plain(), self.guarded("b", 10), repeats, cold=True)
        rows += self.by_size("cold", cold, base, 1.6, slack)
        return rows

    def by_size(
        self, state: str, ratios: dict[str, float], base: dict[str, float], bound: float, noise: float
    ) -> list[Row]:
        """Cold: neither Python's cache nor ours; warm: both."""
        rows = [ratio_row(f"guarded import, {state}, {self.count:,} modules", ratios["all"], bound, noise=noise)]
        for size, share in generate.SIZES.items():
            key = f"m{size // 1024}k"
            note = f"plain: {base[key] / max(1, share * self.count // 1000) / 1000:.0f} us a module"
            rows.append(ratio_row(f"  of them those of {size // 1024} KB", ratios[key], bound, note, noise))
        return rows


# ---------------------------------------------------------------- import importspy, and the peer


def timed_import(bench: Bench, name: str) -> Sample:
    program = (
        f"import sys, time; sys.path.append({str(bench.work)!r}); s = time.perf_counter_ns(); "
        f"import {name}; print(time.perf_counter_ns() - s)"
    )
    return lambda: float(bench.python("-c", program))


def start_rows(bench: Bench) -> list[Row]:
    progress("import importspy")
    (bench.work / "nothing_at_all").mkdir()
    (bench.work / "nothing_at_all" / "__init__.py").write_text("", "utf-8")
    ours, nothing = timed_import(bench, "importspy"), timed_import(bench, "nothing_at_all")
    ours(), nothing()
    ratio, base = pairs(nothing, ours, 3 * bench.repeats)
    milliseconds = statistics.median(ours() for _ in range(bench.repeats)) / 1e6
    note = f"an empty package takes {base / 1e6:.2f} ms: {ratio:.1f} x"
    return [Row("import importspy", f"{milliseconds:.2f} ms", "3 ms", yes(milliseconds <= 3), note)]


STARTUP_FILE = """
import importspy, os, site, statistics, sys, time
folder = os.path.dirname(os.path.dirname(importspy.__file__))
[line] = [line for line in open(os.path.join(folder, "importspy.pth")) if line.startswith("import ")]
before = list(sys.meta_path)
def median(call, *arguments):
    taken = []
    for _ in range(1001):
        start = time.perf_counter_ns()
        call(*arguments)
        taken.append(time.perf_counter_ns() - start)
    return statistics.median(taken)
nothing = median(lambda: None)
print(median(exec, line, {}) - nothing, median(site.addpackage, folder, "importspy.pth", set()) - nothing)
assert sys.meta_path == before
"""


def startup_row(bench: Bench) -> Row:
    """What importspy.pth costs each start of Python where IMPORTSPY_CONTRACTS is not set, reading the file included."""
    progress("importspy.pth")
    samples = [[float(word) for word in bench.python("-c", STARTUP_FILE).split()] for _ in range(bench.repeats)]
    line, whole = (statistics.median(sample[i] for sample in samples) / 1e6 for i in (0, 1))
    return Row(
        "importspy.pth, no contract named", f"{whole:.3f} ms", "0.1 ms", yes(whole <= 0.1), f"its line {line:.3f} ms"
    )


def first_start_row(bench: Bench) -> Row:
    """The same in new processes, in pairs with and without: nothing is in the processor's caches yet, and a virtual
    environment's startup files are read twice (cpython#75723, until 3.15)."""
    progress("startup files, in new processes")
    folder = Path(bench.python("-c", "import importspy; print(importspy.__file__)").strip()).parents[1]
    taken = startup.measure(folder, 15 * bench.repeats)
    added = taken["added"] / 1000
    note = f"{taken['any'] / 1000:.3f} ms for any .pth with one line of code; noise {abs(taken['noise']) / 1000:.3f} ms"
    return Row("startup files in new processes, virtual environment", f"{added:.3f} ms", note=note)


AUDIT_EVENT = """
import importspy, sys, time
def fastest():
    audit, best = sys.audit, float("inf")
    for _ in range(200):
        start = time.perf_counter_ns()
        for _ in range(1000):
            audit("open", "x", None, 3)
        best = min(best, (time.perf_counter_ns() - start) / 1000)
    return best
before = fastest()
importspy.install(sys.argv[1])
print(before, fastest())
"""


def audit_row(bench: Bench) -> Row:
    """What the audit hook costs each event that is none of ours; mostly the tuple that Python makes for any hook."""
    progress("audit events")
    contract = bench.work / "audit.yml"
    contract.write_text("modules: ['acme.plugins.*']\nfunctions: [register]\n")
    samples = [
        [float(word) for word in bench.python("-c", AUDIT_EVENT, contract).split()] for _ in range(bench.repeats)
    ]
    without, added = (statistics.median(each) for each in zip(*((a, b - a) for a, b in samples), strict=True))
    return Row(
        "audit hook, an event that is none of ours",
        f"{added:.0f} ns",
        "100 ns",
        yes(added <= 100),
        f"{without:.0f} ns without",
    )


def peer(bench: Bench) -> dict[str, float] | None:
    """ImportSpy 0.4 from PyPI in an environment of its own. None: it could not be had."""
    folder = bench.build.parent / "peer"
    python = str(folder / "bin" / "python")
    if not (folder / "ready").exists():
        progress("ImportSpy 0.4 from PyPI, for comparison")
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True, symlinks=True)
        requirements = HERE.parent / "requirements" / "peer.txt"
        # Not in bench.env: pip may need the caller's settings.
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(requirements)]
        if subprocess.run(pip, check=False, stdout=subprocess.DEVNULL).returncode != 0:
            return None
        (folder / "ready").touch()
    progress("the same contract and module under ImportSpy 0.4")
    forty = bench.work / "forty"
    arguments = [HERE / "peer.py", forty / "deployed.yml", forty / "plugin.py", 3 * bench.repeats]
    bench.python(*arguments, executable=python)
    result: dict[str, float] = json.loads(bench.python(*arguments, executable=python))
    return result


# ---------------------------------------------------------------- the engine and the contract loader, in C


def core_figures(bench: Bench) -> dict[str, float]:
    progress("engine, contract loader")
    figures: dict[str, list[float]] = {}
    for _ in range(bench.repeats):
        for line in bench.python(
            bench.work / "forty" / "contract.yml", 9, executable=str(bench.build / "engine_bench")
        ).splitlines():
            name, value = line.split()
            figures.setdefault(name, []).append(float(value))
    return {name: statistics.median(values) for name, values in figures.items()}


def core_rows(figures: dict[str, float]) -> list[Row]:
    engine = figures["engine"] / 1000
    few, many = figures["may_select_10_contracts"], figures["may_select_10000_contracts"]
    return [
        Row("engine, a contract of 40 clauses and one module", f"{engine:.1f} us", "20 us", yes(engine <= 20)),
        ratio_row(
            "loading a contract against libyaml's scan of it",
            figures["load"] / figures["scan"],
            2.0,
            f"{figures['load'] / 1000:.0f} us, {figures['scan'] / 1000:.0f} us",
        ),
        Row("'no contract selects this', in C", f"{few:.0f} ns", note=f"{many:.0f} ns with 10,000 contracts"),
    ]


def context_rows(bench: Bench) -> list[Row]:
    progress("where a module runs")
    found = json.loads(bench.python(HERE / "context_costs.py", "--json"))
    added = found["each check"]["the example of the design"] / 1000
    install = found["install"]["100 contracts"]
    once = sum(found["once"].values()) / 1000
    return [
        Row("what `requires:` adds to a warm import", f"{added:.1f} us", "30 us", yes(added <= 30)),
        Row("install of 100 contracts", f"{install:.1f} ms", "10 ms", yes(install <= 10)),
        Row("what is looked at once, where it is asked for", f"{once:.0f} us", note="benchmarks/context_costs.py"),
    ]


def check_once(bench: Bench) -> float:
    """importspy.check: reads the contract, reads and parses the module, holds one against the other. Nanoseconds."""
    program = (
        "import importspy, statistics, sys, time\n"
        "taken = []\n"
        "for _ in range(201):\n"
        "    start = time.perf_counter_ns()\n"
        "    report = importspy.check(sys.argv[1], sys.argv[2])\n"
        "    taken.append(time.perf_counter_ns() - start)\n"
        "assert report.verdict == 'pass', str(report)\n"
        "print(statistics.median(taken))\n"
    )
    forty = bench.work / "forty"
    return float(bench.python("-c", program, forty / "plugin.py", forty / "deployed.yml"))


def peer_rows(bench: Bench, figures: dict[str, float], milliseconds: str) -> list[Row]:
    whole = statistics.median(check_once(bench) for _ in range(bench.repeats))
    theirs = peer(bench)
    if theirs is None:
        return [Row("ImportSpy 0.4 (pure Python)", "not measured", note="pip could not install it")]
    ours = float(milliseconds.split()[0]) * 1e6

    def row(what: str, mine: float, other: float) -> Row:
        note = f"{mine / 1000:,.0f} us, {other / 1000:,.0f} us"
        return Row(f"ImportSpy 0.4, {what}", f"{other / mine:,.0f} x ours", note=note)

    return [
        row("import", ours, theirs["import"]),
        row("module against contract, both loaded", figures["engine"], theirs["engine"]),
        row("contract file against module file", whole, theirs["whole"]),
    ]


# ---------------------------------------------------------------- importspy check

PARSE = """
import ast, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    ast.parse(path.read_bytes())
"""


def standard_library(folder: Path, count: int) -> int:
    """Copies `count` files of the standard library, so that only those are walked. Gives their kilobytes."""
    source = Path(sysconfig.get_path("stdlib"))
    skipped = {"test", "tests", "idlelib", "lib2to3", "site-packages", "dist-packages", "__pycache__", "turtledemo"}
    found = [p for p in sorted(source.rglob("*.py")) if not skipped & set(p.relative_to(source).parts)]
    for path in found[:: max(1, len(found) // count)][:count]:
        target = folder / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return sum(p.stat().st_size for p in folder.rglob("*.py")) // 1024


def check_rows(bench: Bench) -> list[Row]:
    progress("importspy check over the standard library")
    folder = bench.work / "stdlib"
    count = 60 if bench.quick else 240
    kilobytes = standard_library(folder, count)
    contract = bench.work / "anything.yml"
    contract.write_text("functions: [{name: no_such_function, presence: optional}]\n", "utf-8")

    def process(*arguments: object) -> Sample:
        def take() -> float:
            start = time.perf_counter_ns()
            bench.python(*arguments)
            return time.perf_counter_ns() - start

        return take

    ours = process("-m", "importspy", "check", folder, "--contract", contract)
    ours()
    ratio, base = pairs(process("-c", PARSE, folder), ours, bench.repeats)
    note = f"{count} files, {kilobytes:,} KB, ast.parse {base / 1e9:.2f} s"
    return [ratio_row("importspy check against bare ast.parse, cold, one process", ratio, 1.2, note)]


# ---------------------------------------------------------------- the table


def show(rows: list[Row]) -> None:
    width = max(len(row.what) for row in rows)
    print(f"\n{'what':<{width}}  {'measured':>12}  {'at most':>8}  {'met':<3}")
    print(f"{'-' * width}  {'-' * 12}  {'-' * 8}  ---")
    for row in rows:
        line = f"{row.what:<{width}}  {row.measured:>12}  {row.bound:>8}  {row.met:<3}"
        print(f"{line}  {row.note}".rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Speed, as ratios within one run.")
    parser.add_argument("--quick", action="store_true", help="fewer modules and files: less than a minute")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="importspy-bench-") as name:
        bench = Bench(Path(name).resolve(), options.quick, options.build.resolve())
        generate.forty_clauses(bench.work / "forty")
        rows = Imports(bench).rows()
        starts = start_rows(bench)
        figures = core_figures(bench)
        rows += [*starts, startup_row(bench), first_start_row(bench), audit_row(bench)]
        rows += core_rows(figures) + context_rows(bench) + check_rows(bench)
        rows += peer_rows(bench, figures, starts[0].measured)
    show(rows)
    where = f"CPython {platform.python_version()}, {os.cpu_count()} CPUs, {time.monotonic() - start:.0f} s"
    print(f"\n{where}; medians of {bench.repeats} repeats or more")


if __name__ == "__main__":
    main()

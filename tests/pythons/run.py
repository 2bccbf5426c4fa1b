"""Runs tests/python under every Python at hand with one and the same extension, and prints scenarios by interpreter.

    ./dev pythons [3.10 3.12 ...] [--others] [--all] [--native] [--wheel FILE] [-- arguments for pytest]
    ./dev pythons --sid [3.14 ...]      the Pythons of Debian sid, in a chroot (as root; see sid.py)

Interpreters: PYTHONS="python3.12 /opt/x/bin/python3 ...", or else those of pyenv and python3.X on PATH. One for each
version. Tests marked `build` run under the oldest alone, since what they look at is the same for all, unless --all.
--others leaves out the one of .venv, and shows what `./dev test` last said of it. That no other is there is no failure.
Exit status: 0, 1 when a test failed, 3 when an interpreter that was asked for is not there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import table
from builds import ROOT, WORK, Environment, clean_environment, digest, say
from interpreters import Interpreter, find_all, probe

REQUIREMENTS = ("build.txt", "test.txt", "ways.txt")
DEV = ROOT / "build" / "dev"
SPREAD = ("-n", str(os.cpu_count() or 1), "--dist", "loadfile")  # the whole suite over the processors, as in ./dev
GIVEN = ("ISPY_VERSION_DRIVER", "ISPY_EMBED_LIBRARY")  # taken from the environment where they are there


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("versions", nargs="*", help="3.10 3.12 ...; all that are found where none is named")
    parser.add_argument("--others", action="store_true", help="without the interpreter of .venv")
    parser.add_argument("--all", action="store_true", help="tests marked `build` under each interpreter")
    parser.add_argument("--native", action="store_true", help="each interpreter builds an extension of its own")
    parser.add_argument("--wheel", type=Path, help="the wheel to test, instead of one that is built here")
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    chosen = parser.parse_intermixed_args(words[:cut])
    chosen.pytest = words[cut + 1 :]
    return chosen


def choose(options: argparse.Namespace) -> list[Interpreter]:
    found, others = find_all()
    for other in others:
        say(f"passed over: {other}: {'another one stands for it' if other.venv else 'it has no venv or ensurepip'}")
    missing = set(options.versions) - {one.label for one in found}
    if missing:
        print(f"./dev pythons: not on this machine: {', '.join(sorted(missing))}", file=sys.stderr)
        print(f"found: {', '.join(one.label for one in found) or 'none'}", file=sys.stderr)
        sys.exit(3)
    if options.versions:
        found = [one for one in found if one.label in options.versions]
    if options.others and (own := probe(str(ROOT / ".venv" / "bin" / "python"))):
        found = [one for one in found if one.label != own.label]
    return found


def shared_wheel(environments: list[Environment]) -> Path | None:
    """Made with the oldest headers at hand: what later ones promise need not hold for an older Python."""
    able = [one for one in environments if one.interpreter.headers and not one.interpreter.free_threaded]
    if not able:
        return None
    if able[0].interpreter.numbers != (3, 10):
        say(f"there is no 3.10 with headers here: those of {able[0].interpreter.label} have to do")
    return able[0].build_wheel()


def test(environment: Environment, with_builds: bool, native: bool, words: list[str]) -> table.Run:
    report = WORK / ("native" if native else "shared") / f"{environment.interpreter.label}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    marks = [] if with_builds else ["-m", "not build"]
    command = [str(environment.python), "-m", "pytest", "-q", f"--junitxml={report}", *marks, *(words or SPREAD)]
    given = {key: value for key, value in os.environ.items() if value and key in GIVEN}
    driver = {
        "ISPY_VERSION_DRIVER": str(DEV / "version_driver"),
        "ISPY_EMBED_LIBRARY": str(DEV / "libimportspy_embed.a"),
    }
    status = subprocess.run(command, cwd=ROOT, env=clean_environment() | driver | given, check=False).returncode
    if not report.is_file():
        sys.exit(f"{environment.interpreter.label}: pytest left no report, exit status {status}")
    run = table.read(report)
    if status not in {0, 1}:  # not "some failed": nothing was collected, a plugin broke, ...
        run.cases.append(table.Case("pytest itself", "FAIL", f"exit status {status}"))
    return run


def tell(text: str) -> None:
    print(text)
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "table").write_text(text + "\n")


def main() -> int:
    options = arguments()
    chosen = choose(options)
    runs: dict[str, table.Run] = {}
    if options.others and (DEV / "pytest.xml").is_file() and (own := probe(str(ROOT / ".venv" / "bin" / "python"))):
        runs[f"{own.label}*"] = table.read(DEV / "pytest.xml")
    if not chosen:
        tell("no other Python from 3.10 on is on this machine, so none was tested")
        return 0
    environments = [Environment(one) for one in chosen]
    for one in environments:
        one.prepare(*REQUIREMENTS)
    shared: Path | None = options.wheel or (None if options.native else shared_wheel(environments))
    for number, one in enumerate(environments):
        wheel = one.build_wheel() if shared is None or one.interpreter.free_threaded else shared
        one.install(wheel)
        say(f"{one.interpreter}: {wheel.name}, extension {digest(wheel)}")
        once = number == 0 and not options.others
        runs[one.interpreter.label] = test(one, options.all or once, options.native, options.pytest)
    in_order = sorted(runs.items(), key=lambda item: [int(n) for n in item[0].strip("t*").split(".")])
    tell(table.render(dict(in_order)) + ("\n(*: as ./dev test left it)" if options.others else ""))
    return 1 if any(run.count("FAIL") for run in runs.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

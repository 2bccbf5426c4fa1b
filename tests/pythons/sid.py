"""Runs the tests under the Pythons of Debian sid, which has the newest ones, inside a chroot of its own.

    ./dev pythons --sid [3.14 3.15 ...] [--all] [-- arguments for pytest]

Twice: with the extension that the 3.10 of this machine built, if it has one (the binary that is released, on Pythons
that were not yet written when its headers were), and with one that each Python builds for itself.

The chroot is build/sid/root; it is made once, by debootstrap, and costs about 1.2 GB. It takes root, debootstrap,
unshare, a Debian mirror (SID_MIRROR) and PyPI. Everything inside runs in namespaces of its own for mounts and
processes: what is mounted there is never seen from outside, and is gone with the last process, however that ends.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from builds import ROOT, Environment, say
from interpreters import find_all

HOME = ROOT / "build" / "sid"
CHROOT = HOME / "root"
CHECKOUT = CHROOT / "work"
MIRROR = os.environ.get("SID_MIRROR", "http://deb.debian.org/debian")
TOOLS = "gcc g++ libc6-dev cmake ninja-build pkg-config libyaml-dev libcjson-dev libpcre2-dev check ca-certificates git"
VERSION = re.compile(r"^python(3\.\d+(?:-nogil)?)-dev$", re.MULTILINE)

# Dies with us, and takes all that it started along, even when we are killed.
PRIVATE = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"]
# $1: the chroot, $2: what to run in it. /proc and shared memory are what Python's tests and multiprocessing need.
ENTER = """
set -eu
mount -t proc proc "$1/proc"
mkdir -p "$1/dev/shm"
mount -t tmpfs tmpfs "$1/dev/shm"
exec chroot "$1" /bin/sh -euc "$2"
"""


def inside(script: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key in {"PIP_CERT", "TERM", "COLUMNS"}}
    fixed = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}
    return subprocess.run(
        [*PRIVATE, "sh", "-c", ENTER, "sh", str(CHROOT), script],
        env=kept | fixed | {"DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.PIPE if capture else None,
        text=True,
        check=False,
    )


def need(script: str, capture: bool = False) -> str:
    done = inside(script, capture)
    if done.returncode != 0:
        sys.exit(f"./dev pythons --sid: this failed in {CHROOT}, exit status {done.returncode}:\n{script}")
    return done.stdout or ""


def refuse(reason: str) -> NoReturn:
    print(f"./dev pythons --sid: {reason}", file=sys.stderr)
    sys.exit(3)


def preconditions() -> None:
    if os.geteuid() != 0:
        refuse("making and entering a chroot needs root, and this is not root")
    missing = [tool for tool in ("debootstrap", "setpriv", "unshare", "chroot", "mount") if shutil.which(tool) is None]
    if missing:
        refuse(f"missing: {', '.join(missing)} (Debian: apt-get install debootstrap)")


def discard(folder: Path) -> None:
    """Never through a mount: what somebody has mounted there (by hand, to look around) is not ours to delete."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    mounted = [line.split()[4].replace(r"\040", " ") for line in lines]
    if below := [place for place in mounted if Path(place).is_relative_to(folder)]:
        refuse(f"something is mounted in the chroot; unmount it first: {', '.join(below)}")
    if folder.exists():
        subprocess.run(["rm", "-rf", "--one-file-system", "--", str(folder)], check=True)


def make_chroot() -> None:
    if (HOME / ".made").is_file():
        return
    say(f"debootstrap sid {CHROOT}, from {MIRROR}")
    discard(HOME)
    HOME.mkdir(parents=True)
    log = HOME / "debootstrap.log"
    with log.open("w") as out:
        # It mounts things of its own, and leaves them where it is stopped half way.
        command = [*PRIVATE, "debootstrap", "--variant=minbase", "sid", str(CHROOT), MIRROR]
        done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit(f"{log.read_text()[-2000:]}\n./dev pythons --sid: debootstrap failed, see {log}")
    (HOME / ".made").touch()


def copy_into(file: str) -> None:
    if file and os.path.isfile(file):
        target = CHROOT / file.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        shutil.copyfile(file, target)


def provide() -> list[str]:
    """Puts in what the tests need; gives the names of the Pythons that sid has: 3.14, 3.14-nogil."""
    # sid's indices are signed for a week; a mirror that is kept at a date may be older.
    (CHROOT / "etc/apt/apt.conf.d/99importspy").write_text('Acquire::Check-Valid-Until "false";\n')
    for file in ("/etc/resolv.conf", "/etc/hosts"):
        copy_into(file)
    need("apt-get update -q >/dev/null")
    names = need("apt-cache pkgnames python3.", capture=True)
    versions = sorted(set(VERSION.findall(names)), key=lambda name: [int(n) for n in name.split("-")[0].split(".")])
    packages = f"{TOOLS} " + " ".join(f"python{v} python{v}-dev python{v}-venv" for v in versions)
    stamp = HOME / ".provided"
    fingerprint = hashlib.sha256(packages.encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != fingerprint:
        say(f"apt-get install, in the chroot: Python {', '.join(versions)}")
        need(f"apt-get install -q -y --no-install-recommends {packages} >/apt.log 2>&1 || {{ cat /apt.log; exit 1; }}")
        stamp.write_text(fingerprint)
    copy_into(os.environ.get("PIP_CERT", ""))
    return versions


def copy_checkout() -> None:
    """What git knows, and what it would know; build/ stays, so that what has not changed is not built again."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit("./dev pythons --sid: this is no git checkout, so what belongs to it is not known")
    files = {name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()}
    for path in sorted(CHECKOUT.rglob("*")) if CHECKOUT.is_dir() else []:
        name = path.relative_to(CHECKOUT).as_posix()
        if not name.startswith(("build/", ".git/")) and path.is_file() and name not in files:
            path.unlink()
    for name in files:
        source, target = ROOT / name, CHECKOUT / name
        if target.is_file() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)  # with the time of now: whatever was built from the former one is older
        shutil.copymode(source, target)


def released_wheel() -> str | None:
    """The wheel that this machine's 3.10 builds, as the chroot sees it."""
    found, _ = find_all()
    oldest = [one for one in found if one.label == "3.10" and one.headers]
    if not oldest:
        say("there is no 3.10 with headers on this machine: sid's Pythons run only what they built themselves")
        return None
    environment = Environment(oldest[0])
    environment.prepare("build.txt", "test.txt", "ways.txt")
    wheel = environment.build_wheel()
    target = CHECKOUT / "build" / "released" / wheel.name
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir(parents=True)
    shutil.copy2(wheel, target)
    return f"/work/build/released/{wheel.name}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("versions", nargs="*", help="3.14 3.15 ...; all that sid has where none is named")
    parser.add_argument("--all", action="store_true", help="tests marked `build` under each interpreter")
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    options = parser.parse_intermixed_args(words[:cut])
    preconditions()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    make_chroot()
    has = provide()
    say(f"sid has Python {', '.join(has)}")
    if not any("nogil" in version for version in has):
        say("sid has no free-threaded Python: none is tested")
    copy_checkout()
    python = f"/usr/bin/python{[version for version in has if '-' not in version][-1]}"
    need(
        f"cd /work && mkdir -p build && cmake -S . -B build/dev -G Ninja -DPython_EXECUTABLE={python} -DISPY_TESTS=ON"
        " >build/cmake.log && ninja -C build/dev version_driver importspy_embed >build/ninja.log"
    )
    arguments = " ".join([*options.versions, *(["--all"] if options.all else []), *words[cut:]])
    wheel = released_wheel()
    status = 0
    for way in ([f"--wheel {wheel}"] if wheel else []) + ["--native"]:
        say(f"in the chroot: {way}")
        status |= inside(f"cd /work && exec {python} tests/pythons/run.py {way} {arguments}").returncode
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())

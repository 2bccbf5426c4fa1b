"""Memory and CPUs in cgroups: trees of both versions, laid over the real one in a mount namespace of their own; and a
real cgroup where one can be made. Both need root on Linux."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import importspy
import pytest
from importspy import _core

SHOW = "import json; from importspy import _core; print(json.dumps(_core._context()))"
PACKAGE = str(Path(importspy.__file__).resolve().parent.parent)


def can_unshare() -> bool:
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None or os.geteuid() != 0:
        return False
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return tried.returncode == 0


namespaces = pytest.mark.skipif(not can_unshare(), reason="mount namespaces cannot be made here")


def shown(command: list[str]) -> tuple[int | None, float | None]:
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": PACKAGE}, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return told["memory"], told["cpus"]


def within(folder: Path, membership: str, files: dict[str, str]) -> tuple[int | None, float | None]:
    """What a process finds that sees these files as /sys/fs/cgroup and this text as its /proc/self/cgroup."""
    for name, text in files.items():
        (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tree" / name).write_text(text)
    (folder / "tree").mkdir(exist_ok=True)
    (folder / "membership").write_text(membership)
    script = (
        f'mount --bind "{folder}/tree" /sys/fs/cgroup && mount --bind "{folder}/membership" /proc/$$/cgroup && '
        f"exec '{sys.executable}' -c '{SHOW}'"
    )
    return shown(["unshare", "-m", "sh", "-c", script])


MB = 1_000_000
HERE = _core._context()

TREES = [
    ("0::/\n", {}, None, None),
    ("0::/\n", {"memory.max": "max\n", "cpu.max": "max 100000\n"}, None, None),
    ("0::/\n", {"memory.max": f"{256 * MB}\n", "cpu.max": "50000 100000\n"}, 256 * MB, 0.5),
    ("0::/a/b\n", {"a/b/memory.max": f"{256 * MB}\n", "a/b/cpu.max": "25000 100000\n"}, 256 * MB, 0.25),
    ("0::/a/b\n", {"a/memory.max": f"{256 * MB}\n", "a/b/memory.max": "max\n"}, 256 * MB, None),
    ("0::/a/b\n", {"a/memory.max": f"{300 * MB}\n", "a/b/memory.max": f"{200 * MB}\n"}, 200 * MB, None),
    ("0::/a/b\n", {"a/memory.max": f"{200 * MB}\n", "a/b/memory.max": f"{300 * MB}\n"}, 200 * MB, None),
    # in a container the path may be one that only the host knows: then the root of the mount is the container's own
    ("0::/docker/0123\n", {"memory.max": f"{128 * MB}\n"}, 128 * MB, None),
    ("0::/../other\n", {"memory.max": f"{128 * MB}\n"}, 128 * MB, None),
    (
        "5:memory:/x\n4:cpu,cpuacct:/y\n",
        {
            "memory/x/memory.limit_in_bytes": f"{256 * MB}\n",
            "memory/memory.limit_in_bytes": "9223372036854771712\n",
            "cpu/y/cpu.cfs_quota_us": "75000\n",
            "cpu/y/cpu.cfs_period_us": "100000\n",
            "cpu/cpu.cfs_quota_us": "-1\n",
            "cpu/cpu.cfs_period_us": "100000\n",
        },
        256 * MB,
        0.75,
    ),
    ("5:memory:/\n0::/\n", {"memory/memory.limit_in_bytes": f"{256 * MB}\n"}, 256 * MB, None),
    ("0::/" + "a" * 5000 + "\n", {"memory.max": f"{1 * MB}\n"}, 1 * MB, None),
    # what cannot be understood is no limit
    ("", {"memory.max": f"{1 * MB}\n"}, None, None),
    ("nonsense\n:::\n0:\n", {"memory.max": f"{1 * MB}\n"}, None, None),
    ("0::/\n", {"memory.max": "lots\n", "cpu.max": "x y\n"}, None, None),
    ("0::/\n", {"memory.max": "", "cpu.max": "50000\n"}, None, None),
    ("0::/\n", {"cpu.max": "50000 0\n"}, None, None),
]


@namespaces
@pytest.mark.parametrize(("membership", "files", "memory", "cpus"), TREES)
def test_limits_of_cgroups(
    tmp_path: Path, membership: str, files: dict[str, str], memory: int | None, cpus: float | None
) -> None:
    (tmp_path / "free").mkdir()
    free = within(tmp_path / "free", "", {})
    (tmp_path / "held").mkdir()
    found = within(tmp_path / "held", membership, files)
    assert found == (free[0] if memory is None else memory, free[1] if cpus is None else cpus)


@contextlib.contextmanager
def real_cgroup(controller: str, **settings: str) -> Iterator[Path]:
    folder = Path("/sys/fs/cgroup") / controller / "importspy-test"
    try:
        folder.mkdir()
        for name, text in settings.items():
            (folder / name.replace("__", ".")).write_text(text)
    except OSError as problem:
        with contextlib.suppress(OSError):
            folder.rmdir()
        pytest.skip(f"no cgroup can be made here: {problem}")
    try:
        yield folder
    finally:
        folder.rmdir()


@pytest.mark.skipif(not Path("/sys/fs/cgroup/memory").is_dir(), reason="no cgroups of version 1")
def test_a_real_limit_on_memory() -> None:
    with real_cgroup("memory", memory__limit_in_bytes=str(512 << 20)) as folder:
        script = f"echo $$ > {folder}/cgroup.procs && exec '{sys.executable}' -c '{SHOW}'"
        assert shown(["sh", "-c", script])[0] == 512 << 20
    assert HERE["memory"] != 512 << 20


@pytest.mark.skipif(not Path("/sys/fs/cgroup/cpu").is_dir(), reason="no cgroups of version 1")
def test_a_real_quota_of_cpus() -> None:
    with real_cgroup("cpu", cpu__cfs_period_us="100000", cpu__cfs_quota_us="50000") as folder:
        script = f"echo $$ > {folder}/cgroup.procs && exec '{sys.executable}' -c '{SHOW}'"
        assert shown(["sh", "-c", script])[1] == 0.5


def test_every_part_is_told_by_name() -> None:
    assert list(HERE) == [
        *("os", "release", "kernel", "libc", "libc_version", "arch", "bits", "byte_order", "cpus", "memory"),
        *("container", "python_version", "implementation", "debug", "free_threaded", "gil", "optimize", "isolated"),
        *("subinterpreter", "abi", "virtual_environment"),
    ]
    assert HERE["byte_order"] == sys.byteorder
    assert HERE["bits"] == sys.maxsize.bit_length() + 1
    assert HERE["isolated"] == bool(sys.flags.isolated)
    assert HERE["debug"] == hasattr(sys, "gettotalrefcount")
    assert HERE["virtual_environment"] == (None if sys.prefix == sys.base_prefix else sys.prefix)
    assert HERE["optimize"] == str(min(sys.flags.optimize, 2))


@pytest.mark.skipif(not hasattr(os, "uname"), reason="no uname")
def test_the_kernel_and_the_machine() -> None:
    assert (HERE["kernel"], HERE["arch"]) == (os.uname().release, os.uname().machine)
    if hasattr(os, "confstr") and "CS_GNU_LIBC_VERSION" in getattr(os, "confstr_names", {}):
        told = os.confstr("CS_GNU_LIBC_VERSION")
        assert told is None or told == f"{HERE['libc']} {HERE['libc_version']}"


def test_isolated_mode_and_optimisation_show() -> None:
    code = f"import sys; sys.path.append({PACKAGE!r}); {SHOW}"
    done = subprocess.run([sys.executable, "-I", "-OO", "-c", code], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert (told["isolated"], told["optimize"]) == (True, "2")

"""Runs the program that examples/embed/main.c became: CTest does so, with and without the sanitizers.

    python tests/embed/run.py PROGRAM

Under AddressSanitizer leaks are looked for as well. An interpreter never frees all that it holds when it is finalised,
and what is only reachable from there is not ours: a leak counts where our own code asked for the memory.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "embed"
ROUND = [
    "embed_good: my first line runs",
    "embed_good: registered with the example",
    "module 'embed_bad' is denied",
    "error[ISPY310]: function 'register' takes fewer arguments by position than the host passes",
]


def leaks_of_ours(report: str) -> list[str]:
    """Blocks of LeakSanitizer's report in which the first caller of the allocator is ours."""
    ours = []
    for block in re.split(r"\n\n", report):
        frames = re.findall(r"#\d+ 0x[0-9a-f]+ in (\S+)", block)
        callers = [name for name in frames if not name.startswith("__interceptor") and name not in {"malloc", "calloc"}]
        if "leak of" in block and callers and not callers[0].startswith(("_Py", "Py")) and "/src/" in block:
            ours.append(block)
    return ours


def main() -> int:
    # Each object is a block of its own, for AddressSanitizer to watch.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment |= {"PYTHONMALLOC": "malloc", "PYTHONHOME": f"{sys.base_prefix}:{sys.base_exec_prefix}"}
    environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=1"
    environment["LSAN_OPTIONS"] = "exitcode=0:fast_unwind_on_malloc=0"
    command = [str(Path(sys.argv[1]).resolve()), "contract.yml", "plugins"]
    done = subprocess.run(
        command, cwd=EXAMPLE, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    print(done.stdout)
    rounds = done.stdout.split("-- round ")[1:]
    problems = leaks_of_ours(done.stderr)
    if done.returncode != 0 or "ERROR: AddressSanitizer" in done.stderr:
        problems += [f"exit status {done.returncode}", done.stderr[-4000:]]
    if "runtime error" in done.stderr:
        problems.append(done.stderr[-4000:])
    if len(rounds) != 2:
        problems.append(f"{len(rounds)} rounds instead of 2")
    for text in rounds:
        problems += [f"missing: {line}" for line in ROUND if line not in text]
        if "embed_bad: my first line runs" in text:
            problems.append("embed_bad ran")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

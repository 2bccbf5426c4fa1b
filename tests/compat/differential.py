"""Asks ImportSpy 0.4.12 about the corpus and about generated pairs, and writes oracle.json. Needs the network once.

python tests/compat/differential.py [--environment FOLDER]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from corpus import EXAMPLES, LINUX
from generated import make

HERE = Path(__file__).resolve().parent
RECORD = HERE / "oracle.json"
GENERATED = 800
REQUIREMENTS = ["importspy==0.4.12", "click<8.2"]  # its command line breaks with a later click

Case = tuple[str, str, str, dict[str, object]]


def cases() -> dict[str, Case]:
    """Name -> contract, name of the file, module, context."""
    found: dict[str, Case] = {}
    for example in EXAMPLES:
        context = {**LINUX, "python_version": "3.12.1", **example.context}
        for label, (module, _) in example.modules().items():
            found[f"{example.name}: {label}"] = (example.contract, example.file, module, context)
        for label, change in example.elsewhere.items():
            found[f"{example.name}: elsewhere: {label}"] = (
                example.contract,
                example.file,
                example.keeps,
                {**context, **change},
            )
    for seed in range(GENERATED):
        contract, module = make(seed)
        found[f"generated: {seed}"] = (contract, "made.py", module, {**LINUX, "python_version": "3.12.1"})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environment", type=Path, help="where importspy 0.4.12 is installed, or is to be")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = options.environment or Path(folder)
        python = environment / "bin" / "python"
        if not python.exists():
            venv.create(environment, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "-q", *REQUIREMENTS], check=True)
        asked = cases()
        done = subprocess.run(
            [python, "-I", HERE / "oracle.py"],
            input=json.dumps(list(asked.values())),
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        )
    verdicts = json.loads(done.stdout)
    RECORD.write_text(json.dumps(dict(zip(asked, verdicts, strict=True)), indent=0, ensure_ascii=True) + "\n")
    for kind in ("keeps", "breaks", "cannot"):
        print(kind, *(sum(both[n].startswith(kind) for both in verdicts) for n in (0, 1)), file=sys.stderr)


if __name__ == "__main__":
    main()

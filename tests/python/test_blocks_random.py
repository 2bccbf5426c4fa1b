"""Random formulas of any_of, all_of, not and when, held against a few lines of Python that say what Kleene says.

Of each module some names are certain, some are missing, some cannot be told from the source. The verdict on the source
is compared, and then what becomes of the module when it is imported and the open ones turn out one way or the other.
"""

from __future__ import annotations

import importlib
import json
import random
import sys

import importspy
import pytest
from conftest import Workshop

FAIL, OPEN, PASS = 0, 1, 2
WORDS = {FAIL: "fail", OPEN: "unprovable", PASS: "pass"}
Block = dict[str, object]


def grow(source: random.Random, depth: int) -> Block:
    """A block: clauses of its own, or groups, or both; now and then one that does not apply here."""
    block: Block = {}
    if depth == 0 or source.random() < 0.5:
        names = source.sample("ABCDEF", source.randint(1, 2))
        block["variables"] = [{"name": name, "value": 1} for name in names]
        if source.random() < 0.2:
            block["functions"] = [{"name": source.choice("ABCDEF"), "presence": "forbidden"}]
    while depth > 0 and (not block or source.random() < 0.4):
        key = source.choice(["any_of", "all_of", "not"])
        some = [grow(source, depth - 1) for _ in range(source.randint(1, 3))]
        block[key] = some[0] if key == "not" else some
    if source.random() < 0.15:
        block["when"] = {"python": source.choice(["<3", ">=3"])}
    return block


def some_list(block: Block, key: str) -> list[Block]:
    stated = block.get(key, [])
    assert isinstance(stated, list)
    return stated


def negated(block: Block) -> list[Block]:
    stated = block.get("not")
    return [stated] if isinstance(stated, dict) else []


def applies(block: Block) -> bool:
    when = block.get("when")
    if isinstance(when, dict) and when["python"] == "<3":
        return False
    if any(key in block for key in ("variables", "functions", "any_of")):
        return True
    return any(map(applies, some_list(block, "all_of") + negated(block)))


def judge(block: Block, truth: dict[str, int]) -> int:
    """What the block comes to, where each name is there with the value 1 (PASS), open, or not there (FAIL)."""
    found = [truth[str(clause["name"])] for clause in some_list(block, "variables")]
    for clause in some_list(block, "functions"):  # there are none; but what is computed might be one
        found.append(OPEN if truth[str(clause["name"])] == OPEN else PASS)
    found += [judge(one, truth) for one in some_list(block, "all_of") if applies(one)]
    if "any_of" in block:
        found.append(max((judge(one, truth) for one in some_list(block, "any_of") if applies(one)), default=FAIL))
    found += [PASS - judge(one, truth) for one in negated(block) if applies(one)]
    return min(found, default=PASS)


def write(truth: dict[str, int], live: dict[str, int]) -> str:
    lines = []
    for name, verdict in truth.items():
        if verdict == PASS:
            lines.append(f"{name} = 1")
        elif verdict == OPEN:
            lines.append(f"{name} = int('{1 if live[name] == PASS else 2}')")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(300))
def test_a_formula(seed: int, workshop: Workshop) -> None:
    source = random.Random(seed)
    block = grow(source, 4)
    block.pop("when", None)
    truth = {name: source.choice([FAIL, OPEN, PASS]) for name in "ABCDEF"}
    live = {name: source.choice([FAIL, PASS]) if verdict == OPEN else verdict for name, verdict in truth.items()}
    contract = workshop.contract(json.dumps({"modules": ["acme.*"], **block}))
    plugin = workshop.write("acme/mail.py", write(truth, live))
    report = importspy.check(plugin, contract)
    assert report.verdict == WORDS[judge(block, truth)], (block, truth)
    sys.modules.pop("acme.mail", None)
    sys.modules.pop("acme", None)
    try:
        with importspy.install(contract):
            importlib.import_module("acme.mail")
        admitted = True
    except importspy.ContractViolation:
        admitted = False
    finally:
        sys.modules.pop("acme.mail", None)
        sys.modules.pop("acme", None)
    # what the source has settled is not asked again, and what it left open is what the live module shows
    assert admitted == (judge(block, live) == PASS), (block, truth, live)

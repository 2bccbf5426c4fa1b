"""Names that Python's compiler turns into NFKC: a contract that writes them otherwise could not meet what it names."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator

import importspy
import pytest
from conftest import Workshop

COMPOSED, DECOMPOSED, WIDE = "caf\u00e9", "cafe\u0301", "\uff43af\u00e9"
BAD = "import ran_marker\n"


@pytest.fixture
def cafe(plain: Workshop) -> Iterator[Workshop]:
    plain.write(f"acme/{COMPOSED}.py", BAD)
    yield plain
    assert "ran_marker" not in sys.modules


@pytest.mark.parametrize("name", [DECOMPOSED, WIDE, "\ufb01le", "\u212bngstrom"])
@pytest.mark.parametrize(
    "contract",
    [
        "modules: [acme.{}]\nfunctions: [f]\n",
        'modules: ["acme.{}*"]\nfunctions: [f]\n',
        'modules: ["acme.*", "!acme.{}"]\nfunctions: [f]\n',
        "modules: [acme.x]\nfunctions: [{}]\n",
        "modules: [acme.x]\nfunctions: [{{name: {}, presence: forbidden}}]\n",
        "modules: [acme.x]\nvariables: [{}]\n",
        'modules: [acme.x]\nfunctions: [{{name: "{}*", presence: forbidden}}]\n',
        "modules: [acme.x]\nclasses: [{}]\n",
        "modules: [acme.x]\nclasses: [{{name: P, superclasses: [acme.{}]}}]\n",
        "modules: [acme.x]\nclasses: [{{name: P, methods: [{}]}}]\n",
        "modules: [acme.x]\nfunctions: [{{name: f, arguments: [{{name: {}}}]}}]\n",
    ],
)
def test_a_contract_that_no_module_could_meet(cafe: Workshop, contract: str, name: str) -> None:
    path = cafe.contract(contract.format(name), "odd.yml")
    with pytest.raises(importspy.ContractError) as caught:
        importspy.install(path)
    told = str(caught.value)
    assert "ISPY909" in told
    assert "NFKC" in told
    assert {DECOMPOSED: COMPOSED, WIDE: COMPOSED, "\ufb01le": "file"}.get(name, "\u00c5ngstrom") in told
    assert importspy.status().guards == ()


@pytest.mark.parametrize("spelling", [COMPOSED, DECOMPOSED, WIDE])
def test_an_import_statement_in_any_spelling(cafe: Workshop, spelling: str) -> None:
    with importspy.install(cafe.contract(f"modules: [acme.{COMPOSED}]\nfunctions: [f]\n", "fine.yml")):
        with pytest.raises(importspy.ContractViolation):
            exec(f"import acme.{spelling}")
        with pytest.raises(importspy.ContractViolation):
            exec(f"from acme import {spelling}")
        with pytest.raises(importspy.ContractViolation):
            importlib.import_module(f"acme.{COMPOSED}")


def test_a_file_of_another_spelling_is_another_module(cafe: Workshop) -> None:
    """On file systems that tell them apart. A pattern with a star selects it; an exclusion does not take it away."""
    cafe.write(f"acme/{DECOMPOSED}.py", BAD)
    text = f'modules: ["acme.*", "!acme.{COMPOSED}", "!acme.good"]\nfunctions: [f]\n'
    with (
        importspy.install(cafe.contract(text, "star.yml")),
        pytest.raises(importspy.ContractViolation),
    ):
        importlib.import_module(f"acme.{DECOMPOSED}")


def test_members(cafe: Workshop) -> None:
    cafe.write("acme/member.py", f"def {DECOMPOSED}(): ...\n")
    text = "modules: [acme.member]\nfunctions: [{{name: {}, presence: {}}}]\n"
    path = cafe.site / "acme/member.py"
    assert importspy.check(path, cafe.contract(text.format(COMPOSED, "required"), "a.yml")).verdict == "pass"
    assert importspy.check(path, cafe.contract(text.format(COMPOSED, "forbidden"), "b.yml")).verdict == "fail"
    stub = f'modules: [acme.member]\nfunctions: ["def {DECOMPOSED}(): ..."]\n'
    assert importspy.check(path, cafe.contract(stub, "c.yml")).verdict == "pass"


def test_other_texts_are_left_alone(cafe: Workshop) -> None:
    """Titles, values, files and variables of the environment are no identifiers."""
    path = cafe.write("acme/value.py", f"X = '{DECOMPOSED}'\n")
    text = f"""
        title: {DECOMPOSED}
        files: ["**/{DECOMPOSED}.py"]
        variables: [{{name: X, value: {DECOMPOSED}}}]
    """
    assert importspy.check(path, cafe.contract(text, "texts.yml")).verdict == "pass"

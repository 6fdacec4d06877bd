"""The command `pathways`: what it prints, and mistakes in what is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output

HELPED = """label: {en: Helped, zh: 扶持}
description: The programme begins where size is behind.
extends: baseline
rules:
  help:
    check: [2023, 2024]
    if: {variable: size, below: 106}
    then: {set: {policy: 2}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of_linear(tmp_path / "study", **{"scenarios/helped.yaml": HELPED})


def test_the_comparison_as_json(xhsim_command: Output, folder: Path) -> None:
    words = ["programme", "helped", "--draws", "64", "--json", "--try", "help=104,106"]
    status, out, _ = xhsim_command("pathways", *words, study=folder)
    record = json.loads(out)
    assert status == 0
    assert 0 < record["share"] < 4
    assert record["thresholds"]["objective"] == "mean"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["programme", "nothing"], 'scenario "nothing" has no rules'),
        (["programme", "helped", "--try", "help"], '"help" is not RULE=X,Y,...'),
        (["programme", "helped", "--try", "help=a"], '"help=a" is not RULE=X,Y,...'),
        (["programme", "helped", "--try", "hlp=1", "--draws", "4"], 'did you mean "help"'),
        (["programme", "helped", "--draws", "0"], "draws"),
    ],
)
def test_mistakes(xhsim_command: Output, folder: Path, words: list[str], message: str) -> None:
    status, out, err = xhsim_command("pathways", *words, study=folder)
    assert (status, out) == (2, "")
    assert message in err

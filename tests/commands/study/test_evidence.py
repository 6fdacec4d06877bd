"""The command `evidence`: all cards, the cards of one line, and a line without a card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output
from tests.study.evidence.test_cards import TWO


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return copy_of_linear(tmp_path / "s", **{"model/evidence.yaml": TWO})


def test_all_cards_and_those_of_a_line(xhsim_command: Output, study: Path) -> None:
    status, out, _ = xhsim_command("evidence", study=study)
    assert (status, "Policy lines (1)" in out, "Floor to rent" in out) == (0, True, True)
    status, out, _ = xhsim_command("evidence", "policy", study=study)
    assert (status, "It helps a little." in out, "Floor to rent" in out) == (0, True, False)
    records = json.loads(xhsim_command("evidence", "--json", study=study)[1])
    assert [record["card"] for record in records] == ["money", "rent"]


def test_an_unknown_line_is_bad_input(xhsim_command: Output, study: Path) -> None:
    status, _, err = xhsim_command("evidence", "polcy", study=study)
    assert (status, 'did you mean "policy"' in err) == (2, True)


def test_check_counts_cards_and_asks_for_every_lever(xhsim_command: Output, study: Path) -> None:
    status, out, _ = xhsim_command("check", study=study)
    assert (status, "Evidence cards: 2" in out) == (0, True)
    record = json.loads(xhsim_command("check", "--json", study=study)[1])
    assert record["evidence"] == {"found": 1, "none": 1}
    cards = study / "model" / "evidence.yaml"
    cards.write_text(TWO[TWO.index("rent:") :], encoding="utf-8")
    status, _, err = xhsim_command("check", study=study)
    assert (status, 'the lever "policy" has no evidence card' in err) == (2, True)


def test_a_study_without_cards(xhsim_command: Output) -> None:
    status, out, _ = xhsim_command("evidence")
    assert (status, "no evidence cards" in out) == (0, True)

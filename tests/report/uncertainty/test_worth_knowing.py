"""What is worth knowing: what the tables say, and their JSON."""

from __future__ import annotations

import json

from tests.plots.worth import bought, known, narrowed
from tests.report.terminal.printing import printed
from xhsim.report.uncertainty.worth_knowing import ChoiceReport, WorthKnowingReport


def test_targets_with_their_unknowns() -> None:
    report = WorthKnowingReport(narrowed())
    said = printed(*report.parts())
    assert "What is worth knowing in plan, by target" in said
    assert "Tax spread" in said
    assert "29 % ± 1" in said
    assert "nearly decided" in said
    assert "no single unknown narrows it for sure" in said
    assert "not assessable without the base" in said
    assert "more than three standard errors" in said
    assert "standard errors" not in printed(*report.parts(quiet=True))
    record = json.loads(json.dumps(report.as_record(), allow_nan=False))
    assert record["error"] == 0
    first = record["targets"][0]
    assert first["unknowns"][0]["unknown"] == "tax spread"
    assert first["unknowns"][0]["year"] is None
    table = narrowed()
    table.attrs["error"] = 0.5
    said = " ".join(printed(*WorthKnowingReport(table).parts()).split())
    assert "error of 50 % of its spread" in said


def test_a_choice_beside_money() -> None:
    report = ChoiceReport(known(), bought())
    said = printed(*report.parts())
    assert "knowing everything before choosing balanced" in said
    assert "100 million yuan per year more for Investment promotion" in said
    assert "knowing Tax spread" in said
    assert "Listing window" not in said  # not above what irrelevant numbers give
    assert "0.195" in said
    assert "paid by a higher programme share" in said
    record = json.loads(json.dumps(report.as_record(), allow_nan=False))
    assert record["money"]["lines"][0]["gain"] == 0.195
    assert record["unknowns"][1]["year"] == 2021


def test_a_choice_for_which_nothing_is_worth_knowing() -> None:
    table = known()
    table["sure"] = False
    said = printed(*ChoiceReport(table).parts(quiet=True))
    assert "knowing everything before" in said
    assert "No single unknown is worth more" in said
    assert "Tax spread" not in said


def test_one_target_and_no_money() -> None:
    table = known()
    table.attrs |= {"target": "rd_intensity", "measurement": 0.5}
    report = ChoiceReport(table, None, 1, "R&D intensity")
    said = printed(*report.parts())
    assert "The choice, R&D intensity" in said
    assert "adds to the probability" in said
    assert "error of 50 %" in said
    assert "More money" not in said
    assert "Listing window" not in said
    assert "money" not in report.as_record()

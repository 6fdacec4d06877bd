"""The facts of a report: the shortfall of the budget, and what scenarios are compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.analysis.studies import STRUCTURES, copy_of_linear
from tests.report.page.pages import HTML, text_of
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.page.facts import ReportWish, gather, others_of
from xhsim.report.page.page import write_report


def test_money_that_is_missing(tmp_path: Path) -> None:
    """What is spent stands in for what is missing: nothing in one scenario, always in the other."""
    folder = copy_of_linear(tmp_path / "study", **{"model/checks.yaml": "budget: spent\n"})
    study = xhsim.open_study(folder)
    facts = gather(study, ReportWish(("baseline", "programme"), None, 100, 0))
    holds, binds = (one.budget for one in facts.scenarios)
    assert holds is not None
    assert binds is not None
    assert (holds.ever.probability, binds.ever.probability) == (0, 1)
    assert (binds.worst, binds.missing) == (2024, 1.0)
    assert (binds.first, binds.last) == (2021, 2025)
    file = write_report(study, ["baseline", "programme"], tmp_path / "page.html", draws=100)
    text = text_of(HTML.fromstring(file.read_text(encoding="utf-8")))
    assert (
        "The budget pays for all of the scenario's spending in every draw from 2021 to 2025" in text
    )
    assert "A shortfall is most frequent in 2024, with a probability of >96 % (96–100)." in text


def test_a_count_is_the_mean_over_draws(study: Study) -> None:
    (one,) = gather(study, ReportWish(("programme",), None, 64, 0)).scenarios
    assert one.count.mean == pytest.approx(one.judged.table["probability"].sum())
    assert one.count.low <= one.count.mean <= one.count.high
    assert not one.judged.failed.any()


def test_each_part_is_about_the_draws_of_the_headline(study: Study) -> None:
    facts = gather(study, ReportWish(("programme",), None, 200, 5))
    (one,) = facts.scenarios
    assert one.splits
    assert one.difference is not None
    for split in one.splits:
        target = split.target.id
        ends = facts.comparison["probability"].unstack("scenario").loc[target]
        assert (ends["baseline"], ends["programme"]) == (split.before, split.after)
        moved = one.difference.loc[target]
        assert (moved["before"], moved["after"]) == (split.before, split.after)
        assert split.table["shapley"].sum() == pytest.approx(moved["difference"])
        row = one.judged.crossing.loc[target]
        by_the_deadline = 1 - row["never"] - row["lost"]
        assert by_the_deadline == pytest.approx(split.after)


def test_a_structure_that_is_chosen_holds_for_all_parts(tmp_path: Path) -> None:
    structured = xhsim.open_study(STRUCTURES)
    facts = gather(structured, ReportWish(("programme",), None, 64, 0, "exact"))
    (one,) = facts.scenarios
    assert "structure" not in one.layers
    wanted = structured.attainment(structured.ensemble("programme", 64, structure="exact"))
    own = one.judged.table["probability"]
    assert own.to_dict() == wanted["probability"].loc[own.index].to_dict()
    options = {"draws": 16, "structure": "exact"}
    file = write_report(structured, ["programme"], tmp_path / "p.html", **options)  # type: ignore[arg-type]
    text = text_of(HTML.fromstring(file.read_text(encoding="utf-8")))
    assert "All draws use one structure of the model: Exact." in text
    assert "--structure exact" in text


def test_comparisons_that_cannot_be_made(study: Study) -> None:
    with pytest.raises(InputError, match="there is no scenario to report on"):
        others_of(study, ReportWish((), None, 8, 0))
    with pytest.raises(InputError, match="cannot be compared with itself"):
        others_of(study, ReportWish(("programme",), "programme", 8, 0))

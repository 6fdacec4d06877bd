"""The summary: counts of targets met, comparisons, and conditions."""

from __future__ import annotations

import pytest

from tests.report.page.pages import DRAWS, Make, text_of
from xhsim.analysis.study import Study
from xhsim.report.page.facts import ReportWish, gather, others_of


def test_the_summary_counts_what_is_met(study: Study, make: Make) -> None:
    facts = gather(study, ReportWish(("programme",), None, DRAWS, 0))
    one = facts.scenarios[0]
    both = {name: study.ensemble(name, DRAWS, 0) for name in ("baseline", "programme")}
    means = {name: float(study.joint(each)["expected"]["joint"]) for name, each in both.items()}
    assert one.count.mean == pytest.approx(means["programme"])
    assert one.gain is not None
    assert one.gain.mean == pytest.approx(means["programme"] - means["baseline"])
    assert one.count.low < one.count.mean < one.count.high
    text = text_of(make("programme").get_element_by_id("summary"))
    assert f"“Programme”, {one.count.mean:.1f} of the 3 targets are met on average" in text
    assert "Compared with “As before”" in text
    assert "the priors of its parameters are right" in text
    table = one.judged.table[one.judged.table["word"] == "likely"]
    for label, chance in zip(table["label"], table["probability"], strict=True):
        assert f"{label} {100 * chance:.0f} % (" in text


def test_several_scenarios_side_by_side(study: Study, make: Make) -> None:
    page = make("baseline", "programme", "doubt", against="programme")
    heads = [text_of(head) for head in page.get_element_by_id("attainment").iter("h3")]
    assert heads == ["As before", "Programme", "Doubt"]
    text = text_of(page.get_element_by_id("summary"))
    assert text.count("Compared with “Programme”") == 2
    assert text.count("This scenario is not compared with another one.") == 1
    wish = ReportWish(("baseline", "programme", "doubt", "nothing"), None, 8, 0)
    assert others_of(study, wish) == {
        "baseline": None,
        "programme": "baseline",
        "doubt": "programme",
        "nothing": "baseline",
    }


def test_a_scenario_that_changes_nothing(make: Make) -> None:
    page = make("nothing")
    assert "does not change by more than the sampling error" in text_of(page)
    assert "It changes nothing." in text_of(page)
    assert "no policies among which its effect could be divided" in text_of(page)

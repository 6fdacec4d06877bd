"""Parts of the explorer as HTML: figures, words, and escaped text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html as untyped

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.policies.live_ensemble import Answer, LiveEnsemble
from xhsim.analysis.study import Study
from xhsim.explorer.fragments import lever_html, lever_told, probabilities_html, summary_html
from xhsim.explorer.levers import Slider
from xhsim.wording.label import Label

SLIDER = Slider(
    name="help",
    label=Label("Help <b>", "帮助"),
    sector=Label("Firms", "企业"),
    unit="unit",
    low=0.0,
    high=5.0,
    step=0.1,
    history=1.0,
    planned=2.0,
    source="page 3",
    is_money=False,
)


def test_a_lever_shows_history_and_plan_and_is_marked_when_moved() -> None:
    still = lever_html(SLIDER, 1.0, 1.0, "en")
    assert "history 1 · plan 2" in still
    assert "Help &lt;b&gt;" in still
    assert 'class="xhsim-lever"' in still
    assert 'class="xhsim-lever moved"' in lever_html(SLIDER, 1.5, 1.0, "en")
    assert "plan" not in lever_html(replace(SLIDER, planned=None), 1.0, 1.0, "en")


def test_a_lever_that_costs_nothing_says_so() -> None:
    lines = lever_told(SLIDER, "en").splitlines()
    assert lines[1:4] == ["history 1, plan 2", "Unit: unit", "Range: 0 to 5"]
    assert lines[4] == "Cost: none; this lever decides the size of the budget"
    paid = lever_told(replace(SLIDER, is_money=True), "en")
    assert "the budget pays for it" in paid


@pytest.fixture(scope="module")
def study() -> Study:
    return xhsim.open_study(LINEAR)


@pytest.fixture(scope="module")
def answers(study: Study) -> tuple[Answer, Answer]:
    live = LiveEnsemble(study, 64)
    return live.ask("programme"), live.ask("baseline")


def test_the_table_has_the_probability_and_the_change_of_each_target(
    study: Study, answers: tuple[Answer, Answer]
) -> None:
    now, before = answers
    text = probabilities_html(now, before, study.indicators, "size", "As <before>", "en")
    rows = untyped.fromstring(text).findall(".//tr[@data-target]")
    assert [row.get("data-target") for row in rows] == list(study.indicators)
    for row in rows:
        key = row.get("data-target")
        share = now.table.loc[key, "probability"]
        assert float(row.get("data-probability")) == pytest.approx(share, rel=1e-5)
        points = round(100 * (share - before.table.loc[key, "probability"]))
        assert row[-1].text_content().replace("−", "-").replace("±", "") == (
            f"{points:+d}" if points else "0"
        )
        assert (row.get("class") == "chosen") == (key == "size")
    assert "against As &lt;before&gt;" in text


def test_the_summary_counts_the_targets(answers: tuple[Answer, Answer]) -> None:
    now, before = answers
    mean = now.joint["expected"]["joint"]
    text = summary_html(now, before, "As before", "en")
    assert f"{mean:.1f} of 3 met on average (" in text
    assert 'aria-live="polite"' in text
    assert "±0.0 against As before" in summary_html(before, before, "As before", "en")

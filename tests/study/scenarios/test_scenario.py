"""Scenarios made in code mean what the same file means, and are refused for the same mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.scenarios.scenario import Scenario, make_scenario, read_scenario
from xhsim.wording.label import Label

FILE = """
label: {en: Mine, zh: 我的}
description: In a file.
extends: baseline
set:
  policy: {ramp: {from: 2021, until: 2022-07-02, to: 2}}
  zone growth[South]: 1.5
uncertain:
  idle: 90% in [1, 2]
delivery: {share: "90% in [0.6, 0.9]"}
run: {draws: 64, seed: 3}
"""
SAME: dict[str, Any] = {
    "label": {"en": "Mine", "zh": "我的"},
    "description": "In a file.",
    "uncertain": {"idle": "90% in [1, 2]"},
    "delivery": {"share": "90% in [0.6, 0.9]"},
    "run": {"draws": 64, "seed": 3},
}
CHANGES = {
    "policy": {"ramp": {"from": 2021, "until": "2022-07-02", "to": np.float64(2)}},
    "zone growth[South]": 1.5,
}


@pytest.fixture(scope="module")
def linear() -> Study:
    return xhsim.open_study(LINEAR)


def without_places(scenario: Scenario) -> Scenario:
    nowhere = Place("", 0)
    return replace(
        scenario,
        where=nowhere,
        changes=tuple(replace(change, where=nowhere) for change in scenario.changes),
        beliefs=tuple(replace(belief, where=nowhere) for belief in scenario.beliefs),
        delivery=scenario.delivery and replace(scenario.delivery, where=nowhere),
    )


def test_the_same_as_a_file(tmp_path: Path, linear: Study) -> None:
    folder = copy_of_linear(tmp_path / "study", **{"scenarios/mine.yaml": FILE})
    made = make_scenario("mine", CHANGES, **SAME)
    read = read_scenario(folder / "scenarios" / "mine.yaml")
    assert without_places(made) == without_places(read)
    from_file = xhsim.open_study(folder).ensemble("mine")
    in_code = linear.with_scenario("mine", CHANGES, **SAME).ensemble("mine")
    assert in_code.sizes["draw"] == 64
    assert np.array_equal(in_code["size"], from_file["size"])


def test_the_study_itself_is_left_as_it_was(linear: Study) -> None:
    before = list(linear.scenarios)
    other = linear.with_scenario("mine", {"policy": 1.0}, label="Mein")
    assert list(linear.scenarios) == before
    assert list(other.scenarios) == [*before, "mine"]
    assert other.scenarios["mine"].label == Label("Mein", "Mein")


def test_a_scenario_of_its_own_study_values() -> None:
    assert make_scenario("alone", extends=None).extends is None


@pytest.mark.parametrize(
    ("changes", "others", "words"),
    [
        ({"polcy": 1}, {}, 'scenario "mine": unknown parameter "polcy". did you mean "policy"?'),
        ({"policy": 9}, {}, 'scenario "mine": "policy" is set to 9, outside its range [0, 5]'),
        ({"policy": "much"}, {}, '"set.policy" must be a number, not the text "much"'),
        ({"policy": {"step": {"year": 2022}}}, {}, '"set.policy.step.to" is missing'),
        ({"policy": np.arange(3)}, {}, '"policy" cannot be given as ndarray'),
        ({"policy": 1, "Policy": 2}, {}, '"Policy" is given twice. remove one of them'),
        ({3: 1}, {}, 'a key of "set" must be text, not the number 3'),
        ({}, {"extends": "basline"}, 'did you mean "baseline"?'),
        ({}, {"extend": "baseline"}, 'did you mean "extends"?'),
        ({}, {"extends": "mine"}, "in a circle"),
        ({}, {"uncertain": {"idle": "90% on [1, 2]"}}, 'scenario "mine": prior "90% on [1, 2]"'),
    ],
)
def test_mistakes_name_the_scenario_and_the_key(
    linear: Study, changes: Any, others: Any, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        linear.with_scenario("mine", changes, **others)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert ":0" not in str(caught.value), "there are no lines to name"


def test_a_namesake_is_checked_before_it_takes_the_place(linear: Study) -> None:
    with pytest.raises(InputError, match="outside its range"):
        linear.with_scenario("baseline", {"policy": 9}, replace=True, extends=None)


def test_names_and_ready_scenarios(linear: Study) -> None:
    with pytest.raises(InputError, match="needs a name"):
        linear.with_scenario(" ")
    with pytest.raises(InputError, match="a complete scenario cannot be changed here"):
        linear.with_scenario(make_scenario("mine"), {"policy": 1})


def test_a_scenario_shows_each_thing_that_it_says() -> None:
    made = make_scenario(
        "mine",
        {"a": {"step": {"year": 2022, "to": 5.0}}, "b": 3},
        label={"en": "A <b>bold</b> push", "zh": "发力"},
        uncertain={"c": "90% in [1, 2] normal"},
        delivery={"share": "90% in [0.5, 1] uniform"},
        shocks={"d": "off"},
        run={"until": 2030},
    )
    assert repr(made) == "<Scenario mine: A <b>bold</b> push; extends baseline, 6 settings>"
    assert len(repr(make_scenario("x", {"b": 3})).splitlines()) == 1
    assert repr(make_scenario("x", {"b": 3}, extends=None)).endswith("extends nothing, 1 setting>")
    html = made._repr_html_()
    for text in (
        "A &lt;b&gt;bold&lt;/b&gt; push · 发力",
        *("as in baseline until 2022, then 5", "until: 2030", "off", "baseline"),
        *(str(belief.prior) for belief in made.beliefs),
    ):
        assert text in html, text
    assert html.count("<tr>") == 4 + 1 + 6  # facts, heads, settings

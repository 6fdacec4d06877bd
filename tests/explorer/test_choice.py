"""What a reader has chosen, as a scenario and as a file: both the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.explorer.choice import Choice, read_choice
from xhsim.study.scenarios.scenario import read_scenario
from xhsim.study.scenarios.writer import scenario_text

STATE = {"start": "programme", "since": 2022, "over": 2, "levers": {}, "held": {}}


def test_a_file_and_the_scenario_are_the_same(linear: Study, tmp_path: Path) -> None:
    choice = Choice("programme", 2022, 2, {"policy": 3.0}, {"growth": 3.5, "weather": 9.0})
    made = choice.scenario("mine")
    path = tmp_path / "mine.yaml"
    path.write_text(scenario_text(made), encoding="utf-8")
    read = read_scenario(path)
    assert [change.shape for change in read.changes] == [change.shape for change in made.changes]


def test_a_shock_is_held_from_its_first_year(linear: Study) -> None:
    choice = read_choice(linear, {**STATE, "held": {"weather": 9, "growth": 3}})
    assert choice.changes == {"weather": {"step": {"year": 2022, "to": 9.0}}, "growth": 3.0}


def test_values_of_sliders_have_no_rounding_errors_of_added_steps() -> None:
    choice = Choice("plan", 2021, levers={"RD support": 0.1 + 0.2})
    assert choice.changes == {"RD support": {"ramp": {"from": 2021, "until": 2022, "to": 0.3}}}


def test_a_structure_is_named(structured: Study) -> None:
    state = {**STATE, "start": "baseline", "structure": 1}
    assert structured.structures is not None
    name = structured.structures.names[1]
    assert read_choice(structured, state).scenario("mine").run.structure == name


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": "program"}, 'did you mean "programme"'),
        ({"since": "2022"}, "since must be a whole number"),
        ({"over": True}, "over must be a whole number"),
        ({"levers": {"policy": "3"}}, "'policy' must be a number"),
        ({"levers": [1]}, "levers must map names to numbers"),
        ({"held": {"growht": 3}}, 'did you mean "growth"'),
        ({"structure": 0}, "no structure number 0"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(
    linear: Study, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_choice(linear, {**STATE, **wrong})


def test_only_names_of_files_are_names() -> None:
    with pytest.raises(InputError):
        Choice("plan", 2021).scenario("../mine")

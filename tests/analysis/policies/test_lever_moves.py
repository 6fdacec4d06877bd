"""What a question about an instrument compares: each coordinate is an ordinary scenario."""

from __future__ import annotations

import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.policies.lever_moves import move_of
from xhsim.analysis.study import Study
from xhsim.study.scenarios.shapes import Constant, Knots, Pulse, Ramp, SCurve, Step


@pytest.fixture(scope="module")
def study() -> Study:
    shapes = {
        "policy": {"ramp": {"from": 2021, "until": 2022, "to": 3}},
        "growth": 5.0,
        "zone growth[North]": {"pulse": {"from": 2022, "until": 2023, "to": 2}},
        "zone growth[South]": {"knots": {2020: 2, 2024: 6}},
        "idle": {"s-curve": {"from": 2021, "until": 2024, "to": 2}},
    }
    return xhsim.open_study(LINEAR).with_scenario("mixed", shapes)


def test_a_scenario_in_part_keeps_its_shapes(study: Study) -> None:
    half = move_of(study, "mixed").scenario_at(0.5)
    assert [change.shape for change in half.changes] == [
        Ramp(2021, 2022, 1.5),
        Constant(4.0),
        Pulse(2022, 2023, 1.5),
        Knots((2020, 2024), (2, 4)),
        SCurve(2021, 2024, 1.5),
    ]
    assert half.extends == "baseline"


def test_the_whole_of_it_is_the_scenario(study: Study) -> None:
    whole = move_of(study, "mixed").scenario_at(1.0)
    assert whole.changes == study.scenarios["mixed"].changes


def test_some_of_its_changes_come_later(study: Study) -> None:
    levers = ["policy", "zone growth[South]"]
    move = move_of(study, levers, scenario="mixed", ask="delay")
    late = move.scenario_at(1.5)
    assert [change.shape for change in late.changes][:4] == [
        Ramp(2022.5, 2023.5, 3),
        Constant(5.0),
        Pulse(2022, 2023, 2),
        Knots((2021.5, 2025.5), (2, 6)),
    ]
    without = move.scenario_without()
    assert without is not None
    assert [str(change.reference) for change in without.changes] == [
        "growth", "zone growth[North]", "idle",
    ]  # fmt: skip
    assert move.last == 5.0  # the first of them begins in 2020


def test_a_change_without_a_date_cannot_be_late(study: Study) -> None:
    with pytest.raises(xhsim.InputError, match="has no date that could be later"):
        move_of(study, "mixed", ask="delay")


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, Step(2021, 2.0)),
        ({"since": 2022.5}, Step(2022.5, 2.0)),
        ({"over": 2}, Ramp(2021, 2023, 2.0)),
        ({"since": "always"}, Constant(2.0)),
    ],
)
def test_how_a_level_begins(study: Study, options: dict[str, object], shape: object) -> None:
    move = move_of(study, "policy", **options)  # type: ignore[arg-type]
    assert move.scenario_at(2.0).changes[0].shape == shape


def test_a_parameter_with_elements_is_a_package(study: Study) -> None:
    move = move_of(study, "zone growth")
    assert move.kind == "share"
    assert [(each.name, each.start, each.end) for each in move.levers] == [
        ("zone growth[North]", 1.0, 9.0),
        ("zone growth[South]", 2.0, 9.0),
    ]

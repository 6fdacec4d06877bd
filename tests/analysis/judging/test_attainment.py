"""Attainment tables against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.studies import ensemble, target
from xhsim.analysis.judging.attainment import (
    attained,
    attainment_table,
    failed_draws,
    joint_table,
    target_values,
)
from xhsim.errors import InputError
from xhsim.study.measures import MEASURES
from xhsim.study.targets import Target

# Four draws of three years, and the same by zone with a different sum.
PATHS = [[1, 2, 8], [1, 2, 10], [1, 2, 12], [1, 2, 20]]
ZONES = np.stack([np.array(PATHS), 100 - np.array(PATHS)], axis=-1)


def _by_id(*targets: Target) -> dict[str, Target]:
    return {t.id: t for t in targets}


def test_target_values_pick_year_variable_and_element() -> None:
    made = ensemble(x=PATHS, by_zone=ZONES)
    assert target_values(made, target()).tolist() == [8, 10, 12, 20]
    assert target_values(made, target(deadline=2021)).tolist() == [2, 2, 2, 2]
    for name in ("by zone[South]", "by_zone[south]"):  # as every file may spell it
        assert target_values(made, target(variable=name)).tolist() == [92, 90, 88, 80]


def test_the_order_of_dimensions_is_no_matter() -> None:
    made = ensemble(by_zone=ZONES).transpose("zone", "time", "draw")
    south = target(variable="by zone[South]")
    assert target_values(made, south).tolist() == [92, 90, 88, 80]


def test_a_dimension_of_one_element_need_not_be_named() -> None:
    made = ensemble(by_zone=ZONES).isel(zone=[0])
    assert target_values(made, target(variable="by zone")).tolist() == [8, 10, 12, 20]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"variable": "y"}, r'target "x" needs "y", which the ensemble lacks.*outputs='),
        (
            {"variable": "by zone[Soth]"},
            r'unknown element of "by zone" "Soth".*did you mean "South"',
        ),
        ({"variable": "by zone"}, r'target "x" does not say which element of "by zone"'),
        ({"variable": "x[South]"}, "has no elements to select"),
        ({"deadline": 2030}, r'targets.yaml:1: target "x" needs 2030.*it has 2020 to 2022'),
        ({"measure": MEASURES["average_growth"], "base_year": 2010}, "needs 2010"),
        (
            {"measure": MEASURES["average_flow"], "base_year": 2021, "deadline": 2023},
            "needs 2023",
        ),
    ],
)
def test_a_target_without_data_is_an_error(changes: dict[str, object], words: str) -> None:
    made = ensemble(x=PATHS, by_zone=ZONES)
    with pytest.raises(InputError, match=words):
        target_values(made, target(**changes))


def test_a_single_run_is_no_ensemble() -> None:
    with pytest.raises(InputError, match="a single run, not an ensemble"):
        target_values(ensemble(x=PATHS).isel(draw=0), target())


def test_columns_are_as_documented() -> None:
    table = attainment_table(ensemble(x=PATHS), _by_id(target()))
    assert list(table.columns) == [
        *("rank", "label", "label_zh", "group", "probability", "ci_low", "ci_high", "word"),
        *("median", "p05", "p95", "direction", "target", "gap", "unit", "measure"),
        *("draws", "failed"),
    ]
    assert table.index.name == "target_id"
    assert table.attrs == {"scenario": "made up", "seed": 7}


@pytest.mark.parametrize(
    ("direction", "probability", "gap"), [(">=", 0.75, 1.0), (">", 0.5, 1.0), ("<=", 0.5, -1.0)]
)
def test_probability_and_gap_by_direction(direction: str, probability: float, gap: float) -> None:
    # Values 8, 10, 12, 20: the median is 11, and 10 is met exactly once.
    row = attainment_table(ensemble(x=PATHS), _by_id(target(direction=direction))).loc["x"]
    assert row["probability"] == probability
    assert row["median"] == 11
    assert row["gap"] == gap  # positive on the good side
    assert row["target"] == 10
    assert (row["direction"], row["unit"], row["measure"]) == (direction, "unit", "level")
    assert (row["draws"], row["failed"]) == (4, 0)
    assert row["p05"] == pytest.approx(8.3)  # 8 + 0.15 * 2
    assert row["p95"] == pytest.approx(18.8)  # 12 + 0.85 * 8
    assert (row["label"], row["label_zh"], row["group"]) == ("X", "甲", "all")


def test_a_failed_draw_is_counted_apart_even_if_the_target_looks_elsewhere() -> None:
    other = [[1, 1, 1], [1, np.inf, 1], [1, 1, 1], [1, 1, np.nan]]
    made = ensemble(x=PATHS, other=other)
    assert failed_draws(made).tolist() == [False, True, False, True]
    row = attainment_table(made, _by_id(target())).loc["x"]
    assert (row["probability"], row["median"]) == (0.5, 10.0)  # of 8 and 12
    assert (row["draws"], row["failed"]) == (4, 2)
    joint = joint_table(made, _by_id(target())).loc["joint"]
    assert (joint["probability"], joint["draws"], joint["failed"]) == (0.5, 4, 2)


def test_a_measure_that_is_no_number_is_counted_apart_for_its_target_alone() -> None:
    made = ensemble(x=PATHS, y=[[0, 1, 2], [1, 1, 2], [1, 1, 1], [1, 1, 3]])
    growth = target(id="y", variable="y", measure=MEASURES["cumulative_change"], value=100.0)
    table = attainment_table(made, _by_id(target(), growth))
    assert table["failed"].to_dict() == {"x": 0, "y": 1}
    assert table.loc["y", "probability"] == pytest.approx(2 / 3)
    assert table.loc["y", "median"] == 100.0
    together = joint_table(made, _by_id(target(), growth)).loc["joint"]
    assert (together["failed"], together["probability"]) == (1, pytest.approx(2 / 3))


def test_nothing_but_failed_draws_gives_no_probability() -> None:
    made = ensemble(x=np.full((3, 3), np.nan))
    table = attainment_table(made, _by_id(target()))
    assert table.loc["x", ["probability", "median", "gap", "ci_low"]].isna().all()
    assert (table.loc["x", "word"], table.loc["x", "failed"]) == ("no data", 3)
    joint = joint_table(made, _by_id(target())).loc["joint"]
    assert np.isnan(joint["probability"])
    assert np.isnan(joint["expected"])


def test_no_target_gives_empty_tables_and_no_certainty() -> None:
    made = ensemble(x=PATHS)
    table, joint = attainment_table(made, {}), joint_table(made, {})
    assert table.empty
    assert "probability" in table.columns
    assert joint.empty  # "all of none are attained" would read as certain
    assert "probability" in joint.columns


def test_attained_names_targets_and_keeps_the_numbers_of_good_draws() -> None:
    made = ensemble(x=[[1, 1, np.nan], *PATHS])
    found = attained(made, [target(), target(id="low", direction="<=")])
    assert found["draw"].to_numpy().tolist() == [1, 2, 3, 4]
    assert found.sel(target="x").to_numpy().tolist() == [False, True, True, True]
    assert found.sel(target="low").to_numpy().tolist() == [True, True, False, False]


@given(
    st.lists(
        st.tuples(*[st.floats(-3, 3, allow_nan=False)] * 3, st.booleans()), min_size=1, max_size=40
    )
)
def test_joint_and_groups_by_brute_force(rows: list[tuple[float, float, float, bool]]) -> None:
    paths = {
        name: [[0, 0, np.nan if row[3] else row[place]] for row in rows]
        for place, name in enumerate("abc")
    }
    groups = {"a": "one", "b": "two", "c": "two"}
    targets = [
        target(id=name, rank=1 + place, variable=name, value=0.0, group=groups[name])
        for place, name in enumerate("abc")
    ]
    unranked = target(id="d", variable="a", value=99.0)
    joint = joint_table(ensemble(**paths), _by_id(*targets, unranked))
    good = [row for row in rows if not row[3]]
    wanted = {
        "joint": [all(value >= 0 for value in row[:3]) for row in good],
        "joint:one": [row[0] >= 0 for row in good],
        "joint:two": [row[1] >= 0 and row[2] >= 0 for row in good],
    }
    assert list(joint.index) == list(wanted)
    assert joint["targets"].tolist() == [3, 1, 2]
    for name, met in wanted.items():
        row = joint.loc[name]
        assert (row["draws"], row["failed"]) == (len(rows), len(rows) - len(good))
        if good:
            assert row["probability"] == sum(met) / len(good)
    if good:
        every = [sum(value >= 0 for value in row[:3]) for row in good]
        assert joint.loc["joint", "expected"] == pytest.approx(np.mean(every))


def test_joint_says_what_it_is_of() -> None:
    made = ensemble(x=PATHS)
    joint = joint_table(made, _by_id(target(), target(id="y"), target(id="z", group="rest")))
    assert joint["label"].tolist() == [
        "All 3 targets together",
        "all: all 2",
        "rest: its one target",
    ]

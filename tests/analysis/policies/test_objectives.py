"""Objectives against counting by hand, and smoothed ones against what they smooth."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from tests.analysis.studies import ensemble, target
from xhsim.analysis.policies.objectives import (
    KINDS,
    LOST,
    SMOOTHING,
    Margins,
    MarginView,
    Objective,
    ObjectiveKind,
    ObjectivePart,
    margins_in,
    spreads_of,
)
from xhsim.wording.label import Label

NAMES = ("a", "b", "c", "d")


def margins(values: object, spreads: float = 1.0) -> Margins:
    """Return margins of one package in one scenario from values by (target, draw)."""
    array = np.array(values, dtype=float)[np.newaxis, :, np.newaxis]
    return Margins(
        array, NAMES[: array.shape[1]], np.full(array.shape[1], spreads), np.array([7.0])
    )


def value(kind: str, of: Margins, number: int = 0, *, smooth: bool = False) -> float:
    objective = Objective((ObjectivePart(kind, of.targets, number=number),))
    return float(objective.value(of, smooth=smooth)[0, 0])


MADE = margins([[1, 1, -1, -2], [0, -1, -1, 3], [2, 1, np.nan, -1]])


def test_values_counted_by_hand() -> None:
    """Met are: a in draws 1 and 2, b in 1 and 4, c in 1 and 2; a lost draw meets nothing."""
    assert value("all", MADE) == 1 / 4
    assert [value("at least", MADE, k) for k in (1, 2, 3)] == [3 / 4, 2 / 4, 1 / 4]
    assert value("mean", MADE) == 6 / 4
    assert value("weakest", MADE) == 2 / 4
    assert value("probability", MADE.of("c")) == 2 / 4
    assert value("money", MADE) == 7.0


def test_the_shortfall_is_the_mean_of_the_worst_tenth() -> None:
    """Of 25 draws a tenth are two and a half: the third worst counts half."""
    gaps = np.arange(25.0)
    of = margins([-gaps / 10])
    assert value("shortfall", of) == pytest.approx((2.4 + 2.3 + 2.2 / 2) / 2.5)
    assert value("shortfall", margins([-gaps / 10], 2.0)) == pytest.approx(1.16)
    twice = margins([-np.arange(10.0), np.ones(10)])
    assert value("shortfall", twice) == pytest.approx(9 / 2)  # the mean over both targets
    assert value("shortfall", margins([[1.0] * 9 + [np.nan]])) == LOST


@given(st.lists(st.lists(st.floats(-3, 3), min_size=5, max_size=5), min_size=1, max_size=4))
def test_smoothed_chances_are_those_of_independent_targets(rows: list[list[float]]) -> None:
    of = margins(rows)
    chances = ndtr(np.array(rows) / SMOOTHING)
    for number in range(1, len(rows) + 1):
        total = 0.0
        for met in product((0, 1), repeat=len(rows)):
            if sum(met) >= number:
                which = np.array(met)[:, np.newaxis]
                total += np.where(which, chances, 1 - chances).prod(axis=0).mean()
        assert value("at least", of, number, smooth=True) == pytest.approx(total, abs=1e-12)
    assert value("all", of, smooth=True) == pytest.approx(chances.prod(axis=0).mean())
    assert value("mean", of, smooth=True) == pytest.approx(chances.sum(axis=0).mean())
    lowest = chances.mean(axis=1).min()
    assert lowest - 0.03 < value("weakest", of, smooth=True) < lowest + 1e-9


@given(st.integers(1, 3))
def test_far_from_the_aim_smoothing_changes_nothing(number: int) -> None:
    of = replace(MADE, values=np.nan_to_num(100 * MADE.values + 50, nan=-50.0))
    for kind in ("at least", "all", "mean"):
        assert value(kind, of, number, smooth=True) == pytest.approx(value(kind, of, number))


def test_a_weighted_sum_and_its_draws() -> None:
    every = tuple(MADE.targets)
    parts = (ObjectivePart("mean", every, weight=2.0), ObjectivePart("money", weight=-0.1))
    objective = Objective(parts)
    assert objective.value(MADE).tolist() == [[2 * 6 / 4 - 0.7]]
    assert objective.by_draw(MADE)[0, 0].tolist() == pytest.approx([5.3, 3.3, -0.7, 1.3])
    assert not objective.is_probability
    assert Objective((ObjectivePart("weakest", every),)).is_probability


def test_scenarios_and_packages_are_kept_apart() -> None:
    values = np.array([[[[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]], [[[1.0, -1.0]] * 3]])
    of = Margins(values, ("a",), np.ones(1), np.arange(3.0))
    for kind in KINDS:
        part = ObjectivePart(kind, ("a",), number=1)
        assert Objective((part,)).value(of).shape == (2, 3)
    assert Objective((part,)).value(of).tolist() == [[0, 1, 2]] * 2  # the last kind is money
    one = Objective((ObjectivePart("probability", ("a",)),))
    assert one.value(of).tolist() == [[1.0, 0.5, 0.0], [0.5, 0.5, 0.5]]


@pytest.mark.parametrize("direction", [">=", ">", "<="])
def test_margins_agree_with_the_target_at_its_aim(direction: str) -> None:
    made = ensemble(x=[[0, 0, 9], [0, 0, 10], [0, 0, 11], [0, 0, np.nan]])
    one = target(direction=direction)
    found = margins_in(made, [one], 2)
    assert found.shape == (1, 2, 2)
    met = one.is_met_by(np.array([9, 10, 11, np.nan]))
    assert ((found >= 0).ravel() == met).all()


def test_a_target_without_spread_has_a_hundredth_of_its_aim() -> None:
    rows = np.array([[1.0, 3.0, np.nan], [2.0, 2.0, 2.0], [np.nan] * 3])
    targets = [target(value=40.0), target(value=-40.0), target(value=0.0)]
    assert spreads_of(rows, targets).tolist() == pytest.approx([1.0, 0.4, 1e-11])


def test_one_more_kind_is_one_function_and_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def luckiest(view: MarginView) -> np.ndarray:
        return np.asarray(view.met.max(axis=1))

    monkeypatch.setitem(KINDS, "any", ObjectiveKind(luckiest, Label("Any of {about}", "任一")))
    assert value("any", MADE) == 3 / 4


def test_a_draw_that_overflows_meets_no_target() -> None:
    run = ensemble(x=[[1, 2, 12], [1, 2, np.inf], [1, 2, 3]], y=[[1, 2, 12]] * 3)
    found = margins_in(run, [target(), target(id="y", variable="y")], 3)
    assert found[:, 0, [0, 2]].tolist() == [[2, -7], [2, 2]]
    assert np.isnan(found[:, 0, 1]).all()

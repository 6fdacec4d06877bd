"""Two scenarios: levels beside each other, and the difference draw by draw."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from tests.plots.examples import ensemble, targets
from xhsim.errors import InputError
from xhsim.plots import scenario_comparison

YEARS = [2020, 2021]


def _runs(values: list[list[float]], scenario: str, **about: object) -> xr.Dataset:
    data = {"gdp": (("draw", "time"), values, {"units": "CNY100M"})}
    return xr.Dataset(data, {"time": YEARS}, {"scenario": scenario, **about})


BEFORE = _runs([[1, 1], [1, 2], [1, 9]], "baseline", draws=3, seed=0)
AFTER = _runs([[1, 3], [1, 10], [1, 1]], "plan", draws=3, seed=0)


def test_the_difference_is_taken_within_each_draw() -> None:
    """The draws differ by 2, 8 and -8, of median 2; their medians 3 and 2 differ by 1."""
    levels, difference = scenario_comparison(AFTER, BEFORE, "GDP")
    medians = [line.get_ydata() for line in levels.lines if line.get_gid() == "median"]
    assert [np.asarray(values).tolist() for values in medians] == [[1, 3], [1, 2]]
    (median,) = [line for line in difference.lines if line.get_gid() == "median"]
    assert np.asarray(median.get_ydata()).tolist() == [0, 2]
    assert any(text.get_text() == "median +2" for text in difference.texts)


def test_a_target_is_marked_among_the_levels() -> None:
    target = next(t for t in targets() if t.id == "commodity_sales")
    runs = ensemble(20)
    levels, difference = scenario_comparison(runs, runs, "commodity sales", target=target)
    (mark,) = [line for line in levels.lines if line.get_gid() == "target"]
    assert np.asarray(mark.get_xydata()).tolist() == [[2025, 10_000]]
    assert not [line for line in difference.lines if line.get_gid() == "target"]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (_runs([[1, 1]] * 3, "baseline", draws=3, seed=1), "differ in seed: 0 and 1"),
        (_runs([[1, 1]] * 3, "baseline", draws=4, seed=0), "differ in draws: 3 and 4"),
        (_runs([[1, 1]] * 2, "baseline", draws=3, seed=0), "do not cover the same draws"),
    ],
)
def test_ensembles_that_do_not_match_are_refused(other: xr.Dataset, words: str) -> None:
    with pytest.raises(InputError, match=words):
        scenario_comparison(AFTER, other, "GDP")

"""Weights of structures: equal without evidence, never below a tenth, and for the better one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.analysis.history.structure_weights import scores_of_structures, structure_weights

COLUMNS = ["structure", "year", "log_score"]
scores = st.lists(
    st.tuples(
        st.sampled_from(["floor", "market", "trend"]),
        st.integers(2017, 2021),
        st.floats(-1e4, 10),
    ),
    max_size=20,
)


def table(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def test_equal_without_forecasts() -> None:
    assert structure_weights(table(), ("one", "other")) == {"one": 0.5, "other": 0.5}
    assert structure_weights(table(("one", 2018, -3.0)), ("one",)) == {"one": 1.0}


def test_a_year_counts_once_however_many_figures_it_has() -> None:
    few = table(("one", 2018, 1.0), ("other", 2018, 0.0), ("one", 2019, 0.0), ("other", 2019, 1.0))
    many = pd.concat([few, *[few[few["year"] == 2018]] * 9])
    names = ("one", "other")
    assert structure_weights(few, names) == structure_weights(many, names)
    assert structure_weights(few, names)["one"] == pytest.approx(0.5, abs=0.02)


def test_one_year_gives_the_share_of_its_densities() -> None:
    """With one year nothing is left to resample: the rule is that of Bayes, mixed with equality."""
    rows = table(("one", 2018, np.log(3.0)), ("other", 2018, 0.0))
    found = structure_weights(rows, ("one", "other"))
    assert found["one"] == pytest.approx(0.1 + 0.8 * 0.75)


def test_more_years_that_agree_move_the_weights_more() -> None:
    names = ("one", "other")
    weights = [
        structure_weights(
            table(*[(n, y, s) for y in range(years) for n, s in zip(names, (0.5, 0), strict=True)]),
            names,
        )["one"]
        for years in (1, 2, 4, 8)
    ]
    assert weights == sorted(weights)
    assert 0.55 < weights[0] < 0.65
    assert weights[-1] > 0.85


@given(scores)
def test_weights_are_shares(rows: list[tuple[str, int, float]]) -> None:
    """Whatever the scores, as long as all structures forecast the same years."""
    names = ("floor", "market", "trend")
    rows += [(name, year, -1.0) for name in names for year in {year for _, year, _ in rows}]
    found = structure_weights(table(*rows), names)
    assert list(found) == list(names)
    assert sum(found.values()) == pytest.approx(1)
    assert min(found.values()) >= 0.1 - 1e-12


def test_many_structures_keep_a_part_of_an_equal_share() -> None:
    names = tuple("abcdefgh")
    rows = table(*[(name, year, -50.0 * (name != "a")) for name in names for year in range(5)])
    found = structure_weights(rows, names)
    assert min(found.values()) == pytest.approx(0.5 / 8)


def test_scores_by_year() -> None:
    found = scores_of_structures(table(("b", 2019, 1.0), ("a", 2018, 0.0), ("b", 2018, 3.0)))
    assert list(found.index) == ["b", "a"]
    assert found.shape == (2, 2)
    assert found[2018].tolist() == [3, 0]
    assert found[2019].isna().tolist() == [False, True]

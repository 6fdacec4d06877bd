"""Correlations from few pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.analysis.outlook.growth import Growth
from xhsim.analysis.outlook.pairs import LOADING, PRIOR_PAIRS, shrunk_correlations


def test_without_pairs_the_prior_remains() -> None:
    matrix, pairs = shrunk_correlations([], 3)
    assert matrix[0, 1] == pytest.approx(LOADING)
    assert matrix[1, 2] == pytest.approx(LOADING**2)  # through the common factor
    assert pairs.sum() == 3


def test_a_correlation_moves_from_the_prior_to_what_is_seen() -> None:
    values = np.random.default_rng(0).normal(size=(14, 2)) @ [[1.0, 0.9], [0.0, 0.4]]
    figures = [
        Growth("A", quantity, 2000 + year, 2000 + year, float(row[quantity]))
        for year, row in enumerate(values)
        for quantity in (0, 1)
    ]
    matrix, pairs = shrunk_correlations(figures, 2)
    seen = float(np.corrcoef(values[:, 0], values[:, 1])[0, 1])
    assert pairs[0, 1] == 14
    assert matrix[0, 1] == pytest.approx((14 * seen + PRIOR_PAIRS * LOADING) / (14 + PRIOR_PAIRS))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 7), st.floats(-9, 9)), max_size=40))
def test_the_matrix_is_a_correlation_matrix(rows: list[tuple[int, int, float]]) -> None:
    figures = [Growth("A", q, 2000 + t, 2000 + t, value) for q, t, value in rows]
    matrix, pairs = shrunk_correlations(figures, 4)
    assert np.allclose(np.diag(matrix), 1)
    assert np.allclose(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() > 0
    assert (pairs == pairs.T).all()

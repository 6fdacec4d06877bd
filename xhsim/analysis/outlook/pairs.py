"""Correlations between quantities in the same place and year, from few pairs.

A correlation of few pairs is drawn towards what a single common factor would give, and the matrix
is made positive definite.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.outlook.growth import Growth

__all__ = ["shrunk_correlations"]

Array = NDArray[np.float64]
FEWEST = 4  # a correlation of fewer pairs is not computed
PRIOR_PAIRS = 6  # the prior weighs as much as this many pairs
LOADING = 0.5  # prior correlation with the first quantity
SMALLEST = 0.02  # smallest eigenvalue


def shrunk_correlations(figures: Sequence[Growth], count: int) -> tuple[Array, NDArray[np.int64]]:
    """Estimate correlations between quantities.

    Parameters
    ----------
    figures : sequence of Growth
        Those of a single year are used.
    count : int
        The number of quantities.

    Returns
    -------
    correlations : ndarray, shape (count, count)
    pairs : ndarray of int, shape (count, count)
        The number of places and years in which both are known; on the diagonal, one.

    Examples
    --------
    >>> both = [Growth("A", q, y, y, float(y % 3)) for q in (0, 1) for y in range(2000, 2012)]
    >>> matrix, pairs = shrunk_correlations(both, 2)
    >>> int(pairs[0, 1]), round(float(matrix[0, 1]), 2)  # between 1, which was seen, and 0.5
    (12, 0.83)
    """
    rows: dict[tuple[str, int], Array] = {}
    for figure in figures:
        if figure.first_year == figure.last_year:
            row = rows.setdefault((figure.place, figure.first_year), np.full(count, np.nan))
            row[figure.quantity] = figure.value
    table = np.array(list(rows.values())) if rows else np.empty((0, count))
    seen, pairs = np.zeros((count, count)), np.zeros((count, count), dtype=np.int64)
    for i in range(count):
        for j in range(i):
            both = table[~np.isnan(table[:, [i, j]]).any(axis=1)][:, [i, j]]
            pairs[i, j] = pairs[j, i] = len(both)
            if len(both) >= FEWEST and both.std(axis=0).min() > 0:
                seen[i, j] = seen[j, i] = len(both) * np.corrcoef(both.T)[0, 1]
            else:  # too few to say anything
                pairs[i, j] = pairs[j, i] = 0
    loading = np.ones(count)
    loading[1:] = (seen[0, 1:] + PRIOR_PAIRS * LOADING) / (pairs[0, 1:] + PRIOR_PAIRS)
    matrix = (seen + PRIOR_PAIRS * np.outer(loading, loading)) / (pairs + PRIOR_PAIRS)
    matrix[0], matrix[:, 0] = loading, loading  # already drawn towards the prior
    np.fill_diagonal(matrix, 1.0)
    np.fill_diagonal(pairs, 1)
    values, vectors = np.linalg.eigh(matrix)
    matrix = (vectors * np.maximum(values, SMALLEST)) @ vectors.T
    size = np.sqrt(np.diag(matrix))
    return matrix / np.outer(size, size), pairs

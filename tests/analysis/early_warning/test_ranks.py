"""Tests of ranks on ranks that are known to be uniform or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from xhsim.analysis.early_warning.ranks import calibration_table
from xhsim.study.history.stored_twins import StoredTwins, TwinRow


def _ranked(shares: np.ndarray) -> StoredTwins:
    rows = [TwinRow(n, "x", None, int(20 * share), share, ()) for n, share in enumerate(shares)]
    return StoredTwins(tuple(rows), (2022,), (), "baseline", 1, 0, 19, (1.0,), {})


@pytest.mark.parametrize(("spread", "sound"), [(1.0, True), (1.4, False), (0.7, False)])
def test_draws_that_are_too_narrow_or_too_wide_are_found(spread, sound):
    truth = norm.ppf(np.linspace(0, 1, 402)[1:-1])
    table: Any = calibration_table(_ranked(norm.cdf(truth * spread)))
    row = table.loc["x"]
    assert (row["p_value"] > 0.05) == sound
    assert (row["inside_90_low"] <= 0.9 <= row["inside_90_high"]) == sound


def test_holm_multiplies_the_smallest_by_the_number_of_tests():
    one, other = (_ranked(np.tile([0.01, 0.5], 30)), _ranked(np.linspace(0.01, 0.99, 60)))
    rows = [*one.rows, *(replace(row, name="y") for row in other.rows)]
    table: Any = calibration_table(replace(one, rows=tuple(rows)))
    assert table.loc["x", "p_holm"] == pytest.approx(2 * table.loc["x", "p_value"])
    assert table.loc["y", "p_holm"] == pytest.approx(table.loc["y", "p_value"])

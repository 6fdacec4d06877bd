"""A calibration as it is printed: convergence, storage, and what history says little about."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from tests.report.terminal.printing import printed
from xhsim.analysis.history.calibration import Calibration
from xhsim.report.terminal.calibrate import CalibrationResult

TABLE = pd.DataFrame(
    {
        "prior_low": [1.0, 2.0],
        "prior_high": [3.0, 4.0],
        "centre": [2.0, 3.0],
        "low": [1.8, 2.1],
        "high": [2.2, 3.9],
        "narrowed": [0.8, 0.1],
    },
    index=["growth", "idle"],
)
FIT = pd.DataFrame(
    [
        ("size", 2020, "level", "point", 90.0, np.nan, 99.0, 0.1, 0.02),
        ("jobs", 2021, "growth", "floor", 8.0, np.nan, 7.5, -0.005, 0.4),
        ("rent", 2022, "change", "interval", 11.0, 13.0, 14.0, 0.01, 0.03),
        ("idle", 2022, "level", "ceiling", 45.0, np.nan, 40.0, 0.0, 0.02),
    ],
    columns=[
        *("series", "year", "measure", "kind", "observed", "high", "model"),
        *("deviation", "error"),
    ],
)


def _calibration(r_hat: float) -> Calibration:
    found = SimpleNamespace(
        r_hat=np.array([1.01, r_hat]),
        costs=[5.0, 5.0005, 6.0],
        evidence=SimpleNamespace(rows=[1, 2, 3]),
        seconds=12.3,
        acceptance=0.25,
        sample_size=np.array([400.0, 380.0]),
        table=lambda: TABLE,
        fit=lambda: FIT,
    )
    return cast(Calibration, found)


@pytest.mark.parametrize(("r_hat", "converged"), [(1.049, True), (1.05, False), (2.0, False)])
def test_chains_agree_below_the_limit_of_r_hat(r_hat: float, converged: bool) -> None:
    assert CalibrationResult(_calibration(r_hat), None, None).has_converged is converged


def test_it_prints_what_was_estimated_and_where_it_is_stored() -> None:
    result = CalibrationResult(_calibration(1.02), None, Path("study/model"))
    text = printed(*result.parts(quiet=False))
    assert "2 parameters estimated from 3 observations in 12 s. 2 of 3 searches ended" in text
    assert "25 % of moves accepted, R-hat up to 1.020, at least 380 effective draws" in text
    assert "History says little about idle." in text
    assert "Stored in study/model. Probabilities now use this posterior." in text
    assert "+10.0 %" in text
    assert "over 8 %/year" in text
    assert "-0.5 points" in text
    assert "11 to 13 %" in text
    assert "under 45" in text
    assert "growth" in printed(*result.parts(quiet=True))


def test_a_posterior_that_has_not_converged_is_not_stored() -> None:
    result = CalibrationResult(_calibration(1.3), None, Path("study/model"))
    text = printed(*result.parts(quiet=False))
    assert "The chains are too short (R-hat should be below 1.05). Give more --steps." in text
    assert "The posterior is not stored in study/model." in text
    assert result.as_record()["converged"] is False

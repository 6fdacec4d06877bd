"""A calibration as it is printed: convergence, storage, and what history says little about."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

from tests.analysis.inference.observed import study_of
from tests.report.terminal.printing import printed
from xhsim.analysis.history.calibration import Calibration
from xhsim.analysis.history.sampling import agree
from xhsim.report.terminal.calibrate import CalibrationResult, calibrate_study

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


def _calibration(r_hat: float, effective: float = 480.0) -> Calibration:
    sizes, r_hats = np.array([500.0, effective]), np.array([1.01, r_hat])
    good = agree(r_hats, sizes)
    found = SimpleNamespace(
        r_hat=r_hats,
        in_doubt=tuple(name for name, ok in zip(TABLE.index, good, strict=True) if not ok),
        costs=[5.0, 5.0005, 6.0],
        evidence=SimpleNamespace(rows=[1, 2, 3], scales=np.array([False, True, True])),
        seconds=12.3,
        acceptance=0.25,
        sample_size=sizes,
        table=lambda: TABLE,
        fit=lambda: FIT,
        shocks_from=None,
    )
    return cast(Calibration, found)


@pytest.mark.parametrize(
    ("r_hat", "effective", "converged"),
    [(1.0099, 400.0, True), (1.011, 9000.0, False), (1.0, 399.0, False), (np.nan, 9000.0, False)],
)
def test_chains_agree_within_both_bounds(r_hat: float, effective: float, converged: bool) -> None:
    found = _calibration(r_hat, effective)
    assert CalibrationResult(found, None, None).has_converged is converged


def test_it_prints_what_was_estimated_and_where_it_is_stored() -> None:
    result = CalibrationResult(_calibration(1.005), None, Path("study/model"))
    text = printed(*result.parts(quiet=False))
    assert "2 parameters estimated from 3 observations in 12 s. 2 of 3 searches ended" in text
    assert "25 % of moves accepted, R-hat up to 1.010, at least 480 effective draws" in text
    assert (
        "The chains agree: R-hat at most 1.01 and at least 400 effective draws for every parameter."
        in text
    )
    assert "Left out of the table of observations: 2, used to scale the model." in text
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
    assert "The chains are too short for idle: R-hat at most 1.01 and at least 400" in text
    assert "effective draws are needed. Give more --steps." in text
    assert "The posterior is not stored in study/model." in text
    assert result.as_record()["converged"] is False


def test_it_says_that_it_is_not_meant_for_years_with_shocks() -> None:
    usual = CalibrationResult(_calibration(1.005), None, None)
    assert "not meant" not in printed(*usual.parts(quiet=False))
    later = _calibration(1.005)
    later.shocks_from = 2022  # type: ignore[misc]
    result = CalibrationResult(later, None, None)
    text = printed(*result.parts(quiet=False))
    assert "A calibration is not meant for figures of 2022 and later, which were used here" in text
    assert "xhsim monitor" in text
    assert result.as_record()["not_meant_for_figures_from"] == 2022


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    before = sorted(path.name for path in (tmp_path / "study" / "model").iterdir())

    with (
        mock.patch.object(Progress, "advance", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        calibrate_study(
            study,
            walkers=8,
            steps=10,
            seed=0,
            out=tmp_path / "out",
            store=True,
            command=[],
            quiet=True,
        )
    assert not (tmp_path / "out").exists()
    assert sorted(path.name for path in (tmp_path / "study" / "model").iterdir()) == before

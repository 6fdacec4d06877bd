"""Results against the time step and the method."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from tests.analysis.validation.firms import MODEL, PARAMETERS, changed, failures, firms_study
from xhsim.analysis.validation.steps import check_steps, worst_difference


def test_too_long_a_step_is_seen(tmp_path: Path) -> None:
    model = changed(MODEL, "life = 10", "life = 0.3")
    parameters = changed(
        PARAMETERS,
        "  value: 10\n  role: fixed\n  range: [0, 100]\n  source: "
        '"assumption: made up"\n  label: {en: life',
        "  value: 0.3\n  role: fixed\n"
        '  range: [0, 100]\n  source: "assumption: made up"\n  label: {en: life',
    )
    found = check_steps(firms_study(tmp_path / "study", model=model, parameters=parameters))
    assert "step halved" in [finding.name for finding in found if finding.passed is False]
    assert "certified" in failures(found)[0]


def test_the_worst_difference_is_a_share_of_the_value() -> None:
    one = xr.Dataset({"x": ("time", [100.0, 0.0, 50.0])}, {"time": [2020, 2021, 2022]})
    other = xr.Dataset({"x": ("time", [101.0, 0.02, 50.0])}, {"time": [2020, 2021, 2022]})
    # 2021: 0.02 of a hundredth of the greatest value, 1.01; 2020: 1 of 101.
    share, where = worst_difference(one, other)
    assert share == pytest.approx(0.02 / 1.01)
    assert where == "x in 2021"
    assert worst_difference(one, one) == (0.0, "all the same")

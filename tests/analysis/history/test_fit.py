"""Comparison of a run with history: deviations and statistics by hand, Theil's shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.history.fit import compare_with_history, fit_statistics, theil_shares
from xhsim.analysis.study import Study
from xhsim.errors import InputError


def test_fit_compares_single_years_that_the_run_covers(linear: Study) -> None:
    fit = compare_with_history(linear)
    assert fit["series"].tolist() == ["size", "south", "yield"]
    assert fit["model"].tolist() == pytest.approx([100, 10, 10])
    assert fit["deviation"].tolist() == pytest.approx([0, 0, 10 / 9.9 - 1])


def _with_history(folder: Path, rows: str) -> Study:
    header = "series,year,value,unit,variable,status,grade,source,note\n"
    return xhsim.open_study(copy_of_linear(folder, **{"model/history.csv": header + rows}))


def test_fit_to_an_observed_zero(tmp_path: Path) -> None:
    study = _with_history(
        tmp_path / "s",
        "spent,2020,0,unit,spent,,,made up,\nsize,2020,0,unit,size,,,made up,\n",
    )
    nothing, something = compare_with_history(study)["deviation"]
    assert nothing == 0
    assert np.isnan(something)


def test_fit_needs_to_know_the_element(tmp_path: Path) -> None:
    study = _with_history(tmp_path / "s", "zones,2020,10,unit,zone size,,,made up,\n")
    with pytest.raises(InputError, match=r"history.csv:2: .*does not say which element"):
        compare_with_history(study)


def test_what_the_plan_holds_is_held(tmp_path: Path) -> None:
    """With a policy of 2, size is 110 in 2022; a run of the study knows nothing of it."""
    plan = "until: 2022\nparameters: [growth]\nheld: {POLICY: 2}\n"
    plan += "errors: {by_grade: {good: 0.1}, estimate: 0.2}\n"
    header = "series,year,value,unit,variable,status,grade,source,note\n"
    rows = header + "size,2022,100,unit,size,,good,made up,\n"
    files = {"model/history.csv": rows, "model/calibration.yaml": plan}
    study = xhsim.open_study(copy_of_linear(tmp_path / "s", **files))
    assert compare_with_history(study)["model"].tolist() == pytest.approx([110])
    assert float(study.run()["size"].sel(time=2022)) == pytest.approx(106)


def test_fit_without_observations_is_an_empty_table(tmp_path: Path) -> None:
    study = _with_history(tmp_path / "s", "size,2019,97,unit,size,,,made up,\n")
    fit = compare_with_history(study)
    assert fit.empty
    assert "deviation" in fit.columns


def test_statistics_of_a_series(tmp_path: Path) -> None:
    """The model has 100, 103 and 106: errors of 0, 3 and 6 % of 100."""
    rows = "".join(f"size,{year},100,unit,size,,,made up,\n" for year in (2020, 2021, 2022))
    study = _with_history(tmp_path / "s", rows)
    (row,) = fit_statistics(study, "baseline", 2020, 2022).to_dict("records")
    assert (row["series"], row["variable"], row["observations"]) == ("size", "size", 3)
    assert row["mape"] == pytest.approx(3)
    # Mean squared error 15, of which the means explain 3^2 and the deviations 6.
    assert row["bias"] == pytest.approx(9 / 15)
    assert row["variance"] == pytest.approx(6 / 15)
    assert row["covariance"] == pytest.approx(0, abs=1e-12)
    assert fit_statistics(study, "baseline", 2023, 2025).empty


@given(
    st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=20).filter(
        lambda pairs: max(abs(a - b) for a, b in pairs) > 1e-3
    )
)
def test_theils_shares_add_up(pairs: list[tuple[float, float]]) -> None:
    model, observed = np.array(pairs).T
    shares = theil_shares(model, observed)
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= -1e-9
    # The third is what correlation lacks: 2 (1 - r) times both deviations.
    error = float(np.mean((model - observed) ** 2))
    covariance = float(np.mean((model - model.mean()) * (observed - observed.mean())))
    lacking = 2 * (model.std() * observed.std() - covariance) / error
    assert shares[2] == pytest.approx(lacking, abs=1e-6)


def test_growth_is_compared_in_points_and_bounds_do_not_count(tmp_path: Path) -> None:
    rows = (
        "series,year,value,unit,variable,source,measure,kind,high\n"
        "size,2021,100,unit,size,made up,,,\n"
        "size,2021,2,percent,size,made up,growth,,\n"
        "size,2022,95,unit,size,made up,,ceiling,\n"
        "size,2020,2,percent,size,made up,growth,,\n"
    )
    study = xhsim.open_study(copy_of_linear(tmp_path / "study", **{"model/history.csv": rows}))
    table = compare_with_history(study)  # growth of 2020 needs 2019, which the run does not have
    assert table["model"].tolist() == pytest.approx([103, 3, 106])
    assert table["deviation"].tolist() == pytest.approx([0.03, 0.01, 106 / 95 - 1])
    level, growth = fit_statistics(study, "baseline", 2020, 2022).to_dict("records")
    assert (level["measure"], level["observations"], level["mape"]) == (
        "level",
        1,
        pytest.approx(3),
    )
    assert (growth["measure"], growth["mape"]) == ("growth", pytest.approx(1))


def test_figures_that_scale_the_model_are_left_out_and_counted(tmp_path: Path) -> None:
    plan = (
        "until: 2025\nparameters: [growth]\nerrors: {by_grade: {official: 0.1}, estimate: 0.2}\n"
        "scaled_by:\n  - {series: size, years: [2020]}\n  - {series: south}\n"
    )
    rows = (
        "series,year,value,unit,variable,grade,source\n"
        "size,2020,90,unit,size,official,made up\n"
        "size,2021,100,unit,size,official,made up\n"
        "south,2020,10,unit,zone size[South],official,made up\n"
    )
    files = {"model/history.csv": rows, "model/calibration.yaml": plan}
    study = xhsim.open_study(copy_of_linear(tmp_path / "study", **files))
    assert compare_with_history(study)["scales"].tolist() == [True, False, True]
    size, south = fit_statistics(study, "baseline", 2020, 2025).to_dict("records")
    assert (size["observations"], size["left_out"], size["mape"]) == (1, 1, pytest.approx(3))
    assert (south["observations"], south["left_out"]) == (0, 1)
    assert np.isnan(south["mape"])

"""The result of a calibration: its tables, its fit and its stored form, from made-up draws."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.inference.observed import PLAN, study_of
from xhsim.analysis.history.calibrate import density_of
from xhsim.analysis.history.calibration import Calibration, stored_table
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    """Draws of idle, growth, the south's growth and an offset on a line from low to high."""
    study = study_of(tmp_path_factory.mktemp("linear"))
    low, high = np.array([1.0, 2.5, 1.8, -0.1]), np.array([1.6, 3.5, 2.2, 0.1])
    shares = np.linspace(0, 1, 101)[::-1, np.newaxis]
    return Calibration(
        density_of(study, runs=1),
        centre=np.array([1.3, 2.2, 7 / 3, 0.0]),
        costs=(1.0,),
        draws=low + shares * (high - low),
        acceptance=0.5,
        r_hat=np.full(4, 1.01),
        sample_size=np.full(4, 100.0),
        seconds=1.0,
        until=2025,
        fingerprint={"model": "abc"},
        labels=study.labels,
    )


def test_the_table_compares_posterior_and_prior(found: Calibration) -> None:
    row = found.table().loc["growth"]
    wanted = [2, 3, 4, 2.2, 2.55, 3, 3.45]
    columns = ["prior_low", "prior_median", "prior_high", "centre", "low", "median", "high"]
    assert [row[column] for column in columns] == pytest.approx(wanted)
    assert row["narrowed"] == pytest.approx(1 - 0.9 / 2)
    assert (row["label"], row["label_zh"], row["unit"]) == ("Growth", "增长", "unit/year")
    offset = found.table().loc["offset of echo"]
    assert (offset["label"], offset["unit"]) == ("offset of echo", "")


def test_the_fit_is_that_of_the_most_probable_values(found: Calibration) -> None:
    fit = found.fit()
    assert fit["series"].tolist() == ["echo", "echo", "size", "south"]
    assert fit["model"].tolist() == pytest.approx([1.3, 1.3, 111, 17])
    assert fit["deviation"].tolist() == pytest.approx([0, 1.3 / 1.2 - 1, 0, 0], abs=1e-9)
    assert fit["distance"][1] == pytest.approx(math.log(1.3 / 1.2) / 0.1)


def test_figures_that_scale_the_model_are_no_fit(tmp_path: Path, found: Calibration) -> None:
    plan = PLAN + "scaled_by:\n  - {series: echo, years: [2021]}\n  - {series: south}\n"
    density = density_of(study_of(tmp_path, plan=plan), runs=1)
    assert density.evidence.scales.tolist() == [True, False, False, True]
    fit = replace(found, density=density).fit()
    assert fit["series"].tolist() == ["echo", "size"]
    assert fit["year"].tolist() == [2022, 2025]


def test_unknowns_in_doubt_are_named(found: Calibration) -> None:
    assert found.in_doubt == tuple(unknown.name for unknown in found.density.unknowns)
    good = replace(found, sample_size=np.array([400.0, 399, 5000, 5000]))
    assert good.in_doubt == ("growth",)


def test_the_stored_posterior_has_no_offsets_and_sorted_rows(found: Calibration) -> None:
    stored = found.posterior(Place("posterior.csv", 1))
    assert stored.numbers == (("idle", ""), ("growth", ""), ("zone growth", "South"))
    assert stored.draws.shape == (101, 3)
    steps = np.diff(stored.draws, axis=0)
    assert (steps > 0).all() or (steps < 0).all()
    assert stored.centre.tolist() == [1.3, 2.2, 7 / 3]
    assert (stored.until, stored.fingerprint) == (2025, {"model": "abc"})


def test_the_table_of_a_stored_posterior(xuhui: Study, linear: Study) -> None:
    posterior = xuhui.files.posterior
    assert posterior is not None
    table = stored_table(xuhui)
    assert len(table) == len(posterior.numbers)
    assert table["median"].to_numpy() == pytest.approx(np.median(posterior.draws, axis=0))
    assert "r_hat" not in table
    with pytest.raises(InputError, match=r"no posterior.*xhsim calibrate --store"):
        stored_table(linear)


def test_an_element_has_its_label_in_both_languages(found: Calibration) -> None:
    row = found.table().loc["zone growth[South]"]
    assert (row["label"], row["label_zh"]) == ("Growth of zones (South)", "片区增长（South）")

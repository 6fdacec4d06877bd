"""Residuals in ensembles: as variables, as a table, and in words."""

from __future__ import annotations

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.study import Study
from xhsim.errors import InputError


@pytest.fixture(scope="module")
def study() -> Study:
    asked = {"path": {"knots": {2022: 110, 2024: 520}}, "by": "growth", "until": 2024}
    south = {"path": 30, "by": "zone growth[South]", "from": 2025}
    meet = {"size": asked, "zone size[South]": south}
    return xhsim.open_study(LINEAR).with_scenario("held", meet=meet)


def test_the_table_has_the_values_by_year(study: Study) -> None:
    ensemble = study.ensemble("held", 64, outputs=["size"])
    assert set(ensemble.data_vars) == {"size", "growth", "zone_growth"}
    table = study.residuals(ensemble)
    assert list(table.columns) == [
        *("variable", "unit", "q05", "q25", "median", "q75", "q95", "outside", "failed")
    ]
    growth = table[table["variable"] == "size"]
    # From 100 + g in 2021 to 110, then 205 a year.
    own = ensemble["growth"].sel(time=2020).values
    assert growth["median"].tolist() == pytest.approx([10 - np.median(own), 205, 205])
    assert growth[["q05", "q95"]].to_numpy()[1:].ravel().tolist() == pytest.approx([205] * 4)
    assert growth["outside"].tolist() == [0.0, 1.0, 1.0]
    assert table.loc[("zone growth[South]", 2025), "unit"] == "unit/year"
    assert ensemble.attrs["outside"].startswith(
        '"growth" leaves its range [-100, 100] unit/year in 64 of 64 draws (2023: 64, 2024: 64)'
    )


def test_one_run_has_residuals_too(study: Study) -> None:
    table = study.residuals(study.run("held"))
    assert table["median"].tolist() == pytest.approx([7.0, 205.0, 205.0, 30 - 18.0])


def test_ensembles_without_them_are_refused(study: Study) -> None:
    with pytest.raises(InputError, match="holds no variable by an instrument"):
        study.residuals(study.run("baseline"))
    with pytest.raises(InputError, match="lacks the date 2021"):
        study.residuals(study.run("held").sel(time=[2020, 2025]))

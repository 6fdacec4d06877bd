"""What is written is what other programs read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.files.exchange import export, iamc_frame, long_frame


@pytest.fixture(scope="module")
def made(xuhui: Study) -> dict[str, xr.Dataset]:
    names = [*xuhui.reported, "cluster output"]
    return {name: xuhui.ensemble(name, 16, outputs=names) for name in ("baseline", "plan")}


def test_netcdf(xuhui: Study, made: dict[str, xr.Dataset], tmp_path: Path) -> None:
    path = export(xuhui, made, tmp_path / "all.nc", iamc=False)
    with xr.open_dataset(path, engine="scipy") as read:
        assert read["scenario"].values.tolist() == ["baseline", "plan"]
        for name, ensemble in made.items():
            for variable in ("gdp", "cluster_output"):
                stored = read[variable].sel(scenario=name).transpose(*ensemble[variable].dims)
                assert np.array_equal(stored.values, ensemble[variable].values)
        assert read["gdp"].attrs["units"] == "CNY100M/year"
        assert read["cluster"].values.tolist() == ["Digital", "LifeHealth", "Culture", "Finance"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_long_tables(xuhui: Study, made: dict[str, xr.Dataset], tmp_path: Path, kind: str) -> None:
    path = export(xuhui, made, tmp_path / f"all.{kind}", iamc=False)
    table = pd.read_csv(path, keep_default_na=False) if kind == "csv" else pd.read_parquet(path)
    assert len(table) == len(long_frame(made))
    one = table[
        (table["scenario"] == "plan")
        & (table["variable"] == "cluster output")
        & (table["element"] == "Culture")
        & (table["time"] == 2025)
    ].sort_values("draw")
    wanted = made["plan"]["cluster_output"].sel(cluster="Culture", time=2025)
    assert one["value"].to_numpy() == pytest.approx(wanted.values, rel=1e-12)
    assert set(one["unit"]) == {"CNY100M/year"}
    assert set(table.loc[table["variable"] == "GDP", "element"]) == {""}


def test_iamc(made: dict[str, xr.Dataset], xuhui: Study, tmp_path: Path) -> None:
    table = iamc_frame(made, model="xuhui", region="Xuhui")
    assert table.columns[:5].tolist() == ["model", "scenario", "region", "variable", "unit"]
    assert [int(year) for year in table.columns[5:]] == list(range(2015, 2026))
    row = table[
        (table["scenario"] == "baseline")
        & (table["variable"] == "cluster output|Digital|Percentile 95")
    ]
    wanted = np.quantile(made["baseline"]["cluster_output"].sel(cluster="Digital"), 0.95, axis=0)
    assert row[list(range(2015, 2026))].to_numpy()[0] == pytest.approx(wanted)
    path = export(xuhui, made, tmp_path / "i.csv", iamc=True)
    assert len(pd.read_csv(path)) == len(table)


def test_a_workbook(xuhui: Study, made: dict[str, xr.Dataset], tmp_path: Path) -> None:
    path = export(xuhui, made, tmp_path / "b.xlsx", iamc=False)
    sheets = pd.read_excel(path, sheet_name=None, engine="openpyxl")
    assert list(sheets) == ["attainment", "joint", "by year", "quantiles"]
    table = sheets["attainment"].set_index(["scenario", "target_id"])["probability"]
    assert table["plan"].to_numpy() == pytest.approx(
        xuhui.attainment(made["plan"])["probability"].to_numpy()
    )


def test_other_endings_are_refused(
    xuhui: Study, made: dict[str, xr.Dataset], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="not a format for results"):
        export(xuhui, made, tmp_path / "a.doc", iamc=False)

"""What is written is what other programs read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.report.files.columns import describe
from xhsim.report.files.exchange import (
    TABLES,
    VALUES,
    check_ending,
    export,
    iamc_frame,
    long_frame,
    table_of,
)


@pytest.fixture(scope="module")
def made(xuhui: Study) -> dict[str, xr.Dataset]:
    names = [*xuhui.reported, "cluster output"]
    return {name: xuhui.ensemble(name, 16, outputs=names) for name in ("baseline", "plan")}


def test_netcdf(xuhui: Study, made: dict[str, xr.Dataset], tmp_path: Path) -> None:
    path = export(xuhui, made, tmp_path / "all.nc")
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
    path = export(xuhui, made, tmp_path / f"all.{kind}")
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
    path = export(xuhui, made, tmp_path / "i.csv", table="quantiles")
    assert len(pd.read_csv(path)) == len(table)


def test_quantiles_leave_failed_draws_out(made: dict[str, xr.Dataset]) -> None:
    plain = made["plan"].isel(draw=slice(0, 8))
    broken = plain.copy(deep=True)
    broken["gdp"][0, -1] = np.inf
    rest = iamc_frame({"plan": plain.isel(draw=slice(1, 8))}, model="m", region="r")
    pd.testing.assert_frame_equal(iamc_frame({"plan": broken}, model="m", region="r"), rest)
    broken["gdp"][:] = np.nan
    none = iamc_frame({"plan": broken}, model="m", region="r")
    assert none[2025].isna().all()


def test_a_workbook(xuhui: Study, made: dict[str, xr.Dataset], tmp_path: Path) -> None:
    path = export(xuhui, made, tmp_path / "b.xlsx")
    sheets = pd.read_excel(path, sheet_name=None, engine="openpyxl")
    assert list(sheets) == ["about", "attainment", "joint", "by-year", "quantiles"]
    table = sheets["attainment"].set_index(["scenario", "target_id"])["probability"]
    assert table["plan"].to_numpy() == pytest.approx(
        xuhui.attainment(made["plan"])["probability"].to_numpy()
    )
    facts = sheets["about"].astype(str).to_numpy().ravel().tolist()
    assert {"xuhui.mdl", "16", "The plan, fully funded · 规划任务足额投入", "亿元/年"} <= {*facts}


def test_every_column_has_a_meaning(xuhui: Study, made: dict[str, xr.Dataset]) -> None:
    one = {"plan": made["plan"]}
    for name in (*TABLES, VALUES):
        for column in table_of(xuhui, one, name).columns:
            meaning = describe(column).meaning
            assert meaning.en, (name, column)
            assert meaning.zh, (name, column)


def test_panel_data_for_stata(xuhui: Study, made: dict[str, xr.Dataset], tmp_path: Path) -> None:
    path = export(xuhui, made, tmp_path / "all.dta")
    with pd.read_stata(path, iterator=True) as file:
        labels, codes = file.variable_labels(), file.value_labels()
    table = pd.read_stata(path)
    assert table.columns[:4].tolist() == ["scenario", "draw", "year", "structure"]
    assert table["year"].dtype.kind == "i"
    assert labels["gdp"] == "GDP (CNY100M/year)"
    assert labels["cluster_output_culture"] == "cluster output, Culture (CNY100M/year)"
    assert list(codes["scenario"].values()) == ["baseline", "plan"]
    one = table[(table["scenario"] == "plan") & (table["year"] == 2025)].sort_values("draw")
    wanted = made["plan"]["cluster_output"].sel(cluster="Culture", time=2025)
    assert np.array_equal(one["cluster_output_culture"], wanted)
    assert one["structure"].tolist() == made["plan"]["structure"].values.tolist()


@pytest.mark.parametrize("name", TABLES)
def test_tables_for_stata(
    xuhui: Study, made: dict[str, xr.Dataset], tmp_path: Path, name: str
) -> None:
    made = {"plan": made["plan"]}
    path = export(xuhui, made, tmp_path / "t.dta", table=name)
    table, read = table_of(xuhui, made, name), pd.read_stata(path)
    assert len(read) == len(table)
    for column, written in zip(table.columns, read.columns, strict=True):
        if table[column].dtype.kind == "f":
            assert np.array_equal(read[written], table[column], equal_nan=True), column
        elif table[column].dtype.kind not in "iu" and str(table[column].dtype) != "Int64":
            assert read[written].astype(str).tolist() == table[column].tolist(), column


@pytest.mark.parametrize(
    ("name", "table", "message"),
    [
        ("a.doc", None, "not a format for results"),
        ("a.nc", "joint", "NetCDF holds every draw"),
        ("a.xlsx", "values", "too small for every draw"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(name: str, table: str | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_ending(Path(name), table)

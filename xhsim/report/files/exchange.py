"""Ensembles and tables as files for other programs: NetCDF, Parquet, CSV, Excel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.blocks import needed
from xhsim.arguments import checked
from xhsim.atomic import check_folder, writing
from xhsim.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.study import Study

__all__ = ["LEVELS", "check_ending", "export", "iamc_frame", "long_frame", "tables_of"]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SUFFIXES = (".nc", ".parquet", ".csv", ".xlsx")


@checked
def long_frame(ensembles: Mapping[str, xr.Dataset]) -> pd.DataFrame:
    """Lay out ensembles in a long table, one row for each value.

    Parameters
    ----------
    ensembles : mapping of str to Dataset
        By scenario.

    Returns
    -------
    DataFrame
        Columns ``scenario, draw, time, variable, element, unit, value``. ``element`` contains the
        names of elements joined by commas, or nothing for variables without dimensions.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensembles = {"baseline": study.ensemble("baseline", draws=8, outputs=["GDP"])}
    >>> table = long_frame(ensembles)
    >>> len(table), table["unit"].unique().tolist()
    (88, ['CNY100M/year'])
    """
    import pandas as pd

    parts = []
    for scenario, ensemble in ensembles.items():
        for name, data in ensemble.data_vars.items():
            table = data.to_series().rename("value").reset_index()
            rest = [str(dim) for dim in data.dims if dim not in ("draw", "time")]
            element: Any = table[rest].agg(", ".join, axis=1) if rest else ""
            parts.append(
                pd.DataFrame(
                    {
                        "scenario": scenario,
                        "draw": table["draw"],
                        "time": table["time"],
                        "variable": data.attrs.get("long_name", name),
                        "element": element,
                        "unit": data.attrs.get("units", ""),
                        "value": table["value"],
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


@checked
def iamc_frame(ensembles: Mapping[str, xr.Dataset], *, model: str, region: str) -> pd.DataFrame:
    """Lay out quantiles of ensembles in the format of the integrated-assessment community (IAMC).

    Parameters
    ----------
    ensembles : mapping of str to Dataset
        By scenario.
    model, region : str
        Contents of these two columns.

    Returns
    -------
    DataFrame
        Columns ``model, scenario, region, variable, unit`` and the years. There is one row for each
        variable, element and quantile, with names such as ``GDP|Percentile 5``.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensembles = {"baseline": study.ensemble("baseline", draws=8, outputs=["GDP"])}
    >>> table = iamc_frame(ensembles, model="xuhui", region="Xuhui")
    >>> table["variable"].tolist()[::2]
    ['GDP|Percentile 5', 'GDP|Percentile 50', 'GDP|Percentile 95']
    """
    import pandas as pd

    rows = []
    for scenario, ensemble in ensembles.items():
        years = [
            int(year) if float(year).is_integer() else float(year) for year in ensemble["time"]
        ]
        for name, data in ensemble.data_vars.items():
            rest = [dim for dim in data.dims if dim not in ("draw", "time")]
            label = str(data.attrs.get("long_name", name))
            flat = data.stack(element=rest) if rest else data.expand_dims(element=[""])
            for place in range(flat.sizes["element"]):
                part = flat.isel(element=place)
                said = part["element"].item()
                words = said if isinstance(said, tuple) else (said,)
                full = "|".join([label, *(str(word) for word in words if str(word))])
                values = np.quantile(part.transpose("draw", "time").values, LEVELS, axis=0)
                for level, line in zip(LEVELS, values, strict=True):
                    about = {
                        "model": model,
                        "scenario": scenario,
                        "region": region,
                        "variable": f"{full}|Percentile {100 * level:g}",
                        "unit": data.attrs.get("units", ""),
                    }
                    rows.append(about | dict(zip(years, map(float, line), strict=True)))
    return pd.DataFrame(rows)


def tables_of(study: Study, ensembles: Mapping[str, xr.Dataset]) -> dict[str, pd.DataFrame]:
    """Return the tables of a workbook: attainment, joint, by year, and quantiles.

    Parameters
    ----------
    study : Study
    ensembles : mapping of str to Dataset
        By scenario.
    """
    import pandas as pd

    names = ["scenario", "target_id"]
    frames = {
        "attainment": {name: study.attainment(made) for name, made in ensembles.items()},
        "joint": {name: study.joint(made) for name, made in ensembles.items()},
        "by year": {name: study.by_year(made) for name, made in ensembles.items()},
    }
    found = {
        title: pd.concat(parts, names=names[:1]).reset_index() for title, parts in frames.items()
    }
    found["quantiles"] = iamc_frame(
        ensembles, model=study.files.model_path.stem, region=study.files.model_path.stem
    )
    return found


def check_ending(path: Path) -> None:
    """Check that the name of a file ends in a format for results.

    Raises
    ------
    InputError
        If it does not.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f'the ending of "{path.name}" is not a format for results',
            hint=f"end the name in {', '.join(SUFFIXES)}",
        )


@checked
def export(study: Study, ensembles: Mapping[str, xr.Dataset], path: Path, *, iamc: bool) -> Path:
    """Write ensembles to a file. The ending of its name decides the format.

    Parameters
    ----------
    study : Study
    ensembles : mapping of str to Dataset
        By scenario. All have the same variables and draws.
    path : Path
        ``.nc`` (NetCDF, all draws), ``.parquet`` and ``.csv`` (long, all draws; or quantiles in the
        IAMC layout), ``.xlsx`` (a sheet for each table).
    iamc : bool
        Whether ``.parquet`` and ``.csv`` have the IAMC layout.

    Returns
    -------
    Path
        The file. It is written completely or not at all.

    Raises
    ------
    InputError
        For any other ending, or if the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensembles = {"baseline": study.ensemble("baseline", draws=8, outputs=["GDP"])}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = export(study, ensembles, Path(folder) / "gdp.csv", iamc=False)
    ...     written.read_text().splitlines()[0]
    'scenario,draw,time,variable,element,unit,value'
    """
    kind = path.suffix.lower()
    name = study.files.model_path.stem
    check_ending(path)
    check_folder(path.parent)

    def table() -> pd.DataFrame:
        if iamc:
            return iamc_frame(ensembles, model=name, region=name)
        return long_frame(ensembles)

    if kind == ".parquet":
        needed("pyarrow")
    writers: dict[str, Callable[[Path], object]] = {
        ".nc": lambda file: _merged(ensembles).to_netcdf(file, engine="scipy"),
        ".parquet": lambda file: table().rename(columns=str).to_parquet(file, index=False),
        ".csv": lambda file: table().to_csv(file, index=False),
        ".xlsx": lambda file: _workbook(tables_of(study, ensembles), file),
    }
    with writing(path.parent) as draft:
        writers[kind](draft / path.name)
    return path


def _merged(ensembles: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """Join ensembles along a scenario axis, with the attributes that NetCDF can store."""
    import xarray as xr

    whole = xr.concat(
        list(ensembles.values()), dim="scenario", combine_attrs="drop_conflicts", join="exact"
    ).assign_coords(scenario=list(ensembles))
    whole.attrs = {key: value for key, value in whole.attrs.items() if _is_plain(value)}
    for name in whole.variables:
        attributes = whole[name].attrs
        whole[name].attrs = {key: value for key, value in attributes.items() if _is_plain(value)}
    return whole


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _workbook(tables: Mapping[str, pd.DataFrame], file: Path) -> None:
    import pandas as pd

    with pd.ExcelWriter(file, engine="openpyxl") as book:
        for title, table in tables.items():
            table.to_excel(book, sheet_name=title, index=False, freeze_panes=(1, 0))
            sheet = book.sheets[title]
            for number, column in enumerate(table.columns, start=1):
                longest = max([len(str(column)), *table[column].astype(str).str.len().head(200)])
                letter = sheet.cell(1, number).column_letter
                sheet.column_dimensions[letter].width = min(60, longest + 2)

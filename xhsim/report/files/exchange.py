"""Ensembles and tables as files for other programs: NetCDF, Parquet, CSV, Excel, Stata."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.blocks import needed
from xhsim.analysis.judging.attainment import failed_draws
from xhsim.arguments import checked
from xhsim.atomic import check_folder, writing
from xhsim.errors import InputError
from xhsim.report.files.stata import panel_frame, write_stata
from xhsim.report.files.workbook import write_workbook
from xhsim.wording.html_tables import both_languages

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.study import Study

__all__ = [
    "LEVELS",
    "TABLES",
    "VALUES",
    "check_ending",
    "export",
    "iamc_frame",
    "long_frame",
    "table_of",
]

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SUFFIXES = (".nc", ".parquet", ".csv", ".xlsx", ".dta")
VALUES = "values"  # every draw
TABLES = ("attainment", "joint", "by-year", "quantiles")


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
        variable, element and quantile, with names such as ``GDP|Percentile 5``. Draws that failed
        are left out, as in all tables.

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
        sound = ~failed_draws(ensemble)
        for name, data in ensemble.data_vars.items():
            rest = [dim for dim in data.dims if dim not in ("draw", "time")]
            label = str(data.attrs.get("long_name", name))
            flat = data.stack(element=rest) if rest else data.expand_dims(element=[""])
            for place in range(flat.sizes["element"]):
                part = flat.isel(element=place)
                said = part["element"].item()
                words = said if isinstance(said, tuple) else (said,)
                full = "|".join([label, *(str(word) for word in words if str(word))])
                values = np.full((len(LEVELS), len(years)), np.nan)
                if sound.any():
                    counted = part.transpose("draw", "time").values[sound]
                    values = np.quantile(counted, LEVELS, axis=0)
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


@checked
def table_of(study: Study, ensembles: Mapping[str, xr.Dataset], name: str) -> pd.DataFrame:
    """Return one table over scenarios.

    Parameters
    ----------
    study : Study
    ensembles : mapping of str to Dataset
        By scenario.
    name : {"attainment", "joint", "by-year", "quantiles", "values"}
        The probabilities of targets, of all targets of a group together, of targets year by year,
        quantiles of variables in the IAMC layout, or every draw.

    Returns
    -------
    DataFrame
        With a column ``scenario``; its index has no meaning.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> made = {"plan": study.ensemble("plan", draws=8, outputs=["GDP"])}
    >>> table_of(study, made, "values").columns.tolist()
    ['scenario', 'draw', 'time', 'variable', 'element', 'unit', 'value']
    """
    import pandas as pd

    if name == VALUES:
        return long_frame(ensembles)
    if name == "quantiles":
        model = study.files.model_path.stem
        return iamc_frame(ensembles, model=model, region=model)
    make: dict[str, Callable[[xr.Dataset], pd.DataFrame]] = {
        "attainment": study.attainment,
        "joint": study.joint,
        "by-year": study.by_year,
    }
    parts = {scenario: pd.DataFrame(make[name](made)) for scenario, made in ensembles.items()}
    return pd.concat(parts, names=["scenario"]).reset_index()


def check_ending(path: Path, table: str | None = None) -> None:
    """Check that the name of a file ends in a format that can hold what is wanted.

    Parameters
    ----------
    path : Path
    table : str, optional
        As for `export`.

    Raises
    ------
    InputError
        If it does not.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise InputError(
            f'the ending of "{path.name}" is not a format for results',
            hint=f"end the name in {', '.join(SUFFIXES)}",
        )
    if kind == ".nc" and table not in (None, VALUES):
        raise InputError(
            f'NetCDF holds every draw, and not the table "{table}"',
            hint="end the name in .csv, .parquet, .xlsx or .dta",
        )
    if kind == ".xlsx" and table == VALUES:
        raise InputError(
            "a workbook is too small for every draw",
            hint="end the name in .csv, .parquet, .nc or .dta",
        )


@checked
def export(
    study: Study,
    ensembles: Mapping[str, xr.Dataset],
    path: Path,
    *,
    table: str | None = None,
) -> Path:
    """Write ensembles, or a table made from them, to a file.

    Parameters
    ----------
    study : Study
    ensembles : mapping of str to Dataset
        By scenario. All have the same variables and draws.
    path : Path
        The ending of its name decides the format: ``.csv``, ``.parquet``, ``.dta`` (Stata 14 and
        later, with labels), ``.xlsx`` (with formats, and a sheet that explains the columns) or
        ``.nc`` (NetCDF).
    table : {"values", "attainment", "joint", "by-year", "quantiles"}, optional
        As for `table_of`. By default a workbook has a sheet for each table but ``values``, and the
        other formats hold ``values``. In Stata these are panel data with a column for each
        variable; in CSV and Parquet they are long.

    Returns
    -------
    Path
        The file. It is written completely or not at all.

    Raises
    ------
    InputError
        If the ending does not fit, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> ensembles = {"baseline": study.ensemble("baseline", draws=8, outputs=["GDP"])}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = export(study, ensembles, Path(folder) / "gdp.csv")
    ...     written.read_text().splitlines()[0]
    'scenario,draw,time,variable,element,unit,value'
    """
    kind = path.suffix.lower()
    check_ending(path, table)
    check_folder(path.parent)
    name = table or VALUES

    def one() -> pd.DataFrame:
        return table_of(study, ensembles, name)

    def stata(file: Path) -> None:
        title = f"{study.files.model_path.stem}: {name}"
        if name == VALUES:
            panel, labels = panel_frame(ensembles)
            write_stata(panel, file, labels=labels, title=title)
        else:
            write_stata(one(), file, title=title)

    def workbook(file: Path) -> None:
        sheets = {each: table_of(study, ensembles, each) for each in ([table] if table else TABLES)}
        write_workbook(sheets, file, _facts(study, ensembles))

    if kind == ".parquet":
        needed("pyarrow")
    writers: dict[str, Callable[[Path], object]] = {
        ".nc": lambda file: _merged(ensembles).to_netcdf(file, engine="scipy"),
        ".parquet": lambda file: one().rename(columns=str).to_parquet(file, index=False),
        ".csv": lambda file: one().to_csv(file, index=False),
        ".xlsx": workbook,
        ".dta": stata,
    }
    with writing(path.parent) as draft:
        writers[kind](draft / path.name)
    return path


def _facts(study: Study, ensembles: Mapping[str, xr.Dataset]) -> dict[str, object]:
    """Return what a reader of a workbook must know of all its tables."""
    about = next(iter(ensembles.values())).attrs
    facts: dict[str, object] = {"model": study.files.model_path.name}
    facts |= {key: about[key] for key in ("draws", "seed", "beliefs") if key in about}
    return facts | {
        f"scenario {name}": both_languages(study.scenarios[name].label) for name in ensembles
    }


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

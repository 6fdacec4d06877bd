"""Tables as Stata data files (``.dta``), with labels of variables and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from xhsim.report.files.columns import describe
from xhsim.study.names import canonical

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["panel_frame", "stata_names", "write_stata"]

VERSION: Literal[118] = 118  # Stata 14 and later
LONGEST = 32  # letters of a name
LABEL = 80  # letters of a label
# Words that Stata does not accept as names.
RESERVED = frozenset(
    {
        *("byte", "double", "float", "if", "in", "int", "long", "str", "strL", "using", "with"),
        *("_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip"),
    }
)
# Texts with few different values: numbers with value labels, so that they can be tabulated.
CODED = ("scenario", "target_id", "group", "word", "direction", "unit", "measure", "structure")


def write_stata(
    table: pd.DataFrame, file: Path, *, labels: Mapping[str, str] | None = None, title: str = ""
) -> None:
    """Write a table as a Stata data file.

    Parameters
    ----------
    table : DataFrame
        Its index is not written. Infinite values become missing ones.
    file : Path
        A ``.dta`` file.
    labels : mapping of str to str, optional
        Labels of columns; the others are labelled with what they mean.
    title : str
        A label of the whole file.
    """
    import pandas as pd

    names = stata_names(table.columns)
    texts = {str(name): describe(name).meaning.en for name in table.columns} | dict(labels or {})
    data = table.set_axis(names, axis=1).copy()
    for name in data:
        column = data[name]
        if pd.api.types.is_numeric_dtype(column):
            if not pd.api.types.is_bool_dtype(column) and column.isna().any():
                column = column.astype("float64")
            kind = column.dtype.kind
            data[name] = column.replace([np.inf, -np.inf], np.nan) if kind == "f" else column
        elif str(name) in CODED:
            data[name] = pd.Categorical(column, list(dict.fromkeys(column.dropna())))
        else:
            data[name] = column.fillna("").astype(str).astype(object)
    data.to_stata(
        file,
        write_index=False,
        version=VERSION,
        variable_labels={
            name: texts[str(column)][:LABEL]
            for name, column in zip(names, table.columns, strict=True)
        },
        data_label=title[:LABEL],
    )


def panel_frame(ensembles: Mapping[str, xr.Dataset]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Lay out ensembles as panel data: a row for each scenario, draw and year.

    Parameters
    ----------
    ensembles : mapping of str to Dataset
        By scenario.

    Returns
    -------
    table : DataFrame
        Columns ``scenario, draw, year``, ``structure`` if the study has several, and one for each
        variable or element of a variable: ``cluster_output_culture``.
    labels : dict of str to str
        By column: the label of the variable, its element, and its unit.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> made = {"plan": study.ensemble("plan", draws=8, outputs=["GDP"])}
    >>> table, labels = panel_frame(made)
    >>> table.shape, labels
    ((88, 5), {'gdp': 'GDP (CNY100M/year)'})
    """
    import pandas as pd

    labels: dict[str, str] = {}
    parts = []
    for scenario, ensemble in ensembles.items():
        columns = {}
        for variable, data in ensemble.data_vars.items():
            rest = [dim for dim in data.dims if dim not in ("draw", "time")]
            for elements in product(*(data[dim].to_numpy().tolist() for dim in rest)):
                one = data.sel(dict(zip(rest, elements, strict=True)))
                name = canonical(" ".join([str(variable), *elements]))
                columns[name] = one.transpose("draw", "time").to_numpy().ravel()
                labels[name] = _label(data, elements)
        draws, times = ensemble["draw"].to_numpy(), ensemble["time"].to_numpy()
        first = {
            "scenario": scenario,
            "draw": np.repeat(draws, times.size),
            "year": np.tile(times, draws.size),
        }
        if "structure" in ensemble.coords:
            first["structure"] = np.repeat(ensemble["structure"].to_numpy(), times.size)
        parts.append(pd.DataFrame(first | columns))
    return pd.concat(parts, ignore_index=True), labels


def stata_names(columns: Iterable[object]) -> list[str]:
    """Return names that Stata accepts, of at most 32 letters, each once.

    Parameters
    ----------
    columns : iterable of str or number
        A number is a year.

    Examples
    --------
    >>> stata_names(["ci_low[market-led]", 2025, "a b", "a-b", "in"])
    ['ci_low_market_led', 'y2025', 'a_b', 'a_b_2', 'in_']
    """
    found: list[str] = []
    taken = set(RESERVED)
    for column in columns:
        text = f"y{column}" if isinstance(column, int | float) else str(column)
        name = re.sub(r"[^A-Za-z0-9_]+", "_", text.rstrip("]"))
        name = name if re.match(r"[A-Za-z]", name) else f"v_{name}".rstrip("_")
        if name in RESERVED or re.fullmatch(r"str\d+", name):
            name += "_"
        candidate, number = name[:LONGEST], 1
        while candidate in taken:
            number += 1
            ending = f"_{number}"
            candidate = name[: LONGEST - len(ending)] + ending
        taken.add(candidate)
        found.append(candidate)
    return found


def _label(data: xr.DataArray, elements: Iterable[str]) -> str:
    """Return the label of a column: name, elements and unit, cut before the unit if too long."""
    name = str(data.attrs.get("label_en") or data.attrs.get("long_name") or data.name)
    name = ", ".join(filter(None, (name, *elements)))
    unit = f" ({data.attrs['units']})" if data.attrs.get("units") else ""
    return name[: LABEL - len(unit)] + unit

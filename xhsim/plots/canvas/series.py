"""Arrays to draw: trajectories of an ensemble, observations, and what a target requires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from xhsim.analysis.worlds.select import AXES, select_one, variable_of
from xhsim.errors import InputError
from xhsim.study.names import Reference, canonical, parse_reference
from xhsim.study.targets import Target
from xhsim.wording.label import LANGUAGES, Label
from xhsim.wording.punctuation import with_elements

__all__ = ["Paths", "Required", "history_of", "paths_of", "required_by"]

Numbers = NDArray[np.float64]
HALF = 0.45  # half the width of a target's mark, in years
POINTS = 61  # of a drawn path


@dataclass(frozen=True)
class Paths:
    """The trajectories of one variable, ready to draw.

    Attributes
    ----------
    name : str
        Canonical name, with the element if it has one.
    label : Label
        From the ensemble; the Chinese label is empty if the ensemble has none.
    unit : str
        From the ensemble.
    years : array (times,)
        Calendar years.
    values : array (draws, times)
        Only the draws that are finite in every one of `years`.
    failed : int
        Number of draws left out.
    """

    name: str
    label: Label
    unit: str
    years: Numbers
    values: Numbers
    failed: int = 0

    def quantiles(self, *shares: float) -> Numbers:
        """Return the quantiles over draws: a row (times,) for each share between 0 and 1.

        Examples
        --------
        >>> paths = Paths("x", Label(), "", np.array([2020.0]), np.array([[1.0], [2.0], [4.0]]))
        >>> paths.quantiles(0.5).tolist()
        [[2.0]]
        """
        return np.asarray(np.nanquantile(self.values, shares, axis=0), dtype=float)

    def median_in(self, year: float) -> float:
        """Return the median over draws in a year; NaN outside the years of the paths.

        Examples
        --------
        >>> paths = Paths("x", Label(), "", np.array([2020.0, 2021.0]), np.array([[1.0, 3.0]]))
        >>> paths.median_in(2020.5), paths.median_in(2030)
        (2.0, nan)
        """
        middle = self.quantiles(0.5)[0]
        return float(np.interp(year, self.years, middle, left=np.nan, right=np.nan))


@dataclass(frozen=True)
class Required:
    """The values of a variable that a target requires, ready to draw.

    Attributes
    ----------
    years, values : array (points,)
        The required path, a dashed line; empty if the target is only a level at the deadline.
    mark : tuple of float
        Year and value of the mark.
    span : tuple of float
        First and last year of the mark's horizontal line.
    """

    years: Numbers
    values: Numbers
    mark: tuple[float, float]
    span: tuple[float, float]


def paths_of(
    ensemble: xr.Dataset,
    variable: str | Reference,
    element: str | Sequence[str] | None = None,
) -> Paths:
    """Take one variable's trajectories from an ensemble.

    Parameters
    ----------
    ensemble : xarray.Dataset
        Dimensions ``time``, ``draw`` (absent: one trajectory) and any of the model's.
    variable : str or Reference
        As in the model file or canonical, with or without ``[element]``.
    element : str or sequence of str, optional
        Instead of ``[element]``: one element for each of the variable's dimensions.

    Returns
    -------
    Paths
        Years in which no draw has a value are left out, then draws that are not finite in
        every remaining year.

    Raises
    ------
    InputError
        If a variable or element is unknown, an element is missing or superfluous, or no draw is
        finite.
    """
    name, elements = _reference(variable)
    wanted = canonical(name)
    if element is not None:
        elements = (element,) if isinstance(element, str) else tuple(element)
    reference = Reference(name, tuple(elements))
    whole_array = variable_of(ensemble, reference, who="a picture")
    array = select_one(ensemble, reference, who="a picture")
    # A dimension with a single element needs no choice; the picture still names the element.
    extra = [dim for dim in whole_array.dims if dim not in AXES]
    elements = elements or tuple(str(array[dim].values) for dim in extra)
    if "time" not in array.dims:
        raise InputError(f"{wanted!r} does not change over time", hint="draw another variable")
    if "draw" not in array.dims:
        array = array.expand_dims("draw")
    values = np.asarray(array.transpose(*AXES).values, dtype=float)
    finite = np.isfinite(values)
    shown = finite.any(axis=0)
    whole = finite[:, shown].all(axis=1)
    if not shown.any() or not whole.any():
        raise InputError(
            f"no draw of {wanted!r} is finite", hint="every run failed: see the failed draws"
        )
    attributes = array.attrs
    label = Label.of_attributes(attributes)
    english = label.en or str(attributes.get("long_name") or wanted.replace("_", " "))
    label = Label(english, label.zh)
    return Paths(
        name=str(Reference(wanted, elements)),
        label=with_elements(label, _element_labels(whole_array, elements)),
        unit=str(attributes.get("units", "")),
        years=np.asarray(array["time"].values, dtype=float)[shown],
        values=values[np.ix_(whole, shown)],
        failed=int((~whole).sum()),
    )


def _element_labels(array: xr.DataArray, elements: Sequence[str]) -> list[Label]:
    """Return the labels of the chosen elements."""
    dims = [dim for dim in array.dims if dim not in AXES]
    found = []
    for dim, element in zip(dims, elements, strict=True):
        known = [canonical(str(value)) for value in array[dim].values]
        texts = (array[dim].attrs.get(f"labels_{lang}") for lang in LANGUAGES)
        found.append(
            Label(*(each[known.index(canonical(element))] if each else element for each in texts))
        )
    return found


def _reference(variable: str | Reference) -> Reference:
    return variable if isinstance(variable, Reference) else parse_reference(variable)


def history_of(history: pd.DataFrame | None, name: str) -> pd.DataFrame:
    """Take one variable's observations from a history table.

    Parameters
    ----------
    history : DataFrame or None
        Columns ``year`` and ``value``, and ``variable`` unless all rows belong to `name`.
        Rows for several years at once ("2016-2020") are left out, and so are rows that are not a
        level or not a point, if there are columns ``measure`` and ``kind``.
    name : str
        The variable.

    Returns
    -------
    DataFrame
        Columns ``year``, ``value`` (floats) and ``first`` (bool), ordered by year. ``first`` is
        true for the first row of each year, which the line joins; later rows are other vintages.

    Examples
    --------
    >>> table = pd.DataFrame({"year": ["2016", "2015", "2016-2020"], "value": [2.0, 1.0, 9.0]})
    >>> history_of(table, "gdp")["value"].tolist()
    [1.0, 2.0]
    """
    if history is None:
        return pd.DataFrame({"year": [], "value": [], "first": []}, dtype=float)
    missing = {"year", "value"} - set(history.columns)
    if missing:
        raise InputError(
            f"the history has no column {', '.join(sorted(missing))!r}",
            hint="give rows of history.csv, with year and value",
        )
    rows = history
    if "variable" in rows.columns:
        wanted = _folded(name)
        belongs = [
            isinstance(v, str | Reference) and str(v) != "" and _folded(str(v)) == wanted
            for v in rows["variable"]
        ]
        rows = rows[np.array(belongs, dtype=bool)]
    for column, wanted_word in (("measure", "level"), ("kind", "point")):
        if column in rows.columns:
            rows = rows[rows[column] == wanted_word]
    years = pd.to_numeric(rows["year"], errors="coerce")
    values = pd.to_numeric(rows["value"], errors="coerce")
    table = pd.DataFrame({"year": years, "value": values}, dtype=float).dropna()
    table = table.sort_values("year", kind="stable").reset_index(drop=True)
    return table.assign(first=~table["year"].duplicated())


@lru_cache(maxsize=4096)  # each picture of a page goes through the whole history
def _folded(name: str) -> tuple[str, tuple[str, ...]]:
    plain, elements = parse_reference(name)
    return canonical(plain), tuple(canonical(element) for element in elements)


def required_by(target: Target, paths: Paths) -> Required:
    """Return what a target requires of a variable: a level at the deadline, or a path.

    Parameters
    ----------
    target : Target
        The target.
    paths : Paths
        Trajectories of its variable. Growth and increases start from their median in the base
        year. The probability, however, compares each draw with its own base: if draws differ in
        the base year, the share of draws beyond the mark can differ slightly from it.

    Returns
    -------
    Required
        A mark at the deadline. For a flow it extends over the whole period. For average growth
        there is also the path from the base year.

    Raises
    ------
    InputError
        If the target needs the base year and the ensemble does not cover it.
    """
    measure, base, deadline = target.measure, float(target.base_year), float(target.deadline)
    start = paths.median_in(base)
    if target.base_year in target.years and not np.isfinite(start):
        first, last = paths.years[0], paths.years[-1]
        raise InputError(
            f"target {target.id!r} is judged from {base:g}, "
            f"but the ensemble covers {first:g} to {last:g}",
            hint="run the model from the base year on",
        )
    goal = target.needed(start)
    span = (base + 1, deadline) if measure.every_year else (deadline - HALF, deadline + HALF)
    years = np.linspace(base, deadline, POINTS) if measure.draws_path else np.empty(0)
    passed = (years - base) / (deadline - base)
    return Required(years, measure.path(start, goal, passed), (deadline, goal), span)

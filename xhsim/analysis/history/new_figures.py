"""New figures: what an ensemble says once some of its future is known.

Draws that come near the figures count for more (importance weights), and the ensemble is drawn anew
from itself in proportion. Nothing is run again, and whatever takes an ensemble takes the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.select import select_one
from xhsim.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["effective_draws", "news_weights", "updated"]

Array = NDArray[np.float64]
News = Mapping[str, Mapping[int, float]]
LEAST = 20  # effective draws; with fewer the result would be a few draws over and over


def news_weights(ensemble: xr.Dataset, news: News, error: float = 0.02) -> Array:
    """Weigh draws by how near they come to figures.

    Parameters
    ----------
    ensemble : Dataset
        What ``study.ensemble`` returned.
    news : mapping of str to mapping of int to float
        Variable, or element of one, to figures by year, in the model's unit and positive.
    error : float
        Relative standard deviation of a figure: what is rounded, revised, or no model of this size
        would hold. Logarithms are taken as normal around the figure.

    Returns
    -------
    ndarray, shape (draws,)
        Adding up to 1.

    Raises
    ------
    InputError
        If the ensemble lacks a variable or year, a figure or the error is not positive, or no draw
        comes near.

    Examples
    --------
    >>> import xarray as xr
    >>> values = xr.DataArray([[90.0], [100.0], [102.0]], dims=("draw", "time"))
    >>> ensemble = xr.Dataset({"gdp": values}, coords={"time": [2022]})
    >>> news_weights(ensemble, {"GDP": {2022: 100.0}}).round(2).tolist()
    [0.0, 0.62, 0.38]
    """
    if not error > 0:
        raise InputError(f"the error must be positive, not {error!r}")
    logs = np.zeros(ensemble.sizes["draw"])
    for name, figures in news.items():
        for year, value in figures.items():
            if not value > 0:
                raise InputError(f'the figure of "{name}" for {year} is not positive')
            with np.errstate(all="ignore"):
                distance = (np.log(_values(ensemble, name, year)) - np.log(value)) / error
            logs += np.where(np.isfinite(distance), -0.5 * distance**2, -np.inf)
    if not np.isfinite(logs).any():
        raise InputError("no draw has a number where there is a figure")
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _values(ensemble: xr.Dataset, name: str, year: int) -> Array:
    data = select_one(ensemble, name, who=f'the figure of "{name}"')
    if year not in ensemble["time"].values:
        raise InputError(f"the ensemble does not hold {year}")
    return np.asarray(data.sel(time=year).values, dtype=float)


def effective_draws(weights: Array) -> float:
    """Return how many equally weighted draws tell as much (Kish 1965).

    Parameters
    ----------
    weights : ndarray, shape (draws,)
        None negative, and not all zero.

    Returns
    -------
    float
        From 1, where one draw has all the weight, to the number of draws.

    Examples
    --------
    >>> effective_draws(np.array([0.25, 0.25, 0.25, 0.25])), effective_draws(np.array([1.0, 0.0]))
    (4.0, 1.0)
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def updated(ensemble: xr.Dataset, news: News, error: float = 0.02, seed: int = 0) -> xr.Dataset:
    """Give an ensemble as it is once figures are known.

    Parameters
    ----------
    ensemble, news, error
        As for `news_weights`.
    seed : int
        Of the systematic drawing.

    Returns
    -------
    Dataset
        With as many draws, some of them several times. The attribute ``effective_draws`` tells what
        they are worth: intervals by the number of draws are too narrow by its square root's share.

    Raises
    ------
    InputError
        As for `news_weights`, or if fewer than 20 draws would be left in effect: then the figures
        are a surprise to the model, or more draws are needed.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> before = study.ensemble("baseline", draws=2048)
    >>> after = updated(before, {"GDP": {2022: 2500.0}})
    >>> bool(after["gdp"].sel(time=2022).std() < before["gdp"].sel(time=2022).std())
    True
    """
    weights = news_weights(ensemble, news, error)
    worth = effective_draws(weights)
    if worth < LEAST:
        raise InputError(
            f"only {worth:.1f} of {weights.size} draws are near the figures",
            hint="more draws, a larger error, or the model is surprised by what came",
        )
    start = np.random.default_rng(seed).random()
    marks = (start + np.arange(weights.size)) / weights.size
    chosen = np.searchsorted(np.cumsum(weights), marks).clip(max=weights.size - 1)
    known = ", ".join(
        f"{name} {value:g} in {year}"
        for name, years in news.items()
        for year, value in years.items()
    )
    found = ensemble.isel(draw=chosen).assign_coords(draw=np.arange(weights.size))
    return found.assign_attrs(news=known, effective_draws=worth)

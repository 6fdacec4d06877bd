"""Update of an ensemble with new figures, by importance weights.

Draws near the figures get more weight, and the ensemble is resampled in proportion to the weights.
The model does not run again, and the result can be used wherever an ensemble can.
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
LEAST = 20  # effective draws; with fewer, the result would repeat a few draws many times


def news_weights(ensemble: xr.Dataset, news: News, error: float = 0.02) -> Array:
    """Compute weights of draws from their distance to figures.

    Parameters
    ----------
    ensemble : Dataset
        The result of ``study.ensemble``.
    news : mapping of str to mapping of int to float
        Variable, or element of a variable, to its figures by year. Figures are positive and in the
        model's unit.
    error : float
        Relative standard deviation of a figure, for rounding, revisions, and the error of the
        model. Logarithms are assumed to be normal around the figure.

    Returns
    -------
    ndarray, shape (draws,)
        Adding up to 1.

    Raises
    ------
    InputError
        If the ensemble lacks a variable or year, a figure or the error is not positive, or no draw
        has a finite value.

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
        raise InputError(
            "no draw has a positive value where there is a figure",
            hint="check variables and units of the figures",
        )
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _values(ensemble: xr.Dataset, name: str, year: int) -> Array:
    data = select_one(ensemble, name, who=f'the figure of "{name}"')
    if year not in ensemble["time"].values:
        raise InputError(f'the ensemble has no year {year}, for which "{name}" has a figure')
    return np.asarray(data.sel(time=year).values, dtype=float)


def effective_draws(weights: Array) -> float:
    """Return the effective number of equally weighted draws (Kish 1965).

    Parameters
    ----------
    weights : ndarray, shape (draws,)
        None negative, and not all zero.

    Returns
    -------
    float
        From 1, if one draw has all the weight, to the number of draws.

    Examples
    --------
    >>> effective_draws(np.array([0.25, 0.25, 0.25, 0.25])), effective_draws(np.array([1.0, 0.0]))
    (4.0, 1.0)
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def updated(ensemble: xr.Dataset, news: News, error: float = 0.02, seed: int = 0) -> xr.Dataset:
    """Return an ensemble conditional on figures.

    Parameters
    ----------
    ensemble, news, error
        As for `news_weights`.
    seed : int
        Seed of the systematic resampling.

    Returns
    -------
    Dataset
        With the same number of draws, some of them repeated. The attribute ``effective_draws`` is
        their effective number. Intervals computed from the number of draws are too narrow, by the
        square root of the ratio of the two.

    Raises
    ------
    InputError
        As for `news_weights`, or if the effective number of draws is below 20: the model did not
        expect the figures, or more draws are needed.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> before = study.ensemble("baseline", draws=256, outputs=["GDP"])
    >>> after = updated(before, {"GDP": {2022: 2500.0}})
    >>> bool(after["gdp"].sel(time=2022).std() < before["gdp"].sel(time=2022).std())
    True
    """
    weights = news_weights(ensemble, news, error)
    worth = effective_draws(weights)
    if worth < LEAST:
        raise InputError(
            f"only {worth:.1f} of {weights.size} draws are near the figures",
            hint="use more draws or a larger error, or the model did not expect these figures",
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

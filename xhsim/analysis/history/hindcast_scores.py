"""Scores of forecast figures, and summaries by series, origin, horizon or structure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.history.held_out import HeldOutFigure
from xhsim.analysis.history.scores import crps_of_draws, crps_of_normal
from xhsim.analysis.judging.probability import chance
from xhsim.arguments import checked

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "LEVELS",
    "QUANTILES",
    "compare",
    "scored",
    "summarise",
]

Array = NDArray[np.float64]
RIVALS = ("last_growth", "last_growth_spread", "mean_growth")
SCORES = ("model", *RIVALS)
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILES = ("p05", "p25", "median", "p75", "p95")


def scored(
    origin: int, figures: Sequence[HeldOutFigure], logs: Array, seed: int
) -> list[dict[str, Any]]:
    """Compare forecasts with the published figures.

    Parameters
    ----------
    origin : int
    figures : sequence of HeldOutFigure
    logs : ndarray, shape (draws, figures)
        Logarithms of the forecasts without the errors of the published figures, which are added.
    seed : int
        Of these errors.

    Returns
    -------
    list of dict
        One for each figure; `xhsim.analysis.history.hindcast.HindcastResult` describes the keys.
    """
    generator = np.random.default_rng((seed, 1))
    noise = generator.standard_normal((len(figures), len(logs)))
    return [
        _row(origin, figure, column, column + figure.error * errors)
        for figure, column, errors in zip(figures, logs.T, noise, strict=True)
    ]


def _row(origin: int, figure: HeldOutFigure, centres: Array, drawn: Array) -> dict[str, Any]:
    from scipy.special import logsumexp, ndtr

    seen, year = figure.observed, figure.year
    # Given a draw, the figure is normal around it: the forecast is a mixture of normals.
    distances = (seen - centres) / figure.error
    pit = float(ndtr(distances).mean())
    heights = -0.5 * distances**2 - np.log(figure.error * np.sqrt(2 * np.pi))
    scores = {"model": float(crps_of_draws(drawn, seen))} | dict.fromkeys(RIVALS, np.nan)
    if figure.last is not None and figure.mean is not None:
        last, mean = figure.last, figure.mean
        scores["last_growth"] = abs(seen - last.mean)
        scores["last_growth_spread"] = float(crps_of_normal(last.mean, last.deviation, seen))
        scores["mean_growth"] = float(crps_of_normal(mean.mean, mean.deviation, seen))
    quantiles = figure.shown(np.quantile(drawn, LEVELS))
    return {
        "origin": origin,
        "series": figure.row.series,
        "variable": figure.row.variable,
        "measure": figure.row.measure,
        "year": year,
        "horizon": year - origin,
        "known": figure.start,
        "anchor": np.exp(figure.base) if figure.row.measure == "level" else np.nan,
        "observed": figure.row.value,
        **dict(zip(QUANTILES, map(float, quantiles), strict=True)),
        "pit": pit,
        "inside_50": bool(0.25 <= pit <= 0.75),
        "inside_90": bool(0.05 <= pit <= 0.95),
        "log_score": float(logsumexp(heights) - np.log(len(centres))),
        **{name: 100 * score for name, score in scores.items()},
    }


@checked
def summarise(table: pd.DataFrame, by: str, *, total: bool = True) -> pd.DataFrame:
    """Return shares of figures inside the intervals, and mean scores, by the values of a column.

    Parameters
    ----------
    table : DataFrame
        Rows of `scored`.
    by : str
        A column: ``series``, ``origin``, ``horizon`` or ``structure``.
    total : bool
        Whether a last row ``all`` covers the whole table.

    Returns
    -------
    DataFrame
        Indexed by the values: ``observations``; ``compared``, how many of them every rival can
        forecast; the shares ``inside_50`` and ``inside_90``, each with a 95 % interval (``_low``
        and ``_high``) as if the figures were independent, which they are not; and the mean
        scores, over the compared figures if there are any.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.history.stored_hindcast import stored_hindcast
    >>> found = stored_hindcast(xhsim.open_study())
    >>> int(summarise(found.table, "horizon").loc["all", "observations"]) == len(found.table)
    True
    """
    import pandas as pd

    groups = dict(iter(table.groupby(by, sort=by in ("origin", "horizon"))))
    rows: dict[Any, dict[str, float]] = {key: _summary(group) for key, group in groups.items()}
    if total:
        rows["all"] = _summary(table)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)


def _summary(group: pd.DataFrame) -> dict[str, float]:
    compared = group.dropna(subset=list(SCORES))
    chosen = compared if len(compared) else group
    found: dict[str, float] = {"observations": len(group), "compared": len(compared)}
    for share in ("inside_50", "inside_90"):
        interval = chance(int(group[share].sum()), len(group))
        found |= {
            share: interval.probability,
            f"{share}_low": interval.ci_low,
            f"{share}_high": interval.ci_high,
        }
    return found | {name: float(chosen[name].mean()) for name in SCORES}


@checked
def compare(table: pd.DataFrame, apart: Sequence[str]) -> pd.DataFrame:
    """Compare the model with forecasts that need no model, with and without some series.

    Parameters
    ----------
    table : DataFrame
        Rows of `scored`.
    apart : sequence of str
        The series that the second row leaves out.

    Returns
    -------
    DataFrame
        A row ``all`` and, if the table has a series to leave out, a row ``without``: ``compared``
        figures, mean scores, ``series`` that can be compared, and for each rival the number of them
        in which the model's mean score is lower (``ahead_of_...``).

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.history.stored_hindcast import stored_hindcast
    >>> found = stored_hindcast(xhsim.open_study())
    >>> compare(found.table, ["industrial_output"]).index.tolist()
    ['all', 'without']
    """
    import pandas as pd

    compared = table.dropna(subset=list(SCORES))
    rows = {"all": _comparison(compared)}
    others = compared[~compared["series"].isin(list(apart))]
    if len(others) < len(compared):
        rows["without"] = _comparison(others)
    return pd.DataFrame.from_dict(rows, orient="index")


def _comparison(compared: pd.DataFrame) -> dict[str, float]:
    means = compared.groupby("series")[list(SCORES)].mean()
    return {
        "compared": len(compared),
        **{name: float(compared[name].mean()) for name in SCORES},
        "series": len(means),
        **{f"ahead_of_{name}": int((means["model"] < means[name]).sum()) for name in RIVALS},
    }

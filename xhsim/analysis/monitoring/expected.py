"""What the draws before a release led to expect of it, and where it then lay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from xhsim.arguments import checked
from xhsim.study.history.comparison import unscaled
from xhsim.study.history.release_label import release_label

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.study.history.releases import Release

__all__ = ["SURPRISE", "expected_figures", "forecast_quantiles"]

Array = NDArray[np.float64]
SURPRISE = 0.025  # a figure with less of its forecast on one side is a surprise
LEVELS = {"p05": 0.05, "median": 0.5, "p95": 0.95}
HALVINGS = 60  # of the interval that contains a quantile
REACH = 10  # standard deviations beyond the draws, where nothing is left


def forecast_quantiles(seen: Array, errors: Array, levels: Sequence[float]) -> Array:
    """Return quantiles of what may be published: the draws, each with a normal error.

    Parameters
    ----------
    seen : ndarray, shape (draws, figures)
        What the draws have in place of the figures. Draws that are not finite are left out.
    errors : ndarray, shape (figures,)
        Standard deviations of the figures.
    levels : sequence of float
        Between 0 and 1.

    Returns
    -------
    ndarray, shape (levels, figures)

    Examples
    --------
    >>> forecast_quantiles(np.zeros((3, 1)), np.ones(1), [0.25, 0.95]).round(3).ravel().tolist()
    [-0.674, 1.645]
    """
    good = seen[np.isfinite(seen).all(axis=1)]
    shape = (len(levels), seen.shape[1])
    low = np.broadcast_to(good.min(axis=0, initial=np.inf) - REACH * errors, shape)
    high = np.broadcast_to(good.max(axis=0, initial=-np.inf) + REACH * errors, shape)
    wanted = np.asarray(levels, dtype=np.float64)[:, None]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = ndtr((middle[:, None] - good) / errors).mean(axis=1) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)


@checked
def expected_figures(monitoring: Monitoring) -> pd.DataFrame:
    """List the releases that counted at any date, and what was expected of each before it.

    Parameters
    ----------
    monitoring : Monitoring

    Returns
    -------
    DataFrame
        One row for each release, by date: ``published``, ``series``, ``period``, ``label``,
        ``label_zh``, ``measure``, ``kind``, ``value``, ``high``, ``unit``; ``p05``, ``median`` and
        ``p95`` of the forecast before its date, errors of figures included, in the unit of the
        value; ``share``, see ``xhsim.analysis.monitoring.figures.predictive_share``; ``surprise``,
        whether a point lies outside the middle 95 % of its forecast, or the forecast gave less than
        2.5 % to a bound; and ``counts``, whether it still counts as of the date of the monitoring.

    Examples
    --------
    >>> import xhsim
    >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
    >>> len(expected_figures(early))
    0
    """
    import pandas as pd

    counterparts = monitoring.counterparts
    still = set(monitoring.updates[-1].counted)
    rows: list[dict[str, Any]] = []
    for number, update in enumerate(monitoring.updates[1:]):
        new = list(update.new)
        if not new:
            continue
        errors = counterparts.figures.errors[new]
        found = forecast_quantiles(monitoring.seen[number][:, new], errors, list(LEVELS.values()))
        for place, release in enumerate(counterparts.releases[one] for one in new):
            share = float(update.shares[place])
            levels = unscaled(release.figure.measure, found[:, place])
            rows.append(
                {
                    "published": update.published,
                    **_about(monitoring, release),
                    **dict(zip(LEVELS, levels.tolist(), strict=True)),
                    "share": share,
                    "surprise": share < SURPRISE
                    or (release.figure.kind == "point" and share > 1 - SURPRISE),
                    "counts": new[place] in still,
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


ABOUT = ("series", "period", "label", "label_zh", "measure", "kind", "value", "high", "unit")
COLUMNS = ("published", *ABOUT, *LEVELS, "share", "surprise", "counts")


def _about(monitoring: Monitoring, release: Release) -> dict[str, Any]:
    figure, label = release.figure, release_label(release, monitoring.study.labels)
    about = (release.series, release.period, label.en, label.zh, figure.measure, figure.kind)
    high = np.nan if figure.high is None else figure.high
    return dict(zip(ABOUT, (*about, figure.value, high, figure.unit), strict=True))

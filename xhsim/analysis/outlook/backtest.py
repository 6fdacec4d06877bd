"""Back-test of the outlook: forecast each figure from what was known some years before.

For each origin, the model is fitted to the figures until that year, of all places and quantities,
and forecasts the figures of the next five years. Nothing of later years is used, neither for
levels nor for spreads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xhsim.analysis.history.scores import crps_of_normal
from xhsim.analysis.outlook.fit import fit_outlook
from xhsim.analysis.outlook.forecast import forecast_growth
from xhsim.analysis.outlook.growth import Growth, known_until
from xhsim.analysis.outlook.threads import on_one_thread
from xhsim.errors import InputError
from xhsim.study.history.reference import OutlookPlan

__all__ = ["Backtest", "backtest_outlook", "naive_growth"]

HORIZONS = 5
FEWEST = 25  # figures of single years that the first origin knows


@dataclass(frozen=True)
class Backtest:
    """Forecasts of figures that are known today.

    Attributes
    ----------
    table : DataFrame
        A row for each figure and origin: ``place``, ``quantity``, ``origin``, ``year``,
        ``horizon``, ``observed``, ``centre``, ``sd``, ``freedom``; ``pit``, the forecast
        probability of a smaller value; ``inside_50`` and ``inside_90``; and the scores (CRPS in
        points, lower is better) of the ``model``, of ``last_growth`` and of ``mean_growth``.
    """

    table: pd.DataFrame

    def by(self, *columns: str) -> pd.DataFrame:
        """Return counts, shares inside the intervals and mean scores by columns of the table.

        Parameters
        ----------
        *columns : str
            Such as ``quantity`` or ``horizon``; without any, one row ``all``.

        Returns
        -------
        DataFrame
            ``figures`` (different ones), ``forecasts``, ``inside_50``, ``inside_90``, ``pit``,
            ``model``, ``last_growth``, ``mean_growth``.

        Examples
        --------
        >>> rows = {"place": ["A", "A"], "quantity": "gdp", "year": 2020, "horizon": [1, 2]}
        >>> numbers = dict.fromkeys(("inside_50", "inside_90", "pit", "model"), [1.0, 0.0])
        >>> rivals = {"last_growth": 1.0, "mean_growth": 2.0}
        >>> backtest = Backtest(pd.DataFrame(rows | numbers | rivals))
        >>> backtest.by().loc["all", ["figures", "forecasts", "model"]].tolist()
        [1.0, 2.0, 0.5]
        """
        table = self.table
        table = table.assign(all="all") if not columns else table
        groups = table.groupby(list(columns) or ["all"], sort=False)
        key = table["place"] + "|" + table["quantity"] + "|" + table["year"].astype(str)
        figures = key.groupby([table[name] for name in columns or ("all",)], sort=False).nunique()
        numbers = ["inside_50", "inside_90", "pit", "model", "last_growth", "mean_growth"]
        means = groups[numbers].mean()
        means.insert(0, "forecasts", groups.size())
        means.insert(0, "figures", figures)
        return means.sort_index() if columns and columns[0] != "quantity" else means

    def pit_counts(self, bins: int = 10) -> list[int]:
        """Return how many forecasts have their PIT in each of equally wide bins.

        Parameters
        ----------
        bins : int

        Returns
        -------
        list of int
            About equal if the forecasts are calibrated.

        Examples
        --------
        >>> Backtest(pd.DataFrame({"pit": [0.1, 0.2, 0.9]})).pit_counts(2)
        [2, 1]
        """
        return [int(n) for n in np.histogram(self.table["pit"], bins, (0.0, 1.0))[0]]


@on_one_thread
def backtest_outlook(figures: Sequence[Growth], plan: OutlookPlan) -> Backtest:
    """Forecast figures from each earlier year that knew enough of them.

    Parameters
    ----------
    figures : sequence of Growth
        From `growth_figures`.
    plan : OutlookPlan

    Returns
    -------
    Backtest

    Raises
    ------
    InputError
        If there are too few figures.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.outlook.growth import growth_figures
    >>> plan = xhsim.open_study().files.outlook_plan
    >>> figures = known_until(growth_figures(plan), 2012)
    >>> backtest_outlook(figures, plan).by("horizon").index.tolist()
    [1, 2]
    """
    names = [quantity.name for quantity in plan.quantities if quantity.series]
    single = [figure for figure in figures if figure.first_year == figure.last_year]
    origins = [
        year
        for year in sorted({figure.last_year for figure in single})[:-1]
        if len(known_until(single, year)) >= FEWEST
    ]
    if not origins:
        raise InputError(
            f"there are {len(single)} growth figures of single years, too few for a back-test",
            file=plan.where.file,
            hint=f"it needs {FEWEST} figures that are older than the last year",
        )
    rows = []
    for origin in origins:
        known = known_until(figures, origin)
        fit = fit_outlook(known, plan, origin)
        for figure in single:
            horizon = figure.first_year - origin
            if not 1 <= horizon <= HORIZONS:
                continue
            mean = forecast_growth(fit, figure.place, figure.quantity, [figure.first_year]).mean
            pit = mean.probability_below(figure.value)
            last, mean_rival = naive_growth(known, figure.place, figure.quantity)
            rows.append(
                {
                    "place": figure.place,
                    "quantity": names[figure.quantity],
                    "origin": origin,
                    "year": figure.first_year,
                    "horizon": horizon,
                    "observed": figure.value,
                    "centre": mean.centre,
                    "sd": mean.deviation,
                    "freedom": mean.freedom,
                    "pit": pit,
                    "inside_50": 0.25 <= pit <= 0.75,
                    "inside_90": 0.05 <= pit <= 0.95,
                    "model": mean.crps(figure.value),
                    "last_growth": float(crps_of_normal(*last, figure.value)),
                    "mean_growth": float(crps_of_normal(*mean_rival, figure.value)),
                }
            )
    return Backtest(pd.DataFrame(rows))


def naive_growth(
    known: Sequence[Growth], place: str, quantity: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Forecast growth without a model: as last time, or as on average.

    Parameters
    ----------
    known : sequence of Growth
    place : str
    quantity : int

    Returns
    -------
    last, mean : pair of float
        Centre and standard deviation of normal forecasts. The centre is that of the place's own
        figures, or else of all places; the standard deviation is that of all places' figures. Not
        a number where there is no figure at all.

    Examples
    --------
    >>> known = [Growth("A", 0, year, year, value) for year, value in ((2019, 4.0), (2020, 8.0))]
    >>> naive_growth(known, "A", 0)
    ((8.0, 2.8284271247461903), (6.0, 2.8284271247461903))
    """
    of_all = [figure for figure in known if figure.quantity == quantity]
    if not of_all:
        return (np.nan, np.nan), (np.nan, np.nan)
    of_place = [figure for figure in of_all if figure.place == place] or of_all
    latest = max(figure.last_year for figure in of_place)
    last = float(np.mean([figure.value for figure in of_place if figure.last_year == latest]))
    mean = float(np.mean([figure.value for figure in of_place]))
    values = [figure.value for figure in of_all]
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return (last, spread), (mean, spread)

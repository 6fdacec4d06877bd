"""The outlook of a study: a table of forecasts by quantity, and correlations between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from xhsim.analysis.outlook.backtest import Backtest, backtest_outlook
from xhsim.analysis.outlook.fit import FittedOutlook, fit_outlook
from xhsim.analysis.outlook.forecast import forecast_growth
from xhsim.analysis.outlook.growth import growth_figures
from xhsim.analysis.outlook.process import DEFINITION, FREEDOM
from xhsim.analysis.outlook.threads import on_one_thread
from xhsim.study.history.reference import OutlookPlan

__all__ = ["Outlook", "make_outlook"]

PROBABILITIES = (0.05, 0.25, 0.75, 0.95)


@dataclass(frozen=True)
class Outlook:
    """The outlook of a place.

    Attributes
    ----------
    fit : FittedOutlook
    table : DataFrame
        A row for each quantity, see `make_outlook`.
    correlations : DataFrame
        Between quantities in the same place and year.
    pairs : DataFrame
        How many places and years each correlation was seen in; 0 where the prior stands alone.
    """

    fit: FittedOutlook
    table: pd.DataFrame
    correlations: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def plan(self) -> OutlookPlan:
        """What was asked for."""
        return self.fit.plan

    @cached_property
    def backtest(self) -> Backtest:
        """The same machinery, asked about years that have passed; computed when first used."""
        return backtest_outlook(growth_figures(self.plan), self.plan)


@on_one_thread
def make_outlook(plan: OutlookPlan) -> Outlook:
    """Fit the reference class, and forecast the growth of the plan's place.

    Parameters
    ----------
    plan : OutlookPlan
        From ``outlook.yaml``.

    Returns
    -------
    Outlook
        Its table has a row for each quantity and, in percent a year: ``figures`` (how many, and
        ``own`` of the place itself); ``mean``, ``sd``, ``freedom``, ``p05`` to ``p95`` of the mean
        growth over the years of the plan; the same with the prefix ``ahead_`` for the years after
        the last figures; ``lasting_sd``, the part of ``ahead_sd`` that lasts over these years; a
        column ``y2022`` for the centre of each year. Then the standard deviations ``place_sd``
        (between places), ``plan_sd``, ``year_sd`` (the common effect of a year), ``city_sd``,
        ``deviation_sd`` (one year in one place), ``within_sd`` (the last three together),
        ``innovation_sd`` (what is new in a deviation), ``definition_sd``; and the memories ``ar1``
        and ``year_ar1``. A quantity without figures has no numbers.

    Examples
    --------
    >>> import xhsim
    >>> outlook = make_outlook(xhsim.open_study().files.outlook_plan)
    >>> outlook.table.index[:2].tolist()
    ['gdp', 'fiscal_revenue']
    """
    figures = growth_figures(plan)
    fit = fit_outlook(figures, plan, plan.until)
    names = [quantity.name for quantity in plan.quantities if quantity.series]
    position = {name: number for number, name in enumerate(names)}
    rows = []
    for quantity in plan.quantities:
        row: dict[str, object] = {
            "quantity": quantity.name,
            **quantity.label.columns(),
            "prices": "constant" if quantity.real else "current",
            "figures": 0,
            "own": 0,
        }
        if quantity.name in position:
            row |= _numbers(fit, position[quantity.name], several=quantity.several)
        rows.append(row)
    table = pd.DataFrame(rows).set_index("quantity")
    return Outlook(
        fit,
        table,
        pd.DataFrame(fit.correlations, names, names),
        pd.DataFrame(fit.pairs, names, names),
    )


def _numbers(fit: FittedOutlook, quantity: int, *, several: bool) -> dict[str, object]:
    plan, shape = fit.plan, fit.shape
    of_it = [figure for figure in fit.figures if figure.quantity == quantity]
    row: dict[str, object] = {
        "figures": len(of_it),
        "own": sum(figure.place == plan.place for figure in of_it),
    }
    spans = {"": range(plan.first_year, plan.last_year + 1)}
    spans["ahead_"] = range(max(plan.first_year, plan.until + 1), plan.last_year + 1)
    for prefix, years in spans.items():
        forecast = forecast_growth(fit, plan.place, quantity, years)
        row |= {
            f"{prefix}mean": forecast.mean.centre,
            f"{prefix}sd": forecast.mean.deviation,
            f"{prefix}freedom": forecast.mean.freedom,
        }
        for probability in PROBABILITIES:
            row[f"{prefix}p{round(100 * probability):02d}"] = forecast.mean.quantile(probability)
        row["lasting_sd"] = forecast.lasting
    each = forecast_growth(fit, plan.place, quantity, spans[""]).by_year
    row |= {f"y{year}": value for year, value in zip(spans[""], each, strict=True)}

    scale = float(shape.scale[quantity])
    tail = {name: float(np.sqrt(v / (v - 2))) for name, v in FREEDOM.items()}
    effect = {n: scale * s * tail.get(n, 1.0) for n, s in shape.strength.items()}
    within = np.sqrt(sum(effect[name] ** 2 for name in ("year", "city", "deviation")))
    return row | {
        "place_sd": effect["place"],
        "plan_sd": effect["plan"],
        "year_sd": effect["year"],
        "city_sd": effect["city"],
        "deviation_sd": effect["deviation"],
        "within_sd": float(within),
        "innovation_sd": effect["deviation"] * float(np.sqrt(1 - shape.memory**2)),
        "definition_sd": scale * DEFINITION[several],
        "ar1": shape.memory,
        "year_ar1": shape.year_memory,
    }

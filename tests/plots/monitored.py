"""Tables and ensembles of a monitoring that was made up: three dates, a few targets, figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from tests.plots.examples import ensemble, targets
from xhsim.analysis.forecasts.sealed_scores import SealedScores
from xhsim.analysis.monitoring.counterparts import Counterparts
from xhsim.analysis.monitoring.revision import Revision
from xhsim.study.files.mistakes import Place
from xhsim.study.history.monitoring import MonitoringPlan
from xhsim.study.history.observations import Observation
from xhsim.study.history.releases import Release
from xhsim.study.names import parse_reference
from xhsim.wording.label import Label
from xhsim.wording.likelihood import NOT_ASSESSABLE, word_for

__all__ = ["DAYS", "counted", "lit", "probabilities", "revision", "sealed", "widened"]

DAYS = (None, date(2023, 1, 31), date(2024, 3, 29), date(2024, 12, 31))
PATHS = {
    "rd_intensity": (0.65, 0.8, 0.82, 0.77),
    "culture_growth": (0.15, 0.08, 0.07, 0.12),
    "pct_filings": (0.61, 0.6, 0.58, 0.58),
    "industrial_output": (0.98, 0.99, 1.0, 1.0),
}
ABOUT: dict[Any, Any] = {
    "scenario": "plan",
    "scenario_label_zh": "规划",
    "draws": 2000,
    "seed": 0,
    "as_of": date(2025, 1, 31),
    "green": 0.66,
    "red": 0.33,
}
GDP, REVENUE = Label("GDP, 2022", "2022年地区生产总值"), Label("revenue, 2022", "2022年财政收入")
RESEARCH = Label("R&D spending and what firms spend on it, 2023", "2023年研发经费及企业研发支出")
OUTPUT = Label("output of culture, 2023 (floor)", "2023年文化产出下限")


def probabilities(*names: str) -> pd.DataFrame:
    """Return a table as ``Monitoring.probabilities`` does."""
    labels = {target.id: target.label for target in targets()}
    rows = []
    for place, day in enumerate(DAYS):
        for name in names or PATHS:
            chance = PATHS[name][place]
            low, high = max(0.0, chance - 0.02), min(1.0, chance + 0.02)
            word = NOT_ASSESSABLE.en if name == "pct_filings" else word_for(low, high)
            rows.append(
                {
                    "published": day,
                    "target_id": name,
                    **labels[name].columns(),
                    "probability": chance,
                    "ci_low": low,
                    "ci_high": high,
                    "word": word,
                }
            )
    table = pd.DataFrame(rows).set_index(["published", "target_id"])
    released = dict(zip(DAYS[1:], ((GDP, REVENUE), (RESEARCH,), (OUTPUT,)), strict=True))
    table.attrs = ABOUT | {"released": released}
    return table


def revision(by: str = "release") -> Revision:
    """Return a revision of one target by four figures, or by as many channels."""
    causes = {
        "release": (GDP, REVENUE, RESEARCH, OUTPUT),
        "channel": (
            Label("Structure", "因果结构"),
            Label("Other constants", "其他常数"),
            Label("Growth shock", "年度增长冲击"),
            Label("Other shocks", "其他冲击"),
        ),
    }[by]
    steps = ((-0.1, 0.02), (0.02, 0.005), (0.2, 0.01), (-0.0004, 0.001))
    table = pd.DataFrame(
        [
            {"target_id": "rd_intensity", "cause": place, **label.columns()}
            | {"alone": step, "last": step, "shapley": step, "error": error}
            for place, (label, (step, error)) in enumerate(zip(causes, steps, strict=True))
        ]
    )
    label = next(target.label for target in targets() if target.id == "rd_intensity")
    ends = {**label.columns(), "before": 0.65, "after": 0.7696, "interaction": -0.05}
    totals = pd.DataFrame([ends], pd.Index(["rd_intensity"], name="target_id"))
    table.attrs = totals.attrs = ABOUT | {"by": by}
    return Revision(table, totals, 1200.0)


def widened() -> xr.Dataset:
    """Return the example ensemble with a spread that grows to twice its own, and higher."""
    made = ensemble(200)
    ahead = np.clip((made["time"] - 2020) / 5, 0, 1)
    wide: xr.Dataset = made + ahead * (made - made.mean("draw")) + 0.03 * ahead * made
    wide.attrs = made.attrs
    for name in made.data_vars:
        wide[name].attrs = made[name].attrs
    return wide


def _released(variable: str, year: int, value: float, kind: str, high: float | None) -> Release:
    place = Place("releases.csv", 2)
    figure = Observation(
        *(variable, year, year, value, "percent", variable, "", "press", "", ""),
        place,
        kind=kind,
        high=high,
    )
    terms = (parse_reference(variable),)
    return Release(figure, date(year + 1, 1, 31), f"{year + 1}-01", 1.0, terms, None, place)


def counted() -> Counterparts:
    """Return figures of R&D intensity: a point, an interval and a floor; and of something else."""
    return Counterparts(
        (
            _released("RD intensity", 2021, 8.6, "point", None),
            _released("RD intensity", 2022, 8.5, "interval", 8.9),
            _released("RD intensity", 2023, 8.4, "floor", None),
            _released("retail sales", 2023, 1100.0, "point", None),
        ),
        (0.02, 0.02, 0.02, 0.02),
    )


def lit(*, rates: bool = False) -> pd.DataFrame:
    """Return the probabilities with lights and, if asked for, the rates of twin experiments."""
    table = probabilities()
    light = MonitoringPlan().light
    both = zip(table["probability"], table["word"], strict=True)
    shown = [None if word == NOT_ASSESSABLE.en else light(chance) for chance, word in both]
    table["light"] = pd.Series(shown, index=table.index, dtype=object)
    if rates:
        shares = {"missed": 0.17, "missed_low": 0.12, "missed_high": 0.23}
        table = table.assign(sure=True, **shares, warned=0.85, false_alarm=0.12)
    return table


def sealed(decided: int = 3) -> SealedScores:
    """Return scores of nine figures and of targets, of which some are decided."""
    pit = [0.02, 0.11, 0.24, 0.31, 0.48, 0.52, 0.66, 0.83, 0.97]
    figures = pd.DataFrame({"seal": "2021-12-31", "kind": "point", "pit": pit})
    figures["afterwards"] = [place < 2 for place in range(len(pit))]
    targets = pd.DataFrame({"probability": [0.05, 0.15, 0.9, 0.95], "attained": [0, 0, 1, 0]})
    targets["brier"] = (targets["probability"] - targets["attained"]) ** 2
    targets.loc[decided:, "brier"] = np.nan
    empty = pd.DataFrame()
    return SealedScores(empty, (), figures, targets, empty)

"""Fit to history: the central run against observations, with limits from checks.yaml."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from xhsim.analysis.history.fit import compare_with_history, fit_statistics
from xhsim.analysis.validation.findings import Finding, percent
from xhsim.study.consistency import chained_growth, implied_growth
from xhsim.study.history.calibration import SCALED

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.checks.checks import Fit, RealGrowth

__all__ = ["check_history"]

PART = "fit to history"
ROUNDED = 0.05  # per cent: below it the error is rounding, and its Theil shares mean nothing


def check_history(study: FittedStudy) -> list[Finding]:
    """Compare the central run of the first scenario with history.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
        One for each series, one for the plan's base year, and one for real growth.
    """
    limits = study.checks.fit
    findings = [Finding.skipped(PART, "none", "checks.yaml has no limits")]
    if limits is not None:
        findings = [*_series(study, limits), _base_year(study, limits)]
    growth = study.checks.real_growth
    return findings if growth is None else [*findings, _real_growth(study, growth)]


def _series(study: FittedStudy, limits: Fit) -> list[Finding]:
    scenario = next(iter(study.scenarios))
    findings = []
    for row in fit_statistics(study, scenario, *limits.years).to_dict("records"):
        limit = limits.limits.get(row["series"], limits.limit)
        error, left_out = row["mape"], row["left_out"]
        if not row["observations"]:
            findings.append(Finding.skipped(PART, row["series"], f"n = {left_out}, {SCALED}"))
            continue
        unit = "%" if row["measure"] == "level" else "points"
        what = f"{'MAPE' if unit == '%' else 'mean error'} {error:.2f} {unit}"
        figure = f"{what} of {limit:g} {unit} allowed, n = {row['observations']}"
        if left_out:
            figure += f"; {left_out} left out, {SCALED}"
        if error >= ROUNDED and not math.isnan(row["bias"]):
            parts = [f"{abs(100 * row[key]):.0f}" for key in ("bias", "variance", "covariance")]
            figure += f"; Theil {'/'.join(parts)} % bias/variance/covariance"
        wrong = [] if error <= limit else [f"{row['series']}: {what}"]
        findings.append(Finding.of(PART, row["series"], figure, wrong))
    return findings


def _base_year(study: FittedStudy, limits: Fit) -> Finding:
    table = compare_with_history(study, next(iter(study.scenarios)))
    wanted = (table["year"] == limits.plan_year) & (table["status"] == limits.plan_status)
    rows = table[wanted].to_dict("records")
    name = f"{limits.plan_status} values of {limits.plan_year}"
    if not rows:
        return Finding.skipped(PART, name, "history.csv has none")
    far = [row for row in rows if not abs(100 * row["deviation"]) <= limits.plan_limit]
    worst = max(far or rows, key=lambda row: abs(row["deviation"]))
    figure = (
        f"{len(rows)} values, worst {percent(worst['deviation'])} of {limits.plan_limit:g} % "
        f"allowed ({worst['series']})"
    )
    wrong = [f"{r['series']}: {percent(r['deviation'])}" for r in far]
    return Finding.of(PART, name, figure, wrong)


def _real_growth(study: FittedStudy, growth: RealGrowth) -> Finding:
    first, last = growth.first_year, growth.last_year
    name = f"real growth {first}-{last}"
    rows = study.files.observations
    ratio = chained_growth(rows, growth.published, first, last)
    if ratio is None:
        return Finding.skipped(PART, name, f"{growth.published} lacks a year")
    published = 100 * (ratio - 1)
    run = study.central_world(next(iter(study.scenarios))).run([growth.variable])
    values = next(iter(run.data_vars.values()))
    if not {first, last} <= set(values["time"].values):
        return Finding.skipped(PART, name, "the run does not cover the period")
    modelled = 100 * float(values.sel(time=last) / values.sel(time=first) - 1)
    figure = f"published chain {published:+.1f} %, model {modelled:+.1f} %"
    if growth.use and growth.intensity:
        implied = implied_growth(rows, growth.use, growth.intensity, first + 1, last)
        if implied is not None:
            figure += f"; {growth.use} and {growth.intensity} imply {implied:+.1f} %, not fitted"
    wrong = []
    if not abs(modelled - published) <= growth.limit:
        wrong = [f"{name}: the model is {abs(modelled - published):.1f} points off"]
    return Finding.of(PART, name, figure, wrong)

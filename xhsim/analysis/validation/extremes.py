"""Extreme conditions: changes have the expected signs, nothing is negative, nothing explodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.validation.findings import Finding, percent
from xhsim.analysis.validation.runs import checked_world, read_total, run_columns
from xhsim.analysis.validation.signs import cannot_be_negative, negatives
from xhsim.engine.language.syntax import canonical
from xhsim.study.names import parse_reference

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.checks.checks import Extreme, Extremes

__all__ = ["check_extremes"]

PART = "extreme conditions"
LAST_YEARS = 5
LEAST = 0.01  # growth from less than this share of a variable's greatest value does not count


def check_extremes(study: FittedStudy) -> list[Finding]:
    """Run a model under every extreme condition of its study.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
        One for each condition.
    """
    extremes = study.checks.extremes
    if extremes is None:
        return [Finding.skipped(PART, "none", "checks.yaml has none")]
    scenario = next(iter(study.scenarios))
    conditions = extremes.conditions
    changes = [(), *(one.changes for one in conditions)]
    columns = [checked_world(study, scenario, each, until=extremes.horizon) for each in changes]
    signed = cannot_be_negative(study)
    named = [canonical(parse_reference(n).name) for one in conditions for n in one.expect]
    outputs = list(dict.fromkeys([*signed, *study.reported, *named]))
    run = run_columns(columns, outputs)
    bounded = [name for name in outputs if name in {*signed, *study.reported}]
    findings = []
    for number, one in enumerate(conditions, start=1):
        own = run.isel(draw=[number])
        wrong, remarks, shown = _signs(run, number, one, extremes)
        wrong += negatives(own, signed, one.name)
        fastest, which = _fastest(own, bounded)
        if not 100 * fastest <= extremes.growth:
            wrong.append(f"{one.name}: {which} grows by {percent(fastest)} a year at the end")
        figure = f"{shown}; fastest growth {percent(fastest)} a year ({which})"
        findings.append(Finding.of(PART, one.name, figure, wrong, remarks))
    return findings


def _signs(
    run: xr.Dataset, number: int, one: Extreme, extremes: Extremes
) -> tuple[list[str], list[str], str]:
    """Compare the final values of variables with those of the undisturbed run."""
    wrong, remarks, right, greatest = [], [], 0, (0.0, "")
    for name, way in one.expect.items():
        values = read_total(run, name)[:, -1]
        change = _change(values[0], values[number])
        found = "same" if abs(100 * change) < extremes.threshold else _way(change)
        message = f"{one.name}: {name} goes {found} ({percent(change)}), not {way}"
        if found == way:
            right += 1
            if name in one.differs:
                wrong.append(f"{one.name}: {name} no longer differs; take it out of checks.yaml")
        elif name in one.differs:
            remarks.append(f"{message}: {one.differs[name]}")
        else:
            wrong.append(message)
        if abs(change) > abs(greatest[0]):
            greatest = (change, name)
    largest = f", most {greatest[1]} {percent(greatest[0])}" if greatest[1] else ""
    return wrong, remarks, f"{right} of {len(one.expect)} signs{largest}"


def _way(change: float) -> str:
    return "up" if change > 0 else "down" if change < 0 else "nowhere"


def _change(before: float, after: float) -> float:
    """Return the change as a share of the value before; from zero, 1 or -1."""
    if before == after:
        return 0.0
    return float((after - before) / abs(before)) if before else float(np.sign(after))


def _fastest(run: xr.Dataset, names: list[str]) -> tuple[float, str]:
    """Find the variable that grows fastest in the last years; return its growth a year."""
    fastest, which = 0.0, "none"
    for name in names:
        data = run[name].transpose("time", ...)
        sizes = np.abs(np.asarray(data.values, dtype=float))
        years = np.asarray(data["time"].values, dtype=float)
        late = years >= years[-1] - LAST_YEARS
        if late.sum() < 2 or not np.isfinite(sizes).all():
            continue
        first, last = sizes[late][0], sizes[late][-1]
        counted = first > LEAST * sizes.max(axis=0)
        grown = np.divide(last, first, out=np.zeros_like(first), where=counted)
        if not grown.size:
            continue
        rate = float(grown.max() ** (1 / (years[late][-1] - years[late][0])) - 1)
        if rate > fastest:
            fastest, which = rate, data.attrs.get("long_name", name)
    return fastest, which

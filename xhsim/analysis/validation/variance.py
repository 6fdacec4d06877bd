"""Spread of the targets: no single drawn number may decide one, and single years must matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.uncertainty.importance import importance
from xhsim.analysis.uncertainty.partition import partition
from xhsim.analysis.validation.findings import Finding
from xhsim.study.names import canonical, parse_reference

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.checks.checks import Variance, YearlyShare

__all__ = ["check_variance"]

PART = "spread of the targets"


def check_variance(study: FittedStudy) -> list[Finding]:
    """Find the drawn number that explains most of each target, and the share of yearly shocks.

    The share of a number is its squared rank correlation with the target. Shocks of single years
    are not among these numbers.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
        One for each target, one for exceptions that are not needed, and one for each variable
        whose share of yearly shocks is checked.
    """
    declared = study.checks.variance
    if declared is None:
        return [Finding.skipped(PART, "none", "checks.yaml has none")]
    found = _largest_shares(study, declared)
    return found if declared.yearly is None else [*found, *_yearly(study, declared.yearly)]


def _largest_shares(study: FittedStudy, declared: Variance) -> list[Finding]:
    scenario = next(iter(study.scenarios))
    shares = 100 * importance(study, scenario, declared.draws, 0, study.targets) ** 2
    # A yearly shock is not a single number. It is in the share of yearly shocks.
    shares = shares[[not _is_yearly(study, str(name)) for name in shares.index]]
    findings = []
    used: set[str] = set()
    for target in shares.columns:
        column = shares[target].dropna()
        if column.empty:
            findings.append(Finding.skipped(PART, target, "it does not vary"))
            continue
        above = column[column > declared.limit]
        known = {str(name): _exception(str(name), declared) for name in above.index}
        used |= {key for key in known.values() if key is not None}
        wrong = [
            f"{target}: {name} explains {above[name]:.0f} % of the variance, "
            f"more than {declared.limit:g} %"
            for name, key in known.items()
            if key is None
        ]
        remarks = [
            f"{target}: {name} explains {above[name]:.0f} %: {declared.exceptions[key]}"
            for name, key in known.items()
            if key is not None
        ]
        figure = f"at most {column.max():.0f} %, by {column.idxmax()}"
        findings.append(Finding.of(PART, target, figure, wrong, remarks))
    idle = [
        f"{key} explains less than {declared.limit:g} % of every target; take it out of checks.yaml"
        for key in declared.exceptions
        if key not in used
    ]
    if declared.exceptions:
        findings.append(Finding.of(PART, "exceptions", f"{len(used)} are needed", idle))
    return findings


def _is_yearly(study: FittedStudy, name: str) -> bool:
    return study.parameters[parse_reference(name).name].shock is not None


def _exception(name: str, declared: Variance) -> str | None:
    """Return the exception that a number belongs to: its parameter, or its element of it."""
    number = parse_reference(name)
    for key in declared.exceptions:
        reference = parse_reference(key)
        if canonical(reference.name) != canonical(number.name):
            continue
        elements = {canonical(element) for element in reference.elements}
        if not elements or {canonical(element) for element in number.elements} <= elements:
            return key
    return None


def _yearly(study: FittedStudy, expected: YearlyShare) -> list[Finding]:
    scenario = next(iter(study.scenarios))
    year = expected.year
    if year is None:
        year = max(target.deadline for target in study.targets.values())
    shares = partition(study, scenario, outputs=expected.variables)
    findings = []
    for name in expected.variables:
        if year not in shares["time"].values:
            findings.append(Finding.skipped(PART, name, f"the run does not cover {year}"))
            continue
        share = 100 * float(shares[name].sel(layer="environment", time=year))
        figure = (
            f"yearly shocks bring {share:.0f} % of the variance in {year}, "
            f"expected {expected.low:g} to {expected.high:g} %"
        )
        is_good = np.isfinite(share) and expected.low <= share <= expected.high
        wrong = [] if is_good else [f"{name}: {figure}"]
        findings.append(Finding.of(PART, f"single years: {name}", figure, wrong))
    return findings

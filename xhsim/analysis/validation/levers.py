"""The matrix of levers and targets: the sign of each lever's effect on each target."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.validation.findings import Finding, percent
from xhsim.analysis.validation.runs import checked_world, read_total, run_columns, scaled
from xhsim.study.names import element_name, find_elements, find_name, parse_reference

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.checks.checks import LeverEffects, Levers
    from xhsim.study.scenarios.scenario import Change
    from xhsim.study.targets import Target

__all__ = ["check_levers", "lever_effects"]

PART = "levers"
Array = NDArray[np.float64]


def check_levers(study: FittedStudy) -> list[Finding]:
    """Raise each lever in turn and compare its effects with the expected signs.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
        One for each lever, and one for undeclared levers. Expectations apply if the budget pays
        for all lines. The effect on the lever's aim with a short budget is shown but not checked:
        there a lever takes money from all others, and economics alone does not determine a sign.
    """
    expected = study.checks.levers
    if expected is None:
        return [Finding.skipped(PART, "none", "checks.yaml has none")]
    funded = lever_effects(study, expected, expected.funded)
    tight = lever_effects(study, expected, expected.tight)
    judged = [
        _judged(one, row, other, expected)
        for one, row, other in zip(
            expected.levers, funded.to_dict("records"), tight.to_dict("records"), strict=True
        )
    ]
    return [*judged, _coverage(study, expected)]


def lever_effects(
    study: FittedStudy, expected: Levers, changes: tuple[Change, ...] = ()
) -> pd.DataFrame:
    """Raise each lever in turn and compute the effect on every target.

    Parameters
    ----------
    study : Study
    expected : Levers
        The levers, the factor, and the year from which it applies.
    changes : tuple of Change
        Changes of the first scenario, in the undisturbed run, too.

    Returns
    -------
    DataFrame
        Indexed by lever, with a column for each target: the change of the target's measure, as a
        share. For measures of growth or change in per cent it is the change of the final level.
    """
    import pandas as pd

    scenario = next(iter(study.scenarios))
    targets = study.targets.values()
    base = checked_world(study, scenario, changes, until=max(t.deadline for t in targets))
    names = [one.lever for one in expected.levers]
    columns = [base, *(scaled(base, name, expected.times, expected.year) for name in names)]
    wanted = list(dict.fromkeys(target.variable.name for target in targets))
    run = run_columns(columns, wanted)
    effects = {target.id: _effect(run, target) for target in targets}
    return pd.DataFrame(effects, index=names)


def _effect(run: xr.Dataset, target: Target) -> Array:
    """Return the relative change of a target in each column against the first."""
    values = read_total(run, str(target.variable))
    times = enumerate(float(time) for time in run["time"].values)
    by_year = {int(time): values[:, index] for index, time in times if time.is_integer()}
    measured = target.measure.amount(by_year, target.base_year, target.deadline)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(((measured - measured[0]) / np.abs(measured[0]))[1:])


@dataclass(frozen=True)
class _Cell:
    """One cell of the matrix: the expected sign and the effect."""

    target: str
    sign: str
    effect: float

    def holds(self, threshold: float) -> bool:
        size = 100 * self.effect
        if self.sign == "0":
            return abs(size) < threshold
        return size >= threshold if self.sign == "+" else size <= -threshold

    def __str__(self) -> str:
        return f"{self.target} {percent(self.effect)}, expected {self.sign}"


def _judged(
    one: LeverEffects,
    funded: Mapping[Hashable, float],
    tight: Mapping[Hashable, float],
    expected: Levers,
) -> Finding:
    signs = [("+", one.raises), ("-", one.lowers), ("0", one.leaves)]
    cells = [_Cell(name, sign, float(funded[name])) for sign, names in signs for name in names]
    other = [cell for cell in cells if not cell.holds(expected.threshold)]
    wrong = [f"{one.lever}: {cell}" for cell in other if cell.target not in one.differs]
    remarks = [
        f"{one.lever}: {cell}: {one.differs[cell.target]}"
        for cell in other
        if cell.target in one.differs
    ]
    wrong += [
        f"{one.lever}: {cell.target} no longer differs; take it out of checks.yaml"
        for cell in cells
        if cell.target in one.differs and cell not in other
    ]
    figure = (
        f"{len(cells) - len(other)} of {len(cells)} signs; {one.aim} "
        f"{percent(float(funded[one.aim]))}, {percent(float(tight[one.aim]))} if money is short"
    )
    return Finding.of(PART, one.lever, figure, wrong, remarks)


def _coverage(study: FittedStudy, expected: Levers) -> Finding:
    stated = set()
    for one in expected.levers:
        reference = parse_reference(one.lever)
        parameter = find_name(reference.name, study.parameters, "lever", None)
        chosen = find_elements(reference, parameter.elements, None) or ("",)
        stated |= {(parameter.name, element) for element in chosen}
    every = [
        (parameter.name, element)
        for parameter in study.parameters.values()
        if parameter.role == "lever"
        for element in parameter.elements or ("",)
    ]
    wrong = [
        f"the lever {element_name(name, element)} is not declared"
        for name, element in every
        if (name, element) not in stated
    ]
    cells = sum(len(o.raises) + len(o.lowers) + len(o.leaves) for o in expected.levers)
    figure = f"{cells} of {len(every) * len(study.targets)} cells of the matrix are declared"
    return Finding.of(PART, f"all {len(every)} levers", figure, wrong)

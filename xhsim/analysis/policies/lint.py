"""What in scenario files is allowed and yet hardly meant."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xhsim.engine.language.syntax import canonical
from xhsim.study.scenarios.checks import selected
from xhsim.study.scenarios.scenario import ancestry
from xhsim.study.scenarios.shapes import Constant, Knots, Step

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.files.mistakes import Place
    from xhsim.study.scenarios.scenario import Change, Scenario

__all__ = ["Remark", "lint"]

Number = tuple[str, str]
NOTHING = 1e-6  # of the largest value; less is rounding


@dataclass(frozen=True)
class Remark:
    """One thing worth a look.

    Attributes
    ----------
    scenario : str
    message, hint : str
    where : Place
    """

    scenario: str
    message: str
    hint: str
    where: Place

    def __str__(self) -> str:
        """Give it as compilers do."""
        return f"{self.where}: {self.message}. {self.hint}"


def lint(study: FittedStudy, scenarios: list[str] | None = None) -> list[Remark]:
    """Look over scenarios.

    Parameters
    ----------
    study : Study
    scenarios : list of str, optional
        By default all.

    Returns
    -------
    list of Remark
        Levers that change before history ends; shapes that do not reach their level before the run
        ends; parents of which nothing is left; requests that the budget cannot pay. What lies
        outside a range, or is set twice in one file, is an error already when files are read.

    Raises
    ------
    InputError
        If there is no such scenario.

    Examples
    --------
    >>> import xhsim
    >>> [remark.scenario for remark in lint(xhsim.open_study(), ["plan", "budget-cut"])]
    ['budget-cut']
    """
    found: list[Remark] = []
    for name in scenarios or list(study.scenarios):
        chain = ancestry(name, study.scenarios)
        found += _dates(study, chain[-1])
        found += _unused(study, chain)
        found += _budget(study, chain[-1])
    return found


def _dates(study: FittedStudy, scenario: Scenario) -> Iterator[Remark]:
    known = _known_until(study)
    run = study.files.resolve(scenario.name).run
    end = float(run.until or study.model.default("FINAL TIME"))
    for change in scenario.changes:
        name = selected(change.reference, change.where, study.parameters)[0][0]
        shape = change.shape
        if study.parameters[name].role == "lever" and shape.first_change < known:
            what = "for the whole run" if shape.replaces else f"from {shape.first_change:g}"
            yield Remark(
                scenario.name,
                f'"{change.reference}" is set {what}, but history goes to {known:g}',
                f"let it begin in {known:g} or later: policy cannot change the past",
                change.where,
            )
        late = _arrives(change)
        if late > end:
            yield Remark(
                scenario.name,
                f'"{change.reference}" reaches its level in {late:g}, but the run ends in {end:g}',
                "let it come earlier, or run: {until: ...}",
                change.where,
            )


def _known_until(study: FittedStudy) -> float:
    """Return the last year of which a variable of the model was observed."""
    rows = study.files.observations
    years = [row.last_year for row in rows if row.variable and row.first_year == row.last_year]
    return max(years, default=-math.inf)


def _arrives(change: Change) -> float:
    """Return when a change has reached its last level."""
    shape = change.shape
    if isinstance(shape, Constant):
        return -math.inf
    if isinstance(shape, Step):
        return shape.year
    return shape.years[-1] if isinstance(shape, Knots) else shape.until


def _unused(study: FittedStudy, chain: list[Scenario]) -> Iterator[Remark]:
    """Name ancestors of which the scenario leaves nothing."""
    scenario = chain[-1]
    own: dict[Number, Change] = {
        number: change
        for change in scenario.changes
        for number in selected(change.reference, change.where, study.parameters)
    }
    for parent in chain[:-1]:
        others = (parent.beliefs, parent.correlations, parent.disturbances, parent.delivery)
        left = any(others) or any(
            number not in own or not _hides(own[number], change)
            for change in parent.changes
            for number in selected(change.reference, change.where, study.parameters)
        )
        if parent.changes and not left:
            yield Remark(
                scenario.name,
                f'nothing is left of its parent "{parent.name}"',
                f'extend "{parent.extends}"' if parent.extends else "extend nothing",
                scenario.where,
            )


def _hides(change: Change, earlier: Change) -> bool:
    return change.shape.replaces or (
        not earlier.shape.replaces and change.shape.first_change <= earlier.shape.first_change
    )


def _budget(study: FittedStudy, scenario: Scenario) -> Iterator[Remark]:
    cut = study.checks.budget
    if cut is None or not scenario.changes:
        return
    run = study.central_world(scenario.name).run([cut])[canonical(cut)]
    values = run.sum([dim for dim in run.dims if dim != "time"]).values
    since = max(study.files.resolve(scenario.name).first_change, _known_until(study))
    years = run["time"].values
    short = (values > NOTHING * max(1.0, float(np.abs(values).max()))) & (years >= since)
    if short.any():
        worst = int(np.argmax(np.where(short, values, 0)))
        yield Remark(
            scenario.name,
            f"the budget cannot pay: {cut} is {values[worst]:.3g} in {years[worst]:g}",
            "give the programme more, or ask for less; lines are cut in proportion",
            scenario.where,
        )

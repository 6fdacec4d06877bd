"""Remarks on scenario files that are valid but probably unintended."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.worlds.design import SHOCK_YEARS
from xhsim.arguments import checked
from xhsim.engine.insight.reach import reached
from xhsim.engine.language.syntax import canonical
from xhsim.study.scenarios.checks import selected
from xhsim.study.scenarios.exogenous import given_targets
from xhsim.study.scenarios.rules import RuleOff
from xhsim.study.scenarios.scenario import ancestry
from xhsim.study.scenarios.shapes import Constant, Knots, Step

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.files.mistakes import Place
    from xhsim.study.scenarios.scenario import Change, Scenario

__all__ = ["Remark", "lint", "outside_run"]

Number = tuple[str, str]
ROUNDING = 1e-6  # share of the largest value; less is rounding


@dataclass(frozen=True)
class Remark:
    """One remark on a scenario.

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
        """Format the remark as compilers do: file and line first."""
        return f"{self.where}: {self.message}. {self.hint}"


@checked
def lint(study: FittedStudy, scenarios: list[str] | None = None) -> list[Remark]:
    """Find what is valid but probably unintended in scenarios.

    Parameters
    ----------
    study : Study
    scenarios : list of str, optional
        By default all.

    Returns
    -------
    list of Remark
        They are about levers that change, and rules that are checked, before history ends; shapes
        that reach their level, and rules that are checked, when the run has ended; parents all of
        whose changes are overridden; levers that no longer act on any target, because a path
        replaces what they act through; targets whose variable has a path; and programmes that the
        budget cannot pay. Values outside a range or set twice in one file are errors when files are
        read.

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
        found += _rules(study, chain[-1])
        found += _unused(study, chain)
        found += _cut_off(study, chain)
        found += _given(study, chain[-1])
        found += _budget(study, chain[-1])
    return found


def _dates(study: FittedStudy, scenario: Scenario) -> Iterator[Remark]:
    known = _known_until(study)
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
    yield from outside_run(study, scenario)


def outside_run(study: FittedStudy, scenario: Scenario) -> Iterator[Remark]:
    """Yield a remark on each change whose dates the run does not have.

    Parameters
    ----------
    study : Study
    scenario : Scenario
        One of the study's.
    """
    run = study.files.resolve(scenario.name).run
    start = float(study.model.default("INITIAL TIME"))
    end = float(run.until or study.model.default("FINAL TIME"))
    for change in (*scenario.changes, *scenario.paths):
        first, late = change.shape.first_change, _arrives(change)
        if late > end:
            yield Remark(
                scenario.name,
                f'"{change.reference}" reaches its level in {late:g}, but the run ends in {end:g}',
                f"let it come earlier, or let the run go on: run: {{until: {math.ceil(late)}}}",
                change.where,
            )
        if first < start - 100 and not change.shape.replaces:
            yield Remark(
                scenario.name,
                f'"{change.reference}" is set from {first:g}, but the run begins in {start:g}',
                "write the year in four digits",
                change.where,
            )
    shocks = [setting.shock for setting in study.files.resolve(scenario.name).settings.values()]
    last = min((one.first_year + SHOCK_YEARS - 1 for one in shocks if one), default=math.inf)
    if scenario.run.until is not None and scenario.run.until > last:
        yield Remark(
            scenario.name,
            f"the run goes on to {end:g}, but yearly shocks are drawn only until {last:g}",
            f"let it end in {last:g} or earlier: later intervals are too narrow",
            scenario.run_place or scenario.where,
        )


def _rules(study: FittedStudy, scenario: Scenario) -> Iterator[Remark]:
    known = _known_until(study)
    run = study.files.resolve(scenario.name).run
    end = float(run.until or study.model.default("FINAL TIME"))
    for rule in scenario.rules:
        if isinstance(rule, RuleOff):
            continue
        if rule.checks[0] < known:
            yield Remark(
                scenario.name,
                f'the rule "{rule.name}" is checked in {rule.checks[0]:g}, but history goes to '
                f"{known:g}",
                f"check it in {known:g} or later: policy cannot change the past",
                rule.where,
            )
        if rule.checks[-1] >= end:
            yield Remark(
                scenario.name,
                f'the rule "{rule.name}" is checked in {rule.checks[-1]:g}, when the run ends',
                "check it earlier, or run: {until: ...}",
                rule.where,
            )


def _known_until(study: FittedStudy) -> float:
    """Return the last year in which a variable of the model was observed."""
    rows = study.files.observations
    years = [row.last_year for row in rows if row.can_be_compared]
    return max(years, default=-math.inf)


def _arrives(change: Change) -> float:
    """Return the date at which a change reaches its last level."""
    shape = change.shape
    if isinstance(shape, Constant):
        return -math.inf
    if isinstance(shape, Step):
        return shape.year
    return shape.years[-1] if isinstance(shape, Knots) else shape.until


def _unused(study: FittedStudy, chain: list[Scenario]) -> Iterator[Remark]:
    """Find ancestors all of whose changes the scenario overrides."""
    scenario = chain[-1]
    own: dict[Number, Change] = {
        number: change
        for change in scenario.changes
        for number in selected(change.reference, change.where, study.parameters)
    }
    for parent in chain[:-1]:
        others = (parent.beliefs, parent.correlations, parent.disturbances, parent.delivery)
        left = any((*others, parent.paths, parent.meets, parent.rules)) or any(
            number not in own or not _hides(own[number], change)
            for change in parent.changes
            for number in selected(change.reference, change.where, study.parameters)
        )
        if parent.changes and not left:
            yield Remark(
                scenario.name,
                f'it overrides everything that its parent "{parent.name}" sets',
                f'extend "{parent.extends}"' if parent.extends else "extend nothing",
                scenario.where,
            )


def _cut_off(study: FittedStudy, chain: list[Scenario]) -> Iterator[Remark]:
    """Find levers of a scenario that act on targets only through variables with a path."""
    paths = [path for scenario in chain for path in scenario.paths]
    if not paths:
        return
    equations, find = study.model.equations, study.model.names.find
    held = {find(path.reference.name).key for path in paths if not path.reference.elements}
    targets = {find(target.variable.name).key for target in study.targets.values()}
    for change in chain[-1].changes:
        name = selected(change.reference, change.where, study.parameters)[0][0]
        key = find(name).key
        if not targets & reached(equations, key) or targets & reached(equations, key, without=held):
            continue
        cut = [path for path in paths if find(path.reference.name).key in reached(equations, key)]
        named = " and ".join(f'"{path.reference}" ({path.where})' for path in cut)
        yield Remark(
            chain[-1].name,
            f'"{change.reference}" acts on no target: the path of {named} replaces what it acts on',
            "remove one of the two",
            change.where,
        )


def _given(study: FittedStudy, scenario: Scenario) -> Iterator[Remark]:
    """Find targets whose variable the scenario gives a path: they are met or missed by it."""
    for path in scenario.paths:
        given = given_targets([path], [], study.targets)
        if given:
            named = ", ".join(given)
            yield Remark(
                scenario.name,
                f'"{path.reference}" has a path, and target {named} measures it: its probability '
                "is given, not forecast",
                "leave the path out where this target is judged",
                path.where,
            )


def _hides(change: Change, earlier: Change) -> bool:
    return change.shape.replaces or (
        not earlier.shape.replaces and change.shape.first_change <= earlier.shape.first_change
    )


def _budget(study: FittedStudy, scenario: Scenario) -> Iterator[Remark]:
    cut = study.checks.budget
    if cut is None or not (scenario.changes or scenario.paths or scenario.meets):
        return
    run = study.central_world(scenario.name).run([cut])[canonical(cut)]
    values = run.sum([dim for dim in run.dims if dim != "time"]).values
    since = max(study.files.resolve(scenario.name).first_change, _known_until(study))
    years = run["time"].values
    short = (values > ROUNDING * max(1.0, float(np.abs(values).max()))) & (years >= since)
    if short.any():
        worst = int(np.argmax(np.where(short, values, 0)))
        yield Remark(
            scenario.name,
            f"the budget cannot pay: {cut} is {values[worst]:.3g} in {years[worst]:g}",
            "raise the budget or lower the programmes; otherwise all are cut in proportion",
            scenario.where,
        )

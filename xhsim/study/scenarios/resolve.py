"""Resolving a scenario with its ancestors: the value of every parameter and the files it is from.

`resolve` returns the values of a run without draws. In an ensemble an uncertain parameter has a
value for each draw; `Setting.over` applies the same changes to the draws.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xhsim.engine.paths import Path
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.names import find_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.parameters.priors import Prior, Shock
from xhsim.study.scenarios.checks import check_scenario, selected
from xhsim.study.scenarios.exogenous import check_exogenous, combined_meets
from xhsim.study.scenarios.meet import Meet
from xhsim.study.scenarios.rules import PolicyRule, combined_rules
from xhsim.study.scenarios.scenario import (
    Belief,
    Change,
    Correlation,
    Delivery,
    RunSettings,
    Scenario,
    ancestry,
)
from xhsim.study.scenarios.shapes import Quantity, as_path, lay_over
from xhsim.study.scenarios.structures import StructureChoice, Structures, choose_structures
from xhsim.wording.label import Label

__all__ = ["ResolvedScenario", "Setting", "resolve"]


@dataclass(frozen=True)
class Setting:
    """One parameter in a scenario.

    Parameters
    ----------
    parameter : Parameter
        The parameter.
    changes : mapping of element to tuple of Change
        Changes in the order in which they apply, the first ancestor's first; for a scalar the
        only key is the empty text. Changes that a later one replaces are left out.
    prior : Prior, mapping of element to Prior, or None
        Its prior in this scenario.
    prior_from : mapping of element to Place
        File and line of the priors.
    shock : Shock or None
        Its yearly shocks in this scenario.
    reading : mapping of element to Change
        What the structure of single runs sets it to, before the scenario's changes.
    """

    parameter: Parameter
    changes: Mapping[str, tuple[Change, ...]]
    prior: Prior | Mapping[str, Prior] | None
    prior_from: Mapping[str, Place]
    shock: Shock | None = None
    reading: Mapping[str, Change] = field(default_factory=dict)

    @property
    def value(self) -> Quantity:
        """The value in a single run without draws.

        A float; for a parameter with elements, an array with one number for each element; or a
        `Path`. An uncertain parameter has its own value, or the median of the prior if a scenario
        replaces the prior.
        """
        return self.over(self._centre())

    @property
    def is_changed(self) -> bool:
        """Whether the scenario or an ancestor changes the parameter."""
        return any(self.changes.values())

    @property
    def first_change(self) -> float:
        """Date before which it has the study's own value; -inf if changed for the whole run."""
        dates = [c.shape.first_change for changes in self.changes.values() for c in changes]
        return min(dates, default=math.inf)

    @property
    def origins(self) -> dict[str, tuple[Place, ...]]:
        """For each element the places that its value comes from.

        The first place is that of the last change. The last place is the parameter's record,
        unless a change replaces its value completely.
        """
        found = {}
        for element, changes in self.changes.items():
            places = [change.where for change in reversed(changes)]
            if not (changes and changes[0].shape.replaces):
                if self.is_held(element):
                    places.append(self.reading[element].where)
                else:
                    places.append(self.parameter.where)
            found[element] = tuple(places)
        return found

    def prior_of(self, element: str = "") -> Prior | None:
        """Return the prior of an element, or None if it has no prior."""
        if isinstance(self.prior, Mapping):
            return self.prior.get(element)
        return self.prior

    def overrides_prior(self, element: str = "") -> bool:
        """Return whether a scenario replaces the study's prior of an element."""
        own = self.parameter.where
        return self.prior_from.get(element, own) != own

    def is_pinned(self, element: str = "") -> bool:
        """Return whether a change replaces the parameter's own value or draw completely."""
        changes = self.changes[element]
        return bool(changes) and changes[0].shape.replaces

    def is_held(self, element: str = "") -> bool:
        """Return whether the structure of single runs sets its value."""
        return element in self.reading and not self.overrides_prior(element)

    @property
    def unread(self) -> Quantity:
        """The central value without the scenario's changes and without a structure."""
        return replace(self, changes={}, reading={}).value

    def _centre(self) -> ArrayLike:
        own = self.parameter.value
        levels = dict(own) if isinstance(own, Mapping) else {"": own}
        for element in levels:
            prior = self.prior_of(element)
            if self.overrides_prior(element) and prior is not None:
                levels[element] = prior.median()
            elif element in self.reading:
                levels[element] = self.reading[element].shape.levels[0]
        return list(levels.values()) if self.parameter.elements else levels[""]

    def over(self, base: ArrayLike | Path) -> Quantity:
        """Apply the scenario's changes to the value that a parameter has without the scenario.

        Parameters
        ----------
        base : float, array or Path
            Scalar parameters: a number or an array of draws ``(N,)``. Parameters with elements:
            ``(elements,)`` or ``(elements, N)``. A `Path` has these shapes after its knot axis.

        Returns
        -------
        float, ndarray or Path
            `base` itself if nothing is changed.
        """
        whole: Quantity = base if isinstance(base, Path) else np.asarray(base, dtype=np.float64)
        if isinstance(whole, np.ndarray) and whole.ndim == 0:
            whole = float(whole)
        if not self.is_changed:
            return whole
        if not self.parameter.elements:
            return lay_over(whole, [change.shape for change in self.changes[""]])
        parts = [
            lay_over(_element(whole, index), [change.shape for change in self.changes[element]])
            for index, element in enumerate(self.parameter.elements)
        ]
        if any(isinstance(part, Path) for part in parts):
            return Path.stack([as_path(part) for part in parts])
        levels: list[ArrayLike] = [part for part in parts if not isinstance(part, Path)]
        return np.stack(np.broadcast_arrays(*levels))


@dataclass(frozen=True)
class ResolvedScenario:
    """A scenario combined with its ancestors.

    Parameters
    ----------
    name : str
    label : Label
    description : str
        The scenario's own description.
    chain : tuple of str
        Names from the first ancestor to the scenario.
    settings : mapping of str to Setting
        One for every parameter of the study, in the order of its file.
    first_change : float
        Date before which it equals its parent; -inf if it changes something for the whole run,
        inf if it changes nothing.
    correlations : tuple of Correlation
        From the whole chain; the last one for a pair applies.
    delivery : Delivery or None
        How much of the lever changes is delivered, from the last scenario in the chain that
        contains it.
    run : RunSettings
        From the whole chain; the last value of each setting applies.
    structures : Structures or None
        The structures with the weights of its draws; None in a study without structures.
    rules : tuple of PolicyRule
        The rules in force.
    paths : tuple of Change
        Values that replace the equations of variables, in the order in which they apply.
    meets : tuple of Meet
        Variables that are met by an instrument.
    """

    name: str
    label: Label
    description: str
    chain: tuple[str, ...]
    settings: Mapping[str, Setting]
    first_change: float
    correlations: tuple[Correlation, ...] = ()
    delivery: Delivery | None = None
    run: RunSettings = field(default_factory=RunSettings)
    structures: Structures | None = None
    rules: tuple[PolicyRule, ...] = ()
    paths: tuple[Change, ...] = ()
    meets: tuple[Meet, ...] = ()

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Every parameter of the study by name."""
        return {name: setting.parameter for name, setting in self.settings.items()}

    @property
    def values(self) -> dict[str, Quantity]:
        """The value of every parameter, see `Setting.value`."""
        return {name: setting.value for name, setting in self.settings.items()}

    @property
    def changed(self) -> dict[str, Quantity]:
        """The value of each parameter that the scenario or an ancestor changes."""
        return {name: s.value for name, s in self.settings.items() if s.is_changed}

    @property
    def priors(self) -> dict[str, Prior | Mapping[str, Prior]]:
        """The prior of every parameter that has one in this scenario."""
        return {name: s.prior for name, s in self.settings.items() if s.prior is not None}


def resolve(
    name: str,
    scenarios: Mapping[str, Scenario],
    parameters: Mapping[str, Parameter],
    *,
    beyond_ranges: bool = False,
    structures: Structures | None = None,
    structure: StructureChoice = None,
) -> ResolvedScenario:
    """Combine a scenario with its ancestors.

    Parameters
    ----------
    name : str
        The scenario.
    scenarios : mapping of str to Scenario
        All scenarios of the study.
    parameters : mapping of str to Parameter
        All parameters of the study.
    beyond_ranges : bool
        Whether scenarios may set values outside a parameter's range, as extreme conditions do.
    structures : Structures, optional
        The structures of the study.
    structure : str or mapping of str to float, optional
        The structure, or the weights, in place of what the scenario says under ``run``.

    Returns
    -------
    ResolvedScenario

    Raises
    ------
    InputError
        If the scenario or an ancestor does not exist, if they extend each other in a circle, or
        if a setting is unknown or outside its range, or if a structure does not exist.
    """
    chain = ancestry(name, scenarios)
    mistakes = Mistakes()
    for scenario in () if beyond_ranges else chain:
        check_scenario(scenario, parameters, mistakes)
    check_exogenous(chain, parameters, mistakes)
    mistakes.check()
    changes, beliefs = _gather(chain, parameters)
    shocks = _shocks(chain, parameters)
    run = _run_settings(chain)
    chosen = choose_structures(structures, run.structure if structure is None else structure)
    central = {} if chosen is None else chosen.central
    settings = {
        parameter.name: replace(
            _setting(parameter, changes[parameter.name], beliefs[parameter.name]),
            shock=shocks.get(parameter.name, parameter.shock),
            reading={e: change for (name, e), change in central.items() if name == parameter.name},
        )
        for parameter in parameters.values()
    }
    last = chain[-1]
    dates = [change.shape.first_change for change in (*last.changes, *last.paths)]
    dates += [meet.first_year - 1.0 for meet in last.meets]  # an instrument acts during the year
    every = [scenario.rules for scenario in chain]
    rules, inherited = combined_rules(every), combined_rules(every[:-1])
    dates += [rule.checks[0] for rule in {*rules} ^ {*inherited}]
    is_throughout = last.beliefs or last.correlations or last.disturbances
    return ResolvedScenario(
        name=last.name,
        label=last.label,
        description=last.description,
        chain=tuple(scenario.name for scenario in chain),
        settings=settings,
        first_change=-math.inf if is_throughout else min(dates, default=math.inf),
        correlations=_correlations(chain, parameters),
        delivery=next((s.delivery for s in reversed(chain) if s.delivery), None),
        run=run,
        structures=chosen,
        rules=rules,
        paths=tuple(path for scenario in chain for path in scenario.paths),
        meets=combined_meets(chain),
    )


def _shocks(
    chain: Sequence[Scenario], parameters: Mapping[str, Parameter]
) -> dict[str, Shock | None]:
    found = {}
    for scenario in chain:
        for item in scenario.disturbances:
            name = find_name(item.name, parameters, "parameter", item.where).name
            found[name] = item.shock
    return found


def _correlations(
    chain: Sequence[Scenario], parameters: Mapping[str, Parameter]
) -> tuple[Correlation, ...]:
    found: dict[frozenset[tuple[str, str]], Correlation] = {}
    for scenario in chain:
        for item in scenario.correlations:
            pair = [selected(each, item.where, parameters)[0] for each in (item.one, item.other)]
            found[frozenset(pair)] = item
    return tuple(found.values())


def _run_settings(chain: Sequence[Scenario]) -> RunSettings:
    said: dict[str, Any] = {}
    for scenario in chain:
        said |= {name: value for name, value in asdict(scenario.run).items() if value is not None}
    return RunSettings(**said)


_Changes = dict[str, dict[str, list[Change]]]
_Beliefs = dict[str, dict[str, Belief]]


def _gather(
    chain: Sequence[Scenario], parameters: Mapping[str, Parameter]
) -> tuple[_Changes, _Beliefs]:
    """Collect the changes and priors that apply to each element; later ones replace earlier."""
    changes: _Changes = {
        name: {element: [] for element in parameter.elements or ("",)}
        for name, parameter in parameters.items()
    }
    beliefs: _Beliefs = {name: {} for name in parameters}
    for scenario in chain:
        for change in scenario.changes:
            for name, element in selected(change.reference, change.where, parameters):
                kept = [] if change.shape.replaces else changes[name][element]
                changes[name][element] = [*kept, change]
        for belief in scenario.beliefs:
            for name, element in selected(belief.reference, belief.where, parameters):
                beliefs[name][element] = belief
                earlier = changes[name][element]
                if earlier and earlier[0].shape.replaces:
                    changes[name][element] = []  # otherwise the ancestor's value replaces it
    return changes, beliefs


def _setting(
    parameter: Parameter, changes: dict[str, list[Change]], beliefs: dict[str, Belief]
) -> Setting:
    own = parameter.prior
    priors: dict[str, Prior] = {}
    places: dict[str, Place] = {}
    for element in changes:
        if element in beliefs:
            bounds = parameter.range or (-math.inf, math.inf)
            priors[element] = beliefs[element].prior.within(bounds)
            places[element] = beliefs[element].where
        elif (prior := own.get(element) if isinstance(own, Mapping) else own) is not None:
            priors[element] = prior
            places[element] = parameter.where
    every: Prior | Mapping[str, Prior] | None = priors or None
    if not parameter.elements:
        every = priors.get("")
    kept = {element: tuple(applied) for element, applied in changes.items()}
    return Setting(parameter, kept, every, places)


def _element(whole: Quantity, index: int) -> Quantity:
    if isinstance(whole, Path):
        return Path(whole.times, whole.values[:, index], whole.slopes[:, index])
    part = np.asarray(whole)[index]
    return part if part.ndim else float(part)

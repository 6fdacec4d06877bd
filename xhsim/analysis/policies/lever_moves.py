"""What moves when an instrument is asked for: levers to a level, or the changes of a scenario.

A move has one coordinate: the level of a lever, the share of the way that a package has gone, the
date of a change, or its delay. At each coordinate it is an ordinary scenario, so a run of it is the
run of the scenario file that a user would write.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.errors import InputError, did_you_mean
from xhsim.study.names import element_name, find_elements, find_name, parse_reference
from xhsim.study.scenarios.scenario import Change, Scenario, make_scenario
from xhsim.study.scenarios.shapes import Constant, Knots, Shape, Step, as_path

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.scenarios.resolve import Setting
    from xhsim.wording.label import Label

__all__ = ["LeverMove", "MovedLever", "PolicyMove", "ScenarioMove", "move_of"]

NAME = "needed"  # of the scenario at a coordinate
LEVEL, SHARE, YEAR, DELAY = "level", "share", "year", "delay"
Levers = str | Sequence[str] | Mapping[str, float | None]


@dataclass(frozen=True)
class MovedLever:
    """A lever, or an element of one, that moves.

    Attributes
    ----------
    name : str
        As scenario files write it.
    label : Label
    unit : str
    start : float
        Its level in the scenario that is asked about, from the date of the change on.
    end : float
        Its level when the move is complete.
    is_policy : bool
        Whether policy sets it: an uncertain parameter may be asked about, but nobody sets it.
    """

    name: str
    label: Label
    unit: str
    start: float
    end: float
    is_policy: bool = True

    def at(self, share: float) -> float:
        """Return its level after a share of its way."""
        return _on_the_way(self.start, self.end, share)


def _on_the_way(start: float, end: float, share: float) -> float:
    return float(f"{start + share * (end - start):.10g}")  # no digits that only rounding made


@dataclass(frozen=True)
class PolicyMove:
    """Scenarios along one coordinate.

    Attributes
    ----------
    kind : str
        ``level``, ``share``, ``year`` or ``delay``: what the coordinate is.
    levers : tuple of MovedLever
    scenario : str
        The scenario of which the one at a coordinate has everything but the changes that move.
    first, last : float
        The ends of the coordinate.
    without : float
        The coordinate at which nothing is changed, or the change has no effect any more.
    """

    kind: str
    levers: tuple[MovedLever, ...]
    scenario: str
    first: float
    last: float
    without: float

    @property
    def is_dated(self) -> bool:
        """Whether the coordinate is a date or a delay, which only takes whole time steps."""
        return self.kind in (YEAR, DELAY)

    @property
    def decimals(self) -> int:
        """The decimals of a level or a share that a policy could set: a hundred steps or more."""
        return 2 - math.floor(math.log10(self.last - self.first))

    def scenario_at(self, point: float) -> Scenario:
        """Return the scenario at a coordinate."""
        raise NotImplementedError

    def scenario_without(self) -> Scenario | None:
        """Return the scenario without the changes that move; None if that is `scenario` itself."""
        return None


@dataclass(frozen=True)
class LeverMove(PolicyMove):
    """Levers that move to levels, together.

    Attributes
    ----------
    since : float or None
        The date of the change; None for the whole run. For the kind ``year`` it is the coordinate.
    over : float
        Years that the change takes.
    """

    since: float | None = None
    over: float = 0.0

    def scenario_at(self, point: float) -> Scenario:
        """Return the scenario at a coordinate.

        Examples
        --------
        >>> import xhsim
        >>> move = move_of(xhsim.open_study(), "RD support", since=2022)
        >>> move.scenario_at(5.0).changes[0].shape
        Step(year=2022.0, to=5.0)
        """
        return make_scenario(
            NAME,
            {lever.name: self._setting(lever, point) for lever in self.levers},
            extends=self.scenario,
        )

    def _setting(self, lever: MovedLever, point: float) -> float | Mapping[str, Any]:
        date = point if self.kind == YEAR else self.since
        level = {
            LEVEL: point,
            SHARE: lever.at(point),
            YEAR: lever.end,
        }[self.kind]
        if date is None:
            return level
        if self.over:
            return {"ramp": {"from": date, "until": date + self.over, "to": level}}
        return {"step": {"year": date, "to": level}}


@dataclass(frozen=True)
class ScenarioMove(PolicyMove):
    """The changes that a scenario makes, in part or later.

    Attributes
    ----------
    own : Scenario
        The scenario as it is written.
    moved : tuple of Change
        Those of its changes that move.
    starts : tuple of float
        The level without each of them.
    """

    own: Scenario | None = None
    moved: tuple[Change, ...] = ()
    starts: tuple[float, ...] = ()

    def scenario_at(self, point: float) -> Scenario:
        """Return the scenario at a coordinate.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> half = move_of(study, "rd-push").scenario_at(0.5)
        >>> {str(each.reference): each.shape.levels for each in half.changes}["RD support"]
        (4.5,)
        """
        assert self.own is not None
        shapes = {
            change: _later(change.shape, point)
            if self.kind == DELAY
            else _scaled(change.shape, start, point)
            for change, start in zip(self.moved, self.starts, strict=True)
        }
        changes = tuple(
            replace(change, shape=shapes.get(change, change.shape)) for change in self.own.changes
        )
        return replace(self.own, name=NAME, changes=changes)

    def scenario_without(self) -> Scenario | None:
        """Return the scenario without the changes that move."""
        assert self.own is not None
        return _without(self.own, self.moved)


def _without(own: Scenario, moved: Sequence[Change]) -> Scenario:
    return replace(own, name=NAME, changes=tuple(c for c in own.changes if c not in moved))


def move_of(
    study: FittedStudy,
    lever: Levers,
    *,
    scenario: str | None = None,
    ask: str = LEVEL,
    since: float | str | None = None,
    over: float = 0.0,
    bounds: tuple[float, float] | None = None,
    base_year: float = 2020,
    deadline: float = 2025,
) -> PolicyMove:
    """Make the scenarios that a question about an instrument compares.

    Parameters
    ----------
    study, lever, scenario, ask, since, over, bounds
        As for `xhsim.analysis.policies.needed.needed`.
    base_year, deadline : float
        Of the targets that are asked about.

    Returns
    -------
    PolicyMove

    Raises
    ------
    InputError
        As for `xhsim.analysis.policies.needed.needed`.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> move = move_of(study, {"RD support": 6, "programme share": 0.12})
    >>> move.kind, move.first, move.last
    ('share', 0.0, 1.0)
    """
    if ask not in (LEVEL, YEAR, DELAY):
        raise InputError(f'"{ask}" cannot be asked for', hint="ask for level, year or delay")
    if not 0 <= over < math.inf:
        raise InputError(f"the change cannot take {over:g} years", hint="write 0 or more")
    named = {lever: None} if isinstance(lever, str) else lever
    levels = dict(named) if isinstance(named, Mapping) else dict.fromkeys(named)
    if not levels:
        raise InputError("no lever is named", hint='name one, such as "RD support"')
    only = next(iter(levels))
    whole = len(levels) == 1 and only in study.scenarios and only not in study.parameters
    if (whole or ask == DELAY) and bounds is not None:
        raise InputError("bounds are those of one lever's level", hint="leave them out here")
    if whole:
        if scenario not in (None, only):
            raise InputError(
                f'"{only}" is a scenario: it cannot be a lever of "{scenario}"',
                hint="leave the scenario out",
            )
        if ask == YEAR:
            raise InputError(
                f'the changes of scenario "{only}" have dates', hint="ask for the delay instead"
            )
        return _of_scenario(study, study.scenarios[only], ask, None, deadline)
    own = find_name(scenario or "baseline", study.scenarios, "scenario", None)
    if ask == DELAY:
        return _of_scenario(study, own, ask, list(levels), deadline)
    start = base_year + 1 if since is None else since
    date = None if start == "always" else _date(study, start, deadline)
    levers = _levers(study, own.name, levels, deadline, bounds)
    if ask == YEAR:
        missing = [each.name for each in levers if levels.get(each.name, 0) is None]
        if any(level is None for level in levels.values()):
            first = missing[0] if missing else only
            raise InputError(
                f'to which level "{first}" changes is not said',
                hint=f'write it: {{"{first}": LEVEL}}',
            )
        if date is None:
            raise InputError("a year is asked for", hint="leave out since, or give the first year")
        return LeverMove(YEAR, levers, own.name, date, float(deadline), math.inf, date, over)
    if len(levers) == 1 and levels[only] is None:
        low, high = bounds or _range(study, only)
        return LeverMove(LEVEL, levers, own.name, low, high, levers[0].start, date, over)
    if bounds is not None:
        raise InputError(
            "bounds are those of one lever's level",
            hint='give each lever of a package its last level: {"RD support": 6, ...}',
        )
    if all(each.start == each.end for each in levers):
        raise InputError("the package changes nothing", hint="give a level to at least one lever")
    return LeverMove(SHARE, levers, own.name, 0.0, 1.0, 0.0, date, over)


def _date(study: FittedStudy, since: float | str, deadline: float) -> float:
    first = float(study.model.default("INITIAL TIME"))
    if isinstance(since, str) or not first <= since < deadline:
        raise InputError(
            f"a change cannot begin in {since if isinstance(since, str) else format(since, 'g')}",
            hint=f'write a year from {first:g} to {deadline:g}, or "always" for the whole run',
        )
    return float(since)


def _range(study: FittedStudy, name: str) -> tuple[float, float]:
    parameter = find_name(parse_reference(name).name, study.parameters, "parameter", None)
    if parameter.range is None:
        raise InputError(
            f'"{name}" has no range', hint=f"give bounds, or a range in {parameter.where}"
        )
    return parameter.range


def _levers(
    study: FittedStudy,
    scenario: str,
    levels: Mapping[str, float | None],
    deadline: float,
    bounds: tuple[float, float] | None,
) -> tuple[MovedLever, ...]:
    settings = study.files.resolve(scenario).settings
    changeable = [each.name for each in study.parameters.values() if each.role != "fixed"]
    found: dict[str, MovedLever] = {}
    for name, level in levels.items():
        reference = parse_reference(name)
        parameter = find_name(reference.name, study.parameters, "lever", None)
        if parameter.role == "fixed":
            raise InputError(
                f'"{parameter.name}" is fixed: no policy sets it',
                hint=did_you_mean(name, changeable)
                or "name a parameter whose role is lever, or one that is uncertain",
            )
        chosen = find_elements(reference, parameter.elements, None) or ("",)
        low, high = (-math.inf, math.inf) if parameter.range is None else parameter.range
        for end in (*(bounds or ()), *(() if level is None else (level,))):
            if not low <= end <= high:
                raise InputError(
                    f'"{name}" cannot be {end:g}: its range is [{low:g}, {high:g}] '
                    f"{parameter.unit}",
                    hint=f"the range is given in {parameter.where}",
                )
        if bounds is not None and not bounds[0] < bounds[1]:
            raise InputError(f"the bounds {bounds[0]:g} and {bounds[1]:g} are not in order")
        for element in chosen:
            full = element_name(parameter.name, element)
            if full in found:
                raise InputError(f'"{full}" is named twice', hint="name it once")
            end = _range(study, full)[1] if level is None and bounds is None else level
            found[full] = MovedLever(
                full,
                study.labels.reference(parse_reference(full)),
                parameter.unit,
                _level(settings[parameter.name], element, deadline),
                bounds[1] if end is None and bounds is not None else float(end or 0.0),
                parameter.role == "lever",
            )
    return tuple(found.values())


def _level(setting: Setting, element: str, date: float) -> float:
    """Return the central value of a parameter at a date."""
    value = np.asarray(as_path(setting.value).at(date))
    return float(value[setting.parameter.elements.index(element)] if element else value)


def _of_scenario(
    study: FittedStudy,
    own: Scenario,
    ask: str,
    names: Sequence[str] | None,
    deadline: float,
) -> ScenarioMove:
    """Return the move of a scenario's own changes, of some levers or of all."""
    moved = _moved(study, own, names)
    bare = study.with_scenario(_without(own, moved), replace=True).files
    before = bare.resolve(NAME).settings
    after = study.files.resolve(own.name).settings
    levers, starts = [], []
    for change in moved:
        parameter = find_name(change.reference.name, study.parameters, "lever", None)
        elements = find_elements(change.reference, parameter.elements, None) or ("",)
        date = change.shape.first_change
        date = deadline if math.isinf(date) else date
        if ask == DELAY and isinstance(change.shape, Constant):
            raise InputError(
                f'"{change.reference}" holds for the whole run: it has no date that could be later',
                file=change.where.file,
                line=change.where.line,
                hint="give the change a date, such as {step: {year: 2022, to: 5}}",
            )
        levels = {_level(before[parameter.name], element, date) for element in elements}
        if ask == LEVEL and len(levels) > 1:
            raise InputError(
                f'the elements of "{change.reference}" start from different levels',
                file=change.where.file,
                line=change.where.line,
                hint="write one line for each element",
            )
        starts.append(levels.pop())
        levers += [
            MovedLever(
                element_name(parameter.name, element),
                study.labels.reference(parse_reference(element_name(parameter.name, element))),
                parameter.unit,
                _level(before[parameter.name], element, deadline),
                _level(after[parameter.name], element, deadline),
                parameter.role == "lever",
            )
            for element in elements
        ]
    if ask == LEVEL:
        return ScenarioMove(
            SHARE, tuple(levers), own.name, 0.0, 1.0, 0.0, own, moved, tuple(starts)
        )
    first = min(_first_date(change.shape) for change in moved)
    if first >= deadline:
        raise InputError(f'the changes of "{own.name}" begin after {deadline:g}')
    return ScenarioMove(
        DELAY, tuple(levers), own.name, 0.0, deadline - first, math.inf, own, moved, tuple(starts)
    )


def _moved(study: FittedStudy, own: Scenario, names: Sequence[str] | None) -> tuple[Change, ...]:
    if names is None:
        if not own.changes:
            raise InputError(
                f'scenario "{own.name}" changes nothing', hint="name one that sets levers"
            )
        return own.changes
    found: list[Change] = []
    for name in names:
        reference = parse_reference(name)
        parameter = find_name(reference.name, study.parameters, "lever", None)
        chosen = find_elements(reference, parameter.elements, None)
        mine = [
            change
            for change in own.changes
            if find_name(change.reference.name, study.parameters, "lever", None) is parameter
            and set(find_elements(change.reference, parameter.elements, None)) <= set(chosen)
        ]
        if not mine:
            raise InputError(
                f'scenario "{own.name}" does not change "{name}", so nothing can be late',
                hint="name a scenario that changes it, or ask for the year of a change",
            )
        found += [change for change in mine if change not in found]
    return tuple(found)


def _first_date(shape: Shape) -> float:
    return shape.years[0] if isinstance(shape, Knots) else shape.first_change


def _later(shape: Shape, delay: float) -> Shape:
    if isinstance(shape, Constant):
        return shape
    if isinstance(shape, Step):
        return replace(shape, year=shape.year + delay)
    if isinstance(shape, Knots):
        return replace(shape, years=tuple(year + delay for year in shape.years))
    return replace(shape, start=shape.start + delay, until=shape.until + delay)


def _scaled(shape: Shape, start: float, share: float) -> Shape:
    if isinstance(shape, Knots):
        return replace(shape, levels=tuple(_on_the_way(start, end, share) for end in shape.levels))
    return replace(shape, to=_on_the_way(start, shape.to, share))

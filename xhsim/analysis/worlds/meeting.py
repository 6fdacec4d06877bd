"""Settle what a scenario decides about computed variables: paths, and targets that are met.

The past does not depend on later years, so years are solved one after the other, each in every draw
at the same time. Within a year all targets are solved together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.instruments import Instrument, instrument_paths, instruments_of
from xhsim.analysis.worlds.overruled import overruled
from xhsim.analysis.worlds.roots import find_roots
from xhsim.engine.request import Request
from xhsim.engine.running.shared_start import Beginning
from xhsim.engine.tableaux import TABLEAUX
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.engine.model import Model
    from xhsim.study.scenarios.meet import Meet
    from xhsim.study.scenarios.resolve import ResolvedScenario

__all__ = ["Residual", "Settled", "settle"]

Array = NDArray[np.float64]
PRECISION = 1e-9  # of the level; of growth, as a share of the level
RUNS = 40  # expected runs: so many make machine code worth compiling


@dataclass(frozen=True)
class Residual:
    """The values of an instrument that meet a target: the implied residuals.

    Attributes
    ----------
    meet : Meet
    instrument : str
        Its full name.
    unit : str
    years : tuple of int
    values : ndarray, shape (years, draws)
        NaN from the first year on in which a draw does not meet its target.
    at_once : bool
        Whether the value of a year begins on the date of that year; otherwise it ends there.
    range : tuple of float or None
        That of the parameter.
    """

    meet: Meet
    instrument: str
    unit: str
    years: tuple[int, ...]
    values: Array
    at_once: bool
    range: tuple[float, float] | None


@dataclass(frozen=True)
class Settled:
    """All inputs of the run of a world.

    Attributes
    ----------
    inputs : mapping of str to float, ndarray, Path or Override
        Its values, and what the scenario's paths and targets make of them.
    residuals : tuple of Residual
    valid_until : ndarray, shape (draws,), or None
        The last date at which each draw does what is asked; None if all do to the end.
    """

    inputs: Mapping[str, Any]
    residuals: tuple[Residual, ...] = ()
    valid_until: Array | None = None


def settle(
    model: Model,
    scenario: ResolvedScenario,
    values: Mapping[str, Any],
    others: Mapping[str, Any] = MappingProxyType({}),
    *,
    method: str,
    end: float,
    width: int | None,
) -> Settled:
    """Find the inputs with which a scenario's paths hold and its targets are met.

    Parameters
    ----------
    model : Model
    scenario : ResolvedScenario
    values : mapping of str to float, ndarray or Path
        The parameters of the run, with draws as last axis.
    others : mapping
        Further inputs of its runs, such as the numbers of rules. They are not in the result.
    method : str
    end : float
        The last date of the run.
    width : int or None
        The number of draws; None for a run without a draw axis.

    Returns
    -------
    Settled

    Raises
    ------
    InputError
        If a target is met in no draw, or the method has no fixed step.
    """
    if not scenario.paths and not scenario.meets:
        return Settled(values)
    return _Settling(model, scenario, values, others, method, end, width).settled()


class _Settling:
    """The dates of a scenario's paths and targets, gone through in order."""

    def __init__(
        self,
        model: Model,
        scenario: ResolvedScenario,
        values: Mapping[str, Any],
        others: Mapping[str, Any],
        method: str,
        end: float,
        width: int | None,
    ) -> None:
        self.model, self.values, self.others = model, values, others
        self.method, self.end = method, end
        self.draws, self.has_draws = width or 1, width is not None
        self.paths = overruled(scenario.paths, model)
        self.instruments = instruments_of(scenario.meets, model, scenario.parameters, values, end)
        self.valid_until = np.full(self.draws, np.inf)
        self.first = float(model.default("INITIAL TIME"))
        self.step = float(model.default("TIME STEP"))
        self.beginning: Beginning | None = None
        self.slopes: tuple[tuple[Any, ...], Array] | None = None
        if self.instruments:
            self._check()

    def settled(self) -> Settled:
        """Settle all dates: targets of a year first, then shapes that begin there."""
        years = {float(year) for one in self.instruments for year in one.years}
        feet = {date for path in self.paths for date in path.dates if date <= self.end}
        for date in sorted(years | feet):
            if date in years:
                self._meet(int(date))
            if date in feet:
                self._find_feet(date)
        lost = np.isfinite(self.valid_until).any()
        residuals = tuple(map(self._residual, self.instruments))
        return Settled(self._inputs(), residuals, self.valid_until if lost else None)

    def _check(self) -> None:
        """Refuse what cannot be solved year by year."""
        fixed = [tableau.name for tableau in TABLEAUX]
        if self.method not in fixed:
            raise _wrong(
                self.instruments[0].meet,
                f'cannot be met with method "{self.method}", whose steps depend on the values',
                f"use one with fixed steps: {', '.join(fixed)}",
            )
        for one in self.instruments:
            if one.earliest < self.first:
                raise _wrong(
                    one.meet,
                    f"depends on its value of {one.earliest}, but the run begins in {self.first:g}",
                    "let it begin later",
                )
        between = [date for path in self.paths for date in path.dates if not date.is_integer()]
        if between:
            raise _wrong(
                self.instruments[0].meet,
                f"is met year by year, but a path begins in {between[0]:g}",
                "let the ramp or s-curve begin with a year",
            )

    # --- targets -------------------------------------------------------------------------

    def _meet(self, year: int) -> None:
        """Find the values of all instruments in one year."""
        active = [one for one in self.instruments if year in one.years]
        # The state just before the values begin is the same in all runs, and not computed again.
        begun = min(one.begins(year) for one in active) - self.step
        # It is reached from that of the year before.
        times = {begun, float(year)} | {float(n) for one in active for n in one.uses(year)}
        if self.beginning is not None:
            times.add(self.beginning.until)
        dates = sorted(time for time in times if time >= self.first)
        beginning = self.beginning = Beginning(begun, after=self.beginning)

        def measured(values: Array) -> list[Array]:
            for one, value in zip(active, values, strict=True):
                one.found[year] = value
            run = self._run([one.output for one in active], dates, beginning)
            for one in active:
                if one.meet.foot is not None and one.foot is None:
                    one.foot = self._ratio_or_level(one, one.meet.foot, run)
            return [self._ratio_or_level(one, year, run) for one in active]

        guess = np.stack([one.guess(year, self.draws) for one in active])
        known = [measured(guess)]  # of the guess, which is evaluated first
        goals = [self._goal(one, year) for one in active]
        lost = np.isfinite(self.valid_until)
        # Growth is a product of many influences, so that its logarithm is nearly a straight line.
        scales = [
            np.log if ((goal > 0) & (now > 0))[~lost].all() else _same
            for goal, now in zip(goals, known[0], strict=True)
        ]

        def residuals(values: Array) -> Array:
            found = known.pop() if known else measured(values)
            with np.errstate(all="ignore"):
                return np.stack(
                    [
                        scale(now) - scale(goal)
                        for scale, now, goal in zip(scales, found, goals, strict=True)
                    ]
                )

        small = [
            PRECISION if scale is np.log else np.maximum(PRECISION * np.abs(goal), 1e-12)
            for scale, goal in zip(scales, goals, strict=True)
        ]
        roots = find_roots(
            residuals,
            guess,
            tolerance=np.stack([np.broadcast_to(each, (self.draws,)) for each in small]),
            width=np.array([one.width for one in active]),
            slopes=self._slopes_of(active, scales),
            skip=lost,
        )
        for one, value in zip(active, roots.values, strict=True):
            one.found[year] = value
        self.slopes = (_about(active, scales), roots.slopes)
        self.valid_until[~roots.found & ~lost] = year - 1.0
        if np.isfinite(self.valid_until).all():
            raise _unsolvable(active, year, no_effect=roots.flat)

    def _slopes_of(self, active: Sequence[Instrument], scales: Sequence[object]) -> Array | None:
        """Return the slopes of the year before if it had the same targets."""
        if self.slopes is None or self.slopes[0] != _about(active, scales):
            return None
        slopes = self.slopes[1]
        return slopes if np.isfinite(slopes).all() else None

    def _goal(self, one: Instrument, year: int) -> Array:
        """Return the level to meet, or the level as a share of that of the year before."""
        foot = 0.0 if one.foot is None else one.foot
        if one.meet.measure == "growth":
            aim = 1.0 + one.meet.aim(year, 100.0 * (np.asarray(foot) - 1.0)) / 100.0
        else:
            aim = one.meet.aim(year, foot)
        return np.broadcast_to(aim, (self.draws,))

    def _ratio_or_level(self, one: Instrument, year: int, run: Mapping[str, Any]) -> Array:
        now = self._level(one, year, run)
        if one.meet.measure == "path":
            return now
        with np.errstate(all="ignore"):
            return np.asarray(now / self._level(one, year - 1, run))

    def _level(self, one: Instrument, year: int, run: Mapping[str, Any]) -> Array:
        (number,) = np.flatnonzero(run["time"] == year)
        array = run[one.output]
        shown = array if array.ndim == 2 + (one.place is not None) else array[np.newaxis]
        level = shown[:, number] if one.place is None else shown[:, number, one.place]
        return np.broadcast_to(level, (self.draws,))

    def _residual(self, one: Instrument) -> Residual:
        values = np.stack([one.found[year] for year in one.years])
        ends = np.array(one.years, dtype=float)[:, np.newaxis]
        values = np.where(ends > self.valid_until, np.nan, values)
        unit, bounds = one.parameter.unit, one.parameter.range
        return Residual(one.meet, one.name, unit, tuple(one.years), values, one.at_once, bounds)

    # --- shapes that start from what a variable is by itself -----------------------------

    def _find_feet(self, date: float) -> None:
        """Run up to a date, and note what the variables are whose shapes begin there."""
        here = [number for number, path in enumerate(self.paths) if date in path.dates]
        variables = {n: self.model.names.find(self.paths[n].name) for n in here}
        run = self._run([variable.canonical for variable in variables.values()], [date])
        for n, variable in variables.items():
            array = run[variable.canonical]
            has_draws = array.ndim > 1 + len(variable.shape)
            foot = np.moveaxis(array[:, 0], 0, -1) if has_draws else array[0]
            path = self.paths[n]
            self.paths[n] = replace(path, feet={**path.feet, date: foot})

    # --- runs ----------------------------------------------------------------------------

    def _run(
        self, outputs: Sequence[str], dates: Sequence[float], beginning: Beginning | None = None
    ) -> dict[str, Array]:
        request = Request(
            params={**self._inputs(dates[-1]), **self.others},
            method=self.method,
            times=dates,
            outputs=tuple(dict.fromkeys(outputs)),
            runs=RUNS,
            beginning=beginning,
        )
        return {"time": np.array(dates), **self.model.solve(request).arrays()}

    def _inputs(self, until: float = np.inf) -> dict[str, Any]:
        """Return the inputs of a run up to a date."""
        given: dict[str, Any] = {**self.values}
        given |= instrument_paths(self.instruments, has_draws=self.has_draws)
        for path in self.paths:
            value = path.known(until).value
            if value is not None:
                given[path.name] = value
        return given


def _same(values: Array) -> Array:
    return values


def _about(active: Sequence[Instrument], scales: Sequence[object]) -> tuple[Any, ...]:
    """Return what slopes depend on besides the year."""
    return (*(one.meet for one in active), *scales)


def _unsolvable(active: Sequence[Instrument], year: int, *, no_effect: bool) -> InputError:
    names = " and ".join(f'"{one.name}"' for one in active)
    targets = " and ".join(f'"{one.meet.reference}"' for one in active)
    if no_effect:
        return _wrong(
            active[0].meet,
            f"is not met in {year} in any draw: {names} has no effect on {targets} in that year",
            "let it begin later, or choose another instrument",
        )
    return _wrong(
        active[0].meet,
        f"is not met in {year} in any draw: no value of {names} leads {targets} there",
        "ask for less, or choose an instrument with a stronger effect",
    )


def _wrong(meet: Meet, message: str, hint: str) -> InputError:
    where = meet.where
    message = f'meet: "{meet.reference}" {message}'
    return InputError(message, file=where.file, line=where.line, hint=hint)

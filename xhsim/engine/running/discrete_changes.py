"""Changes between steps: of discrete variables, of stocks that stop at zero, and at dates."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.plan import Plan
from xhsim.engine.containers.descriptions import Container
from xhsim.engine.containers.run import Running, begun, stepped
from xhsim.engine.equations import Dated, Discrete, Equations
from xhsim.engine.running.grid import NEAR, Grid

__all__ = ["BetweenSteps", "DatedChanges", "containers_of"]

Array = NDArray[np.float64]
ENDLESS = 1e9  # steps; no run has as many
SMALL = 1e-6  # added so that half a step is rounded up


class BetweenSteps:
    """Change the state of a block of draws at the end of each step of one solve.

    Parameters
    ----------
    update : callable
        ``update(time, state)`` returns the new input of each discrete variable.
    discrete : sequence of slice
        The rows of the discrete variables in the state.
    delays : sequence of ndarray or None
        The delay between input and value for each of them; None: until the end of the step. For a
        container: what it takes at the start.
    state : ndarray, shape (rows, draws)
        The state at the start.
    time_step : float
    at_least_zero : sequence of slice
        The rows of stocks that cannot be negative.
    containers : sequence of (str, Container) or None
        For each of them its key and the container that it is, if it is one. By default none is.
    """

    def __init__(
        self,
        update: Callable[[float, Array], tuple[Array, ...]],
        discrete: Sequence[slice],
        delays: Sequence[Array | None],
        state: Array,
        time_step: float,
        at_least_zero: Sequence[slice],
        containers: Sequence[tuple[str, Container] | None] = (),
    ) -> None:
        self._update = update
        self._discrete = discrete
        self._at_least_zero = at_least_zero
        self._pipes: list[_Pipe | None] = []
        self._places: dict[str, tuple[slice, tuple[int, ...]]] = {}  # of containers, by key
        self._containers: dict[str, Running] = {}
        contained = containers or [None] * len(discrete)
        for rows, delay, found in zip(discrete, delays, contained, strict=True):
            pipe = None
            if delay is not None:
                settings = _rows_of(delay, state[rows])
                if found is None:
                    pipe = _Pipe(settings, state[rows], time_step)
                else:
                    key, container = found
                    shape = (-1, container.size, state.shape[1])
                    self._places[key] = (rows, shape)
                    self._containers[key] = begun(container, settings.reshape(shape), time_step)
            self._pipes.append(pipe)

    def settle(self, time: float, before: Array, after: Array) -> Array:
        """Return the state at the start of the next step.

        Parameters
        ----------
        time : float
            The start of the step that ends.
        before, after : ndarray, shape (rows, draws)
            The state at the start and at the end of this step. `after` is changed in place.
        """
        taken_in = self._update(time, before)
        for rows, pipe, value in zip(self._discrete, self._pipes, taken_in, strict=True):
            flat = _rows_of(value, after[rows])
            after[rows] = flat if pipe is None else pipe.push(flat)
        if self._containers:
            # What they take in is in their rows now, and gives way to what they give.
            given = stepped(
                self._containers,
                {key: after[rows].reshape(shape) for key, (rows, shape) in self._places.items()},
            )
            for key, (rows, _) in self._places.items():
                after[rows] = given[key].reshape(after[rows].shape)
        for rows in self._at_least_zero:
            np.maximum(after[rows], 0.0, out=after[rows])
        return after


def containers_of(equations: Equations, plan: Plan) -> list[tuple[str, Container] | None]:
    """Return for each discrete variable of a plan its key and its container, if it is one."""
    found: list[tuple[str, Container] | None] = []
    for key in plan.discrete:
        definition = equations.definitions[key]
        container = definition.container if isinstance(definition, Discrete) else None
        found.append(None if container is None else (key, container))
    return found


def _rows_of(value: Array, like: Array) -> Array:
    return np.broadcast_to(np.reshape(value, (like.shape[0], -1)), like.shape)


class _Pipe:
    """A pipeline delay of whole steps. Its length may differ between draws.

    An infinite delay lets nothing out. What leaves a delay of NaN is NaN.
    """

    def __init__(self, delay: Array, initial: Array, time_step: float) -> None:
        with np.errstate(all="ignore"):
            steps = np.round(np.maximum(delay / time_step, 1.0) + SMALL)
        self._steps = np.where(np.isnan(steps), 1.0, np.minimum(steps, ENDLESS)).astype(int)
        self._initial = np.where(np.isnan(steps), np.nan, initial)
        self._unknown = np.isnan(steps)
        self._inside: deque[Array] = deque(maxlen=int(self._steps.max()))

    def push(self, value: Array) -> Array:
        """Add a value, and return the value that leaves the delay for the next step."""
        self._inside.append(value.copy())
        out = self._initial.copy()
        for steps in np.unique(self._steps):
            if len(self._inside) >= steps:
                here = self._steps == steps
                out[here] = self._inside[-int(steps)][here]
        out[self._unknown] = np.nan
        return out


@dataclass(frozen=True)
class DatedChanges:
    """All changes of the dated variables of a plan.

    Attributes
    ----------
    dates : tuple of float
        The date of each change, in the order in which the programs compute the new values.
    rows : tuple of slice
        The rows of the state that each change fills.
    bends : tuple of float
        Further dates at which flows may jump or bend.
    """

    dates: tuple[float, ...]
    rows: tuple[slice, ...]
    bends: tuple[float, ...]

    @classmethod
    def of(cls, equations: Equations, plan: Plan, rows: Mapping[str, slice]) -> DatedChanges:
        """Collect the changes of a plan.

        Parameters
        ----------
        equations : Equations
        plan : Plan
        rows : mapping of str to slice
            The rows of each variable in the state.
        """
        dates: list[float] = []
        filled: list[slice] = []
        bends: list[float] = []
        for key in plan.dated:
            definition = equations.definitions[key]
            assert isinstance(definition, Dated)
            bends += definition.bends
            for change in definition.changes:
                dates.append(change.date)
                filled.append(rows[key])
        return cls(tuple(dates), tuple(filled), tuple(bends))

    @cached_property
    def places(self) -> tuple[range, ...]:
        """Where the new value of each change is in a list of the elements of all of them."""
        found, first = [], 0
        for rows in self.rows:
            found.append(range(first, first + rows.stop - rows.start))
            first = found[-1].stop
        return tuple(found)

    def at(self, time: float, step: float) -> list[list[int]]:
        """Return the changes at a time, see `within`."""
        return self._in_order(lambda date: abs(date - time) <= NEAR * step)

    def within(self, begin: float, end: float, step: float) -> list[list[int]]:
        """Return the changes after a time and up to another time.

        Parameters
        ----------
        begin, end : float
        step : float
            The length of the step. Much closer dates are the same.

        Returns
        -------
        list of list of int
            Numbers of changes. Those of one date are made together, those of the next date later.
        """
        slack = NEAR * step
        return self._in_order(lambda date: begin + slack < date <= end + slack)

    def by_count(self, grid: Grid) -> dict[int, list[list[int]]]:
        """Return the changes by the number of steps after which they are made.

        Parameters
        ----------
        grid : Grid
            Its steps have one length.

        Examples
        --------
        >>> changes = DatedChanges((2021.3, 2021.0, 2021.4, 2019.0), (slice(0, 1),) * 4, ())
        >>> changes.by_count(Grid(2020, 0.25))
        {4: [[1]], 6: [[0], [2]]}
        """
        counts = sorted({grid.count_to(date) for date in self.dates})
        return {
            count: self._in_order(lambda date, count=count: grid.count_to(date) == count)
            for count in counts
            if count >= 0
        }

    def _in_order(self, is_due: Callable[..., bool]) -> list[list[int]]:
        due = sorted({date for date in self.dates if is_due(date)})
        return [[n for n, date in enumerate(self.dates) if date == each] for each in due]

    def settling(
        self, jump: Callable[[float, Array], Sequence[Any]], grid: Grid
    ) -> Callable[[float, Array, Array], Array]:
        """Return ``settle(time, before, after)``, which makes the changes at the end of a step.

        Parameters
        ----------
        jump : callable
            ``jump(time, state)`` returns the new values of all changes.
        grid : Grid
        """

        def settle(time: float, before: Array, after: Array) -> Array:
            end = grid.time_of(grid.number_at(time) + 1)
            return self.made(self.within(time, end, grid.length_at(time)), jump, end, after)

        return settle

    def made(
        self,
        due: Sequence[Sequence[int]],
        jump: Callable[[float, Array], Sequence[Any]],
        time: float,
        state: Array,
    ) -> Array:
        """Return a state of shape ``(rows, draws)`` after some of the changes at a time."""
        for together in due:
            values = jump(time, state)
            state = state.copy()  # the values may be views of the state before
            for number in together:
                rows = self.rows[number]
                state[rows] = np.reshape(values[number], (rows.stop - rows.start, -1))
        return state

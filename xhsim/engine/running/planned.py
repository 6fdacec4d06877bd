"""Planned runs: all that a backend needs to solve a run."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from xhsim.engine import limits
from xhsim.engine.compiling.numpy_program import Program, emit, rows_of
from xhsim.engine.compiling.plan import Plan
from xhsim.engine.equations import Equations
from xhsim.engine.inputs import Inputs
from xhsim.engine.running.discrete_changes import DatedChanges
from xhsim.engine.running.grid import NEAR, Grid
from xhsim.engine.running.shared_start import Beginning
from xhsim.engine.running.solvers import Method
from xhsim.errors import InputError, ModelError

__all__ = ["Compiled", "PlannedRun", "Times", "too_deep"]

Array = NDArray[np.float64]
Form = TypeVar("Form")


@dataclass(frozen=True)
class Compiled:
    """A plan, and the code that backends have made of it.

    Attributes
    ----------
    equations : Equations
    plan : Plan
    """

    equations: Equations
    plan: Plan
    _forms: dict[Hashable, object] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def program(self) -> Program:
        """The NumPy code. Backends that do not need it do not wait for it.

        Raises
        ------
        ModelError
            If an equation is nested more deeply than Python allows.
        """
        try:
            return emit(self.equations, self.plan)
        except (RecursionError, SyntaxError, MemoryError):  # Python's limits of nesting
            raise too_deep(self.equations.path) from None

    @cached_property
    def rows(self) -> dict[str, slice]:
        """The rows of each stock, discrete and dated variable in the state."""
        return rows_of(self.equations, self.plan)

    def form(self, key: Hashable, make: Callable[[], Form]) -> Form:
        """Return the code that a backend has made of the plan, or make it and keep it.

        Parameters
        ----------
        key : hashable
            It begins with the name of the backend and contains all that the code depends on
            besides the plan.
        make : callable
            Makes the code. None is kept, too.
        """
        if key not in self._forms:
            self._forms[key] = make()
        return cast(Form, self._forms[key])


@dataclass(frozen=True)
class Times:
    """The steps and the saved times of a run."""

    grid: Grid
    saved: Array

    @cached_property
    def last(self) -> int:
        """The number of steps of the run."""
        return self.grid.count_to(float(self.saved[-1]))

    @cached_property
    def starts(self) -> Array:
        """The start of each step, and the end of the last."""
        grid = self.grid
        if grid.is_even:
            return np.asarray(grid.start + np.arange(self.last + 1) * grid.step, dtype=np.float64)
        return np.array(grid.begins[: self.last + 1], dtype=np.float64)

    @cached_property
    def is_within(self) -> NDArray[np.bool_]:
        """Whether each saved time lies within a step, and not at its start or end."""
        return np.abs(self.saved - self.grid.nearest(self.saved)) >= NEAR * self.grid.step

    @cached_property
    def steps(self) -> NDArray[np.int64]:
        """The number of the step that begins at each saved time, or contains it."""
        behind = np.searchsorted(self.starts, self.saved)
        within = np.clip(behind - 1, 0, self.last)
        nearer = np.clip(behind, 0, self.last)
        gap = np.abs(self.starts[nearer] - self.saved)
        nearest = np.where(np.abs(self.starts[within] - self.saved) <= gap, within, nearer)
        return np.where(self.is_within, within, nearest)

    @cached_property
    def counts(self) -> tuple[int, ...] | None:
        """The number of steps up to each saved time.

        None if a saved time lies between two steps, or if steps differ in length. Such a run must
        be solved step by step.
        """
        return self.grid.counts_of(self.saved) if self.grid.is_even else None


@dataclass(frozen=True)
class PlannedRun:
    """A run whose inputs are checked, whose equations are ordered and whose times are known.

    Attributes
    ----------
    compiled : Compiled
    given : Inputs
        The values that replace those of the model.
    times : Times
    method : Method
    seed : int
        The seed of the model's random functions.
    runs : int
        About how many such runs will follow.
    beginning : Beginning, optional
        The remembered start of earlier runs.
    """

    compiled: Compiled
    given: Inputs
    times: Times
    method: Method
    seed: int = 0
    runs: int = 1
    beginning: Beginning | None = None

    @property
    def equations(self) -> Equations:
        """The model."""
        return self.compiled.equations

    @property
    def plan(self) -> Plan:
        """The plan: what is computed, and when."""
        return self.compiled.plan

    @property
    def program(self) -> Program:
        """The emitted NumPy code."""
        return self.compiled.program

    @cached_property
    def dated(self) -> DatedChanges:
        """The changes of the dated variables."""
        return DatedChanges.of(self.equations, self.plan, self.compiled.rows)

    @property
    def grid(self) -> Grid:
        """The steps."""
        return self.times.grid

    @property
    def saved(self) -> Array:
        """The saved times."""
        return self.times.saved

    @property
    def draws(self) -> slice:
        """All draws. A run without a draw axis has one."""
        return slice(0, self.given.draws or 1)

    @cached_property
    def varying(self) -> frozenset[str]:
        """The inputs and paths of the plan that differ between draws."""
        several = {key for key, array in self.given.numbers.items() if array.shape[-1] > 1}
        several |= {key for key, path in self.given.paths.items() if path.values.shape[-1] > 1}
        return frozenset(several.intersection((*self.plan.inputs, *self.plan.paths)))

    def empty_results(self) -> list[Array]:
        """Return empty arrays for the outputs, each of shape ``(times, *elements, draws)``."""
        sizes = (self.saved.size, self.draws.stop)
        shapes = [self.equations.variables[key].shape for key in self.plan.outputs]
        _refuse_huge(8 * math.prod(sizes) * sum(map(math.prod, shapes)))
        return [np.empty((sizes[0], *shape, sizes[1])) for shape in shapes]


def too_deep(file: str | FilePath) -> ModelError:
    """Return the error for an equation that is nested more deeply than Python allows."""
    return ModelError("an equation is nested too deeply", file=file, hint=limits.NESTED)


def _refuse_huge(size: int) -> None:
    """Refuse results that are larger than the memory, before the system ends the process."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # on Windows, and where it is unknown
        return
    if 0 < memory < size:
        raise InputError(
            f"the results would need {size / 1e9:,.0f} GB, and this computer has a memory of "
            f"{memory / 1e9:,.0f} GB",
            hint="choose fewer outputs, saved times or draws",
        )

"""Observations as arrays to compare with a run: the place of each in a run, and its error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.select import element_places
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError
from xhsim.study.history.comparison import base_year, bounds, quantity, scaled
from xhsim.study.names import parse_reference

if TYPE_CHECKING:
    from xhsim.engine.model import Model
    from xhsim.study.history.calibration import CalibrationPlan
    from xhsim.study.history.observations import Observation

__all__ = ["Evidence", "gather"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """Observations, and the places of their counterparts in a run.

    Attributes
    ----------
    rows : tuple of Observation
    outputs : tuple of str
        Canonical names of the variables that a run must contain.
    times : ndarray
        The years that a run must save, in increasing order.
    places : tuple of (str, int, int)
        For each observation the variable, the position of its last year in `times` and that of its
        element (0 for a variable without elements).
    starts : ndarray of int
        For each observation the position in `times` of the year in which its growth or change
        begins; of a level its own year.
    low, high : ndarray
        The observations' bounds on the scale of ``xhsim.study.history.comparison``; equal for
        points.
    errors : ndarray
        Standard deviations on that scale.
    offsets : ndarray of int
        For each observation the number of its offset, or -1.
    scales : ndarray of bool
        Whether each observation was used to scale the model.
    """

    rows: tuple[Observation, ...]
    outputs: tuple[str, ...]
    times: Array
    places: tuple[tuple[str, int, int], ...]
    starts: NDArray[np.int64]
    low: Array
    high: Array
    errors: Array
    offsets: NDArray[np.int64]
    scales: NDArray[np.bool_]

    @cached_property
    def has_level(self) -> NDArray[np.bool_]:
        """Whether each observation is a level, and not a growth or a change."""
        return np.array([row.measure == "level" for row in self.rows])

    @cached_property
    def means(self) -> Array:
        """A matrix that gives each level the mean of its series, weighted by precision.

        Shape (observations, observations). Multiply it from the right to rows with one number for
        each observation. Growth and changes get 0.
        """
        series = np.array([row.series for row in self.rows])
        same = series[:, np.newaxis] == series
        both = self.has_level[:, np.newaxis] & self.has_level
        weights = np.where(same & both, self.errors[:, np.newaxis] ** -2, 0.0)
        return np.asarray(weights / np.where(self.has_level, weights.sum(axis=0), 1.0))

    def of(self, run: Mapping[str, Array]) -> Array:
        """Return what a run has in place of the observations, in their units.

        Parameters
        ----------
        run : mapping of str to ndarray
            By output, each of shape ``(draws, times, *elements)`` and saved at `times`.

        Returns
        -------
        ndarray, shape (draws, observations)
        """
        flat = {name: run[name].reshape(*run[name].shape[:2], -1) for name in self.outputs}
        columns = [
            quantity(row, flat[name][:, start, element], flat[name][:, time, element])
            for row, start, (name, time, element) in zip(
                self.rows, self.starts, self.places, strict=True
            )
        ]
        return np.stack(columns, axis=1)

    def scaled(self, quantities: Array) -> Array:
        """Put quantities, shape (draws, observations), on the scale of the bounds."""
        found = np.empty_like(quantities)
        measures = np.array([row.measure for row in self.rows])
        for measure in set(measures):
            chosen = measures == measure
            found[:, chosen] = scaled(measure, quantities[:, chosen])
        return found


def gather(
    model: Model,
    plan: CalibrationPlan,
    observations: Sequence[Observation],
    until: int,
    *,
    free_levels: bool = False,
) -> Evidence:
    """Collect the observations that a calibration uses.

    Parameters
    ----------
    model : Model
    plan : CalibrationPlan
    observations : sequence of Observation
    until : int
        The last year that is used.
    free_levels : bool
        Whether the level of each series is unknown. Bounds of levels then say nothing and are left
        out.

    Returns
    -------
    Evidence

    Raises
    ------
    InputError
        If there is no observation, a level is not positive, an observation has no error, does not
        name its element, or begins before the model does.
    """
    rows = plan.used(observations, until)
    if free_levels:
        rows = [row for row in rows if row.measure != "level" or row.kind == "point"]
    if not rows:
        raise InputError(f"no observation up to {until} names a model variable")
    clock = model.names.find("INITIAL TIME")
    begins = float(model.default(clock.name)) if clock.kind == "constant" else -np.inf
    for row in rows:
        if row.measure == "level" and row.value <= 0:
            what = "is not positive"
            hint = f"leave it out in {plan.where.file}: errors are relative"
        elif base_year(row) < begins:
            what = f"needs the year {base_year(row)}, but the model begins in {begins:g}"
            hint = f"leave it out in {plan.where.file}"
        else:
            continue
        raise InputError(
            f'an observation of "{row.series}" {what}',
            file=row.where.file,
            line=row.where.line,
            hint=hint,
        )
    years = [base_year(row) for row in rows]
    times = np.unique([*years, *(row.last_year for row in rows)]).astype(np.float64)
    places = []
    for row in rows:
        reference = parse_reference(row.variable, row.where)
        variable = model.names.find(reference.name)
        elements = [model.equations.dimensions[name].elements for name in variable.dimensions]
        chosen = element_places(reference, elements, who=f'"{row.series}"', place=row.where)
        element = int(np.ravel_multi_index(chosen, [len(known) for known in elements]))
        time = int(np.searchsorted(times, row.last_year))
        places.append((canonical(variable.name), time, element))
    offsets = [plan.offset_of(row) for row in rows]
    low, high = np.transpose([bounds(row) for row in rows])
    return Evidence(
        tuple(rows),
        tuple(dict.fromkeys(name for name, _, _ in places)),
        times,
        tuple(places),
        np.searchsorted(times, years),
        low,
        high,
        np.array([plan.error_of(row) for row in rows]),
        np.array([-1 if number is None else number for number in offsets]),
        np.array([plan.scales(row) for row in rows]),
    )

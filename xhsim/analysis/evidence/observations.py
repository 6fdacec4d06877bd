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
        For each observation the variable, the position of its year in `times` and that of its
        element (0 for a variable without elements).
    logs : ndarray
        Logarithms of the observed values.
    errors : ndarray
        Standard deviations of `logs`.
    offsets : ndarray of int
        For each observation the number of its offset, or -1.
    """

    rows: tuple[Observation, ...]
    outputs: tuple[str, ...]
    times: Array
    places: tuple[tuple[str, int, int], ...]
    logs: Array
    errors: Array
    offsets: NDArray[np.int64]

    @cached_property
    def means(self) -> Array:
        """A matrix that gives each observation the mean of its series, weighted by precision.

        Shape (observations, observations). Multiply it from the right to rows with one number for
        each observation.
        """
        series = np.array([row.series for row in self.rows])
        weights = np.where(series[:, np.newaxis] == series, self.errors[:, np.newaxis] ** -2, 0.0)
        return np.asarray(weights / weights.sum(axis=0))

    def of(self, run: Mapping[str, Array]) -> Array:
        """Return a run's values at the places of the observations.

        Parameters
        ----------
        run : mapping of str to ndarray
            By output, each of shape ``(draws, times, *elements)`` and saved at `times`.

        Returns
        -------
        ndarray, shape (draws, observations)
        """
        flat = {name: run[name].reshape(*run[name].shape[:2], -1) for name in self.outputs}
        columns = [flat[name][:, time, element] for name, time, element in self.places]
        return np.stack(columns, axis=1)


def gather(
    model: Model, plan: CalibrationPlan, observations: Sequence[Observation], until: int
) -> Evidence:
    """Collect the observations that a calibration uses.

    Parameters
    ----------
    model : Model
    plan : CalibrationPlan
    observations : sequence of Observation
    until : int
        The last year that is used.

    Returns
    -------
    Evidence

    Raises
    ------
    InputError
        If there is no observation, one is not positive, its grade has no error, or it does not name
        its element.
    """
    rows = plan.used(observations, until)
    if not rows:
        raise InputError(f"no observation up to {until} names a model variable")
    for row in rows:
        if row.value <= 0:
            raise InputError(
                f'an observation of "{row.series}" is not positive',
                file=row.where.file,
                line=row.where.line,
                hint=f"leave it out in {plan.where.file}: errors are relative",
            )
    times = np.unique([row.first_year for row in rows]).astype(np.float64)
    places = []
    for row in rows:
        reference = parse_reference(row.variable, row.where)
        variable = model.names.find(reference.name)
        elements = [model.equations.dimensions[name].elements for name in variable.dimensions]
        chosen = element_places(reference, elements, who=f'"{row.series}"', place=row.where)
        element = int(np.ravel_multi_index(chosen, [len(known) for known in elements]))
        time = int(np.searchsorted(times, row.first_year))
        places.append((canonical(variable.name), time, element))
    offsets = [plan.offset_of(row) for row in rows]
    return Evidence(
        tuple(rows),
        tuple(dict.fromkeys(name for name, _, _ in places)),
        times,
        tuple(places),
        np.log([row.value for row in rows]),
        np.array([plan.error_of(row) for row in rows]),
        np.array([-1 if number is None else number for number in offsets]),
    )

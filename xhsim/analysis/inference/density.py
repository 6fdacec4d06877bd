"""The density of parameters given history, computed for many points at once.

Each unknown has a standard normal coordinate, which its prior turns into a value. So all
coordinates have one scale, and no point can leave a parameter's bounds. Observations are assumed to
be independent, and normal around the model's on the scale of ``xhsim.study.history.comparison``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from xhsim.analysis.inference.observations import Evidence
from xhsim.engine.model import Model
from xhsim.engine.paths import Path
from xhsim.engine.request import Request
from xhsim.study.history.comparison import distance
from xhsim.study.names import Reference, element_name, find_elements, find_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.parameters.priors import Prior
from xhsim.study.scenarios.scenario import Belief

__all__ = ["Density", "Unknown", "unknowns_of"]

Array = NDArray[np.float64]
FARTHEST = 8.0  # standard deviations; beyond it probabilities round to 0 or 1


@dataclass(frozen=True)
class Unknown:
    """One number to estimate: a parameter, an element of one, or the offset of a vintage.

    Attributes
    ----------
    name : str
        As in files: ``history growth[Digital]``.
    parameter : Parameter or None
        None for an offset.
    element : int
        Its position among the parameter's elements; 0 for a scalar.
    prior : Prior
    """

    name: str
    parameter: Parameter | None
    element: int
    prior: Prior


def unknowns_of(
    references: Sequence[Reference],
    beliefs: Sequence[Belief],
    parameters: Mapping[str, Parameter],
) -> list[Unknown]:
    """List the elements of parameters with their priors.

    A belief replaces the parameter's own prior; the last belief about an element counts.

    Parameters
    ----------
    references : sequence of Reference
    beliefs : sequence of Belief
    parameters : mapping of str to Parameter

    Returns
    -------
    list of Unknown
    """
    believed: dict[tuple[str, str], Prior] = {}
    for belief in beliefs:
        parameter = find_name(belief.reference.name, parameters, "parameter", belief.where)
        bounds = parameter.range or (-np.inf, np.inf)
        for element in find_elements(belief.reference, parameter.elements, None) or ("",):
            believed[parameter.name, element] = belief.prior.within(bounds)
    found = []
    for reference in references:
        parameter = find_name(reference.name, parameters, "parameter", None)
        for element in find_elements(reference, parameter.elements, None) or ("",):
            prior = believed.get((parameter.name, element))
            if prior is None:
                own = parameter.prior
                prior = own[element] if isinstance(own, Mapping) else own
            assert prior is not None, "the plan has been checked"
            number = parameter.elements.index(element) if element else 0
            found.append(Unknown(element_name(parameter.name, element), parameter, number, prior))
    return found


@dataclass(frozen=True)
class Density:
    """The density of points given the evidence.

    Attributes
    ----------
    model : Model
    unknowns : tuple of Unknown
        Parameters first, then the offsets of the evidence in their order.
    evidence : Evidence
    others : mapping
        The other inputs of a run: parameters that are not at the model's own value.
    runs : int
        Expected number of evaluations.
    free_levels : bool
        Whether the level of each series is unknown, so that only its growth is compared. The level
        is then integrated out under a flat prior on its logarithm: the misfit of a series is
        measured from its weighted mean. Growth and changes are compared as they are.
    """

    model: Model
    unknowns: tuple[Unknown, ...]
    evidence: Evidence
    others: Mapping[str, float | Array | Path]
    runs: int
    free_levels: bool = False

    def values(self, points: Array) -> Array:
        """Turn coordinates into values of the unknowns.

        Parameters
        ----------
        points : ndarray, shape (points, unknowns)

        Returns
        -------
        ndarray, shape (points, unknowns)
        """
        probabilities = ndtr(np.clip(points, -FARTHEST, FARTHEST))
        columns = [u.prior.quantile(p) for u, p in zip(self.unknowns, probabilities.T, strict=True)]
        return np.stack(columns, axis=1)

    def residuals(self, points: Array) -> Array:
        """Return the model's distance from each observation in standard deviations.

        Parameters
        ----------
        points : ndarray, shape (points, unknowns)
            At least two points.

        Returns
        -------
        ndarray, shape (points, observations)
            Not finite where the model's level is not positive and finite.
        """
        return self.distances(self.values(points))

    def distances(self, values: Array) -> Array:
        """Return the residuals for values of the unknowns instead of coordinates."""
        evidence = self.evidence
        return distance(self.comparable(values), evidence.low, evidence.high, evidence.errors)

    def comparable(self, values: Array) -> Array:
        """Return what the model has in place of the observations, on the scale of their bounds.

        Parameters
        ----------
        values : ndarray, shape (points, unknowns)
            Values of the unknowns; at least two points.

        Returns
        -------
        ndarray, shape (points, observations)
            With the offsets, and with free levels moved to the mean of each series.
        """
        evidence = self.evidence
        request = Request(
            params={**self.others, **self.arrays(values)},
            times=evidence.times,
            outputs=evidence.outputs,
            runs=self.runs,
        )
        found = self.model.solve(request).arrays()
        seen = evidence.scaled(evidence.of(found))
        offset = [n for n, unknown in enumerate(self.unknowns) if unknown.parameter is None]
        has = evidence.offsets >= 0
        if has.any():
            seen[:, has] += values[:, offset][:, evidence.offsets[has]]
        if self.free_levels:
            levels = evidence.has_level
            gaps = seen - np.where(levels, evidence.low, 0)
            seen = seen - np.where(levels, gaps, 0) @ evidence.means
        return seen

    def log_density(self, points: Array) -> Array:
        """Return the logarithm of the density, up to a constant.

        Parameters
        ----------
        points : ndarray, shape (points, unknowns)

        Returns
        -------
        ndarray, shape (points,)
            Minus infinity where a residual is not finite.
        """
        residuals = self.residuals(points)
        squares = (residuals**2).sum(axis=1) + (points**2).sum(axis=1)
        return np.where(np.isfinite(squares), -0.5 * squares, -np.inf)

    def arrays(self, values: Array) -> dict[str, Any]:
        """Return values as inputs of a run: by parameter, with the points as last axis."""
        found: dict[str, Any] = {}
        for unknown, column in zip(self.unknowns, values.T, strict=True):
            parameter = unknown.parameter
            if parameter is None:
                continue
            if not parameter.elements:
                found[parameter.name] = column
                continue
            if parameter.name not in found:
                level = np.asarray(parameter.array)[:, np.newaxis]
                found[parameter.name] = np.repeat(level, len(values), axis=1)
            found[parameter.name][unknown.element] = column
        return found

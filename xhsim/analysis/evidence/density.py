"""The density of parameters given history, for many points at once.

Each unknown is a standard normal coordinate that its prior turns into a value, so that all
coordinates have one scale and bounds need no care. Observations are independent and their
logarithms normal around what the model says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from xhsim.analysis.evidence.observations import Evidence
from xhsim.engine.model import Model
from xhsim.engine.paths import Path
from xhsim.engine.request import Request
from xhsim.study.names import Reference, find_elements, find_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.parameters.priors import Prior
from xhsim.study.scenarios.scenario import Belief

__all__ = ["Density", "Unknown", "unknowns_of"]

Array = NDArray[np.float64]
FARTHEST = 8.0  # standard deviations; beyond it probabilities are 0 or 1 as numbers
METHOD = "rk4"


@dataclass(frozen=True)
class Unknown:
    """One number that is asked about.

    Attributes
    ----------
    name : str
        As it is written: ``entry rate[Digital]``.
    parameter : Parameter or None
        None for the offset of a vintage.
    element : int
        Its number among the parameter's elements; 0 for a scalar.
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
    """List the elements of parameters with what is believed about each, the last belief winning.

    Parameters
    ----------
    references : sequence of Reference
    beliefs : sequence of Belief
    parameters : mapping of str to Parameter

    Returns
    -------
    list of Unknown
    """
    told: dict[tuple[str, str], Prior] = {}
    for belief in beliefs:
        parameter = find_name(belief.reference.name, parameters, "parameter", belief.where)
        bounds = parameter.range or (-np.inf, np.inf)
        for element in find_elements(belief.reference, parameter.elements, None) or ("",):
            told[parameter.name, element] = belief.prior.within(bounds)
    found = []
    for reference in references:
        parameter = find_name(reference.name, parameters, "parameter", None)
        for element in find_elements(reference, parameter.elements, None) or ("",):
            prior = told.get((parameter.name, element))
            if prior is None:
                own = parameter.prior
                prior = own[element] if isinstance(own, Mapping) else own
            assert prior is not None, "the plan has been checked"
            number = parameter.elements.index(element) if element else 0
            name = f"{parameter.name}[{element}]" if element else parameter.name
            found.append(Unknown(name, parameter, number, prior))
    return found


@dataclass(frozen=True)
class Density:
    """How probable points are, given the evidence.

    Attributes
    ----------
    model : Model
    unknowns : tuple of Unknown
        Parameters first, then the offsets of the evidence in their order.
    evidence : Evidence
    others : mapping
        What else a run is given: parameters that are not at the model's own value.
    runs : int
        How many evaluations are to be expected.
    free_levels : bool
        Whether the level of each series is unknown, so that only its growth is compared. It is
        integrated out, with all factors equally likely before: what is left of the misfit of a
        series is its difference from the weighted mean.
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
        """Return how far the model is from each observation, in standard deviations.

        Parameters
        ----------
        points : ndarray, shape (points, unknowns)
            Two points or more.

        Returns
        -------
        ndarray, shape (points, observations)
            Not finite where the model says nothing positive and finite.
        """
        return self.distances(self.values(points))

    def distances(self, values: Array) -> Array:
        """Return the same as `residuals` for values instead of coordinates."""
        evidence = self.evidence
        asked = Request(
            params={**self.others, **self.arrays(values)},
            method=METHOD,
            times=evidence.times,
            outputs=evidence.outputs,
            runs=self.runs,
        )
        found = self.model.solve(asked).arrays()
        with np.errstate(all="ignore"):
            logs = np.log(evidence.of(found))
        shifts = np.zeros((len(values), len(evidence.rows)))
        offset = [n for n, unknown in enumerate(self.unknowns) if unknown.parameter is None]
        has = evidence.offsets >= 0
        if has.any():
            shifts[:, has] = values[:, offset][:, evidence.offsets[has]]
        gaps = logs + shifts - evidence.logs
        if self.free_levels:
            gaps = gaps - gaps @ evidence.means
        return np.asarray(gaps / evidence.errors)

    def log_density(self, points: Array) -> Array:
        """Return the logarithm of the density, up to a constant.

        Parameters
        ----------
        points : ndarray, shape (points, unknowns)

        Returns
        -------
        ndarray, shape (points,)
            Minus infinity where the model has no answer.
        """
        residuals = self.residuals(points)
        squares = (residuals**2).sum(axis=1) + (points**2).sum(axis=1)
        return np.where(np.isfinite(squares), -0.5 * squares, -np.inf)

    def arrays(self, values: Array) -> dict[str, Any]:
        """Return values as a run takes them: by parameter, points last."""
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

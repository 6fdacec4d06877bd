"""The random numbers of a study as coordinates whose prior is standard normal."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from xhsim.analysis.worlds.design import DELAY, EDGE, SHARE, STRUCTURE, Design

__all__ = ["HISTORY", "Coordinates"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coordinates:
    """How points with standard normal coordinates stand for the random numbers of a study.

    The last coordinate picks a row of the stored posterior, if there is one. Neighbouring rows
    resemble each other, so that a small move leads to a similar row.

    Attributes
    ----------
    design : Design
        Whose columns, posterior and seed all points share.
    """

    design: Design

    @property
    def has_rows(self) -> bool:
        """Whether the study has a stored posterior."""
        return self.design.posterior is not None

    @property
    def width(self) -> int:
        """Number of coordinates."""
        return len(self.design.points) + self.has_rows

    def points_of(self, design: Design, generator: np.random.Generator) -> Array:
        """Return the points of a design, shape (draws, coordinates).

        Parameters
        ----------
        design : Design
            Of the same study.
        generator : numpy.random.Generator
            Places each draw within the share of its row of the posterior.
        """
        points = design.points
        if design.posterior is not None:
            within = generator.random(design.draws)
            share = (design.rows + within) / len(design.posterior.draws)
            points = np.vstack([points, np.clip(share, EDGE, 1 - EDGE)])
        return np.ascontiguousarray(ndtri(points).T)

    def design_at(self, points: Array) -> Design:
        """Return the random numbers at points, shape (draws, coordinates)."""
        shares = np.clip(ndtr(np.ascontiguousarray(points.T)), EDGE, 1 - EDGE)
        posterior = self.design.posterior
        if posterior is None:
            return replace(self.design, points=shares)
        return replace(self.design, points=shares[:-1], rows=posterior.rows(shares[-1]))

    @property
    def blocks(self) -> dict[str, slice]:
        """The coordinates by name: of a parameter, of structures, of delivery, of the posterior."""
        found = dict(self.design.columns)
        for name in {SHARE, DELAY, STRUCTURE} & set(found):  # each has one, wherever its slice ends
            found[name] = slice(found[name].start, found[name].start + 1)
        if self.has_rows:
            found[HISTORY] = slice(self.width - 1, self.width)
        return found


HISTORY = "posterior"  # the block of coordinates that picks a row of the stored posterior

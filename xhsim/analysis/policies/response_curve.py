"""The probability of an event over a grid of policies, and where it crosses a wanted probability.

All points of a curve are computed on the same draws, so a difference between two points comes from
policy alone. The curve is a step function: between two neighbours a few draws change sides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.differences import paired_difference
from xhsim.analysis.judging.probability import Chance, chance

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Crossing", "ResponseCurve", "Turn"]

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Crossing:
    """A place where a curve crosses a wanted probability.

    Attributes
    ----------
    at : float
        The nearest computed point at which the probability is reached.
    missed : float
        Its computed neighbour, at which it is not.
    low, high : float
        The points around it that are compatible with the wanted probability: those where it lies
        inside the 95 % interval of the curve. Infinite if that holds up to the end of the curve.
    """

    at: float
    missed: float
    low: float
    high: float


@dataclass(frozen=True)
class Turn:
    """Two points between which a curve runs against its main direction, by more than chance.

    Attributes
    ----------
    first, last : float
        The points.
    before, after : float
        The probabilities there.
    """

    first: float
    last: float
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class ResponseCurve:
    """The probability of an event at increasing points, on the same draws.

    Parameters
    ----------
    points : ndarray, shape (points,)
        In increasing order.
    met : ndarray of bool, shape (points, draws)
        The draws in which the event happens.
    counted : ndarray of bool, shape (points, draws)
        The draws that did not fail.
    worth : float
        What a draw is worth, see `xhsim.analysis.judging.probability.worth_of`.

    Examples
    --------
    >>> points, draws = np.linspace(0, 1, 11), np.linspace(0, 1, 400)
    >>> met = draws[np.newaxis] <= points[:, np.newaxis]
    >>> curve = ResponseCurve(points, met, np.ones_like(met))
    >>> [round(crossing.at, 2) for crossing in curve.crossings(0.55)]
    [0.6]
    """

    points: Array
    met: Marks
    counted: Marks
    worth: float = 1.0

    @cached_property
    def chances(self) -> tuple[Chance, ...]:
        """The probability at each point with its 95 % interval."""
        met = (self.met & self.counted).sum(axis=1)
        return tuple(
            chance(int(hit), int(all_), self.worth)
            for hit, all_ in zip(met, self.counted.sum(axis=1), strict=True)
        )

    @property
    def probabilities(self) -> Array:
        """The probability at each point; NaN where every draw has failed."""
        return np.array([each.probability for each in self.chances])

    @property
    def bands(self) -> tuple[Array, Array]:
        """The lower and the upper end of the interval at each point."""
        return (
            np.array([each.ci_low for each in self.chances]),
            np.array([each.ci_high for each in self.chances]),
        )

    @property
    def best(self) -> int:
        """The number of the first point with the highest probability."""
        return int(np.argmax(np.nan_to_num(self.probabilities, nan=-1.0)))

    def table(self) -> pd.DataFrame:
        """Return the curve as a table.

        Returns
        -------
        DataFrame
            ``point``, ``probability``, ``ci_low``, ``ci_high``, ``word`` and ``failed``.

        Examples
        --------
        >>> met = np.array([[False, False], [True, False]])
        >>> curve = ResponseCurve(np.array([0.0, 1.0]), met, np.ones_like(met))
        >>> curve.table()["probability"].tolist()
        [0.0, 0.5]
        """
        import pandas as pd

        rows = [
            {"point": point, **each._asdict(), "failed": int((~good).sum())}
            for point, each, good in zip(self.points, self.chances, self.counted, strict=True)
        ]
        return pd.DataFrame(rows)

    def joined(self, other: ResponseCurve) -> ResponseCurve:
        """Return the curve with the points of another one on the same draws.

        Parameters
        ----------
        other : ResponseCurve

        Examples
        --------
        >>> met = np.array([[False, True]])
        >>> one, two = (ResponseCurve(np.array([x]), met, ~met | met) for x in (2.0, 1.0))
        >>> one.joined(two).points.tolist()
        [1.0, 2.0]
        """
        both = np.concatenate([self.points, other.points])
        points, first = np.unique(both, return_index=True)
        met = np.concatenate([self.met, other.met])[first]
        counted = np.concatenate([self.counted, other.counted])[first]
        return ResponseCurve(points, met, counted, self.worth)

    def crossings(self, wanted: float) -> list[Crossing]:
        """Find every place where the curve crosses a probability, in the order of the points.

        Parameters
        ----------
        wanted : float

        Returns
        -------
        list of Crossing
            The interval inverts the band of the curve: a point belongs to it if the wanted
            probability lies inside the 95 % interval there, that is if the draws at that point do
            not contradict it. Its ends are interpolated between computed points.
        """
        heights = self.probabilities
        reached, known = heights >= wanted, np.isfinite(heights)
        found = []
        for place in np.flatnonzero((reached[1:] != reached[:-1]) & known[1:] & known[:-1]):
            hit, miss = (place + 1, place) if reached[place + 1] else (place, place + 1)
            low, high = self._compatible(int(place), wanted)
            found.append(Crossing(float(self.points[hit]), float(self.points[miss]), low, high))
        return found

    def brackets(self, wanted: float, near: float) -> list[tuple[float, float]]:
        """Return the pairs of neighbours between which a finer curve would sharpen an answer.

        Parameters
        ----------
        wanted : float
        near : float
            The answer is the crossing that is nearest to this point.

        Returns
        -------
        list of tuple of float
            First that of the crossing, then those of both ends of its interval; each once.
        """
        crossings = self.crossings(wanted)
        if not crossings:
            return []
        nearest = min(crossings, key=lambda each: abs(each.at - near))
        places = [min(nearest.at, nearest.missed), nearest.low, nearest.high]
        pairs = []
        for place in places:
            if math.isfinite(place):
                after = int(np.searchsorted(self.points, place, side="right"))
                after = min(max(after, 1), len(self.points) - 1)
                pairs.append((float(self.points[after - 1]), float(self.points[after])))
        return list(dict.fromkeys(pairs))

    def turns(self) -> list[Turn]:
        """Find where the curve rises and where it falls, if it does both by more than chance.

        Returns
        -------
        list of Turn
            The largest rise and the largest fall, in the order of the points; empty if the curve is
            monotone. Two points are compared draw by draw, by the interval of
            `xhsim.analysis.judging.differences.paired_difference`.
        """
        rise, fall = (self._largest(sign) for sign in (1, -1))
        if rise is None or fall is None:
            return []
        return sorted([rise, fall], key=lambda turn: (turn.first, turn.last))

    def _largest(self, sign: int) -> Turn | None:
        """Return the largest rise (1) or fall (-1) between two points that is more than chance."""
        values = sign * self.probabilities
        known = np.flatnonzero(np.isfinite(values)).tolist()
        lowest, best, found = (known or [0])[0], 0.0, None
        for place in known[1:]:
            gain = values[place] - values[lowest]
            if gain > best and self._differ(lowest, place):
                best, found = gain, (lowest, place)
            if values[place] < values[lowest]:
                lowest = place
        if found is None:
            return None
        ends = [float(self.points[place]) for place in found]
        heights = [float(self.probabilities[place]) for place in found]
        return Turn(*ends, *heights)

    def _differ(self, one: int, other: int) -> bool:
        good = self.counted[one] & self.counted[other]
        before, after = self.met[one] & good, self.met[other] & good
        counts = ((after & ~before).sum(), (before & ~after).sum(), good.sum())
        gained, lost, draws = (round(self.worth * int(count)) for count in counts)
        _, low, high = paired_difference(gained, lost, draws)
        return low > 0 or high < 0

    @property
    def _limits(self) -> tuple[Array, Array]:
        """Both ends of the band; where every draw has failed, any probability is possible."""
        low, high = self.bands
        return np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=1.0)

    def _compatible(self, place: int, wanted: float) -> tuple[float, float]:
        """Return the ends of the stretch around a crossing in which the band holds a value."""
        low, high = self._limits
        inside = (low <= wanted) & (wanted <= high)
        left, right = place, place + 1
        ends = []
        for start, step, last in ((left, -1, 0), (right, 1, len(self.points) - 1)):
            if not inside[start]:  # the band crosses the value between the two points
                ends.append(self._between(start, start - step, wanted))
                continue
            while inside[start] and start != last:
                start += step
            ends.append(
                step * math.inf if inside[start] else self._between(start, start - step, wanted)
            )
        return ends[0], ends[1]

    def _between(self, outside: int, inside: int, wanted: float) -> float:
        """Interpolate where the end of the band crosses a value between two neighbours."""
        low, high = self._limits
        band = low if low[outside] > wanted else high
        rise = band[inside] - band[outside]
        share = 0.0 if rise == 0 else (wanted - band[outside]) / rise
        ends = self.points[outside], self.points[inside]
        return float(ends[0] + min(1.0, max(0.0, share)) * (ends[1] - ends[0]))

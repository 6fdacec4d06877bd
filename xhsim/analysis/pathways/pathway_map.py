"""Which rules act after each check, and in which share of the draws: the stations of a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.probability import Chance, chance, worth_of
from xhsim.analysis.policies.firings import actions_of
from xhsim.arguments import checked
from xhsim.wording.label import Label
from xhsim.wording.punctuation import ENUMERATION

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["MapStation", "MapTrack", "PathwayMap", "pathway_map"]


@dataclass(frozen=True)
class MapStation:
    """What holds after a check in some of the draws.

    Attributes
    ----------
    date : float
        Of the check.
    acting : tuple of str
        The rules that act.
    share : Chance
        Of the draws, with its interval.
    """

    date: float
    acting: tuple[str, ...]
    share: Chance


@dataclass(frozen=True)
class MapTrack:
    """The draws that go from one station to another.

    Attributes
    ----------
    start, end : int
        The numbers of the stations.
    share : float
        Of all draws.
    """

    start: int
    end: int
    share: float


@dataclass(frozen=True, eq=False)
class PathwayMap:
    """The ways that draws take through the rules of a scenario.

    Attributes
    ----------
    labels : mapping of str to Label
        The rules.
    dates : tuple of float
        The checks, in order.
    stations : tuple of MapStation
    tracks : tuple of MapTrack
    routes : DataFrame
        A row for each sequence of stations, the most frequent first: a column for each check with
        the rules that act after it, ``probability`` with ``ci_low`` and ``ci_high`` (the share of
        draws), and ``met``, the mean number of targets that these draws meet.
    draws : int
    """

    labels: dict[str, Label]
    dates: tuple[float, ...]
    stations: tuple[MapStation, ...]
    tracks: tuple[MapTrack, ...]
    routes: pd.DataFrame
    draws: int

    def lanes(self) -> list[tuple[str, ...]]:
        """Return each set of rules that act together, the empty one first.

        Returns
        -------
        list of tuple of str

        Examples
        --------
        >>> import xarray as xr
        >>> about = {"rule": "more", "checks": [2023.0]}
        >>> acts = xr.DataArray([[[0]], [[1]]], dims=["draw", "time", "check"], attrs=about)
        >>> pathway_map(xr.Dataset({"rule_more_by_check": acts})).lanes()
        [(), ('more',)]
        """
        found = dict.fromkeys(station.acting for station in self.stations)
        names = list(self.labels)
        order = sorted(found, key=lambda acting: (len(acting), [names.index(n) for n in acting]))
        return order if order and not order[0] else [(), *order]

    def lane_text(self, acting: tuple[str, ...], lang: str = "en") -> str:
        """Name the rules that act together; empty if none does.

        Parameters
        ----------
        acting : tuple of str
        lang : {"en", "zh"}

        Returns
        -------
        str

        Examples
        --------
        >>> import xarray as xr
        >>> about = {"rule": "more", "checks": [2023.0]}
        >>> acts = xr.DataArray([[[0]], [[1]]], dims=["draw", "time", "check"], attrs=about)
        >>> pathway_map(xr.Dataset({"rule_more_by_check": acts})).lane_text(("more",))
        'more'
        """
        return ENUMERATION.in_(lang).join(self.labels[name].in_(lang) for name in acting)


@checked
def pathway_map(ensemble: xr.Dataset, met: NDArray[np.float64] | None = None) -> PathwayMap:
    """Count the ways that draws take through the rules of a scenario.

    Parameters
    ----------
    ensemble : Dataset
        Of a scenario with rules.
    met : ndarray, shape (draws,), optional
        The number of targets that each draw meets.

    Returns
    -------
    PathwayMap

    Raises
    ------
    InputError
        If the ensemble has no rules.

    Examples
    --------
    >>> import xarray as xr
    >>> about = {"rule": "more", "checks": [2023.0, 2024.0]}
    >>> acts = xr.DataArray([[[0, 1]], [[1, 1]]], dims=["draw", "time", "check"], attrs=about)
    >>> found = pathway_map(xr.Dataset({"rule_more_by_check": acts}))
    >>> [(station.date, station.acting, station.share.probability) for station in found.stations]
    [(2023.0, (), 0.5), (2023.0, ('more',), 0.5), (2024.0, ('more',), 1.0)]
    """
    import pandas as pd

    acts = actions_of(ensemble)
    dates = tuple(sorted({date for checks, _ in acts.values() for date in checks}))
    draws = next(iter(acts.values()))[1].shape[0]
    worth = worth_of(ensemble)
    # For each date and draw a number whose bits are the rules that act.
    states = np.zeros((len(dates), draws), dtype=np.int64)
    for bit, (checks, acting) in enumerate(acts.values()):
        for place, date in enumerate(dates):
            last = int(np.searchsorted(checks, date, side="right")) - 1
            if last >= 0:
                states[place] += acting[:, last].astype(np.int64) << bit
    names = list(acts)
    stations: list[MapStation] = []
    numbers: dict[tuple[int, int], int] = {}
    for place, date in enumerate(dates):
        for state, count in zip(*np.unique(states[place], return_counts=True), strict=True):
            numbers[place, int(state)] = len(stations)
            stations.append(
                MapStation(date, _named(int(state), names), chance(int(count), draws, worth))
            )
    tracks = []
    for place in range(len(dates) - 1):
        pairs, counts = np.unique(states[place : place + 2], axis=1, return_counts=True)
        tracks += [
            MapTrack(numbers[place, int(start)], numbers[place + 1, int(end)], float(count / draws))
            for (start, end), count in zip(pairs.T, counts, strict=True)
        ]
    labels = {
        str(array.attrs["rule"]): Label.of_attributes(array.attrs).or_name(str(array.attrs["rule"]))
        for array in ensemble.data_vars.values()
        if "checks" in array.attrs
    }
    number_met = np.full(draws, np.nan) if met is None else met
    rows = []
    ways, which, counts = np.unique(states, axis=1, return_inverse=True, return_counts=True)
    for number in np.argsort(-counts, kind="stable"):
        steps = {
            date: _named(int(s), names) for date, s in zip(dates, ways[:, number], strict=True)
        }
        share = chance(int(counts[number]), draws, worth)._asdict()
        share.pop("word")
        rows.append(steps | share | {"met": float(number_met[which.ravel() == number].mean())})
    return PathwayMap(labels, dates, tuple(stations), tuple(tracks), pd.DataFrame(rows), draws)


def _named(state: int, names: list[str]) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(names) if state >> bit & 1)

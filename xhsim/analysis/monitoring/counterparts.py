"""What a run has in place of released figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.monitoring.figures import FigureBounds
from xhsim.analysis.worlds.select import select_one
from xhsim.engine.language.syntax import canonical
from xhsim.study.history.comparison import base_year, bounds, quantity, scaled

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.study.history.releases import Release

__all__ = ["Counterparts"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Counterparts:
    """Releases, and what must be run and computed to compare them with a model.

    Attributes
    ----------
    releases : tuple of Release
        Each names a variable.
    errors : tuple of float
        Their standard deviations, on the scale of ``xhsim.study.history.comparison``.
    """

    releases: tuple[Release, ...]
    errors: tuple[float, ...]

    @cached_property
    def figures(self) -> FigureBounds:
        """The releases as bounds with errors."""
        found = np.array([bounds(one.figure) for one in self.releases]).reshape(-1, 2)
        return FigureBounds(found[:, 0], found[:, 1], np.array(self.errors, dtype=np.float64))

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """Canonical names of the variables that a run must return."""
        names = (canonical(term.name) for one in self.releases for term in one.terms)
        return tuple(dict.fromkeys(names))

    @cached_property
    def times(self) -> Array:
        """The years that a run must save, in increasing order."""
        rows = [one.figure for one in self.releases]
        years = {base_year(row) for row in rows} | {row.last_year for row in rows}
        return np.array(sorted(years), dtype=np.float64)

    def of(self, run: xr.Dataset) -> Array:
        """Return what a run has in place of the releases.

        Parameters
        ----------
        run : Dataset
            With dimensions ``draw`` and ``time``, the `outputs` and the `times`.

        Returns
        -------
        ndarray, shape (draws, releases)
            On the scale of the figures' errors. Not finite where a level that must be positive is
            not, and in runs that failed.
        """
        years = run["time"].to_numpy()
        columns = []
        for release in self.releases:
            row = release.figure
            who = f'the release of "{row.series}"'
            parts = [
                select_one(run, term, who=who, place=release.where)
                .transpose("time", "draw")
                .to_numpy()
                for term in release.terms
            ]
            levels = np.sum(parts, axis=0)
            begin, end = np.searchsorted(years, [base_year(row), row.last_year])
            first, last = levels[begin], levels[end]
            columns.append(scaled(row.measure, quantity(row, first, last)))
        return np.stack(columns, axis=1) if columns else np.empty((run.sizes["draw"], 0))

    def taken(self, which: Sequence[int]) -> Counterparts:
        """Return some of the releases, in the order given."""
        return Counterparts(
            tuple(self.releases[number] for number in which),
            tuple(self.errors[number] for number in which),
        )

"""The solution of a run: as plain arrays, or as a dataset with names, units and times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.equations import TIME, Equations
from xhsim.engine.language.syntax import NOT_AVAILABLE
from xhsim.engine.not_finite import NotFinite, find_not_finite

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Solution"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Solution:
    """The outputs of a run.

    Attributes
    ----------
    equations : Equations
        The model.
    outputs : tuple of str
        The keys of the output variables.
    results : list of ndarray
        One array for each output, of shape ``(times, *elements, draws)``.
    saved : ndarray
        The saved times.
    draws : int, optional
        The number of draws; None if the run had no draw axis.
    missing : frozenset of str
        The outputs with values that the model marks as missing, ``:NA:``. They are NaN.
    """

    equations: Equations
    outputs: tuple[str, ...]
    results: list[Array]
    saved: Array
    draws: int | None
    missing: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        equations: Equations,
        outputs: tuple[str, ...],
        results: list[Array],
        saved: Array,
        draws: int | None,
    ) -> Solution:
        """Make a solution of the numbers of a run, in which missing values become NaN."""
        missing = set()
        if equations.has_missing:
            for key, result in zip(outputs, results, strict=True):
                gaps = result == NOT_AVAILABLE
                if gaps.any():
                    missing.add(key)
                    result[gaps] = np.nan
        return cls(equations, outputs, results, saved, draws, frozenset(missing))

    def arrays(self) -> dict[str, Array]:
        """Return plain arrays by canonical name, of shape ``([draws,] times, *elements)``.

        Adding labels takes longer than a small run, which matters in thousands of runs.
        """
        # In memory the draws are the last axis; the returned view has them first.
        return {
            self.equations.variables[key].canonical: (
                array[..., 0] if self.draws is None else np.moveaxis(array, -1, 0)
            )
            for key, array in zip(self.outputs, self.results, strict=True)
        }

    def dataset(self) -> xr.Dataset:
        """Return the labelled arrays that `xhsim.engine.model.Model.run` documents."""
        import xarray as xr  # heavy, and only labelled results need it

        found = [self.equations.variables[key] for key in self.outputs]
        draws = () if self.draws is None else ("draw",)
        data = {
            variable.canonical: xr.Variable(
                (*draws, TIME, *variable.dimensions),
                values,
                {"units": variable.unit, "long_name": variable.name, "equation": variable.text},
                fastpath=True,
            )
            for variable, values in zip(found, self.arrays().values(), strict=True)
        }
        used = {name for variable in found for name in variable.dimensions}
        coordinates: dict[str, Any] = {TIME: _dates(self.saved)}
        if self.draws is not None:
            coordinates["draw"] = np.arange(self.draws)
        coordinates |= {
            name: list(dimension.elements)
            for name, dimension in self.equations.dimensions.items()
            if name in used
        }
        if coordinates.keys() & data.keys() or not data:
            return xr.Dataset(data, coords=coordinates)
        return _together(data, xr.Dataset(coords=coordinates))

    def not_finite(self) -> tuple[NotFinite, ...]:
        """Return the outputs that are not finite, causes first.

        A value that the model marks as missing (``:NA:``) does not count, except in a stock.
        """
        kinds = self.equations.variables
        kept = [
            (key, result)
            for key, result in zip(self.outputs, self.results, strict=True)
            if kinds[key].kind == "stock" or key not in self.missing
        ]
        return find_not_finite(
            self.equations, [key for key, _ in kept], [result for _, result in kept], self.saved
        )


def _together(data: dict[str, xr.Variable], labels: xr.Dataset) -> xr.Dataset:
    """Return a dataset of variables whose dimensions are those of the labels.

    Its constructor looks for conflicts, for which a large model takes longer than for a run. Here
    shapes and labels come from the same model, so there is nothing to find.
    """
    sizes = dict(labels.sizes)  # which counts anew each time
    return labels._construct_direct(
        variables={**data, **labels.variables},
        coord_names=set(labels.coords),
        dims={name: sizes[name] for part in data.values() for name in part.dims},
        indexes=dict(labels.xindexes),
    )


def _dates(times: Array) -> NDArray[Any]:
    """Return times as whole numbers if all are whole: tables then show 2021, and not 2021.0."""
    whole = bool(np.all(times == np.round(times)))
    return times.astype(np.int64) if whole else times

"""A sweep of lever values on the same draws, computed in blocks of points.

Every point of a sweep uses the same draws, and its numbers do not depend on the other points in its
block. So blocks can be computed in any order and by several processes, with the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws, target_values
from xhsim.analysis.worlds.side_by_side import wide
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.engine.language.syntax import canonical
from xhsim.engine.paths import Path
from xhsim.study.names import find_elements, find_name
from xhsim.study.scenarios.shapes import Constant, Step, as_path
from xhsim.study.sweeps.sweep import check_sweep

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.parameters.parameter import Parameter
    from xhsim.study.sweeps.sweep import Sweep

__all__ = ["LEVELS", "SweepRunner"]

Array = NDArray[np.float64]
Block = dict[str, NDArray[Any]]
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
AT_ONCE = 8_000  # draws of one run: enough for speed, few enough for memory


@dataclass(frozen=True)
class SweepRunner:
    """Computes blocks of a sweep.

    Attributes
    ----------
    study : Study
    sweep : Sweep
    threads : int, optional
        Number of threads of a run; by default one for each core.
    """

    study: FittedStudy
    sweep: Sweep
    threads: int | None = None

    def __post_init__(self) -> None:
        """Check that the sweep fits the study."""
        check_sweep(self.sweep, self.study.scenarios, self.study.parameters)
        for name in (*self.sweep.keep.quantiles, *self.sweep.keep.draws):
            self.study.model.names.find(name)

    @cached_property
    def world(self) -> World:
        """The scenario before its levers are varied, on the draws of all points."""
        return self.study.world(self.sweep.scenario, self.sweep.draws, self.sweep.seed)

    @property
    def block_size(self) -> int:
        """Number of points that run together; it depends only on the number of draws."""
        return max(1, min(64, AT_ONCE // self.world.draws))

    def at(self, number: int) -> World:
        """Return the scenario at one point of the sweep.

        Parameters
        ----------
        number : int
            From 0.

        Returns
        -------
        World

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> from xhsim.study.sweeps.sweep import read_sweep
        >>> folder = study.files.folder / "scenarios" / "sweeps"
        >>> runner = SweepRunner(study, read_sweep(folder / "research-and-promotion.yaml"))
        >>> type(runner.at(0)).__name__
        'World'
        """
        return self.world.with_values(self._varied(self.sweep.points[number]))

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-len(self.sweep.points) // self.block_size)

    @cached_property
    def outputs(self) -> list[str]:
        """Canonical names of the variables that a run must return."""
        names = [target.variable.name for target in self.study.targets.values()]
        names += [*self.sweep.keep.quantiles, *self.sweep.keep.draws]
        return list(dict.fromkeys(canonical(name) for name in names))

    def block(self, number: int) -> Block:
        """Compute one block.

        Parameters
        ----------
        number : int
            From 0.

        Returns
        -------
        dict of str to ndarray
            The first axis is the points of the block. ``met`` and ``good`` are the numbers of draws
            that attain each target, and that have a finite measure; ``measure`` contains the
            measure's quantiles at `LEVELS`. ``together`` and ``sound`` are the numbers of draws
            that attain all numbered indicators, and that count; ``attained`` is the mean number of
            indicators attained. ``quantiles NAME`` and ``draws NAME`` are kept variables, with the
            model's axes last.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> from xhsim.study.sweeps.sweep import read_sweep
        >>> folder = study.files.folder / "scenarios" / "sweeps"
        >>> runner = SweepRunner(study, read_sweep(folder / "research-and-promotion.yaml"))
        >>> block = runner.block(0)
        >>> block["met"].shape, runner.blocks  # 8 of the 30 points, 34 targets
        ((8, 34), 4)
        """
        run = self.run(number, self.outputs)
        return self._reduced(run, run.sizes["draw"] // self.world.draws)

    def run(self, number: int, outputs: Iterable[str]) -> xr.Dataset:
        """Run the points of one block.

        Parameters
        ----------
        number : int
            From 0.
        outputs : iterable of str
            The variables to return.

        Returns
        -------
        Dataset
            Dimensions ``draw, time, ...``, with the draws of the block's first point first, then
            those of the next.

        Examples
        --------
        >>> import xhsim
        >>> from xhsim.study.sweeps.sweep import read_sweep
        >>> study = xhsim.open_study()
        >>> folder = study.files.folder / "scenarios" / "sweeps"
        >>> runner = SweepRunner(study, read_sweep(folder / "research-and-promotion.yaml"))
        >>> runner.run(0, ["GDP"]).sizes["draw"]  # 8 points with 1,000 draws each
        8000
        """
        size = self.block_size
        points = self.sweep.points[number * size : (number + 1) * size]
        worlds = [self.world.with_values(self._varied(point)) for point in points]
        return side_by_side(worlds).run(outputs, runs=self.blocks * size, threads=self.threads)

    def _varied(self, point: Array) -> dict[str, Path]:
        """Return the values of the varied parameters at a point."""
        axes: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        parameters = self.study.parameters
        for column, reference in enumerate(self.sweep.references):
            parameter = find_name(reference.name, parameters, "parameter", self.sweep.where)
            chosen = find_elements(reference, parameter.elements, self.sweep.where)
            axes.setdefault(parameter.name, []).append((column, chosen))
        return {
            name: self._levels(parameters[name], columns, point) for name, columns in axes.items()
        }

    def _levels(
        self,
        parameter: Parameter,
        columns: list[tuple[int, tuple[str, ...]]],
        point: Array,
    ) -> Path:
        own = as_path(self.world.value(parameter.name))
        path = wide(own, self.world.draws, elements=bool(parameter.elements))
        for column, chosen in columns:
            path = _set(path, parameter, chosen, self.sweep.shape(float(point[column])))
        return path

    def _reduced(self, run: xr.Dataset, count: int) -> Block:
        draws = self.world.draws
        targets = list(self.study.targets.values())
        sound = ~failed_draws(run).reshape(count, draws)
        found: Block = {
            "met": np.zeros((count, len(targets)), dtype=np.int64),
            "good": np.zeros((count, len(targets)), dtype=np.int64),
            "measure": np.full((count, len(targets), len(LEVELS)), np.nan),
        }
        every = np.ones((count, draws), dtype=bool)
        number_met = np.zeros((count, draws), dtype=np.int64)
        counts = sound.copy()
        for place, target in enumerate(targets):
            values = target_values(run, target).reshape(count, draws)
            good = sound & np.isfinite(values)
            met = target.is_met_by(values) & good
            found["met"][:, place], found["good"][:, place] = met.sum(axis=1), good.sum(axis=1)
            for point in range(count):
                if good[point].any():
                    found["measure"][point, place] = np.quantile(values[point][good[point]], LEVELS)
            if target.rank is not None or not self.study.indicators:
                every, number_met, counts = every & met, number_met + met, counts & good
        found["together"] = (every & counts).sum(axis=1)
        found["sound"] = counts.sum(axis=1)
        with np.errstate(invalid="ignore"):
            found["attained"] = (number_met * counts).sum(axis=1) / found["sound"]
        return found | self._kept(run, count)

    def _kept(self, run: xr.Dataset, count: int) -> Block:
        found: Block = {}
        for kind, names in (
            ("quantiles", self.sweep.keep.quantiles),
            ("draws", self.sweep.keep.draws),
        ):
            for name in names:
                data = run[canonical(name)]
                rest = [dim for dim in data.dims if dim not in ("draw", "time")]
                values = data.transpose("draw", "time", *rest).values
                values = values.reshape(count, self.world.draws, *values.shape[1:])
                if kind == "quantiles":
                    values = np.moveaxis(np.quantile(values, LEVELS, axis=1), 0, 1)
                found[f"{kind} {canonical(name)}"] = np.ascontiguousarray(values)
        return found


def _set(path: Path, parameter: Parameter, chosen: tuple[str, ...], shape: Any) -> Path:
    """Apply a level to a path, or to some elements of it."""
    if not parameter.elements:
        return _over(path, shape)
    parts = []
    for number, element in enumerate(parameter.elements):
        part = Path(path.times, path.values[:, number], path.slopes[:, number])
        parts.append(_over(part, shape) if not chosen or element in chosen else part)
    return Path.stack(parts)


def _over(path: Path, shape: Constant | Step) -> Path:
    width = path.values.shape[1:]
    level = Path([float(path.times[0])], np.full((1, *width), shape.to))
    return level if isinstance(shape, Constant) else path.splice(level, shape.year)

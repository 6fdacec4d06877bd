"""Sweeps as written: a scenario, the parameters to vary, and their values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, read_record
from xhsim.study.files.text import read_text
from xhsim.study.names import Reference, find_elements, find_name, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.scenarios.scenario import Scenario, ancestry
from xhsim.study.scenarios.shapes import Constant, Shape, Step
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.sweeps.keys import AxisRecord, SampleRecord, SweepRecord

__all__ = ["Keep", "Sweep", "check_sweep", "read_sweep"]

MOST_POINTS = 1_000_000


@dataclass(frozen=True)
class Keep:
    """Results to keep for each point besides attainment.

    Parameters
    ----------
    quantiles : tuple of str
        Variables whose quantiles over draws are kept for each year.
    draws : tuple of str
        Variables for which every draw is kept.
    """

    quantiles: tuple[str, ...] = ()
    draws: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sweep:
    """The content of a sweep file.

    Parameters
    ----------
    name : str
    label : Label
    description : str
    scenario : str
        The scenario to vary.
    references : tuple of Reference
        The parameters, or elements of them, that are varied.
    points : ndarray, shape (points, references)
        Their values.
    since : float or None
        The date from which the values apply; None for the whole run.
    draws, seed : int or None
        None to use those of the scenario.
    keep : Keep
    where : Place
    places : tuple of Place
        File and line of each of `references`.
    table : Path or None
        The file of the points, if the sweep names one.
    """

    name: str
    label: Label
    description: str
    scenario: str
    references: tuple[Reference, ...]
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    since: float | None
    draws: int | None
    seed: int | None
    keep: Keep
    where: Place
    places: tuple[Place, ...] = ()
    table: Path | None = None

    def place(self, number: int) -> Place:
        """Return file and line of a varied parameter."""
        return self.places[number] if self.places else self.where

    def shape(self, value: float) -> Shape:
        """Return the shape over time for a value of a point."""
        return Constant(value) if self.since is None else Step(self.since, value)


@checked
def read_sweep(path: Path) -> Sweep:
    """Read a sweep file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        With every mistake in the file. `check_sweep` checks whether the names exist.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> sweeps = bundled_folder() / "scenarios" / "sweeps"
    >>> sweep = read_sweep(sweeps / "research-and-promotion.yaml")
    >>> sweep.points.shape, [str(reference) for reference in sweep.references]
    ((30, 3), ['RD support', 'investment promotion', 'programme share'])
    """
    from xhsim.study.sweeps.keys import SweepRecord

    written = read_record(SweepRecord, path, "sweep")
    record = written.record
    names, points = _names(written), np.empty((0, 0))
    with written.mistakes.collecting():
        names, points = _points(written)
    references = []
    places = [_place(written, name) for name in names]
    for name, place in zip(names, places, strict=True):
        with written.mistakes.collecting():
            references.append(parse_reference(name, place))
    written.mistakes.check()
    return Sweep(
        path.stem,
        record.label.as_label(),
        record.description,
        record.scenario,
        tuple(references),
        points,
        record.since,
        record.draws,
        record.seed,
        Keep(tuple(record.keep.quantiles), tuple(record.keep.draws)),
        written.where,
        tuple(places),
        None if record.rows is None else written.path.parent / record.rows,
    )


def _names(written: Written[SweepRecord]) -> list[str]:
    return list(written.record.grid or written.record.over or ())


def _place(written: Written[SweepRecord], name: str) -> Place:
    record = written.record
    if record.rows is not None:
        return Place(str(written.path.parent / record.rows), 1)
    return written.place("grid" if record.grid else "over", name)


def _points(
    written: Written[SweepRecord],
) -> tuple[list[str], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    record, grid = written.record, written.place("grid")

    def wrong(what: str, hint: str) -> InputError:
        return InputError(what, file=grid.file, line=grid.line, hint=hint)

    if record.rows is not None:
        return _rows(written.path.parent / record.rows, written.path, written.place("rows"))
    if record.over is not None:
        assert record.sample is not None  # the record requires it
        names = list(record.over)
        return names, _sampled(record.sample, list(record.over.values()))
    assert record.grid is not None
    axes = {name: _axis(axis) for name, axis in record.grid.items()}
    if record.combine == "zip":
        lengths = {name: len(values) for name, values in axes.items()}
        if len(set(lengths.values())) > 1:
            counts = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise wrong(
                f"sweep: axes of different lengths ({counts})",
                'make them equal, or write "combine: product"',
            )
        return list(axes), np.array(list(zip(*axes.values(), strict=True)), dtype=float)
    count = int(np.prod([float(len(values)) for values in axes.values()]))
    if count > MOST_POINTS:
        raise wrong(
            f"sweep: {count:,} points are more than {MOST_POINTS:,}",
            "use fewer values, or a sample",
        )
    return list(axes), np.array(list(product(*axes.values())), dtype=float)


def _axis(axis: AxisRecord | Sequence[float]) -> list[float]:
    if isinstance(axis, Sequence):
        return [float(value) for value in axis]
    low, high = axis.range
    return [float(value) for value in np.linspace(low, high, axis.steps)]


def _sampled(
    sample: SampleRecord, ranges: Sequence[Sequence[float]]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    from scipy.stats import qmc

    kinds = {"sobol": qmc.Sobol, "latin hypercube": qmc.LatinHypercube}
    sampler = kinds[sample.method](len(ranges), rng=np.random.default_rng(sample.seed))
    if sample.method == "sobol":  # balanced for powers of two; take the first `size` points
        unit = sampler.random_base2(int(np.ceil(np.log2(max(sample.size, 2)))))[: sample.size]
    else:
        unit = sampler.random(sample.size)
    low, high = np.array(ranges, dtype=float).T
    return np.asarray(low + unit * (high - low))


def _rows(
    table: Path, path: Path, where: Place
) -> tuple[list[str], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    """Read points from a CSV file in the sweep's folder, with a column for each parameter."""
    if table.resolve().parent != path.parent.resolve():
        raise InputError(
            f'sweep: "{table.name}" is not in the folder of the sweep',
            file=path,
            line=where.line,
            hint="move the table to that folder and write its name",
        )
    lines = list(csv.reader(io.StringIO(read_text(table))))
    header = [name.strip() for name in lines[0]] if lines else []
    if not header or len(lines) < 2 or not all(header):
        raise InputError(
            "the table has no points",
            file=table,
            line=1,
            hint="write a row of names, then rows of numbers",
        )
    mistakes, points = Mistakes(), []
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        try:
            values = [float(cell) for cell in line]
        except ValueError:
            values = []
        if len(values) != len(header) or not np.isfinite(values).all():
            mistakes.add(
                f"the row does not have {len(header)} numbers",
                file=table,
                line=number,
                hint=f"write a number for each of {', '.join(header)}",
            )
        points.append(values)
    mistakes.check()
    return header, np.array(points, dtype=float)


def check_sweep(
    sweep: Sweep, scenarios: Mapping[str, Scenario], parameters: Mapping[str, Parameter]
) -> None:
    """Check that the varied parameters exist, occur once, and have values inside their ranges.

    Raises
    ------
    InputError
        With every mistake, each once.
    """
    mistakes = Mistakes()
    if sweep.scenario not in scenarios:
        mistakes.add(
            f'sweep: unknown scenario "{sweep.scenario}"',
            file=sweep.where.file,
            line=sweep.where.line,
            hint=did_you_mean(sweep.scenario, scenarios) or f"known: {', '.join(scenarios)}",
        )
    else:
        with mistakes.collecting():
            ancestry(sweep.scenario, scenarios)
    seen: set[tuple[str, str]] = set()
    for number, reference in enumerate(sweep.references):
        with mistakes.collecting():
            _check_axis(sweep, number, reference, parameters, seen)
    mistakes.check()


def _check_axis(
    sweep: Sweep,
    number: int,
    reference: Reference,
    parameters: Mapping[str, Parameter],
    seen: set[tuple[str, str]],
) -> None:
    where = sweep.place(number)

    def wrong(what: str, hint: str) -> InputError:
        return InputError(what, file=where.file, line=where.line, hint=hint)

    parameter = find_name(reference.name, parameters, "parameter", where)
    chosen = find_elements(reference, parameter.elements, where) or ("",)
    numbers = {(parameter.name, element) for element in chosen}
    if numbers & seen:
        raise wrong(f'sweep: "{reference}" is varied twice', "remove one of them")
    seen |= numbers
    values, bounds = sweep.points[:, number], parameter.range
    if bounds is not None and not ((values >= bounds[0]) & (values <= bounds[1])).all():
        worst = values[(values < bounds[0]) | (values > bounds[1])][0]
        raise wrong(
            f'sweep: "{reference}" takes {worst:g}, outside its range '
            f"[{bounds[0]:g}, {bounds[1]:g}] {parameter.unit}",
            f"the range is given in {parameter.where}",
        )

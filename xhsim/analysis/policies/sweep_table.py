"""A table of attainment probabilities on a grid of levers, for single targets and for groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.analysis.judging.attainment import attained, attainment_table, joint_row
from xhsim.analysis.judging.probability import chance
from xhsim.analysis.policies.sweep import SweepRunner
from xhsim.analysis.worlds.world import draws_of
from xhsim.arguments import checked
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.names import find_name, parse_reference
from xhsim.study.sweeps.sweep import MOST_POINTS, Keep, Sweep
from xhsim.study.targets import Target
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy

__all__ = ["lever_labels", "sweep_table"]

Row = dict[str, Any]
DRAWS = 500


@checked
def sweep_table(
    study: FittedStudy,
    grid: Mapping[str, Sequence[float]],
    scenario: str = "baseline",
    *,
    since: float | None = None,
    draws: int | None = None,
    seed: int | None = None,
    targets: Mapping[str, Target] | None = None,
    together: Mapping[str, Iterable[str]] | None = None,
) -> pd.DataFrame:
    """Run a scenario with every combination of lever values, on the same draws.

    Parameters
    ----------
    study : Study
    grid : mapping of str to sequence of float
        Parameters, or elements of parameters, and the values of each.
    scenario : str
        The scenario whose parameters are varied.
    since : float, optional
        The date from which the values apply; by default the whole run.
    draws, seed : int, optional
        As for `Study.ensemble`, but with 500 draws by default.
    targets : mapping of str to Target, optional
        By default all of the study. Conditions from
        `xhsim.analysis.judging.conditions.parse_condition` are also accepted.
    together : mapping of str to iterable of str, optional
        Groups of targets to be met in the same draw: the name of each group, with target ids.

    Returns
    -------
    DataFrame
        A row for each point of the grid and each target: a column for each lever, ``target_id``,
        and the columns of `Study.attainment`. Rows of groups have the id ``joint:NAME``, and
        ``targets`` and ``expected`` (the mean number attained) as in `Study.joint`.

    Raises
    ------
    InputError
        If the grid is empty, a lever, scenario or target does not exist, or a value lies outside
        its lever's range.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> grid = {"RD support": [3.0, 6.0], "programme share": [0.085, 0.12]}
    >>> chosen = {"rd_intensity": study.targets["rd_intensity"]}
    >>> table = sweep_table(study, grid, since=2022, draws=32, targets=chosen)
    >>> table.shape[0], table.columns[:3].tolist()
    (4, ['RD support', 'programme share', 'target_id'])
    """
    import pandas as pd

    many, which = draws_of([study.files.resolve(scenario)], draws, seed, default=DRAWS)
    sweep = _sweep(grid, scenario, since, many, which)
    runner = SweepRunner(study, sweep)
    chosen = study.targets if targets is None else targets
    groups = {
        name: [find_name(each, chosen, "target", None) for each in ids]
        for name, ids in (together or {}).items()
    }
    for name, members in groups.items():
        if not members:
            raise InputError(f'group "{name}" has no targets', hint="name at least one")
    outputs = dict.fromkeys(canonical(target.variable.name) for target in chosen.values())
    names = [str(reference) for reference in sweep.references]
    rows: list[Row] = []
    for point, ensemble in _ensembles(runner, list(outputs)):
        varied = dict(zip(names, map(float, point), strict=True))
        table = attainment_table(ensemble, chosen).reset_index()
        columns = [str(column) for column in table.columns]
        rows += [varied | dict(zip(columns, row, strict=True)) for row in table.to_numpy()]
        rows += [varied | _joint(ensemble, name, members) for name, members in groups.items()]
    found = pd.DataFrame(rows)
    found["rank"] = found["rank"].astype("Int64")
    found.attrs = {
        "scenario": scenario,
        "scenario_label_zh": study.scenarios[scenario].label.zh,
        "draws": many,
        "seed": which,
        "failed": int(found["failed"].max()),
        "levers": lever_labels(study, names),
    }
    return found


def lever_labels(study: FittedStudy, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Say what levers are called, for the tables that have a column for each.

    Parameters
    ----------
    study : Study
    names : iterable of str
        Parameters, or elements of them.

    Returns
    -------
    dict
        For each name ``label``, ``label_zh`` and ``unit``.

    Examples
    --------
    >>> import xhsim
    >>> lever_labels(xhsim.open_study(), ["RD support"])["RD support"]["label"]
    'R&D support'
    """
    described = {}
    for name in names:
        reference = parse_reference(name)
        parameter = find_name(reference.name, study.parameters, "parameter", None)
        label = study.labels.reference(reference)
        described[name] = label.columns() | {"unit": parameter.unit}
    return described


def _sweep(
    grid: Mapping[str, Sequence[float]], scenario: str, since: float | None, draws: int, seed: int
) -> Sweep:
    axes = [np.asarray(values, dtype=float).ravel() for values in grid.values()]
    sizes = [axis.size for axis in axes]
    if not axes or not all(sizes):
        raise InputError("the grid has no points", hint='write {"lever": [value, value], ...}')
    if np.prod(sizes, dtype=float) > MOST_POINTS:
        raise InputError(f"the grid has more than {MOST_POINTS:,} points", hint="make it coarser")
    if draws < 1:
        raise InputError(f"draws must be 1 or more, not {draws}")
    where = Place("the grid", 0)
    return Sweep(
        name="grid",
        label=Label("grid", "grid"),
        description="A grid made in code.",
        scenario=scenario,
        references=tuple(parse_reference(name, where) for name in grid),
        points=np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1),
        since=since,
        draws=draws,
        seed=seed,
        keep=Keep(),
        where=where,
    )


def _ensembles(
    runner: SweepRunner, outputs: list[str]
) -> Iterator[tuple[np.ndarray[Any, Any], xr.Dataset]]:
    """Yield each point with its ensemble."""
    points, draws = runner.sweep.points, runner.world.draws
    for number in range(runner.blocks):
        run = runner.run(number, outputs)
        first = number * runner.block_size
        for place in range(run.sizes["draw"] // draws):
            part = run.isel(draw=slice(place * draws, (place + 1) * draws))
            yield points[first + place], part


def _joint(ensemble: xr.Dataset, name: str, members: list[Target]) -> Row:
    met = attained(ensemble, members).to_numpy()
    draws = ensemble.sizes["draw"]
    return {
        "target_id": joint_row(name),
        "label": name,
        "targets": len(members),
        "expected": float(met.sum(axis=0).mean()) if met.size else float("nan"),
        **chance(int(met.all(axis=0).sum()), met.shape[1])._asdict(),
        "draws": draws,
        "failed": draws - met.shape[1],
    }

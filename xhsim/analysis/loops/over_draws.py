"""Score the feedback loops behind a variable in every draw of a scenario, year by year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.loops.naming import name_of_path
from xhsim.analysis.loops.shares import DrawnLoop, LoopsOverDraws
from xhsim.engine.insight.link_changes import StepValues
from xhsim.engine.insight.loops_in_run import (
    ARROW,
    MOST,
    Aim,
    FoundLoop,
    find_aim,
    found_loops,
    run_steps,
    score_steps,
)
from xhsim.engine.model import Model
from xhsim.engine.overrides import Override
from xhsim.engine.paths import Path
from xhsim.engine.request import Request
from xhsim.study.labels import Labels
from xhsim.study.names import parse_reference
from xhsim.study.scenarios.structures import StructureChoice
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy
    from xhsim.analysis.worlds.world import World
    from xhsim.study.loops import Loop

__all__ = ["DRAWS", "loops_over_draws"]

Array = NDArray[np.float64]
DRAWS = 256
SHORT = 7  # variables that a label names; of more it leaves out the middle
RUN_TOGETHER, SCORED_TOGETHER = 64, 16  # draws; more of them do not fit the processor's memory


def loops_over_draws(
    study: FittedStudy,
    variable: str,
    scenario: str = "baseline",
    draws: int | None = None,
    seed: int | None = None,
    *,
    structure: StructureChoice = None,
    most: int = MOST,
    apart: bool | None = None,
    progress: Callable[[int], None] | None = None,
) -> LoopsOverDraws:
    """Compute which feedback loops the change of a variable comes from.

    Loops are searched in the first 64 draws together, and scored in all.

    Parameters
    ----------
    study : Study
    variable : str
        ``name`` or ``name[element]``.
    scenario : str
    draws, seed : int, optional
        256 draws by default.
    structure : str or mapping of str to float, optional
        As for `Study.ensemble`.
    most, apart
        As for `xhsim.engine.model.Model.loops`.
    progress : callable, optional
        Called with the number of draws that have just finished.

    Returns
    -------
    LoopsOverDraws

    Raises
    ------
    InputError
        If there is no such scenario, variable or structure, the variable does not change, or it is
        finite in no draw.
    """
    world = study.world(scenario, draws, seed, structure=structure, default_draws=DRAWS)
    model = (
        world.model if world.rules is None else world.model.with_decisions(world.rules.decisions)
    )
    aim: Aim | None = None
    shares, signed, outside, failed = [], [], [], []
    years: tuple[int, ...] = ()
    for part in _blocks(world.draws, RUN_TOGETHER):
        request = Request(params=_params(world, model, part), method=world.method)
        equations, steps = run_steps(model, request)
        if aim is None:
            aim = find_aim(model, request, equations, steps, variable, most=most, apart=apart)
        values = steps.values[aim.key]
        failed.append(~np.isfinite(values).all(axis=tuple(range(values.ndim - 1))))
        for few in _cut(steps, SCORED_TOGETHER):
            scored = score_steps(aim, few)
            years, numbers = _years(scored.times)
            shares.append(_by_year(scored.shares.share, numbers))
            both = scored.shares.share * scored.shares.sign
            signed.append(_by_year(both, numbers))
            outside.append(_by_year(scored.shares.outside, numbers))
        if progress:
            progress(part.stop - part.start)
    refuse_failed_world(world, np.concatenate(failed))
    assert aim is not None
    share, net, out = (np.concatenate(found, axis=-1) for found in (shares, signed, outside))
    loops, share, net = _named(study, found_loops(aim), share, net)
    structures = () if world.structures is None else world.structures
    return LoopsOverDraws(
        variable=variable,
        scenario=scenario,
        label=_label(study.labels, variable),
        scenario_label=study.scenarios[scenario].label,
        years=years,
        loops=loops,
        reinforcing=(share + net) / 2,
        balancing=(share - net) / 2,
        outside=out,
        not_followed=np.maximum(1.0 - out - share.sum(axis=0), 0.0),
        structures=tuple(world.structure_names[number] for number in structures),
        structure_labels=_structure_labels(world),
        seed=world.seed,
        most=most,
        is_cut=aim.search.is_cut,
    )


def _blocks(draws: int, size: int) -> Iterator[slice]:
    for first in range(0, draws, size):
        yield slice(first, min(first + size, draws))


def _params(world: World, model: Model, part: slice) -> Mapping[str, Any]:
    """Return the inputs of some draws of a world."""
    rules = {} if world.rules is None else world.rules.inputs
    inputs = {**world.settled.inputs, **rules}
    end = {} if world.until is None else {"FINAL TIME": float(world.until)}
    axes = {name: len(model.names.select(name)[0].shape) for name in inputs}
    return {n: _of_draws(value, axes[n], part) for n, value in inputs.items()} | end


def _of_draws(value: Any, axes: int, part: slice) -> Any:
    """Cut the draws from a value that has them, behind `axes` axes of elements."""
    if isinstance(value, Override):
        return Override(*(_of_draws(path, axes, part) for path in (value.level, value.active)))
    if isinstance(value, Path):
        if value.values.ndim <= axes + 1:
            return value
        return Path(value.times, value.values[..., part], value.slopes[..., part])
    array = np.asarray(value)
    return array[..., part] if array.ndim > axes else value


def _cut(run: StepValues, size: int) -> Iterator[StepValues]:
    draws = next(iter(run.values.values())).shape[-1]
    for part in _blocks(draws, size):
        yield replace(run, values={key: array[..., part] for key, array in run.values.items()})


def _years(times: Array) -> tuple[tuple[int, ...], NDArray[np.int64]]:
    """Return the years, and for each step the number of its year."""
    year = np.ceil(times - 1e-9).astype(np.int64)
    known, numbers = np.unique(year, return_inverse=True)
    return tuple(known.tolist()), numbers


def _by_year(values: Array, numbers: NDArray[np.int64]) -> Array:
    """Average over the steps of each year in which there is a value."""
    present = ~np.isnan(values)
    filled = np.where(present, values, 0.0)
    axis = values.ndim - 2
    begins = np.flatnonzero(np.diff(numbers, prepend=-1))
    total = np.add.reduceat(filled, begins, axis=axis)
    count = np.add.reduceat(present.astype(np.int64), begins, axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _named(
    study: FittedStudy, found: tuple[FoundLoop, ...], share: Array, net: Array
) -> tuple[tuple[DrawnLoop, ...], Array, Array]:
    """Join what belongs to one loop, name the loops and put the strongest first."""
    whole = [np.nan_to_num(share[list(loop.parts)]).sum() for loop in found]
    members: dict[str, list[int]] = {}
    names: dict[str, Loop] = {}
    for number in sorted(range(len(found)), key=lambda n: -whole[n]):
        loop = name_of_path(found[number].variables, study.files.loops)
        key = f"\n{number}" if loop is None else loop.id
        members.setdefault(key, []).append(number)
        if loop is not None:
            names[key] = loop
    order = sorted(members, key=lambda key: -sum(whole[n] for n in members[key]))
    loops: list[DrawnLoop] = []
    count = 0
    for key in order:
        paths = tuple(_path(study.labels, found[n]) for n in members[key])
        if key in names:
            loops.append(DrawnLoop(key, names[key].label, paths, found[members[key][0]].signs))
        else:
            count += 1
            loops.append(
                DrawnLoop(f"L{count}", _short(paths[0]), paths, found[members[key][0]].signs)
            )
    rows = [[part for n in members[key] for part in found[n].parts] for key in order]
    shape = (len(rows), *share.shape[1:])
    joined = [np.zeros(shape), np.zeros(shape)]
    for row, parts in enumerate(rows):
        for whole_of, values in zip(joined, (share, net), strict=True):
            whole_of[row] = values[parts].sum(axis=0)
    return tuple(loops), joined[0], joined[1]


def _path(labels: Labels, loop: FoundLoop) -> tuple[Label, ...]:
    """Return the variables of a loop in both languages; English names are those of the model."""
    return tuple(
        Label(name, _in_chinese(labels, canonical, name))
        for canonical, name in zip(loop.variables, loop.names, strict=True)
    )


def _label(labels: Labels, variable: str) -> Label:
    return Label(variable, _in_chinese(labels, parse_reference(variable).name, variable))


def _structure_labels(world: World) -> dict[str, Label]:
    known = world.scenario.structures
    return {} if known is None else {one.name: one.label for one in known.readings}


def _in_chinese(labels: Labels, canonical: str, name: str) -> str:
    reference = parse_reference(name)
    elements = [labels.element(element).in_("zh") for element in reference.elements]
    found = labels.variable(canonical).in_("zh")
    text = reference.name if found == canonical else found
    return f"{text}（{'、'.join(elements)}）" if elements else text


def _short(path: tuple[Label, ...]) -> Label:
    """Return the path as a label, without its middle if it is long."""
    if len(path) <= SHORT:
        return Label(*(ARROW.join(one.in_(lang) for one in path) for lang in ("en", "zh")))
    first, last = path[: SHORT - 2], path[-1]
    en, zh = (
        ARROW.join([*(one.in_(lang) for one in first), "…", last.in_(lang)])
        for lang in ("en", "zh")
    )
    return Label(f"{en} ({len(path)} variables)", f"{zh}（共{len(path)}个变量）")

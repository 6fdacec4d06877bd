"""What happens when draws fail: which variable is first, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws
from xhsim.analysis.worlds.side_by_side import picked
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.worlds.world import World
    from xhsim.study.scenarios.structures import StructureChoice

__all__ = [
    "Failure",
    "first_failure",
    "refuse_failed",
    "refuse_failed_world",
    "refuse_failed_worlds",
]

FAR = 30  # times the value that the model computes
LOOKED_AT = 16  # draws: all variables are saved at all steps


class WithWorlds(Protocol):
    """A study, as far as it is needed here."""

    def world(
        self,
        scenario: str,
        draws: int | None = None,
        seed: int | None = None,
        *,
        structure: StructureChoice = None,
    ) -> World:
        """Make a scenario ready to run on draws."""


@dataclass(frozen=True)
class Failure:
    """The first value of a run that is not finite.

    Attributes
    ----------
    variable : str
        The name of the variable.
    time : float
    """

    variable: str
    time: float


def first_failure(world: World) -> Failure | None:
    """Find the first variable of a world that is not finite in some draw.

    Parameters
    ----------
    world : World
        With few draws: all variables are saved at all steps.

    Returns
    -------
    Failure or None
        Of the variables that are not finite at the earliest time, the first whose causes all are
        finite. None if all are.

    Examples
    --------
    >>> import xhsim
    >>> first_failure(xhsim.open_study().world("baseline", draws=2)) is None
    True
    """
    run = world.run(times=world.steps)
    bad: dict[str, int] = {}
    for name, data in run.data_vars.items():
        at = ~np.isfinite(data.transpose("time", ...).to_numpy())
        steps = np.flatnonzero(at.reshape(len(at), -1).any(axis=1))
        if steps.size:
            bad[str(name)] = int(steps[0])
    if not bad:
        return None
    first = min(bad.values())
    names = [name for name, step in bad.items() if step == first]
    graph, about = world.model.graph(), world.model.variables
    sources = [name for name in names if not set(graph.predecessors(name)) - {name} & set(names)]
    # A stock that overflows takes all that depends on it with it, its own flows among them.
    sources = sources or [name for name in names if about.loc[name, "kind"] == "stock"] or names
    return Failure(str(about.loc[sources[0], "name"]), float(run["time"].to_numpy()[first]))


def refuse_failed(
    study: WithWorlds, ensemble: xr.Dataset, *, structure: StructureChoice = None
) -> None:
    """Refuse an ensemble in which every draw has failed.

    Parameters
    ----------
    study : Study
    ensemble : Dataset
        What `Study.ensemble` returned.
    structure : str or mapping of str to float, optional
        The structure of its draws.

    Raises
    ------
    InputError
        If no draw is left. The message names the variable that is first not finite.
    """
    failed = failed_draws(ensemble)
    if failed.all():
        scenario, seed = str(ensemble.attrs["scenario"]), int(ensemble.attrs["seed"])
        world = study.world(scenario, failed.size, seed, structure=structure)
        refuse_failed_world(world, failed)


def refuse_failed_world(world: World, failed: NDArray[np.bool_]) -> None:
    """Refuse a world in which every draw has failed.

    Parameters
    ----------
    world : World
        With draws.
    failed : ndarray of bool
        Which draws of its run have failed.

    Raises
    ------
    InputError
        If no draw is left. The message names the variable that is first not finite, when, and in
        how many draws.

    Examples
    --------
    >>> import numpy as np
    >>> import xhsim
    >>> world = xhsim.open_study().world("baseline", draws=2)
    >>> refuse_failed_world(world, np.array([False, True]))
    """
    if not failed.all():
        return
    name, draws = world.scenario.name, world.draws
    found = first_failure(_few(world))
    where = ""
    if found is not None:
        values = world.run([found.variable], times=[found.time])
        lost = int(failed_draws(values).sum())
        where = f', first in "{found.variable}" at {found.time:g} ({lost:,} draws)'
    raise InputError(
        f'numbers overflow in all {draws:,} draws of scenario "{name}"{where}',
        hint=_far(world) or f"check what the scenario sets: xhsim show {_given(world)} --resolved",
    )


def refuse_failed_worlds(worlds: Sequence[World], run: xr.Dataset) -> None:
    """Refuse worlds that ran side by side, if every draw of one of them has failed.

    Parameters
    ----------
    worlds : sequence of World
    run : Dataset
        The run of `xhsim.analysis.worlds.world.side_by_side`.

    Raises
    ------
    InputError
        As `refuse_failed_world`, for the first of them that has no draw left.

    Examples
    --------
    >>> import xhsim
    >>> from xhsim.analysis.worlds.world import side_by_side
    >>> worlds = [xhsim.open_study().world("baseline", draws=2)] * 2
    >>> refuse_failed_worlds(worlds, side_by_side(worlds).run(["GDP"]))
    """
    for world, failed in zip(worlds, failed_draws(run).reshape(len(worlds), -1), strict=True):
        refuse_failed_world(world, failed)


def _far(world: World) -> str | None:
    """Tell of a path that it is of another size than what the model computes at the start."""
    from xhsim.analysis.worlds.select import select_one

    for path in world.scenario.paths:
        own = world.model.run(outputs=[path.reference.name])
        if len(path.reference.elements) != own[canonical(path.reference.name)].ndim - 1:
            continue
        start = float(select_one(own, path.reference, who="a path").isel(time=0))
        level = path.shape.levels[0]
        if start and not 1 / FAR < abs(level / start) < FAR:
            unit = world.model.equations.variables[canonical(path.reference.name)].unit
            return (
                f'"{path.reference}" is held at {level:g}, but is about {start:,.4g} {unit} at the '
                f"start of the model: check its size and unit in {path.where}"
            )
    return None


def _given(world: World) -> str:
    """Return the name of a scenario, or its file if that is outside a study."""
    name = world.scenario.name
    settings = world.scenario.settings.values()
    changes = [*world.scenario.paths]
    changes += [one for each in settings for own in each.changes.values() for one in own]
    files = {Path(change.where.file) for change in changes}
    outside = [
        file for file in files if file.stem == name and file.resolve().parent.name != "scenarios"
    ]
    return str(outside[0]) if outside and outside[0].is_file() else name


def _few(world: World) -> World:
    """Return the first draws of a world, since all its variables are saved at all steps."""
    assert world.design is not None, "a world at central values has no draws"
    if world.draws <= LOOKED_AT:
        return world
    few = np.arange(LOOKED_AT)
    design = replace(
        world.design, points=world.design.points[:, few], rows=world.design.rows[:LOOKED_AT]
    )
    values = {
        name: picked(value, few, elements=world.has_elements(name))
        for name, value in world.values.items()
    }
    return world.on(design).with_values(values)

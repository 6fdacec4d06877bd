"""What happens when draws fail: which variable is first, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.judging.attainment import failed_draws
from xhsim.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.analysis.worlds.world import World
    from xhsim.study.scenarios.structures import StructureChoice

__all__ = ["Failure", "first_failure", "refuse_failed"]

LOOKED_AT = 16  # draws: all variables are saved at all steps


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
    study: FittedStudy, ensemble: xr.Dataset, *, structure: StructureChoice = None
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
    if not failed.all():
        return
    scenario, seed = str(ensemble.attrs["scenario"]), int(ensemble.attrs["seed"])
    few = min(LOOKED_AT, failed.size)
    found = first_failure(study.world(scenario, few, seed, structure=structure))
    where = "" if found is None else f' first in "{found.variable}" at {found.time:g}'
    raise InputError(
        f'numbers overflow in all {failed.size:,} draws of scenario "{scenario}",{where}'.rstrip(
            ","
        ),
        hint=f"check what the scenario sets: xhsim show {scenario} --resolved",
    )

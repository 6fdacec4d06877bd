"""Rank correlations between uncertain parameters and targets, from one ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import target_values
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.judging.probability import worth_of
from xhsim.analysis.uncertainty.above_chance import above_chance
from xhsim.analysis.uncertainty.unknowns import is_switch
from xhsim.analysis.worlds.world import World
from xhsim.arguments import checked
from xhsim.engine.paths import Path
from xhsim.study.names import element_name
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.scenarios.structures import StructureChoice

__all__ = ["importance", "uncertain_numbers"]

Array = NDArray[np.float64]
DRAWS = 4096


@checked
def importance(
    study: FittedStudy,
    scenario: str,
    draws: int | None,
    seed: int | None,
    targets: Mapping[str, Target],
    *,
    structure: StructureChoice = None,
    ensemble: xr.Dataset | None = None,
) -> pd.DataFrame:
    """Compute rank correlations between every uncertain number and every target's measure.

    The square of a rank correlation is about the share of a target's variance that the number
    explains, if the dependence is monotone and the numbers are independent (Saltelli and others
    2008, section 1.2). Calibrated parameters are not independent, so their shares may overlap. A
    parameter with yearly shocks is represented by its mean over the years up to the last deadline
    of the targets. Switches that only structures set are not numbers of this kind: `partition`
    shows the share of structures.

    Parameters
    ----------
    study : Study
    scenario : str
    draws, seed : int, optional
        As for `Study.ensemble`, but with 4,096 draws by default. Numbers without any effect have
        correlations of about ``1 / sqrt(draws)`` by chance.
    targets : mapping of str to Target
    structure : str or mapping of str to float, optional
        As for `Study.ensemble`.
    ensemble : Dataset, optional
        The ensemble of the scenario on these draws, which then need not be run.

    Returns
    -------
    DataFrame
        Correlations from -1 to 1: a row for each uncertain number (``growth[Digital]``), with
        the largest correlations first, and a column for each target's id. They are NaN for a
        target that does not vary. If a target of the study hangs on numbers that nobody has
        published, the attribute ``unpublished_bases`` names their rows. The attribute
        ``above_chance`` names for each target the numbers that correlate more than irrelevant ones
        would with as many draws and numbers, beyond what they share with stronger ones.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> targets = {"new_listed_firms": study.targets["new_listed_firms"]}
    >>> table = importance(study, "baseline", 128, 0, targets)
    >>> "listing window" in table.index[:3]
    True
    """
    import pandas as pd

    world = study.world(scenario, draws, seed, structure=structure, default_draws=DRAWS)
    if ensemble is None:
        ensemble = world.run([target.variable.name for target in targets.values()])
    measured = np.stack([target_values(ensemble, target) for target in targets.values()])
    last = max(target.deadline for target in targets.values())
    drawn = uncertain_numbers(world, last)
    good = np.isfinite(measured).all(axis=0)
    numbers = np.array(list(drawn.values())).reshape(len(drawn), world.draws)  # even if empty
    refuse_failed_world(world, np.asarray(~good))
    inputs = _standard_ranks(numbers[:, good])
    worth = float(good.sum()) * worth_of(ensemble)
    results = _standard_ranks(measured[:, good])
    table = pd.DataFrame(
        inputs @ results.T / good.sum(),
        index=pd.Index(list(drawn), name="parameter"),
        columns=pd.Index(list(targets), name="target"),
    )
    table.attrs = {
        "scenario": scenario,
        "draws": world.draws,
        "seed": world.seed,
        "beliefs": study.beliefs,
        "above_chance": {
            name: [table.index[place] for place in above_chance(inputs, result, worth)]
            for name, result in zip(targets, results, strict=True)
        },
    }
    bases = [name for name in study.unpublished_bases if name in drawn]
    if bases:
        table.attrs["unpublished_bases"] = bases
    return table.loc[table.abs().max(axis=1).sort_values(ascending=False, kind="stable").index]


def uncertain_numbers(world: World, last: int) -> dict[str, Array]:
    """Return the draws of the numbers that vary.

    Parameters
    ----------
    world : World
        With draws.
    last : int
        The last year whose shocks count.

    Returns
    -------
    dict of str to ndarray, shape (draws,)
        By name (``growth[Digital]``). A yearly shock is its mean over the years.
    """
    found: dict[str, Array] = {}
    for name, value in world.values.items():
        elements = world.scenario.settings[name].parameter.elements
        array = _averaged(value, last)
        rows = array if elements else array[np.newaxis]
        for element, row in zip(elements or ("",), rows, strict=True):
            if row.ndim and np.ptp(row) > 0 and not is_switch(world, name, element):
                found[element_name(name, element)] = row
    return found


def _averaged(value: Any, last: int) -> Array:
    """Return draws unchanged, and paths as their mean over the years in which draws differ."""
    if not isinstance(value, Path):
        return np.asarray(value, dtype=np.float64)
    if value.values.ndim == 1:
        return np.asarray(0.0)
    varies = np.ptp(value.values, axis=-1) > 0
    # A step at the last year belongs to the time after it.
    past = value.times <= last if value.slopes.any() else value.times < last
    when = past & varies.reshape(len(value.times), -1).any(axis=1)
    return np.asarray(value.values[when].mean(axis=0) if when.any() else value.values[0])


def _standard_ranks(rows: Array) -> Array:
    """Return ranks along the last axis with mean 0 and variance 1; NaN where all are equal."""
    from scipy.stats import rankdata

    ranks = rankdata(rows, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(
            (ranks - ranks.mean(axis=-1, keepdims=True)) / ranks.std(axis=-1, keepdims=True)
        )

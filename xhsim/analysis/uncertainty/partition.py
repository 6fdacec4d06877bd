"""Shares of the layers of uncertainty in the variance of a result, year by year.

Each of four layers can be drawn or held at its central values: structures, parameters, yearly
shocks (environment), and delivery. Shapley's value divides the variance among them, from the
variance with each group of layers drawn. The shares add up to the whole, and the share of a layer
that never lowers the variance is not negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import failed_draws
from xhsim.analysis.judging.failures import refuse_failed_world
from xhsim.analysis.worlds.draws import LAYERS
from xhsim.analysis.worlds.select import select_total
from xhsim.analysis.worlds.side_by_side import picked
from xhsim.arguments import checked
from xhsim.engine.paths import Path
from xhsim.study.names import parse_reference
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.analysis.worlds.world import World
    from xhsim.study.scenarios.structures import StructureChoice

__all__ = ["partition", "shapley"]

Array = NDArray[np.float64]
DRAWS = 1024


def shapley(
    worth: Mapping[frozenset[str], np.ndarray], players: Iterable[str]
) -> dict[str, np.ndarray]:
    """Compute Shapley's value: divide the worth of all players among them.

    Parameters
    ----------
    worth : mapping of frozenset of str to ndarray
        The worth of each group of players, including the empty group.
    players : iterable of str

    Returns
    -------
    dict of str to ndarray
        By player. They add up to the worth of all minus that of the empty group (Shapley 1953).

    Examples
    --------
    >>> alone = {frozenset(): np.array(0.0), frozenset("a"): np.array(1.0)}
    >>> worth = alone | {frozenset("b"): np.array(2.0), frozenset("ab"): np.array(5.0)}
    >>> {name: float(share) for name, share in shapley(worth, "ab").items()}
    {'a': 2.0, 'b': 3.0}
    """
    names = list(players)
    count = len(names)
    shares = {}
    for name in names:
        others = [other for other in names if other != name]
        share = np.zeros_like(np.asarray(worth[frozenset()], dtype=float))
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for group in combinations(others, size):
                joined = worth[frozenset((*group, name))]
                share = share + weight * (np.asarray(joined) - worth[frozenset(group)])
        shares[name] = share
    return shares


@checked
def partition(
    study: FittedStudy,
    scenario: str = "baseline",
    draws: int | None = None,
    seed: int | None = None,
    outputs: Iterable[str] | None = None,
    *,
    structure: StructureChoice = None,
    ensemble: xr.Dataset | None = None,
) -> xr.Dataset:
    """Compute the share of each layer of uncertainty in the variance of variables, by year.

    Parameters
    ----------
    study : Study
    scenario : str
    draws, seed : int, optional
        As for `Study.ensemble`, but with 1,024 draws by default.
    outputs : iterable of str, optional
        Variables, or elements of variables; by default those of the plan's indicators.
    structure : str or mapping of str to float, optional
        As for `Study.ensemble`. With a single structure there is no layer of structures.
    ensemble : Dataset, optional
        The ensemble of the scenario on these draws, which then need not be run.

    Returns
    -------
    Dataset
        For each variable the share of each layer in its variance, with dimensions
        ``layer, time``; NaN where nothing is uncertain. The attribute ``deviation`` of each
        contains its standard deviation by year, ``deviation_units`` its unit.

    Raises
    ------
    InputError
        If there is no such scenario or variable.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> shares = partition(study, "baseline", 64, outputs=["GDP"])
    >>> shares["GDP"].dims, shares["layer"].values.tolist()
    (('layer', 'time'), ['structure', 'parameters', 'environment'])
    """
    import xarray as xr

    targets = study.indicators or study.targets
    names = list(outputs or dict.fromkeys(str(t.variable) for t in targets.values()))
    wanted = list(dict.fromkeys(parse_reference(name).name for name in names))
    world = study.world(scenario, draws, seed, structure=structure, default_draws=DRAWS)
    structures = world.scenario.structures
    absent = {
        "structure": structures is None or not structures.is_drawn,
        "delivery": world.scenario.delivery is None,
    }
    layers = [layer for layer in LAYERS if not absent.get(layer, False)]
    variances: dict[str, dict[frozenset[str], Array]] = {name: {} for name in names}
    whole = world.drawing(layers)
    all_drawn = whole.run(wanted, runs=2 ** len(layers)) if ensemble is None else ensemble
    refuse_failed_world(whole, failed_draws(all_drawn))
    units = {name: str(select_total(all_drawn, name).attrs.get("units", "")) for name in names}
    times = all_drawn["time"].values
    runs = 2 ** len(layers)
    for size in range(len(layers) + 1):
        for group in combinations(layers, size):
            if len(group) == len(layers):
                found_here = [_variance(all_drawn, name) for name in names]
            elif not group:
                found_here = [np.zeros(len(times)) for _ in names]  # nothing is drawn
            else:
                drawn = _shaped_like(world.drawing(group), whole)
                counts = None
                if group == ("structure",):
                    drawn, counts = _one_for_each_structure(drawn)
                run = drawn.run(wanted, runs=runs)
                found_here = [_variance(run, name, counts) for name in names]
            for name, variance in zip(names, found_here, strict=True):
                variances[name][frozenset(group)] = variance
    found = {}
    for name in names:
        total = variances[name][frozenset(layers)]
        shares = np.stack(list(shapley(variances[name], layers).values()))
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.where(total > 0, shares / total, np.nan)
        deviation = np.sqrt(total).tolist()
        about_it = {"deviation": deviation, "deviation_units": units[name]}
        about_it |= study.labels.reference(parse_reference(name)).attributes()
        found[name] = (("layer", "time"), values, about_it)
    chinese = study.scenarios[scenario].label.zh
    about: dict[str, Any] = {"scenario": scenario, "scenario_label_zh": chinese}
    about |= {"draws": world.draws, "seed": world.seed}
    return xr.Dataset(found, {"layer": layers, "time": times}, about)


def _shaped_like(world: World, whole: World) -> World:
    """Give a world an axis of draws wherever another has one: one compiled form serves both."""
    values = {name: _shaped(world.value(name), pattern) for name, pattern in whole.values.items()}
    return world.with_values(values)


def _shaped(value: Any, pattern: Any) -> Any:
    def repeated(array: Array, axes: int, draws: int) -> Array:
        return array if array.ndim == axes else np.repeat(array[..., np.newaxis], draws, axis=-1)

    if isinstance(pattern, Path):
        path = as_path(value)
        axes, draws = pattern.values.ndim, pattern.values.shape[-1]
        levels, slopes = (repeated(array, axes, draws) for array in (path.values, path.slopes))
        return Path(path.times, levels, slopes)
    if isinstance(value, Path) or not np.ndim(pattern):
        return value
    return repeated(np.asarray(value, dtype=float), np.ndim(pattern), np.shape(pattern)[-1])


def _one_for_each_structure(world: World) -> tuple[World, Array]:
    """Return one draw of each structure, and how many draws have it: they do not differ."""
    assert world.structures is not None, "only studies with structures have this layer"
    _, rows, counts = np.unique(world.structures, return_index=True, return_counts=True)
    values = {
        name: picked(value, rows, elements=world.has_elements(name))
        for name, value in world.values.items()
    }
    return world.with_values(values, width=len(rows)), counts.astype(np.float64)


def _variance(run: xr.Dataset, name: str, weights: Array | None = None) -> Array:
    """Return the variance over draws by time, of one element or of the sum of all."""
    values = select_total(run, name).transpose("time", "draw").values
    if (values == values[:, :1]).all():
        return np.zeros(len(values))  # a computed variance would be rounding noise
    if weights is None:
        return np.asarray(values.var(axis=1))
    mean = np.average(values, axis=1, weights=weights)
    return np.asarray(np.average((values - mean[:, np.newaxis]) ** 2, axis=1, weights=weights))

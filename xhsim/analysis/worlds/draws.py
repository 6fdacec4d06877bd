"""Draws of what is uncertain: structures, parameters from posterior or priors, shocks by year."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.correlations import correlated
from xhsim.analysis.worlds.delivery import deliver
from xhsim.analysis.worlds.design import DELAY, SHARE, SHOCK_YEARS, STRUCTURE, Design
from xhsim.engine.paths import Path
from xhsim.errors import InputError
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    from xhsim.study.parameters.parameter import Parameter
    from xhsim.study.parameters.priors import Shock
    from xhsim.study.scenarios.resolve import ResolvedScenario, Setting
    from xhsim.study.scenarios.structures import Structures

__all__ = ["LAYERS", "delivered_in", "readings_of", "sample"]

Array = NDArray[np.float64]
# Layers of uncertainty: causal readings, uncertain constants, yearly shocks, delivery of policies.
LAYERS = ("structure", "parameters", "environment", "delivery")


def sample(
    resolved: ResolvedScenario,
    design: Design,
    layers: Collection[str] = LAYERS,
    names: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Draw the values of every parameter that is uncertain or changed in a scenario.

    Parameters
    ----------
    resolved : ResolvedScenario
    design : Design
        The random numbers of the same study.
    layers : collection of str
        The `LAYERS` that are drawn. The others are at their central values; without ``delivery``,
        policies are delivered in full and on time; without ``structure``, the main one holds.
    names : iterable of str, optional
        The parameters; by default all of the study.

    Returns
    -------
    dict of str to float, ndarray or Path
        By parameter name, with the draws as last axis, as `xhsim.engine.model.Model.run` takes
        them.

    Raises
    ------
    InputError
        If there is no such layer.
    """
    _check_layers(layers)
    readings = readings_of(resolved, design, layers)
    design = correlated(resolved, design) if resolved.correlations else design
    delivered = delivered_in(resolved, design) if "delivery" in layers else None
    values: dict[str, Any] = {}
    for name in resolved.settings if names is None else names:
        setting = resolved.settings[name]
        is_drawn = ("parameters" if setting.parameter.shock is None else "environment") in layers
        drawn = _drawn(setting, design) if is_drawn else None
        if resolved.structures is not None and readings is not None:
            drawn = _in_structures(setting, drawn, resolved.structures, readings)
        if not setting.is_changed:
            if drawn is not None:
                values[name] = drawn
            elif not is_drawn:
                values[name] = setting.value
            continue
        base = setting.parameter.array if drawn is None else drawn
        if delivered is None or setting.parameter.role != "lever":
            values[name] = setting.value if drawn is None else setting.over(drawn)
        else:
            values[name] = deliver(as_path(base), as_path(setting.over(base)), *delivered)
    return values


def readings_of(
    resolved: ResolvedScenario, design: Design, layers: Collection[str] = LAYERS
) -> NDArray[np.int64] | None:
    """Return the structure that each draw has.

    Parameters
    ----------
    resolved : ResolvedScenario
    design : Design
    layers : collection of str
        As for `sample`. Without ``structure`` all draws have the main one.

    Returns
    -------
    ndarray of int, shape (draws,), or None
        Numbers of structures; None in a study without structures.
    """
    structures = resolved.structures
    if structures is None:
        return None
    if "structure" not in layers:
        return np.full(design.draws, structures.main)
    return structures.pick(design.points[design.columns[STRUCTURE]][0])


def _check_layers(layers: Collection[str]) -> None:
    unknown = [layer for layer in layers if layer not in LAYERS]
    if isinstance(layers, str) or unknown:
        raise InputError(f"{layers!r} are not layers", hint=f"layers: {', '.join(LAYERS)}")


def _in_structures(
    setting: Setting, drawn: Any, structures: Structures, readings: NDArray[np.int64]
) -> Any:
    """Return draws before the scenario's changes, with the settings of each draw's structure."""
    parameter = setting.parameter
    levels = structures.levels(parameter)
    if levels is None:
        return drawn
    elements = parameter.elements
    if elements:  # a prior of the scenario's own goes before a structure
        levels[[setting.overrides_prior(element) for element in elements]] = np.nan
    elif setting.overrides_prior():
        return drawn
    held = levels[..., readings]
    here = ~np.isnan(held)
    base = setting.unread if drawn is None else drawn
    if isinstance(base, Path):
        return Path(base.times, np.where(here, held, base.values), np.where(here, 0.0, base.slopes))
    known = np.asarray(base, dtype=np.float64)
    if known.ndim == bool(elements):
        known = known[..., np.newaxis]
    values = np.where(here, held, known)
    if drawn is None and (values == values[..., :1]).all():
        return values[..., 0] if elements else float(values[0])  # all draws have one value
    return values


def delivered_in(resolved: ResolvedScenario, design: Design) -> tuple[Array, Array] | None:
    """Return the share of the policy that each draw gets, and its delay in years."""
    said = resolved.delivery
    if said is None:
        return None
    share, delay = np.ones(design.draws), np.zeros(design.draws)
    if said.share is not None:
        share = said.share.quantile(design.points[design.columns[SHARE]][0])
    if said.delay is not None:
        delay = said.delay.quantile(design.points[design.columns[DELAY]][0])
    return share, delay


def _drawn(setting: Setting, design: Design) -> Any:
    """Return the draws of a parameter before the scenario's changes, or None if it is certain."""
    parameter = setting.parameter
    if parameter.shock is not None:
        points = design.points[design.columns[parameter.name]]
        return None if setting.shock is None else _shocked(parameter, setting.shock, points)
    parts = [
        _number_drawn(setting, number, design) for number in range(max(1, len(parameter.elements)))
    ]
    if all(part is None for part in parts):
        return None
    if not isinstance(parameter.value, Mapping):
        return parts[0]
    # Some elements of a parameter may be certain.
    known = [np.full(design.draws, value) for value in parameter.value.values()]
    return np.stack([k if part is None else part for part, k in zip(parts, known, strict=True)])


def _number_drawn(setting: Setting, number: int, design: Design) -> Array | None:
    """Draw one element: from the scenario's own prior, the posterior, or the parameter's prior."""
    parameter = setting.parameter
    element = parameter.elements[number] if parameter.elements else ""
    posterior = design.posterior
    if (
        posterior
        and posterior.has(parameter.name, element)
        and not setting.overrides_prior(element)
    ):
        return posterior.column(parameter.name, element)[design.rows]
    prior = setting.prior_of(element)
    if prior is None:
        return None
    return prior.quantile(design.points[design.columns[parameter.name]][number])


def _shocked(parameter: Parameter, shock: Shock, points: Array) -> Any:
    from scipy.special import ndtri

    elements = parameter.elements
    shape = (SHOCK_YEARS, len(elements), -1) if elements else (SHOCK_YEARS, -1)
    normal = ndtri(points).reshape(shape)
    value = np.asarray(parameter.array)
    return shock.path_around(value[:, np.newaxis] if elements else value, normal, parameter.range)

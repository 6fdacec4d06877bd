"""The sign of each causal link: whether more of the cause raises or lowers the effect.

Signs are found numerically. The equation of an effect is computed in many states with given values
of its direct causes: once as they are, and once for each cause with that cause slightly raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from xhsim.arguments import checked
from xhsim.engine.equations import TIME, Equations, Variable
from xhsim.engine.insight.graph import causes_of
from xhsim.engine.insight.structure import Flow, find_flows
from xhsim.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.engine.inputs import VariableNames

__all__ = ["link_polarities"]

MORE = 1.02
STATES = 25
WIDEST = 0.3  # largest deviation of the logarithm of each cause from a run
SPREAD = 0.5  # range of values of causes that are 0 in a run
SMALL = 1e-9
MOST = 0.9  # share of the states that must agree on a sign


class Runnable(Protocol):
    """The part of a model that finding signs needs."""

    equations: Equations
    names: VariableNames

    def run(
        self,
        params: dict[str, Any] | None = None,
        *,
        outputs: Iterable[str] | None = None,
        times: list[float] | None = None,
        threads: int | None = None,
    ) -> xr.Dataset:
        """Solve the model."""


@checked
def link_polarities(
    model: Runnable, effects: Iterable[str] | None = None, seed: int = 0
) -> dict[tuple[str, str], int]:
    """Find the sign of each link between variables.

    Parameters
    ----------
    model : Model
    effects : iterable of str, optional
        Variables whose causes are wanted, by their name in the file or by their canonical name;
        by default all variables.
    seed : int
        The seed of the states.

    Returns
    -------
    dict of tuple of str to int
        By the canonical names of cause and effect: 1 if more of the cause raises the effect, all
        else equal, and -1 if it lowers the effect. 0 if it does neither, or if the sign differs
        in more than a tenth of the states and elements. A variable with subscripts is raised in
        all elements at once. Tables, time, and causes of initial values only are left out.

    Examples
    --------
    >>> import xhsim
    >>> signs = link_polarities(xhsim.open_study().model, ["certificate lapse"])
    >>> signs["certificate_expiry", "certificate_lapse"]
    1
    >>> signs["renewal_fraction", "certificate_lapse"]
    -1
    """
    equations = model.equations
    chosen = (
        [v for v in equations.variables.values() if not v.hidden]
        if effects is None
        else [model.names.find(name) for name in effects]
    )
    needed = {cause.key for v in chosen for cause in _causes(equations, v)} | {
        v.key for v in chosen if v.kind not in ("lookup", "data")
    }
    wanted = [equations.variables[key].canonical for key in needed]
    run = model.run(outputs=wanted) if wanted else None
    signs: dict[tuple[str, str], int] = {}
    random = np.random.default_rng(seed)
    flows = find_flows(equations)
    for variable in chosen:
        causes = _causes(equations, variable)
        if variable.kind == "stock":
            signs |= _of_stock(model, variable, flows, causes, run, random)
        elif causes and run is not None:
            signs |= _of_rule(model, variable, causes, run, random)
    return signs


def _causes(equations: Equations, variable: Variable) -> list[Variable]:
    if variable.kind not in ("auxiliary", "stock"):
        return []
    found = causes_of(equations, variable.key)
    keys = [key for key, acts in found.items() if key != TIME and "always" in acts]
    named = [equations.variables[key] for key in keys]
    return [v for v in named if v.kind not in ("lookup", "data")]


def _of_rule(
    model: Runnable, effect: Variable, causes: list[Variable], run: xr.Dataset, random: Any
) -> dict[tuple[str, str], int]:
    """Compute an equation in many states, and in each state again with each cause raised."""
    count = len(causes)
    params: dict[str, Any] = {}
    for number, cause in enumerate(causes):
        widest = 0.0 if cause.kind == "constant" else WIDEST
        states = _states(run[cause.canonical], widest, random)
        draws = np.repeat(states, count + 1, axis=0)
        raised = draws[number + 1 :: count + 1]
        step = np.where(raised == 0, MORE - 1, np.abs(raised) * (MORE - 1))
        draws[number + 1 :: count + 1] = raised + step
        params[cause.name] = np.moveaxis(draws, 0, -1)
    try:
        last = float(run[TIME].values[-1])
        result = model.run(params, outputs=[effect.name], times=[last], threads=1)
    except InputError:  # a cause that cannot be replaced, such as the time step
        return {}
    values = result[effect.canonical].values.reshape(STATES, count + 1, -1)
    changes = values[:, 1:] - values[:, :1]
    size = np.maximum(np.abs(values[:, :1]), SMALL)
    return {
        (cause.canonical, effect.canonical): _sign(changes[:, number] / size[:, 0])
        for number, cause in enumerate(causes)
    }


def _states(values: xr.DataArray, widest: float, random: Any) -> NDArray[np.float64]:
    """Draw states around a run. The first is a state of the run itself."""
    along_time = values.values if TIME in values.dims else values.values[None]
    picks = random.integers(len(along_time), size=STATES)
    states = np.asarray(along_time[picks], dtype=float)
    factor = np.exp(random.uniform(-widest, widest, STATES))
    factor[0] = 1.0
    shape = (-1,) + (1,) * (states.ndim - 1)
    states = states * factor.reshape(shape)
    zeros = np.broadcast_to(np.linspace(0.0, SPREAD, STATES).reshape(shape), states.shape)
    return np.where(states == 0, zeros, states)


def _sign(changes: NDArray[np.float64]) -> int:
    seen = changes[np.isfinite(changes) & (np.abs(changes) > SMALL)]
    if not seen.size:
        return 0
    raised = float(np.mean(seen > 0))
    return 1 if raised >= MOST else -1 if raised <= 1 - MOST else 0


def _of_stock(
    model: Runnable,
    stock: Variable,
    flows: list[Flow],
    causes: list[Variable],
    run: xr.Dataset | None,
    random: Any,
) -> dict[tuple[str, str], int]:
    """Return 1 for flows that fill and -1 for flows that drain; compute the other signs."""
    signs: dict[tuple[str, str], int] = {}
    for flow in flows:
        if flow.name and flow.target == stock.canonical:
            signs[flow.name, stock.canonical] = 1
        elif flow.name and flow.source == stock.canonical:
            signs[flow.name, stock.canonical] = -1
    named = {stock.canonical, *(cause for cause, _ in signs)}
    others = [cause for cause in causes if cause.canonical not in named]
    return signs | (_of_rule(model, stock, others, run, random) if others and run else {})

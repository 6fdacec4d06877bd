"""Run a model and score the feedback loops behind one of its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.equations import TIME, Equations
from xhsim.engine.insight.link_changes import (
    LinkChanges,
    LinkEquations,
    StepValues,
    link_changes,
    link_equations,
)
from xhsim.engine.insight.loop_scores import LoopShares, loop_scores, loop_shares
from xhsim.engine.insight.loop_search import LoopSearch, search_loops
from xhsim.engine.overrides import Override, active_key, level_key
from xhsim.engine.paths import Path
from xhsim.engine.request import Request
from xhsim.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.engine.inputs import VariableNames
    from xhsim.engine.solution import Solution

__all__ = [
    "MOST",
    "Aim",
    "FoundLoop",
    "Scorable",
    "ScoredRun",
    "find_aim",
    "found_loops",
    "loop_dataset",
    "run_steps",
    "score_steps",
]

Array = NDArray[np.float64]
MOST = 5000  # steps of a search
ARROW = " → "


class Scorable(Protocol):
    """The part of a model that scoring loops needs."""

    equations: Equations
    names: VariableNames

    def solve(self, request: Request) -> Solution:
        """Solve the model."""

    def default(self, name: str) -> Array:
        """Return the value of a constant."""


@dataclass(frozen=True)
class Aim:
    """The variable whose loops are wanted, and what the search made of it.

    Attributes
    ----------
    key : str
    elements : tuple of int
    prepared : LinkEquations
    search : LoopSearch
    """

    key: str
    elements: tuple[int, ...]
    prepared: LinkEquations
    search: LoopSearch

    @property
    def nodes(self) -> tuple[int, ...]:
        """The numbers of the variable's elements that can change."""
        known = {node: number for number, node in enumerate(self.prepared.nodes)}
        return tuple(known[self.key, e] for e in self.elements if (self.key, e) in known)


@dataclass(frozen=True)
class FoundLoop:
    """A loop by the variables of the model that are on it.

    Attributes
    ----------
    variables : tuple of str
        Canonical names, each the cause of the next; a stock is the first, if there is one.
    names : tuple of str
        As in the model file, with the element if each element is a step of its own.
    signs : tuple of float
        Of the link from each variable to the next: 1 if both move together, -1 if not; in between
        if elements or steps differ.
    parts : tuple of int
        The loops of the search that pass through these variables. They may differ in what is
        inside a delay.
    """

    variables: tuple[str, ...]
    names: tuple[str, ...]
    signs: tuple[float, ...]
    parts: tuple[int, ...]

    @property
    def text(self) -> str:
        """The names with arrows between them."""
        return ARROW.join(self.names)


@dataclass(frozen=True)
class ScoredRun:
    """A run with the changes along its links and the shares of its loops.

    Attributes
    ----------
    times : ndarray, shape (steps,)
    aim : Aim
    changes : LinkChanges
    shares : LoopShares
    """

    times: Array
    aim: Aim
    changes: LinkChanges
    shares: LoopShares

    def loops(self) -> tuple[FoundLoop, ...]:
        """Return the loops by their variables."""
        return found_loops(self.aim)


def run_steps(model: Scorable, request: Request) -> tuple[Equations, StepValues]:
    """Run a model and return everything at each of its steps.

    Parameters
    ----------
    model : Scorable
    request : Request
        Its times and outputs are not used.

    Returns
    -------
    Equations, StepValues
        The equations are those of the model.

    Raises
    ------
    InputError
        If the run has less than two steps, or a parameter or the method does not fit the model.
    """
    times = _step_times(model, request)
    solution = model.solve(replace(request, times=times, outputs=None, hidden=True))
    values = dict(zip(solution.outputs, solution.results, strict=True))
    return solution.equations, StepValues(times, float(times[1] - times[0]), values)


def find_aim(
    model: Scorable,
    request: Request,
    equations: Equations,
    run: StepValues,
    variable: str,
    *,
    most: int = MOST,
    apart: bool | None = None,
) -> Aim:
    """Search the loops behind a variable in a run.

    Parameters
    ----------
    model : Scorable
    request : Request
        Of the run.
    equations, run
        What `run_steps` has returned.
    variable : str
        ``name`` or ``name[element]``.
    most, apart
        As for `xhsim.engine.insight.loop_search.search_loops`.

    Returns
    -------
    Aim

    Raises
    ------
    InputError
        If there is no such variable or element, it does not change during a run, or the model has
        something that cannot be scored.
    """
    key, elements = _selected(model, variable)
    given = _given(model, request.params)
    name = equations.variables[key].name
    if key in given:
        raise InputError(f'"{name}" is given, so all of its change comes from outside')
    prepared = link_equations(equations, given, key)
    if key not in {node for node, _ in prepared.nodes}:
        raise InputError(f'nothing that changes acts on "{name}", so no loop drives it')
    changes = link_changes(prepared, run)
    search = search_loops(prepared, changes, key, elements, most=most, apart=apart)
    return Aim(key, elements, prepared, search)


def score_steps(aim: Aim, run: StepValues) -> ScoredRun:
    """Score the loops that were found, in the same run or in other draws.

    Parameters
    ----------
    aim : Aim
    run : StepValues

    Returns
    -------
    ScoredRun
    """
    changes = link_changes(aim.prepared, run)
    shares = loop_shares(aim.prepared, changes, aim.search, aim.nodes)
    return ScoredRun(run.times[2:], aim, changes, shares)


def _selected(model: Scorable, name: str) -> tuple[str, tuple[int, ...]]:
    variable, position = model.names.select(name)
    if variable.kind in ("constant", "lookup"):
        raise InputError(
            f'"{variable.name}" is a {variable.kind}, so no loop drives it',
            hint="name a variable that changes during a run",
        )
    if position is not None:
        return variable.key, (int(np.ravel_multi_index(position, variable.shape)),)
    return variable.key, tuple(range(int(np.prod(variable.shape, dtype=int))))


def _given(model: Scorable, params: Mapping[str, Any] | None) -> frozenset[str]:
    """Return the variables that a run does not compute, apart from constants that stay constant."""
    found: set[str] = set()
    for name, value in (params or {}).items():
        variable = model.names.select(name)[0]
        if isinstance(value, Override):
            found |= {level_key(variable.key), active_key(variable.key)}
        elif isinstance(value, Path) or variable.kind != "constant":
            found.add(variable.key)
    return frozenset(found)


def _step_times(model: Scorable, request: Request) -> Array:
    """Return the times of all steps of a run."""
    params = request.params or {}
    given = {model.names.select(name)[0].key: value for name, value in params.items()}
    known = []
    for key in ("initial_time", "final_time", "time_step"):
        if key not in given and model.equations.variables[key].kind != "constant":
            name = model.equations.variables[key].name
            raise InputError(
                f"{name} changes during a run, so its steps cannot be scored",
                hint=f'give it as a number: params={{"{name}": ...}}',
            )
        known.append(float(np.ravel(given[key] if key in given else model.default(key))[0]))
    first, last, step = known
    step = step if request.dt is None else float(request.dt)
    count = round((last - first) / step) if step > 0 else 0
    if count < 2:
        raise InputError("a run of less than two steps has no loops to score")
    return np.asarray(first + step * np.arange(count + 1))


def found_loops(aim: Aim) -> tuple[FoundLoop, ...]:
    """Return the loops of a search by the variables of the model that are on them.

    Parameters
    ----------
    aim : Aim

    Returns
    -------
    tuple of FoundLoop
    """
    found: dict[tuple[tuple[str, str], ...], list[int]] = {}
    signs: dict[tuple[tuple[str, str], ...], tuple[float, ...]] = {}
    for number, loop in enumerate(aim.search.loops):
        shown = _visible(aim, loop)
        path = tuple((one.canonical, one.name) for one in shown)
        found.setdefault(path, []).append(number)
        signs.setdefault(path, tuple(one.sign for one in shown))
    return tuple(
        FoundLoop(tuple(c for c, _ in path), tuple(n for _, n in path), signs[path], tuple(parts))
        for path, parts in found.items()
    )


class _OnLoop(NamedTuple):
    """A variable on a loop, with the sign of the link to the next; sorted by what begins it."""

    rank: tuple[bool, int, int]
    canonical: str
    name: str
    sign: float


def _visible(aim: Aim, loop: tuple[int, ...]) -> list[_OnLoop]:
    """Return the variables of a loop that are not inside a delay."""
    search, equations = aim.search, aim.prepared.equations
    order = {key: number for number, key in enumerate(equations.variables)}
    hidden = [equations.variables[search.groups[group].key].hidden for group in loop]
    begin = hidden.index(False)
    turned = (*loop[begin:], *loop[:begin])
    shown: list[_OnLoop] = []
    for group, after in zip(turned, (*turned[1:], turned[0]), strict=True):
        key, sign = search.groups[group].key, search.directions[after, group]
        variable = equations.variables[key]
        if variable.hidden:
            shown[-1] = shown[-1]._replace(sign=shown[-1].sign * sign)
            continue
        element = aim.prepared.nodes[search.groups[group].nodes[0]][1]
        name = element_of(equations, key, element) if search.is_apart else variable.name
        rank = (variable.kind != "stock", order[key], element)
        shown.append(_OnLoop(rank, variable.canonical, name, sign))
    first = shown.index(min(shown))
    return [*shown[first:], *shown[:first]]


def element_of(equations: Equations, key: str, element: int) -> str:
    """Return the name of one element of a variable.

    Parameters
    ----------
    equations : Equations
    key : str
    element : int
        Its position in C order.

    Returns
    -------
    str
    """
    variable = equations.variables[key]
    if not variable.shape:
        return variable.name
    places = np.unravel_index(element, variable.shape)
    names = [
        equations.dimensions[dimension].elements[int(place)]
        for dimension, place in zip(variable.dimensions, places, strict=True)
    ]
    return f"{variable.name}[{', '.join(names)}]"


def loop_dataset(scored: ScoredRun, variable: str) -> xr.Dataset:
    """Label the loops of a single run, the strongest first.

    Parameters
    ----------
    scored : ScoredRun
        Without draws.
    variable : str
        What was asked for.

    Returns
    -------
    xarray.Dataset
        As `xhsim.engine.model.Model.loops` documents.
    """
    import xarray as xr

    loops, shares = scored.loops(), scored.shares
    fields = {"share": shares.share[..., 0], "sign": shares.sign[..., 0]}
    if scored.aim.search.is_apart:
        scores = loop_scores(scored.aim.prepared, scored.changes, scored.aim.search)
        fields |= {"score": scores.score[..., 0], "relative": scores.relative[..., 0]}
    shape = (len(loops), scored.times.size)
    joined = {name: np.zeros(shape) for name in fields}
    for row, loop in enumerate(loops):
        parts = list(loop.parts)
        for name, values in fields.items():
            joined[name][row] = values[parts].sum(axis=0)
        if len(parts) > 1:
            weight = np.nan_to_num(fields["share"][parts])
            net, size = (weight * fields["sign"][parts]).sum(axis=0), weight.sum(axis=0)
            joined["sign"][row] = np.divide(net, size, out=np.zeros_like(net), where=size > 0)
    strength = np.nan_to_num(joined["share"]).sum(axis=1)
    order = np.argsort(-strength, kind="stable")
    outside = shares.outside[:, 0]
    data: dict[str, Any] = {
        name: (("loop", TIME), values[order]) for name, values in joined.items()
    }
    data["outside"] = (TIME, outside)
    data["not_followed"] = (TIME, 1.0 - outside - joined["share"].sum(axis=0))
    coordinates = {"loop": [loops[row].text for row in order], TIME: scored.times}
    about = {
        "variable": variable,
        "most": scored.aim.search.most,
        "cut": int(scored.aim.search.is_cut),
        "apart": int(scored.aim.search.is_apart),
    }
    return xr.Dataset(data, coords=coordinates, attrs=about)

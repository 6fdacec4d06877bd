"""The causes and effects of a model's variables: as a graph, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xhsim.engine.equations import (
    TIME,
    Dated,
    Definition,
    Discrete,
    Equations,
    Part,
    Rule,
    Stock,
    Variable,
)

if TYPE_CHECKING:
    import networkx as nx
    import xarray as xr

__all__ = ["cause_graph", "causes_of", "explanation"]


def causes_of(equations: Equations, key: str) -> dict[str, set[str]]:
    """Return the direct causes of a variable. Hidden variables are replaced by their causes.

    Parameters
    ----------
    equations : Equations
    key : str
        The key of the variable.

    Returns
    -------
    dict of str to set of str
        For the key of each cause, when it acts: ``"always"`` or only at the ``"start"``.
    """
    found: dict[str, set[str]] = {}
    seen: set[tuple[str, str]] = set()
    open_ends = [(key, "always")]
    while open_ends:
        current, when = open_ends.pop()
        if (current, when) in seen:
            continue
        seen.add((current, when))
        for cause, own in _uses(equations.definitions[current]):
            acts = "start" if when == "start" else own
            if cause != TIME and equations.variables[cause].hidden:
                open_ends.append((cause, acts))
            else:
                found.setdefault(cause, set()).add(acts)
    order = [TIME, *equations.variables]
    return {cause: found[cause] for cause in order if cause in found}


def _uses(definition: Definition) -> list[tuple[str, str]]:
    def of(parts: tuple[Part, ...], when: str) -> list[tuple[str, str]]:
        return [(name, when) for part in parts for name in part.uses]

    match definition:
        case Rule(parts=parts, held=held, initial=initial):
            return of(parts, "start" if held else "always") + of(initial, "start")
        case Stock(flow=flow, initial=initial):
            return of(flow, "always") + of(initial, "start")
        case Discrete(following=following, initial=initial, delay=delay):
            return of(following, "always") + of(initial, "start") + of(delay, "start")
        case Dated(changes=changes, initial=initial):
            later = tuple(part for change in changes for part in change.parts)
            return of(later, "always") + of(initial, "start")
    return []


def cause_graph(equations: Equations) -> nx.DiGraph[str]:
    """Build the graph of causes.

    Parameters
    ----------
    equations : Equations

    Returns
    -------
    networkx.DiGraph
        A node for each variable of the file, by canonical name, with ``name``, ``kind`` and
        ``unit``; an edge from each cause to each effect, with ``acts``: ``"always"``, ``"start"``
        (it enters only the initial value) or ``"both"``.
    """
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    shown = [variable for variable in equations.variables.values() if not variable.hidden]
    for variable in shown:
        graph.add_node(
            variable.canonical, name=variable.name, kind=variable.kind, unit=variable.unit
        )
    for variable in shown:
        for cause, acts in causes_of(equations, variable.key).items():
            source = TIME if cause == TIME else equations.variables[cause].canonical
            if cause == TIME:
                graph.add_node(TIME, name="Time", kind="time", unit="")
            how = "both" if len(acts) > 1 else next(iter(acts))
            graph.add_edge(source, variable.canonical, acts=how)
    return graph


def explanation(equations: Equations, variable: Variable, run: xr.Dataset, time: float) -> str:
    """Describe a variable in words: its value, its causes and its effects.

    Parameters
    ----------
    equations : Equations
    variable : Variable
    run : Dataset
        A run without draws that contains the variable and its causes.
    time : float
        The time of the values. It must be a saved time of the run.

    Returns
    -------
    str
        A few lines.
    """
    graph = cause_graph(equations)
    now = run.sel(time=time)

    def described(name: str) -> str:
        about = graph.nodes[name]
        return f"  {about['name']} = {_value_text(now, name)} {about['unit']}".rstrip()

    lines = [
        f"{variable.name} ({variable.kind}, {variable.unit or 'no unit'}): "
        f"{_value_text(now, variable.canonical)} at time {time:g}.",
        variable.documentation,
        f"  {variable.name} = {variable.text}",
    ]
    causes = {c: d["acts"] for c, _, d in graph.in_edges(variable.canonical, data=True)}
    for title, kinds in (
        ("It follows from", ("always", "both")),
        ("It starts from", ("start", "both")),
    ):
        named = [name for name, acts in causes.items() if acts in kinds]
        if named:
            lines += [f"{title}:", *(described(name) for name in named)]
    effects = sorted(graph.successors(variable.canonical))
    if effects:
        lines.append("It feeds: " + ", ".join(graph.nodes[name]["name"] for name in effects) + ".")
    return "\n".join(line for line in lines if line)


def _value_text(now: xr.Dataset, name: str) -> str:
    if name == TIME:
        return f"{float(now[TIME]):g}"
    if name not in now:
        return "a table"
    values: Any = np.asarray(now[name].values, dtype=float)
    if values.ndim == 0:
        return f"{float(values):,.6g}"
    return f"{float(np.min(values)):,.6g} to {float(np.max(values)):,.6g} over its elements"

"""Named feedback loops traced through a model: their links, and whether they reinforce."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import networkx as nx

from xhsim.errors import InputError
from xhsim.study.loops import Loop

if TYPE_CHECKING:
    from xhsim.engine.model import Model

__all__ = ["LoopLink", "TracedLoop", "trace_loops"]


@dataclass(frozen=True)
class LoopLink:
    """A link between two named variables of a loop.

    Attributes
    ----------
    cause, effect : str
        Canonical names.
    through : tuple of str
        Canonical names of the variables in between, on the shortest path.
    sign : int
        1 if more of the cause means more of the effect, -1 if less.
    """

    cause: str
    effect: str
    through: tuple[str, ...]
    sign: int


@dataclass(frozen=True)
class TracedLoop:
    """A loop with its links in the model."""

    loop: Loop
    links: tuple[LoopLink, ...]

    @property
    def sign(self) -> int:
        """Product of the links' signs: 1 for a reinforcing loop, -1 for a balancing one."""
        return prod(link.sign for link in self.links)


def trace_loops(
    model: Model,
    loops: Iterable[Loop],
    polarities: Mapping[tuple[str, str], int] | None = None,
) -> list[TracedLoop]:
    """Trace loops through a model.

    Parameters
    ----------
    model : Model
    loops : iterable of Loop
    polarities : mapping of tuple of str to int, optional
        From `xhsim.engine.insight.polarity.link_polarities`, which is called by default.

    Returns
    -------
    list of TracedLoop

    Raises
    ------
    InputError
        If a variable is unknown, no path leads to the next variable, a sign is undetermined, or the
        product of the signs does not match the loop's kind.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> pool = [loop for loop in study.files.loops if loop.id == "B3"]
    >>> [(link.effect, link.sign) for link in trace_loops(study.model, pool)[0].links]
    [('certification', 1), ('growing_firms', -1)]
    """
    from xhsim.engine.insight.polarity import link_polarities

    graph: nx.DiGraph[str] = nx.DiGraph()
    for cause, effect, about in model.graph().edges(data=True):
        if about["acts"] != "start" and cause != effect:
            graph.add_edge(cause, effect)
    wanted = list(loops)
    signs = polarities
    if signs is None:
        between = {name for loop in wanted for path in _paths(model, graph, loop) for name in path}
        signs = link_polarities(model, sorted(between))
    return [_traced(model, graph, loop, signs) for loop in wanted]


def _paths(model: Model, graph: nx.DiGraph[str], loop: Loop) -> list[list[str]]:
    """Find the shortest path from each named variable to the next."""
    paths = []
    try:
        names = [model.names.find(name).canonical for name in loop.through]
    except InputError as error:
        raise _mistake(loop, str(error)) from None
    for cause, effect in zip(names, [*names[1:], names[0]], strict=True):
        try:
            paths.append(nx.shortest_path(graph, cause, effect))
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            raise _mistake(loop, f"no path leads from {cause} to {effect}") from None
    return paths


def _traced(
    model: Model, graph: nx.DiGraph[str], loop: Loop, signs: Mapping[tuple[str, str], int]
) -> TracedLoop:
    links = []
    for path in _paths(model, graph, loop):
        steps = list(itertools.pairwise(path))
        for step in steps:
            if not signs.get(step, 0):
                raise _mistake(loop, f"the sign from {step[0]} to {step[1]} is undetermined")
        sign = prod(signs[step] for step in steps)
        links.append(LoopLink(path[0], path[-1], tuple(path[1:-1]), sign))
    traced = TracedLoop(loop, tuple(links))
    if traced.sign != (1 if loop.kind == "reinforcing" else -1):
        raise _mistake(loop, f"it is not {loop.kind}: its signs multiply to {traced.sign:+d}")
    return traced


def _mistake(loop: Loop, message: str) -> InputError:
    return InputError(f"loop {loop.id}: {message}", file=loop.where.file, line=loop.where.line)

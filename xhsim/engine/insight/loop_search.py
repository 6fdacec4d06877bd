"""Find the feedback loops behind a variable, from the links that were active in a run.

The search goes back from the variable along its causes, the strongest first. A way that comes back
to a variable on it has closed a loop. A way that reaches a variable without feedback behind it has
come from outside. The number of steps is limited, and the result says what was left.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.insight.link_changes import LinkChanges, LinkEquations

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Group", "LoopSearch", "Way", "link_shares", "search_loops", "sum_by_effect"]

Array = NDArray[np.float64]
ACTIVE = 1e-12  # a link with a smaller share on average is not active
ENOUGH = 1e-6  # the search ends when it has followed all but this share
APART = 60  # with more elements in feedback, the elements of a variable are taken together


@dataclass(frozen=True)
class Group:
    """Elements of a variable that the search takes as one.

    Attributes
    ----------
    key : str
    nodes : tuple of int
        Their numbers in `LinkEquations.nodes`.
    system : int
        The number of the strongly connected set that they belong to; -1 if they are in no loop.
    """

    key: str
    nodes: tuple[int, ...]
    system: int


@dataclass(frozen=True)
class Way:
    """A step back: from the group of an earlier step to a group of its causes.

    Attributes
    ----------
    before : int
        The number of the earlier step; -1 at the variable itself.
    group : int
    loop : int
        The loop that it closes; -1 if the search goes on from here.
    """

    before: int
    group: int
    loop: int = -1


@dataclass(frozen=True)
class LoopSearch:
    """The loops behind a variable and the ways to them.

    Attributes
    ----------
    groups : tuple of Group
    start : int
        The group of the variable; -1 if no feedback is behind it.
    ways : tuple of Way
    loops : tuple of tuple of int
        The groups of each loop, each the cause of the next, the last of the first.
    links : dict of (int, int) to ndarray of int
        The numbers of the links from the second group to the first, for effect and cause.
    directions : dict of (int, int) to float
        For the same pairs: 1 if the effect moves with the cause, -1 if against it; in between if
        elements or steps differ.
    inner : ndarray of bool, shape (links,)
        Links inside a delay or smooth, which are part of it and no loops of the model.
    fed : ndarray of bool, shape (nodes,)
        Whether feedback is behind the node, or it is in a loop.
    most : int
        The largest number of steps.
    rest : float
        The share that the search has not followed.
    """

    groups: tuple[Group, ...]
    start: int
    ways: tuple[Way, ...]
    loops: tuple[tuple[int, ...], ...]
    links: Mapping[tuple[int, int], NDArray[np.int64]]
    directions: Mapping[tuple[int, int], float]
    inner: NDArray[np.bool_]
    fed: NDArray[np.bool_]
    most: int
    rest: float

    @property
    def is_cut(self) -> bool:
        """Whether the largest number of steps ended the search."""
        return self.rest > ENOUGH

    @property
    def is_apart(self) -> bool:
        """Whether every element of an array is a step of its own."""
        return all(len(group.nodes) == 1 for group in self.groups)


def link_shares(
    prepared: LinkEquations, changes: LinkChanges, inner: NDArray[np.bool_] | None = None
) -> Array:
    """Return each link's share of the sum of all absolute changes of its effect.

    Parameters
    ----------
    prepared : LinkEquations
    changes : LinkChanges
    inner : ndarray of bool, optional
        Links that do not count.

    Returns
    -------
    ndarray, shape (links, steps, draws)
        0 where nothing changes.
    """
    size = np.abs(changes.change)
    if inner is not None:
        size[inner] = 0.0
    whole = sum_by_effect(prepared, size)
    whole[whole == 0] = 1.0
    size /= whole[prepared.effect]
    return size


def sum_by_effect(prepared: LinkEquations, values: Array) -> Array:
    """Sum values of links over the causes of each node.

    Parameters
    ----------
    prepared : LinkEquations
    values : ndarray, shape (links, ...)

    Returns
    -------
    ndarray, shape (nodes, ...)
    """
    from scipy.sparse import csr_array

    links = np.arange(prepared.effect.size)
    ones = np.ones(links.size)
    chosen = csr_array((ones, (prepared.effect, links)), (len(prepared.nodes), links.size))
    return np.asarray(chosen @ values.reshape(links.size, -1)).reshape(-1, *values.shape[1:])


def inner_links(prepared: LinkEquations) -> NDArray[np.bool_]:
    """Find the links by which a delay or smooth feeds back into itself.

    Parameters
    ----------
    prepared : LinkEquations

    Returns
    -------
    ndarray of bool, shape (links,)
    """
    import networkx as nx

    variables = prepared.equations.variables
    hidden = np.array([n != "time" and variables[n].hidden for n, _ in prepared.nodes], dtype=bool)
    both = hidden[prepared.effect] & hidden[prepared.cause]
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from(
        zip(prepared.cause[both].tolist(), prepared.effect[both].tolist(), strict=True)
    )
    system: dict[int, int] = {}
    for number, nodes in enumerate(nx.strongly_connected_components(graph)):
        system |= dict.fromkeys(nodes, number)
    of = np.array([system.get(node, -1) for node in range(hidden.size)], dtype=np.int64)
    return np.asarray(both & (of[prepared.effect] == of[prepared.cause]))


def search_loops(
    prepared: LinkEquations,
    changes: LinkChanges,
    variable: str,
    elements: tuple[int, ...],
    *,
    most: int = 5000,
    apart: bool | None = None,
) -> LoopSearch:
    """Find the loops behind a variable, the strongest first.

    Parameters
    ----------
    prepared : LinkEquations
    changes : LinkChanges
        Of one run or of several draws, whose active links are united.
    variable : str
        The key of the variable.
    elements : tuple of int
        Its elements, by their positions.
    most : int
        The largest number of steps of the search.
    apart : bool, optional
        Whether each element of an array is a step of its own, or those of one strongly connected
        set are taken together; by default apart if at most 60 elements are in loops.

    Returns
    -------
    LoopSearch
    """
    inner = inner_links(prepared)
    each = link_shares(prepared, changes, inner)
    shares, signed = each.mean(axis=(1, 2)), (each * changes.sign).mean(axis=(1, 2))
    groups, fed = _groups(prepared, shares, apart)
    member = {node: number for number, group in enumerate(groups) for node in group.nodes}
    links: dict[tuple[int, int], list[int]] = defaultdict(list)
    for link in np.flatnonzero(shares > ACTIVE).tolist():
        effect, cause = int(prepared.effect[link]), int(prepared.cause[link])
        if fed[cause]:
            links[member[effect], member[cause]].append(link)
    pairs = {pair: np.array(found, dtype=np.int64) for pair, found in links.items()}
    number_of = {node: number for number, node in enumerate(prepared.nodes)}
    first = [number_of[variable, e] for e in elements if (variable, e) in number_of]
    first = [node for node in first if fed[node]]
    if not first:
        return LoopSearch((), -1, (), (), {}, {}, inner, fed, most, 0.0)
    start = member[first[0]]
    if {member[node] for node in first} != {start} or set(groups[start].nodes) != set(first):
        # The variable's elements are in several groups, or in one with others: one more group.
        start = len(groups)
        groups = (*groups, Group(variable, tuple(first), -1))
        for (_, cause), found in list(pairs.items()):
            kept = found[np.isin(prepared.effect[found], first)]
            if kept.size:
                old = pairs.get((start, cause), np.empty(0, dtype=np.int64))
                pairs[start, cause] = np.concatenate([old, kept])
    ways, loops, rest = _Search(prepared, shares, groups, pairs).run(start, most)
    directions = {p: float(signed[at].sum() / shares[at].sum()) for p, at in pairs.items()}
    return LoopSearch(groups, start, ways, loops, pairs, directions, inner, fed, most, rest)


def _groups(
    prepared: LinkEquations, shares: Array, apart: bool | None
) -> tuple[tuple[Group, ...], NDArray[np.bool_]]:
    """Group the nodes; return the groups, and which nodes have feedback behind them."""
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(prepared.nodes)))
    active = shares > ACTIVE
    graph.add_edges_from(
        zip(prepared.cause[active].tolist(), prepared.effect[active].tolist(), strict=True)
    )
    condensed = nx.condensation(graph)
    system: dict[int, int] = {}
    depth: dict[int, int] = {}
    level: dict[int, int] = {}
    fed = np.zeros(len(prepared.nodes), dtype=bool)
    behind: set[int] = set()
    for number in nx.topological_sort(condensed):
        nodes = condensed.nodes[number]["members"]
        before = list(condensed.predecessors(number))
        depth[number] = 1 + max((depth[other] for other in before), default=-1)
        one = next(iter(nodes))
        is_loop = len(nodes) > 1 or graph.has_edge(one, one)
        if is_loop or any(other in behind for other in before):
            behind.add(number)
            fed[list(nodes)] = True
        system |= dict.fromkeys(nodes, number if is_loop else -1)
        level |= dict.fromkeys(nodes, depth[number])
    if apart is None:
        apart = sum(number >= 0 for number in system.values()) <= APART
    found: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for node, (key, element) in enumerate(prepared.nodes):
        if fed[node]:
            # Elements in no loop are taken together only if none of them is behind another.
            name = (key, element) if apart else (key, system[node], level[node])
            found[name].append(node)
    groups = tuple(
        Group(prepared.nodes[nodes[0]][0], tuple(nodes), system[nodes[0]])
        for nodes in found.values()
    )
    return groups, fed


class _Search:
    """The search itself, on the average shares of the links."""

    def __init__(
        self,
        prepared: LinkEquations,
        shares: Array,
        groups: tuple[Group, ...],
        links: Mapping[tuple[int, int], NDArray[np.int64]],
    ) -> None:
        self._matrices: dict[int, list[tuple[int, Array]]] = defaultdict(list)
        for (effect, cause), found in links.items():
            rows = {node: row for row, node in enumerate(groups[effect].nodes)}
            columns = {node: column for column, node in enumerate(groups[cause].nodes)}
            matrix = np.zeros((len(rows), len(columns)))
            at = [rows[node] for node in prepared.effect[found].tolist()]
            to = [columns[node] for node in prepared.cause[found].tolist()]
            matrix[at, to] = shares[found]
            self._matrices[effect].append((cause, matrix))
        self._groups = groups

    def run(
        self, start: int, most: int
    ) -> tuple[tuple[Way, ...], tuple[tuple[int, ...], ...], float]:
        """Follow the ways back; return them, the loops and the share that was not followed."""
        size = len(self._groups[start].nodes)
        ways: list[Way] = []
        loops: dict[tuple[int, ...], int] = {}
        open_ends: list[tuple[float, int, int, int, tuple[int, ...], Array]] = [
            (-1.0, 0, -1, start, (), np.full(size, 1.0 / size))
        ]
        count, left = 1, 1.0
        while open_ends and len(ways) < most and left > ENOUGH:
            share, _, before, group, trail, mass = heapq.heappop(open_ends)
            left += share
            here = len(ways)
            ways.append(Way(before, group))
            trail = (*trail, group)
            for cause, matrix in self._matrices[group]:
                there = mass @ matrix
                amount = float(there.sum())
                if amount <= ACTIVE:
                    continue
                if cause in trail:
                    loop = _turned(trail[trail.index(cause) :])
                    number = loops.setdefault(loop, len(loops))
                    ways.append(Way(here, cause, number))
                else:
                    left += amount
                    heapq.heappush(open_ends, (-amount, count, here, cause, trail, there))
                    count += 1
        return tuple(ways), tuple(loops), max(left, 0.0) if open_ends else 0.0


def _turned(trail: tuple[int, ...]) -> tuple[int, ...]:
    """Return a loop in the order of causation, beginning with its smallest number."""
    order = tuple(reversed(trail))
    first = order.index(min(order))
    return order[first:] + order[:first]

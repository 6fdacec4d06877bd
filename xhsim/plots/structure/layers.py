"""Assign blocks of a diagram to rows: causes above effects, rows that fit the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["assign_rows"]

Pair = tuple[str, str, float]


def assign_rows(widths: Mapping[str, float], pairs: Sequence[Pair], room: float) -> dict[str, int]:
    """Assign each block to a row.

    Parameters
    ----------
    widths : mapping of str to float
        Width of each block.
    pairs : sequence of tuple
        Cause, effect and weight.
    room : float
        The width of a row.

    Returns
    -------
    dict of str to int
        Row 0 is at the top. An effect is below its causes, except for the few links that close a
        cycle and must run upwards.

    Examples
    --------
    >>> assign_rows({"a": 10, "b": 10, "c": 10}, [("a", "b", 1), ("b", "c", 1)], 100)
    {'a': 0, 'b': 1, 'c': 2}
    """
    downward = _without_circles(widths, pairs)
    wished = _shortest_rows(list(widths), downward)
    parts = [
        _fit_rows({name: widths[name] for name in part}, downward, wished, room)
        for part in _separate_parts(widths, downward)
    ]
    return _join_parts(widths, parts, room)


def _separate_parts(widths: Mapping[str, float], pairs: Sequence[Pair]) -> list[list[str]]:
    """Find the parts with no link between them, the largest first."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(widths)
    graph.add_edges_from((cause, effect) for cause, effect, _ in pairs)
    place = {name: number for number, name in enumerate(widths)}
    parts = [sorted(part, key=place.__getitem__) for part in nx.connected_components(graph)]
    return sorted(parts, key=lambda part: -len(part))


def _join_parts(
    widths: Mapping[str, float], parts: Sequence[dict[str, int]], room: float
) -> dict[str, int]:
    """Place each part beside the larger ones if there is room, otherwise below them."""
    used: dict[int, float] = defaultdict(float)
    found: dict[str, int] = {}
    for part in parts:
        own: dict[int, float] = defaultdict(float)
        for name, row in part.items():
            own[row] += widths[name]
        height = max(found.values(), default=-1) + 1
        fits = [
            (max(used[shift + row] + width for row, width in own.items()), shift)
            for shift in range(height - len(own) + 1)
            if all(used[shift + row] + width <= room for row, width in own.items())
        ]
        shift = min(fits)[1] if fits else height
        for name, row in part.items():
            found[name] = row + shift
            used[row + shift] += widths[name]
    return {name: found[name] for name in widths}


def _without_circles(widths: Mapping[str, float], pairs: Sequence[Pair]) -> list[Pair]:
    """Reverse the links that close cycles (heuristic of Eades, Lin and Smyth)."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(widths)
    for cause, effect, weight in pairs:
        if cause != effect:
            before = graph.get_edge_data(cause, effect, {"weight": 0.0})["weight"]
            graph.add_edge(cause, effect, weight=before + weight)
    place = {name: i for i, name in enumerate(_eades_order(graph))}
    return [
        (a, b, d["weight"]) if place[a] < place[b] else (b, a, d["weight"])
        for a, b, d in graph.edges(data=True)
    ]


def _eades_order(graph: nx.DiGraph[str]) -> list[str]:
    rest = graph.copy()
    first: list[str] = []
    last: list[str] = []
    while len(rest):
        for ends, degree in ((last, rest.out_degree), (first, rest.in_degree)):
            while found := [name for name in rest if not degree[name]]:
                ends += found
                rest.remove_nodes_from(found)
        if len(rest):
            surplus = {
                name: rest.out_degree(name, weight="weight") - rest.in_degree(name, weight="weight")
                for name in rest
            }
            chosen = max(surplus, key=lambda name: surplus[name])
            first.append(chosen)
            rest.remove_node(chosen)
    return first + last[::-1]


def _shortest_rows(names: list[str], pairs: Sequence[Pair]) -> dict[str, int]:
    """Minimise the total length of links; this linear programme has integer solutions."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    if not pairs:
        return dict.fromkeys(names, 0)
    column = {name: i for i, name in enumerate(names)}
    cost = np.zeros(len(names))
    for cause, effect, weight in pairs:
        cost[column[effect]] += weight
        cost[column[cause]] -= weight
    rows = np.repeat(np.arange(len(pairs)), 2)
    columns = [column[name] for cause, effect, _ in pairs for name in (cause, effect)]
    matrix = coo_array((np.tile([1.0, -1.0], len(pairs)), (rows, columns)))
    shape = (len(pairs), len(names))
    matrix = coo_array((matrix.data, matrix.coords), shape=shape).tocsr()
    solved = linprog(
        cost, A_ub=matrix, b_ub=-np.ones(len(pairs)), bounds=(0, len(names)), method="highs-ds"
    )
    return {name: round(solved.x[i]) for name, i in column.items()}


def _fit_rows(
    widths: Mapping[str, float], pairs: Sequence[Pair], wished: dict[str, int], room: float
) -> dict[str, int]:
    """Move blocks of full rows upwards, and remove empty rows."""
    effects: dict[str, list[str]] = defaultdict(list)
    for cause, effect, _ in pairs:
        effects[cause].append(effect)
    used: dict[int, float] = defaultdict(float)
    row: dict[str, int] = {}
    # From the bottom: an effect is placed before its causes. Blocks with many effects come first,
    # so they keep their rows.
    order = sorted(widths, key=lambda name: (-wished[name], -len(effects[name]), -widths[name]))
    for name in order:
        at = min([wished[name], *(row[effect] - 1 for effect in effects[name])])
        while used[at] and used[at] + widths[name] > room:
            at -= 1
        row[name] = at
        used[at] += widths[name]
    numbers = {at: i for i, at in enumerate(sorted(set(row.values())))}
    return {name: numbers[row[name]] for name in widths}

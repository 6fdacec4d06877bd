"""Layered layout: place blocks in rows, and route arrows that never cross a block.

A block is a text, or a row of stocks and flows. A port is a place on a block where arrows end.
Causes are in rows above their effects where possible. The order within rows keeps crossings of
arrows few; the places within rows keep arrows short and straight. An arrow over several rows has a
lane through each of them.

All lengths are in points; x grows to the right and y downwards.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xhsim.plots.structure.layers import assign_rows

__all__ = ["Block", "Link", "Placed", "Port", "Route", "place"]

LANE = 5.0  # width of an arrow through a row
SPACE = 9.0  # between two blocks of a row
ROUNDS = 24
TRIES = 30


@dataclass(frozen=True)
class Block:
    """A rectangle that is placed as a whole."""

    key: str
    width: float
    height: float


@dataclass(frozen=True)
class Port:
    """A place where arrows touch a block: `across` is its distance to the right of the centre.

    `top` and `bottom` are measured downwards from the block's centre; None if something blocks
    that side.
    """

    block: str
    across: float = 0.0
    top: float | None = 0.0
    bottom: float | None = 0.0
    spread: float = 0.0


@dataclass(frozen=True)
class Link:
    """An arrow to draw between two ports.

    Links with the same source and `trunk` share their route as far as possible.
    """

    source: str
    target: str
    weight: float = 1.0
    trunk: int = 0


@dataclass(frozen=True)
class Route:
    """The route of an arrow: the points that it passes, and the sides where it ends."""

    link: Link
    points: tuple[tuple[float, float], ...]
    ends: tuple[int, int]  # which side of source and target: -1 top, 1 bottom


@dataclass(frozen=True)
class Placed:
    """A finished layout: centres of blocks, routes of arrows, total size."""

    centres: dict[str, tuple[float, float]]
    routes: list[Route]
    width: float
    height: float


@dataclass
class _Way:
    """A link with the sides where it ends and the lanes that it uses."""

    link: Link
    sides: tuple[int, int]
    gaps: tuple[int, int]
    lanes: list[Hashable] = field(default_factory=list)


def place(
    blocks: Sequence[Block],
    ports: Mapping[str, Port],
    links: Sequence[Link],
    width: float,
    gap: float = 26.0,
) -> Placed:
    """Place blocks and route the links between them.

    Parameters
    ----------
    blocks : sequence of Block
    ports : mapping of str to Port
        By the names in the links.
    links : sequence of Link
    width : float
        Greatest width of a row, unless one block is wider.
    gap : float
        Least distance between two rows.

    Returns
    -------
    Placed

    Examples
    --------
    >>> ports = {name: Port(name, top=-5, bottom=5) for name in "ab"}
    >>> placed = place([Block("a", 30, 10), Block("b", 30, 10)], ports, [Link("a", "b")], 200)
    >>> placed.centres["a"][1] < placed.centres["b"][1]
    True
    """
    pairs = [(ports[k.source].block, ports[k.target].block, k.weight) for k in links]
    row_of = assign_rows({b.key: b.width + SPACE for b in blocks}, pairs, width)
    grid = _Grid(blocks, ports, links, row_of)
    grid.order_rows()
    across = grid.solve_places(width)
    return grid.finish(across, gap)


class _Grid:
    """Blocks and lanes in rows, as they are placed."""

    def __init__(
        self,
        blocks: Sequence[Block],
        ports: Mapping[str, Port],
        links: Sequence[Link],
        row_of: Mapping[str, int],
    ) -> None:
        self.ports = ports
        self.sizes: dict[Hashable, tuple[float, float]] = {
            b.key: (b.width, b.height) for b in blocks
        }
        self.row_of: dict[Hashable, int] = {key: row for key, row in row_of.items()}  # noqa: C416
        self.ways = [self._way(link) for link in links]
        self.rows: list[list[Hashable]] = [[] for _ in range(max(row_of.values(), default=0) + 1)]
        for key, row in self.row_of.items():
            self.rows[row].append(key)
        # (gap, one end, its offset, other end, its offset, weight)
        self.spans = [span for way in self.ways for span in self._spans(way)]
        self.neighbours: dict[Hashable, list[tuple[int, float, Hashable, float]]]
        self.neighbours = defaultdict(list)
        for place_, one, left, other, right, _ in self.spans:
            self.neighbours[one].append((place_, left, other, right))
            self.neighbours[other].append((place_, right, one, left))

    def _way(self, link: Link) -> _Way:
        """Choose the sides where a link ends, and add a lane in each row between."""
        source, target = self.ports[link.source], self.ports[link.target]
        rows = self.row_of[source.block], self.row_of[target.block]

        def gap_at(row: int, side: int) -> int:
            return row if side > 0 else row - 1

        def open_sides(port: Port) -> list[int]:
            return [s for s, y in ((1, port.bottom), (-1, port.top)) if y is not None]

        choices = []
        for out in open_sides(source):
            for into in reversed(open_sides(target)):
                gaps = gap_at(rows[0], out), gap_at(rows[1], into)
                turn = rows[0] != rows[1] and gaps[0] == gaps[1] and out == into
                choices.append((abs(gaps[1] - gaps[0]) + 0.5 * turn, (out, into), gaps))
        _, sides, gaps = min(choices, key=lambda choice: choice[0])
        way = _Way(link, sides, gaps)
        step = 1 if gaps[1] > gaps[0] else -1
        for between in range(gaps[0], gaps[1], step):
            row = between + 1 if step > 0 else between
            # Links with the same source share lanes until their routes separate.
            lane = ("lane", link.source, link.trunk, row, step)
            if lane not in self.row_of:
                self.row_of[lane] = row
                self.sizes[lane] = (LANE, 0.0)
            way.lanes.append(lane)
        return way

    def _spans(self, way: _Way) -> list[tuple[int, Hashable, float, Hashable, float, float]]:
        source, target = self.ports[way.link.source], self.ports[way.link.target]
        stops: list[tuple[Hashable, float]] = [(source.block, source.across)]
        stops += [(lane, 0.0) for lane in way.lanes]
        stops.append((target.block, target.across))
        step = 1 if way.gaps[1] >= way.gaps[0] else -1
        found = []
        for number, ((one, left), (other, right)) in enumerate(itertools.pairwise(stops)):
            inner = (number > 0) + (number < len(stops) - 2)
            weight = way.link.weight * (1.0, 2.0, 6.0)[inner]
            found.append((way.gaps[0] + step * number, one, left, other, right, weight))
        return found

    # --- order within rows ---------------------------------------------------------------

    def order_rows(self) -> None:
        """Order each row so that few links cross: the best result of several starts."""
        random = np.random.default_rng(0)
        best: tuple[float, list[list[Hashable]]] | None = None
        start = [list(row) for row in self.rows]
        for attempt in range(TRIES):
            self.rows = [list(row) for row in start]
            if attempt:
                for row in self.rows:
                    random.shuffle(row)
            for sweep in range(ROUNDS):
                self._sweep(downwards=sweep % 2 == 0)
                cost = self._crossings()
                if best is None or cost < best[0]:
                    best = cost, [list(row) for row in self.rows]
        assert best is not None
        self.rows = best[1]
        self._swap_neighbours(best[0])

    def _rough_places(self) -> dict[Hashable, float]:
        """Place the blocks of each row tightly around the middle."""
        places: dict[Hashable, float] = {}
        for row in self.rows:
            sizes = [self.sizes[key][0] + SPACE for key in row]
            edge = -sum(sizes) / 2
            for key, size in zip(row, sizes, strict=True):
                places[key] = edge + size / 2
                edge += size
        return places

    def _sweep(self, *, downwards: bool) -> None:
        places = self._rough_places()
        numbers = range(len(self.rows))
        for number in numbers if downwards else reversed(numbers):
            wanted = {}
            for key in self.rows[number]:
                near = [
                    places[other] + there - here
                    for gap, here, other, there in self.neighbours[key]
                    if self.row_of[other] == number
                    or (gap == number - 1 if downwards else gap == number)
                ]
                wanted[key] = float(np.mean(near)) if near else places[key]
            self.rows[number].sort(key=lambda key: wanted[key])
            edge = -sum(self.sizes[key][0] + SPACE for key in self.rows[number]) / 2
            for key in self.rows[number]:
                places[key] = edge + (self.sizes[key][0] + SPACE) / 2
                edge += self.sizes[key][0] + SPACE

    def _crossings(self) -> float:
        """Return the number of crossings plus a small cost of length."""
        places = self._rough_places()
        gaps: dict[int, list[tuple[float, float]]] = defaultdict(list)
        length = 0.0
        for gap, one, left, other, right, weight in self.spans:
            x, y = places[one] + left, places[other] + right
            length += weight * abs(x - y)
            upper, lower = (x, y) if self.row_of[one] <= self.row_of[other] else (y, x)
            gaps[gap].append((upper, lower))
        crossings = 0
        for ends in gaps.values():
            upper_x, lower_x = np.array(ends).T
            over = np.sign(np.subtract.outer(upper_x, upper_x))
            under = np.sign(np.subtract.outer(lower_x, lower_x))
            crossings += int(np.sum(over * under < 0)) // 2
        return crossings + length / 2000

    def _swap_neighbours(self, cost: float) -> None:
        improved = True
        while improved:
            improved = False
            for row in self.rows:
                for i in range(len(row) - 1):
                    row[i], row[i + 1] = row[i + 1], row[i]
                    tried = self._crossings()
                    if tried < cost - 1e-9:
                        cost, improved = tried, True
                    else:
                        row[i], row[i + 1] = row[i + 1], row[i]

    # --- places within rows --------------------------------------------------------------

    def solve_places(self, width: float) -> dict[Hashable, float]:
        """Choose all x by linear programming: the shortest links for this order."""
        from scipy.optimize import linprog
        from scipy.sparse import coo_array

        keys = [key for row in self.rows for key in row]
        column = {key: i for i, key in enumerate(keys)}
        count = len(keys) + len(self.spans)
        entries: list[tuple[int, int, float]] = []
        limits: list[float] = []

        def add(terms: dict[int, float], limit: float) -> None:
            entries.extend((len(limits), c, v) for c, v in terms.items())
            limits.append(limit)

        for row in self.rows:
            for one, other in itertools.pairwise(row):
                apart = (self.sizes[one][0] + self.sizes[other][0]) / 2 + SPACE
                add({column[one]: 1.0, column[other]: -1.0}, -apart)
        cost = np.zeros(count)
        for number, (_, one, left, other, right, weight) in enumerate(self.spans):
            extra = len(keys) + number
            cost[extra] = weight
            if one != other:
                a, b = column[one], column[other]
                add({a: 1.0, b: -1.0, extra: -1.0}, right - left)
                add({a: -1.0, b: 1.0, extra: -1.0}, left - right)
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = coo_array((values, (rows, columns)), shape=(len(limits), count)).tocsr()
        room = max([width, *(sum(self.sizes[k][0] + SPACE for k in row) for row in self.rows)])
        bounds = [(self.sizes[k][0] / 2, room - self.sizes[k][0] / 2) for k in keys]
        bounds += [(0.0, None)] * len(self.spans)  # type: ignore[list-item]
        solved = linprog(cost, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs")
        return {key: float(solved.x[column[key]]) for key in keys}

    # --- heights and routes --------------------------------------------------------------

    def finish(self, across: dict[Hashable, float], gap: float) -> Placed:
        """Set the heights of rows and the routes of links."""
        busy: dict[int, int] = defaultdict(int)
        for between, one, left, other, right, _ in self.spans:
            busy[between] += abs(across[one] + left - across[other] - right) > 40
        tops, bottoms = [], []
        y = gap * 0.5 + 2.0 * min(busy[-1], 10)
        for number, row in enumerate(self.rows):
            tops.append(y)
            y += max(self.sizes[key][1] for key in row)
            bottoms.append(y)
            y += gap + 2.2 * min(busy[number], 14)
        middle = [(top + bottom) / 2 for top, bottom in zip(tops, bottoms, strict=True)]
        bands = list(zip(tops, bottoms, strict=True))
        centres = {
            str(key): (across[key], middle[self.row_of[key]])
            for key in self.row_of
            if isinstance(key, str)
        }
        shares = self._shares(centres, across)
        routes = [self._route(way, centres, across, bands, shares) for way in self.ways]
        left = min(across[k] - self.sizes[k][0] / 2 for k in across)
        right = max(across[k] + self.sizes[k][0] / 2 for k in across)
        centres = {key: (x - left, y) for key, (x, y) in centres.items()}
        routes = [Route(r.link, tuple((x - left, y) for x, y in r.points), r.ends) for r in routes]
        return Placed(centres, routes, right - left, y - gap * 0.5)

    def _shares(
        self, centres: dict[str, tuple[float, float]], across: dict[Hashable, float]
    ) -> dict[tuple[int, int], float]:
        """Spread the arrows at one side of a port; all that leave it start at one point."""
        meeting: dict[tuple[str, int], list[tuple[float, int]]] = defaultdict(list)
        leaving: dict[tuple[str, int], list[tuple[float, int]]] = defaultdict(list)
        for number, way in enumerate(self.ways):
            ends = [self.ports[name] for name in (way.link.source, way.link.target)]
            places = [centres[port.block][0] + port.across for port in ends]
            before = across[way.lanes[-1]] if way.lanes else places[0]
            after = across[way.lanes[0]] if way.lanes else places[1]
            meeting[way.link.target, way.sides[1]].append((before, number))
            leaving[way.link.source, way.sides[0]].append((after, number))
        shares: dict[tuple[int, int], float] = {}
        for side in {*meeting, *leaving}:
            spread = self.ports[side[0]].spread
            order = [(x, [number], 1) for x, number in meeting[side]]
            if leaving[side]:
                middle = float(np.mean([x for x, _ in leaving[side]]))
                order.append((middle, [number for _, number in leaving[side]], 0))
            order.sort(key=lambda entry: entry[0])
            for place_, (_, numbers, end) in enumerate(order):
                part = (place_ + 1) / (len(order) + 1) * 2 - 1
                shares |= {(number, end): spread * part for number in numbers}
        return shares

    def _route(
        self,
        way: _Way,
        centres: dict[str, tuple[float, float]],
        across: dict[Hashable, float],
        bands: list[tuple[float, float]],
        shares: dict[tuple[int, int], float],
    ) -> Route:
        number = self.ways.index(way)
        points: list[tuple[float, float]] = []
        for end, name in enumerate((way.link.source, way.link.target)):
            port = self.ports[name]
            x, y = centres[port.block]
            x += port.across + shares.get((number, end), 0.0)
            side = way.sides[end]
            edge = port.bottom if side > 0 else port.top
            assert edge is not None
            band = bands[self.row_of[port.block]][side > 0]
            stop = [(x, y + edge), (x, band)]
            points += stop if end == 0 else stop[::-1]
        inner: list[tuple[float, float]] = []
        down = way.gaps[1] >= way.gaps[0]
        for lane in way.lanes:
            top, bottom = bands[self.row_of[lane]]
            ends = [(across[lane], top), (across[lane], bottom)]
            inner += ends if down else ends[::-1]
        return Route(way.link, (*points[:2], *inner, *points[2:]), way.sides)

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


class _RowOrder:
    """The order of the blocks in each row, improved step by step.

    Blocks are numbers here, and all that does not change with the order is worked out once:
    thousands of orders are tried.
    """

    def __init__(
        self,
        rows: list[list[int]],
        widths: list[float],
        spans: list[tuple[int, int, float, int, float, float]],
    ) -> None:
        self.rows = rows
        self.widths = widths
        row_of = {key: number for number, row in enumerate(rows) for key in row}
        # What a block is drawn to when rows are swept downwards, and upwards: the neighbour, and
        # how far beside it the block would stand.
        self.drawn: dict[bool, list[list[tuple[int, float, float]]]] = {
            downwards: [[] for _ in widths] for downwards in (True, False)
        }
        for gap, one, left, other, right, _ in spans:
            for key, here, near, there in ((one, left, other, right), (other, right, one, left)):
                for downwards, between in ((True, row_of[key] - 1), (False, row_of[key])):
                    if row_of[near] == row_of[key] or gap == between:
                        self.drawn[downwards][key].append((near, there, here))
        self.ends = np.array([(one, other) for _, one, _, other, _, _ in spans], dtype=int)
        self.ends = self.ends.reshape(-1, 2).T
        self.offsets = np.array([(left, right) for _, _, left, _, right, _ in spans])
        self.offsets = self.offsets.reshape(-1, 2).T
        self.weights = np.array([weight for *_, weight in spans])
        self.upside_down = np.array(
            [row_of[one] > row_of[other] for _, one, _, other, _, _ in spans], dtype=bool
        )
        # Pairs of links that may cross: those between the same two rows.
        pairs = itertools.combinations(range(len(spans)), 2)
        same = [(i, j) for i, j in pairs if spans[i][0] == spans[j][0]]
        self.pairs = np.array(same, dtype=int).reshape(-1, 2).T

    def best(self) -> list[list[int]]:
        """Return the best result of several starts."""
        random = np.random.default_rng(0)
        best: tuple[float, list[list[int]]] | None = None
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
        return self.rows

    def _place_row(self, row: list[int], places: list[float]) -> None:
        """Place the blocks of a row tightly around the middle."""
        edge = -sum([self.widths[key] for key in row]) / 2
        for key in row:
            width = self.widths[key]
            places[key] = edge + width / 2
            edge += width

    def _rough_places(self) -> list[float]:
        places = [0.0] * len(self.widths)
        for row in self.rows:
            self._place_row(row, places)
        return places

    def _sweep(self, *, downwards: bool) -> None:
        places = self._rough_places()
        drawn = self.drawn[downwards]
        for row in self.rows if downwards else reversed(self.rows):
            wanted = {}
            for key in row:
                near = [places[other] + there - here for other, there, here in drawn[key]]
                wanted[key] = sum(near) / len(near) if near else places[key]
            row.sort(key=wanted.__getitem__)
            self._place_row(row, places)

    def _crossings(self) -> float:
        """Return the number of crossings plus a small cost of length."""
        x, y = np.array(self._rough_places())[self.ends] + self.offsets
        length = float(self.weights @ np.abs(x - y))
        upper, lower = np.where(self.upside_down, y, x), np.where(self.upside_down, x, y)
        one, other = self.pairs
        crossed = (upper[one] - upper[other]) * (lower[one] - lower[other]) < 0
        return int(np.count_nonzero(crossed)) + length / 2000

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
        """Order each row so that few links cross."""
        keys = [key for row in self.rows for key in row]
        number = {key: place_ for place_, key in enumerate(keys)}
        order = _RowOrder(
            [[number[key] for key in row] for row in self.rows],
            [self.sizes[key][0] + SPACE for key in keys],
            [
                (gap, number[one], left, number[other], right, weight)
                for gap, one, left, other, right, weight in self.spans
            ],
        )
        self.rows = [[keys[place_] for place_ in row] for row in order.best()]

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

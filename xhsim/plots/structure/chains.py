"""Shapes of a row of stocks and the pipes of their flows.

Lengths are in points, from the centre of the row: x to the right, y downwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xhsim.plots.structure.layered import Block, Port

__all__ = ["Box", "ChainRow", "Pipe", "Tap", "shape_chain"]

VALVE = 5.0
CLOUD = 8.0
PAD = 6.0
LOWEST_BOX = 24.0


@dataclass(frozen=True)
class Tap:
    """A flow to place: its source, its target and the size of its label."""

    key: str
    source: str | None
    target: str | None
    size: tuple[float, float]
    routed: bool  # whether arrows from elsewhere end on it


@dataclass(frozen=True)
class Box:
    """The rectangle of a stock: centre and size."""

    key: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Pipe:
    """A flow: a pipe at height `y` from `start` to `end`, with a valve and a label."""

    key: str
    start: float
    end: float
    y: float
    valve: float
    label: tuple[float, float]
    size: tuple[float, float]
    cloud: float | None  # x of the cloud, if there is one


@dataclass(frozen=True)
class ChainRow:
    """A row of stocks with all its places."""

    block: Block
    boxes: tuple[Box, ...]
    pipes: tuple[Pipe, ...]
    ports: dict[str, Port]
    short: frozenset[tuple[str, str]]  # pairs of a stock and a flow beside it


def shape_chain(
    key: str, stocks: Sequence[str], sizes: Mapping[str, tuple[float, float]], taps: Sequence[Tap]
) -> ChainRow:
    """Place a row of stocks, left to right, with their inflows and outflows.

    Parameters
    ----------
    key : str
        Key of the row as a block of the layout.
    stocks : sequence of str
        In order from left to right.
    sizes : mapping of str to tuple of float
        Width and height of each stock's label.
    taps : sequence of Tap

    Returns
    -------
    ChainRow

    Examples
    --------
    >>> chain = shape_chain(
    ...     "c", ["firms"], {"firms": (30, 9)}, [Tap("entry", None, "firms", (20, 9), True)]
    ... )
    >>> chain.pipes[0].end == chain.boxes[0].x - chain.boxes[0].width / 2
    True
    """
    gaps = _gaps(stocks, taps)
    lanes = {number: _Lanes(gap) for number, gap in gaps.items()}
    boxes: list[Box] = []
    pipes: list[Pipe] = []
    x = 0.0
    for number in range(len(stocks) + 1):
        if number in lanes:
            first, last = number == 0, number == len(stocks)
            here = stocks[number - 1] if number else ""
            pipes += lanes[number].pipes(x, here, first=first, last=last)
            x += lanes[number].width(first=first, last=last)
        elif 0 < number < len(stocks):
            x += 24.0
        if number < len(stocks):
            width, height = sizes[stocks[number]]
            width += 2 * PAD
            span = max((lanes[n].span for n in (number, number + 1) if n in lanes), default=0.0)
            tall = max(LOWEST_BOX, height + 2 * PAD, span + 16.0)
            boxes.append(Box(stocks[number], x + width / 2, 0.0, width, tall))
            x += width
    return _centred(key, boxes, pipes, lanes)


def _gaps(stocks: Sequence[str], taps: Sequence[Tap]) -> dict[int, list[Tap]]:
    place = {stock: number for number, stock in enumerate(stocks)}
    gaps: dict[int, list[Tap]] = defaultdict(list)
    for tap in taps:
        if tap.source is None:
            assert tap.target is not None
            number = place[tap.target]
        elif tap.target is None:
            number = place[tap.source] + 1
        else:
            number = max(place[tap.source], place[tap.target])
        gaps[number].append(tap)
    return dict(gaps)


def _ends(taps: Sequence[Tap]) -> list[tuple[str | None, str | None]]:
    return [(tap.source, tap.target) for tap in taps]


class _Lanes:
    """The flows of one gap: those with arrows from elsewhere above, all others below."""

    def __init__(self, taps: Sequence[Tap]) -> None:
        self.upper = [tap for tap in taps if tap.routed]
        self.lower = [tap for tap in taps if not tap.routed]
        self.heights: list[float] = []
        y = 0.0
        for place, tap in enumerate(self.upper):
            y += tap.size[1] + 16.0 if place else 0.0
            self.heights.append(y)
        for place, _ in enumerate(self.lower):
            above = self.lower[place - 1].size[1] + 16.0 if place else 15.0
            y += above if self.heights else 0.0
            self.heights.append(y)
        self.span = y
        self.heights = [height - y / 2 for height in self.heights]

    @property
    def columns(self) -> list[float]:
        """Widths of the columns of labels."""
        count = max(len(self.upper), len(self.lower))
        widths = []
        for column in range(count):
            row = [side[column] for side in (self.upper, self.lower) if column < len(side)]
            widths.append(max(max(tap.size[0], 16.0) for tap in row) + 8.0)
        return widths

    def _pads(self, first: bool, last: bool) -> tuple[float, float]:
        """Room for clouds on the left and on the right, with a distance to the boxes there."""
        taps = self.upper + self.lower
        if first or last:
            pad = 2 * CLOUD + 2.0
            return (pad, 0.0) if first else (0.0, pad)
        left, right = (any(end is None for end in ends) for ends in zip(*_ends(taps), strict=True))
        clear = 2 * CLOUD + 12.0
        return clear * left, clear * right

    def width(self, *, first: bool, last: bool) -> float:
        """Return the width of the gap."""
        return sum(self.columns) + sum(self._pads(first, last))

    def pipes(self, x: float, before: str, *, first: bool, last: bool) -> list[Pipe]:
        """Place the pipes of a gap that begins at `x`."""
        found = []
        right = x + self.width(first=first, last=last)
        for upper, taps in ((True, self.upper), (False, self.lower)):
            edge = x + self._pads(first, last)[0]
            for column, tap in enumerate(taps):
                wide = self.columns[column]
                place = column if upper else column + len(self.upper)
                found.append(self._pipe(tap, upper, place, edge, wide, (x, right), before))
                edge += wide
        return found

    def _pipe(
        self,
        tap: Tap,
        upper: bool,
        place: int,
        edge: float,
        wide: float,
        ends: tuple[float, float],
        before: str,
    ) -> Pipe:
        y = self.heights[place]
        middle = edge + wide / 2
        apart = VALVE + 2.0 + tap.size[1] / 2
        left, right = ends
        cloud = None
        if tap.source is None or tap.target is None:
            from_left = tap.source == before or tap.target == before
            cloud = min(edge + wide + CLOUD, right - CLOUD) if from_left else edge - CLOUD
            cloud = max(cloud, left + CLOUD)
            left, right = (left, cloud) if from_left else (cloud, right)
        rightwards = tap.source == before if tap.source is not None else tap.target != before
        start, end = (left, right) if rightwards else (right, left)
        label = (middle, y - apart if upper else y + apart)
        return Pipe(tap.key, start, end, y, middle, label, tap.size, cloud)

    def port(self, block: str, pipe: Pipe) -> Port:
        """Return the places on a flow where arrows can end."""
        upper = [tap.key for tap in self.upper]
        lower = [tap.key for tap in self.lower]
        half = pipe.size[1] / 2
        spread = max(pipe.size[0] / 2 - 6.0, 0.0)
        if pipe.key in upper:
            blocked = upper.index(pipe.key) < len(lower)
            bottom = None if blocked else pipe.y + VALVE + 1.0
            return Port(block, pipe.valve, pipe.label[1] - half - 1.0, bottom, spread)
        blocked = lower.index(pipe.key) < len(upper)
        top = None if blocked else pipe.y - VALVE - 1.0
        return Port(block, pipe.valve, top, pipe.label[1] + half + 1.0, spread)


def _centred(
    key: str, boxes: list[Box], pipes: list[Pipe], lanes: Mapping[int, _Lanes]
) -> ChainRow:
    """Move the origin to the centre, and find the places where arrows can end."""
    lefts = [b.x - b.width / 2 for b in boxes] + [p.cloud - CLOUD for p in pipes if p.cloud]
    rights = [b.x + b.width / 2 for b in boxes] + [p.cloud + CLOUD for p in pipes if p.cloud]
    lefts += [p.label[0] - p.size[0] / 2 for p in pipes]
    rights += [p.label[0] + p.size[0] / 2 for p in pipes]
    tops = [b.y - b.height / 2 for b in boxes] + [p.label[1] - p.size[1] / 2 for p in pipes]
    bottoms = [b.y + b.height / 2 for b in boxes] + [p.label[1] + p.size[1] / 2 for p in pipes]
    x, y = (min(lefts) + max(rights)) / 2, (min(tops) + max(bottoms)) / 2
    boxes = [replace(b, x=b.x - x, y=b.y - y) for b in boxes]
    pipes = [
        replace(
            p,
            start=p.start - x,
            end=p.end - x,
            y=p.y - y,
            valve=p.valve - x,
            label=(p.label[0] - x, p.label[1] - y),
            cloud=None if p.cloud is None else p.cloud - x,
        )
        for p in pipes
    ]
    ports = {
        b.key: Port(key, b.x, b.y - b.height / 2, b.y + b.height / 2, max(b.width / 2 - 8, 0))
        for b in boxes
    }
    owner = {tap.key: gap for gap in lanes.values() for tap in gap.upper + gap.lower}
    ports |= {p.key: owner[p.key].port(key, p) for p in pipes}
    places = {b.key: number for number, b in enumerate(boxes)}
    short = {
        (stock, tap.key)
        for number, gap in lanes.items()
        for tap in gap.upper + gap.lower
        for stock, place in places.items()
        if place in (number - 1, number)
    }
    block = Block(key, max(rights) - min(lefts), max(bottoms) - min(tops))
    return ChainRow(block, tuple(boxes), tuple(pipes), ports, frozenset(short))

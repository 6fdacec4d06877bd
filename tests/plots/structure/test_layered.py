"""Blocks in rows: none overlaps another, and arrows end at the blocks they join."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plots.structure.boxes import Box, overlap
from xhsim.plots.structure.layered import Block, Link, Placed, Port, place


def boxes_of(blocks: list[Block], placed: Placed) -> list[Box]:
    found = []
    for block in blocks:
        x, y = placed.centres[block.key]
        half, high = block.width / 2, block.height / 2
        found.append((x - half, y - high, x + half, y + high))
    return found


NAMES = [f"n{number}" for number in range(9)]
GRAPHS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=16)
SIZES = st.lists(st.tuples(st.floats(10, 150), st.floats(8, 60)), min_size=9, max_size=9)


@settings(max_examples=40)
@given(GRAPHS, SIZES)
def test_blocks_never_overlap(
    pairs: list[tuple[str, str]], sizes: list[tuple[float, float]]
) -> None:
    blocks = [Block(name, *size) for name, size in zip(NAMES, sizes, strict=True)]
    ports = {b.key: Port(b.key, top=-b.height / 2, bottom=b.height / 2) for b in blocks}
    links = [Link(a, b) for a, b in dict.fromkeys(pairs) if a != b]
    placed = place(blocks, ports, links, 400)
    boxes = boxes_of(blocks, placed)
    assert not any(overlap(*pair) for pair in itertools.combinations(boxes, 2))
    assert all(b[0] >= 0 and b[2] <= placed.width + 1e-6 for b in boxes)
    assert all(b[1] >= 0 and b[3] <= placed.height + 1e-6 for b in boxes)
    assert len(placed.routes) == len(links)
    for route in placed.routes:
        for end, at in (
            (route.link.source, route.points[0]),
            (route.link.target, route.points[-1]),
        ):
            x, y = placed.centres[end]
            block = blocks[NAMES.index(end)]
            assert abs(at[0] - x) <= block.width / 2 + 1e-6
            assert abs(at[1] - y) == pytest.approx(block.height / 2)


def test_an_arrow_over_a_row_has_a_lane_beside_the_block_there() -> None:
    blocks = [Block(name, 60, 10) for name in "abc"]
    ports = {name: Port(name, top=-5, bottom=5) for name in "abc"}
    placed = place(blocks, ports, [Link("a", "b"), Link("b", "c"), Link("a", "c")], 400)
    (route,) = [route for route in placed.routes if route.link == Link("a", "c")]
    x, y = placed.centres["b"]
    beside = [at for at, height in route.points if abs(height - y) <= 5]
    assert beside
    assert all(abs(at - x) >= 30 for at in beside)
    assert route.ends == (1, -1)  # out at the bottom, in at the top


def test_a_closed_side_is_not_used() -> None:
    blocks = [Block(name, 60, 10) for name in "ab"]
    ports = {"a": Port("a", top=-5, bottom=None), "b": Port("b", top=-5, bottom=5)}
    (route,) = place(blocks, ports, [Link("a", "b")], 400).routes
    assert route.ends[0] == -1


def test_one_block_is_a_layout() -> None:
    placed = place([Block("a", 30, 10)], {}, [], 200, gap=26)
    assert placed.centres["a"] == pytest.approx((15, 13 + 5))
    assert (placed.width, placed.height) == pytest.approx((30, 13 + 10 + 13))
    assert placed.routes == []

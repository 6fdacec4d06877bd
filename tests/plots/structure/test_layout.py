"""Layouts: nothing lies on anything else, whatever the structure."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xhsim.analysis.study import Study
from xhsim.engine.insight.polarity import link_polarities
from xhsim.plots.structure.layered import Block, Link, Placed, Port, place
from xhsim.plots.structure.sectors import PAGE, Sector, lay_out
from xhsim.report.files.model_pictures import sectors_of

Box = tuple[float, float, float, float]


def boxes_of(blocks: list[Block], placed: Placed) -> list[Box]:
    """Left, top, right, bottom."""
    found = []
    for block in blocks:
        x, y = placed.centres[block.key]
        half, high = block.width / 2, block.height / 2
        found.append((x - half, y - high, x + half, y + high))
    return found


def overlap(one: Box, other: Box) -> bool:
    slack = 1e-6
    return (
        one[0] < other[2] - slack
        and other[0] < one[2] - slack
        and one[1] < other[3] - slack
        and other[1] < one[3] - slack
    )


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


@pytest.fixture(scope="module")
def laid_out(xuhui: Study) -> dict[str, Sector]:
    signs = link_polarities(xuhui.model)
    levers = [p.name for p in xuhui.parameters.values() if p.role == "lever"]
    return {
        name: lay_out(xuhui.model, name, levers=levers, polarities=signs)
        for name in sectors_of(xuhui)
    }


def test_every_stock_flow_and_lever_is_in_its_sector(
    xuhui: Study, laid_out: dict[str, Sector]
) -> None:
    shown = {
        (name, item.kind): group
        for group, sector in laid_out.items()
        for item in sector.items.values()
        for name in item.names
        if not item.again
    }
    for variable in xuhui.model.equations.variables.values():
        if variable.kind == "stock" and not variable.hidden:
            assert shown[variable.canonical, "stock"] == variable.group
    chains = xuhui.checks.conservation
    assert chains is not None
    flows = {name for chain in chains.chains if chain.stocks for name in chain.inflows}
    drawn = {name for name, kind in shown if kind == "flow"}
    assert {xuhui.model.names.find(name).canonical for name in flows} <= drawn
    for parameter in xuhui.parameters.values():
        if parameter.role == "lever":
            assert (xuhui.model.names.find(parameter.name).canonical, "lever") in shown


def test_nothing_lies_on_anything_else(laid_out: dict[str, Sector]) -> None:
    for name, sector in laid_out.items():
        assert sector.placed.width <= PAGE * 1.5, name  # one long row may need more
        chains = {chain.block.key: chain.block for chain in sector.chains}
        boxes = {}
        for key, (x, y) in sector.placed.centres.items():
            width, height = (
                (chains[key].width, chains[key].height) if key in chains else sector.items[key].size
            )
            boxes[key] = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        for one, other in itertools.combinations(boxes, 2):
            assert not overlap(boxes[one], boxes[other]), (name, one, other)

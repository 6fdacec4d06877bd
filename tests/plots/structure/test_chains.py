"""A row of stocks: boxes, pipes and clouds at the lengths worked by hand."""

from __future__ import annotations

import pytest

from xhsim.plots.structure.chains import Tap, shape_chain


def test_one_stock_with_an_inflow_from_outside() -> None:
    """Room for a cloud (2 x 8 + 2), a column (20 + 8), then a box (30 + 2 x 6)."""
    tap = Tap("entry", None, "firms", (20, 9), True)
    chain = shape_chain("c", ["firms"], {"firms": (30, 9)}, [tap])
    (box,), (pipe,) = chain.boxes, chain.pipes
    # From 2 (the cloud's edge) to 88 (the box's), so the centre is at 45.
    assert chain.block.width == pytest.approx(86)
    assert (box.x, box.width, box.height) == pytest.approx((67 - 45, 42, 24))
    assert pipe.cloud == pytest.approx(10 - 45)
    assert (pipe.start, pipe.valve, pipe.end) == pytest.approx((10 - 45, 32 - 45, 46 - 45))
    # The label is 7 + 9 / 2 above the pipe; the whole reaches from -16 to 12.
    assert chain.block.height == pytest.approx(28)
    assert pipe.label[1] == pytest.approx(pipe.y - 11.5)


def test_a_flow_between_two_stocks_joins_their_boxes() -> None:
    sizes = {"young": (30.0, 9.0), "old": (30.0, 9.0)}
    for source, target, sign in (("young", "old", 1), ("old", "young", -1)):
        tap = Tap("ageing", source, target, (20, 9), False)
        chain = shape_chain("c", ["young", "old"], sizes, [tap])
        (left, right), (pipe,) = chain.boxes, chain.pipes
        assert pipe.cloud is None
        ends = (left.x + left.width / 2, right.x - right.width / 2)
        assert (pipe.start, pipe.end) == pytest.approx(ends[::sign])
        assert chain.short == {("young", "ageing"), ("old", "ageing")}


def test_flows_with_arrows_lie_above_those_without() -> None:
    taps = [Tap("plain", None, "a", (20, 9), False), Tap("caused", None, "a", (20, 9), True)]
    chain = shape_chain("c", ["a"], {"a": (30, 9)}, taps)
    height = {pipe.key: pipe.y for pipe in chain.pipes}
    assert height["caused"] == pytest.approx(height["plain"] - 15)
    # An arrow reaches the upper flow from above only, the lower one from below only.
    assert chain.ports["caused"].bottom is None
    assert chain.ports["plain"].top is None
    assert chain.boxes[0].height == pytest.approx(15 + 16)


def test_stocks_without_a_flow_between_them_are_apart() -> None:
    chain = shape_chain("c", ["a", "b"], {"a": (30, 9), "b": (50, 9)}, [])
    left, right = chain.boxes
    assert right.x - right.width / 2 - (left.x + left.width / 2) == pytest.approx(24)
    assert chain.block.width == pytest.approx(42 + 24 + 62)

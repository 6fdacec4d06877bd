"""Scalar nodes of a plan: shared, marked as constant or moving, and limited in kind."""

from __future__ import annotations

from pathlib import Path

from tests.engine.models import model_of
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.compiling.unroll import can_unroll, unroll


def test_equal_nodes_are_shared(tmp_path: Path) -> None:
    model = model_of(tmp_path, "a = 2\nx = (a+Time)*(a+Time)\ny = a+Time")
    unrolled = unroll(model.equations, make_plan(model.equations, ["x", "y"], (), ()))
    sums = [node for node in unrolled.nodes if node.data == "add"]
    assert len(sums) == 1
    assert unrolled.outputs[0].arguments == (sums[0], sums[0])
    assert sums[0].moves


def test_an_unknown_function_has_no_scalar_form(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = SIN(Time)")
    plan = make_plan(model.equations, ["x"], (), ())
    assert can_unroll(model.equations, plan, ["sin"])
    assert not can_unroll(model.equations, plan, ["cos"])

"""The plan of a run: what is computed once, at the start, at every step, and where saved."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from tests.engine.models import model_of
from xhsim.engine.compiling.plan import make_plan
from xhsim.engine.equations import Equations
from xhsim.errors import ModelError

TEXT = """
a = 2
double = a*2
first = INITIAL(level)
level = INTEG(flow, double)
flow = level*double-season
season = Time*a
shown = level/first
unused = flow+1
"""


@pytest.fixture
def equations(tmp_path: Path) -> Equations:
    return model_of(tmp_path, TEXT).equations


def test_each_variable_is_computed_where_it_changes(equations: Equations) -> None:
    plan = make_plan(equations, ["shown"], (), ())
    assert plan.constants == ("double", "saveper")
    assert plan.stocks == ("level",)
    assert plan.step == ("season", "flow")
    assert plan.report == ("first", "shown")
    assert plan.outputs == ("shown",)
    assert len(plan.held) == 1  # what INITIAL keeps
    assert plan.start.index("level") < plan.start.index(plan.held[0])
    everything = {*plan.inputs, *plan.constants, *plan.start, *plan.step, *plan.report}
    assert "unused" not in everything


def test_a_given_variable_needs_none_of_its_causes(equations: Equations) -> None:
    plan = make_plan(equations, ["shown"], ["level"], ())
    assert "level" in plan.inputs
    assert plan.stocks == plan.step == ()
    assert plan.constants == ("saveper",)


def test_a_path_is_neither_constant_nor_computed(equations: Equations) -> None:
    plan = make_plan(equations, ["flow"], (), ["double"])
    assert plan.paths == ("double",)
    assert "double" not in (*plan.inputs, *plan.constants, *plan.step)


@pytest.mark.parametrize(
    ("equations", "shown"),
    [
        ("x = INITIAL(y)\ny = x + 1", '"y" -> "x" -> "y"'),
        ("x = ACTIVE INITIAL(y + 1, 4)\ny = x*2", '"x" -> "y" -> "x"'),
        ("x = SMOOTHI(1, 2, y)\ny = x + 1", '"y" -> "x" -> "y"'),
    ],
)
def test_a_circle_shows_the_names_of_the_file(tmp_path: Path, equations: str, shown: str) -> None:
    with pytest.raises(ModelError, match=f"in a circle: {shown}. .* begin a delay, smooth or INI"):
        model_of(tmp_path, equations)


def test_a_circle_without_a_stock_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r'circle: "x" -> "y" -> "x".*stock or a delay') as caught:
        model_of(tmp_path, "x = y+1\ny = x*2")
    assert caught.value.line == 2
    assert issubclass(ModelError, xhsim.InputError)

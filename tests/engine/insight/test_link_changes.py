"""Partial changes along links, by hand and against what a variable changes by in all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import DATA, model_of
from xhsim.engine.insight.link_changes import (
    LinkChanges,
    LinkEquations,
    link_changes,
    link_equations,
)
from xhsim.engine.insight.loops_in_run import run_steps
from xhsim.engine.model import Model
from xhsim.engine.request import Request
from xhsim.errors import InputError


def changes_of(
    model: Model, method: str = "euler", given: frozenset[str] = frozenset()
) -> tuple[LinkEquations, LinkChanges]:
    equations, run = run_steps(model, Request(method=method))
    prepared = link_equations(equations, given)
    return prepared, link_changes(prepared, run)


def along(prepared: LinkEquations, cause: tuple[str, int], effect: tuple[str, int]) -> int:
    pairs = zip(prepared.effect, prepared.cause, strict=True)
    named = [(prepared.nodes[int(c)], prepared.nodes[int(e)]) for e, c in pairs]
    return named.index((cause, effect))


def test_a_product_by_hand(tmp_path: Path) -> None:
    # At times 0, 1, 2, 3: x is 1, 3, 5, 7 and y is 10, 9, 8, 7.
    model = model_of(tmp_path, "x = INTEG(2, 1)\ny = INTEG(-1, 10)\nz = x*y + Time", end=3)
    prepared, found = changes_of(model)
    z = prepared.nodes.index(("z", 0))
    assert found.change[along(prepared, ("x", 0), ("z", 0)), :, 0].tolist() == [18, 16]
    assert found.change[along(prepared, ("y", 0), ("z", 0)), :, 0].tolist() == [-3, -5]
    assert found.change[along(prepared, ("time", 0), ("z", 0)), :, 0].tolist() == [1, 1]
    # Both together: 5*8 + 2 - (3*9 + 1), and 7*7 + 3 - (5*8 + 2).
    assert found.total[z, :, 0].tolist() == [14, 10]
    assert found.sign[along(prepared, ("y", 0), ("z", 0)), :, 0].tolist() == [1, 1]


def test_a_stock_changes_a_step_after_its_flows(tmp_path: Path) -> None:
    # The inflow is 0, 1, 4, 9: it rises by 1, 3, 5.
    model = model_of(tmp_path, "s = INTEG(f - 0.5*s, 8)\nf = Time*Time", end=3)
    prepared, found = changes_of(model)
    # s is 8, 4, 3: the outflow is 4, 2, 1.5.
    assert found.change[along(prepared, ("f", 0), ("s", 0)), :, 0].tolist() == [1, 3]
    assert found.change[along(prepared, ("s", 0), ("s", 0)), :, 0].tolist() == [2, 0.5]
    assert found.total[prepared.nodes.index(("s", 0)), :, 0].tolist() == [3, 3.5]
    assert found.sign[along(prepared, ("s", 0), ("s", 0)), :, 0].tolist() == [-1, -1]


def test_causes_of_a_linear_equation_explain_all_of_it(tmp_path: Path) -> None:
    text = """
    a[Row] = INTEG(0.1*b - 0.2*a[Row], 3)
    b = INTEG(SUM(a[Row!]) - a[r2] + SMOOTH(b, 3) - 0.4*DELAY3(b, 2), 2)
    c[Row] = 2*a[Row] - b/3 + SIN(Time)
    """
    model = model_of(tmp_path, text, ranges="Row: r1, r2", step=0.25)
    prepared, found = changes_of(model)
    sums = np.zeros(found.total.shape)
    np.add.at(sums, prepared.effect, found.change)
    computed = np.unique(prepared.effect)
    assert sums[computed] == pytest.approx(found.total[computed], abs=1e-11)


def test_elements_are_causes_of_their_own(tmp_path: Path) -> None:
    text = "x[Row] = INTEG(speed[Row], 1)\nspeed[Row] = 1, 3\ny = SUM(x[Row!])"
    model = model_of(tmp_path, text, ranges="Row: r1, r2", end=3)
    prepared, found = changes_of(model)
    assert found.change[along(prepared, ("x", 0), ("y", 0))].ravel().tolist() == [1, 1]
    assert found.change[along(prepared, ("x", 1), ("y", 0))].ravel().tolist() == [3, 3]


def test_lookups_and_what_is_sampled(tmp_path: Path) -> None:
    text = """
    x = INTEG(1, 0)
    table((0,0),(2,2),(10,2))
    y = table(x)
    kept = SAMPLE IF TRUE(MODULO(Time, 2) = 0, x, 0)
    z = 3*kept
    """
    model = model_of(tmp_path, text, end=6)
    prepared, found = changes_of(model)
    assert found.change[along(prepared, ("x", 0), ("y", 0))].ravel().tolist() == [1, 0, 0, 0, 0]
    assert ("z", 0) in prepared.nodes


def test_what_is_given_is_a_cause_and_no_effect(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = INTEG(y, 1)\ny = 0.1*x", end=3)
    equations, _ = run_steps(model, Request())
    prepared = link_equations(equations, frozenset({"y"}))
    effects = {prepared.nodes[number] for number in prepared.effect.tolist()}
    assert effects == {("x", 0)}


@pytest.mark.parametrize(
    ("equation", "message"),
    [
        ("y = DELAY FIXED(x, 2, 0)", r'"delay in y" is a DELAY FIXED.*use DELAY3'),
        ("y = x*RANDOM 0 1()", r'"y" draws random numbers.*as a Path'),
    ],
)
def test_what_has_no_scores(tmp_path: Path, equation: str, message: str) -> None:
    model = model_of(tmp_path, f"x = INTEG(0.1*y, 1)\n{equation}")
    with pytest.raises(InputError, match=f"(?s){message}"):
        link_equations(model.equations, frozenset())


def test_conveyors_have_no_scores() -> None:
    model = xhsim.load_model(DATA / "xmile" / "conveyors.stmx")
    with pytest.raises(InputError, match=r"are those of a conveyor or a queue.*a plain stock"):
        model.loops("Students")

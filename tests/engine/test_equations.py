"""Walking through expressions of the intermediate form, and the axes along which they vary."""

from __future__ import annotations

from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Expression,
    Fixed,
    Interpolate,
    Part,
    Random,
    Reduce,
    VariableReference,
    Vector,
    expression_uses,
    free_axes,
    walk,
)

AREA = Axis("area", ("north", "south"))
ONE = ConstantNumber(1.0)
BY_AREA = VariableReference("x", (Along("area", (0, 1)), Fixed(2)))
BY_KIND = ConstantArray((1.0, 2.0, 3.0), ("kind",))


def test_walk_gives_the_outer_before_the_inner() -> None:
    inside = Apply("add", (BY_AREA, ONE))
    curve = Interpolate("curve", (), inside)
    whole = Reduce("sum", (AREA,), (Random("uniform", 1, (Vector("rank", (), (curve,)),)),))
    found = list(walk(whole))
    assert [type(e).__name__ for e in found] == [
        *("Reduce", "Random", "Vector", "Interpolate", "Apply"),
        *("VariableReference", "ConstantNumber"),
    ]
    assert found[3:] == [curve, inside, BY_AREA, ONE]


def test_fixed_indices_and_numbers_have_no_axes() -> None:
    assert free_axes(ONE) == set()
    assert free_axes(VariableReference("x", (Fixed(0),))) == set()


def test_axes_of_arguments_are_joined_and_reduced_ones_removed() -> None:
    both: Expression = Apply("multiply", (BY_AREA, BY_KIND))
    assert free_axes(both) == {"area", "kind"}
    assert free_axes(Reduce("sum", (AREA,), (both,))) == {"kind"}
    assert free_axes(Vector("rank", ("time",), (BY_KIND,))) == {"kind", "time"}
    assert free_axes(Interpolate("curve", (Along("area", (1, 0)),), BY_KIND)) == {"area", "kind"}


def test_functions_of_time_use_time() -> None:
    assert expression_uses(Apply("add", (VariableReference("x"), ONE))) == {"x"}
    stepped = Apply("step", (ONE, VariableReference("x")))
    assert expression_uses(stepped) == Part((), (), stepped).uses == {"x", "time"}

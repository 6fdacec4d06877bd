"""Checks of stored equations that a type cannot make."""

from __future__ import annotations

import pytest

from xhsim.engine.containers.descriptions import Line
from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Definition,
    Dimension,
    Discrete,
    Equations,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Lookup,
    Part,
    Reduce,
    Rule,
    Stock,
    Variable,
    VariableKind,
    VariableReference,
)
from xhsim.engine.loading.checks import check_definitions, check_variables

ONE = ConstantNumber(1.0)
ZONE = Dimension("Zone", "zone", ("north", "south"))
AXIS = Axis("zone", ZONE.elements)
BOTH = Along("zone", (0, 1))


def variable(key: str, kind: VariableKind = "auxiliary", *, size: int = 0) -> Variable:
    shape = (size,) if size else ()
    identifier = f"{key}_2"  # a plain time_step is taken
    return Variable(key, key, key, identifier, kind, ("zone",) * len(shape), shape)


def whole(expression: Expression) -> Rule:
    return Rule((Part((AXIS,), (BOTH,), expression),))


def scalar(expression: Expression) -> Rule:
    return Rule((Part((), (), expression),))


def model(x: Definition, own: Variable | None = None) -> tuple[Equations, dict[str, Definition]]:
    own = own or variable("x", size=2)
    controls = ("initial_time", "final_time", "time_step")
    variables = [own, variable("y", size=2), variable("table", "lookup")]
    variables += [variable(key, "constant") for key in controls]
    definitions: dict[str, Definition] = {
        "x": x,
        "y": whole(ONE),
        "table": Lookup((((0.0,), (1.0,)),)),
        **dict.fromkeys(controls, scalar(ONE)),
    }
    named = {each.key: each for each in variables}
    return Equations("", named, definitions, {"zone": ZONE}, frozenset()), definitions


def sum_of(expression: Expression) -> Reduce:
    return Reduce("sum", (Axis("zone!", ZONE.elements),), (expression,))


@pytest.mark.parametrize(
    "fits",
    [
        whole(VariableReference("y", (BOTH,))),
        whole(ConstantArray((1.0, 2.0), ("zone",))),
        whole(Apply("add", (ONE, VariableReference("time")))),
        whole(sum_of(VariableReference("y", (Along("zone!", (0, 1)),)))),
        whole(Interpolate("table", (), ONE)),
        Rule((Part((), (Fixed(0),), ONE), Part((), (Fixed(1),), ONE))),
    ],
)
def test_what_fits_passes(fits: Rule) -> None:
    check_definitions(*model(fits))


def place(index: Index) -> Rule:
    return whole(VariableReference("y", (index,)))


UNFIT: dict[str, Definition] = {
    "an unknown name": whole(VariableReference("z")),
    "a lookup as a number": whole(VariableReference("table")),
    "a number as a lookup": whole(Interpolate("y", (BOTH,), ONE)),
    "no index": whole(VariableReference("y")),
    "an index of time": whole(VariableReference("time", (BOTH,))),
    "an unknown axis": place(Along("age", (0, 1))),
    "an axis of a sum outside of it": place(Along("zone!", (0, 1))),
    "a place outside": place(Fixed(2)),
    "places outside": place(Along("zone", (0, 2))),
    "too few places": place(Along("zone", (0,))),
    "an unknown function": whole(Apply("import os", (ONE,))),
    "a function of arrays for one number": whole(Apply("sum", (ONE,))),
    "a function that equations replace": whole(Apply("smooth", (ONE, ONE))),
    "a missing argument": whole(Apply("add", (ONE,))),
    "an argument too many": whole(Apply("add", (ONE, ONE, ONE))),
    "a sum over its own axis": whole(Reduce("sum", (AXIS,), (ONE,))),
    "too few numbers": whole(ConstantArray((1.0,), ("zone",))),
    "no parts": Rule(()),
    "only one of two elements": Rule((Part((), (Fixed(0),), ONE),)),
    "one element twice": Rule((Part((), (Fixed(0),), ONE), Part((), (Fixed(0),), ONE))),
    "an axis that fills nothing": Rule((Part((AXIS,), (Fixed(0),), ONE),)),
    "too few numbers for a queue": Discrete(
        whole(ONE).parts, whole(ONE).parts, (), Line(name="queue", inflows=2)
    ),
    "a stock without a start": Stock(whole(ONE).parts, ()),
    "tables for a number": Lookup((((0.0,), (1.0,)),) * 2),
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT)
def test_what_does_not_fit_is_refused(unfit: Definition) -> None:
    with pytest.raises(ValueError, match="fit"):
        check_definitions(*model(unfit))


@pytest.mark.parametrize(
    "name", ["import", "a b", "os.system", "np", "time", "x\n", "y_2", "X", ""]
)
def test_a_name_that_code_may_not_contain_is_refused(name: str) -> None:
    own = Variable("x", "x", "x", name, "auxiliary", ("zone",), (2,))
    with pytest.raises(ValueError, match="fit"):
        check_definitions(*model(whole(ONE), own))


def test_kinds_and_definitions_agree() -> None:
    for kind, definition in (("constant", whole(sum_of(ONE))), ("lookup", whole(ONE))):
        with pytest.raises(ValueError, match="fit"):
            check_definitions(*model(definition, variable("x", kind, size=2)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        variable("x"),
        variable("time"),
        variable("zone"),
        Variable("z", "z", "z", "z", "auxiliary", ("zone",), (3,)),
        Variable("z", "z", "z", "z", "auxiliary", ("age",), (2,)),
        Variable("z", "z", "z", "z", "auxiliary", ("zone",), ()),
    ],
)
def test_names_and_shapes_fit(other: Variable) -> None:
    check_variables([variable("x", size=2)], [ZONE])
    with pytest.raises(ValueError, match="fit"):
        check_variables([variable("x", size=2), other], [ZONE])

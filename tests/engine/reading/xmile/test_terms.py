"""Terms of equations: lists, flags and what a list puts on a belt."""

from __future__ import annotations

import pytest

from xhsim.engine.language.syntax import Call, Name, Number
from xhsim.engine.reading.xmile.terms import ONE, ZERO, flag, listed_content, split_list, unless


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("6", ["6"]),
        ("1, 2;3", ["1", "2", "3"]),
        ("MAX(1, a[x,y]), 2", ["MAX(1, a[x,y])", "2"]),
        ("1,", ["1"]),
        ("", [""]),
    ],
)
def test_lists_are_split_outside_brackets(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


def test_conditions() -> None:
    condition = Call("greater", (Name("x"), ZERO))
    assert flag(None) == ZERO
    assert flag(condition) == Call("if_then_else", (condition, ONE, ZERO))
    assert unless([None], Name("x")) == Name("x")
    assert unless([condition], Name("x")) == Call("if_then_else", (condition, ZERO, Name("x")))


def value(node: object, step: float) -> float:
    """Compute a term of numbers."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return step
    assert isinstance(node, Call)
    a, b, *c = [*(value(each, step) for each in node.arguments), 0.0]
    match node.function:
        case "if_then_else":
            return b if a else c[0]
        case "max":
            return max(a, b)
        case "integer":
            return float(int(a))
        case "greater" | "equal":
            return float(a > b if node.function == "greater" else a == b)
    return {"add": a + b, "subtract": a - b, "multiply": a * b, "divide": a / (b or 1.0)}[
        node.function
    ]


@pytest.mark.parametrize(
    ("transit", "step", "content"),
    [(4.0, 1.0, 10.0), (4.0, 0.25, 10.0), (2.0, 0.5, 10.0), (3.0, 1.0, 6.0), (6.0, 1.0, 18.0)],
)
def test_a_list_fits_its_belt(transit: float, step: float, content: float) -> None:
    batches = [Number(float(number)) for number in (1, 2, 3, 4)]
    assert value(listed_content([*batches], Number(transit)), step) == content

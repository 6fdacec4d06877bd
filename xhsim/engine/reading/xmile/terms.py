"""Terms of the equations that the reader writes for conveyors and queues."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Node, Number

__all__ = [
    "ONE",
    "ROUNDING",
    "STEP",
    "ZERO",
    "container",
    "flag",
    "listed_content",
    "minus",
    "over",
    "plus",
    "split_list",
    "times",
    "unit_ends",
    "unless",
    "whole",
]

ZERO, ONE = Number(0.0), Number(1.0)
STEP = Name("time_step")
ROUNDING = 1e-9


def split_list(text: str) -> list[str]:
    """Split a list at the commas or semicolons that are in no brackets.

    Examples
    --------
    >>> split_list("1, MAX(2, 3), 4")
    ['1', 'MAX(2, 3)', '4']
    """
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character in ",;" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    kept = [part.strip() for part in parts]
    return kept[:-1] if len(kept) > 1 and not kept[-1] else kept


def container(
    change: Node, content: Node, description: str, begins: list[Node], taken: list[Node]
) -> Node:
    """Return the equation of a conveyor or a queue."""
    lists = (Call("start", tuple(begins)), Call("step", tuple(taken)))
    return Call(syntax.CONTAINER, (change, content, syntax.Text(description), *lists))


def listed_content(batches: list[Node], transit: Node) -> Node:
    """Return what a list puts on a belt in all: numbers are left out or repeated as needed."""
    places = Call("max", (whole(plus(over(transit, STEP), Number(0.5 + ROUNDING))), ONE))
    units = plus(whole(plus(times(minus(places, ONE), STEP), Number(ROUNDING))), ONE)
    total: Node = ZERO
    for number, batch in enumerate(batches):
        counts = Call("greater", (units, Number(float(number))))
        total = plus(total, Call("if_then_else", (counts, batch, ZERO)))
    more = Call("max", (minus(units, Number(float(len(batches)))), ZERO))
    total = plus(total, times(more, batches[-1]))
    is_by_place = Call("equal", (places, Number(float(len(batches)))))
    return Call("if_then_else", (is_by_place, reduce(plus, batches), total))


def unit_ends() -> Node:
    """Return 1 if another unit of time begins at the end of the step, and 0 otherwise."""
    now, later = (
        whole(plus(time, Number(ROUNDING))) for time in (Name("time"), plus(Name("time"), STEP))
    )
    return flag(Call("greater", (later, now)))


def unless(conditions: Iterable[Node | None], value: Node) -> Node:
    """Return a value, or 0 under some conditions."""
    for condition in conditions:
        if condition is not None:
            value = Call("if_then_else", (condition, ZERO, value))
    return value


def flag(condition: Node | None) -> Node:
    """Return 1 under a condition, and 0 otherwise or if there is none."""
    return ZERO if condition is None else Call("if_then_else", (condition, ONE, ZERO))


def whole(value: Node) -> Node:
    """Return a value without its fraction."""
    return Call("integer", (value,))


def plus(a: Node, b: Node) -> Node:
    """Return a sum."""
    return Call("add", (a, b))


def minus(a: Node, b: Node) -> Node:
    """Return a difference."""
    return Call("subtract", (a, b))


def times(a: Node, b: Node) -> Node:
    """Return a product."""
    return Call("multiply", (a, b))


def over(a: Node, b: Node) -> Node:
    """Return a quotient."""
    return Call("divide", (a, b))

"""The value of an expression that numbers determine."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from xhsim.engine.language import syntax

__all__ = ["known_value"]

SMALL = 1e-6  # ZIDZ and XIDZ take a smaller denominator for zero
FUNCTIONS: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": math.pow,
    "negative": operator.neg,
    "less": operator.lt,
    "less_equal": operator.le,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "and": lambda left, right: bool(left) and bool(right),
    "or": lambda left, right: bool(left) or bool(right),
    "not": operator.not_,
    "if_then_else": lambda condition, yes, no: yes if condition else no,
    "min": min,
    "max": max,
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "integer": math.trunc,
    "int_xmile": math.floor,
    "round_xmile": lambda value: math.trunc(value + math.copysign(0.5, value)),
    "sign_xmile": lambda value: (value > 0) - (value < 0),
    "modulo": math.fmod,
    "quantum": lambda value, unit: unit * math.trunc(value / unit) if unit else value,
    "game": float,
    "zidz": lambda above, below: above / below if abs(below) > SMALL else 0.0,
    "xidz": lambda above, below, other: above / below if abs(below) > SMALL else other,
}


def known_value(node: syntax.Node, other: Callable[[syntax.Node], float | None]) -> float | None:
    """Return the value of an expression, or None if it is not known.

    Parameters
    ----------
    node : syntax.Node
    other : callable
        Returns the value of a name, or of a call that this function does not know, or None.

    Returns
    -------
    float or None

    Examples
    --------
    >>> from xhsim.engine.language.syntax import Call, Name, Number
    >>> largest = Call("max", (Number(1.0), Call("integer", (Name("order"),))))
    >>> known_value(largest, lambda name: 2.5), known_value(largest, lambda name: None)
    (2.0, None)
    """
    if isinstance(node, syntax.Number):
        return node.value
    if not isinstance(node, syntax.Call) or node.function not in FUNCTIONS:
        return other(node)
    arguments = [known_value(argument, other) for argument in node.arguments]
    if any(argument is None for argument in arguments):
        return None
    try:
        return float(FUNCTIONS[node.function](*arguments))
    except (ArithmeticError, ValueError, TypeError):  # such as 1/0, or a wrong number of arguments
        return None

"""Rows of the table of functions: powers, logarithms and trigonometry."""

from __future__ import annotations

import math

from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function

__all__ = ["ROWS"]


def _of_angles(meaning: str, name: str, scalar: str | None = None) -> Function:
    """Return a row for a function without a machine-code form."""
    return Function(
        meaning=meaning,
        arguments=("value",),
        units=unit_rules.OF_PLAIN_NUMBERS,
        numpy=f"np.{name}({{0}})",
        scalar=f"{scalar or name}({{0}})",
        machine=None,
    )


ROWS: dict[str, Function] = {
    "exp": Function(
        meaning="Raises e (2.718...) to a power.",
        arguments=("exponent",),
        units=unit_rules.OF_PLAIN_NUMBERS,
        numpy="np.exp({0})",
        scalar="exp({0})",
        machine=lambda maths, exponent: maths.exp(exponent),
    ),
    "ln": Function(
        meaning="Gives the natural logarithm of a number.",
        arguments=("value",),
        units=unit_rules.OF_PLAIN_NUMBERS,
        numpy="np.log({0})",
        scalar="log({0})",
        machine=lambda maths, value: maths.log(value),
    ),
    "log": Function(
        meaning="Gives the logarithm of a number to a base.",
        arguments=("value", "base"),
        units=unit_rules.OF_PLAIN_NUMBERS,
        numpy="(np.log({0}) / np.log({1}))",
        scalar="(log({0}) / log({1}))",
        machine=lambda maths, value, base: maths.at.fdiv(maths.log(value), maths.log(base)),
    ),
    "sqrt": Function(
        meaning="Gives the square root of a number.",
        arguments=("value",),
        units=unit_rules.SQUARE_ROOT,
        numpy="np.sqrt({0})",
        scalar="sqrt({0})",
        machine=lambda maths, value: maths.intrinsic("sqrt", value),
    ),
    "gamma_ln": Function(
        meaning="Gives the natural logarithm of the gamma function.",
        arguments=("value",),
        units=unit_rules.OF_PLAIN_NUMBERS,
        numpy="log_gamma({0})",
        scalar="lgamma({0})",
        machine=None,
    ),
    "pi": Function(
        meaning="Gives the number 3.14159...",
        arguments=(),
        units=unit_rules.PLAIN_NUMBER,
        numpy="np.pi",
        scalar="pi",
        machine=lambda maths: maths.number(math.pi),
    ),
    "sin": _of_angles("Gives the sine of an angle in radians.", "sin"),
    "cos": _of_angles("Gives the cosine of an angle in radians.", "cos"),
    "tan": _of_angles("Gives the tangent of an angle in radians.", "tan"),
    "arcsin": _of_angles("Gives the angle in radians that has this sine.", "arcsin", "asin"),
    "arccos": _of_angles("Gives the angle in radians that has this cosine.", "arccos", "acos"),
    "arctan": _of_angles("Gives the angle in radians that has this tangent.", "arctan", "atan"),
    "sinh": _of_angles("Gives the hyperbolic sine of a number.", "sinh"),
    "cosh": _of_angles("Gives the hyperbolic cosine of a number.", "cosh"),
    "tanh": _of_angles("Gives the hyperbolic tangent of a number.", "tanh"),
}

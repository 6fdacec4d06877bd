"""Rows of the table of functions: arithmetic, rounding and division."""

from __future__ import annotations

from xhsim.engine.language import machine_forms as machine
from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function
from xhsim.engine.language.machine_forms import MachineForm
from xhsim.engine.language.unit_rules import UnitRule

__all__ = ["ROWS"]


def _operator(sign: str, meaning: str, units: UnitRule, form: MachineForm) -> Function:
    return Function(
        meaning=meaning,
        arguments=("a", "b"),
        units=units,
        numpy=f"({{0}} {sign} {{1}})",
        scalar=f"({{0}} {sign} {{1}})",
        machine=form,
        written=sign,
    )


ROWS: dict[str, Function] = {
    "add": _operator("+", "Adds two numbers.", unit_rules.ALIKE, machine.instruction("fadd")),
    "subtract": _operator(
        "-",
        "Subtracts the second number from the first.",
        unit_rules.ALIKE,
        machine.instruction("fsub"),
    ),
    "multiply": _operator(
        "*", "Multiplies two numbers.", unit_rules.PRODUCT, machine.instruction("fmul")
    ),
    "divide": _operator(
        "/",
        "Divides the first number by the second.",
        unit_rules.QUOTIENT,
        machine.instruction("fdiv"),
    ),
    "power": Function(
        meaning="Raises a number to a power.",
        arguments=("base", "exponent"),
        units=unit_rules.POWER,
        numpy="({0} ** {1})",
        scalar="power({0}, {1})",
        machine=lambda maths, base, exponent: maths.power(base, exponent),
        written="^",
    ),
    "negative": Function(
        meaning="Changes the sign of a number.",
        arguments=("value",),
        units=unit_rules.FIRST,
        numpy="(-{0})",
        scalar="(-{0})",
        machine=machine.instruction("fneg"),
        written="-",
    ),
    "abs": Function(
        meaning="Gives the absolute value of a number.",
        arguments=("value",),
        units=unit_rules.FIRST,
        numpy="np.abs({0})",
        scalar="fabs({0})",
        machine=machine.intrinsic("fabs"),
    ),
    # If either argument is NaN, the result is NaN, as in NumPy.
    "min": Function(
        meaning="Gives the smaller of two numbers.",
        arguments=("a", "b"),
        units=unit_rules.ALIKE,
        numpy="np.minimum({0}, {1})",
        scalar="({0} if {0} <= {1} or {0} != {0} else {1})",
        machine=machine.intrinsic("minimum"),
    ),
    "max": Function(
        meaning="Gives the larger of two numbers.",
        arguments=("a", "b"),
        units=unit_rules.ALIKE,
        numpy="np.maximum({0}, {1})",
        scalar="({0} if {0} >= {1} or {0} != {0} else {1})",
        machine=machine.intrinsic("maximum"),
    ),
    "integer": Function(
        meaning="Drops the digits after the decimal point.",
        arguments=("value",),
        units=unit_rules.FIRST,
        numpy="np.trunc({0})",
        scalar="whole({0})",
        machine=machine.intrinsic("trunc"),
    ),
    # Rows and not conditions: a condition would draw a random argument several times.
    "int_xmile": Function(
        meaning="Rounds a number down to a whole number (INT of XMILE).",
        arguments=("value",),
        units=unit_rules.FIRST,
        numpy="np.floor({0})",
        scalar="(whole({0}) - ({0} < whole({0})))",
        machine=machine.intrinsic("floor"),
        written="INT",
    ),
    "round_xmile": Function(
        meaning="Rounds to the nearest whole number; a half goes away from zero (ROUND of Stella).",
        arguments=("value",),
        units=unit_rules.FIRST,
        numpy="np.trunc({0} + np.copysign(0.5, {0}))",
        scalar="whole({0} + copysign(0.5, {0}))",
        machine=machine.rounded,
        written="ROUND",
    ),
    "sign_xmile": Function(
        meaning="Gives 1 for a positive number, -1 for a negative one, else 0 (SIGN of Stella).",
        arguments=("value",),
        units=unit_rules.PLAIN_NUMBER,
        numpy="np.sign({0})",
        scalar="({0} if {0} == 0.0 or {0} != {0} else copysign(1.0, {0}))",
        machine=machine.sign,
        written="SIGN",
    ),
    "quantum": Function(
        meaning="Rounds a number towards zero to a multiple of the unit.",
        arguments=("value", "unit"),
        units=unit_rules.ALIKE,
        numpy="quantum({0}, {1})",
        scalar="quantum({0}, {1})",
        machine=machine.quantum,
    ),
    "modulo": Function(
        meaning="Gives the remainder of a division, with the sign of the value.",
        arguments=("value", "divisor"),
        units=unit_rules.ALIKE,
        numpy="({0} - quantum({0}, {1}))",
        scalar="({0} - quantum({0}, {1}))",
        machine=lambda maths, value, divisor: maths.at.fsub(
            value, machine.quantum(maths, value, divisor)
        ),
    ),
    "zidz": Function(
        meaning="Divides two numbers. Gives 0 if the denominator is zero or nearly zero.",
        arguments=("numerator", "denominator"),
        units=unit_rules.QUOTIENT,
        numpy="divide_or({0}, {1}, 0.0)",
        scalar="(0.0 if -1e-06 < {1} < 1e-06 else {0} / {1})",
        machine=lambda maths, above, below: machine.divide_or(
            maths, above, below, maths.number(0.0)
        ),
    ),
    "xidz": Function(
        meaning="Divides two numbers. Gives the third argument if the denominator is zero or "
        "nearly zero.",
        arguments=("numerator", "denominator", "otherwise"),
        units=unit_rules.QUOTIENT_OR,
        numpy="divide_or({0}, {1}, {2})",
        scalar="({2} if -1e-06 < {1} < 1e-06 else {0} / {1})",
        machine=machine.divide_or,
    ),
    "game": Function(
        meaning="Gives its argument unchanged, because a run has no player who could change it.",
        arguments=("value",),
        units=unit_rules.FIRST,
        numpy="{0}",
        scalar="{0}",
        machine=lambda maths, value: value,
    ),
}

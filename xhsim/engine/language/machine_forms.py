"""The machine-code forms of functions, written with `xhsim.engine.compiling.machine_maths.Maths`.

Rows of the table of functions refer to these forms. The module does not import llvmlite, which is
optional.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = [
    "MachineForm",
    "as_number",
    "comparison",
    "divide_or",
    "endless_ramp",
    "instruction",
    "intrinsic",
    "pulse",
    "quantum",
    "ramp",
    "rounded",
    "sign",
    "step",
]

Maths = Any  # `xhsim.engine.compiling.machine_maths.Maths`, whose module imports llvmlite
Value = Any  # a value of llvmlite, which has no type hints
# Called with a `Maths` and the value of each argument.
MachineForm = Callable[..., Any]
SMALL = 1e-6  # Vensim treats a smaller denominator as zero, and times this close as equal


def instruction(name: str) -> MachineForm:
    """Return the form of a function that is one LLVM instruction."""
    return lambda maths, *given: getattr(maths.at, name)(*given)


def comparison(sign: str) -> MachineForm:
    """Return the form that compares two numbers. A comparison with NaN is false."""
    return lambda maths, *given: maths.at.fcmp_ordered(sign, *given)


def intrinsic(name: str) -> MachineForm:
    """Return the form of a function that is an LLVM intrinsic."""
    return lambda maths, *given: maths.intrinsic(name, *given)


def as_number(maths: Maths, condition: Value) -> Value:
    """Write 1 where a condition is true and 0 where it is false."""
    return maths.at.select(condition, maths.number(1.0), maths.number(0.0))


def quantum(maths: Maths, number: Value, unit: Value) -> Value:
    """Write the number, rounded towards zero to a multiple of `unit`."""
    at = maths.at
    is_whole = at.fcmp_ordered(">=", unit, maths.number(SMALL))
    parts = maths.intrinsic("trunc", at.fdiv(number, unit))
    return at.select(is_whole, at.fmul(unit, parts), number)


def rounded(maths: Maths, number: Value) -> Value:
    """Write the nearest whole number; a half goes away from zero."""
    half = maths.intrinsic("copysign", maths.number(0.5), number)
    return maths.intrinsic("trunc", maths.at.fadd(number, half))


def sign(maths: Maths, number: Value) -> Value:
    """Write 1, -1 or 0 with the sign of a number; NaN remains NaN."""
    stays = maths.at.fcmp_unordered("==", number, maths.number(0.0))  # also true of NaN
    one = maths.intrinsic("copysign", maths.number(1.0), number)
    return maths.at.select(stays, number, one)


def divide_or(maths: Maths, above: Value, below: Value, otherwise: Value) -> Value:
    """Write a quotient, or `otherwise` where the denominator is zero or nearly zero."""
    at = maths.at
    is_zero = at.fcmp_ordered("<", maths.intrinsic("fabs", below), maths.number(SMALL))
    return at.select(is_zero, otherwise, at.fdiv(above, below))


def step(maths: Maths, height: Value, start: Value, clock: Value) -> Value:
    """Write 0 until half a time step before `start` and `height` from then on."""
    at = maths.at
    soon = at.fadd(clock, at.fmul(maths.number(0.5), maths.time_step()))
    return at.fmul(height, as_number(maths, at.fcmp_ordered(">", soon, start)))


def pulse(maths: Maths, start: Value, width: Value, clock: Value) -> Value:
    """Write 1 from half a step before `start` for the length of `width`; a width of 0 is a step."""
    at, length = maths.at, maths.time_step()
    soon = at.fadd(clock, at.fmul(maths.number(0.5), length))
    is_step = at.fcmp_ordered("==", width, maths.number(0.0))
    end = at.fadd(start, at.select(is_step, length, width))
    begun, going = at.fcmp_ordered(">", soon, start), at.fcmp_ordered("<", soon, end)
    return as_number(maths, at.and_(begun, going))


def ramp(maths: Maths, slope: Value, start: Value, end: Value, clock: Value) -> Value:
    """Write a line with a slope from half a step before `start`, which is constant after `end`."""
    at = maths.at
    soon = at.fadd(clock, at.fmul(maths.number(0.5), maths.time_step()))
    passed = at.fcmp_ordered(">", clock, at.fadd(start, maths.number(SMALL)))
    last = at.select(passed, maths.intrinsic("minimum", end, clock), clock)
    begun = as_number(maths, at.fcmp_ordered(">", soon, start))
    return at.fmul(at.fmul(begun, slope), at.fsub(last, start))


def endless_ramp(maths: Maths, slope: Value, start: Value, time: Value) -> Value:
    """Write 0 until `start`, then a line with a slope (RAMP of XMILE)."""
    at = maths.at
    begun = as_number(maths, at.fcmp_ordered(">", time, start))
    return at.fmul(at.fmul(begun, slope), at.fsub(time, start))

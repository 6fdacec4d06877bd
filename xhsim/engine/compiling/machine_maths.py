"""Elementary functions as LLVM instructions, for one number or for a vector of numbers.

They need no library of vector functions, and the result for a draw does not depend on its position
in the vector. Errors: `exp` and `log` one unit in the last place, `power` 2e-15 of its value (6e-14
towards the ends of the range).

Import this module only if llvmlite is installed.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

__all__ = ["F64", "I64", "Maths", "splat"]

F64, I32, I64 = ir.DoubleType(), ir.IntType(32), ir.IntType(64)
# The logarithm of 2 in two parts. The first has few digits, so that its multiples are exact.
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
SMALLEST_NORMAL = 2.2250738585072014e-308
ROOT_HALF_BITS = struct.unpack("<q", struct.pack("<d", math.sqrt(0.5)))[0]
Value = Any  # of llvmlite, which has no type hints


class Maths:
    """Write arithmetic for a vector of `width` numbers, or for one number if `width` is 0.

    `module` is a `xhsim.engine.compiling.machine_platform.PlatformModule`. `step` is the time step.
    Functions of time need a copy of it for each number.
    """

    def __init__(self, module: Value, builder: Value, width: int, step: Value = None) -> None:
        self.module, self.at, self.width, self._step = module, builder, width, step
        self.type = ir.VectorType(F64, width) if width else F64
        self._whole = ir.VectorType(I64, width) if width else I64

    def number(self, value: float) -> Value:
        """Return a constant."""
        return ir.Constant(self.type, [float(value)] * self.width if self.width else float(value))

    def time_step(self) -> Value:
        """Return the time step."""
        return splat(self.at, self._step, self.width)

    def _integer(self, value: int) -> Value:
        return ir.Constant(self._whole, [value] * self.width if self.width else value)

    def intrinsic(self, name: str, *arguments: Value) -> Value:
        """Call an intrinsic function of LLVM."""
        name = self.module.platform.own_name(name)
        full = f"llvm.{name}.{f'v{self.width}f64' if self.width else 'f64'}"
        function = self.module.globals.get(full)
        if function is None:
            kind = ir.FunctionType(self.type, [self.type] * len(arguments))
            function = ir.Function(self.module, kind, full)
        return self.at.call(function, arguments)

    def is_nan(self, x: Value) -> Value:
        """Tell whether x is NaN."""
        return self.at.fcmp_unordered("uno", x, x)

    def _polynomial(self, x: Value, coefficients: Sequence[float]) -> Value:
        total = self.number(coefficients[0])
        for coefficient in coefficients[1:]:
            total = self.intrinsic("fma", total, x, self.number(coefficient))
        return total

    def exp(self, x: Value) -> Value:
        """Return e to the power of x."""
        return self._as_function("exp", Maths._exp, x)

    def log(self, x: Value) -> Value:
        """Return the natural logarithm of x."""
        return self._as_function("log", Maths._log, x)

    def power(self, x: Value, exponent: Value) -> Value:
        """Return x to the power of `exponent`. A square, the most common, is one multiplication."""
        if _is_constant(exponent, 2.0):
            return self.at.fmul(x, x)
        return self._as_function("power", Maths._power, x, exponent)

    def _as_function(self, name: str, write: Callable[..., Value], *arguments: Value) -> Value:
        """Call a function that is written only once, since inlining it takes long to compile."""
        full = f"xhsim_{name}_{self.width}"
        function = self.module.globals.get(full)
        if function is None:
            kind = ir.FunctionType(self.type, [self.type] * len(arguments))
            function = ir.Function(self.module, kind, full)
            function.linkage = "internal"
            for attribute in ("noinline", "nounwind"):
                function.attributes.add(attribute)
            inner = Maths(
                self.module, ir.IRBuilder(function.append_basic_block("entry")), self.width
            )
            inner.at.ret(write(inner, *function.args))
        return self.at.call(function, arguments)

    def _exp(self, x: Value) -> Value:
        """Split x into k ln 2 + r with small r. Compute 2**k from bits and e**r from its series."""
        at, number = self.at, self.number
        near = self.intrinsic("rint", at.fmul(x, number(1 / math.log(2))))
        k = self.intrinsic("minnum", self.intrinsic("maxnum", near, number(-1080)), number(1025))
        rest = self.intrinsic("fma", k, number(-LN2_HIGH), x)
        rest = self.intrinsic("fma", k, number(-LN2_LOW), rest)
        series = self._polynomial(rest, [1 / math.factorial(n) for n in range(13, -1, -1)])
        whole = at.fptosi(k, self._whole)
        half = at.ashr(whole, self._integer(1))
        # Two factors, because 2**k alone may be out of range although the product is not.
        found = at.fmul(at.fmul(series, self._two_to(half)), self._two_to(at.sub(whole, half)))
        too_large = at.fcmp_ordered(">", x, number(709.7827128933841))
        found = at.select(too_large, number(math.inf), found)
        found = at.select(at.fcmp_ordered("<", x, number(-745.2)), number(0.0), found)
        return at.select(self.is_nan(x), x, found)

    def _two_to(self, whole: Value) -> Value:
        exponent = self.at.add(whole, self._integer(1023))
        return self.at.bitcast(self.at.shl(exponent, self._integer(52)), self.type)

    def _log(self, x: Value) -> Value:
        """Split x into 2**k m with m near 1. With s = (m-1)/(m+1), log m is 2 artanh s."""
        at, number = self.at, self.number
        tiny = at.fcmp_ordered("<", x, number(SMALLEST_NORMAL))
        scaled = at.select(tiny, at.fmul(x, number(2.0**54)), x)
        bits = at.bitcast(scaled, self._whole)
        k = at.ashr(at.sub(bits, self._integer(ROOT_HALF_BITS)), self._integer(52))
        m = at.bitcast(at.sub(bits, at.shl(k, self._integer(52))), self.type)
        k = at.fsub(at.sitofp(k, self.type), at.select(tiny, number(54.0), number(0.0)))
        f = at.fsub(m, number(1.0))
        s = at.fdiv(f, at.fadd(m, number(1.0)))
        square = at.fmul(s, s)
        series = self._polynomial(square, [2 / (2 * n + 1) for n in range(11, 0, -1)])
        # log m = f - s (f - rest). f is exact, so the low digits are kept.
        low = at.fneg(at.fmul(s, at.fsub(f, at.fmul(square, series))))
        low = self.intrinsic("fma", k, number(LN2_LOW), low)
        found = self.intrinsic("fma", k, number(LN2_HIGH), at.fadd(f, low))
        found = at.select(at.fcmp_ordered("==", x, number(math.inf)), x, found)
        found = at.select(at.fcmp_ordered("==", x, number(0.0)), number(-math.inf), found)
        return at.select(at.fcmp_unordered("<", x, number(0.0)), number(math.nan), found)

    def _power(self, x: Value, exponent: Value) -> Value:
        at, number = self.at, self.number
        absolute = self.intrinsic("fabs", x)
        size = self.exp(at.fmul(exponent, self.log(absolute)))
        is_whole = at.fcmp_ordered("==", self.intrinsic("trunc", exponent), exponent)
        half = at.fmul(exponent, number(0.5))
        is_odd = at.and_(is_whole, at.fcmp_unordered("!=", self.intrinsic("trunc", half), half))
        # A negative x has only whole powers, except -0 and -infinity, which have all powers.
        has_sign = at.icmp_signed("<", at.bitcast(x, self._whole), self._integer(0))
        is_end = at.or_(
            at.fcmp_ordered("==", x, number(0.0)),
            at.fcmp_ordered("==", absolute, number(math.inf)),
        )
        signed = at.select(is_odd, at.fneg(size), size)
        signed = at.select(at.or_(is_whole, is_end), signed, number(math.nan))
        found = at.select(has_sign, signed, size)
        found = at.select(self.is_nan(x), x, found)
        endless = at.fcmp_ordered("==", self.intrinsic("fabs", exponent), number(math.inf))
        minus_one = at.fcmp_ordered("==", x, number(-1.0))
        is_one = at.or_(
            at.fcmp_ordered("==", exponent, number(0.0)), at.fcmp_ordered("==", x, number(1.0))
        )
        is_one = at.or_(is_one, at.and_(minus_one, endless))
        return at.select(is_one, number(1.0), found)


def _is_constant(value: Value, number: float) -> bool:
    """Tell whether a value is this number, or a vector of copies of it."""
    if not isinstance(value, ir.Constant):
        return False
    parts = value.constant if isinstance(value.constant, list) else [value]
    return all(part.constant == number for part in parts)


def splat(at: Value, value: Value, width: int) -> Value:
    """Return a vector of `width` copies, or the value itself if `width` is 0."""
    if not width:
        return value
    kind = ir.VectorType(value.type, width)
    if isinstance(value, ir.Constant):
        return ir.Constant(kind, [value.constant] * width)
    nothing = ir.Constant(kind, ir.Undefined)
    one = at.insert_element(nothing, value, ir.Constant(I32, 0))
    return at.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(I32, width), [0] * width))

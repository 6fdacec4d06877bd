"""The one table of functions the engine knows; reading, emitting and the docs all use it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FUNCTIONS", "Function", "display_name"]


@dataclass(frozen=True)
class Function:
    """A function of the model language.

    Attributes
    ----------
    arguments : int
        How many arguments it takes.
    template : str
        NumPy code with ``{0}``, ``{1}``, ... for the arguments; empty for functions that
        `xhsim.engine.resolve` turns into stocks or that reduce dimensions.
    kind : {"elementwise", "reduction", "stateful"}
        What it does with the dimensions and with the past.
    result : {"number", "condition"}
        What it gives.
    conditions : tuple of int
        Which of its arguments are conditions; the others are numbers.
    uses_time : bool
        Whether the value changes as time goes on even when the arguments do not.
    breakpoints : tuple of str
        Code of the times at which it jumps or bends, for solvers that must stop there.
    """

    arguments: int
    template: str = ""
    kind: str = "elementwise"
    result: str = "number"
    conditions: tuple[int, ...] = ()
    uses_time: bool = False
    breakpoints: tuple[str, ...] = ()


def _operator(sign: str) -> Function:
    return Function(2, f"({{0}} {sign} {{1}})")


def _comparison(sign: str) -> Function:
    return Function(2, f"({{0}} {sign} {{1}})", result="condition")


def _logic(template: str, arguments: int = 2) -> Function:
    every = tuple(range(arguments))
    return Function(arguments, template, result="condition", conditions=every)


FUNCTIONS: dict[str, Function] = {
    "add": _operator("+"),
    "subtract": _operator("-"),
    "multiply": _operator("*"),
    "divide": _operator("/"),
    "power": _operator("**"),
    "negative": Function(1, "(-{0})"),
    "equal": _comparison("=="),
    "not_equal": _comparison("!="),
    "less": _comparison("<"),
    "less_equal": _comparison("<="),
    "greater": _comparison(">"),
    "greater_equal": _comparison(">="),
    "and": _logic("({0} & {1})"),
    "or": _logic("({0} | {1})"),
    "not": _logic("(~{0})", 1),
    "if_then_else": Function(3, "np.where({0}, {1}, {2})", conditions=(0,)),
    "min": Function(2, "np.minimum({0}, {1})"),
    "max": Function(2, "np.maximum({0}, {1})"),
    "abs": Function(1, "np.abs({0})"),
    "exp": Function(1, "np.exp({0})"),
    "ln": Function(1, "np.log({0})"),
    "log": Function(2, "(np.log({0}) / np.log({1}))"),
    "sqrt": Function(1, "np.sqrt({0})"),
    "sin": Function(1, "np.sin({0})"),
    "cos": Function(1, "np.cos({0})"),
    "tan": Function(1, "np.tan({0})"),
    "arcsin": Function(1, "np.arcsin({0})"),
    "arccos": Function(1, "np.arccos({0})"),
    "arctan": Function(1, "np.arctan({0})"),
    "sinh": Function(1, "np.sinh({0})"),
    "cosh": Function(1, "np.cosh({0})"),
    "tanh": Function(1, "np.tanh({0})"),
    "integer": Function(1, "np.trunc({0})"),
    "modulo": Function(2, "np.fmod({0}, {1})"),
    "quantum": Function(2, "quantum({0}, {1})"),
    "zidz": Function(2, "divide_or({0}, {1}, 0.0)"),
    "xidz": Function(3, "divide_or({0}, {1}, {2})"),
    "step": Function(2, "step({0}, {1}, clock, time_step)", uses_time=True, breakpoints=("{1}",)),
    "pulse": Function(
        2, "pulse({0}, {1}, clock)", uses_time=True, breakpoints=("{0}", "({0} + {1})")
    ),
    "ramp": Function(3, "ramp({0}, {1}, {2}, time)", uses_time=True, breakpoints=("{1}", "{2}")),
    "sum": Function(1, "sum_over({0}, {1})", kind="reduction"),
    "prod": Function(1, "product_over({0}, {1})", kind="reduction"),
    "vmin": Function(1, "minimum_over({0}, {1})", kind="reduction"),
    "vmax": Function(1, "maximum_over({0}, {1})", kind="reduction"),
    "integ": Function(2, kind="stateful"),
    "initial": Function(1, kind="stateful"),
    "smooth": Function(4, kind="stateful"),
    "smooth_n": Function(4, kind="stateful"),
    "delay": Function(4, kind="stateful"),
    "delay_n": Function(4, kind="stateful"),
}


def display_name(function: str) -> str:
    """Return a function's name as a modeller writes it.

    Examples
    --------
    >>> display_name("if_then_else")
    'IF THEN ELSE'
    """
    return function.replace("_", " ").upper()

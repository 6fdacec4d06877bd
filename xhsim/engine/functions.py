"""The one table of functions the engine knows; reading, emitting and the docs all use it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FUNCTIONS", "Function", "display_name", "support_table"]


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
    kind : {"elementwise", "reduction", "vector", "random", "stateful"}
        What it does with the dimensions, with chance and with the past.
    result : {"number", "condition"}
        What it gives.
    conditions : tuple of int
        Which of its arguments are conditions; the others are numbers.
    uses_time : bool
        Whether the value changes as time goes on even when the arguments do not.
    folded : int
        Of a reduction: how many of the arguments, the first ones, have the axes that go.
    breakpoints : tuple of str
        Code of the times at which it jumps or bends, for solvers that must stop there.
    """

    arguments: int
    template: str = ""
    kind: str = "elementwise"
    result: str = "number"
    conditions: tuple[int, ...] = ()
    uses_time: bool = False
    folded: int = 1
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
    "pi": Function(0, "np.pi"),
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
    "modulo": Function(2, "({0} - quantum({0}, {1}))"),
    "quantum": Function(2, "quantum({0}, {1})"),
    "zidz": Function(2, "divide_or({0}, {1}, 0.0)"),
    "xidz": Function(3, "divide_or({0}, {1}, {2})"),
    "step": Function(2, "step({0}, {1}, clock, time_step)", uses_time=True, breakpoints=("{1}",)),
    "pulse": Function(
        2, "pulse({0}, {1}, clock)", uses_time=True, breakpoints=("{0}", "({0} + {1})")
    ),
    "ramp": Function(3, "ramp({0}, {1}, {2}, time)", uses_time=True, breakpoints=("{1}", "{2}")),
    "pulse_train": Function(4, "pulse_train({0}, {1}, {2}, {3}, clock)", uses_time=True),
    "xpulse": Function(2, "pulse_of({0}, {1}, clock, time_step)", uses_time=True),
    "xpulse_train": Function(3, "pulse_train_of({0}, {1}, {2}, clock, time_step)", uses_time=True),
    "xramp": Function(2, "ramp({0}, {1}, np.inf, time)", uses_time=True, breakpoints=("{1}",)),
    "sum": Function(1, "sum_over({0}, {n})", kind="reduction"),
    "prod": Function(1, "product_over({0}, {n})", kind="reduction"),
    "vmin": Function(1, "minimum_over({0}, {n})", kind="reduction"),
    "vmax": Function(1, "maximum_over({0}, {n})", kind="reduction"),
    "vmin_xmile": Function(1, "minimum_over({0}, {n})", kind="reduction"),
    "vmax_xmile": Function(1, "maximum_over({0}, {n})", kind="reduction"),
    "vector_select": Function(
        5, "vector_select({0}, {1}, {2}, {3}, {4}, {n})", kind="reduction", folded=2
    ),
    "vector_sort_order": Function(2, "vector_sort_order({0}, {1}, {axis})", kind="vector"),
    "vector_rank": Function(2, "vector_rank({0}, {1}, {axis})", kind="vector"),
    "vector_reorder": Function(2, "vector_reorder({0}, {1}, {axis})", kind="vector"),
    "invert_matrix": Function(1, "invert_matrix({0}, {axis})", kind="vector"),
    "allocate_by_priority": Function(
        5, "allocate_by_priority({0}, {1}, {3}, {4}, {axis})", kind="vector"
    ),
    "allocate_available": Function(
        3, "allocate_available({0}, {1}, {2}, {3}, {4}, {5}, {axis})", kind="vector"
    ),
    "random_0_1": Function(0, "{noise}", kind="random"),
    "random_uniform": Function(3, "random_uniform({noise}, {0}, {1})", kind="random"),
    "random_normal": Function(5, "random_normal({noise}, {0}, {1}, {2}, {3})", kind="random"),
    "random_exponential": Function(
        5, "random_exponential({noise}, {0}, {1}, {2}, {3})", kind="random"
    ),
    "integ": Function(2, kind="stateful"),
    "integ_non_negative": Function(2, kind="stateful"),
    "initial": Function(1, kind="stateful"),
    "smooth": Function(4, kind="stateful"),
    "smooth_n": Function(4, kind="stateful"),
    "delay": Function(4, kind="stateful"),
    "delay_n": Function(4, kind="stateful"),
    "delay_fixed": Function(3, kind="stateful"),
    "trend": Function(3, kind="stateful"),
    "forecast": Function(4, kind="stateful"),
    "sample_if_true": Function(3, kind="stateful"),
    "active_initial": Function(2, kind="stateful"),
    "game": Function(1, "{0}"),
    "elmcount": Function(1, kind="subscript"),
    "get_time_value": Function(3, "(time + {1})", uses_time=True),
}


def display_name(function: str) -> str:
    """Return a function's name as a modeller writes it.

    Examples
    --------
    >>> display_name("if_then_else")
    'IF THEN ELSE'
    """
    return function.replace("_", " ").upper()


KINDS = {
    "elementwise": "element by element",
    "reduction": "folds the subscripts marked with !",
    "vector": "over the whole vector along the last subscript",
    "random": "a new number at each step, for each draw and element",
    "stateful": "remembers: stocks or held values are added for it",
    "subscript": "takes a subscript range",
}


def support_table() -> str:
    """Return the table of supported functions as Markdown, for the documentation.

    Examples
    --------
    >>> support_table().splitlines()[0]
    '| function | arguments | what it does with elements and with the past |'
    """
    rows = [
        f"| {display_name(name)} | {function.arguments} | {KINDS[function.kind]}"
        + ("; changes with time" if function.uses_time else "")
        + " |"
        for name, function in sorted(FUNCTIONS.items())
    ]
    head = ["| function | arguments | what it does with elements and with the past |"]
    return "\n".join([*head, "| --- | ---: | --- |", *rows])

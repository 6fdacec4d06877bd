"""Rows of the table of functions: comparisons, conditions and choices."""

from __future__ import annotations

from xhsim.engine.language import machine_forms as machine
from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function
from xhsim.engine.language.machine_forms import MachineForm

__all__ = ["ROWS"]


def _comparison(written: str, meaning: str, form: MachineForm, sign: str | None = None) -> Function:
    code = f"({{0}} {sign or written} {{1}})"
    return Function(
        meaning=f"Tells whether the first number is {meaning} the second.",
        arguments=("a", "b"),
        units=unit_rules.COMPARED,
        numpy=code,
        scalar=code,
        machine=form,
        result="condition",
        written=written,
    )


ROWS: dict[str, Function] = {
    "equal": _comparison("=", "equal to", machine.comparison("=="), sign="=="),
    # Unordered: NaN differs from everything, including itself.
    "not_equal": _comparison(
        "<>",
        "different from",
        lambda maths, *given: maths.at.fcmp_unordered("!=", *given),
        sign="!=",
    ),
    "less": _comparison("<", "less than", machine.comparison("<")),
    "less_equal": _comparison("<=", "at most", machine.comparison("<=")),
    "greater": _comparison(">", "greater than", machine.comparison(">")),
    "greater_equal": _comparison(">=", "at least", machine.comparison(">=")),
    "and": Function(
        meaning="Tells whether both conditions are true.",
        arguments=("a", "b"),
        units=unit_rules.LOGIC,
        numpy="({0} & {1})",
        scalar="({0} and {1})",
        machine=machine.instruction("and_"),
        result="condition",
        conditions=(0, 1),
    ),
    "or": Function(
        meaning="Tells whether at least one of the conditions is true.",
        arguments=("a", "b"),
        units=unit_rules.LOGIC,
        numpy="({0} | {1})",
        scalar="({0} or {1})",
        machine=machine.instruction("or_"),
        result="condition",
        conditions=(0, 1),
    ),
    "not": Function(
        meaning="Tells whether a condition is false.",
        arguments=("condition",),
        units=unit_rules.LOGIC,
        numpy="(~{0})",
        scalar="(not {0})",
        machine=machine.instruction("not_"),
        result="condition",
        conditions=(0,),
    ),
    "if_then_else": Function(
        meaning="Gives the second argument if the condition is true, else the third.",
        arguments=("condition", "then", "else"),
        units=unit_rules.THEN_AND_ELSE,
        numpy="np.where({0}, {1}, {2})",
        scalar="({1} if {0} else {2})",
        machine=machine.instruction("select"),
        conditions=(0,),
    ),
}

"""Checks before a run: missing data, and methods that do not suit the model."""

from __future__ import annotations

from xhsim.engine.compiling.plan import Plan
from xhsim.engine.equations import Discrete, Equations, Random, Rule, Stock, walk
from xhsim.engine.running.solvers import Method
from xhsim.errors import InputError

__all__ = ["refuse_adaptive", "refuse_missing_data"]


def refuse_missing_data(equations: Equations, plan: Plan) -> None:
    """Refuse a run that needs a data variable without values.

    Raises
    ------
    InputError
        Names the variable and what to give.
    """
    used = (*plan.constants, *plan.start, *plan.update, *plan.step, *plan.report)
    for key in equations.without_values.intersection(used):
        variable = equations.variables[key]
        raise InputError(
            f'the data variable "{variable.name}" has no values',
            file=equations.path,
            line=variable.line or None,
            hint=f'give them: run({{"{variable.name}": Path(times, values)}})',
        )


def refuse_adaptive(equations: Equations, plan: Plan, method: Method) -> None:
    """Refuse an adaptive method if a variable changes only at fixed steps.

    Raises
    ------
    InputError
        Names the variable.
    """
    if method.is_fixed:
        return
    for key in (*plan.stocks, *plan.step, *plan.report):
        definition = equations.definitions[key]
        if isinstance(definition, Discrete) or (
            isinstance(definition, Stock) and definition.non_negative
        ):
            what = "changes only between steps"
        elif isinstance(definition, Rule) and _is_random(definition):
            what = "is random at each step"
        else:
            continue
        raise InputError(
            f'"{equations.variables[key].name}" {what}, so that the method {method.name} cannot '
            "be used",
            hint='use method="euler" or "rk4"',
        )


def _is_random(rule: Rule) -> bool:
    return any(isinstance(e, Random) for part in rule.parts for e in walk(part.expression))

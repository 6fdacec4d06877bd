"""Checks before a run: missing data, and methods that do not suit the model."""

from __future__ import annotations

from collections.abc import Collection

from xhsim.engine.compiling.plan import Plan
from xhsim.engine.containers.descriptions import Belt, Line
from xhsim.engine.equations import (
    Dated,
    Definition,
    Discrete,
    Equations,
    Part,
    Random,
    Rule,
    Stock,
    Variable,
    walk,
)
from xhsim.engine.running.solvers import Method
from xhsim.engine.tableaux import EULER
from xhsim.errors import InputError

__all__ = [
    "affected_by_gaps",
    "gaps_in",
    "refuse_adaptive",
    "refuse_missing_data",
    "refuse_other_than_euler",
]

MOST_NAMES = 20  # in a message


def refuse_missing_data(equations: Equations, plan: Plan) -> None:
    """Refuse a run that needs data variables without values, or variables without equations.

    Raises
    ------
    InputError
        Names the variables and what to give.
    """
    used = {*plan.constants, *plan.start, *plan.update, *plan.jump, *plan.step, *plan.report}
    _refuse(
        [equations.variables[key] for key in sorted(equations.without_values & used)],
        ("the data variable", "has no values", "these data variables have no values"),
        'give them: load_model(path, data=["file.csv"]) with a column "{0}", or '
        'run({{"{0}": Path(times, values)}})',
        equations,
    )
    _refuse(
        [equations.variables[key] for key in sorted(equations.unfinished & used)],
        ("", "has no equation yet", "these variables have no equations yet"),
        'write them in the model file, or give values: run({{"{}": 1}})',
        equations,
    )


def gaps_in(equations: Equations, given: Collection[str]) -> frozenset[str]:
    """Return the variables that a run of everything leaves out, with all that depend on them.

    These are variables without equations. Data variables without values are left out too if
    nothing needs them, and in a model that has variables without equations.

    Parameters
    ----------
    equations : Equations
    given : collection of str
        Keys of the variables whose values the caller gives.
    """
    unfinished = equations.unfinished.difference(given)
    missing = equations.without_values.difference(given)
    if unfinished or not missing:
        return unfinished | missing
    needed = [_uses(d) for key, d in equations.definitions.items() if key not in missing]
    return missing.difference(*needed)


def affected_by_gaps(
    equations: Equations, gaps: frozenset[str], given: Collection[str]
) -> frozenset[str]:
    """Return some variables and all that depend on them.

    Parameters
    ----------
    equations : Equations
    gaps : frozenset of str
    given : collection of str
        Keys of the variables whose values the caller gives.
    """
    found = set(gaps)
    uses = {key: _uses(definition) for key, definition in equations.definitions.items()}
    while found:
        more = {
            k for k, names in uses.items() if k not in found and k not in given and names & found
        }
        if not more:
            break
        found |= more
    return frozenset(found)


def _uses(definition: Definition) -> frozenset[str]:
    parts: tuple[Part, ...] = ()
    match definition:
        case Rule():
            parts = (*definition.parts, *definition.initial)
        case Stock():
            parts = (*definition.flow, *definition.initial)
        case Discrete():
            parts = (*definition.following, *definition.initial, *definition.delay)
        case Dated():
            later = (part for change in definition.changes for part in change.parts)
            parts = (*definition.initial, *later)
    return frozenset().union(*(part.uses for part in parts))


def _refuse(
    missing: list[Variable], words: tuple[str, str, str], hint: str, equations: Equations
) -> None:
    if not missing:
        return
    names = [f'"{variable.name}"' for variable in missing]
    shown = ", ".join(names[:MOST_NAMES]) + (
        f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    )
    one = f"{words[0]} {shown} {words[1]}".strip()
    raise InputError(
        one if len(names) == 1 else f"{words[2]}: {shown}",
        file=equations.path,
        line=missing[0].line or None,
        hint=hint.format(missing[0].name),
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


def refuse_other_than_euler(equations: Equations, plan: Plan, method: Method) -> None:
    """Refuse a method of several stages if the run has a conveyor or a queue.

    Such a method uses means of the flows within a step, and what moves once a step would no longer
    add up to its stock.

    Raises
    ------
    InputError
        Names the conveyor or the queue.
    """
    if method.tableau is EULER:
        return
    for key in plan.discrete:
        definition = equations.definitions[key]
        container = definition.container if isinstance(definition, Discrete) else None
        if isinstance(container, Belt | Line):
            kind = "queue" if isinstance(container, Line) else "conveyor"
            raise InputError(
                f'the {kind} "{container.name}" moves once a step, so that the method '
                f"{method.name} cannot be used",
                file=equations.path,
                line=equations.variables[key].line or None,
                hint='use method="euler", or write method="Euler" in sim_specs of the file',
            )


def _is_random(rule: Rule) -> bool:
    return any(isinstance(e, Random) for part in rule.parts for e in walk(part.expression))

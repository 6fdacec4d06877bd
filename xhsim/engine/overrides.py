"""Values that replace a variable's equation during a part of the run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from msgspec import structs

from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    ConstantNumber,
    Equations,
    Part,
    Rule,
    Variable,
    VariableKind,
    VariableReference,
)
from xhsim.engine.paths import Path
from xhsim.errors import InputError

__all__ = ["Override", "active_key", "level_key", "overridable"]


@dataclass(frozen=True)
class Override:
    """A value over time that replaces a variable's equation while it is active.

    Parameters
    ----------
    level : Path
        The value, as for a path of `Model.run`.
    active : Path
        1 while the value applies, and 0 while the equation does, in the same shapes.

    Examples
    --------
    >>> import xhsim
    >>> model = xhsim.open_study().model
    >>> since_2022 = xhsim.Path([2022, 2022], [0.0, 1.0])
    >>> held = {"real income": Override(xhsim.Path.constant(1.3), since_2022)}
    >>> run, own = (model.run(given, outputs=["real_income"]) for given in (held, {}))
    >>> (run["real_income"] == own["real_income"]).sel(time=[2021, 2022]).values.tolist()
    [True, False]
    >>> float(run["real_income"].sel(time=2024))
    1.3
    """

    level: Path
    active: Path


def level_key(key: str) -> str:
    """Return the key of the value that replaces a variable's equation."""
    return f"{key} given"  # keys of names in a file contain no blank


def active_key(key: str) -> str:
    """Return the key of the number that says whether the value applies."""
    return f"{key} is given"


def overridable(equations: Equations, keys: Iterable[str]) -> Equations:
    """Let variables follow given values instead of their equations, when and where told.

    Each variable becomes ``IF THEN ELSE(is given > 0.5, given, own equation)``. This is an ordinary
    equation, so that every backend and every draw follows its own branch.

    Parameters
    ----------
    equations : Equations
    keys : iterable of str
        The variables.

    Returns
    -------
    Equations
        With three hidden variables for each: the given value, whether it applies, and what the
        variable's own equation says.

    Raises
    ------
    InputError
        If a variable is a stock, a constant or a lookup.
    """
    variables, definitions = dict(equations.variables), dict(equations.definitions)
    taken = {variable.identifier for variable in variables.values()}
    for key in keys:
        variable, rule = variables[key], definitions[key]
        if variable.kind != "auxiliary" or not isinstance(rule, Rule):
            raise InputError(
                f'"{variable.name}" is a {variable.kind}, so no value can replace its equation '
                "during a part of the run",
                hint="replace an auxiliary, such as a flow of the stock"
                if variable.kind == "stock"
                else "give a path for the whole run",
            )
        own = f"{key} by its equation"
        zero = Rule((_whole(equations, variable, ConstantNumber(0.0)),))
        parts: tuple[tuple[str, VariableKind, Rule], ...] = (
            (level_key(key), "constant", zero),
            (active_key(key), "constant", zero),
            (own, "auxiliary", rule),
        )
        for name, kind, definition in parts:
            role = name.removeprefix(f"{key} ").replace(" ", "_")
            variables[name] = structs.replace(
                variable,
                key=name,
                name=f"{variable.name}, {role.replace('_', ' ')}",
                canonical=name,
                identifier=_unique(f"{variable.identifier}_{role}", taken),
                kind=kind,
                hidden=True,
            )
            definitions[name] = definition
        level, active, equation = (_reference(equations, variable, name) for name, _, _ in parts)
        applies = Apply("greater", (active, ConstantNumber(0.5)))
        chosen = Apply("if_then_else", (applies, level, equation))
        definitions[key] = Rule((_whole(equations, variable, chosen),))
    return replace(equations, variables=variables, definitions=definitions)


def _axes(equations: Equations, variable: Variable) -> tuple[Axis, ...]:
    # A variable may have one dimension twice, so axes are numbered.
    return tuple(
        Axis(f"{name} {number}", equations.dimensions[name].elements)
        for number, name in enumerate(variable.dimensions)
    )


def _indices(equations: Equations, variable: Variable) -> tuple[Along, ...]:
    return tuple(
        Along(axis.name, tuple(range(len(axis.elements)))) for axis in _axes(equations, variable)
    )


def _reference(equations: Equations, variable: Variable, key: str) -> VariableReference:
    return VariableReference(key, _indices(equations, variable))


def _whole(equations: Equations, variable: Variable, expression: object) -> Part:
    return Part(_axes(equations, variable), _indices(equations, variable), expression)  # type: ignore[arg-type]


def _unique(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    taken.add(name)
    return name

"""What a variable acts on: sooner or later, or at once."""

from __future__ import annotations

from collections.abc import Collection

from xhsim.engine.equations import (
    TIME,
    Dated,
    Definition,
    Discrete,
    Equations,
    Part,
    Random,
    Rule,
    Stock,
    walk,
)

__all__ = ["has_chance", "reached"]


def reached(
    equations: Equations,
    key: str,
    *,
    at_once: bool = False,
    from_start: bool = False,
    without: Collection[str] = (),
) -> set[str]:
    """Return the variables that a change of one variable during a run changes, too.

    Parameters
    ----------
    equations : Equations
    key : str
        The key of the variable.
    at_once : bool
        Whether to leave out what changes only later, through a stock or a delay.
    from_start : bool
        Whether to follow initial values, too: what a change before the run changes.
    without : collection of str
        Keys of variables on which nothing acts, because their values are given.

    Returns
    -------
    set of str
        Keys, with that of the variable itself.

    Examples
    --------
    >>> import xhsim
    >>> equations = xhsim.open_study().model.equations
    >>> [key in reached(equations, "GDP", at_once=True) for key in ("real GDP", "population")]
    [False, False]
    """
    effects = _effects(equations, at_once, from_start)
    found, open_ends = {key}, [key]
    while open_ends:
        new = effects.get(open_ends.pop(), set()) - found - {*without}
        found |= new
        open_ends += new
    return found


def has_chance(equations: Equations) -> bool:
    """Tell whether an equation draws random numbers of its own.

    Examples
    --------
    >>> import xhsim
    >>> has_chance(xhsim.open_study().model.equations)
    False
    """
    return any(
        isinstance(node, Random)
        for definition in equations.definitions.values()
        for part in (*_running_parts(definition), *_other_parts(definition))
        if TIME in part.uses  # as all parts with random numbers do
        for node in walk(part.expression)
    )


def _effects(equations: Equations, at_once: bool, from_start: bool) -> dict[str, set[str]]:
    """Return for each variable those whose equations use it while the model runs."""
    effects: dict[str, set[str]] = {}
    for name, definition in equations.definitions.items():
        parts = () if at_once and not isinstance(definition, Rule) else _running_parts(definition)
        if from_start:
            parts += _other_parts(definition)
        for part in parts:
            for cause in part.uses:
                effects.setdefault(cause, set()).add(name)
    return effects


def _running_parts(definition: Definition) -> tuple[Part, ...]:
    """Return the parts of a definition that count while the model runs."""
    match definition:
        case Rule(parts=own, held=False):
            return own
        case Stock(flow=own) | Discrete(following=own):
            return own
    return ()


def _other_parts(definition: Definition) -> tuple[Part, ...]:
    """Return the parts of a definition that count at the start, or at dates."""
    match definition:
        case Rule(parts=own, initial=initial):
            return own + initial
        case Stock(initial=initial):
            return initial
        case Discrete(initial=initial):
            return initial + definition.settings
        case Dated(initial=initial, changes=changes):
            return initial + tuple(part for change in changes for part in change.parts)
    return ()

"""What a variable acts on: sooner or later, or at once."""

from __future__ import annotations

from collections.abc import Collection

from xhsim.engine.equations import Discrete, Equations, Part, Rule, Stock

__all__ = ["reached"]


def reached(
    equations: Equations, key: str, *, at_once: bool = False, without: Collection[str] = ()
) -> set[str]:
    """Return the variables that a change of one variable during a run changes, too.

    Parameters
    ----------
    equations : Equations
    key : str
        The key of the variable.
    at_once : bool
        Whether to leave out what changes only later, through a stock or a delay.
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
    effects = _effects(equations, at_once)
    found, open_ends = {key}, [key]
    while open_ends:
        new = effects.get(open_ends.pop(), set()) - found - {*without}
        found |= new
        open_ends += new
    return found


def _effects(equations: Equations, at_once: bool) -> dict[str, set[str]]:
    """Return for each variable those whose equations use it while the model runs."""
    effects: dict[str, set[str]] = {}
    for name, definition in equations.definitions.items():
        parts: tuple[Part, ...] = ()
        match definition:
            case Rule(parts=own, held=False):
                parts = own
            case Stock(flow=own) | Discrete(following=own) if not at_once:
                parts = own
        for part in parts:
            for cause in part.uses:
                effects.setdefault(cause, set()).add(name)
    return effects

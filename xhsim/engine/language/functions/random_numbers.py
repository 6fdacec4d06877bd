"""Rows of the table of functions: random numbers.

The engine ignores arguments for a seed. The seed of the run applies.
"""

from __future__ import annotations

from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function
from xhsim.engine.language.unit_rules import UnitRule

__all__ = ["ROWS"]


def _drawn(meaning: str, arguments: tuple[str, ...], numpy: str, units: UnitRule) -> Function:
    """Return a row. A single run calls functions of the same names, which take single numbers."""
    return Function(
        meaning=meaning,
        arguments=arguments,
        units=units,
        numpy=numpy,
        scalar=numpy,
        machine=None,
        kind="random",
    )


ROWS: dict[str, Function] = {
    "random_0_1": _drawn("Draws a number between 0 and 1.", (), "{noise}", unit_rules.PLAIN_NUMBER),
    "random_uniform": _drawn(
        "Draws a number between two bounds from a uniform distribution.",
        ("low", "high", "seed"),
        "random_uniform({noise}, {0}, {1})",
        unit_rules.first_alike(2),
    ),
    "random_normal": _drawn(
        "Draws a number from a normal distribution that is truncated at two bounds.",
        ("low", "high", "mean", "spread", "seed"),
        "random_normal({noise}, {0}, {1}, {2}, {3})",
        unit_rules.first_alike(4),
    ),
    "random_exponential": _drawn(
        "Draws a number from an exponential distribution that is truncated at two bounds.",
        ("low", "high", "start", "scale", "seed"),
        "random_exponential({noise}, {0}, {1}, {2}, {3})",
        unit_rules.first_alike(4),
    ),
}

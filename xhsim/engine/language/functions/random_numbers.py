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


def _stretched(what: str, name: str, *shape: str) -> Function:
    """Return a row for a distribution that is stretched, then shifted, then truncated."""
    arguments = ("low", "high", *shape, "shift", "stretch", "seed")
    places = ", ".join(f"{{{number}}}" for number in range(len(arguments) - 1))
    return _drawn(
        f"Draws a number from {what}. It is multiplied by the stretch, the shift is added, and "
        "then it is truncated at two bounds.",
        arguments,
        f"random_{name}({{noise}}, {places})",
        unit_rules.first_alike(2),
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
    "random_beta": _stretched("a beta distribution", "beta", "alpha", "beta"),
    "random_binomial": _stretched(
        "a binomial distribution: the successes in a number of trials",
        "binomial",
        *("probability", "trials"),
    ),
    "random_gamma": _stretched("a gamma distribution of an order of at least 1", "gamma", "order"),
    "random_negative_binomial": _stretched(
        "a negative binomial distribution: the trials that so many successes take",
        "negative_binomial",
        *("probability", "successes"),
    ),
    "random_poisson": _stretched("a Poisson distribution", "poisson", "mean"),
    "random_weibull": _stretched("a Weibull distribution with the mean 1", "weibull", "shape"),
    "random_triangular": _drawn(
        "Draws a number from a triangular distribution that is truncated at two bounds.",
        ("low", "high", "start", "peak", "stop", "seed"),
        "random_triangular({noise}, {0}, {1}, {2}, {3}, {4})",
        unit_rules.first_alike(5),
    ),
}

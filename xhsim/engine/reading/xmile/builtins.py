"""Functions of XMILE and of Stella that are written with other functions of the engine.

The meanings are those that isee systems documents (Stella's help, "Builtins").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from xhsim.engine.language.syntax import Call, Name, Node, Number

__all__ = ["rewritten"]

TIME, STEP = Name("time"), Name("time_step")
ZERO, ONE = Number(0.0), Number(1.0)
LEAST, MOST = Number(-math.inf), Number(math.inf)
NO_SEED = ZERO  # the seed of the run applies


def _if(condition: Node, then: Node, other: Node) -> Node:
    return Call("if_then_else", (condition, then, other))


def _rounded(value: Node) -> Node:
    return Call("round_xmile", (value,))


def _wave(function: str) -> Callable[[Node, Node], Node]:
    def build(amplitude: Node, period: Node) -> Node:
        turns = Call("divide", (TIME, period))
        angle = Call("multiply", (Number(2.0 * math.pi), turns))
        return Call("multiply", (amplitude, Call(function, (angle,))))

    return build


def _uniform(low: Node, high: Node, seed: Node = NO_SEED) -> Node:
    return Call("random_uniform", (low, high, seed))


def _normal(
    mean: Node,
    spread: Node,
    seed: Node = NO_SEED,
    low: Node = LEAST,
    high: Node = MOST,
) -> Node:
    return Call("random_normal", (low, high, mean, spread, seed))


def _exponential(mean: Node, seed: Node = NO_SEED) -> Node:
    return Call("random_exponential", (ZERO, MOST, ZERO, mean, seed))


def _monte_carlo(percent: Node, seed: Node = NO_SEED) -> Node:
    """Give 1 with a probability, in percent per unit of time, and 0 otherwise."""
    drawn = _uniform(ZERO, Number(100.0), seed)
    return _if(Call("less", (drawn, Call("multiply", (percent, STEP)))), ONE, ZERO)


def _root(value: Node, order: Node) -> Node:
    return Call("power", (value, Call("divide", (ONE, order))))


def _derivative(value: Node, order: Node = ONE) -> Node:
    """Give the change since the last step, per unit of time; of that again for the order 2."""
    last = Call("previous", (value, value if order == ONE else ZERO))
    if order == Number(2.0):
        return _derivative(_derivative(value))
    return Call("divide", (Call("subtract", (value, last)), STEP))


def _factorial(number: Node) -> Node:
    return _rounded(Call("exp", (_log_factorial(number),)))


def _log_factorial(number: Node) -> Node:
    return Call("gamma_ln", (Call("add", (number, ONE)),))


def _permutations(number: Node, chosen: Node) -> Node:
    others = _log_factorial(Call("subtract", (number, chosen)))
    return _rounded(Call("exp", (Call("subtract", (_log_factorial(number), others)),)))


def _combinations(number: Node, chosen: Node) -> Node:
    both = Call("add", (_log_factorial(chosen), _log_factorial(Call("subtract", (number, chosen)))))
    return _rounded(Call("exp", (Call("subtract", (_log_factorial(number), both)),)))


def _stretched(name: str, *shape: Node, stretch: Node = ONE, seed: Node = NO_SEED) -> Node:
    return Call(f"random_{name}", (LEAST, MOST, *shape, ZERO, stretch, seed))


def _log_normal(mean: Node, spread: Node, seed: Node = NO_SEED) -> Node:
    """Draw from a log-normal distribution with this mean and spread of its own."""
    ratio = Call("divide", (spread, mean))
    square = Call("ln", (Call("add", (ONE, Call("multiply", (ratio, ratio)))),))
    half = Call("multiply", (Number(0.5), square))
    middle = Call("subtract", (Call("ln", (mean,)), half))
    return Call("exp", (_normal(middle, Call("sqrt", (square,)), seed),))


def _triangular(low: Node, peak: Node, high: Node, seed: Node = NO_SEED) -> Node:
    return Call("random_triangular", (low, high, low, peak, high, seed))


def _weibull(shape: Node, scale: Node, seed: Node = NO_SEED) -> Node:
    mean = Call("exp", (_log_factorial(Call("divide", (ONE, shape))),))
    return _stretched("weibull", shape, stretch=Call("multiply", (scale, mean)), seed=seed)


def _logistic(mean: Node, scale: Node, seed: Node = NO_SEED) -> Node:
    odds = Call("subtract", (Call("divide", (ONE, _uniform(ZERO, ONE, seed))), ONE))
    return Call("subtract", (mean, Call("multiply", (scale, Call("ln", (odds,))))))


def _pareto(shape: Node, scale: Node, seed: Node = NO_SEED) -> Node:
    return Call("divide", (scale, _root(_uniform(ZERO, ONE, seed), shape)))


def _gamma(shape: Node, scale: Node, seed: Node = NO_SEED) -> Node:
    return _stretched("gamma", shape, stretch=scale, seed=seed)


def _allocated(
    supply: Node, _dimension: Node, request: Node, priority: Node, width: Node, kind: Node
) -> Node:
    """Give the parts of a supply along a dimension."""
    profile = Call("profile", (kind, priority, width, ZERO))
    return Call("allocate_available", (request, profile, supply))


# For each function: what is written for it, by the number of its arguments.
BUILTINS: Mapping[str, Mapping[int, Callable[..., Node]]] = {
    "log10": {1: lambda value: Call("log", (value, Number(10.0)))},
    "gammaln": {1: lambda value: Call("gamma_ln", (value,))},
    "previous": {
        1: lambda value: Call("previous", (value, ZERO)),
        2: lambda value, initial: Call("previous", (value, initial)),
    },
    # The first run has no run before it whose last value it could take.
    "endval": {
        1: lambda value: Call("initial", (value,)),
        2: lambda _, initial: Call("initial", (initial,)),
    },
    "round": {1: _rounded},
    # Without a date and an interval Stella gives the volume in every step.
    "pulse": {1: lambda volume: Call("divide", (volume, STEP))},
    "allocate": {6: _allocated},
    "sign": {1: lambda value: Call("sign_xmile", (value,))},
    "int": {1: lambda value: Call("int_xmile", (value,))},
    "derivn": {1: _derivative, 2: _derivative},
    "npv": {
        2: lambda stream, rate: Call("npv", (stream, rate, ZERO, ONE)),
        3: lambda stream, rate, initial: Call("npv", (stream, rate, initial, ONE)),
    },
    "lookupinv": {2: lambda table, y: Call("lookup_invert", (table, y))},
    "lookuparea": {3: lambda table, end, start: Call("lookup_area", (table, start, end))},
    "factorial": {1: _factorial},
    "permutations": {2: _permutations},
    "combinations": {2: _combinations},
    "percent": {1: lambda value: Call("multiply", (Number(100.0), value))},
    "rootn": {2: _root},
    "switch": {2: lambda a, b: _if(Call("greater", (a, b)), ONE, ZERO)},
    "sinwave": {2: _wave("sin")},
    "coswave": {2: _wave("cos")},
    "random": {2: _uniform, 3: _uniform},
    "uniform": {2: _uniform, 3: _uniform},
    "normal": {2: _normal, 3: _normal, 5: _normal},
    "exprnd": {1: _exponential, 2: _exponential},
    "lognormal": {2: _log_normal, 3: _log_normal},
    "triangular": {3: _triangular, 4: _triangular},
    "poisson": {
        1: lambda mean: _stretched("poisson", mean),
        2: lambda mean, seed: _stretched("poisson", mean, seed=seed),
    },
    "binomial": {
        2: lambda trials, chance: _stretched("binomial", chance, trials),
        3: lambda trials, chance, seed: _stretched("binomial", chance, trials, seed=seed),
    },
    "beta": {
        2: lambda alpha, beta: _stretched("beta", alpha, beta),
        3: lambda alpha, beta, seed: _stretched("beta", alpha, beta, seed=seed),
    },
    "gamma": {2: _gamma, 3: _gamma},
    "weibull": {2: _weibull, 3: _weibull},
    "logistic": {2: _logistic, 3: _logistic},
    "pareto": {2: _pareto, 3: _pareto},
    "montecarlo": {1: _monte_carlo, 2: _monte_carlo},
}


def rewritten(name: str, arguments: tuple[Node, ...]) -> Node | None:
    """Return a call in functions of the engine.

    Parameters
    ----------
    name : str
        The key of a function.
    arguments : tuple of Node

    Returns
    -------
    Node or None
        None if the table does not have the function with so many arguments.

    Examples
    --------
    >>> rewritten("switch", (Name("a"), Name("b"))).function
    'if_then_else'
    >>> rewritten("switch", (Name("a"),)) is None
    True
    """
    build = BUILTINS.get(name, {}).get(len(arguments))
    return None if build is None else build(*arguments)

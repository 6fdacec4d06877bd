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
    """Round to the nearest whole number; a half goes away from zero."""
    half = _if(Call("less", (value, ZERO)), Number(-0.5), Number(0.5))
    return Call("integer", (Call("add", (value, half)),))


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


def _sign(value: Node) -> Node:
    negative = Call("less", (value, ZERO))
    return _if(Call("greater", (value, ZERO)), ONE, _if(negative, Number(-1.0), ZERO))


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
    "sign": {1: _sign},
    "percent": {1: lambda value: Call("multiply", (Number(100.0), value))},
    "rootn": {2: _root},
    "switch": {2: lambda a, b: _if(Call("greater", (a, b)), ONE, ZERO)},
    "sinwave": {2: _wave("sin")},
    "coswave": {2: _wave("cos")},
    "random": {2: _uniform, 3: _uniform},
    "uniform": {2: _uniform, 3: _uniform},
    "normal": {2: _normal, 3: _normal, 5: _normal},
    "exprnd": {1: _exponential, 2: _exponential},
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

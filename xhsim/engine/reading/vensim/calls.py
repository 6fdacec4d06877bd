"""Calls of Vensim's functions, in the terms of the engine's table of functions.

Several functions of Vensim are one function of the engine with other defaults: SMOOTH3 is a smooth
of order 3 that starts from its input.
"""

from __future__ import annotations

from collections.abc import Callable

from xhsim.engine.language.functions import FUNCTIONS, display_name
from xhsim.engine.language.syntax import Call, Name, Node, Number
from xhsim.engine.reading.vensim.tokens import VensimSyntaxError

__all__ = ["call"]

ONE, THREE = Number(1.0), Number(3.0)
FILES = {
    f"get_{kind}_{what}": (f"get_direct_{what}", number)
    for kind in ("xls", "direct")
    for what, number in (("data", 4), ("lookups", 4), ("constants", 3))
}
# The form of each of these functions, and how many arguments it takes in a file.
FORMS: dict[str, tuple[int, Callable[..., Call]]] = {
    "delay1": (2, lambda x, time: Call("delay", (x, time, x, ONE))),
    "delay1i": (3, lambda x, time, start: Call("delay", (x, time, start, ONE))),
    "delay3": (2, lambda x, time: Call("delay", (x, time, x, THREE))),
    "delay3i": (3, lambda x, time, start: Call("delay", (x, time, start, THREE))),
    "smooth": (2, lambda x, time: Call("smooth", (x, time, x, ONE))),
    "smoothi": (3, lambda x, time, start: Call("smooth", (x, time, start, ONE))),
    "smooth3": (2, lambda x, time: Call("smooth", (x, time, x, THREE))),
    "smooth3i": (3, lambda x, time, start: Call("smooth", (x, time, start, THREE))),
    "forecast": (3, lambda x, time, ahead: Call("forecast", (x, time, ahead, Number(0.0)))),
    "reinitial": (1, lambda x: Call("initial", (x,))),  # a game could initialize it again
    "time_base": (
        2,
        lambda start, slope: Call("add", (start, Call("multiply", (Name("time"), slope)))),
    ),
    "pulse_train": (
        4,
        lambda start, width, every, end: Call("pulse_train", (start, every, width, end)),
    ),
}


def call(function: str, arguments: tuple[Node, ...]) -> Call:
    """Return a call in the terms of the engine.

    Parameters
    ----------
    function : str
        The name of a function, a lookup or a macro, as a key.
    arguments : tuple of Node

    Raises
    ------
    VensimSyntaxError
        If the number of arguments is wrong.

    Examples
    --------
    >>> call("smooth", (Number(2.0), Number(5.0))).arguments[3]
    Number(value=1.0)
    """
    if function in FILES:
        name, wanted = FILES[function]
        _check(function, wanted, arguments)
        return Call(name, arguments)
    if function in FORMS:
        wanted, form = FORMS[function]
        _check(function, wanted, arguments)
        return form(*arguments)
    row = FUNCTIONS.get(function)
    if row is not None and row.kind == "stateful":
        _check(function, len(row.arguments), arguments)
    return Call(function, arguments)


def _check(function: str, wanted: int, arguments: tuple[Node, ...]) -> None:
    if len(arguments) != wanted:
        raise VensimSyntaxError(
            f"{display_name(function)} has {len(arguments)} argument"
            f"{'s' if len(arguments) != 1 else ''}; it takes {wanted}"
        )

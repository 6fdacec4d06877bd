"""Rows of the table of functions: functions with a memory, such as INTEG, SMOOTH and DELAY.

`xhsim.engine.resolving.stateful_functions` replaces each of them by stocks or stored values and by
functions that have their own forms and units.
"""

from __future__ import annotations

from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function

__all__ = ["ROWS"]


def _stateful(meaning: str, *arguments: str) -> Function:
    return Function(
        meaning=meaning,
        arguments=arguments,
        units=unit_rules.REPLACED,
        numpy=None,
        scalar=None,
        machine=None,
        kind="stateful",
    )


ROWS: dict[str, Function] = {
    "integ": _stateful("Adds up a flow over time: the variable is a stock.", "flow", "initial"),
    "integ_non_negative": _stateful(
        "Adds up a flow over time, and never falls below 0 (a stock of XMILE).", "flow", "initial"
    ),
    "initial": _stateful("Gives the value of its argument at the start of the run.", "value"),
    "previous": _stateful(
        "Gives the value of its argument one time step ago, and the initial value at the start.",
        *("value", "initial"),
    ),
    "active_initial": _stateful(
        "Gives the second argument at the start of the run and the first argument afterwards.",
        "running",
        "initial",
    ),
    "smooth": _stateful(
        "Smooths its input exponentially, with as many stocks as the order says.",
        *("input", "time", "initial", "order"),
    ),
    "smooth_n": _stateful(
        "Smooths its input exponentially. The last argument is the order.",
        *("input", "time", "initial", "order"),
    ),
    "delay": _stateful(
        "Delays its input and loses nothing of it, with as many stocks as the order says.",
        *("input", "time", "initial", "order"),
    ),
    "delay_n": _stateful(
        "Delays its input. Material in the delay keeps the delay time at which it entered.",
        *("input", "time", "initial", "order"),
    ),
    "delay_fixed": _stateful(
        "Gives its input of a fixed time ago, and the initial value before that.",
        *("input", "time", "initial"),
    ),
    "trend": _stateful(
        "Gives the growth rate of its input relative to its smoothed past.",
        *("input", "average time", "initial trend"),
    ),
    "forecast": _stateful(
        "Continues the trend of its input over a horizon.",
        *("input", "average time", "horizon", "initial trend"),
    ),
    "delay_material": _stateful(
        "Delays its input by a time that may change. What arrives together is added up, and where "
        "nothing arrives the missing value holds.",
        *("input", "time", "initial", "missing"),
    ),
    "delay_information": _stateful(
        "Delays its input by a time that may change, and gives the newest that has arrived.",
        *("input", "time", "initial"),
    ),
    "delay_conveyor": _stateful(
        "Delays its input on a belt whose speed may change. A part of all that is on it leaks.",
        *("input", "time", "leak", "initial profile", "initial content", "initial time"),
    ),
    "delay_profile": _stateful(
        "Delays its input by times that a lookup weighs; their mean is the delay time.",
        *("profile", "input", "time", "initial", "initial growth"),
    ),
    "depreciate_straightline": _stateful(
        "Spreads what is invested evenly over a time, by fiscal periods.",
        *("investment", "time", "fiscal period", "initial investment"),
    ),
    "simultaneous": _stateful(
        "Solves the circle that its variable is in, at each step, by going round it. The second "
        "argument is where the search begins.",
        *("value", "initial"),
    ),
    "find_zero": _stateful(
        "Finds the values of its variable at which another variable is zero, at each step. Scales "
        "and the last four arguments are not used.",
        *("scale of x", "variable", "its scale", "initial", "number", "skip"),
        *("tolerance", "iterations", "method"),
    ),
    "shift_if_true": _stateful(
        "Moves the elements of a stock on by one place while the condition is true. Gives what "
        "leaves the last element.",
        *("first element", "condition", "size", "adds up", "enters"),
    ),
    "npv": _stateful(
        "Gives the net present value of a stream, with the initial value and the factor.",
        *("stream", "discount rate", "initial", "factor"),
    ),
    "npve": _stateful(
        "Gives the net present value of a stream that is paid at the end of each step.",
        *("stream", "discount rate", "initial", "factor"),
    ),
    "random_pink_noise": _stateful(
        "Gives noise that is correlated over time: normal numbers, smoothed over the correlation "
        "time so that their standard deviation is the given one.",
        *("mean", "standard deviation", "correlation time", "seed"),
    ),
    "sinteg": _stateful(
        "Adds up a flow over time within limits. Quantum and special value must be `:NA:`.",
        *("flow", "initial", "least", "most", "quantum", "special value", "threshold"),
    ),
    "sample_if_true": _stateful(
        "Gives the value of its input at the last time when the condition was true.",
        *("condition", "input", "initial"),
    ),
}

"""Rows of the table of functions: those that remember.

`xhsim.engine.resolving.functions_with_a_past` replaces each by stocks or by values that are held,
and by functions that have forms and units of their own.
"""

from __future__ import annotations

from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function

__all__ = ["ROWS"]


def _stateful(meaning: str, *arguments: str) -> Function:
    return Function(
        meaning=meaning,
        arguments=arguments,
        units=unit_rules.NO_UNIT_OF_ITS_OWN,
        numpy=None,
        scalar=None,
        machine=None,
        kind="stateful",
    )


ROWS: dict[str, Function] = {
    "integ": _stateful("Adds up a flow over time: this makes a stock.", "flow", "initial"),
    "integ_non_negative": _stateful(
        "Adds up a flow over time, and never falls below 0 (a stock of XMILE).", "flow", "initial"
    ),
    "initial": _stateful("Keeps the value that its argument has when the run starts.", "value"),
    "active_initial": _stateful(
        "Gives the first argument, except at the start, where it gives the second.",
        "running",
        "initial",
    ),
    "smooth": _stateful(
        "Follows its input late and smoothly, through as many stocks as the order says.",
        *("input", "time", "initial", "order"),
    ),
    "smooth_n": _stateful(
        "Follows its input late and smoothly; the last argument is the order.",
        *("input", "time", "initial", "order"),
    ),
    "delay": _stateful(
        "Lets its input out late, through as many stocks as the order says; nothing is lost.",
        *("input", "time", "initial", "order"),
    ),
    "delay_n": _stateful(
        "Lets its input out late; what is inside keeps the delay time that it came with.",
        *("input", "time", "initial", "order"),
    ),
    "delay_fixed": _stateful(
        "Gives the input of a fixed time ago, and the initial value until then.",
        *("input", "time", "initial"),
    ),
    "trend": _stateful(
        "Gives the growth rate of its input, measured against a smoothed past.",
        *("input", "average time", "initial trend"),
    ),
    "forecast": _stateful(
        "Continues the trend of its input over a horizon.",
        *("input", "average time", "horizon", "initial trend"),
    ),
    "sample_if_true": _stateful(
        "Holds the value that its input had when the condition was last true.",
        *("condition", "input", "initial"),
    ),
}

"""Functions of Vensim and Stella that the engine does not have, and what can be done instead."""

from __future__ import annotations

__all__ = ["REFUSED"]

_QUEUE = (
    "a run does not know the age of what waits: write the queue as a stock with INTEG, and the "
    "time in it as ZIDZ(stock, outflow)"
)
_MACRO = "it is a macro of other models: copy its :MACRO: ... :END OF MACRO: into this one"
_STATISTIC = "compute it from the data, and write it as a constant"
_GAME = "remove it: a run has no player and shows no message"
_REALITY = "it belongs to a Reality Check; in other equations use STEP, RAMP or IF THEN ELSE"

REFUSED: dict[str, str] = {
    "counter": "write it with TIME and MOD",
    "cumulate": "use INTEG",
    "cumulatef": "use INTEG",
    "delay_batch": "collect the batch in a stock with INTEG, and let it out with SAMPLE IF TRUE",
    "depreciate_by_schedule": "add up DELAY FIXED of the investment, each with its part",
    "get_data_median": _STATISTIC,
    "get_data_mode": _STATISTIC,
    "get_data_stdv": _STATISTIC,
    "get_123_constants": "move the numbers to a CSV or Excel file, and use GET DIRECT CONSTANTS",
    "get_123_data": "move the numbers to a CSV or Excel file, and use GET DIRECT DATA",
    "get_123_lookups": "move the numbers to a CSV or Excel file, and use GET DIRECT LOOKUPS",
    "get_vdf_lookups": "move the numbers to a CSV file, and use GET DIRECT LOOKUPS",
    "history": "use DELAY, with how long ago the value was",
    "internal_rate_of_return": "use NPV with several discount rates; the value is 0 at this rate",
    "lookupxy": "draw one graphical function with these x and y, and use LOOKUP",
    "message": _GAME,
    "venvalue": _GAME,
    "queue_age_average": _QUEUE,
    "queue_age_in_range": _QUEUE,
    "queue_age_oldest": _QUEUE,
    "queue_attrib_average": _QUEUE,
    "queue_attrib_in_range": _QUEUE,
    "queue_attrib_max": _QUEUE,
    "queue_attrib_min": _QUEUE,
    "queue_attrib_quantity": _QUEUE,
    "queue_fifo": _QUEUE,
    "queue_fifo_attrib": _QUEUE,
    "ramp_from_to": _MACRO,
    "sample_until": _MACRO,
    "sshape": _MACRO,
    "rc_compare": _REALITY,
    "rc_decay": _REALITY,
    "rc_grow": _REALITY,
    "rc_ramp": _REALITY,
    "rc_step": _REALITY,
}

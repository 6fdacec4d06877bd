"""Rows of the table of functions: functions of time, such as STEP, PULSE and RAMP."""

from __future__ import annotations

from xhsim.engine.language import machine_forms as machine
from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function

__all__ = ["ROWS"]

ROWS: dict[str, Function] = {
    "step": Function(
        meaning="Gives 0 before the start and the height from then on.",
        arguments=("height", "start"),
        units=unit_rules.in_time("height"),
        numpy="step({0}, {1}, clock, time_step)",
        scalar="({0} * ({now} + 0.5 * time_step > {1}))",
        machine=machine.step,
        now="clock",
        breakpoints=("{1}",),
    ),
    "pulse": Function(
        meaning="Gives 1 from the start for the length of the width, and 0 at other times. A width "
        "of 0 is one time step.",
        arguments=("start", "width"),
        units=unit_rules.in_time(),
        numpy="pulse({0}, {1}, clock, time_step)",
        scalar="pulse({0}, {1}, {now}, time_step)",
        machine=machine.pulse,
        now="clock",
        breakpoints=("{0}", "({0} + {1})"),
    ),
    "pulse_train": Function(
        meaning="Repeats a pulse of 1 with the given width, from the start until the end. A pulse "
        "lasts one time step at least.",
        arguments=("start", "every", "width", "end"),
        units=unit_rules.in_time(),
        numpy="pulse_train({0}, {1}, {2}, {3}, clock, time_step)",
        scalar="pulse_train({0}, {1}, {2}, {3}, {now}, time_step)",
        machine=None,
        now="clock",
    ),
    "ramp": Function(
        meaning="Gives 0, then a line with the slope from the start to the end, then a constant.",
        arguments=("slope", "start", "end"),
        units=unit_rules.in_time("slope", power=1),
        numpy="ramp({0}, {1}, {2}, begin_of_step(time, clock, time_step), time_step)",
        scalar="ramp({0}, {1}, {2}, {now}, time_step)",
        machine=machine.ramp,
        now="clock",
        breakpoints=("{1}", "{2}"),
    ),
    "xpulse": Function(
        meaning="Delivers the amount within one time step, at the start (PULSE of XMILE).",
        arguments=("start", "amount"),
        units=unit_rules.in_time("amount", place=1, power=-1),
        numpy="pulse_of({0}, {1}, clock, time_step)",
        scalar="pulse_of({0}, {1}, {now}, time_step)",
        machine=None,
        now="clock",
        written="PULSE",
    ),
    "xpulse_train": Function(
        meaning="Delivers the amount within one time step, at the start and then at each interval "
        "(PULSE of XMILE).",
        arguments=("start", "every", "amount"),
        units=unit_rules.in_time("amount", place=2, power=-1),
        numpy="pulse_train_of({0}, {1}, {2}, clock, time_step)",
        scalar="pulse_train_of({0}, {1}, {2}, {now}, time_step)",
        machine=None,
        now="clock",
        written="PULSE TRAIN",
    ),
    "xramp": Function(
        meaning="Gives 0 until the start, then a line with the slope (RAMP of XMILE).",
        arguments=("slope", "start"),
        units=unit_rules.in_time("slope", power=1),
        numpy="ramp({0}, {1}, np.inf, time, 0.0)",
        scalar="ramp({0}, {1}, inf, {now}, 0.0)",
        machine=machine.endless_ramp,
        now="time",
        breakpoints=("{1}",),
        written="RAMP",
    ),
    "data_time": Function(
        meaning="Gives the time at which data are read: the start of a step, or the time itself in "
        "methods without fixed steps.",
        arguments=(),
        units=unit_rules.TIME,
        numpy="begin_of_step(time, clock, time_step)",
        scalar="{now}",
        machine=lambda maths, clock: clock,
        now="clock",
    ),
    "get_time_value": Function(
        meaning="Gives the time plus an offset. The first and the third argument must be 0.",
        arguments=("relative to", "offset", "measure"),
        units=unit_rules.TIME_WITH_OFFSET,
        numpy="(time + {1})",
        scalar="({now} + {1})",
        machine=None,
        now="time",
    ),
}

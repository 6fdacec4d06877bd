"""Rows of the table of functions: functions of lookups, of data variables and of numbered elements.

`xhsim.engine.resolving.table_functions` replaces each of them by lookups and conditions.
"""

from __future__ import annotations

from typing import Literal

from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function

__all__ = ["ROWS"]


def _replaced(kind: Literal["table", "element"], meaning: str, *arguments: str) -> Function:
    return Function(
        meaning=meaning,
        arguments=arguments,
        units=unit_rules.REPLACED,
        numpy=None,
        scalar=None,
        machine=None,
        kind=kind,
    )


ROWS: dict[str, Function] = {
    "lookup_forward": _replaced(
        "table", "Gives the value of a lookup at the next point.", "lookup", "x"
    ),
    "lookup_backward": _replaced(
        "table", "Gives the value of a lookup at the last point that is reached.", "lookup", "x"
    ),
    "lookup_extrapolate": _replaced(
        "table", "Reads a lookup, and continues its line beyond both ends.", "lookup", "x"
    ),
    "lookup_invert": _replaced(
        "table", "Gives the x at which a lookup that only rises or only falls is y.", "lookup", "y"
    ),
    "lookup_area": _replaced(
        "table",
        "Gives the area under a lookup between two x. Beyond its points there is no area.",
        *("lookup", "from", "to"),
    ),
    "lookup_slope": _replaced(
        "table",
        "Gives the slope of a lookup at x: at a point that of the line to its right, and 0 beyond "
        "the points.",
        *("lookup", "x"),
    ),
    "random_lookup": _replaced(
        "table",
        "Draws a number whose density is a lookup. It is multiplied by the stretch, the shift is "
        "added, and then it is truncated at two bounds.",
        *("density", "low", "high", "shift", "stretch", "seed"),
    ),
    "get_data_at_time": _replaced(
        "table",
        "Gives the value of a data variable at a time, and `:NA:` where it has no point.",
        *("data variable", "time"),
    ),
    "get_data_between_times": _replaced(
        "table",
        "Gives the value of a data variable at a time: interpolated (mode 0), that of the next "
        "point (1) or of the last one (-1). Gives `:NA:` outside the first and the last point.",
        *("data variable", "time", "mode"),
    ),
    "get_data_first_time": _replaced(
        "table", "Gives the time of the first point of a data variable.", "data variable"
    ),
    "get_data_last_time": _replaced(
        "table", "Gives the time of the last point of a data variable.", "data variable"
    ),
    "get_data_total_points": _replaced(
        "table", "Gives the number of points of a data variable.", "data variable"
    ),
    "get_data_mean": _replaced(
        "table",
        "Gives the mean of the points of a data variable between two times.",
        *("data variable", "from", "to"),
    ),
    "get_data_min": _replaced(
        "table",
        "Gives the smallest value of a data variable at its points between two times.",
        *("data variable", "from", "to"),
    ),
    "get_data_max": _replaced(
        "table",
        "Gives the largest value of a data variable at its points between two times.",
        *("data variable", "from", "to"),
    ),
    "time_shift": _replaced(
        "table",
        "Gives the value that a data variable has so much later.",
        *("data variable", "shift"),
    ),
    "demand_at_price": _replaced(
        "element",
        "Gives the quantity that is demanded at a price, by a priority profile of four numbers.",
        *("quantity", "profile", "price"),
    ),
    "supply_at_price": _replaced(
        "element",
        "Gives the quantity that is supplied at a price, by a priority profile of four numbers.",
        *("quantity", "profile", "price"),
    ),
    "find_market_price": _replaced(
        "element",
        "Gives the price at which demand and supply are equal. The arguments name first elements.",
        *("demand", "demand profile", "supply", "supply profile"),
    ),
    "marketp": _replaced(
        "element",
        "Gives the priority at which requests are equal to a supply, for ALLOC P. The first two "
        "arguments name first elements.",
        *("request", "priority", "size", "width", "supply"),
    ),
    "alloc_p": _replaced(
        "element",
        "Gives the part of a request that is met at a market priority, see MARKETP.",
        *("request", "priority", "width", "market priority"),
    ),
    "vector_elm_map": _replaced(
        "element",
        "Gives the element that comes as many places after the given one as the offset says. The "
        "last subscript changes first. Gives `:NA:` outside the variable.",
        *("element", "offset"),
    ),
    "vector_lookup": _replaced(
        "element",
        "Reads the elements along the last subscript as a lookup between two limits of x: "
        "interpolated (mode 0), the area (1), backward (2), extrapolated (3), forward (4), "
        "inverted (5), the slope (6), and area (7), inverse (8) and slope (9) extrapolated.",
        *("first element", "x", "smallest x", "largest x", "mode"),
    ),
}

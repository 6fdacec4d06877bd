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
    "vector_elm_map": _replaced(
        "element",
        "Gives the element that comes as many places after the given one as the offset says. The "
        "last subscript changes first. Gives `:NA:` outside the variable.",
        *("element", "offset"),
    ),
    "vector_lookup": _replaced(
        "element",
        "Reads the elements along the last subscript as a lookup between two limits of x: "
        "interpolated (mode 0), backward (2), extrapolated (3) or forward (4).",
        *("first element", "x", "smallest x", "largest x", "mode"),
    ),
}

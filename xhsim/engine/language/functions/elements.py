"""Rows of the table of functions: those of several elements of a variable at once."""

from __future__ import annotations

from xhsim.engine.language import unit_rules
from xhsim.engine.language.functions.row import Function
from xhsim.engine.language.unit_rules import UnitRule

__all__ = ["ROWS"]


def _fold(meaning: str, numpy: str, repeats: str, units: UnitRule, written: str = "") -> Function:
    return Function(
        meaning=meaning,
        arguments=("values",),
        units=units,
        numpy=f"{numpy}({{0}}, {{n}})",
        scalar=None,  # that of the function which it repeats
        machine=None,
        kind="reduction",
        repeats=repeats,
        written=written,
    )


def _of_vectors(meaning: str, arguments: tuple[str, ...], numpy: str, units: UnitRule) -> Function:
    """Return a function that backends without arrays do not have."""
    return Function(
        meaning=meaning,
        arguments=arguments,
        units=units,
        numpy=numpy,
        scalar=None,
        machine=None,
        kind="vector",
    )


ROWS: dict[str, Function] = {
    "sum": _fold("Adds up all elements.", "sum_over", "add", unit_rules.FIRST),
    "prod": _fold(
        "Multiplies all elements.", "product_over", "multiply", unit_rules.OF_PLAIN_NUMBERS
    ),
    "vmin": _fold("Gives the smallest element.", "minimum_over", "min", unit_rules.FIRST),
    "vmax": _fold("Gives the largest element.", "maximum_over", "max", unit_rules.FIRST),
    "vmin_xmile": _fold(
        "Gives the smallest element (MIN of XMILE).",
        "minimum_over",
        "min",
        unit_rules.FIRST,
        written="MIN",
    ),
    "vmax_xmile": _fold(
        "Gives the largest element (MAX of XMILE).",
        "maximum_over",
        "max",
        unit_rules.FIRST,
        written="MAX",
    ),
    "vector_select": Function(
        meaning="Adds up or multiplies the chosen elements, or finds their mean, least or largest.",
        arguments=("chosen", "values", "if none", "action", "objection"),
        units=unit_rules.SELECTED,
        numpy="vector_select({0}, {1}, {2}, {3}, {4}, {n})",
        scalar=None,
        machine=None,
        kind="reduction",
        folded=2,
    ),
    "vector_sort_order": _of_vectors(
        "Gives the positions, from 0, that sort the elements: upwards if the direction is above 0.",
        ("values", "direction"),
        "vector_sort_order({0}, {1}, {axis})",
        unit_rules.PLAIN_NUMBER,
    ),
    "vector_rank": _of_vectors(
        "Gives the rank, from 1, of each element.",
        ("values", "direction"),
        "vector_rank({0}, {1}, {axis})",
        unit_rules.PLAIN_NUMBER,
    ),
    "vector_reorder": _of_vectors(
        "Puts the elements into an order that is given by positions.",
        ("values", "order"),
        "vector_reorder({0}, {1}, {axis})",
        unit_rules.FIRST,
    ),
    "invert_matrix": _of_vectors(
        "Inverts a matrix, whose rows and columns are the last two subscripts.",
        ("matrix",),
        "invert_matrix({0}, {axis})",
        unit_rules.INVERSE,
    ),
    "allocate_by_priority": _of_vectors(
        "Shares a supply out among requests, those of high priority first.",
        ("request", "priority", "size", "width", "supply"),
        "allocate_by_priority({0}, {1}, {3}, {4}, {axis})",
        unit_rules.FIRST,
    ),
    # The four numbers of a profile arrive as arguments 1 to 4.
    "allocate_available": _of_vectors(
        "Shares a supply out among requests by their priority profiles.",
        ("request", "profile", "supply"),
        "allocate_available({0}, {1}, {2}, {3}, {4}, {5}, {axis})",
        unit_rules.FIRST,
    ),
    "elmcount": Function(
        meaning="Gives the number of elements of a subscript range.",
        arguments=("range",),
        units=unit_rules.NO_UNIT_OF_ITS_OWN,
        numpy=None,
        scalar=None,
        machine=None,
        kind="subscript",
    ),
}

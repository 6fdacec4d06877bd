"""Rows of the table of functions: functions of several elements of a variable."""

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
        scalar=None,  # the form of the repeated function is used
        machine=None,
        kind="reduction",
        repeats=repeats,
        written=written,
    )


def _of_vectors(
    meaning: str,
    arguments: tuple[str, ...],
    numpy: str,
    scalar: str,
    units: UnitRule,
    optional: int = 0,
) -> Function:
    """Return a row for a function of whole vectors, which has no machine code."""
    return Function(
        meaning=meaning,
        arguments=arguments,
        units=units,
        numpy=numpy,
        scalar=scalar,
        machine=None,
        kind="vector",
        optional=optional,
    )


def _at_price(what: str, numpy: str) -> Function:
    """Return a row for one element of DEMAND AT PRICE or SUPPLY AT PRICE."""
    return Function(
        meaning=f"Gives the part of a quantity that is {what} at a price, by the four numbers of "
        "its profile.",
        arguments=("quantity", "kind", "middle", "width", "extra", "price"),
        units=unit_rules.FIRST,
        numpy=f"{numpy}({{0}}, {{1}}, {{2}}, {{3}}, {{4}}, {{5}})",
        scalar=f"{numpy}({{0}}, {{1}}, {{2}}, {{3}}, {{4}}, {{5}})",
        machine=None,
        written=numpy.upper().replace("_", " "),
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
        meaning="Gives the sum, product, mean, minimum or maximum of the chosen elements.",
        arguments=("chosen", "values", "if none", "action", "objection"),
        units=unit_rules.SELECTED,
        numpy="vector_select({0}, {1}, {2}, {3}, {4}, {n})",
        scalar="vector_select({0}, {1}, {2}, {3}, {4})",
        machine=None,
        kind="reduction",
        folded=2,
    ),
    "vector_sort_order": _of_vectors(
        "Gives the positions, from 0, that sort the elements. A direction above 0 means ascending.",
        ("values", "direction"),
        "vector_sort_order({0}, {1}, {axis})",
        "vector_sort_order({0}, {1})",
        unit_rules.PLAIN_NUMBER,
    ),
    "vector_rank": _of_vectors(
        "Gives the rank, from 1, of each element.",
        ("values", "direction"),
        "vector_rank({0}, {1}, {axis})",
        "vector_rank({0}, {1})",
        unit_rules.PLAIN_NUMBER,
    ),
    "element_of_rank": Function(
        meaning="Gives the position, from 1, of the element that has a rank, counted from the "
        "least (RANK in Stella). The second values decide between equal ones.",
        arguments=("values", "second", "rank"),
        units=unit_rules.PLAIN_NUMBER,
        numpy="element_of_rank({0}, {1}, {2}, {n})",
        scalar="element_of_rank({0}, {1}, {2})",
        machine=None,
        kind="reduction",
        folded=2,
    ),
    "vector_reorder": _of_vectors(
        "Puts the elements into the order that the positions give.",
        ("values", "order"),
        "vector_reorder({0}, {1}, {axis})",
        "vector_reorder({0}, {1})",
        unit_rules.FIRST,
    ),
    "invert_matrix": _of_vectors(
        "Inverts a matrix. Its rows and columns are the last two subscripts, and the size, if "
        "given, is their number of elements.",
        ("matrix", "size"),
        "invert_matrix({0}, {axis})",
        "invert_matrix({0}, {n})",
        unit_rules.INVERSE,
        optional=1,
    ),
    "allocate_by_priority": _of_vectors(
        "Allocates a supply to requests, beginning with those of high priority.",
        ("request", "priority", "size", "width", "supply"),
        "allocate_by_priority({0}, {1}, {3}, {4}, {axis})",
        "allocate_by_priority({0}, {1}, {3}[0], {4}[0])",
        unit_rules.FIRST,
    ),
    # Resolving turns the profile into four numbers, which are arguments 1 to 4 of the code.
    "allocate_available": _of_vectors(
        "Allocates a supply to requests by their priority profiles.",
        ("request", "profile", "supply"),
        "allocate_available({0}, {1}, {2}, {3}, {4}, {5}, {axis})",
        "allocate_available({0}, {1}, {2}, {3}, {4}, {5}[0])",
        unit_rules.FIRST,
    ),
    # A file writes the quantity, the profile and the price.
    "demand_at": _at_price("demanded", "demand_at_price"),
    "supply_at": _at_price("supplied", "supply_at_price"),
    "elmcount": Function(
        meaning="Gives the number of elements of a subscript range.",
        arguments=("range",),
        units=unit_rules.REPLACED,
        numpy=None,
        scalar=None,
        machine=None,
        kind="subscript",
    ),
}

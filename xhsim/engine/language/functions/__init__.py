"""The table of the functions of the model language, with one row for each function.

A row contains everything that the engine knows about a function. Resolving, the emitters of all
backends, the unit check and the documentation read this table. None has its own list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from xhsim.engine.language.functions import (
    arithmetic,
    elementary,
    elements,
    logic,
    over_time,
    random_numbers,
    stateful,
    tables,
)
from xhsim.engine.language.functions.row import Function

__all__ = [
    "FUNCTIONS",
    "Function",
    "display_name",
    "functions_with",
    "merged_rows",
    "support_table",
]


def merged_rows(*families: Mapping[str, Function]) -> dict[str, Function]:
    """Return the rows of several tables as one table.

    Raises
    ------
    ValueError
        If two tables have a row for the same function.

    Examples
    --------
    >>> list(merged_rows({"pi": FUNCTIONS["pi"]}, {"exp": FUNCTIONS["exp"]}))
    ['pi', 'exp']
    """
    table: dict[str, Function] = {}
    for rows in families:
        twice = table.keys() & rows.keys()
        if twice:
            raise ValueError(f"the table of functions has two rows for {sorted(twice)}")
        table.update(rows)
    return table


FUNCTIONS = merged_rows(
    arithmetic.ROWS,
    logic.ROWS,
    elementary.ROWS,
    over_time.ROWS,
    elements.ROWS,
    random_numbers.ROWS,
    stateful.ROWS,
    tables.ROWS,
)


def functions_with(form: Literal["numpy", "scalar", "machine"]) -> frozenset[str]:
    """Return the functions that have a form, either their own or that of the function they repeat.

    A backend that uses this form cannot run a model that contains any other function.

    Examples
    --------
    >>> "sum" in functions_with("machine"), "sin" in functions_with("machine")
    (True, False)
    """
    own = {name for name, row in FUNCTIONS.items() if getattr(row, form) is not None}
    return frozenset(own | {name for name, row in FUNCTIONS.items() if row.repeats in own})


def display_name(function: str) -> str:
    """Return a function's name as a modeller writes it.

    Examples
    --------
    >>> display_name("if_then_else")
    'IF THEN ELSE'
    """
    return function.replace("_", " ").upper()


KINDS = {
    "elementwise": "element by element",
    "reduction": "combines the elements of the subscripts marked with !",
    "vector": "works on the whole vector along the last subscript",
    "random": "draws a new number at each step, for each draw and element",
    "stateful": "has a memory: the engine adds stocks or stored values for it",
    "subscript": "takes a subscript range",
    "table": "reads the points of a lookup or a data variable",
    "element": "chooses among the elements of a variable",
}
COLUMNS = ["function", "what it does", "arguments", "elements and the past", "units", "computed by"]
FORMS: dict[str, Literal["numpy", "scalar", "machine"]] = {
    "NumPy": "numpy",
    "Python": "scalar",
    "machine code": "machine",
}


def support_table() -> str:
    """Return the table of supported functions as Markdown, for the documentation.

    Examples
    --------
    >>> support_table().splitlines()[0]
    '| function | what it does | arguments | elements and the past | units | computed by |'
    """
    forms = {words: functions_with(form) for words, form in FORMS.items()}
    rows = [_documented(name, FUNCTIONS[name], forms) for name in sorted(FUNCTIONS)]
    lines = [COLUMNS, ["---"] * len(COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _documented(name: str, function: Function, forms: Mapping[str, frozenset[str]]) -> list[str]:
    shown = display_name(name) + (f" (`{function.written}`)" if function.written else "")
    able = ", ".join(words for words, names in forms.items() if name in names)
    return [
        shown,
        function.meaning,
        ", ".join(function.arguments) or "none",
        KINDS[function.kind] + ("; changes with time" if function.uses_time else ""),
        function.units.words,
        able or "the equations that replace it",
    ]


def __dir__() -> list[str]:
    return __all__

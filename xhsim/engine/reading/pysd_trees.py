"""Conversion of PySD's syntax trees into the engine's syntax records."""

from __future__ import annotations

from typing import Any

import numpy as np
from pysd.translators.structures import abstract_expressions as pysd_tree

from xhsim.engine.language import syntax
from xhsim.errors import ModelError

__all__ = ["to_syntax"]

OPERATORS = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "^": "power",
    "negative": "negative",
    "=": "equal",
    "<>": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    ":AND:": "and",
    ":OR:": "or",
    ":NOT:": "not",
}


def to_syntax(tree: Any, owner: str, place: dict[str, Any]) -> syntax.Node:
    """Convert a PySD tree into nodes of the engine.

    Parameters
    ----------
    tree : PySD structure, number, array or str
        PySD's result for an equation or a part of one. It may contain nodes of the engine, which
        are kept.
    owner : str
        The variable's name, for messages.
    place : dict
        ``file`` and ``line``, for messages.

    Returns
    -------
    syntax.Node

    Raises
    ------
    ModelError
        If the tree contains a form that is not supported.
    """
    if isinstance(tree, syntax.Node):
        return tree
    if isinstance(tree, int | float | np.integer | np.floating):
        return syntax.Number(float(tree))
    if isinstance(tree, np.ndarray):
        return syntax.NumberArray(tuple(float(x) for x in tree.ravel()), tree.shape)
    if isinstance(tree, str):
        return syntax.Text(tree)
    if isinstance(tree, pysd_tree.ReferenceStructure):
        subscripts = tuple(tree.subscripts.subscripts) if tree.subscripts else ()
        return syntax.Name(syntax.match_key(tree.reference), subscripts)
    if isinstance(tree, pysd_tree.ArithmeticStructure | pysd_tree.LogicStructure):
        return _operators(tree.operators, [to_syntax(a, owner, place) for a in tree.arguments])
    if isinstance(tree, pysd_tree.CallStructure):
        arguments = tuple(to_syntax(argument, owner, place) for argument in tree.arguments)
        if tree.function.subscripts:
            return syntax.Call("look_up", (to_syntax(tree.function, owner, place), *arguments))
        return syntax.Call(syntax.match_key(tree.function.reference), arguments)
    if isinstance(tree, pysd_tree.IntegStructure) and getattr(tree, "non_negative", False):
        flow, initial = (to_syntax(part, owner, place) for part in (tree.flow, tree.initial))
        return syntax.Call("integ_non_negative", (flow, initial))
    return _structure(tree, owner, place)


# PySD has a class for each of these functions. The fields are in the order of the arguments here.
STRUCTURES: dict[type, tuple[str, tuple[str, ...]]] = {
    pysd_tree.InlineLookupsStructure: ("with_lookup", ("argument", "lookups")),
    pysd_tree.IntegStructure: ("integ", ("flow", "initial")),
    pysd_tree.InitialStructure: ("initial", ("initial",)),
    pysd_tree.SmoothStructure: ("smooth", ("input", "smooth_time", "initial", "order")),
    pysd_tree.SmoothNStructure: ("smooth_n", ("input", "smooth_time", "initial", "order")),
    pysd_tree.DelayStructure: ("delay", ("input", "delay_time", "initial", "order")),
    pysd_tree.DelayNStructure: ("delay_n", ("input", "delay_time", "initial", "order")),
    pysd_tree.DelayFixedStructure: ("delay_fixed", ("input", "delay_time", "initial")),
    pysd_tree.TrendStructure: ("trend", ("input", "average_time", "initial_trend")),
    pysd_tree.ForecastStructure: (
        "forecast",
        ("input", "average_time", "horizon", "initial_trend"),
    ),
    pysd_tree.SampleIfTrueStructure: ("sample_if_true", ("condition", "input", "initial")),
    pysd_tree.GameStructure: ("game", ("expression",)),
    pysd_tree.AllocateAvailableStructure: ("allocate_available", ("request", "pp", "avail")),
    pysd_tree.AllocateByPriorityStructure: (
        "allocate_by_priority",
        ("request", "priority", "size", "width", "supply"),
    ),
    pysd_tree.DataStructure: ("data", ()),
    pysd_tree.GetDataStructure: ("get_direct_data", ("file", "tab", "time_row_or_col", "cell")),
    pysd_tree.GetLookupsStructure: ("get_direct_lookups", ("file", "tab", "x_row_or_col", "cell")),
    pysd_tree.GetConstantsStructure: ("get_direct_constants", ("file", "tab", "cell")),
}


def _structure(tree: Any, owner: str, place: dict[str, Any]) -> syntax.Node:
    try:
        name, fields = STRUCTURES[type(tree)]
    except KeyError:
        raise ModelError(
            f'the equation of "{owner}" uses a form that is not supported ({type(tree).__name__})',
            **place,
        ) from None
    return syntax.Call(name, tuple(to_syntax(getattr(tree, key), owner, place) for key in fields))


def _operators(operators: list[str], arguments: list[syntax.Node]) -> syntax.Node:
    """Nest a flat list of operators: ``^`` from the right, all others from the left."""
    names = [
        OPERATORS[operator.strip().upper() if operator != "negative" else operator]
        for operator in operators
    ]
    if len(arguments) == 1:
        return syntax.Call(names[0], tuple(arguments))
    if "or" in names and "and" in names:
        return _either(names, arguments)
    if names[0] == "power":
        nested = arguments[-1]
        for name, argument in zip(reversed(names), reversed(arguments[:-1]), strict=True):
            nested = syntax.Call(name, (argument, nested))
        return nested
    nested = arguments[0]
    for name, argument in zip(names, arguments[1:], strict=True):
        nested = syntax.Call(name, (nested, argument))
    return nested


def _either(names: list[str], arguments: list[syntax.Node]) -> syntax.Node:
    """Nest a mixed list of conditions. ``:AND:`` binds more tightly than ``:OR:``."""
    groups = [[arguments[0]]]
    for name, argument in zip(names, arguments[1:], strict=True):
        if name == "or":
            groups.append([argument])
        else:
            groups[-1].append(argument)
    every = [
        _operators([":AND:"] * (len(group) - 1), group) if group[1:] else group[0]
        for group in groups
    ]
    return _operators([":OR:"] * (len(every) - 1), every)

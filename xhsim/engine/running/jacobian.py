"""The sparsity of the Jacobian: on which stocks the flow of each stock depends.

A stiff solver that knows it needs fewer evaluations of the flows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.compiling.plan import Plan
from xhsim.engine.equations import (
    Along,
    Equations,
    Expression,
    Part,
    Rule,
    Stock,
    VariableReference,
    walk,
)

__all__ = ["sparsity"]

Reach = frozenset[tuple[str, bool]]


def sparsity(equations: Equations, plan: Plan, rows: dict[str, slice]) -> NDArray[np.bool_]:
    """Find the entries of the Jacobian of the net flows that can differ from zero.

    Parameters
    ----------
    equations : Equations
    plan : Plan
    rows : dict of str to slice
        The rows of each stock in the state.

    Returns
    -------
    ndarray of bool, shape (rows, rows)
        True where the flow of the row's stock may depend on the column's stock. If two variables
        have the same elements and are used element by element along the whole chain, only equal
        elements depend on each other. Otherwise all elements are assumed to.
    """
    size = max((part.stop for part in rows.values()), default=0)
    found = np.zeros((size, size), dtype=bool)
    # For each rule: the stocks on which it depends, and whether element by element. The rules are
    # in order: each comes after all that it uses.
    reach: dict[str, Reach] = {}
    for key in plan.step:
        rule = equations.definitions[key]
        assert isinstance(rule, Rule)
        reach[key] = _through(equations, rule.parts, rows, reach)
    for key in plan.stocks:
        definition = equations.definitions[key]
        if not isinstance(definition, Stock):
            continue
        for cause, alike in _through(equations, definition.flow, rows, reach):
            block = found[rows[key], rows[cause]]
            if alike and block.shape[0] == block.shape[1]:
                np.fill_diagonal(block, True)
            else:
                block[:] = True
    return found


def _through(
    equations: Equations, parts: tuple[Part, ...], rows: dict[str, slice], reach: dict[str, Reach]
) -> Reach:
    found: set[tuple[str, bool]] = set()
    for part in parts:
        for expression in walk(part.expression):
            if not isinstance(expression, VariableReference):
                continue
            name = expression.variable
            if name in rows or name in reach:
                shape = equations.variables[name].shape
                alike = len(parts) == 1 and _is_alike(expression, part, shape)
                steps = reach.get(name, frozenset({(name, True)}))
                found |= {(stock, same and alike) for stock, same in steps}
    return frozenset(found)


def _is_alike(expression: Expression, part: Part, shape: tuple[int, ...]) -> bool:
    """Tell whether a reference follows all axes of its part, in order, element by element."""
    assert isinstance(expression, VariableReference)
    if len(expression.indices) != len(part.axes):
        return False
    return all(
        isinstance(index, Along)
        and index.axis == axis.name
        and index.positions == tuple(range(size))
        for index, axis, size in zip(expression.indices, part.axes, shape, strict=True)
    )

"""Find the flows that fill and drain each stock, from the equations of the stocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from xhsim.engine.equations import (
    TIME,
    Apply,
    Equations,
    Expression,
    Interpolate,
    Reduce,
    Stock,
    Variable,
    VariableReference,
    walk,
)

__all__ = ["Flow", "find_flows"]


@dataclass(frozen=True)
class Flow:
    """A flow between two stocks, or between a stock and the outside of the model.

    Attributes
    ----------
    name : str
        Canonical name of the flow variable; empty if the flow is an expression in the stock's
        equation.
    source, target : str or None
        Canonical names of the stock that it drains and of the stock that it fills; None for a
        cloud.
    causes : tuple of str
        Canonical names of the variables in the expression of a flow without a name.
    again : bool
        Whether the same variable is also a flow of other stocks, and is drawn there.
    """

    name: str
    source: str | None
    target: str | None
    causes: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class _Term:
    sign: int
    expression: Expression


def find_flows(equations: Equations) -> list[Flow]:
    """Find the flows of a model.

    A variable that a stock's rate adds fills the stock, and a variable that it subtracts drains
    the stock. A variable that drains one stock and fills another connects them. All other terms
    of a rate, such as products, become flows without a name, one for each sign.

    Parameters
    ----------
    equations : Equations

    Returns
    -------
    list of Flow
        In the order of the stocks in the file.

    Examples
    --------
    >>> import xhsim
    >>> flows = find_flows(xhsim.open_study().model.equations)
    >>> [(flow.source, flow.target) for flow in flows if flow.name == "certification"]
    [('growing_firms', 'high_tech_firms')]
    """
    filled: dict[str, list[str]] = {}
    drained: dict[str, list[str]] = {}
    flows: list[Flow] = []
    for stock in _stocks(equations):
        unnamed: dict[int, dict[str, None]] = {}
        terms = list(_terms_of(equations, stock))
        for term in terms:
            flow = _flow_variable(equations, term.expression)
            if flow is not None and not _is_part_of_another(equations, flow, terms):
                where = filled if term.sign > 0 else drained
                places = where.setdefault(flow.canonical, [])
                places += [] if stock.canonical in places else [stock.canonical]
            else:
                causes = unnamed.setdefault(term.sign, {})
                causes |= dict.fromkeys(_names_in(equations, term.expression))
        for sign, causes in unnamed.items():
            name = stock.canonical
            fills = Flow("", None, name, tuple(causes))
            flows.append(fills if sign > 0 else Flow("", name, None, tuple(causes)))
    dimensions = {v.canonical: v.dimensions for v in equations.variables.values()}
    drains = {v.canonical: _has_outflow(equations, v) for v in _stocks(equations)}

    def rank(stock: str, flow: str) -> tuple[bool, bool]:
        return dimensions[stock] != dimensions[flow], not drains[stock]

    for name in dict.fromkeys([*filled, *drained]):
        first = sorted(filled.get(name, []), key=partial(rank, flow=name))
        flows += _named(name, drained.get(name, []), first)
    return _in_order(equations, flows)


def _stocks(equations: Equations) -> list[Variable]:
    return [v for v in equations.variables.values() if v.kind == "stock" and not v.hidden]


def _terms_of(equations: Equations, stock: Variable) -> Iterator[_Term]:
    definition = equations.definitions[stock.key]
    if isinstance(definition, Stock):
        for part in definition.flow:
            yield from _terms(part.expression, 1)


def _terms(expression: Expression, sign: int) -> Iterator[_Term]:
    match expression:
        case Apply(function="add", arguments=(left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, sign)
        case Apply(function="subtract", arguments=(left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, -sign)
        case Apply(function="negative", arguments=(inner,)):
            yield from _terms(inner, -sign)
        case _:
            yield _Term(sign, expression)


def _flow_variable(equations: Equations, expression: Expression) -> Variable | None:
    """Return the flow variable if the expression is just a variable, or its sum over a range."""
    match expression:
        case Reduce(function="sum", arguments=(inner,)):
            return _flow_variable(equations, inner)
        case VariableReference(variable=key) if key != TIME:
            variable = equations.variables[key]
            return variable if variable.kind == "auxiliary" and not variable.hidden else None
    return None


def _is_part_of_another(equations: Equations, flow: Variable, terms: list[_Term]) -> bool:
    """Tell whether another term contains the variable, too. Then the sum of both is the flow."""
    others = (t.expression for t in terms if _flow_variable(equations, t.expression) is None)
    return any(flow.canonical in _names_in(equations, other) for other in others)


def _names_in(equations: Equations, expression: Expression) -> Iterator[str]:
    for part in walk(expression):
        key = ""
        if isinstance(part, VariableReference):
            key = part.variable
        elif isinstance(part, Interpolate):
            key = part.lookup
        if key and key != TIME and not equations.variables[key].hidden:
            yield equations.variables[key].canonical


def _named(name: str, drained: list[str], filled: list[str]) -> list[Flow]:
    """Pair the stocks that a flow drains and fills. Further stocks get flows of their own."""
    source = drained[0] if drained else None
    flows = [Flow(name, source, filled[0] if filled else None)]
    flows += [Flow(name, None, stock, again=True) for stock in filled[1:]]
    flows += [Flow(name, stock, None, again=True) for stock in drained[1:]]
    return flows


def _has_outflow(equations: Equations, stock: Variable) -> bool:
    return any(term.sign < 0 for term in _terms_of(equations, stock))


def _in_order(equations: Equations, flows: list[Flow]) -> list[Flow]:
    order = {v.canonical: place for place, v in enumerate(equations.variables.values())}
    return sorted(flows, key=lambda f: min(order[s] for s in (f.source, f.target) if s))

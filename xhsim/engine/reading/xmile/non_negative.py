"""Stocks that cannot be negative limit their outflows.

isee documents the rule under "Flow prioritization": an outflow is at most what is in the stock plus
its inflows over the step, and outflows are served in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msgspec import structs

from xhsim.engine.language import syntax

__all__ = ["LimitedStock", "with_limits"]

STOCKS = ("integ", "integ_non_negative", syntax.CONTAINER)


@dataclass(frozen=True)
class LimitedStock:
    """A stock that cannot be negative. All are keys; outflows are in the order of the file."""

    stock: str
    inflows: tuple[str, ...]
    outflows: tuple[str, ...]


def with_limits(
    elements: Sequence[syntax.Element], stocks: Iterable[LimitedStock]
) -> tuple[syntax.Element, ...]:
    """Limit the outflows of stocks that cannot be negative.

    Parameters
    ----------
    elements : sequence of Element
        All variables.
    stocks : iterable of LimitedStock

    Returns
    -------
    tuple of Element
        With other equations of the outflows. An inflow that depends on an outflow does not count
        for it, since they would define each other.
    """
    found = {syntax.match_key(element.name): element for element in elements}
    uses = {key: _uses(element) for key, element in found.items()}
    for each in stocks:
        at_start = set().union(*_initial_uses(found[each.stock]))
        for number, flow in enumerate(each.outflows):
            element = found.get(flow)
            if element is None or not _fits(element, found[each.stock]):
                continue
            if flow in _reached(at_start, uses):
                continue
            others = (*each.inflows, *each.outflows[:number])
            known = [key for key in others if key != flow and _fits_key(key, found, each.stock)]
            counted = [key for key in known if flow not in _reached({key}, uses)]
            found[flow] = _limited(element, each, counted)
            uses[flow] |= {each.stock, *counted}
    return tuple(found.values())


def _limited(
    element: syntax.Element, stock: LimitedStock, counted: Sequence[str]
) -> syntax.Element:
    components = []
    for component in element.components:
        place = component.subscripts
        room: syntax.Node = syntax.Call(
            "divide", (syntax.Name(stock.stock, place), syntax.Name("time_step"))
        )
        for key in counted:
            function = "add" if key in stock.inflows else "subtract"
            room = syntax.Call(function, (room, syntax.Name(key, place)))
        most = syntax.Call("max", (room, syntax.Number(0.0)))
        limited = syntax.Call("min", (component.expression, most))
        components.append(structs.replace(component, expression=limited))
    return structs.replace(element, components=tuple(components))


def _fits(flow: syntax.Element, stock: syntax.Element) -> bool:
    """Tell whether a flow has equations, and those of all its elements are the stock's."""
    if any(component.kind != "equation" for component in flow.components):
        return False
    ranges = {len(component.subscripts) for component in (*flow.components, *stock.components)}
    return len(ranges) == 1


def _fits_key(key: str, found: dict[str, syntax.Element], stock: str) -> bool:
    return key in found and _fits(found[key], found[stock])


def _reached(start: set[str], uses: dict[str, set[str]]) -> set[str]:
    """Return what some variables depend on at the same time, including themselves."""
    reached: set[str] = set()
    left = set(start)
    while left:
        key = left.pop()
        if key not in reached:
            reached.add(key)
            left |= uses.get(key, set())
    return reached


def _uses(element: syntax.Element) -> set[str]:
    """Return what a variable depends on at the same time; nothing for a stock."""
    used: set[str] = set()
    for component in element.components:
        expression = component.expression
        if not (isinstance(expression, syntax.Call) and expression.function in STOCKS):
            used |= set(_names(expression))
    return used


def _initial_uses(stock: syntax.Element) -> Iterator[set[str]]:
    for component in stock.components:
        expression = component.expression
        if isinstance(expression, syntax.Call) and expression.function in STOCKS:
            yield set(_names(expression.arguments[1]))


def _names(node: syntax.Node) -> Iterator[str]:
    left = [node]
    while left:
        one = left.pop()
        if isinstance(one, syntax.Name):
            yield one.name
        elif isinstance(one, syntax.Call):
            left += one.arguments

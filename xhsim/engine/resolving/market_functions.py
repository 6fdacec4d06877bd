"""DEMAND AT PRICE, FIND MARKET PRICE, MARKETP and the like, written element by element."""

from __future__ import annotations

import itertools
import math
from functools import reduce

from xhsim.engine.axes import axes_of, whole
from xhsim.engine.equations import Apply, ConstantNumber, Expression, Part, Rule
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import display_name
from xhsim.engine.resolving.resolver import Resolver
from xhsim.engine.resolving.scope import Scope

__all__ = ["resolve_market_function"]

ZERO, RECTANGULAR = ConstantNumber(0.0), ConstantNumber(1.0)  # also the kinds of profiles
HALVINGS = 60  # of the interval of prices
LEAST_SPREAD = 0.05  # the least standard deviation of a normal profile in Vensim
Curve = tuple[Expression, ...]  # quantity, kind, middle, width and extra number


def resolve_market_function(expressions: Resolver, node: syntax.Call, scope: Scope) -> Expression:
    """Resolve a call of a function of supply and demand.

    Parameters
    ----------
    expressions : Resolver
    node : syntax.Call
    scope : Scope

    Returns
    -------
    Expression
        A market price is found by halving an interval, in hidden variables.

    Raises
    ------
    ModelError
        If a profile does not have four numbers along its last subscript.
    """
    market = _Market(expressions, node, scope)
    if node.function == "find_market_price":
        return market.price(*market.demand_and_supply())
    if node.function == "marketp":
        return market.price(*market.requests_and_supply())
    if node.function == "alloc_p":
        request, order, width, priced = (expressions.resolve(a, scope) for a in node.arguments)
        return Apply("demand_at", (request, RECTANGULAR, order, width, ZERO, priced))
    quantity, profile, price = node.arguments
    curve = market.curve(quantity, profile)
    at = "demand_at" if node.function == "demand_at_price" else "supply_at"
    return Apply(at, (*curve, expressions.resolve(price, scope)))


class _Market:
    def __init__(self, expressions: Resolver, node: syntax.Call, scope: Scope) -> None:
        self.expressions = expressions
        self.draft = expressions.draft
        self.node = node
        self.scope = scope

    def _wrong(self, what: str) -> Exception:
        shown = display_name(self.node.function)
        return self.draft.error(
            f'{shown} in "{self.scope.element.name}" takes {what}', self.scope.component
        )

    def curve(self, quantity: syntax.Node, profile: syntax.Node) -> Curve:
        """Return the quantity and the four numbers of its profile."""
        if not isinstance(profile, syntax.Name) or profile.name not in self.draft.dimensions:
            raise self._wrong("profiles of four numbers")
        dimensions = self.draft.dimensions[profile.name]
        elements = dimensions[-1].elements if dimensions else ()
        if len(elements) != 4 or len(profile.subscripts) != len(dimensions):
            raise self._wrong("profiles of four numbers")
        numbers = [
            syntax.Name(profile.name, (*profile.subscripts[:-1], element)) for element in elements
        ]
        return tuple(self.expressions.resolve(one, self.scope) for one in (quantity, *numbers))

    def _curves(self, quantity: syntax.Node, profile: syntax.Node) -> list[Curve]:
        """Return the curve of each element from the named one to the last."""
        if not isinstance(profile, syntax.Name) or len(profile.subscripts) < 2:
            self._from(quantity)
            raise self._wrong("profiles of four numbers")
        found = []
        for one in self._from(quantity):
            place = (*profile.subscripts[:-2], one.subscripts[-1], profile.subscripts[-1])
            found.append(self.curve(one, syntax.Name(profile.name, place)))
        return found

    def demand_and_supply(self) -> tuple[list[Curve], list[Curve]]:
        """Return the curves of FIND MARKET PRICE."""
        demand, supply = (self._curves(*self.node.arguments[at : at + 2]) for at in (0, 2))
        return demand, supply

    def requests_and_supply(self) -> tuple[list[Curve], list[Curve]]:
        """Return the curves of MARKETP: requests of one width, and a supply at any price."""
        request, priority, size, width, supply = self.node.arguments
        count = self.expressions.resolve(size, self.scope)
        if not isinstance(count, ConstantNumber):
            raise self._wrong("a number of elements, such as ELMCOUNT(range)")
        wide = self._once(self.expressions.resolve(width, self.scope))
        names = zip(self._from(request), self._from(priority), strict=False)
        requests: list[Curve] = [
            (self._resolved(wanted), RECTANGULAR, self._resolved(order), wide, ZERO)
            for wanted, order in itertools.islice(names, max(int(count.value), 1))
        ]
        given = self._once(self.expressions.resolve(supply, self.scope))
        return requests, [(given, ZERO, ZERO, ConstantNumber(1.0), ZERO)]

    def _resolved(self, name: syntax.Name) -> Expression:
        return self.expressions.resolve(name, self.scope)

    def _from(self, first: syntax.Node) -> list[syntax.Name]:
        """Return the names of the elements from the named one to the last."""
        if not isinstance(first, syntax.Name) or first.name not in self.draft.dimensions:
            raise self._wrong("the first elements of quantities")
        dimensions = self.draft.dimensions[first.name]
        if not dimensions or len(first.subscripts) != len(dimensions):
            raise self._wrong("the first elements of quantities")
        names = dimensions[-1].elements
        keys = [syntax.match_key(name) for name in names]
        named = syntax.match_key(first.subscripts[-1])
        start = keys.index(named) if named in keys else 0
        return [syntax.Name(first.name, (*first.subscripts[:-1], n)) for n in names[start:]]

    def price(self, demand: list[Curve], supply: list[Curve]) -> Expression:
        """Halve the interval of prices until demand and supply are equal."""
        self.draft.has_missing = True
        every = [*demand, *supply]
        low = self._once(reduce(_least, [_end(curve, "subtract", math.inf) for curve in every]))
        high = self._once(reduce(_most, [_end(curve, "add", -math.inf) for curve in every]))
        without_curve = Apply("greater", (low, high))  # all quantities are fixed
        half = ConstantNumber(0.5)
        for _ in range(HALVINGS):
            middle = self._once(Apply("multiply", (half, Apply("add", (low, high)))))
            totals = [
                reduce(
                    lambda a, b: Apply("add", (a, b)),
                    [Apply(at, (*curve, middle)) for curve in curves],
                )
                for at, curves in (("demand_at", demand), ("supply_at", supply))
            ]
            scarce = self._once(Apply("subtract", (totals[0], totals[1])))
            is_scarce = Apply("greater", (scarce, ConstantNumber(0.0)))
            low, high = (
                self._once(Apply("if_then_else", (is_scarce, *branches)))
                for branches in ((middle, low), (high, middle))
            )
        price = Apply("multiply", (half, Apply("add", (low, high))))
        return Apply("if_then_else", (without_curve, ConstantNumber(syntax.NOT_AVAILABLE), price))

    def _once(self, expression: Expression) -> Expression:
        axes = axes_of([expression], self.scope.every_axis)
        rule = Rule((Part(axes, whole(axes), expression),))
        return self.draft.hidden(self.scope, "market", axes, rule)


def _least(one: Expression, other: Expression) -> Expression:
    return Apply("min", (one, other))


def _most(one: Expression, other: Expression) -> Expression:
    return Apply("max", (one, other))


def _end(curve: Curve, move: str, none: float) -> Expression:
    """Return the price at which a profile ends in Vensim, below or above its middle.

    It has none if the quantity is fixed.
    """
    _, kind, middle, width, _ = curve
    reach: Expression = Apply("multiply", (ConstantNumber(0.5), width))
    normal = Apply("max", (width, ConstantNumber(LEAST_SPREAD)))
    for number, widths, size in ((3.0, 5.0, normal), (4.0, 10.0, width)):
        is_kind = Apply("equal", (kind, ConstantNumber(number)))
        far = Apply("multiply", (ConstantNumber(widths), size))
        reach = Apply("if_then_else", (is_kind, far, reach))
    is_fixed = Apply("equal", (kind, ConstantNumber(0.0)))
    return Apply("if_then_else", (is_fixed, ConstantNumber(none), Apply(move, (middle, reach))))

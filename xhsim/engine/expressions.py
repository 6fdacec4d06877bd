"""Resolving expressions: names, subscripts and functions; delays and smooths become stocks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from xhsim.engine import syntax
from xhsim.engine.book import TIME, Book, whole
from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    Constant,
    DelayCheck,
    Dimension,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Lookup,
    Part,
    Reduce,
    Reference,
    Rule,
    Stock,
    free_axes,
)
from xhsim.engine.functions import FUNCTIONS, display_name
from xhsim.errors import did_you_mean

__all__ = ["Expressions", "Scope"]


@dataclass
class Scope:
    """Where an expression stands: its variable, its component and the axes it may follow."""

    element: syntax.Element
    component: syntax.Component
    axes: dict[str, Axis]
    reduced: dict[str, Axis] = field(default_factory=dict)
    depth: int = 0  # how many functions over ranges, such as SUM, stand around it

    @property
    def every_axis(self) -> dict[str, Axis]:
        """Axes of the part, and those that functions around the expression take away."""
        return self.axes | self.reduced


class Expressions:
    """Resolves expressions of a model, and adds to its book what they need.

    Parameters
    ----------
    book : Book
    """

    def __init__(self, book: Book) -> None:
        self.book = book

    def resolve(self, node: syntax.Node, scope: Scope) -> Expression:
        """Return an expression with everything in it looked up."""
        match node:
            case syntax.Number(value=value) if math.isnan(value):
                raise self.book.error(
                    f'"{scope.element.name}" uses :NA:, which is not supported', scope.component
                )
            case syntax.Number(value=value):
                return Constant(value)
            case syntax.Name():
                return self._reference(node, scope)
            case syntax.Call(function="look_up", arguments=(syntax.Name() as lookup, *arguments)):
                return self._look_up(lookup, tuple(arguments), scope)
            case syntax.Call(function="with_lookup", arguments=(argument, syntax.Table() as table)):
                return self._inline_lookup(argument, table, scope)
            case syntax.Call():
                return self._call(node, scope)
        raise self.book.error(
            f'"{scope.element.name}" has a table or text where a number is expected',
            scope.component,
        )

    def _hidden(
        self, scope: Scope, role: str, axes: tuple[Axis, ...], definition: Rule | Stock
    ) -> Reference:
        return self.book.hidden(scope.element, scope.component.line, role, axes, definition)

    def _call(self, node: syntax.Call, scope: Scope) -> Expression:
        if node.function in self.book.lookups:
            return self._look_up(syntax.Name(node.function), node.arguments, scope)
        function = FUNCTIONS.get(node.function)
        shown = display_name(node.function)
        if function is None:
            known = [display_name(name) for name in FUNCTIONS]
            raise self.book.error(
                f'the function {shown} in "{scope.element.name}" is not supported',
                scope.component,
                did_you_mean(shown, known),
            )
        if len(node.arguments) != function.arguments:
            raise self.book.error(
                f'{shown} in "{scope.element.name}" has {len(node.arguments)} arguments; '
                f"it takes {function.arguments}",
                scope.component,
            )
        if function.kind == "reduction":
            return self._reduction(node, scope)
        if function.kind == "stateful":
            return self._stateful(node, scope)
        arguments = tuple(self.resolve(argument, scope) for argument in node.arguments)
        return Apply(node.function, arguments)

    def _reference(self, node: syntax.Name, scope: Scope) -> Expression:
        if node.name == TIME:
            return Reference(TIME)
        if node.name not in self.book.elements:
            known = [element.name for element in self.book.elements.values()]
            raise self.book.error(
                f'"{scope.element.name}" uses "{node.name.replace("_", " ")}", '
                "which the model does not define",
                scope.component,
                did_you_mean(node.name, known),
            )
        if node.name in self.book.lookups:
            raise self.book.error(
                f'"{scope.element.name}" uses the lookup "{self.book.elements[node.name].name}" '
                "without an argument",
                scope.component,
                "write its argument in brackets behind it",
            )
        return Reference(node.name, self._indices(node, scope))

    def _indices(self, node: syntax.Name, scope: Scope) -> tuple[Index, ...]:
        dimensions = self.book.dimensions[node.name]
        name = self.book.elements[node.name].name
        if len(node.subscripts) != len(dimensions):
            raise self.book.error(
                f'"{scope.element.name}" uses "{name}" with {len(node.subscripts)} subscripts; '
                f"it has {len(dimensions)}",
                scope.component,
                f"write {name}[{','.join(d.name for d in dimensions)}]" if dimensions else None,
            )
        indices = tuple(
            self._one_index(subscript, dimension, name, scope)
            for subscript, dimension in zip(node.subscripts, dimensions, strict=True)
        )
        along = [index.axis for index in indices if isinstance(index, Along)]
        if len(set(along)) != len(along):
            raise self.book.error(
                f'"{scope.element.name}" uses "{name}" with one range in two places',
                scope.component,
                "use a second range with the same elements",
            )
        return indices

    def _one_index(self, subscript: str, dimension: Dimension, name: str, scope: Scope) -> Index:
        bare = subscript.rstrip("!").strip()
        elements = self.book.subscripts.elements_of(bare, scope.element.name, scope.component.line)
        if subscript.endswith("!"):
            if not scope.depth:
                raise self.book.error(
                    f'"{scope.element.name}" uses "{name}[{bare}!]" outside a function over a '
                    "range",
                    scope.component,
                    f"write SUM({name}[{bare}!]), or name an element",
                )
            # One mark for each function around it: a SUM within a SUM has axes of its own.
            axis = Axis(syntax.match_key(bare) + "!" * scope.depth, elements)
            scope.reduced[axis.name] = axis
        elif self.book.subscripts.is_range(bare):
            key = syntax.match_key(bare)
            if key not in scope.axes:
                raise self.book.error(
                    f'"{scope.element.name}" uses "{name}[{bare}]", but {bare} is not on its '
                    "left-hand side",
                    scope.component,
                    f"name an element, or sum over it with SUM({name}[{bare}!])",
                )
            axis = scope.axes[key]
        else:
            axis = Axis("", elements)
        missing = [element for element in axis.elements if element not in dimension.elements]
        if missing:
            raise self.book.error(
                f'"{scope.element.name}" uses "{name}[{bare}]", but {name} has no element '
                f'"{missing[0]}"',
                scope.component,
                did_you_mean(missing[0], dimension.elements),
            )
        positions = tuple(dimension.elements.index(element) for element in axis.elements)
        return Along(axis.name, positions) if axis.name else Fixed(positions[0])

    def _look_up(
        self, lookup: syntax.Name, arguments: tuple[syntax.Node, ...], scope: Scope
    ) -> Expression:
        if lookup.name not in self.book.lookups:
            raise self.book.error(
                f'"{lookup.name}" in "{scope.element.name}" is neither a function nor a lookup',
                scope.component,
            )
        if len(arguments) != 1:
            raise self.book.error(
                f'the lookup "{lookup.name}" in "{scope.element.name}" takes one argument',
                scope.component,
            )
        indices = self._indices(lookup, scope)
        return Interpolate(lookup.name, indices, self.resolve(arguments[0], scope))

    def _inline_lookup(
        self, argument: syntax.Node, table: syntax.Table, scope: Scope
    ) -> Expression:
        self.book.check_table(scope.element, scope.component, table)
        hidden = self._hidden(scope, "lookup", (), Rule(()))
        self.book.definitions[hidden.variable] = Lookup(((table.x, table.y),), table.kind)
        self.book.variables[hidden.variable] = replace(
            self.book.variables[hidden.variable], kind="lookup"
        )
        return Interpolate(hidden.variable, (), self.resolve(argument, scope))

    def _reduction(self, node: syntax.Call, scope: Scope) -> Expression:
        outer = scope.reduced
        inner = Scope(scope.element, scope.component, scope.axes | outer, depth=scope.depth + 1)
        body = self.resolve(node.arguments[0], inner)
        if not inner.reduced:
            raise self.book.error(
                f'{display_name(node.function)} in "{scope.element.name}" has no subscript with !',
                scope.component,
                "mark the range to go over, as in SUM(x[Zone!])",
            )
        return Reduce(node.function, tuple(inner.reduced.values()), body)

    # --- functions with a memory ---------------------------------------------------------

    def _stateful(self, node: syntax.Call, scope: Scope) -> Expression:
        match node.function:
            case "initial":
                body = self.resolve(node.arguments[0], scope)
                axes = _axes_of(body, scope)
                rule = Rule((Part(axes, whole(axes), body),), held=True)
                return self._hidden(scope, "initial", axes, rule)
            case "integ":
                raise self.book.error(
                    f'INTEG in "{scope.element.name}" must stand alone',
                    scope.component,
                    "give the stock an equation of its own",
                )
        return self._chain(node, scope)

    def _chain(self, node: syntax.Call, scope: Scope) -> Expression:
        """Turn a smooth or a delay into a chain of stocks; return its last value.

        With order n and time T, a smooth's stock i follows ``(before - s_i) * n / T``; a delay's
        stock i holds T times its outflow, ``((T*before)/T - s_i / T) * n``, which is how PySD and
        Vensim keep the material of a delay when T changes.
        """
        order = self._order(node, scope)
        source, duration, initial = (
            self.resolve(argument, scope) for argument in node.arguments[:3]
        )
        is_delay = node.function.startswith("delay")
        axes = _axes_of(Apply("add", (source, Apply("add", (duration, initial)))), scope)
        everything = whole(axes)
        if not isinstance(duration, Constant | Reference) or is_delay:
            # A variable of its own: written once, and looked at by the check of the order.
            rule = Rule((Part(axes, everything, duration),))
            duration = self._hidden(scope, "delay_time", axes, rule)
        if is_delay:
            assert isinstance(duration, Reference)
            self.book.delays.append(
                DelayCheck(scope.element.name, order, duration.variable, node.function == "delay_n")
            )
            initial = Apply("multiply", (initial, duration))
        role = "delay" if is_delay else "smooth"
        before = source
        level: Expression = source
        for _ in range(order):
            start = (Part(axes, everything, initial),)
            level = self._hidden(scope, role, axes, Stock((), start))
            after = Apply("divide", (level, duration)) if is_delay else level
            gap = Apply("subtract", (before, after))
            flow = Apply("multiply", (gap, Constant(float(order))))
            if not is_delay:
                flow = Apply("divide", (flow, duration))
            self.book.definitions[level.variable] = Stock((Part(axes, everything, flow),), start)
            before = after
        return before

    def _order(self, node: syntax.Call, scope: Scope) -> int:
        """Return the number of stocks: a number, or a constant that may then not be changed."""
        given = node.arguments[3]
        if isinstance(given, syntax.Name) and given.name in self.book.elements:
            components = self.book.elements[given.name].components
            if len(components) == 1 and isinstance(components[0].expression, syntax.Number):
                self.book.structural.add(given.name)
                given = components[0].expression
        shown = display_name(node.function)
        if not isinstance(given, syntax.Number):
            raise self.book.error(
                f'the order of {shown} in "{scope.element.name}" must be a number or a constant',
                scope.component,
            )
        order = int(given.value)
        if not 1 <= order <= 1000:
            raise self.book.error(
                f'the order of {shown} in "{scope.element.name}" must be from 1 to 1000, '
                f"not {given.value:g}",
                scope.component,
            )
        return order


def _axes_of(expression: Expression, scope: Scope) -> tuple[Axis, ...]:
    free = free_axes(expression)
    return tuple(axis for name, axis in scope.every_axis.items() if name in free)

"""Resolving expressions: names, subscripts, lookups and calls of functions and macros."""

from __future__ import annotations

import math
from dataclasses import replace

from xhsim.engine import limits
from xhsim.engine.axes import axes_of
from xhsim.engine.containers.descriptions import contents_key, described
from xhsim.engine.equations import (
    TIME,
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Dimension,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Lookup,
    Random,
    Reduce,
    VariableReference,
    Vector,
    free_axes,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import FUNCTIONS, Function, display_name
from xhsim.engine.language.functions.refused import REFUSED
from xhsim.engine.resolving.draft import Draft
from xhsim.engine.resolving.macros import expand
from xhsim.engine.resolving.market_functions import resolve_market_function
from xhsim.engine.resolving.scope import Scope
from xhsim.engine.resolving.stateful_functions import resolve_stateful
from xhsim.engine.resolving.table_functions import resolve_table_function
from xhsim.errors import did_you_mean

__all__ = ["Expressions"]


class Expressions:
    """Resolves expressions of a model, and adds the hidden variables that they need to its draft.

    Parameters
    ----------
    draft : Draft
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def resolve(self, node: syntax.Node, scope: Scope) -> Expression:
        """Return an expression in which all names, subscripts and functions are resolved."""
        match node:
            case syntax.Number(value=value):
                self.draft.has_missing |= value == syntax.NOT_AVAILABLE
                return ConstantNumber(value)
            case syntax.Name():
                return self._reference(node, scope)
            case syntax.Call(function="look_up", arguments=(syntax.Name() as lookup, *arguments)):
                return self._look_up(lookup, tuple(arguments), scope)
            case syntax.Call(function="with_lookup", arguments=(argument, syntax.Table() as table)):
                return self._inline_lookup(argument, table, scope)
            case syntax.Call(
                function=syntax.CONTENTS,
                arguments=(syntax.Name() as stock, syntax.Number(value=place)),
            ):
                return self._contents(stock, place, scope)
            case syntax.Call():
                return self._call(node, scope)
        raise self.draft.error(
            f'"{scope.element.name}" has a table or text where a number is expected',
            scope.component,
        )

    def _call(self, node: syntax.Call, scope: Scope) -> Expression:
        if node.function in scope.given and len(node.arguments) == 1:
            argument = self.resolve(node.arguments[0], scope)
            read = self.read_given_lookup(syntax.Name(node.function), argument, scope)
            if read is not None:
                return read
        # A macro's main output has the macro's name: in brackets it is a call of the macro.
        is_local = node.function in scope.local and node.function not in self.draft.macros
        if node.function in self.draft.lookups or is_local:
            return self._look_up(syntax.Name(node.function), node.arguments, scope)
        if node.function in self.draft.macros:
            call = node, tuple(scope.every_axis)
            if call not in scope.expanded:
                macro = self.draft.macros[node.function]
                scope.expanded[call] = expand(self, macro, node, scope)
            return scope.expanded[call]
        function = self._function(node, scope)
        match function.kind:
            case "reduction":
                return self._reduction(node, scope, function.folded)
            case "vector":
                return self._vector(node, scope)
            case "stateful":
                return resolve_stateful(self, node, scope)
            case "table" | "element":
                market = node.function.endswith(("_price", "marketp", "alloc_p"))
                resolve = resolve_market_function if market else resolve_table_function
                return resolve(self, node, scope)
            case "subscript":
                return self._element_count(node, scope)
        if node.function == "get_time_value":
            self._check_time_value(node, scope)
        arguments = tuple(self.resolve(argument, scope) for argument in node.arguments)
        if function.kind == "random":
            self.draft.random_streams += 1
            return Random(node.function, self.draft.random_streams, arguments)
        return Apply(node.function, arguments)

    def _function(self, node: syntax.Call, scope: Scope) -> Function:
        """Return the called function. Refuse an unknown function or a wrong number of arguments."""
        function = FUNCTIONS.get(node.function)
        shown = display_name(node.function)
        if function is None:
            known = [display_name(name) for name in FUNCTIONS]
            raise self.draft.error(
                f'the function {shown} in "{scope.element.name}" is not supported',
                scope.component,
                REFUSED.get(node.function)
                or did_you_mean(shown, known, likeness=0.75)  # short names are often alike
                or "write it as equations or as a macro; docs/functions.md lists what is known",
            )
        most = len(function.arguments)
        if not most - function.optional <= len(node.arguments) <= most:
            takes = f"{most - function.optional} or {most}" if function.optional else str(most)
            raise self.draft.error(
                f'{shown} in "{scope.element.name}" has {len(node.arguments)} arguments; '
                f"it takes {takes}",
                scope.component,
            )
        return function

    def _check_time_value(self, node: syntax.Call, scope: Scope) -> None:
        relative_to, _, measure = node.arguments
        if relative_to != syntax.Number(0.0) or measure != syntax.Number(0.0):
            raise self.draft.error(
                f'GET TIME VALUE in "{scope.element.name}" is supported only for the time of the '
                "run in the unit of the model",
                scope.component,
                "write GET TIME VALUE(0, offset, 0)",
            )

    def _element_count(self, node: syntax.Call, scope: Scope) -> Expression:
        argument = node.arguments[0]
        ranges = self.draft.subscripts.ranges
        if not isinstance(argument, syntax.Name) or argument.name not in ranges:
            raise self.draft.error(
                f'ELMCOUNT in "{scope.element.name}" takes a subscript range', scope.component
            )
        return ConstantNumber(float(len(ranges[argument.name].elements)))

    def _reference(self, node: syntax.Name, scope: Scope) -> Expression:
        if node.name == TIME:
            return VariableReference(TIME)
        if scope.previous and _is_same(node, scope.previous[0]):
            return scope.previous[1]
        if node.name in scope.local:
            return scope.local[node.name]
        if scope.macros and node.name.endswith("$"):  # $ marks a variable of the model
            plain = syntax.Name(node.name[:-1], node.subscripts)
            return self._reference(plain, replace(scope, local={}, macros=()))
        if node.name not in self.draft.elements:
            position = self._position(node, scope)
            if position is not None:
                return position
            known = [element.name for element in self.draft.elements.values()]
            raise self.draft.error(
                f'"{scope.element.name}" uses "{node.name.replace("_", " ")}", '
                "which the model does not define",
                scope.component,
                did_you_mean(node.name, known),
            )
        if node.name in self.draft.lookups:
            raise self.draft.error(
                f'"{scope.element.name}" uses the lookup "{self.draft.elements[node.name].name}" '
                "without an argument",
                scope.component,
                "write an argument in brackets after it",
            )
        return VariableReference(node.name, self.indices(node, scope))

    def _position(self, node: syntax.Name, scope: Scope) -> Expression | None:
        """Return the position (from 1) of an element, or of each element of a range, else None."""
        ranges = self.draft.subscripts.ranges
        if node.name.endswith("!") and node.name[:-1] in ranges and scope.depth:
            name = node.name[:-1] + "!" * scope.depth
            scope.reduced[name] = Axis(name, ranges[node.name[:-1]].elements)
            axis = scope.reduced.get(name)
        else:
            axis = scope.axes.get(node.name)
        if axis is not None:
            places = [self.draft.subscripts.position_of(element) for element in axis.elements]
            return ConstantArray(tuple(float(place or 0) for place in places), (axis.name,))
        place = self.draft.subscripts.position_of(node.name)
        return None if place is None else ConstantNumber(float(place))

    def indices(self, node: syntax.Name, scope: Scope) -> tuple[Index, ...]:
        """Return the part of a variable that a reference with subscripts selects."""
        dimensions = self.draft.dimensions[node.name]
        name = self.draft.elements[node.name].name
        if len(node.subscripts) != len(dimensions):
            raise self.draft.error(
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
            raise self.draft.error(
                f'"{scope.element.name}" uses "{name}" with one range in two places',
                scope.component,
                "use a second range with the same elements",
            )
        return indices

    def _one_index(self, subscript: str, dimension: Dimension, name: str, scope: Scope) -> Index:
        bare = subscript.rstrip("!").strip()
        elements = self.draft.subscripts.elements_of(bare, scope.element.name, scope.component.line)
        if subscript.endswith("!"):
            if not scope.depth:
                raise self.draft.error(
                    f'"{scope.element.name}" uses "{name}[{bare}!]" outside a function over a '
                    "range",
                    scope.component,
                    f"write SUM({name}[{bare}!]), or name an element",
                )
            # The number of marks is the depth, so that a SUM within a SUM has its own axes.
            axis = Axis(syntax.match_key(bare) + "!" * scope.depth, elements)
            scope.reduced[axis.name] = axis
        elif self.draft.subscripts.is_range(bare):
            key = syntax.match_key(bare)
            if key not in scope.axes:
                mapped = self._mapped(key, dimension, scope)
                if mapped is not None:
                    return mapped
                raise self.draft.error(
                    f'"{scope.element.name}" uses "{name}[{bare}]", but {bare} is not on its '
                    "left-hand side",
                    scope.component,
                    f"name an element, or sum over it with SUM({name}[{bare}!])",
                )
            axis = scope.axes[key]
        else:
            axis = Axis("", elements)
        missing = [element for element in axis.elements if element not in dimension.places]
        if missing:
            raise self.draft.error(
                f'"{scope.element.name}" uses "{name}[{bare}]", but {name} has no element '
                f'"{missing[0]}"',
                scope.component,
                did_you_mean(missing[0], dimension.elements),
            )
        positions = dimension.positions(axis.elements)
        return Along(axis.name, positions) if axis.name else Fixed(positions[0])

    def _mapped(self, key: str, dimension: Dimension, scope: Scope) -> Index | None:
        """Return an index by an axis or element of the left-hand side that is mapped to a range."""
        for axis in scope.axes.values():
            elements = self.draft.subscripts.partners(key, axis)
            if elements is not None and set(elements) <= dimension.places.keys():
                return Along(axis.name, dimension.positions(elements))
        for subscript in scope.component.subscripts:
            if not self.draft.subscripts.is_range(subscript):
                one = Axis("", self.draft.subscripts.elements_of(subscript, "", 0))
                found = self.draft.subscripts.partners(key, one)
                if found is not None and found[0] in dimension.places:
                    return Fixed(dimension.places[found[0]])
        return None

    def _contents(self, stock: syntax.Name, place: float, scope: Scope) -> Expression:
        """Return a number that a conveyor or a queue gives."""
        element = self.draft.elements.get(stock.name)
        size = 0
        for component in element.components if element else ():
            match component.expression:
                case syntax.Call(
                    function=syntax.CONTAINER, arguments=(_, _, syntax.Text(value=text), *_)
                ):
                    try:
                        size = described(text).size
                    except ValueError:
                        size = 0
        if not 0 <= place < size:
            raise self.draft.error(
                f'"{scope.element.name}" depends on the conveyor or queue "{stock.name}", which '
                "the model does not define",
                scope.component,
            )
        indices = (*self.indices(stock, scope), Fixed(int(place)))
        return VariableReference(contents_key(stock.name), indices)

    def _look_up(
        self, lookup: syntax.Name, arguments: tuple[syntax.Node, ...], scope: Scope
    ) -> Expression:
        if lookup.name in scope.local and len(arguments) == 1:
            key = scope.local[lookup.name].variable
            if isinstance(self.draft.definitions[key], Lookup):
                return Interpolate(key, (), self.resolve(arguments[0], scope))
        if lookup.name not in self.draft.lookups:
            raise self.draft.error(
                f'"{lookup.name}" in "{scope.element.name}" is neither a function nor a lookup',
                scope.component,
            )
        if len(arguments) != 1:
            raise self.draft.error(
                f'the lookup "{lookup.name}" in "{scope.element.name}" takes one argument',
                scope.component,
            )
        indices = self.indices(lookup, scope)
        return Interpolate(lookup.name, indices, self.resolve(arguments[0], scope))

    def read_given_lookup(
        self, node: syntax.Node, argument: Expression, scope: Scope
    ) -> Expression | None:
        """Read a lookup that a macro is given by its name. None if it is given something else."""
        while isinstance(node, syntax.Name) and node.name in scope.given:
            node, scope = scope.given[node.name]
        if isinstance(node, syntax.Name) and node.name in self.draft.lookups - scope.local.keys():
            return Interpolate(node.name, self.indices(node, scope), argument)
        return None

    def _inline_lookup(
        self, argument: syntax.Node, table: syntax.Table, scope: Scope
    ) -> Expression:
        self.draft.check_table(scope.element, scope.component, table)
        lookup = Lookup(((table.x, table.y),), table.kind)
        hidden = self.draft.hidden(scope, "lookup", (), lookup)
        return Interpolate(hidden.variable, (), self.resolve(argument, scope))

    def _reduction(self, node: syntax.Call, scope: Scope, folded: int) -> Expression:
        inner = replace(scope, axes=scope.axes | scope.reduced, reduced={}, depth=scope.depth + 1)
        if node.function.endswith("_xmile"):
            node = syntax.Call(node.function, (self._every_element(node, scope),))
        arguments = [self.resolve(argument, inner) for argument in node.arguments[:folded]]
        if not inner.reduced:
            raise self.draft.error(
                f'{display_name(node.function)} in "{scope.element.name}" has no subscript with !',
                scope.component,
                "mark the range with !, as in SUM(x[Zone!])",
            )
        self._refuse_many_terms(node, arguments, inner)
        arguments += [self.resolve(argument, scope) for argument in node.arguments[folded:]]
        return Reduce(node.function, tuple(inner.reduced.values()), tuple(arguments))

    def _refuse_many_terms(
        self, node: syntax.Call, arguments: list[Expression], scope: Scope
    ) -> None:
        """Refuse a SUM, or another function over ranges, over too many elements."""
        axes = axes_of(arguments, scope.every_axis)
        size = math.prod(len(axis.elements) for axis in axes)
        shown = display_name(node.function)
        if len(axes) > limits.DIMENSIONS:
            raise self.draft.error(
                f'{shown} in "{scope.element.name}" runs over {len(axes)} ranges; at most '
                f"{limits.DIMENSIONS} are possible, because NumPy's arrays have at most 64 axes",
                scope.component,
                "this limit cannot be raised: combine subscripts into one range",
            )
        hint = limits.raise_hint(size, limits.TERMS)
        if hint:
            raise self.draft.error(
                f'{shown} in "{scope.element.name}" goes through {limits.shown(size)} elements, '
                f"more than {limits.most(limits.TERMS):,}",
                scope.component,
                hint,
            )

    def _every_element(self, node: syntax.Call, scope: Scope) -> syntax.Node:
        """Mark all dimensions of the array in a MIN or MAX of XMILE."""
        array = node.arguments[0]
        if not isinstance(array, syntax.Name) or array.name not in self.draft.dimensions:
            return array
        names = tuple(dimension.name for dimension in self.draft.dimensions[array.name])
        given = array.subscripts or names
        marked = tuple(
            name + "!" if self.draft.subscripts.is_range(name) and name not in scope.axes else name
            for name in given
        )
        return syntax.Name(array.name, marked)

    def _vector(self, node: syntax.Call, scope: Scope) -> Expression:
        """Resolve a function of whole vectors, which run along the last subscript."""
        given = node.arguments
        if node.function == "allocate_available":
            given = (given[0], *self._profile(node, scope), given[2])
        arguments = tuple(self.resolve(argument, scope) for argument in given)
        needed = 2 if node.function == "invert_matrix" else 1
        last = _last_axes(arguments[0], scope)[-needed:]
        if len(last) < needed:
            raise self.draft.error(
                f'{display_name(node.function)} in "{scope.element.name}" takes a variable with '
                + ("a range as its last subscript" if needed == 1 else "two ranges as subscripts"),
                scope.component,
            )
        if node.function == "invert_matrix" and len(arguments) == 2:
            size = arguments[1]
            rows = scope.every_axis[last[-1]].elements
            if isinstance(size, ConstantNumber) and size.value != len(rows):
                raise self.draft.error(
                    f'INVERT MATRIX in "{scope.element.name}" has a matrix of {len(rows)} rows, '
                    f"and {size.value:g} as its size",
                    scope.component,
                    f"write {len(rows)}",
                )
            arguments = arguments[:1]
        return Vector(node.function, tuple(last), arguments)

    def _profile(self, node: syntax.Call, scope: Scope) -> list[syntax.Node]:
        """Return the four numbers of a priority profile, in the order of its last dimension."""
        profile = node.arguments[1]
        if isinstance(profile, syntax.Call) and profile.function == "profile":
            return list(profile.arguments)  # ALLOCATE of XMILE
        if isinstance(profile, syntax.Name) and profile.name in self.draft.dimensions:
            elements = self.draft.dimensions[profile.name][-1].elements
            if len(elements) == 4 and len(profile.subscripts) > 1:
                return [
                    syntax.Name(profile.name, (*profile.subscripts[:-1], element))
                    for element in elements
                ]
        raise self.draft.error(
            f'ALLOCATE AVAILABLE in "{scope.element.name}" takes priority profiles of four numbers',
            scope.component,
        )


def _is_same(one: syntax.Name, other: syntax.Name) -> bool:
    return one.name == other.name and [*map(syntax.match_key, one.subscripts)] == [
        *map(syntax.match_key, other.subscripts)
    ]


def _last_axes(expression: Expression, scope: Scope) -> list[str]:
    """Return the axes of an expression, in the order of subscripts if it is a reference."""
    if isinstance(expression, VariableReference):
        return [index.axis for index in expression.indices if isinstance(index, Along)]
    free = free_axes(expression)
    return [name for name in scope.every_axis if name in free]

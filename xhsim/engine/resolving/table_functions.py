"""Functions of lookups, data variables and numbered elements, replaced by simpler expressions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from xhsim.engine.axes import axes_of, whole
from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Expression,
    Fixed,
    Index,
    Interpolate,
    Lookup,
    Part,
    Rule,
    VariableReference,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import display_name
from xhsim.engine.resolving.calls.derived_data import source_of
from xhsim.engine.resolving.resolver import Resolver
from xhsim.engine.resolving.scope import Scope

__all__ = ["resolve_table_function"]

Numbers = tuple[float, ...]
MOST_ELEMENTS = 5_000
NOT_AVAILABLE = ConstantNumber(syntax.NOT_AVAILABLE)
Reading = syntax.TableKind | Literal["invert"]
KINDS: dict[str, Reading] = {
    "lookup_forward": "look_forward",
    "lookup_backward": "hold_backward",
    "lookup_extrapolate": "extrapolate",
    "lookup_invert": "invert",
    "get_data_at_time": "raw",
}
POINTS: dict[str, Callable[[Numbers], float]] = {
    "get_data_first_time": lambda x: x[0],
    "get_data_last_time": lambda x: x[-1],
    "get_data_total_points": lambda x: float(len(x)),
}


def resolve_table_function(expressions: Resolver, node: syntax.Call, scope: Scope) -> Expression:
    """Resolve a call of a function of a lookup, a data variable or a numbered element.

    Parameters
    ----------
    expressions : Resolver
        Resolves the arguments. Copies of lookups are added to its draft.
    node : syntax.Call
    scope : Scope

    Returns
    -------
    Expression

    Raises
    ------
    ModelError
        If the first argument is not of the right kind, or a mode is unknown.
    """
    call = _TableCall(expressions, node, scope)
    if node.function == "vector_elm_map":
        return call.moved_element()
    if node.function == "vector_lookup":
        return call.vector_as_lookup()
    return call.read_table()


class _TableCall:
    def __init__(self, expressions: Resolver, node: syntax.Call, scope: Scope) -> None:
        self.expressions = expressions
        self.draft = expressions.draft
        self.draft.has_missing = True  # outside of a table there is no value
        self.node = node
        self.scope = scope
        first = node.arguments[0]
        found = source_of(expressions, first, scope) if isinstance(first, syntax.Name) else None
        if found is None and isinstance(first, syntax.Name) and first.name in self.draft.elements:
            found = first.name, expressions.indices(first, scope)
        if found is None:
            raise self._error("takes the name of a variable as its first argument")
        self.key, self.indices = found
        self.dimensions = self.draft.dimensions[self.key]
        self.shape = tuple(len(dimension.elements) for dimension in self.dimensions)

    def _error(self, what: str, hint: str | None = None) -> Exception:
        shown = display_name(self.node.function)
        return self.draft.error(
            f'{shown} in "{self.scope.element.name}" {what}', self.scope.component, hint
        )

    def _argument(self, number: int) -> Expression:
        return self.expressions.resolve(self.node.arguments[number], self.scope)

    def _mode(self, number: int) -> int:
        mode = self.draft.value_at_start(self.node.arguments[number], self.scope)
        if mode is None:
            raise self._error("takes a number or constants as its mode")
        return round(mode)

    def _once(self, role: str, expression: Expression) -> Expression:
        """Make a hidden variable of an expression that is used several times."""
        if isinstance(expression, ConstantNumber | VariableReference):
            return expression
        axes = axes_of([expression], self.scope.every_axis)
        part = Part(axes, whole(axes), expression)
        return self.draft.hidden(self.scope, role, axes, Rule((part,)))

    # --- tables --------------------------------------------------------------------------

    def read_table(self) -> Expression:
        function = self.node.function
        table = self._table()
        if table is None:  # data without values: a run that needs it says so
            return VariableReference(self.key, self.indices)
        if function in POINTS:
            return self._numbers([POINTS[function](x) for x, _ in table.tables])
        x = self._argument(1)
        if function != "get_data_between_times":
            return self._read(table, KINDS[function], x)
        mode = self._mode(2)
        x = self._once("time", x)
        kind: Reading = "interpolate"
        if mode:
            kind = "look_forward" if mode > 0 else "hold_backward"
        first, last = (self._numbers([x[end] for x, _ in table.tables]) for end in (0, -1))
        outside = Apply("or", (Apply("less", (x, first)), Apply("greater", (x, last))))
        return Apply("if_then_else", (outside, NOT_AVAILABLE, self._read(table, kind, x)))

    def _table(self) -> Lookup | None:
        """Return the tables of the lookup or data variable, or None for data without values."""
        definition = self.draft.definitions.get(self.key)
        wants_data = self.node.function.startswith("get_data")
        if isinstance(definition, Lookup) and not wants_data:
            return definition
        if self.key in self.draft.without_values and wants_data:
            return None
        if isinstance(definition, Rule) and wants_data and len(definition.parts) == 1:
            value = definition.parts[0].expression
            if isinstance(value, Interpolate):
                table = self.draft.definitions[value.lookup]
                assert isinstance(table, Lookup)
                return table
        name = self.draft.elements[self.key].name
        what = "data variable" if wants_data else "lookup"
        raise self._error(f'takes a {what}, which "{name}" is not')

    def _read(self, table: Lookup, kind: Reading, x: Expression) -> Expression:
        copies = self.draft.table_copies
        if (self.key, kind) not in copies:
            tables = table.tables
            if kind == "invert":
                tables = tuple(self._inverted(*points) for points in tables)
            axes = tuple(
                Axis(dimension.canonical, dimension.elements) for dimension in self.dimensions
            )
            own = Lookup(tables, "interpolate" if kind == "invert" else kind)
            copies[self.key, kind] = self.draft.hidden(self.scope, "table", axes, own).variable
        return Interpolate(copies[self.key, kind], self.indices, x)

    def _inverted(self, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        rises = all(b > a for a, b in itertools.pairwise(y))
        if not rises and not all(b < a for a, b in itertools.pairwise(y)):
            name = self.draft.elements[self.key].name
            raise self._error(f'takes a lookup that only rises or only falls, unlike "{name}"')
        return (y, x) if rises else (y[::-1], x[::-1])

    def _numbers(self, values: Sequence[float]) -> Expression:
        """Return one number for each element that the indices select."""
        array = np.reshape(np.array(values), self.shape)
        chosen = (
            array[np.ix_(*(_positions(index) for index in self.indices))].ravel()
            if self.indices
            else array.ravel()
        )
        along = tuple(index.axis for index in self.indices if isinstance(index, Along))
        if not along:
            return ConstantNumber(float(chosen[0]))
        return ConstantArray(tuple(chosen.tolist()), along)

    # --- elements ------------------------------------------------------------------------

    def moved_element(self) -> Expression:
        """Return the element that is `offset` places away."""
        size = math.prod(self.shape)
        if not self.shape:
            raise self._error("takes an element of a variable with subscripts")
        if size > MOST_ELEMENTS:
            raise self._error(f"cannot choose among more than {MOST_ELEMENTS:,} elements")
        here = np.arange(size, dtype=float)
        offset = self._argument(1)
        start = self._numbers(here.tolist())
        position = self._at_fixed_distance(start, offset)
        if position is not None:
            return position
        place = self._once("place", Apply("add", (start, offset)))
        elements = [
            VariableReference(self.key, tuple(Fixed(int(p)) for p in at))
            for at in np.ndindex(*self.shape)
        ]
        inside = _choose(elements, lambda number: Apply("less", (place, _number(number - 0.5))))
        outside = Apply(
            "or",
            (Apply("less", (place, _number(-0.5))), Apply("greater", (place, _number(size - 0.5)))),
        )
        return Apply("if_then_else", (outside, NOT_AVAILABLE, inside))

    def _at_fixed_distance(self, start: Expression, offset: Expression) -> Expression | None:
        """Return the element if the distance is a number, and the variable has one subscript."""
        if not isinstance(offset, ConstantNumber) or len(self.shape) != 1:
            return None
        moved = [round(p + offset.value) for p in _positions(self.indices[0])]
        size = self.shape[0]
        known = [0 <= place < size for place in moved]
        if isinstance(self.indices[0], Fixed):
            chosen = (Fixed(moved[0]),)
            return VariableReference(self.key, chosen) if known[0] else NOT_AVAILABLE
        axis = self.indices[0].axis
        clipped = tuple(min(max(place, 0), size - 1) for place in moved)
        found = VariableReference(self.key, (Along(axis, clipped),))
        if all(known):
            return found
        mask = ConstantArray(tuple(map(float, known)), (axis,))
        return Apply("if_then_else", (Apply("greater", (mask, _number(0.5))), found, NOT_AVAILABLE))

    def vector_as_lookup(self) -> Expression:
        """Read the elements along the last subscript as points at equal distances."""
        if not self.shape or not isinstance(self.indices[-1], Fixed):
            raise self._error("takes the first element of a variable as its first argument")
        count, mode = self.shape[-1], self._mode(4)
        points = [
            VariableReference(self.key, (*self.indices[:-1], Fixed(at))) for at in range(count)
        ]
        if mode not in {0, 2, 3, 4}:
            raise self._error(
                f"has the mode {mode}", "use 0 (interpolate), 2, 3 (extrapolate) or 4"
            )
        if count == 1:
            return points[0]
        x, low, high = (self._argument(number) for number in (1, 2, 3))
        share = Apply("divide", (Apply("subtract", (x, low)), Apply("subtract", (high, low))))
        place: Expression = Apply("multiply", (share, _number(count - 1)))
        if mode == 0:
            place = Apply("max", (_number(0), Apply("min", (_number(count - 1), place))))
        place = self._once("place", place)
        if mode == 2:
            return _choose(points, lambda number: Apply("less", (place, _number(number))))
        if mode == 4:
            return _choose(points, lambda number: Apply("less_equal", (place, _number(number - 1))))
        lines = [_line(place, at, points[at], points[at + 1]) for at in range(count - 1)]
        return _choose(lines, lambda number: Apply("less", (place, _number(number))))


def _line(place: Expression, start: int, before: Expression, after: Expression) -> Expression:
    since = Apply("subtract", (place, _number(start)))
    rise = Apply("multiply", (since, Apply("subtract", (after, before))))
    return Apply("add", (before, rise))


def _choose(
    options: Sequence[Expression], is_before: Callable[[int], Expression], first: int = 0
) -> Expression:
    """Return conditions that choose an option. `is_before` says whether it comes before one."""
    if len(options) == 1:
        return options[0]
    half = len(options) // 2
    return Apply(
        "if_then_else",
        (
            is_before(first + half),
            _choose(options[:half], is_before, first),
            _choose(options[half:], is_before, first + half),
        ),
    )


def _positions(index: Index) -> tuple[int, ...]:
    return (index.position,) if isinstance(index, Fixed) else index.positions


def _number(value: float) -> ConstantNumber:
    return ConstantNumber(float(value))

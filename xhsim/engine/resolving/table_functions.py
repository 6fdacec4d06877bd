"""Functions of lookups, data variables and numbered elements, replaced by simpler expressions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from xhsim.engine.axes import axes_of, whole
from xhsim.engine.equations import (
    DATA_TIME,
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
    Random,
    Rule,
    VariableReference,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import display_name
from xhsim.engine.resolving.calls import table_shapes
from xhsim.engine.resolving.calls.derived_data import source_of
from xhsim.engine.resolving.calls.vector_lookup import choose, read_vector
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
STATISTICS = {"get_data_mean", "get_data_min", "get_data_max"}
MOST_POINTS = 500
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
    if node.function == "random_lookup":
        return call.drawn()
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
        where = scope
        while isinstance(first, syntax.Name) and first.name in where.given:  # an input of a macro
            first, where = where.given[first.name]
        if found is None and isinstance(first, syntax.Name) and first.name in self.draft.elements:
            found = first.name, expressions.indices(first, where)
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
        if function in STATISTICS:
            return self._statistic(table)
        x = self._argument(1)
        if function == "time_shift":
            between: Reading = "interpolate" if table.kind == "raw" else table.kind
            return self._read(table, between, Apply("add", (DATA_TIME, x)))
        if function == "lookup_slope":
            return self._read(table_shapes.slopes(table), "hold_backward", x, "slope")
        if function == "lookup_area":
            return Apply(
                "subtract", (self._area_up_to(table, self._argument(2)), self._area_up_to(table, x))
            )
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
        wants_data = self.node.function.startswith(("get_data", "time_shift"))
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

    def _read(self, table: Lookup, kind: Reading, x: Expression, role: str = "") -> Expression:
        """Read a lookup in some way. The role tells tables apart that were made from one lookup."""
        copies = self.draft.table_copies
        role = role or kind
        if (self.key, role) not in copies:
            tables = table.tables
            if kind == "invert":
                tables = tuple(self._inverted(*points) for points in tables)
            axes = tuple(
                Axis(dimension.canonical, dimension.elements) for dimension in self.dimensions
            )
            own = Lookup(tables, "interpolate" if kind == "invert" else kind)
            copies[self.key, role] = self.draft.hidden(self.scope, "table", axes, own).variable
        return Interpolate(copies[self.key, role], self.indices, x)

    def _area_up_to(self, table: Lookup, x: Expression) -> Expression:
        """Return the area between the first point and x; beyond the points there is none."""
        first, last = (self._numbers([x[end] for x, _ in table.tables]) for end in (0, -1))
        x = self._once("x", Apply("max", (first, Apply("min", (last, x)))))
        since = Apply(
            "subtract", (x, self._read(table_shapes.places(table), "hold_backward", x, "place"))
        )
        height = Apply(
            "add",
            (self._read(table, "hold_backward", x), self._read(table, "interpolate", x, "plain")),
        )
        part = Apply("multiply", (since, Apply("multiply", (_number(0.5), height))))
        return Apply(
            "add", (self._read(table_shapes.areas(table), "hold_backward", x, "area"), part)
        )

    def drawn(self) -> Expression:
        """Draw from a density: the inverse of its cumulative distribution, at uniform numbers."""
        table = self._table()
        if table is None or any(min(y) < 0 or not max(y) > 0 for _, y in table.tables):
            raise self._error("takes a lookup that is nowhere negative and somewhere positive")
        curves = [table_shapes.cumulative(*points) for points in table.tables]
        share = Lookup(tuple(curves), "interpolate")
        inverse = Lookup(tuple((y, x) for x, y in curves), "interpolate")
        low, high, shift, stretch = (self._once("bound", self._argument(n)) for n in (1, 2, 3, 4))
        ends = [
            self._read(
                share,
                "interpolate",
                Apply("divide", (Apply("subtract", (end, shift)), stretch)),
                "share",
            )
            for end in (low, high)
        ]
        self.draft.random_streams += 1
        noise = Random("random_0_1", self.draft.random_streams, ())
        from_below = Apply("multiply", (noise, Apply("subtract", (ends[1], ends[0]))))
        place = Apply("add", (ends[0], from_below))
        found = Apply("multiply", (stretch, self._read(inverse, "interpolate", place, "drawn")))
        found = Apply("add", (shift, found))
        return Apply("max", (low, Apply("min", (high, found))))

    def _statistic(self, table: Lookup) -> Expression:
        """Return the mean, minimum or maximum of the points between two times."""
        first, last = (self._once("time", self._argument(number)) for number in (1, 2))
        if self.node.function == "get_data_mean":
            sums = [
                Apply(
                    "subtract",
                    (
                        self._read(
                            table_shapes.running(table, weigh, 0),
                            "hold_backward",
                            last,
                            f"to {weigh}",
                        ),
                        self._read(
                            table_shapes.running(table, weigh, 1),
                            "hold_backward",
                            first,
                            f"from {weigh}",
                        ),
                    ),
                )
                for weigh in (True, False)
            ]
            count = self._once("points", sums[1])
            mean = Apply("divide", (sums[0], Apply("max", (count, _number(1)))))
            none = Apply("less", (count, _number(0.5)))
            return Apply("if_then_else", (none, NOT_AVAILABLE, mean))
        points = max(len(x) for x, _ in table.tables)
        if points > MOST_POINTS:
            raise self._error(f"cannot compare more than {MOST_POINTS:,} points")
        fold, least = (
            ("min", math.inf) if self.node.function == "get_data_min" else ("max", -math.inf)
        )
        candidates: list[Expression] = []
        for number in range(points):
            x, y = (
                self._numbers([points[min(number, len(points) - 1)] for points in column])
                for column in zip(*table.tables, strict=True)
            )
            inside = Apply(
                "and", (Apply("greater_equal", (x, first)), Apply("less_equal", (x, last)))
            )
            candidates.append(Apply("if_then_else", (inside, y, _number(least))))
        while len(candidates) > 1:
            pairs = [candidates[at : at + 2] for at in range(0, len(candidates), 2)]
            candidates = [Apply(fold, tuple(pair)) if len(pair) == 2 else pair[0] for pair in pairs]
        found = self._once("found", candidates[0])
        none = Apply("equal", (found, _number(least)))
        return Apply("if_then_else", (none, NOT_AVAILABLE, found))

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
        inside = choose(elements, lambda number: Apply("less", (place, _number(number - 0.5))))
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
        if mode not in range(10):
            raise self._error(f"has the mode {mode}", "use a mode from 0 (interpolate) to 9")
        x, low, high = (self._argument(number) for number in (1, 2, 3))
        return read_vector(points, (x, low, high), mode, self._once)


def _positions(index: Index) -> tuple[int, ...]:
    return (index.position,) if isinstance(index, Fixed) else index.positions


def _number(value: float) -> ConstantNumber:
    return ConstantNumber(float(value))

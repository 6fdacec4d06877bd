"""Resolving a model: from syntax records to equations, the intermediate form."""

from __future__ import annotations

import math

import numpy as np
from msgspec import structs

from xhsim.engine.axes import positions_of, whole
from xhsim.engine.containers.descriptions import Container, contents_key, described
from xhsim.engine.equations import (
    DATA_TIME,
    Along,
    Axis,
    ConstantArray,
    ConstantNumber,
    Definition,
    Discrete,
    Equations,
    Expression,
    Fixed,
    Interpolate,
    Lookup,
    Part,
    Rule,
    Stock,
    Variable,
    VariableKind,
)
from xhsim.engine.language import syntax
from xhsim.engine.resolving.calls.derived_data import read_derived
from xhsim.engine.resolving.draft import Draft
from xhsim.engine.resolving.expressions import Expressions
from xhsim.engine.resolving.scope import Scope
from xhsim.engine.resolving.shifts import apply_shifts
from xhsim.engine.resolving.solved_circles import solve_circles
from xhsim.engine.resolving.subscripts import Region
from xhsim.errors import ModelError

__all__ = ["resolve"]

Points = tuple[tuple[float, ...], tuple[float, ...]]
# The points of an element that the file does not define: its value is NaN at every x.
NOWHERE: Points = ((0.0,), (math.nan,))
NO_DATA: Points = ((0.0,), (syntax.NOT_AVAILABLE,))
STOCKS = ("integ", "integ_non_negative", "sinteg", syntax.CONTAINER)
CONTROLS = {
    "initial_time": "INITIAL TIME",
    "final_time": "FINAL TIME",
    "time_step": "TIME STEP",
}


def resolve(model: syntax.ModelText) -> Equations:
    """Resolve the syntax records of a model into equations.

    Parameters
    ----------
    model : syntax.ModelText
        The result of `xhsim.engine.reading`.

    Returns
    -------
    Equations

    Raises
    ------
    ModelError
        If a name, subscript or function is unknown, or an equation does not match its subscripts.
        The message names the variable, the file and the line.
    """
    return _Resolver(model).equations()


class _Resolver:
    def __init__(self, model: syntax.ModelText) -> None:
        self.draft = Draft(model)
        self.expressions = Expressions(self.draft)

    def equations(self) -> Equations:
        for key, name in CONTROLS.items():
            if key not in self.draft.elements:
                raise ModelError(
                    f"{name} is not defined",
                    file=self.draft.model.path,
                    hint=f"write {name} = a number, or load the file of the whole model",
                )
        for key, element in self.draft.elements.items():
            self.draft.variables[key] = self._variable(key, element)
        # Tables come first, because some functions ask for their points.
        tables = {
            key: element
            for key, element in self.draft.elements.items()
            if all(component.kind in {"lookup", "data"} for component in element.components)
        }
        for key, element in (tables | self.draft.elements).items():
            self.draft.definitions[key] = self._definition(key, element)
        apply_shifts(self.draft)
        if self.draft.simultaneous:
            solve_circles(self.draft)
        used = {d.canonical: d for dims in self.draft.dimensions.values() for d in dims}
        return Equations(
            path=self.draft.model.path,
            variables=self.draft.variables,
            definitions=self.draft.definitions,
            dimensions=used,
            structural=frozenset(self.draft.structural),
            without_values=frozenset(self.draft.without_values),
            unfinished=frozenset(self.draft.unfinished),
            method=self.draft.model.method,
            has_missing=self.draft.has_missing,
        )

    # --- variables -----------------------------------------------------------------------

    def _variable(self, key: str, element: syntax.Element) -> Variable:
        dimensions = self.draft.dimensions[key]
        text = "; ".join(_component_text(component) for component in element.components)
        return Variable(
            key=key,
            name=element.name,
            canonical=self.draft.canonicals[key],
            identifier=self.draft.identifier(element.name),
            kind=self._kind(element),
            dimensions=tuple(dimension.canonical for dimension in dimensions),
            shape=tuple(len(dimension.elements) for dimension in dimensions),
            unit=element.unit,
            documentation=element.documentation,
            group=element.group,
            text=text,
            line=element.components[0].line,
        )

    def _kind(self, element: syntax.Element) -> VariableKind:
        component = element.components[0]
        expression = component.expression
        if component.kind == "lookup":
            return "lookup"
        if isinstance(expression, syntax.Call) and expression.function in STOCKS:
            return "stock"
        if component.kind == "data":
            return "data"
        if all(
            isinstance(c.expression, syntax.Number | syntax.NumberArray) for c in element.components
        ):
            return "constant"
        return "auxiliary"

    # --- definitions ---------------------------------------------------------------------

    def _definition(self, key: str, element: syntax.Element) -> Definition:
        if any(syntax.is_unfinished(component.expression) for component in element.components):
            self.draft.unfinished.add(key)
            return Rule((self._everywhere(key, ConstantNumber(math.nan)),))
        if key in self.draft.lookups:
            return self._lookup(key, element)
        if all(component.kind == "data" for component in element.components):
            return self._data(key, element)
        if key in self.draft.outputs:
            given = self.draft.outputs[key]  # calls are resolved before their outputs
            return Rule((*given, *self._undefined(key, element, given)))
        flow: list[Part] = []
        initial: list[Part] = []
        rule: list[Part] = []
        non_negative = False
        for component in element.components:
            for region in self.draft.subscripts.regions(
                element, component, self.draft.dimensions[key]
            ):
                scope = Scope(element, component, {axis.name: axis for axis in region.axes})
                expression = component.expression
                if component.kind == "data":
                    rule.append(self._data_part(key, region, scope))
                elif isinstance(expression, syntax.Call) and expression.function in STOCKS:
                    non_negative |= expression.function == "integ_non_negative"
                    change = expression.arguments[0]
                    if expression.function == "sinteg":
                        change = self._within_limits(key, expression, scope)
                    elif expression.function == syntax.CONTAINER:
                        self._fill(key, expression, region, scope)
                    flow.append(self._part(change, region, scope))
                    initial.append(self._part(expression.arguments[1], region, scope))
                elif component.keyword:
                    value = read_derived(self.expressions, component, scope)
                    rule.append(Part(region.axes, region.indices, value))
                else:
                    rule.append(self._part(expression, region, scope))
        if flow and rule:
            rule += self._stocks_apart(element, flow, initial, non_negative)
            flow = []
        parts, other = (flow, initial) if flow else (rule, [])
        missing = self._undefined(key, element, parts)
        if contents_key(key) in self.draft.definitions:
            self._finish(key, element)
        parts += missing
        other += missing if flow else []
        return Stock(tuple(flow), tuple(initial), non_negative) if flow else Rule(tuple(rule))

    def _fill(self, key: str, call: syntax.Call, region: Region, scope: Scope) -> None:
        """Add what the conveyors or queues of a region take to the contents of the stock."""
        container, taken = self._container(call, scope)
        contents = contents_key(key)
        if contents not in self.draft.definitions:
            self.draft.contents(key, container.size, scope.component)
            self.draft.definitions[contents] = Discrete((), (), container=container)
        known = self.draft.definitions[contents]
        assert isinstance(known, Discrete)
        if known.container != container:
            raise self.draft.error(
                f'the elements of "{scope.element.name}" are different conveyors or queues',
                scope.component,
                "make variables of them",
            )
        lists = []
        for nodes in taken:
            expressions = [self.expressions.resolve(node, scope) for node in nodes]
            expressions += [ConstantNumber(0.0)] * (container.size - len(nodes))
            lists.append(
                tuple(
                    Part(region.axes, (*region.indices, Fixed(place)), expression)
                    for place, expression in enumerate(expressions)
                )
            )
        self.draft.definitions[contents] = structs.replace(
            known, initial=known.initial + lists[0], following=known.following + lists[1]
        )

    def _container(
        self, call: syntax.Call, scope: Scope
    ) -> tuple[Container, tuple[tuple[syntax.Node, ...], ...]]:
        """Return a container, and what it takes at the start and in each step."""
        match call.arguments:
            case (_, _, syntax.Text(value=text), syntax.Call() as start, syntax.Call() as step):
                try:
                    container = described(text)
                except ValueError:
                    container = None
                taken = (start.arguments, step.arguments)
                if container is not None and max(map(len, taken)) <= container.size:
                    return container, taken
        raise self.draft.error(
            f'the conveyor or queue "{scope.element.name}" is not complete', scope.component
        )

    def _finish(self, key: str, element: syntax.Element) -> None:
        """Complete the contents of a stock, some of whose elements the file may not define."""
        contents = contents_key(key)
        known = self.draft.definitions[contents]
        assert isinstance(known, Discrete)
        missing = tuple(self._undefined(contents, element, list(known.initial)))
        self.draft.definitions[contents] = structs.replace(
            known, initial=known.initial + missing, following=known.following + missing
        )

    def _within_limits(self, key: str, call: syntax.Call, scope: Scope) -> syntax.Node:
        """Return the flow of a SINTEG, which takes the stock no further than to its limits."""
        flow, _, least, most, *others = call.arguments
        if any(o != syntax.Number(syntax.NOT_AVAILABLE) for o in others):
            raise self.draft.error(
                f'SINTEG in "{scope.element.name}" has a quantum or a special value, which is not '
                "supported",
                scope.component,
                "write :NA: for the last three arguments",
            )
        level = syntax.Name(key, scope.component.subscripts)
        for limit, bound in ((least, "max"), (most, "min")):
            if limit != syntax.Number(syntax.NOT_AVAILABLE):
                room = syntax.Call("subtract", (limit, level))
                fastest = syntax.Call("divide", (room, syntax.Name("time_step")))
                flow = syntax.Call(bound, (flow, fastest))
        return flow

    def _stocks_apart(
        self,
        element: syntax.Element,
        flow: list[Part],
        initial: list[Part],
        non_negative: bool,
    ) -> list[Part]:
        """Make hidden stocks for the elements that are stocks, if other elements are not."""
        parts = []
        for change, start in zip(flow, initial, strict=True):
            scope = Scope(element, element.components[0], {axis.name: axis for axis in change.axes})
            everything = whole(change.axes)
            stock = Stock(
                (Part(change.axes, everything, change.expression),),
                (Part(start.axes, everything, start.expression),),
                non_negative,
            )
            level = self.draft.hidden(scope, "level", change.axes, stock)
            parts.append(Part(change.axes, change.region, level))
        return parts

    def _undefined(self, key: str, element: syntax.Element, parts: list[Part]) -> list[Part]:
        """Return parts for the elements that the file does not define. Their value is NaN."""
        shape = self.draft.variables[key].shape
        filled = [place for part in parts for place in positions_of(part.region, shape)]
        if len(set(filled)) != len(filled):
            raise self.draft.error(
                f'an element of "{element.name}" is defined more than once',
                element.components[-1],
                "define each element once",
            )
        missing = np.ones(math.prod(shape), dtype=bool)
        missing[filled] = False
        undefined = []
        # One part for each row, not for each element: of a large array these would be very many.
        for row in np.ndindex(*shape[:-1]):
            places = np.flatnonzero(missing.reshape(shape)[row])
            if places.size:
                undefined.append(_nowhere(row, tuple(places.tolist())))
        return undefined

    def _part(self, node: syntax.Node, region: Region, scope: Scope) -> Part:
        if isinstance(node, syntax.NumberArray):
            return Part(region.axes, region.indices, self._numbers(node, region.axes, scope))
        return Part(region.axes, region.indices, self.expressions.resolve(node, scope))

    def _numbers(
        self, node: syntax.NumberArray, axes: tuple[Axis, ...], scope: Scope
    ) -> Expression:
        wanted = math.prod(len(axis.elements) for axis in axes)
        if len(node.values) != wanted:
            raise self.draft.error(
                f'"{scope.element.name}" needs {wanted} numbers, one for each element, '
                f"but {len(node.values)} are given",
                scope.component,
            )
        self.draft.has_missing |= syntax.NOT_AVAILABLE in node.values
        if not axes:
            return ConstantNumber(node.values[0])
        return ConstantArray(node.values, tuple(axis.name for axis in axes))

    def _lookup(self, key: str, element: syntax.Element) -> Lookup:
        """Collect the tables of a lookup, or of a data variable, for each of its elements."""
        shape = self.draft.variables[key].shape
        tables: dict[int, Points] = {}
        kind: syntax.TableKind = "interpolate"
        for component in element.components:
            table = component.expression
            if not isinstance(table, syntax.Table | syntax.Tables):
                raise self.draft.error(
                    f'the lookup "{element.name}" is not a list of points', component
                )
            self.draft.check_table(element, component, table)
            kind = table.kind
            for region in self.draft.subscripts.regions(
                element, component, self.draft.dimensions[key]
            ):
                places = positions_of(region.indices, shape)
                tables |= zip(places, _points(table, len(places)), strict=True)
        gaps = kind == "raw" or any(syntax.NOT_AVAILABLE in y for _, y in tables.values())
        self.draft.has_missing |= gaps
        every = tuple(tables.get(place, NOWHERE) for place in range(math.prod(shape)))
        return Lookup(every, kind)

    def _data(self, key: str, element: syntax.Element) -> Rule:
        """Define a data variable by its tables over time."""
        if any(isinstance(c.expression, syntax.Call) for c in element.components):
            self.draft.without_values.add(key)
            return Rule((self._everywhere(key, ConstantNumber(math.nan)),))
        axes = self._axes(key)
        everything = whole(axes)
        scope = Scope(element, element.components[0], {axis.name: axis for axis in axes})
        lookup = self.draft.hidden(scope, "data", axes, self._lookup(key, element))
        value = Interpolate(lookup.variable, everything, DATA_TIME)
        return Rule((Part(axes, everything, value),))

    def _axes(self, key: str) -> tuple[Axis, ...]:
        dimensions = self.draft.dimensions[key]
        return tuple(Axis(syntax.match_key(d.name), d.elements) for d in dimensions)

    def _everywhere(self, key: str, expression: Expression) -> Part:
        axes = self._axes(key)
        return Part(axes, whole(axes), expression)

    def _data_part(self, key: str, region: Region, scope: Scope) -> Part:
        """Let some elements of a variable follow their tables, where others have equations."""
        table = scope.component.expression
        if not isinstance(table, syntax.Table | syntax.Tables):
            self.draft.without_values.add(key)
            return Part(region.axes, region.indices, ConstantNumber(math.nan))
        self.draft.check_table(scope.element, scope.component, table)
        wanted = math.prod(len(axis.elements) for axis in region.axes)
        points = _points(table, wanted)
        if len(points) != wanted:
            raise self.draft.error(
                f'"{scope.element.name}" needs a table for each of {wanted} elements, '
                f"but has {len(points)}",
                scope.component,
            )
        self.draft.has_missing |= table.kind == "raw" or NO_DATA in points
        lookup = self.draft.hidden(scope, "data", region.axes, Lookup(tuple(points), table.kind))
        value = Interpolate(lookup.variable, whole(region.axes), DATA_TIME)
        return Part(region.axes, region.indices, value)


def _nowhere(row: tuple[int, ...], places: tuple[int, ...]) -> Part:
    """Return a part that makes some places of a row NaN."""
    fixed = tuple(map(Fixed, row))
    if len(places) == 1:
        return Part((), (*fixed, Fixed(places[0])), ConstantNumber(math.nan))
    axis = Axis("undefined", tuple(map(str, places)))
    return Part((axis,), (*fixed, Along(axis.name, places)), ConstantNumber(math.nan))


def _points(table: syntax.Table | syntax.Tables, elements: int) -> list[Points]:
    """Return the points of each element. Missing values of the file are left out.

    Two points of a lookup at one x are a jump. Of two data at one time the last one holds.
    """
    if isinstance(table, syntax.Table):
        return [(table.x, table.y)] * elements
    values = np.reshape(table.y, (len(table.x), -1))
    times = np.asarray(table.x)
    order = np.argsort(times, kind="stable")
    columns: list[Points] = []
    for column in values.T:
        kept = [place for place in order if np.isfinite(column[place])]
        known = {float(times[place]): float(column[place]) for place in kept}
        columns.append((tuple(known), tuple(known.values())) if known else NO_DATA)
    return columns


def _component_text(component: syntax.Component) -> str:
    if not component.subscripts:
        return component.text
    return f"[{','.join(component.subscripts)}] = {component.text}"

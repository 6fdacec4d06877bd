"""From what a file says to the intermediate form: names looked up, delays turned into stocks."""

from __future__ import annotations

import keyword
import math
import re
from dataclasses import dataclass, field, replace

from xhsim.engine import syntax
from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    Constant,
    ConstantArray,
    DelayCheck,
    Dimension,
    Equations,
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
    Variable,
    free_axes,
)
from xhsim.engine.functions import FUNCTIONS, display_name
from xhsim.engine.runtime import NAMESPACE
from xhsim.engine.subscripts import Region, Subscripts
from xhsim.errors import ModelError, did_you_mean

__all__ = ["TIME", "resolve"]

TIME = "time"
DRAW = "draw"
CONTROLS = {
    "initial_time": "INITIAL TIME",
    "final_time": "FINAL TIME",
    "time_step": "TIME STEP",
}
RESERVED = {
    *("time", "clock", "time_step", "state", "change", "given", "constants", "held", "paths"),
    *NAMESPACE,
}
PLAIN_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def resolve(model: syntax.ModelText) -> Equations:
    """Turn a model as read into the intermediate form.

    Parameters
    ----------
    model : syntax.ModelText
        What `xhsim.engine.reader.read_model` gives.

    Returns
    -------
    Equations

    Raises
    ------
    ModelError
        If a name, subscript or function is not known, or an equation does not fit its subscripts;
        the message names the variable, the file and the line.
    """
    return _Resolver(model).equations()


@dataclass
class _Scope:
    """Where an expression stands: its variable, its component and the axes it may follow."""

    element: syntax.Element
    component: syntax.Component
    axes: dict[str, Axis]
    reduced: dict[str, Axis] = field(default_factory=dict)
    depth: int = 0  # how many functions over ranges, such as SUM, stand around it

    @property
    def every_axis(self) -> dict[str, Axis]:
        return self.axes | self.reduced


class _Resolver:
    def __init__(self, model: syntax.ModelText) -> None:
        self.model = model
        self.subscripts = Subscripts(model)
        self.elements = self._index_elements()
        self.dimensions = {
            key: self.subscripts.dimensions_of(element) for key, element in self.elements.items()
        }
        self.lookups = {
            key for key, element in self.elements.items() if element.components[0].kind == "lookup"
        }
        self.identifiers: set[str] = set(RESERVED)
        self.canonicals = self._canonical_names()
        self.variables: dict[str, Variable] = {}
        self.definitions: dict[str, Rule | Stock | Lookup] = {}
        self.delays: list[DelayCheck] = []
        self.structural: set[str] = set()

    def equations(self) -> Equations:
        for key, name in CONTROLS.items():
            if key not in self.elements:
                raise ModelError(f"{name} is not defined", file=self.model.path)
        for key, element in self.elements.items():
            self.variables[key] = self._variable(key, element)
        for key, element in self.elements.items():
            self.definitions[key] = self._definition(key, element)
        used = {d.canonical: d for dims in self.dimensions.values() for d in dims}
        return Equations(
            path=self.model.path,
            variables=self.variables,
            definitions=self.definitions,
            dimensions=used,
            delays=tuple(self.delays),
            structural=frozenset(self.structural),
        )

    # --- variables -----------------------------------------------------------------------

    def _index_elements(self) -> dict[str, syntax.Element]:
        index: dict[str, syntax.Element] = {}
        for element in self.model.elements:
            for component in element.components:
                self._refuse_kind(element, component)
            if syntax.match_key(element.name) == TIME:
                raise self._error("Time cannot be defined", element.components[0], "rename it")
            covered: set[tuple[str, ...]] = set()
            for component in element.components:
                subscripts = tuple(syntax.match_key(name) for name in component.subscripts)
                if subscripts in covered and not component.exceptions:
                    raise self._error(
                        f'"{element.name}" is defined twice', component, "remove one of the two"
                    )
                covered.add(subscripts)
            index[syntax.match_key(element.name)] = element
        return index

    def _refuse_kind(self, element: syntax.Element, component: syntax.Component) -> None:
        if component.kind == "data":
            raise self._error(
                f'"{element.name}" is a data variable, which is not supported',
                component,
                "make it a lookup of Time",
            )

    def _variable(self, key: str, element: syntax.Element) -> Variable:
        dimensions = self.dimensions[key]
        text = "; ".join(_component_text(component) for component in element.components)
        return Variable(
            key=key,
            name=element.name,
            canonical=self.canonicals[key],
            identifier=self._identifier(element.name),
            kind=self._kind(element),
            dimensions=tuple(dimension.canonical for dimension in dimensions),
            shape=tuple(len(dimension.elements) for dimension in dimensions),
            unit=element.unit,
            documentation=element.documentation,
            group=element.group,
            text=text,
            line=element.components[0].line,
        )

    def _canonical_names(self) -> dict[str, str]:
        """Give every variable a name of its own in results.

        A variable that is written canonically in the file comes first: its name then means
        the same wherever it is used.
        """
        taken = {TIME, DRAW, *(d.canonical for d in self.subscripts.ranges.values())}
        plain = {
            key: syntax.canonical(element.name) or "variable"
            for key, element in self.elements.items()
        }
        order = sorted(plain, key=lambda key: plain[key] != key)
        return {key: _unique(plain[key], taken) for key in order}

    def _identifier(self, name: str) -> str:
        """Return a name for emitted code: letters of the file are used only where harmless."""
        plain = syntax.canonical(name)
        if not PLAIN_IDENTIFIER.fullmatch(plain) or keyword.iskeyword(plain):
            plain = "variable"
        return _unique(plain, self.identifiers)

    def _kind(self, element: syntax.Element) -> str:
        component = element.components[0]
        expression = component.expression
        if component.kind == "lookup":
            return "lookup"
        if isinstance(expression, syntax.Call) and expression.function == "integ":
            return "stock"
        if all(
            isinstance(c.expression, syntax.Number | syntax.NumberArray) for c in element.components
        ):
            return "constant"
        return "auxiliary"

    def _hidden(
        self, scope: _Scope, role: str, axes: tuple[Axis, ...], definition: Rule | Stock
    ) -> Reference:
        """Add a variable of the engine's own along `axes` and return a reference to it."""
        owner = self.variables[syntax.match_key(scope.element.name)]
        # No name of a file has a blank in its key.
        number = sum(key.startswith(f"{owner.key} ") for key in self.variables) + 1
        key = f"{owner.key} {role} {number}"
        self.variables[key] = Variable(
            key=key,
            name=f"{role} in {owner.name}",
            canonical=key,
            identifier=_unique(f"{owner.identifier}_{role}", self.identifiers),
            kind="stock" if isinstance(definition, Stock) else "auxiliary",
            dimensions=tuple(axis.name for axis in axes),
            shape=tuple(len(axis.elements) for axis in axes),
            line=scope.component.line,
            hidden=True,
        )
        self.definitions[key] = definition
        return Reference(key, _whole(axes))

    # --- definitions ---------------------------------------------------------------------

    def _definition(self, key: str, element: syntax.Element) -> Rule | Stock | Lookup:
        if key in self.lookups:
            return self._lookup(key, element)
        flow: list[Part] = []
        initial: list[Part] = []
        rule: list[Part] = []
        for component in element.components:
            for region in self.subscripts.regions(element, component, self.dimensions[key]):
                scope = _Scope(element, component, {axis.name: axis for axis in region.axes})
                expression = component.expression
                if isinstance(expression, syntax.Call) and expression.function == "integ":
                    flow.append(self._part(expression.arguments[0], region, scope))
                    initial.append(self._part(expression.arguments[1], region, scope))
                else:
                    rule.append(self._part(expression, region, scope))
        if flow and rule:
            raise self._error(
                f'"{element.name}" is a stock in one equation and not in another',
                element.components[0],
                "define every element of a stock with INTEG",
            )
        self._check_cover(key, element, flow or rule)
        return Stock(tuple(flow), tuple(initial)) if flow else Rule(tuple(rule))

    def _check_cover(self, key: str, element: syntax.Element, parts: list[Part]) -> None:
        """Every element of the variable's dimensions must be defined."""
        shape = self.variables[key].shape
        filled = [place for part in parts for place in _positions(part.region, shape)]
        if len(set(filled)) != len(filled):
            raise self._error(
                f'some element of "{element.name}" is defined more than once',
                element.components[-1],
                "define each element once",
            )
        wanted = math.prod(shape)
        if len(filled) != wanted:
            raise self._error(
                f'"{element.name}" is defined for {len(filled)} of its {wanted} elements',
                element.components[-1],
                "define each element once",
            )

    def _part(self, node: syntax.Node, region: Region, scope: _Scope) -> Part:
        if isinstance(node, syntax.NumberArray):
            return Part(region.axes, region.indices, self._numbers(node, region.axes, scope))
        return Part(region.axes, region.indices, self._expression(node, scope))

    def _numbers(
        self, node: syntax.NumberArray, axes: tuple[Axis, ...], scope: _Scope
    ) -> Expression:
        wanted = math.prod(len(axis.elements) for axis in axes)
        if len(node.values) != wanted:
            raise self._error(
                f'"{scope.element.name}" needs {wanted} numbers, one for each element, '
                f"but {len(node.values)} are given",
                scope.component,
            )
        if not axes:
            return Constant(node.values[0])
        return ConstantArray(node.values, tuple(axis.name for axis in axes))

    def _lookup(self, key: str, element: syntax.Element) -> Lookup:
        shape = self.variables[key].shape
        tables: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {}
        for component in element.components:
            table = component.expression
            if not isinstance(table, syntax.Table):
                raise self._error(
                    f'the lookup "{element.name}" is not a list of points', component
                )
            self._check_table(element, component, table)
            for region in self.subscripts.regions(element, component, self.dimensions[key]):
                for position in _positions(region.indices, shape):
                    tables[position] = (table.x, table.y)
        if len(tables) != math.prod(shape):
            raise self._error(
                f'"{element.name}" is defined for {len(tables)} of its {math.prod(shape)} elements',
                element.components[-1],
                "define each element once",
            )
        return Lookup(tuple(tables[position] for position in range(len(tables))))

    def _check_table(
        self, element: syntax.Element, component: syntax.Component, table: syntax.Table
    ) -> None:
        if len(set(table.x)) != len(table.x):
            raise self._error(
                f'the lookup in "{element.name}" has one x value twice', component
            )
        if not all(map(math.isfinite, (*table.x, *table.y))):
            raise self._error(f'the lookup in "{element.name}" has a point not finite', component)

    # --- expressions ---------------------------------------------------------------------

    def _expression(self, node: syntax.Node, scope: _Scope) -> Expression:
        match node:
            case syntax.Number(value=value) if math.isnan(value):
                raise self._error(
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
        raise self._error(
            f'"{scope.element.name}" has a table or text where a number is expected',
            scope.component,
        )

    def _call(self, node: syntax.Call, scope: _Scope) -> Expression:
        if node.function in self.lookups:
            return self._look_up(syntax.Name(node.function), node.arguments, scope)
        function = FUNCTIONS.get(node.function)
        shown = display_name(node.function)
        if function is None:
            known = [display_name(name) for name in FUNCTIONS]
            raise self._error(
                f'the function {shown} in "{scope.element.name}" is not supported',
                scope.component,
                did_you_mean(shown, known),
            )
        if len(node.arguments) != function.arguments:
            raise self._error(
                f'{shown} in "{scope.element.name}" has {len(node.arguments)} arguments; '
                f"it takes {function.arguments}",
                scope.component,
            )
        if function.kind == "reduction":
            return self._reduction(node, scope)
        if function.kind == "stateful":
            return self._stateful(node, scope)
        arguments = tuple(self._expression(argument, scope) for argument in node.arguments)
        return Apply(node.function, arguments)

    def _reference(self, node: syntax.Name, scope: _Scope) -> Expression:
        if node.name == TIME:
            return Reference(TIME)
        if node.name not in self.elements:
            known = [element.name for element in self.elements.values()]
            raise self._error(
                f'"{scope.element.name}" uses "{node.name.replace("_", " ")}", '
                "which the model does not define",
                scope.component,
                did_you_mean(node.name, known),
            )
        if node.name in self.lookups:
            raise self._error(
                f'"{scope.element.name}" uses the lookup "{self.elements[node.name].name}" '
                "without an argument",
                scope.component,
                "write its argument in brackets behind it",
            )
        return Reference(node.name, self._indices(node, scope))

    def _indices(self, node: syntax.Name, scope: _Scope) -> tuple[Index, ...]:
        dimensions = self.dimensions[node.name]
        name = self.elements[node.name].name
        if len(node.subscripts) != len(dimensions):
            raise self._error(
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
            raise self._error(
                f'"{scope.element.name}" uses "{name}" with one range in two places',
                scope.component,
                "use a second range with the same elements",
            )
        return indices

    def _one_index(self, subscript: str, dimension: Dimension, name: str, scope: _Scope) -> Index:
        bare = subscript.rstrip("!").strip()
        elements = self.subscripts.elements_of(bare, scope.element.name, scope.component.line)
        if subscript.endswith("!"):
            if not scope.depth:
                raise self._error(
                    f'"{scope.element.name}" uses "{name}[{bare}!]" outside a function over a '
                    "range",
                    scope.component,
                    f"write SUM({name}[{bare}!]), or name an element",
                )
            # One mark for each function around it: a SUM within a SUM has axes of its own.
            axis = Axis(syntax.match_key(bare) + "!" * scope.depth, elements)
            scope.reduced[axis.name] = axis
        elif self.subscripts.is_range(bare):
            key = syntax.match_key(bare)
            if key not in scope.axes:
                raise self._error(
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
            raise self._error(
                f'"{scope.element.name}" uses "{name}[{bare}]", but {name} has no element '
                f'"{missing[0]}"',
                scope.component,
                did_you_mean(missing[0], dimension.elements),
            )
        positions = tuple(dimension.elements.index(element) for element in axis.elements)
        return Along(axis.name, positions) if axis.name else Fixed(positions[0])

    def _look_up(
        self, lookup: syntax.Name, arguments: tuple[syntax.Node, ...], scope: _Scope
    ) -> Expression:
        if lookup.name not in self.lookups:
            raise self._error(
                f'"{lookup.name}" in "{scope.element.name}" is neither a function nor a lookup',
                scope.component,
            )
        if len(arguments) != 1:
            raise self._error(
                f'the lookup "{lookup.name}" in "{scope.element.name}" takes one argument',
                scope.component,
            )
        indices = self._indices(lookup, scope)
        return Interpolate(lookup.name, indices, self._expression(arguments[0], scope))

    def _inline_lookup(
        self, argument: syntax.Node, table: syntax.Table, scope: _Scope
    ) -> Expression:
        self._check_table(scope.element, scope.component, table)
        hidden = self._hidden(scope, "lookup", (), Rule(()))
        self.definitions[hidden.variable] = Lookup(((table.x, table.y),), table.kind)
        self.variables[hidden.variable] = replace(self.variables[hidden.variable], kind="lookup")
        return Interpolate(hidden.variable, (), self._expression(argument, scope))

    def _reduction(self, node: syntax.Call, scope: _Scope) -> Expression:
        outer = scope.reduced
        inner = _Scope(
            scope.element, scope.component, scope.axes | outer, depth=scope.depth + 1
        )
        body = self._expression(node.arguments[0], inner)
        if not inner.reduced:
            raise self._error(
                f'{display_name(node.function)} in "{scope.element.name}" has no subscript with !',
                scope.component,
                "mark the range to go over, as in SUM(x[Zone!])",
            )
        return Reduce(node.function, tuple(inner.reduced.values()), body)

    # --- functions with a memory ---------------------------------------------------------

    def _stateful(self, node: syntax.Call, scope: _Scope) -> Expression:
        match node.function:
            case "initial":
                body = self._expression(node.arguments[0], scope)
                axes = _axes_of(body, scope)
                rule = Rule((Part(axes, _whole(axes), body),), held=True)
                return self._hidden(scope, "initial", axes, rule)
            case "integ":
                raise self._error(
                    f'INTEG in "{scope.element.name}" must stand alone',
                    scope.component,
                    "give the stock an equation of its own",
                )
        return self._chain(node, scope)

    def _chain(self, node: syntax.Call, scope: _Scope) -> Expression:
        """Turn a smooth or a delay into a chain of stocks; return its last value.

        With order n and time T, a smooth's stock i follows ``(before - s_i) * n / T``; a delay's
        stock i holds T times its outflow, ``((T*before)/T - s_i / T) * n``, which is how PySD and
        Vensim keep the material of a delay when T changes.
        """
        order = self._order(node, scope)
        source, duration, initial = (
            self._expression(argument, scope) for argument in node.arguments[:3]
        )
        is_delay = node.function.startswith("delay")
        axes = _axes_of(Apply("add", (source, Apply("add", (duration, initial)))), scope)
        whole = _whole(axes)
        if not isinstance(duration, Constant | Reference) or is_delay:
            # A variable of its own: written once, and looked at by the check of the order.
            rule = Rule((Part(axes, whole, duration),))
            duration = self._hidden(scope, "delay_time", axes, rule)
        if is_delay:
            assert isinstance(duration, Reference)
            self.delays.append(
                DelayCheck(
                    scope.element.name, order, duration.variable, node.function == "delay_n"
                )
            )
            initial = Apply("multiply", (initial, duration))
        role = "delay" if is_delay else "smooth"
        before = source
        level: Expression = source
        for _ in range(order):
            start = (Part(axes, whole, initial),)
            level = self._hidden(scope, role, axes, Stock((), start))
            after = Apply("divide", (level, duration)) if is_delay else level
            gap = Apply("subtract", (before, after))
            flow = Apply("multiply", (gap, Constant(float(order))))
            if not is_delay:
                flow = Apply("divide", (flow, duration))
            self.definitions[level.variable] = Stock((Part(axes, whole, flow),), start)
            before = after
        return before

    def _order(self, node: syntax.Call, scope: _Scope) -> int:
        """Return the number of stocks: a number, or a constant that may then not be changed."""
        given = node.arguments[3]
        if isinstance(given, syntax.Name) and given.name in self.elements:
            components = self.elements[given.name].components
            if len(components) == 1 and isinstance(components[0].expression, syntax.Number):
                self.structural.add(given.name)
                given = components[0].expression
        shown = display_name(node.function)
        if not isinstance(given, syntax.Number):
            raise self._error(
                f'the order of {shown} in "{scope.element.name}" must be a number or a constant',
                scope.component,
            )
        order = int(given.value)
        if not 1 <= order <= 1000:
            raise self._error(
                f'the order of {shown} in "{scope.element.name}" must be from 1 to 1000, '
                f"not {given.value:g}",
                scope.component,
            )
        return order

    def _error(
        self, message: str, component: syntax.Component, hint: str | None = None
    ) -> ModelError:
        return ModelError(message, file=self.model.path, line=component.line or None, hint=hint)


def _unique(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    taken.add(name)
    return name


def _whole(axes: tuple[Axis, ...]) -> tuple[Index, ...]:
    return tuple(Along(axis.name, tuple(range(len(axis.elements)))) for axis in axes)


def _axes_of(expression: Expression, scope: _Scope) -> tuple[Axis, ...]:
    free = free_axes(expression)
    return tuple(axis for name, axis in scope.every_axis.items() if name in free)


def _positions(indices: tuple[Index, ...], shape: tuple[int, ...]) -> list[int]:
    """Return the flat positions (C order) of a region in an array of `shape`."""
    flat = [0]
    for index, size in zip(indices, shape, strict=True):
        steps = (index.position,) if isinstance(index, Fixed) else index.positions
        flat = [position * size + step for position in flat for step in steps]
    return flat


def _component_text(component: syntax.Component) -> str:
    if not component.subscripts:
        return component.text
    return f"[{','.join(component.subscripts)}] = {component.text}"

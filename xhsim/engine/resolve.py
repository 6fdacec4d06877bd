"""From what a file says to the intermediate form."""

from __future__ import annotations

import math

from xhsim.engine import syntax
from xhsim.engine.book import Book, positions_of
from xhsim.engine.equations import (
    Axis,
    Constant,
    ConstantArray,
    Equations,
    Expression,
    Lookup,
    Part,
    Rule,
    Stock,
    Variable,
)
from xhsim.engine.expressions import Expressions, Scope
from xhsim.engine.subscripts import Region
from xhsim.errors import ModelError

__all__ = ["resolve"]

CONTROLS = {
    "initial_time": "INITIAL TIME",
    "final_time": "FINAL TIME",
    "time_step": "TIME STEP",
}


def resolve(model: syntax.ModelText) -> Equations:
    """Turn a model as read into the intermediate form.

    Parameters
    ----------
    model : syntax.ModelText
        What `xhsim.engine.reading` gives.

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


class _Resolver:
    def __init__(self, model: syntax.ModelText) -> None:
        self.book = Book(model)
        self.expressions = Expressions(self.book)

    def equations(self) -> Equations:
        for key, name in CONTROLS.items():
            if key not in self.book.elements:
                raise ModelError(f"{name} is not defined", file=self.book.model.path)
        for key, element in self.book.elements.items():
            self.book.variables[key] = self._variable(key, element)
        for key, element in self.book.elements.items():
            self.book.definitions[key] = self._definition(key, element)
        used = {d.canonical: d for dims in self.book.dimensions.values() for d in dims}
        return Equations(
            path=self.book.model.path,
            variables=self.book.variables,
            definitions=self.book.definitions,
            dimensions=used,
            delays=tuple(self.book.delays),
            structural=frozenset(self.book.structural),
        )

    # --- variables -----------------------------------------------------------------------

    def _variable(self, key: str, element: syntax.Element) -> Variable:
        dimensions = self.book.dimensions[key]
        text = "; ".join(_component_text(component) for component in element.components)
        return Variable(
            key=key,
            name=element.name,
            canonical=self.book.canonicals[key],
            identifier=self.book.identifier(element.name),
            kind=self._kind(element),
            dimensions=tuple(dimension.canonical for dimension in dimensions),
            shape=tuple(len(dimension.elements) for dimension in dimensions),
            unit=element.unit,
            documentation=element.documentation,
            group=element.group,
            text=text,
            line=element.components[0].line,
        )

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

    # --- definitions ---------------------------------------------------------------------

    def _definition(self, key: str, element: syntax.Element) -> Rule | Stock | Lookup:
        if key in self.book.lookups:
            return self._lookup(key, element)
        flow: list[Part] = []
        initial: list[Part] = []
        rule: list[Part] = []
        for component in element.components:
            for region in self.book.subscripts.regions(
                element, component, self.book.dimensions[key]
            ):
                scope = Scope(element, component, {axis.name: axis for axis in region.axes})
                expression = component.expression
                if isinstance(expression, syntax.Call) and expression.function == "integ":
                    flow.append(self._part(expression.arguments[0], region, scope))
                    initial.append(self._part(expression.arguments[1], region, scope))
                else:
                    rule.append(self._part(expression, region, scope))
        if flow and rule:
            raise self.book.error(
                f'"{element.name}" is a stock in one equation and not in another',
                element.components[0],
                "define every element of a stock with INTEG",
            )
        self._check_cover(key, element, flow or rule)
        return Stock(tuple(flow), tuple(initial)) if flow else Rule(tuple(rule))

    def _check_cover(self, key: str, element: syntax.Element, parts: list[Part]) -> None:
        """Every element of the variable's dimensions must be defined."""
        shape = self.book.variables[key].shape
        filled = [place for part in parts for place in positions_of(part.region, shape)]
        if len(set(filled)) != len(filled):
            raise self.book.error(
                f'some element of "{element.name}" is defined more than once',
                element.components[-1],
                "define each element once",
            )
        wanted = math.prod(shape)
        if len(filled) != wanted:
            raise self.book.error(
                f'"{element.name}" is defined for {len(filled)} of its {wanted} elements',
                element.components[-1],
                "define each element once",
            )

    def _part(self, node: syntax.Node, region: Region, scope: Scope) -> Part:
        if isinstance(node, syntax.NumberArray):
            return Part(region.axes, region.indices, self._numbers(node, region.axes, scope))
        return Part(region.axes, region.indices, self.expressions.resolve(node, scope))

    def _numbers(
        self, node: syntax.NumberArray, axes: tuple[Axis, ...], scope: Scope
    ) -> Expression:
        wanted = math.prod(len(axis.elements) for axis in axes)
        if len(node.values) != wanted:
            raise self.book.error(
                f'"{scope.element.name}" needs {wanted} numbers, one for each element, '
                f"but {len(node.values)} are given",
                scope.component,
            )
        if not axes:
            return Constant(node.values[0])
        return ConstantArray(node.values, tuple(axis.name for axis in axes))

    def _lookup(self, key: str, element: syntax.Element) -> Lookup:
        shape = self.book.variables[key].shape
        tables: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {}
        for component in element.components:
            table = component.expression
            if not isinstance(table, syntax.Table):
                raise self.book.error(
                    f'the lookup "{element.name}" is not a list of points', component
                )
            self.book.check_table(element, component, table)
            for region in self.book.subscripts.regions(
                element, component, self.book.dimensions[key]
            ):
                for position in positions_of(region.indices, shape):
                    tables[position] = (table.x, table.y)
        if len(tables) != math.prod(shape):
            raise self.book.error(
                f'"{element.name}" is defined for {len(tables)} of its {math.prod(shape)} elements',
                element.components[-1],
                "define each element once",
            )
        return Lookup(tuple(tables[position] for position in range(len(tables))))


def _component_text(component: syntax.Component) -> str:
    if not component.subscripts:
        return component.text
    return f"[{','.join(component.subscripts)}] = {component.text}"

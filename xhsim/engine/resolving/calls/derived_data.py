"""Data computed from other data: they have values at the times of these data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from xhsim.engine.equations import (
    DATA_TIME,
    TIME,
    Apply,
    Axis,
    ConstantNumber,
    Expression,
    Index,
    Interpolate,
    Lookup,
    Rule,
)
from xhsim.engine.language import syntax
from xhsim.engine.resolving.resolver import Resolver
from xhsim.engine.resolving.scope import Scope

__all__ = ["read_derived", "source_of"]

Source = tuple[str, tuple[Index, ...]]
NOT_AVAILABLE = ConstantNumber(syntax.NOT_AVAILABLE)


def read_derived(expressions: Resolver, component: syntax.Component, scope: Scope) -> Expression:
    """Resolve an equation such as ``y :RAW: := x``, whose keyword says what holds between points.

    Parameters
    ----------
    expressions : Resolver
        Resolves the equation. Copies of the tables of data are added to its draft.
    component : syntax.Component
    scope : Scope

    Returns
    -------
    Expression
    """
    node, keyword = component.expression, component.keyword
    value = expressions.resolve(node, scope)
    if not keyword or keyword == "interpolate":
        return value
    sources: list[Source] = []
    for name in _names(node):
        source = source_of(expressions, name, scope)
        if source is not None:
            sources.append(source)
        elif not _is_constant(expressions, name, scope):
            return value  # what is not data has a value at all times
    if keyword != "raw" and len(sources) == 1 and isinstance(node, syntax.Name):
        return _read(expressions, sources[0], keyword, scope)
    if keyword != "raw" or not sources:
        return value
    known = [
        Apply("not_equal", (_read(expressions, source, "raw", scope), NOT_AVAILABLE))
        for source in sources
    ]
    any_known = reduce(lambda left, right: Apply("or", (left, right)), known)
    return Apply("if_then_else", (any_known, value, NOT_AVAILABLE))


def source_of(expressions: Resolver, name: syntax.Name, scope: Scope) -> Source | None:
    """Return the data variable with points that a name stands for, and the elements, or None.

    A name may stand for it as the input of a macro, or by an equation ``y := x``.
    """
    draft = expressions.draft
    if name.name in scope.given:
        node, outer = scope.given[name.name]
        return source_of(expressions, node, outer) if isinstance(node, syntax.Name) else None
    if name.name in scope.local:
        same = _same(draft.macros[scope.macros[-1]].elements, name)
        return source_of(expressions, same, scope) if same else None
    element = draft.elements.get(name.name)
    if element is None:
        return None
    same = _same((element,), name)
    if same is not None:
        return source_of(expressions, same, scope)
    definition = draft.definitions.get(name.name)
    is_data = all(component.kind == "data" for component in element.components)
    if not is_data or not isinstance(definition, Rule) or len(definition.parts) != 1:
        return None
    has_points = isinstance(definition.parts[0].expression, Interpolate)
    return (name.name, expressions.indices(name, scope)) if has_points else None


def _same(elements: tuple[syntax.Element, ...], name: syntax.Name) -> syntax.Name | None:
    """Return the other name in an equation that only gives a variable a second name."""
    for element in elements:
        component = element.components[0]
        other = component.expression
        if (
            syntax.match_key(element.name) == name.name
            and len(element.components) == 1
            and not component.exceptions
            and isinstance(other, syntax.Name)
            and other.name != name.name
            and tuple(map(syntax.match_key, other.subscripts))
            == tuple(map(syntax.match_key, component.subscripts))
        ):
            return syntax.Name(other.name, name.subscripts)
    return None


def _names(node: syntax.Node) -> Iterator[syntax.Name]:
    if isinstance(node, syntax.Name):
        yield node
    elif isinstance(node, syntax.Call):
        for argument in node.arguments:
            yield from _names(argument)


def _is_constant(expressions: Resolver, name: syntax.Name, scope: Scope) -> bool:
    if name.name == TIME:
        return True
    variable = expressions.draft.variables.get(name.name)
    return variable is not None and variable.kind == "constant" and name.name not in scope.local


def _read(expressions: Resolver, source: Source, kind: syntax.Between, scope: Scope) -> Expression:
    """Read the points of data in another way."""
    draft = expressions.draft
    draft.has_missing = True
    key, indices = source
    if (key, kind) not in draft.table_copies:
        definition = draft.definitions[key]
        assert isinstance(definition, Rule)
        value = definition.parts[0].expression
        assert isinstance(value, Interpolate)
        table = draft.definitions[value.lookup]
        assert isinstance(table, Lookup)
        axes = tuple(Axis(d.canonical, d.elements) for d in draft.dimensions[key])
        copy = draft.hidden(scope, "table", axes, Lookup(table.tables, kind))
        draft.table_copies[key, kind] = copy.variable
    return Interpolate(draft.table_copies[key, kind], indices, DATA_TIME)

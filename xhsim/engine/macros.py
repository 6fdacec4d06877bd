"""Macros: a call is replaced by the macro's variables, made anew for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xhsim.engine import syntax
from xhsim.engine.book import axes_of, whole
from xhsim.engine.equations import (
    Axis,
    Definition,
    Expression,
    Lookup,
    Part,
    Reference,
    Rule,
    Stock,
)
from xhsim.engine.functions import display_name

if TYPE_CHECKING:
    from xhsim.engine.expressions import Expressions, Scope

__all__ = ["expand"]

DEEPEST = 50  # macros within macros


def expand(
    expressions: Expressions, macro: syntax.Macro, node: syntax.Call, scope: Scope
) -> Expression:
    """Resolve a call of a macro.

    Parameters
    ----------
    expressions : Expressions
    macro : syntax.Macro
    node : syntax.Call
        Its arguments are the macro's inputs. Where they vary along axes, so do the variables.
    scope : Scope

    Returns
    -------
    Expression
        The macro's main output.

    Raises
    ------
    ModelError
        If the number of arguments is wrong, macros call each other without end, or a variable of
        the macro has subscripts.
    """
    book = expressions.book
    shown = display_name(macro.name)
    if macro.outputs and len(node.arguments) == len(macro.inputs) + len(macro.outputs):
        raise book.error(
            f'the macro {shown} in "{scope.element.name}" is asked for several outputs, which is '
            "not supported",
            scope.component,
            "call it once for its main output, and write the equations of the others out",
        )
    if len(node.arguments) != len(macro.inputs):
        raise book.error(
            f'the macro {shown} in "{scope.element.name}" has {len(node.arguments)} arguments; it '
            f"takes {len(macro.inputs)}",
            scope.component,
        )
    if scope.macros > DEEPEST:
        raise book.error(
            f'the macro {shown} in "{scope.element.name}" calls itself', scope.component
        )
    given = [expressions.resolve(argument, scope) for argument in node.arguments]
    axes = axes_of(given, scope.every_axis)
    local: dict[str, Reference] = {}
    for name, value in zip(macro.inputs, given, strict=True):
        rule = Rule((Part(axes, whole(axes), value),))
        local[name] = book.hidden(scope, "macro_input", axes, rule)
    for element in macro.elements:
        # A place for now: the variables of a macro may refer to each other in any order.
        local[syntax.match_key(element.name)] = book.hidden(scope, "macro", axes, Rule(()))
    for element in macro.elements:
        key = local[syntax.match_key(element.name)].variable
        definition = _definition(expressions, element, scope, axes, local)
        book.definitions[key] = definition
        kind = {Stock: "stock", Lookup: "lookup"}.get(type(definition), "auxiliary")
        book.variables[key] = replace(book.variables[key], kind=kind)
    return local[macro.name]


def _definition(
    expressions: Expressions,
    element: syntax.Element,
    outer: Scope,
    axes: tuple[Axis, ...],
    local: dict[str, Reference],
) -> Definition:
    book = expressions.book
    component = element.components[0]
    if component.subscripts or len(element.components) > 1:
        raise book.error(
            f'"{element.name}" has subscripts, which a macro cannot have',
            component,
            "write the macro's equations out",
        )
    if isinstance(component.expression, syntax.Table):
        table = component.expression
        book.check_table(element, component, table)
        return Lookup(((table.x, table.y),), table.kind)
    scope = replace(
        outer,
        element=element,
        component=component,
        axes={axis.name: axis for axis in axes},
        reduced={},
        depth=0,
        local=local,
        owner=outer.owner or outer.element,
        macros=outer.macros + 1,
    )

    def part(node: syntax.Node) -> tuple[Part, ...]:
        return (Part(axes, whole(axes), expressions.resolve(node, scope)),)

    match component.expression:
        case syntax.Call(function="integ" | "integ_non_negative" as kind, arguments=(flow, start)):
            return Stock(part(flow), part(start), non_negative=kind != "integ")
    return Rule(part(component.expression))

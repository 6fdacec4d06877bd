"""Expanding macros: each call gets its own copy of the macro's variables."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from xhsim.engine.axes import axes_of, whole
from xhsim.engine.equations import (
    Along,
    ConstantNumber,
    Definition,
    Expression,
    Lookup,
    Part,
    Rule,
    Stock,
    VariableReference,
    free_axes,
    kind_of,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import display_name
from xhsim.engine.resolving.calls.derived_data import read_derived
from xhsim.engine.resolving.macro_calls import inputs_and_outputs, requested_outputs
from xhsim.engine.resolving.resolver import Resolver
from xhsim.engine.resolving.scope import Scope
from xhsim.errors import ModelError

__all__ = ["expand"]

MOST_SHOWN = 20  # macros in a message


def expand(
    expressions: Resolver, macro: syntax.Macro, node: syntax.Call, scope: Scope
) -> Expression:
    """Resolve a call of a macro.

    Parameters
    ----------
    expressions : Resolver
    macro : syntax.Macro
    node : syntax.Call
        Its arguments are the macro's inputs. The variables have the axes of these arguments.
    scope : Scope

    Returns
    -------
    Expression
        The macro's main output.

    Raises
    ------
    ModelError
        If the number of arguments is wrong, a macro calls itself, or a variable of the macro has
        subscripts.
    """
    draft = expressions.draft
    shown = display_name(macro.name)
    inputs, outputs = inputs_and_outputs(macro, node)
    if len(inputs) != len(macro.inputs):
        extra = f", and {len(macro.outputs)} outputs after a colon" if macro.outputs else ""
        raise draft.error(
            f'the macro {shown} in "{scope.element.name}" has {len(node.arguments)} arguments; it '
            f"takes {len(macro.inputs)}{extra}",
            scope.component,
        )
    if macro.name in scope.macros:
        chain = " -> ".join(map(display_name, (*scope.macros, macro.name)[:MOST_SHOWN]))
        raise draft.error(
            f"the macro {shown} calls itself ({chain}), so that it has no end",
            scope.component,
            "macros are expanded, not run: write a stock for what goes on over time",
        )
    tables = [expressions.read_given_lookup(one, ConstantNumber(0.0), scope) for one in inputs]
    given = [
        table or expressions.resolve(argument, scope)
        for table, argument in zip(tables, inputs, strict=True)
    ]
    axes = axes_of(given, scope.every_axis)
    local: dict[str, VariableReference] = {}
    written = {name: (node, scope) for name, node in zip(macro.inputs, inputs, strict=True)}
    for name, value, table in zip(macro.inputs, given, tables, strict=True):
        if table is None:  # a lookup is read where the macro calls it
            rule = Rule((Part(axes, whole(axes), value),))
            local[name] = draft.hidden(scope, "macro_input", axes, rule)
    for element in (*macro.elements, *requested_outputs(draft.macros, macro.elements)):
        # The definitions follow below: variables of a macro may refer to each other in any order.
        name = syntax.match_key(element.name)
        if name in local:
            raise draft.error(f'"{element.name}" is defined twice', element.components[0])
        local[name] = draft.hidden(scope, "macro", axes, Rule(()))
    # Lookups come first: whether a name in brackets is one must be known before it is used.
    for element in sorted(macro.elements, key=lambda element: not _is_table(element)):
        key = local[syntax.match_key(element.name)].variable
        inside = replace(
            scope,
            axes={axis.name: axis for axis in axes},
            reduced={},
            depth=0,
            owner=scope.owner or scope.element,
            local=local,
            macros=(*scope.macros, macro.name),
            given=written,
            previous=None,
            expanded={},
        )
        definition = _definition(expressions, element, inside)
        draft.definitions[key] = definition
        variable = structs.replace(draft.variables[key], kind=kind_of(definition))
        draft.variables[key] = variable
    for name in (macro.name, *macro.outputs):
        if name not in local:
            raise ModelError(
                f'the macro {shown} has no equation for its output "{name.replace("_", " ")}"',
                file=draft.model.path,
                line=macro.line or None,
            )
    for output, wanted in zip(macro.outputs, outputs, strict=False):
        _assign_output(expressions, wanted, local[output], scope, shown)
    return local[macro.name]


def _assign_output(
    expressions: Resolver,
    wanted: syntax.Node,
    value: VariableReference,
    scope: Scope,
    shown: str,
) -> None:
    """Define the variable that a call names after ``:`` as the macro's output."""
    draft = expressions.draft
    if not isinstance(wanted, syntax.Name):
        raise draft.error(
            f'the macro {shown} in "{scope.element.name}" needs the name of a variable for each '
            "output",
            scope.component,
            "write names of new variables, not values, after the colon",
        )
    if wanted.name in scope.local:  # the call is inside a macro
        place = scope.local[wanted.name]
        part = Part(tuple(scope.axes.values()), place.indices, value)
        draft.definitions[place.variable] = Rule((part,))
        return
    indices = expressions.indices(wanted, scope)
    along = {index.axis for index in indices if isinstance(index, Along)}
    if not free_axes(value) <= along:
        raise draft.error(
            f'"{wanted.name.replace("_", " ")}", an output of {shown} in "{scope.element.name}", '
            "needs the subscripts of the macro's inputs",
            scope.component,
        )
    axes = tuple(axis for name, axis in scope.every_axis.items() if name in along)
    draft.outputs[wanted.name].append(Part(axes, indices, value))


def _definition(expressions: Resolver, element: syntax.Element, inside: Scope) -> Definition:
    draft = expressions.draft
    component = element.components[0]
    if component.subscripts or len(element.components) > 1:
        raise draft.error(
            f'"{element.name}" has subscripts, which a macro cannot have',
            component,
            "write the macro's equations out",
        )
    table = component.expression
    if isinstance(table, syntax.Table):
        draft.check_table(element, component, table)
        return Lookup(((table.x, table.y),), table.kind)
    scope = replace(inside, element=element, component=component, expanded={})
    axes = tuple(scope.axes.values())

    def part(node: syntax.Node) -> tuple[Part, ...]:
        return (Part(axes, whole(axes), expressions.resolve(node, scope)),)

    match component.expression:
        case syntax.Call(function="integ" | "integ_non_negative" as kind, arguments=(flow, start)):
            return Stock(part(flow), part(start), non_negative=kind != "integ")
    if component.keyword:
        return Rule((Part(axes, whole(axes), read_derived(expressions, component, scope)),))
    return Rule(part(component.expression))


def _is_table(element: syntax.Element) -> bool:
    return isinstance(element.components[0].expression, syntax.Table)

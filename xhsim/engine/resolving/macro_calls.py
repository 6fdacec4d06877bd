"""Inputs and outputs of calls of macros, found before resolving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from xhsim.engine.language import syntax
from xhsim.engine.language.functions import display_name

__all__ = ["inputs_and_outputs", "requested_outputs"]

OUTPUT = syntax.Call("output_of_macro", ())  # in place of the equation of such a variable


def requested_outputs(
    macros: Mapping[str, syntax.Macro], elements: Iterable[syntax.Element]
) -> tuple[syntax.Element, ...]:
    """Return the variables that calls of macros define, because they name them after ``:``.

    Parameters
    ----------
    macros : mapping of str to syntax.Macro
        Macros by name.
    elements : iterable of syntax.Element
        Variables whose equations may contain calls.

    Returns
    -------
    tuple of syntax.Element
        They have no equations. `expand` finds their values.

    Examples
    --------
    >>> from xhsim.engine.language.syntax import Call, Component, Element, Macro, Name
    >>> call = Call("split", (Name("all"), Name("rest")))
    >>> half = Component((), (), call, "equation", "SPLIT(all : rest)", 7)
    >>> total = Element("half", "", "", (None, None), "", (half,))
    >>> [e.name for e in requested_outputs({"split": Macro("split", ("x",), ("y",), ())}, [total])]
    ['rest']
    """
    found: dict[str, list[syntax.Component]] = {}
    for element in elements:
        for component in element.components:
            # A call may occur twice in an equation, because a smooth starts from its input.
            for call in dict.fromkeys(_calls(component.expression, macros)):
                for name in inputs_and_outputs(macros[call.function], call)[1]:
                    if isinstance(name, syntax.Name):
                        text = f"an output of {display_name(call.function)} in {element.name}"
                        part = structs.replace(
                            component,
                            subscripts=name.subscripts,
                            exceptions=(),
                            expression=OUTPUT,
                            text=text,
                        )
                        found.setdefault(name.name, []).append(part)
    return tuple(
        syntax.Element(key.replace("_", " "), "", "", (None, None), "", tuple(components))
        for key, components in found.items()
    )


def _calls(node: syntax.Node, macros: Mapping[str, syntax.Macro]) -> Iterator[syntax.Call]:
    if isinstance(node, syntax.Call):
        if node.function in macros:
            yield node
        for argument in node.arguments:
            yield from _calls(argument, macros)


def inputs_and_outputs(
    macro: syntax.Macro, node: syntax.Call
) -> tuple[tuple[syntax.Node, ...], tuple[syntax.Node, ...]]:
    """Return the inputs of a call and the names of its extra outputs, if it has any."""
    inputs, outputs = len(macro.inputs), len(macro.outputs)
    has_outputs = len(node.arguments) == inputs + outputs
    return (
        (node.arguments[:inputs], node.arguments[inputs:]) if has_outputs else (node.arguments, ())
    )

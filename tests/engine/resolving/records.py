"""Models as syntax records, for tests of resolving that need no file."""

from __future__ import annotations

from xhsim.engine.equations import Variable
from xhsim.engine.language.syntax import (
    Call,
    Component,
    Element,
    Macro,
    ModelText,
    Name,
    Node,
    Number,
    Range,
)
from xhsim.engine.resolving.draft import Draft
from xhsim.engine.resolving.expressions import Expressions
from xhsim.engine.resolving.scope import Scope

CONTROLS: dict[str, Node] = {
    "INITIAL TIME": Number(0.0),
    "FINAL TIME": Number(10.0),
    "TIME STEP": Number(0.5),
}
ZONE = Range("Zone", ("north", "south"))
X, Y = Name("x"), Name("y")


def component(expression: Node, *subscripts: str, line: int = 7) -> Component:
    return Component(subscripts, (), expression, "equation", "as written", line)


def element(name: str, *components: Component) -> Element:
    return Element(name, "", "", (None, None), "", components)


def model_text(
    *elements: Element, ranges: tuple[Range, ...] = (), macros: tuple[Macro, ...] = ()
) -> ModelText:
    """Make a model of some elements and the control variables."""
    controls = [element(name, component(value)) for name, value in CONTROLS.items()]
    return ModelText("model.mdl", ranges, (*elements, *controls), macros=macros)


def expressions_of(model: ModelText) -> Expressions:
    """Return what resolves expressions of a model, with the variables of the file in its draft."""

    draft = Draft(model)
    for key, found in draft.elements.items():
        draft.variables[key] = Variable(key, found.name, draft.canonicals[key], key, "auxiliary")
    return Expressions(draft)


def scope_of(expressions: Expressions, key: str, position: int = 0) -> Scope:
    """Return the scope of a component of a variable."""
    found = expressions.draft.elements[key]
    chosen = found.components[position]
    dimensions = expressions.draft.dimensions[key]
    (region,) = expressions.draft.subscripts.regions(found, chosen, dimensions)
    return Scope(found, chosen, {axis.name: axis for axis in region.axes})


def plus(one: Node, other: Node) -> Call:
    return Call("add", (one, other))

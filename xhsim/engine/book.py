"""The book a model is written into while it is resolved: names, variables, definitions."""

from __future__ import annotations

import keyword
import math
import re

from xhsim.engine import syntax
from xhsim.engine.equations import (
    Along,
    Axis,
    DelayCheck,
    Fixed,
    Index,
    Lookup,
    Reference,
    Rule,
    Stock,
    Variable,
)
from xhsim.engine.runtime import NAMESPACE
from xhsim.engine.subscripts import Subscripts
from xhsim.errors import ModelError

__all__ = ["TIME", "Book", "positions_of", "whole"]

TIME = "time"
DRAW = "draw"
RESERVED = {
    *("time", "clock", "time_step", "state", "change", "given", "constants", "held", "paths"),
    *NAMESPACE,
}
PLAIN_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class Book:
    """What is known of a model so far.

    Parameters
    ----------
    model : syntax.ModelText
        The model as read.

    Attributes
    ----------
    elements : dict of str to syntax.Element
        The variables of the file by key.
    dimensions : dict of str to tuple of Dimension
    lookups : set of str
    variables, definitions : dict
        What will become `Equations`; the engine's own hidden variables are among them.
    delays : list of DelayCheck
    structural : set of str
        Constants that decide how many stocks there are.
    """

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

    def _index_elements(self) -> dict[str, syntax.Element]:
        index: dict[str, syntax.Element] = {}
        for element in self.model.elements:
            for component in element.components:
                self._refuse_kind(element, component)
            if syntax.match_key(element.name) == TIME:
                raise self.error("Time cannot be defined", element.components[0], "rename it")
            covered: set[tuple[str, ...]] = set()
            for component in element.components:
                subscripts = tuple(syntax.match_key(name) for name in component.subscripts)
                if subscripts in covered and not component.exceptions:
                    raise self.error(
                        f'"{element.name}" is defined twice', component, "remove one of the two"
                    )
                covered.add(subscripts)
            index[syntax.match_key(element.name)] = element
        return index

    def _refuse_kind(self, element: syntax.Element, component: syntax.Component) -> None:
        if component.kind == "data":
            raise self.error(
                f'"{element.name}" is a data variable, which is not supported',
                component,
                "make it a lookup of Time",
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
        return {key: unique(plain[key], taken) for key in order}

    def identifier(self, name: str) -> str:
        """Return a name for emitted code: letters of the file are used only where harmless."""
        plain = syntax.canonical(name)
        if not PLAIN_IDENTIFIER.fullmatch(plain) or keyword.iskeyword(plain):
            plain = "variable"
        return unique(plain, self.identifiers)

    def hidden(
        self,
        element: syntax.Element,
        line: int,
        role: str,
        axes: tuple[Axis, ...],
        definition: Rule | Stock,
    ) -> Reference:
        """Add a variable of the engine's own along `axes` and return a reference to it."""
        owner = self.variables[syntax.match_key(element.name)]
        # No name of a file has a blank in its key.
        number = sum(key.startswith(f"{owner.key} ") for key in self.variables) + 1
        key = f"{owner.key} {role} {number}"
        self.variables[key] = Variable(
            key=key,
            name=f"{role} in {owner.name}",
            canonical=key,
            identifier=unique(f"{owner.identifier}_{role}", self.identifiers),
            kind="stock" if isinstance(definition, Stock) else "auxiliary",
            dimensions=tuple(axis.name for axis in axes),
            shape=tuple(len(axis.elements) for axis in axes),
            line=line,
            hidden=True,
        )
        self.definitions[key] = definition
        return Reference(key, whole(axes))

    def check_table(
        self, element: syntax.Element, component: syntax.Component, table: syntax.Table
    ) -> None:
        """Refuse a table that has a point twice, or one that is not finite."""
        if len(set(table.x)) != len(table.x):
            raise self.error(f'the lookup in "{element.name}" has one x value twice', component)
        if not all(map(math.isfinite, (*table.x, *table.y))):
            raise self.error(f'the lookup in "{element.name}" has a point not finite', component)

    def error(
        self, message: str, component: syntax.Component, hint: str | None = None
    ) -> ModelError:
        """Return an error that names the file and the line of a component."""
        return ModelError(message, file=self.model.path, line=component.line or None, hint=hint)


def unique(wanted: str, taken: set[str]) -> str:
    """Return a name that is not taken yet, and take it."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    taken.add(name)
    return name


def whole(axes: tuple[Axis, ...]) -> tuple[Index, ...]:
    """Return the indices that select everything along each of the axes."""
    return tuple(Along(axis.name, tuple(range(len(axis.elements)))) for axis in axes)


def positions_of(indices: tuple[Index, ...], shape: tuple[int, ...]) -> list[int]:
    """Return the flat positions (C order) of a region in an array of `shape`."""
    flat = [0]
    for index, size in zip(indices, shape, strict=True):
        steps = (index.position,) if isinstance(index, Fixed) else index.positions
        flat = [position * size + step for position in flat for step in steps]
    return flat

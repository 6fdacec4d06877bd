"""A model during resolving: its names, and the variables and definitions found so far."""

from __future__ import annotations

import keyword
import math
import re
from collections import Counter
from collections.abc import Iterable

from xhsim.engine import limits
from xhsim.engine.axes import whole
from xhsim.engine.compiling.numpy_runtime import NAMESPACE
from xhsim.engine.containers.descriptions import contents_key
from xhsim.engine.equations import (
    TIME,
    Axis,
    Definition,
    Part,
    Variable,
    VariableReference,
    kind_of,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.known_values import known_value
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.resolving.macro_calls import requested_outputs
from xhsim.engine.resolving.scope import Scope, Shift
from xhsim.engine.resolving.subscripts import Subscripts
from xhsim.errors import ModelError

__all__ = ["Draft", "Names"]

DRAW = "draw"
RESERVED = {
    *("time", "clock", "time_step", "state", "change", "given", "constants", "held", "paths"),
    "noise",
    *NAMESPACE,
}
PLAIN_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class Draft:
    """A model during resolving.

    Parameters
    ----------
    model : syntax.ModelText
        The syntax records of the model.

    Attributes
    ----------
    elements : dict of str to syntax.Element
        The variables of the file, by key.
    dimensions : dict of str to tuple of Dimension
    lookups : set of str
    variables, definitions : dict
        The future content of `Equations`, including the hidden variables of the engine.
    outputs : dict of str to list of Part
        The variables that calls of macros define, with their parts found so far.
    structural : set of str
        Constants that determine the number of stocks.
    at_start : dict of str to float or None
        The values of variables at the start, found for orders of delays. None: only a run can tell.
    """

    def __init__(self, model: syntax.ModelText) -> None:
        self.model = model
        self.subscripts = Subscripts(model)
        self.macros = {macro.name: macro for macro in model.macros}
        requested = requested_outputs(self.macros, model.elements)
        self.outputs: dict[str, list[Part]] = {syntax.match_key(e.name): [] for e in requested}
        self.elements = self._index_elements((*model.elements, *requested))
        self.dimensions = {
            key: self.subscripts.dimensions_of(element) for key, element in self.elements.items()
        }
        self.lookups = {
            key for key, element in self.elements.items() if element.components[0].kind == "lookup"
        }
        self.identifiers = Names(RESERVED)
        self.canonicals = self._canonical_names()
        self.variables: dict[str, Variable] = {}
        self.definitions: dict[str, Definition] = {}
        self.structural: set[str] = set()
        self.random_streams = 0
        self.simultaneous: dict[str, tuple[Part, ...]] = {}  # initial values of solved circles
        self.zeros: dict[str, str] = {}  # for a FIND ZERO: the variable that is to become zero
        self.shifts: list[tuple[Shift, syntax.Component]] = []
        self.table_copies: dict[tuple[str, str], str] = {}  # lookups read in another way
        self.has_missing = False  # whether the model uses :NA: or data with gaps
        self.without_values: set[str] = set()  # data variables
        self.unfinished: set[str] = set()  # variables whose equation is A FUNCTION OF others
        self.at_start: dict[str, float | None] = {}
        self._sought: set[tuple[int, str]] = set()  # variables of macros whose start is sought
        self._hidden: Counter[str] = Counter()  # the number of hidden variables of each variable
        self._names = 0  # hidden variables
        self._size = 0  # elements of all variables
        for key, element in self.elements.items():
            sizes = (len(dimension.elements) for dimension in self.dimensions[key])
            self._add(math.prod(sizes), element.components[0])

    def _index_elements(self, elements: Iterable[syntax.Element]) -> dict[str, syntax.Element]:
        index: dict[str, syntax.Element] = {}
        for element in elements:
            key = syntax.match_key(element.name)
            if key == TIME:
                raise self.error("Time cannot be defined", element.components[0], "rename it")
            if key in index:
                raise self.error(
                    f'"{element.name}" has an equation and is {element.components[0].text}',
                    element.components[0],
                    "remove the equation, or give the output another name",
                )
            covered: dict[tuple[str, ...], syntax.Component] = {}
            for component in element.components:
                subscripts = tuple(syntax.match_key(name) for name in component.subscripts)
                if subscripts in covered and not component.exceptions:
                    raise self._defined_twice(element, covered[subscripts], component)
                covered[subscripts] = component
            index[key] = element
        return index

    def _defined_twice(
        self, element: syntax.Element, first: syntax.Component, second: syntax.Component
    ) -> ModelError:
        texts = [shorten(component.text, 30) or "nothing" for component in (first, second)]
        where = f" on line {first.line}" if first.line else ""
        return self.error(
            f'"{element.name}" is defined twice: as `{texts[0]}`{where}, and as `{texts[1]}`',
            second,
            "delete the equation that does not hold, or give one of the two another name",
        )

    def _canonical_names(self) -> dict[str, str]:
        """Give every variable a unique name in results.

        Variables whose names in the file are canonical come first. They keep these names, so that
        a name means the same in the file and in results.
        """
        taken = Names({TIME, DRAW, *(d.canonical for d in self.subscripts.ranges.values())})
        plain = {
            key: syntax.canonical(element.name) or "variable"
            for key, element in self.elements.items()
        }
        order = sorted(plain, key=lambda key: plain[key] != key)
        return {key: taken.new(plain[key]) for key in order}

    def identifier(self, name: str) -> str:
        """Return a name for emitted code. It contains letters of the file only if harmless."""
        plain = syntax.canonical(name)
        if not PLAIN_IDENTIFIER.fullmatch(plain) or keyword.iskeyword(plain):
            plain = "variable"
        return self.identifiers.new(plain)

    def hidden(
        self,
        scope: Scope,
        role: str,
        axes: tuple[Axis, ...],
        definition: Definition,
    ) -> VariableReference:
        """Add a hidden variable along `axes` and return a reference to it."""
        owner = self.variables[syntax.match_key((scope.owner or scope.element).name)]
        self._count(axes, owner, scope.component)
        # Keys of names in a file contain no blank, so that this key is unique.
        self._hidden[owner.key] += 1
        number = self._hidden[owner.key]
        key = f"{owner.key} {role} {number}"
        self.variables[key] = Variable(
            key=key,
            name=f"{role} in {owner.name}",
            canonical=key,
            identifier=self.identifiers.new(f"{owner.identifier}_{role}"),
            kind=kind_of(definition),
            dimensions=tuple(axis.name for axis in axes),
            shape=tuple(len(axis.elements) for axis in axes),
            line=scope.component.line,
            hidden=True,
        )
        self.definitions[key] = definition
        return VariableReference(key, whole(axes))

    def contents(self, stock: str, size: int, component: syntax.Component) -> str:
        """Add the hidden variable that is what a conveyor or a queue contains; return its key.

        Its last axis has a place for each of `size` numbers.
        """
        owner, key = self.variables[stock], contents_key(stock)
        self._count((Axis("", ("",) * (size * math.prod(owner.shape))),), owner, component)
        self.variables[key] = Variable(
            key=key,
            name=f"contents of {owner.name}",
            canonical=key,
            identifier=self.identifiers.new(f"{owner.identifier}_contents"),
            kind="auxiliary",
            dimensions=(*owner.dimensions, "number"),
            shape=(*owner.shape, size),
            line=component.line,
            hidden=True,
        )
        return key

    def _count(self, axes: tuple[Axis, ...], owner: Variable, component: syntax.Component) -> None:
        """Refuse more hidden variables than a model may have."""
        self._names += 1
        hint = limits.raise_hint(self._names, limits.HIDDEN)
        if hint:
            raise self.error(
                "the delays, smooths and macros of the model make more than "
                f'{limits.most(limits.HIDDEN):,} variables; those of "{owner.name}" exceed this '
                "limit",
                component,
                hint,
            )
        self._add(math.prod(len(axis.elements) for axis in axes), component)

    def _add(self, elements: int, component: syntax.Component) -> None:
        """Refuse more elements than all variables of a model may have together."""
        self._size += elements
        hint = limits.raise_hint(self._size, limits.TOTAL)
        if hint:
            raise self.error(
                "the variables of the model, with those of its delays and macros, have more than "
                f"{limits.most(limits.TOTAL):,} elements together, which is the limit",
                component,
                hint,
            )

    def value_at_start(self, node: syntax.Node, scope: Scope | None = None) -> float | None:
        """Return the value of an expression at the start, or None if only a run can tell it.

        Vensim and PySD, too, compute the order of a delay at the start and keep it. The constants
        that determine the value become structural. The scope is that of a macro, if any.
        """
        return known_value(node, lambda other: self._started(other, scope))

    def values_at_start(self, node: syntax.Node, scope: Scope | None = None) -> tuple[float, ...]:
        """Return all values of a constant with subscripts, or of its whole part, or nothing."""
        match node:
            case syntax.Call(function="integer", arguments=(inner,)):
                return tuple(map(float, map(math.trunc, self.values_at_start(inner, scope))))
            case syntax.Name(name=name) if scope and name in scope.given:
                return self.values_at_start(*scope.given[name])
            case syntax.Name(name=name) if name in self.elements:
                values: list[float] = []
                for component in self.elements[name].components:
                    match component.expression:
                        case syntax.Number(value=value):
                            values.append(value)
                        case syntax.NumberArray(values=several):
                            values += several
                        case _:
                            return ()
                self.structural.add(name)
                return tuple(values)
        return ()

    def _started(self, node: syntax.Node, scope: Scope | None) -> float | None:
        match node:
            case syntax.Name(name=name) if scope and name in scope.given:
                return self.value_at_start(*scope.given[name])
            case syntax.Name(name=name) if scope and name in scope.local:
                return self._started_in_macro(name, scope)
            case syntax.Name(name=name) if scope and scope.macros and name.endswith("$"):
                return self.value_at_start(syntax.Name(name[:-1], node.subscripts))
            case syntax.Name(name=name) if name == TIME and "initial_time" in self.elements:
                return self.value_at_start(syntax.Name("initial_time"))
            case syntax.Name(name=name) if name in self.elements:
                if name not in self.at_start:
                    self.at_start[name] = None  # a variable in a circle has no value
                    self.at_start[name] = self._start_of_variable(name)
                return self.at_start[name]
            case syntax.Call(function="initial", arguments=(start,)):
                return self.value_at_start(start, scope)
            case syntax.Call(function="integ", arguments=(_, start)):
                return self.value_at_start(start, scope)
            case syntax.Call(function="step", arguments=(height, date)):
                now, step = (self.value_at_start(syntax.Name(key)) for key in (TIME, "time_step"))
                since, level = (self.value_at_start(item, scope) for item in (date, height))
                if now is None or step is None or since is None or level is None:
                    return None
                return level if now + 0.5 * step > since else 0.0
        return None

    def _start_of_variable(self, name: str) -> float | None:
        """Return the value of a variable, if all its elements have the same."""
        values: set[float | None] = set()
        for component in self.elements[name].components:
            match component.expression:
                case syntax.NumberArray(values=numbers):
                    values.update(numbers)
                    self.structural.add(name)
                case syntax.Number() | syntax.Call("game", (syntax.Number(),)):
                    values.add(self.value_at_start(component.expression))
                    self.structural.add(name)
                case expression:
                    values.add(self.value_at_start(expression))
        return values.pop() if len(values) == 1 else None

    def _started_in_macro(self, name: str, scope: Scope) -> float | None:
        found = [
            element.components[0].expression
            for element in self.macros[scope.macros[-1]].elements
            if syntax.match_key(element.name) == name
        ]
        place = (id(scope.local), name)
        if not found or place in self._sought:
            return None
        self._sought.add(place)
        value = self.value_at_start(found[0], scope)
        self._sought.remove(place)
        return value

    def check_table(
        self,
        element: syntax.Element,
        component: syntax.Component,
        table: syntax.Table | syntax.Tables,
    ) -> None:
        """Refuse a table with a value that is not finite."""
        numbers = table.x if isinstance(table, syntax.Tables) else (*table.x, *table.y)
        if not all(map(math.isfinite, numbers)):
            raise self.error(
                f'the lookup in "{element.name}" has a point that is not finite', component
            )

    def error(
        self, message: str, component: syntax.Component, hint: str | None = None
    ) -> ModelError:
        """Return an error that names the file and the line of a component."""
        return ModelError(message, file=self.model.path, line=component.line or None, hint=hint)


class Names:
    """Names that are taken. Each new one gets a number if need be.

    Examples
    --------
    >>> names = Names({"time"})
    >>> names.new("time"), names.new("x"), names.new("time")
    ('time_2', 'x', 'time_3')
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}  # where the search for a free number goes on

    def new(self, wanted: str) -> str:
        """Return a name that is not taken, and take it."""
        name, number = wanted, self._numbers.get(wanted, 1)
        if number > 1:
            name = f"{wanted}_{number}"
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._numbers[wanted] = number
        self._taken.add(name)
        return name

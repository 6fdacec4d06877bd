"""Circles that a SIMULTANEOUS or a FIND ZERO marks: solved at each step in hidden variables.

Each round is a hidden copy of the equations in the circle. Every second round is followed by a
step of Aitken's method, which finds the limit of a series that converges evenly. The first round
starts from the solution of the step before, or from the initial value.

A FIND ZERO takes steps of Newton's method. Its derivatives are differences between copies.
"""

from __future__ import annotations

import math

from msgspec.structs import replace

from xhsim.engine.equations import (
    Along,
    Apply,
    Axis,
    ConstantArray,
    ConstantNumber,
    Definition,
    Discrete,
    Expression,
    Fixed,
    Interpolate,
    Part,
    Random,
    Reduce,
    Rule,
    VariableReference,
    Vector,
)
from xhsim.engine.resolving.draft import Draft
from xhsim.errors import ModelError

__all__ = ["MOST_UNKNOWNS", "solve_circles"]

ROUNDS = 6  # of two evaluations and a step of Aitken's method
STEPS = 8  # of Newton's method
MOST_COPIES = 2_000_000  # of equations, if a circle had all of them
MOST_UNKNOWNS = 30  # of a FIND ZERO; each step has a copy of the circle for each


def solve_circles(draft: Draft) -> None:
    """Replace the circles through variables whose equation is a SIMULTANEOUS.

    Parameters
    ----------
    draft : Draft
        With the initial values of these variables in ``draft.simultaneous``. A circle without such
        a variable stays, and is refused later.

    Raises
    ------
    ModelError
        If what a FIND ZERO is to make zero does not depend on its variable.
    """
    import networkx as nx  # few models need it

    unknowns = [math.prod(draft.variables[key].shape) + 1 for key in draft.zeros]
    copies = STEPS * sum(unknowns) + 2 * (ROUNDS + 1) * len(draft.simultaneous)
    if copies * len(draft.definitions) > MOST_COPIES:
        raise ModelError(
            "the circles of SIMULTANEOUS and FIND ZERO would need too many copies of the equations",
            file=draft.model.path,
        )
    graph: nx.DiGraph[str] = nx.DiGraph()
    for key, definition in draft.definitions.items():
        if isinstance(definition, Rule) and not definition.held:
            graph.add_edges_from((key, used) for part in definition.parts for used in part.uses)
    for circle in list(nx.strongly_connected_components(graph)):
        marked = sorted(circle & draft.simultaneous.keys())
        rest = graph.subgraph(circle - set(marked))
        one = next(iter(circle))
        is_circle = len(circle) > 1 or graph.has_edge(one, one)
        if marked and is_circle and nx.is_directed_acyclic_graph(rest):
            order = list(reversed(list(nx.topological_sort(rest))))
            zeros = [key for key in marked if key in draft.zeros]
            if not zeros:
                _Circle(draft, marked, order).solve()
            elif len(marked) == 1 and draft.zeros[zeros[0]] in order:
                _Circle(draft, marked, order).find_zero(draft.zeros.pop(zeros[0]))
    for key in draft.zeros:
        name = draft.elements[key].name
        raise draft.error(
            f'FIND ZERO in "{name}" takes a variable that depends on "{name}", in a circle without '
            "another SIMULTANEOUS or FIND ZERO",
            draft.elements[key].components[0],
        )


class _Circle:
    def __init__(self, draft: Draft, marked: list[str], order: list[str]) -> None:
        self.draft = draft
        self.marked = marked
        self.order = order
        self.rules: dict[str, Rule] = {}
        for key in (*marked, *order):
            rule = draft.definitions[key]
            assert isinstance(rule, Rule)
            self.rules[key] = rule

    def solve(self) -> None:
        now = {key: self._last(key) for key in self.marked}
        for number in range(ROUNDS):
            once = self._round(now, f"{number} first")
            twice = self._round(once, f"{number} second")
            now = {key: self._limit(key, now, once, twice, number) for key in self.marked}
        now = self._round(now, "last but one")
        names = self._copied(now, "last")
        for key in self.marked:
            self.draft.definitions[key] = _renamed(self.rules[key], {**now, **names})

    def find_zero(self, wanted: str) -> None:
        """Take steps of Newton's method from the initial value."""
        (key,) = self.marked
        (size,) = self.draft.variables[key].shape
        x = self._add(key, "start", Rule(self.draft.simultaneous[key]))
        for number in range(STEPS):
            value = self._copied({key: x}, f"{number}")[wanted]
            moved = [self._moved(key, x, number, at) for at in range(size)]
            others = [
                self._copied({key: one}, f"{number} {at}")[wanted] for at, one in enumerate(moved)
            ]
            x = self._newton(key, x, value, moved, others, number)
        self.draft.definitions[key] = Rule(
            (Part(self._axes(key), self._indices(key), self._reference(x, key)),)
        )

    def _moved(self, key: str, x: str, number: int, at: int) -> str:
        """Return a copy of x in which one element is a little larger."""
        (axis,) = self._axes(key)
        mask = ConstantArray(
            tuple(float(place == at) for place in range(len(axis.elements))), (axis.name,)
        )
        here = self._reference(x, key)
        size = Apply("add", (ConstantNumber(1.0), Apply("abs", (here,))))
        little = Apply("multiply", (mask, Apply("multiply", (ConstantNumber(1e-6), size))))
        part = Part((axis,), self._indices(key), Apply("add", (here, little)))
        return self._add(key, f"{number} moved {at}", Rule((part,)))

    def _newton(
        self, key: str, x: str, value: str, moved: list[str], others: list[str], number: int
    ) -> str:
        (row,) = self._axes(key)
        column = Axis("column", row.elements)
        along = tuple(Along(axis.name, tuple(range(len(axis.elements)))) for axis in (row, column))
        slopes = []
        for at, (one, other) in enumerate(zip(moved, others, strict=True)):
            rise = Apply(
                "subtract", (VariableReference(other, along[:1]), self._reference(value, key))
            )
            run = Apply(
                "subtract",
                (VariableReference(one, (Fixed(at),)), VariableReference(x, (Fixed(at),))),
            )
            slopes.append(Part((row,), (along[0], Fixed(at)), Apply("divide", (rise, run))))
        matrix = self._matrix(key, f"{number} slopes", Rule(tuple(slopes)))
        inverse = self._matrix(
            key,
            f"{number} inverse",
            Rule(
                (
                    Part(
                        (row, column),
                        along,
                        Vector(
                            "invert_matrix",
                            (row.name, column.name),
                            (VariableReference(matrix, along),),
                        ),
                    ),
                )
            ),
        )
        product = Apply(
            "multiply", (VariableReference(inverse, along), VariableReference(value, along[1:]))
        )
        step = Reduce("sum", (column,), (product,))
        part = Part((row,), along[:1], Apply("subtract", (VariableReference(x, along[:1]), step)))
        return self._add(key, f"{number} next", Rule((part,)))

    def _matrix(self, key: str, role: str, rule: Rule) -> str:
        """Add a variable with a row and a column for each element."""
        name = self._add(key, role, rule)
        variable = self.draft.variables[name]
        self.draft.variables[name] = replace(
            variable,
            dimensions=variable.dimensions * 2,
            shape=variable.shape * 2,
        )
        return name

    def _last(self, key: str) -> str:
        """Make a variable that holds the solution of the step before."""
        return self._add(key, "before", Discrete((self._whole(key),), self.draft.simultaneous[key]))

    def _copied(self, now: dict[str, str], role: str) -> dict[str, str]:
        """Copy the other equations of the circle; return the names of the copies."""
        names: dict[str, str] = {}
        for key in self.order:
            names[key] = self._add(key, role, _renamed(self.rules[key], {**now, **names}))
        return names

    def _round(self, now: dict[str, str], role: str) -> dict[str, str]:
        names = self._copied(now, role)
        return {
            key: self._add(key, role, _renamed(self.rules[key], {**now, **names}))
            for key in self.marked
        }

    def _limit(
        self,
        key: str,
        zeroth: dict[str, str],
        first: dict[str, str],
        second: dict[str, str],
        number: int,
    ) -> str:
        x0, x1, x2 = (self._reference(names[key], key) for names in (zeroth, first, second))
        change = Apply("subtract", (x2, x1))
        bend = Apply("subtract", (change, Apply("subtract", (x1, x0))))
        moved = Apply("divide", (Apply("multiply", (change, change)), bend))
        limit = Apply("subtract", (x2, moved))
        found = Apply("if_then_else", (Apply("equal", (bend, ConstantNumber(0.0))), x2, limit))
        part = Part(self._axes(key), self._indices(key), found)
        return self._add(key, f"{number} limit", Rule((part,)))

    # --- variables -----------------------------------------------------------------------

    def _add(self, key: str, role: str, definition: Definition) -> str:
        draft, variable = self.draft, self.draft.variables[key]
        name = f"{key} solved {role}"  # keys of names in a file contain no blank
        draft.variables[name] = replace(
            variable,
            key=name,
            name=f"{variable.name} ({role})",
            canonical=name,
            identifier=draft.identifiers.new(f"{variable.identifier}_solved"),
            kind="auxiliary",
            hidden=True,
        )
        draft.definitions[name] = definition
        return name

    def _axes(self, key: str) -> tuple[Axis, ...]:
        # A variable may have one dimension twice, so axes are numbered.
        shape = self.draft.variables[key].shape
        return tuple(
            Axis(f"axis {number}", tuple(map(str, range(size))))
            for number, size in enumerate(shape)
        )

    def _indices(self, key: str) -> tuple[Along, ...]:
        axes = self._axes(key)
        return tuple(Along(axis.name, tuple(range(len(axis.elements)))) for axis in axes)

    def _reference(self, name: str, like: str) -> VariableReference:
        return VariableReference(name, self._indices(like))

    def _whole(self, key: str) -> Part:
        return Part(self._axes(key), self._indices(key), self._reference(key, key))


def _renamed(rule: Rule, names: dict[str, str]) -> Rule:
    """Return a rule that refers to copies of variables."""
    parts = tuple(
        replace(part, expression=_with_names(part.expression, names)) for part in rule.parts
    )
    return Rule(parts)


def _with_names(expression: Expression, names: dict[str, str]) -> Expression:
    def inside(arguments: tuple[Expression, ...]) -> tuple[Expression, ...]:
        return tuple(_with_names(argument, names) for argument in arguments)

    match expression:
        case VariableReference(variable=variable, indices=indices):
            return VariableReference(names.get(variable, variable), indices)
        case Apply() | Reduce() | Vector() | Random():
            return replace(expression, arguments=inside(expression.arguments))
        case Interpolate():
            return replace(expression, argument=_with_names(expression.argument, names))
    return expression

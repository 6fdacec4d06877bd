"""Check the units of a model: dimensional analysis of every equation.

Numbers in an equation follow two rules. Zero fits every unit. Any other number is dimensionless:
a quantity (a limit, a threshold) should have its own name and unit, and a checker that accepts
``rent + 1`` would miss the most common mistake. There is one exception. A number alone, such as
the value of a constant, a stock's initial value or an argument of STEP, has the expected unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from xhsim.engine.equations import (
    TIME,
    Apply,
    ConstantArray,
    ConstantNumber,
    Discrete,
    Equations,
    Expression,
    Interpolate,
    Lookup,
    Part,
    Random,
    Rule,
    Stock,
    Variable,
    VariableReference,
    Vector,
    walk,
)
from xhsim.engine.language.functions import FUNCTIONS, display_name
from xhsim.engine.language.unit_algebra import DIMENSIONLESS, Unit, parse_unit
from xhsim.errors import InputError

__all__ = ["UnitMismatch", "check_units"]


@dataclass(frozen=True)
class UnitMismatch:
    """A mismatch of units in an equation.

    Parameters
    ----------
    variable : str
        The variable of the equation.
    line : int
        The line of the equation in the model file.
    message : str
        The units that do not agree.
    """

    variable: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return the line, the variable and the message."""
        return f'line {self.line}: "{self.variable}": {self.message}'


def check_units(equations: Equations) -> list[UnitMismatch]:
    """Check the units of every equation of a model.

    Parameters
    ----------
    equations : Equations
        The model in the intermediate form (`Model.equations`).

    Returns
    -------
    list of UnitMismatch
        The mismatches in the order of the file. A variable without a unit is one, too.

    Examples
    --------
    >>> import xhsim
    >>> check_units(xhsim.open_study().model.equations)
    []
    """
    return _Checker(equations).mismatches()


class _Checker:
    """Infer the units of expressions. None is a unit that fits every other."""

    def __init__(self, equations: Equations) -> None:
        self.equations = equations
        self.found: list[UnitMismatch] = []
        self.units: dict[str, Unit | None] = {}
        self.owner: Variable | None = None  # None: mismatches are not recorded
        for key, variable in equations.variables.items():
            if not variable.hidden:
                self.units[key] = self._declared(variable)
        self.time = next(
            (self.units[key] for key in ("time_step", "initial_time") if self.units.get(key)), None
        )
        self.units[TIME] = self.time

    def mismatches(self) -> list[UnitMismatch]:
        for key, variable in self.equations.variables.items():
            self.unit(key)
            self.owner = variable
            self._check(key, self.equations.definitions[key])
            self.owner = None
        return sorted(dict.fromkeys(self.found), key=lambda mismatch: mismatch.line)

    def _declared(self, variable: Variable) -> Unit | None:
        if not variable.unit.strip():
            self.found.append(UnitMismatch(variable.name, variable.line, "it has no unit"))
            return None
        try:
            return parse_unit(variable.unit)
        except InputError as error:
            self.found.append(UnitMismatch(variable.name, variable.line, str(error)))
            return None

    def unit(self, key: str) -> Unit | None:
        """Return a variable's declared unit; for a hidden variable infer it from its definition."""
        if key not in self.units:
            self.units[key] = None  # while it is being inferred, against endless recursion
            owner, self.owner = self.owner, None
            self.units[key] = self._inferred(self.equations.definitions[key])
            self.owner = owner
        return self.units[key]

    def _inferred(self, definition: object) -> Unit | None:
        match definition:
            case Stock(flow=flow, initial=initial):
                rate = self._first(flow)
                known = None if rate is None or self.time is None else rate * self.time
                return self._first(initial) or known
            case Discrete(following=following, initial=initial, container=None):
                return self._first(initial) or self._first(following)
            case Rule(parts=parts):
                return self._first(parts)
        return None

    def _first(self, parts: tuple[Part, ...]) -> Unit | None:
        """Return the unit of the first part that is not just a number."""
        for part in parts:
            if not _is_number(part.expression):
                return self.of(part.expression)
        return None

    def _check(self, key: str, definition: object) -> None:
        own = self.units[key]
        match definition:
            case Stock(flow=flow, initial=initial):
                rate = None if own is None or self.time is None else own / self.time
                self._fits(flow, rate, "its flow is in")
                self._fits(initial, own, "its initial value is in")
            case Discrete(following=following, initial=initial, delay=delay, container=None):
                self._fits(following, own, "its next value is in")
                self._fits(initial, own, "its initial value is in")
                self._fits(delay, self.time, "its delay time is in")
            case Rule(parts=parts, initial=initial):
                self._fits(parts, own, "its equation is in")
                self._fits(initial, own, "its initial value is in")
            case Lookup():
                return

    def _fits(self, parts: tuple[Part, ...], wanted: Unit | None, words: str) -> None:
        for part in parts:
            if _is_number(part.expression):
                continue
            given = self.of(part.expression)
            if given is not None and wanted is not None and given != wanted:
                self.report(f"{words} {given}, not in {wanted}")

    # --- expressions ---------------------------------------------------------------------

    def of(self, expression: Expression) -> Unit | None:
        """Return the unit of an expression, and record mismatches inside it."""
        match expression:
            case ConstantNumber(value=value):
                return None if value == 0 or math.isnan(value) else DIMENSIONLESS
            case ConstantArray():
                return DIMENSIONLESS
            case VariableReference(variable=variable):
                return self.unit(variable)
            case Interpolate(lookup=lookup, argument=argument):
                self.of(argument)  # a lookup has one unit, that of its result
                return self.unit(lookup)
        name = expression.function
        return FUNCTIONS[name].units.result(_Call(self, name, expression.arguments))

    def report(self, message: str) -> None:
        """Record a mismatch in the current equation."""
        if self.owner is not None:
            self.found.append(UnitMismatch(self.owner.name, self.owner.line, message))

    def name(self, expression: Expression) -> str:
        """Name an expression in a message."""
        match expression:
            case ConstantNumber(value=value):
                return f"{value:g}"
            case VariableReference(variable=key) | Interpolate(lookup=key):
                return "Time" if key == TIME else self.equations.variables[key].name
        inside = [self.name(e) for e in walk(expression) if isinstance(e, VariableReference)]
        names = list(dict.fromkeys(inside))
        return f"an expression of {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}"


class _Call:
    """A function call, as the rules of `xhsim.engine.language.unit_rules` need it."""

    def __init__(self, checker: _Checker, function: str, arguments: tuple[Expression, ...]) -> None:
        self._checker, self._arguments = checker, arguments
        self._units: dict[int, Unit | None] = {}
        self.name = FUNCTIONS[function].written or display_name(function)
        self.count = len(arguments)
        self.time = checker.time

    def unit(self, place: int) -> Unit | None:
        """Return the unit of an argument. It is inferred once."""
        if place not in self._units:
            self._units[place] = self._checker.of(self._arguments[place])
        return self._units[place]

    def is_number(self, place: int) -> bool:
        """Tell whether an argument consists of numbers only."""
        return _is_number(self._arguments[place])

    def number(self, place: int) -> float | None:
        """Return the value of an argument that is a plain number."""
        return _number(self._arguments[place])

    def words_for(self, place: int, unit: Unit | None = None) -> str:
        """Name an argument in a message, with the unit if it is given."""
        name = self._checker.name(self._arguments[place])
        return name if unit is None else f"{name} ({unit})"

    def report(self, message: str) -> None:
        """Record a mismatch."""
        self._checker.report(message)


def _is_number(expression: Expression) -> bool:
    """Tell whether an expression consists of numbers only."""
    return not any(
        isinstance(inside, VariableReference | Interpolate | Random | Vector)
        or (isinstance(inside, Apply) and FUNCTIONS[inside.function].units.is_quantity)
        for inside in walk(expression)
    )


def _number(expression: Expression) -> float | None:
    match expression:
        case ConstantNumber(value=value) if math.isfinite(value):
            return value
        case Apply(function="negative", arguments=(inside,)):
            value_inside = _number(inside)
            return None if value_inside is None else -value_inside
        case Apply(function="divide", arguments=(above, below)):
            top, bottom = _number(above), _number(below)
            return None if top is None or not bottom else top / bottom
    return None

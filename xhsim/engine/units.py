"""Whether the units of a model agree: dimension analysis of every resolved equation.

Numbers in an equation follow two rules. Zero fits every unit, since nothing is nothing in any of
them. Any other number is dimensionless: what stands for a quantity (a limit, a threshold) should
have a name and a unit of its own, and a checker that let ``rent + 1`` pass would miss the most
common mistake. Where a number is all there is, as the value of a constant, as a stock's initial
value or as an argument of STEP, it has the unit that is wanted there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from xhsim.engine.book import TIME
from xhsim.engine.equations import (
    Apply,
    Constant,
    ConstantArray,
    Discrete,
    Equations,
    Expression,
    Interpolate,
    Lookup,
    Part,
    Random,
    Reduce,
    Reference,
    Rule,
    Stock,
    Variable,
    Vector,
    walk,
)
from xhsim.engine.functions import display_name
from xhsim.engine.unit_algebra import DIMENSIONLESS, Unit, parse_unit
from xhsim.errors import InputError

__all__ = ["UnitMismatch", "check_units"]

SIGNS = {
    "add": "+",
    "subtract": "-",
    "equal": "=",
    "not_equal": "<>",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
# What functions ask of their arguments and give back.
ALIKE = {"add", "subtract", "min", "max", "modulo", "quantum"}
COMPARED = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}
KEPT = {"abs", "negative", "integer", "game", "sum", "vmin", "vmax", "vmin_xmile", "vmax_xmile"}
OF_PLAIN_NUMBERS = {
    *("exp", "ln", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan"),
    *("sinh", "cosh", "tanh", "prod"),
}
LOGIC = {"and", "or", "not"}
DRAWN = {"random_uniform": 2, "random_normal": 4, "random_exponential": 4}


@dataclass(frozen=True)
class UnitMismatch:
    """Units in an equation that do not fit.

    Parameters
    ----------
    variable : str
        Whose equation it is.
    line : int
        Where it stands in the model file.
    message : str
        What stands on either side.
    """

    variable: str
    line: int
    message: str

    def __str__(self) -> str:
        """Give all of it in a line."""
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
        In the order of the file; a variable without a unit is a mismatch too.

    Examples
    --------
    >>> import xhsim
    >>> check_units(xhsim.open_study().model.equations)
    []
    """
    return _Checker(equations).mismatches()


class _Checker:
    """Works out the unit of expressions; None stands for a unit that fits everything."""

    def __init__(self, equations: Equations) -> None:
        self.equations = equations
        self.found: list[UnitMismatch] = []
        self.units: dict[str, Unit | None] = {}
        self.owner: Variable | None = None  # None: nobody wants to hear of mismatches
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
        """Give a variable's unit: as declared, or for the engine's own as its definition has it."""
        if key not in self.units:
            self.units[key] = None  # as long as it is being worked out
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
            case Discrete(following=following, initial=initial):
                return self._first(initial) or self._first(following)
            case Rule(parts=parts):
                return self._first(parts)
        return None

    def _first(self, parts: tuple[Part, ...]) -> Unit | None:
        """Give the unit of the first part that is not a mere number."""
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
            case Discrete(following=following, initial=initial, delay=delay):
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
                self._tell(f"{words} {given}, not in {wanted}")

    def _tell(self, message: str) -> None:
        if self.owner is not None:
            self.found.append(UnitMismatch(self.owner.name, self.owner.line, message))

    # --- expressions ---------------------------------------------------------------------

    def of(self, expression: Expression) -> Unit | None:
        """Give the unit of an expression, and note what does not fit within it."""
        match expression:
            case Constant(value=value):
                return None if value == 0 or math.isnan(value) else DIMENSIONLESS
            case ConstantArray():
                return DIMENSIONLESS
            case Reference(variable=variable):
                return self.unit(variable)
            case Interpolate(lookup=lookup, argument=argument):
                self.of(argument)  # a lookup has one unit, that of what it gives
                return self.unit(lookup)
            case Apply(function=function, arguments=arguments):
                return self._applied(function, arguments)
            case Reduce(function=function, arguments=arguments):
                return self._folded(function, arguments)
            case Vector(function=function, arguments=arguments):
                return self._vector(function, arguments)
        # What is left is a random number: bounds, mean and spread are in its unit.
        bounds = expression.arguments[: DRAWN.get(expression.function, 0)]
        return self._alike(bounds, display_name(expression.function))

    def _applied(self, function: str, arguments: tuple[Expression, ...]) -> Unit | None:
        name = SIGNS.get(function, display_name(function))
        if function in ALIKE:
            return self._alike(arguments, name)
        if function in KEPT:
            return self.of(arguments[0])
        if function in COMPARED | LOGIC:
            if function in COMPARED:
                self._alike(arguments, name)
            else:
                self._all_plain(arguments, name)
            return DIMENSIONLESS
        if function in OF_PLAIN_NUMBERS:
            self._all_plain(arguments, name)
            return DIMENSIONLESS
        if function in ("step", "pulse", "ramp", "pulse_train", "xpulse", "xpulse_train", "xramp"):
            return self._timed(function, arguments)
        return self._arithmetic(function, arguments)

    def _arithmetic(self, function: str, arguments: tuple[Expression, ...]) -> Unit | None:
        match function:
            case "multiply":
                one, other = map(self.of, arguments)
                return None if one is None or other is None else one * other
            case "divide" | "zidz":
                return self._quotient(arguments)
            case "xidz":
                quotient = self._quotient(arguments[:2])
                other = self.of(arguments[2])
                if _is_number(arguments[2]):
                    return quotient
                return self._same([(arguments[0], quotient), (arguments[2], other)], "XIDZ")
            case "power":
                return self._power(*arguments)
            case "sqrt":
                inside = self.of(arguments[0])
                return None if inside is None else inside ** Fraction(1, 2)
            case "if_then_else":
                self.of(arguments[0])
                return self._alike(arguments[1:], "IF THEN ELSE")
            case "pi":
                return DIMENSIONLESS
        for argument in arguments:
            self.of(argument)
        return None

    def _quotient(self, arguments: tuple[Expression, ...]) -> Unit | None:
        above, below = map(self.of, arguments)
        return None if above is None or below is None else above / below

    def _power(self, base: Expression, exponent: Expression) -> Unit | None:
        self._all_plain((exponent,), "an exponent")
        unit = self.of(base)
        if unit is None or unit.is_dimensionless:
            return unit
        number = _number(exponent)
        if number is None:
            self._tell(
                f"{self._told(base, unit)} is raised to {self._name(exponent)}: only a "
                "dimensionless quantity can have a power that is not a plain number"
            )
            return None
        return unit ** Fraction(number).limit_denominator(1000)

    def _timed(self, function: str, arguments: tuple[Expression, ...]) -> Unit | None:
        """Check the times of STEP and its kin; the first argument of some is a height or slope."""
        if function in ("pulse", "pulse_train"):
            size, times = None, arguments
        else:
            size, times = arguments[0], arguments[1:]
        for time in times:
            unit = self.of(time)
            if not _is_number(time) and None not in (unit, self.time) and unit != self.time:
                self._tell(
                    f"{display_name(function.removeprefix('x'))} has {self._told(time, unit)} "
                    f"where a time in {self.time} is expected"
                )
        if size is None:
            return DIMENSIONLESS
        unit = None if _is_number(size) else self.of(size)
        if unit is None or self.time is None:
            return None
        if function in ("xpulse", "xpulse_train"):
            return unit / self.time
        return unit if function == "step" else unit * self.time

    def _folded(self, function: str, arguments: tuple[Expression, ...]) -> Unit | None:
        if function == "prod":
            self._all_plain(arguments, "PROD")
            return DIMENSIONLESS
        units = [self.of(argument) for argument in arguments]
        return units[1] if function == "vector_select" else units[0]

    def _vector(self, function: str, arguments: tuple[Expression, ...]) -> Unit | None:
        units = [self.of(argument) for argument in arguments]
        if function in ("vector_sort_order", "vector_rank"):
            return DIMENSIONLESS
        if function == "invert_matrix":
            return None if units[0] is None else units[0] ** Fraction(-1)
        return units[0]

    # --- what several expressions have in common -------------------------------------------

    def _alike(self, arguments: tuple[Expression, ...], name: str) -> Unit | None:
        return self._same([(argument, self.of(argument)) for argument in arguments], name)

    def _same(self, pairs: list[tuple[Expression, Unit | None]], name: str) -> Unit | None:
        known = [(expression, unit) for expression, unit in pairs if unit is not None]
        for expression, unit in known[1:]:
            if unit != known[0][1]:
                sides = f"{self._told(*known[0])} and {self._told(expression, unit)}"
                self._tell(f"{name} has {sides} on its sides")
                return None
        return known[0][1] if known else None

    def _all_plain(self, arguments: tuple[Expression, ...], name: str) -> None:
        for argument in arguments:
            unit = self.of(argument)
            if unit is not None and not unit.is_dimensionless:
                self._tell(f"{name} is or has {self._told(argument, unit)}, not a plain number")

    def _told(self, expression: Expression, unit: Unit | None) -> str:
        return f"{self._name(expression)} ({unit})"

    def _name(self, expression: Expression) -> str:
        match expression:
            case Constant(value=value):
                return f"{value:g}"
            case Reference(variable=key) | Interpolate(lookup=key):
                return "Time" if key == TIME else self.equations.variables[key].name
        inside = [self._name(e) for e in walk(expression) if isinstance(e, Reference)]
        names = list(dict.fromkeys(inside))
        return f"an expression of {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}"


def _is_number(expression: Expression) -> bool:
    """Tell whether an expression has nothing in it but numbers."""
    return not any(
        isinstance(inside, Reference | Interpolate | Random | Vector) for inside in walk(expression)
    )


def _number(expression: Expression) -> float | None:
    match expression:
        case Constant(value=value) if math.isfinite(value):
            return value
        case Apply(function="negative", arguments=(inside,)):
            value_inside = _number(inside)
            return None if value_inside is None else -value_inside
        case Apply(function="divide", arguments=(above, below)):
            top, bottom = _number(above), _number(below)
            return None if top is None or not bottom else top / bottom
    return None

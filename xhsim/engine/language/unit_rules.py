"""Unit rules of functions: which units the arguments may have, and the unit of the result.

A unit of None fits every other unit. A zero has it, and so has an expression whose unit mistake was
already reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from xhsim.engine.language.unit_algebra import DIMENSIONLESS, Unit

__all__ = [
    "ALIKE",
    "COMPARED",
    "FIRST",
    "INVERSE",
    "LOGIC",
    "OF_PLAIN_NUMBERS",
    "PLAIN_NUMBER",
    "POWER",
    "PRODUCT",
    "QUOTIENT",
    "QUOTIENT_OR",
    "REPLACED",
    "SELECTED",
    "SQUARE_ROOT",
    "THEN_AND_ELSE",
    "TIME",
    "TIME_WITH_OFFSET",
    "CheckedCall",
    "UnitRule",
    "first_alike",
    "in_time",
]


class CheckedCall(Protocol):
    """A call of a function in an equation whose units are checked.

    Methods identify an argument by its position, from 0.

    Attributes
    ----------
    name : str
        The function's name in messages.
    count : int
        The number of arguments.
    time : Unit or None
        The unit of the model's time.
    """

    name: str
    count: int
    time: Unit | None

    def unit(self, place: int) -> Unit | None:
        """Return the unit of an argument."""

    def is_number(self, place: int) -> bool:
        """Tell whether an argument contains only numbers."""

    def number(self, place: int) -> float | None:
        """Return the value of an argument that is a plain number, else None."""

    def words_for(self, place: int, unit: Unit | None = None) -> str:
        """Name an argument in a message, with its unit if one is given: ``rent (cny/m2)``."""

    def report(self, message: str) -> None:
        """Record a mismatch of units."""


@dataclass(frozen=True)
class UnitRule:
    """A rule for the units of a function.

    Attributes
    ----------
    words : str
        The rule in a few words, for the documentation.
    result : callable
        Reports arguments with wrong units to the call, and returns the unit of the result.
    is_quantity : bool
        Whether the result has a unit even if all arguments are plain numbers. If not, the result
        is then a plain number, too, and fits the unit that its equation needs.
    """

    words: str
    result: Callable[[CheckedCall], Unit | None]
    is_quantity: bool = False


# --- shared by several rules -----------------------------------------------------------------


def _every(call: CheckedCall) -> list[Unit | None]:
    """Return the units of all arguments. This also reports the mistakes inside them."""
    return [call.unit(place) for place in range(call.count)]


def _same(call: CheckedCall, pairs: Iterable[tuple[int, Unit | None]]) -> Unit | None:
    """Return the unit that arguments share, and report the first that differs."""
    known = [(place, unit) for place, unit in pairs if unit is not None]
    for place, unit in known[1:]:
        if unit != known[0][1]:
            sides = f"{call.words_for(*known[0])} and {call.words_for(place, unit)}"
            call.report(f"{call.name} combines {sides}, which have different units")
            return None
    return known[0][1] if known else None


def _alike(call: CheckedCall, places: Iterable[int]) -> Unit | None:
    return _same(call, [(place, call.unit(place)) for place in places])


def _want_plain_numbers(call: CheckedCall, places: Iterable[int], name: str) -> None:
    for place in places:
        unit = call.unit(place)
        if unit is not None and not unit.is_dimensionless:
            call.report(f"{name} must be a plain number, not {call.words_for(place, unit)}")


def _want_times(call: CheckedCall, places: Iterable[int]) -> None:
    for place in places:
        unit = call.unit(place)
        if not call.is_number(place) and None not in (unit, call.time) and unit != call.time:
            call.report(
                f"{call.name} has {call.words_for(place, unit)} "
                f"where a time in {call.time} is expected"
            )


# --- the rules -------------------------------------------------------------------------------


def _all_alike(call: CheckedCall) -> Unit | None:
    return _alike(call, range(call.count))


def _compared(call: CheckedCall) -> Unit | None:
    _alike(call, range(call.count))
    return DIMENSIONLESS


def _of_plain_numbers(call: CheckedCall) -> Unit | None:
    _want_plain_numbers(call, range(call.count), f"an argument of {call.name}")
    return DIMENSIONLESS


def _plain_number(call: CheckedCall) -> Unit | None:
    _every(call)
    return DIMENSIONLESS


def _first(call: CheckedCall) -> Unit | None:
    return _every(call)[0]


def _selected(call: CheckedCall) -> Unit | None:
    return _every(call)[1]


def _product(call: CheckedCall) -> Unit | None:
    one, other = call.unit(0), call.unit(1)
    return None if one is None or other is None else one * other


def _quotient(call: CheckedCall) -> Unit | None:
    above, below = call.unit(0), call.unit(1)
    return None if above is None or below is None else above / below


def _quotient_or(call: CheckedCall) -> Unit | None:
    quotient, otherwise = _quotient(call), call.unit(2)
    return quotient if call.is_number(2) else _same(call, [(0, quotient), (2, otherwise)])


def _power(call: CheckedCall) -> Unit | None:
    _want_plain_numbers(call, (1,), "an exponent")
    unit = call.unit(0)
    if unit is None or unit.is_dimensionless:
        return unit
    number = call.number(1)
    if number is None:
        call.report(
            f"{call.words_for(0, unit)} is raised to {call.words_for(1)}, which varies: write a "
            "number as the exponent, or make the base dimensionless"
        )
        return None
    return unit ** Fraction(number).limit_denominator(1000)


def _to_the_power(exponent: Fraction) -> Callable[[CheckedCall], Unit | None]:
    def result(call: CheckedCall) -> Unit | None:
        unit = call.unit(0)
        return None if unit is None else unit**exponent

    return result


def _then_and_else(call: CheckedCall) -> Unit | None:
    call.unit(0)
    return _alike(call, range(1, call.count))


def _time_with_offset(call: CheckedCall) -> Unit | None:
    _want_times(call, (1,))
    return call.time


def _refuse_to_check(call: CheckedCall) -> Unit | None:
    raise TypeError(f"resolving a model should have replaced {call.name}")


ALIKE = UnitRule("all arguments and the result have one unit", _all_alike)
COMPARED = UnitRule("both arguments have one unit", _compared)
LOGIC = UnitRule("the arguments are conditions", _of_plain_numbers)
OF_PLAIN_NUMBERS = UnitRule("the arguments and the result are plain numbers", _of_plain_numbers)
PLAIN_NUMBER = UnitRule("the result is a plain number", _plain_number)
FIRST = UnitRule("the result has the unit of the first argument", _first)
SELECTED = UnitRule("the result has the unit of the second argument", _selected)
PRODUCT = UnitRule("the result has the product of the units", _product)
QUOTIENT = UnitRule("the result has the quotient of the units", _quotient)
QUOTIENT_OR = UnitRule("the result has the quotient of the first two units", _quotient_or)
POWER = UnitRule("the exponent is a plain number; the result has the unit raised to it", _power)
SQUARE_ROOT = UnitRule("the result has the square root of the unit", _to_the_power(Fraction(1, 2)))
INVERSE = UnitRule("the result has the inverse of the unit", _to_the_power(Fraction(-1)))
THEN_AND_ELSE = UnitRule("both alternatives and the result have one unit", _then_and_else)
TIME = UnitRule("the result is a time", lambda call: call.time)
TIME_WITH_OFFSET = UnitRule(
    "the offset and the result are times", _time_with_offset, is_quantity=True
)
REPLACED = UnitRule("checked in the equations that replace it", _refuse_to_check)


def first_alike(count: int) -> UnitRule:
    """Return the rule that the first `count` arguments and the result have one unit.

    The other arguments, such as the seed of a random number, may have any unit.
    """
    words = f"the first {count} arguments and the result have one unit"
    return UnitRule(words, lambda call: _alike(call, range(min(count, call.count))))


def in_time(size: str = "", place: int = 0, power: int = 0) -> UnitRule:
    """Return the rule for functions whose arguments are times.

    Parameters
    ----------
    size : str
        What the argument that is not a time is, such as a height or a slope. Empty if all
        arguments are times.
    place : int
        The position of that argument, from 0.
    power : int
        The result has the unit of the size times this power of the unit of time. Without a size
        the result is a plain number.
    """

    def result(call: CheckedCall) -> Unit | None:
        _want_times(call, [other for other in range(call.count) if not size or other != place])
        if not size:
            return DIMENSIONLESS
        unit = None if call.is_number(place) else call.unit(place)
        return None if unit is None or call.time is None else unit * call.time ** Fraction(power)

    if not size:
        return UnitRule("the arguments are times; the result is a plain number", result)
    given = {-1: f"the unit of the {size} per time", 0: f"the unit of the {size}"}
    unit = given.get(power, f"the unit of the {size} times time")
    return UnitRule(f"all arguments but the {size} are times; the result has {unit}", result)

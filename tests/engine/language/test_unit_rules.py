"""The unit rules of functions, on calls with known units."""

from __future__ import annotations

import pytest

from xhsim.engine.language import unit_rules
from xhsim.engine.language.unit_algebra import DIMENSIONLESS, Unit, parse_unit
from xhsim.engine.language.unit_rules import UnitRule

YEAR = parse_unit("year")


class Arguments:
    """A call F(...) whose arguments are units, plain numbers, or None for an unknown unit."""

    def __init__(self, *arguments: str | float | None) -> None:
        self.arguments = arguments
        self.name, self.count = "F", len(arguments)
        self.time: Unit | None = YEAR
        self.messages: list[str] = []

    def unit(self, place: int) -> Unit | None:
        argument = self.arguments[place]
        if isinstance(argument, str):
            return parse_unit(argument)
        return None if argument is None else DIMENSIONLESS

    def is_number(self, place: int) -> bool:
        return isinstance(self.arguments[place], float)

    def number(self, place: int) -> float | None:
        argument = self.arguments[place]
        return argument if isinstance(argument, float) else None

    def words_for(self, place: int, unit: Unit | None = None) -> str:
        return "abc"[place] if unit is None else f"{'abc'[place]} ({unit})"

    def report(self, message: str) -> None:
        self.messages.append(message)


FITS: list[tuple[UnitRule, tuple[str | float | None, ...], str | None]] = [
    (unit_rules.ALIKE, ("m2", "m2"), "m2"),
    (unit_rules.ALIKE, (None, "m2"), "m2"),
    (unit_rules.COMPARED, ("m2", "m2"), "dmnl"),
    (unit_rules.LOGIC, ("dmnl", "dmnl"), "dmnl"),
    (unit_rules.PRODUCT, ("cny/m2", "m2"), "cny"),
    (unit_rules.PRODUCT, (None, "m2"), None),
    (unit_rules.QUOTIENT, ("cny", "m2"), "cny/m2"),
    (unit_rules.QUOTIENT_OR, ("cny", "m2", 0.0), "cny/m2"),
    (unit_rules.POWER, ("m", 2.0), "m^2"),
    (unit_rules.POWER, ("dmnl", "dmnl"), "dmnl"),
    (unit_rules.SQUARE_ROOT, ("m^2",), "m"),
    (unit_rules.INVERSE, ("year",), "1/year"),
    (unit_rules.FIRST, ("cny", "m2"), "cny"),
    (unit_rules.SELECTED, ("dmnl", "m2", "cny"), "m2"),
    (unit_rules.THEN_AND_ELSE, ("dmnl", "m2", "m2"), "m2"),
    (unit_rules.PLAIN_NUMBER, ("m2",), "dmnl"),
    (unit_rules.TIME_WITH_OFFSET, (0.0, "year", 0.0), "year"),
    (unit_rules.first_alike(2), ("m2", "m2", "cny"), "m2"),
    (unit_rules.in_time(), ("year", 3.0), "dmnl"),
    (unit_rules.in_time("height"), ("m2", "year"), "m2"),
    (unit_rules.in_time("slope", power=1), ("m2/year", 2016.0, "year"), "m2"),
    (unit_rules.in_time("amount", place=1, power=-1), ("year", "m2"), "m2/year"),
]


@pytest.mark.parametrize(("rule", "arguments", "expected"), FITS)
def test_units_that_fit(
    rule: UnitRule, arguments: tuple[str | float | None, ...], expected: str | None
) -> None:
    call = Arguments(*arguments)
    assert rule.result(call) == (None if expected is None else parse_unit(expected))
    assert call.messages == []


MISMATCHES: list[tuple[UnitRule, tuple[str | float | None, ...], str]] = [
    (unit_rules.ALIKE, ("m2", "cny"), "F combines a (m2) and b (cny), which have different units"),
    (unit_rules.COMPARED, ("m2", "cny"), "F combines a (m2) and b (cny)"),
    (unit_rules.THEN_AND_ELSE, ("dmnl", "m2", "cny"), "F combines b (m2) and c (cny)"),
    (unit_rules.LOGIC, ("m2",), "an argument of F must be a plain number, not a (m2)"),
    (unit_rules.POWER, ("m", "year"), "an exponent must be a plain number, not b (year)"),
    (unit_rules.POWER, ("m", "dmnl"), "a (m) is raised to b, which varies: write a number"),
    (unit_rules.QUOTIENT_OR, ("m", "year", "m"), "F combines a (m/year) and c (m)"),
    (unit_rules.in_time("height"), ("m2", "m2"), "F has b (m2) where a time in year is expected"),
    (unit_rules.first_alike(2), ("m2", "cny", 1.0), "F combines a (m2) and b (cny)"),
]


@pytest.mark.parametrize(("rule", "arguments", "words"), MISMATCHES)
def test_units_that_do_not_fit(
    rule: UnitRule, arguments: tuple[str | float | None, ...], words: str
) -> None:
    call = Arguments(*arguments)
    rule.result(call)
    assert call.messages[0].startswith(words)


def test_a_function_that_resolving_replaces_has_no_unit() -> None:
    with pytest.raises(TypeError, match="should have replaced F"):
        unit_rules.REPLACED.result(Arguments())

"""Units: the algebra by its laws, and the reader of their text."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xhsim.engine.language.unit_algebra import DIMENSIONLESS, Unit, parse_unit
from xhsim.errors import InputError

BASES = ["cny", "year", "m2_10k", "firms", "percent"]
POWERS = st.fractions(min_value=-3, max_value=3, max_denominator=4)
UNITS = st.dictionaries(st.sampled_from(BASES), POWERS).map(Unit.of)


@given(UNITS, UNITS, UNITS)
def test_multiplication_is_that_of_a_commutative_group(a: Unit, b: Unit, c: Unit) -> None:
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * DIMENSIONLESS == a
    assert a / a == DIMENSIONLESS
    assert (a / b) * b == a


@given(UNITS, UNITS, POWERS, POWERS)
def test_powers(a: Unit, b: Unit, p: Fraction, q: Fraction) -> None:
    assert (a**p) ** q == a ** (p * q)
    assert a**p * a**q == a ** (p + q)
    assert (a * b) ** p == a**p * b**p


@given(UNITS)
def test_what_is_written_is_read_back(unit: Unit) -> None:
    assert parse_unit(str(unit)) == unit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CNY100M/year/m2_10k", "CNY100M/(year*m2_10k)"),
        ("CNY100M/year/year", "CNY100M/year^2"),
        ("1/year", "year^-1"),
        ("dmnl", "1"),
        ("Dmnl", "dimensionless"),
        ("Year", "year"),
        ("tons of  coal/ year", "tons of coal/year"),
        ("m^(1/2)*m^(1/2)", "m"),
    ],
)
def test_units_that_are_the_same(one: str, other: str) -> None:
    assert parse_unit(one) == parse_unit(other)


@pytest.mark.parametrize(("one", "other"), [("percent", "dmnl"), ("year", "years"), ("a/b", "b/a")])
def test_units_that_are_not_the_same(one: str, other: str) -> None:
    assert parse_unit(one) != parse_unit(other)


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "CNY/", "*CNY", "(CNY", "CNY)", "CNY^", "CNY^year", "1000*CNY", "a^(1/2/3)"),
        *("(" * 50 + "a" + ")" * 50, "a^(1/0)"),
    ],
)
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a unit"):
        parse_unit(text)

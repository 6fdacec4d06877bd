"""Units of measurement as products of powers of base units, and a reader for their text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from xhsim.errors import InputError

__all__ = ["DIMENSIONLESS", "Unit", "parse_unit"]

# Names of the unit of a plain number. Percent is not one of them: Vensim treats it as a unit of its
# own, and a share in per cent has a factor of 100 that a conversion must state.
PLAIN_NUMBER = {"dmnl", "dimensionless", "1", "no unit", "unitless"}
TOKEN = re.compile(r"\s*([*/^()]|[^*/^()]+)")
MOST_PARENTHESES = 20


@dataclass(frozen=True)
class Unit:
    """A product of powers of base units. No power is 0, so that equal units are equal objects.

    Parameters
    ----------
    powers : tuple of (str, Fraction)
        Name and power of each base unit, sorted by name.

    Examples
    --------
    >>> speed = parse_unit("m2_10k/year")
    >>> str(speed * parse_unit("year"))
    'm2_10k'
    >>> str(speed ** Fraction(2))
    'm2_10k^2/year^2'
    """

    powers: tuple[tuple[str, Fraction], ...] = ()

    @classmethod
    def of(cls, powers: Mapping[str, Fraction] | Iterable[tuple[str, Fraction]]) -> Unit:
        """Return the product of powers of base units. A base unit may occur several times."""
        total: dict[str, Fraction] = {}
        for name, power in powers.items() if isinstance(powers, Mapping) else powers:
            total[name] = total.get(name, Fraction(0)) + power
        return cls(tuple(sorted((name, power) for name, power in total.items() if power)))

    def __mul__(self, other: Unit) -> Unit:
        """Return the unit of a product."""
        return Unit.of((*self.powers, *other.powers))

    def __truediv__(self, other: Unit) -> Unit:
        """Return the unit of a quotient."""
        return self * other ** Fraction(-1)

    def __pow__(self, power: Fraction) -> Unit:
        """Return the unit of a power."""
        return Unit.of((name, own * power) for name, own in self.powers)

    @property
    def is_dimensionless(self) -> bool:
        """Whether it is the unit of a plain number."""
        return not self.powers

    def __str__(self) -> str:
        """Write the unit as in a model file, so that `parse_unit` can read it."""
        above = [_written(name, power) for name, power in self.powers if power > 0]
        below = [_written(name, -power) for name, power in self.powers if power < 0]
        if not above and not below:
            return "dmnl"
        return "/".join(["*".join(above) or "1", *below])


def _written(name: str, power: Fraction) -> str:
    if power == 1:
        return name
    return f"{name}^{power}" if power.denominator == 1 else f"{name}^({power})"


DIMENSIONLESS = Unit()


def parse_unit(text: str) -> Unit:
    """Read a unit as a model file writes it.

    Parameters
    ----------
    text : str
        Names joined by ``*``, ``/``, ``^`` and parentheses: ``CNY100M/year/m2_10k``, ``1/year``,
        ``dmnl``. Case does not matter, as in Vensim.

    Returns
    -------
    Unit

    Raises
    ------
    InputError
        If the text is not such a product.

    Examples
    --------
    >>> parse_unit("CNY*m2_10k/(CNY100M*m2)") == parse_unit("CNY/m2/CNY100M*m2_10k")
    True
    >>> parse_unit("Dmnl").is_dimensionless
    True
    """
    reader = _UnitReader(text)
    unit = reader.product(0)
    reader.expect_end()
    return unit


class _UnitReader:
    """Reads the text of one unit from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [token.strip() for token in TOKEN.findall(text)]
        self.tokens = [token for token in self.tokens if token]
        self.place = 0

    def wrong(self) -> InputError:
        return InputError(
            f'"{self.text}" is not a unit',
            hint="write names joined by * and /, such as CNY/year",
        )

    def next(self) -> str:
        token = self.tokens[self.place] if self.place < len(self.tokens) else ""
        self.place += 1
        return token

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def product(self, depth: int) -> Unit:
        if depth > MOST_PARENTHESES:
            raise self.wrong()
        unit = self.factor(depth)
        while self.peek() in ("*", "/"):
            sign = self.next()
            other = self.factor(depth)
            unit = unit * other if sign == "*" else unit / other
        return unit

    def factor(self, depth: int) -> Unit:
        token = self.next()
        if token == "(":
            unit = self.product(depth + 1)
            if self.next() != ")":
                raise self.wrong()
        elif not token or token in "*/^)":
            raise self.wrong()
        else:
            unit = self.name(token)
        if self.peek() == "^":
            self.next()
            unit = unit ** self.power()
        return unit

    def name(self, token: str) -> Unit:
        name = " ".join(token.casefold().split())
        if name in PLAIN_NUMBER:
            return DIMENSIONLESS
        if name[0].isdigit() and not any(letter.isalpha() for letter in name):
            raise self.wrong()  # a factor such as 1000 is a conversion and belongs in an equation
        return Unit(((" ".join(token.split()).casefold(), Fraction(1)),))

    def power(self) -> Fraction:
        inner = self.next()
        if inner == "(":
            parts = [self.next()]
            while self.peek() == "/":
                self.next()
                parts.append(self.next())
            if self.next() != ")" or len(parts) > 2:
                raise self.wrong()
            inner = "/".join(parts)
        try:
            return Fraction(inner)
        except (ValueError, ZeroDivisionError):
            raise self.wrong() from None

    def expect_end(self) -> None:
        if self.place < len(self.tokens):
            raise self.wrong()

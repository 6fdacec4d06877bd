"""Points of lookups and lists of numbers, as a Vensim file writes them."""

from __future__ import annotations

import math
import re

from xhsim.engine.language import syntax
from xhsim.engine.reading.vensim.tokens import VensimSyntaxError

__all__ = ["number_list", "odd_limits", "table_of"]

SMALLEST = 1e-200  # a distance of two points whose slope is finite
# Nothing is given back once it is read: otherwise a number of 100,000 digits takes minutes.
BASE = r"(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?"
NUMBER = rf"\s*+(?:[+-]\s*+)?{BASE}\s*+"
PAIR = re.compile(rf"\s*\(({NUMBER}),({NUMBER})\)\s*,?")
ONE_NUMBER = re.compile(rf"\s*([+-]?)\s*({BASE})\s*")
MISSING = re.compile(r"\s*:na:\s*", re.IGNORECASE)
LIST = re.compile(
    rf"(?:{NUMBER}|\s*:na:\s*)(?:[,;](?:{NUMBER}|\s*:na:\s*))+[,;]?\s*", re.IGNORECASE
)
SUM = re.compile(rf"{NUMBER}(?:[+-]\s*{BASE}\s*)*+")
SIGNED = re.compile(rf"[+-]?\s*{BASE}")
LIMITS = re.compile(r"\(\s*\[([^\]]*)\]")
# The limits are not used. They are checked because text in their place is probably a mistake.
POINT = rf"\s*\({NUMBER},{NUMBER}\)\s*"
PLAIN_LIMITS = re.compile(rf"{POINT}-{POINT}(?:,{POINT})*")


def odd_limits(text: str) -> str | None:
    """Return the limits of a lookup if they contain anything but numbers, else None.

    Examples
    --------
    >>> odd_limits("([(0,0)-(2,x)],(0,1))"), odd_limits("([(0,0)-(2,2)],(0,1))")
    ('(0,0)-(2,x)', None)
    """
    for match in LIMITS.finditer(text):
        if not PLAIN_LIMITS.fullmatch(match[1]):
            return match[1]
    return None


def table_of(text: str) -> syntax.Table:
    """Read the points of a lookup.

    Parameters
    ----------
    text : str
        What stands within the brackets: limits (or nothing), and pairs; or the old form, first all
        x and then all y.

    Raises
    ------
    VensimSyntaxError
        If the text is neither.

    Examples
    --------
    >>> table_of("[(0,0)-(9,9)],(2,4),(1,3)") == table_of("1,2, 3,4")
    True
    """
    points = re.sub(r"^\s*\[[^\]]*\]\s*,?", "", text)
    pairs = _pairs(points) if "(" in points else _halves(points)
    pairs.sort(key=lambda pair: pair[0])
    return syntax.Table(tuple(_apart([x for x, _ in pairs])), tuple(y for _, y in pairs))


def _apart(x: list[float]) -> list[float]:
    """Move points at one x apart as little as possible. The first of them holds at this x."""
    found = x[:1]
    for place in x[1:]:
        before = found[-1]
        found.append(place if place > before else before + max(math.ulp(before), SMALLEST))
    return found


def _pairs(text: str) -> list[tuple[float, float]]:
    found = []
    position = 0
    while position < len(text):
        match = PAIR.match(text, position)
        if match is None:
            raise VensimSyntaxError(
                f"`{text[position : position + 30].strip()}` is not a point (x, y)"
            )
        found.append((_number(match[1]), _number(match[2])))
        position = match.end()
    return found


def _halves(text: str) -> list[tuple[float, float]]:
    items = [item for item in text.split(",") if item.strip()]
    numbers = [_number(item) for item in items]
    if not numbers:
        raise VensimSyntaxError("the lookup has no points")
    if len(numbers) % 2:
        raise VensimSyntaxError(
            f"the lookup has {len(numbers)} numbers; a list without brackets names all x and then "
            "as many y"
        )
    half = len(numbers) // 2
    return list(zip(numbers[:half], numbers[half:], strict=True))


def number_list(text: str) -> syntax.Number | syntax.NumberArray | None:
    """Read a list or a table of numbers, or a sum of numbers; None if the text is neither.

    Raises
    ------
    VensimSyntaxError
        If the rows of a table differ in length.

    Examples
    --------
    >>> number_list("1, 2; 3, 4;").shape, number_list("5 - 3"), number_list("x")
    ((2, 2), Number(value=2.0), None)
    """
    if LIST.fullmatch(text):
        rows = [
            [item for item in row.split(",") if item.strip()]
            for row in text.strip().strip(";").split(";")
        ]
        if len({len(row) for row in rows}) > 1:
            raise VensimSyntaxError("the rows of the table differ in length")
        values = tuple(_number(item) for row in rows for item in row)
        shape = (len(rows), len(rows[0]))
        return syntax.NumberArray(values, tuple(size for size in shape if size > 1))
    if SUM.fullmatch(text):
        first, *others = (_number(number) for number in SIGNED.findall(text))
        return syntax.Number(sum(others, start=first))
    return None


def _number(text: str) -> float:
    if MISSING.fullmatch(text):
        return syntax.NOT_AVAILABLE
    match = ONE_NUMBER.fullmatch(text)
    if match is None:
        raise VensimSyntaxError(f"`{text.strip()[:30]}` is not a number")
    return float(match[1] + match[2])

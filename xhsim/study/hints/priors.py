"""Priors that are written in the form of other programs."""

from __future__ import annotations

import re

from xhsim.study.hints.characters import plain

__all__ = ["is_prior", "meant_prior"]

_N = r"\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*"
_NORMAL = re.compile(rf"(?:[Nn]|[Nn]ormal|[Gg]auss(?:ian)?)\({_N},{_N}\)")
_UNIFORM = re.compile(rf"(?:[Uu]|[Uu]niform)\({_N},{_N}\)")
_PLUS_MINUS = re.compile(rf"{_N}(?:±|\+/?-){_N}")
_INTERVAL = re.compile(rf"(?:between\s*)?[\[(]?{_N}(?:,|to|and|~|–|—|至|-)\s*{_N}[\])]?")
_SHARE = re.compile(rf"{_N}(%?)\s*(?:in|of)?\s*[\[(]?{_N},{_N}[\])]?(.*)")
PRIOR = re.compile(r"\d\s*%\s*in\s*\[")


def is_prior(value: object) -> bool:
    """Tell whether a text is a prior.

    Examples
    --------
    >>> is_prior("90% in [0.7, 1]"), is_prior("90 %"), is_prior(3)
    (True, False, False)
    """
    return isinstance(value, str) and PRIOR.search(plain(value)) is not None


def meant_prior(value: object) -> str | None:
    """Return the prior that a text or a pair of numbers means; None if that is not clear.

    Parameters
    ----------
    value : object
        A text, or a list of two numbers.

    Examples
    --------
    >>> meant_prior([0.7, 1]), meant_prior("0.9 in [0.7, 1]"), meant_prior("0.8 ± 0.1")
    ('90% in [0.7, 1]', '90% in [0.7, 1]', '90% in [0.7, 0.9]')
    >>> meant_prior("normal(0.8, 0.1)"), meant_prior("uniform(1, 3)"), meant_prior("much")
    ('norm(loc=0.8, scale=0.1)', 'uniform(loc=1, scale=2)', None)
    """
    if isinstance(value, list):
        numbers = [each for each in value if isinstance(each, int | float)]
        return _interval(*numbers) if len(numbers) == len(value) == 2 else None
    if not isinstance(value, str):
        return None
    text = plain(value).strip()
    found = _NORMAL.fullmatch(text)
    if found:
        return f"norm(loc={found[1]}, scale={found[2]})"
    found = _UNIFORM.fullmatch(text)
    if found:
        return f"uniform(loc={found[1]}, scale={float(found[2]) - float(found[1]):.12g})"
    found = _SHARE.fullmatch(text)
    if found:
        mass = float(found[1]) * (1 if found[2] or float(found[1]) > 1 else 100)
        right = f"{mass:g}% in [{found[3]}, {found[4]}]{found[5].rstrip()}"
        return right if right != value else None
    found = _PLUS_MINUS.fullmatch(text)
    if found:
        centre, half = float(found[1]), float(found[2])
        return _interval(centre - half, centre + half)
    found = _INTERVAL.fullmatch(text)
    return _interval(float(found[1]), float(found[2])) if found else None


def around(value: float) -> str:
    """Return a prior around a number.

    Examples
    --------
    >>> around(2)
    '90% in [1.5, 2.5]'
    """
    return _interval(0.75 * value, 1.25 * value)


def _interval(low: float, high: float) -> str:
    return f"90% in [{low:.12g}, {high:.12g}]"

"""Priors that are written in the form of other programs."""

from __future__ import annotations

import re
from typing import Any

from xhsim.study.hints.characters import plain

__all__ = ["OF_PRIORS", "is_prior", "meant_prior"]

_N = r"\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*"
_NORMAL = re.compile(rf"(?:[Nn]|[Nn]ormal|[Gg]auss(?:ian)?)\({_N},{_N}\)")
_UNIFORM = re.compile(rf"(?:[Uu]|[Uu]niform)\({_N},{_N}\)")
_PLUS_MINUS = re.compile(rf"{_N}(?:±|\+/?-){_N}")
_INTERVAL = re.compile(rf"(?:between\s*)?[\[(]?{_N}(?:,|to|and|~|–|—|至|-)\s*{_N}[\])]?")
_SHARE = re.compile(rf"{_N}(%?)\s*(?:in|of)?\s*[\[(]?{_N},{_N}[\])]?(.*)")
MOMENTS = (("mean", "sd"), ("mean", "std"), ("loc", "scale"), ("mu", "sigma"))
ENDS = (("low", "high"), ("min", "max"), ("from", "to"), ("lower", "upper"))
PRIOR = re.compile(r"\d\s*%\s*in\s*\[")
# Words in the mappings of other programs.
OF_PRIORS = {
    *(word for pair in (*MOMENTS, *ENDS) for word in pair),
    *(
        "normal",
        "norm",
        "gaussian",
        "lognormal",
        "uniform",
        "triangular",
        "beta",
        "gamma",
    ),
    *("distribution", "dist", "prior", "median", "mass"),
}


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
        A text, a list of two numbers, or a mapping that names a distribution or two numbers.

    Examples
    --------
    >>> meant_prior([0.7, 1]), meant_prior("0.9 in [0.7, 1]"), meant_prior("0.8 ± 0.1")
    ('90% in [0.7, 1]', '90% in [0.7, 1]', '90% in [0.7, 0.9]')
    >>> meant_prior("normal(0.8, 0.1)"), meant_prior("uniform(1, 3)"), meant_prior("much")
    ('norm(loc=0.8, scale=0.1)', 'uniform(loc=1, scale=2)', None)
    """
    if isinstance(value, dict):
        return _distribution(value)
    if isinstance(value, list):
        numbers = [each for each in value if isinstance(each, int | float)]
        return _interval(*numbers) if len(numbers) == len(value) == 2 else None
    if not isinstance(value, str):
        return None
    text = plain(value).strip()
    found = _NORMAL.fullmatch(text)
    if found:
        return _normal(float(found[1]), float(found[2]))
    found = _UNIFORM.fullmatch(text)
    if found:
        return _uniform(float(found[1]), float(found[2]))
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
    return f"90% in [{0.75 * value:.12g}, {1.25 * value:.12g}]"


def _interval(low: float, high: float) -> str | None:
    low, high = sorted((low, high))
    return f"90% in [{low:.12g}, {high:.12g}]" if low < high else None


def _normal(centre: float, spread: float) -> str | None:
    return f"norm(loc={centre:.12g}, scale={spread:.12g})" if spread > 0 else None


def _uniform(low: float, high: float) -> str | None:
    low, high = sorted((low, high))
    return f"uniform(loc={low:.12g}, scale={high - low:.12g})" if low < high else None


def _distribution(content: dict[Any, Any]) -> str | None:
    """Read ``{normal: {mean: 3, sd: 1}}``, ``{uniform: [2, 5]}`` or ``{low: 2, high: 5}``."""
    family = next(iter(content), None) if len(content) == 1 else None
    inner = content[family] if family in ("normal", "norm", "uniform") else content
    if not isinstance(inner, dict | list):
        return None
    names = tuple(inner) if isinstance(inner, dict) else ()
    given = list(inner.values() if isinstance(inner, dict) else inner)
    if len(given) != 2 or not all(isinstance(each, int | float) for each in given):
        return None
    if names in MOMENTS or (not names and family in ("normal", "norm")):
        return _normal(*given) if family != "uniform" else None
    if names in ENDS or not names:
        return _uniform(*given) if family == "uniform" else _interval(*given)
    return None

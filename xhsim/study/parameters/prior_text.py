"""The parser of priors such as ``90% in [0.6, 0.9] lognormal``."""

from __future__ import annotations

import math
import re
from pathlib import Path

from xhsim.arguments import checked
from xhsim.errors import InputError, did_you_mean
from xhsim.study.parameters.distributions import parse_distribution
from xhsim.study.parameters.priors import FAMILIES, Prior

__all__ = ["parse_prior"]

FORM = 'write it like "90% in [0.6, 0.9]", with normal, lognormal, uniform or triangular after it'
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_PARTS = (
    ("a number", re.compile(_NUMBER)),
    ('"%"', re.compile(r"%")),
    ('"in"', re.compile(r"in(?![^\W_])")),
    ('"["', re.compile(r"\[")),
    ("a number", re.compile(_NUMBER)),
    ('","', re.compile(r",")),
    ("a number", re.compile(_NUMBER)),
    ('"]"', re.compile(r"\]")),
)


@checked
def parse_prior(
    text: str,
    bounds: tuple[float, float] | None = None,
    *,
    file: str | Path | None = None,
    line: int | None = None,
    column: int | None = None,
) -> Prior:
    """Parse a prior such as ``90% in [0.6, 0.9] lognormal``.

    Parameters
    ----------
    text : str
        ``MASS% in [LOW, HIGH]`` and optionally one of `FAMILIES`; or a distribution of SciPy such
        as ``gamma(a=2, scale=0.5)``.
    bounds : tuple of float, optional
        The parameter's range, which must contain the interval.
    file, line, column : optional
        Position where the text begins, for messages.

    Returns
    -------
    Prior

    Raises
    ------
    InputError
        If the text does not have this form, or its numbers do not define a distribution.

    Examples
    --------
    >>> parse_prior("90% in [0.6, 0.9]", (0, 1))
    Prior(mass=0.9, low=0.6, high=0.9, family='normal', bounds=(0, 1))
    >>> parse_prior("90% of [0.6, 0.9]")
    Traceback (most recent call last):
    xhsim.errors.InputError: prior "90% of [0.6, 0.9]": expected "in" instead of ...
    """

    def wrong(what: str, offset: int, hint: str | None) -> InputError:
        where = None if column is None else column + offset
        short = text if len(text) <= 60 else f"{text[:57]}..."
        return InputError(f'prior "{short}": {what}', file=file, line=line, column=where, hint=hint)

    if "(" in text:
        named = parse_distribution(text, file=file, line=line, column=column)
        if named is not None:
            return named if bounds is None else named.within(bounds)
    at, found, starts = 0, [], []
    for name, part in _PARTS:
        at = _skip_spaces(text, at)
        match = part.match(text, at)
        if match is None:
            rest = text[at : at + 60].strip()
            what = f'expected {name} instead of "{rest}"' if rest else f"{name} is missing"
            raise wrong(what, at, FORM)
        found.append(match.group())
        starts.append(at)
        at = match.end()
    family = text[at:].strip() or "normal"
    if family not in FAMILIES:
        advice = did_you_mean(family, FAMILIES) or f"families are {', '.join(FAMILIES)}"
        raise wrong(f'unknown family "{family}"', _skip_spaces(text, at), advice)
    percent, low, high = float(found[0]), float(found[4]), float(found[6])
    prior = Prior(percent / 100, low, high, family)
    complaint = _complaint(prior, bounds)
    if complaint:
        part_number, what, hint = complaint
        raise wrong(what, starts[part_number], hint)
    return prior if bounds is None else prior.within(bounds)


def _skip_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _complaint(
    prior: Prior, bounds: tuple[float, float] | None
) -> tuple[int, str, str | None] | None:
    """Return the wrong part, the message and the hint if the numbers are wrong, or None."""
    low, high = prior.low, prior.high
    if not 0 < prior.mass < 1:
        return 0, f"{100 * prior.mass:g}% is not between 0% and 100%", "90% is usual"
    if not math.isfinite(high - low):
        return 4, "the interval is not finite", "give smaller numbers"
    if not low < high:
        return 4, f"the lower end {low:g} is not below the upper end {high:g}", "swap or widen them"
    if prior.family == "lognormal" and low <= 0:
        return 4, "a lognormal interval must be positive", 'use "normal" or positive ends'
    if bounds is not None and not (bounds[0] <= low and high <= bounds[1]):
        part = 4 if low < bounds[0] else 6
        what = f"the interval leaves the range [{bounds[0]:g}, {bounds[1]:g}]"
        return part, what, "narrow the interval or widen the range"
    return None

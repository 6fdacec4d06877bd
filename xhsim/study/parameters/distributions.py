"""Priors that name a distribution of SciPy, such as ``gamma(a=2, scale=0.5)``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xhsim.errors import InputError, did_you_mean
from xhsim.study.parameters.laws import LAWS, Located
from xhsim.study.parameters.priors import Prior, all_digits

__all__ = ["NamedPrior", "parse_distribution"]

_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\((.*)\)\s*", re.DOTALL)
_ARGUMENT = re.compile(
    r"\s*([A-Za-z_]\w*)\s*=\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*"
)
MASS = 0.9  # probability of the interval that represents the distribution in tables
FINE = 512  # points of a table of quantiles for each standard deviation of a normal number
REACH = 8  # standard deviations on either side


@dataclass(frozen=True)
class NamedPrior(Prior):
    """A distribution of SciPy; the interval from `low` to `high` has probability 0.9.

    Parameters
    ----------
    arguments : tuple of (str, float)
        Shape parameters, ``loc`` and ``scale``, as written.

    Examples
    --------
    >>> prior = parse_distribution("expon(scale=2)")
    >>> round(prior.median(), 4), str(prior)
    (1.3863, 'expon(scale=2)')
    """

    arguments: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        """Return the text that `parse_distribution` reads."""
        arguments = ", ".join(f"{name}={all_digits(value)}" for name, value in self.arguments)
        return f"{self.family}({arguments})"

    def at_normal(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the quantiles at the probabilities of standard normal numbers, from a table.

        SciPy's own quantiles would take longer than the run. The error is below 1e-5 of a value.

        Parameters
        ----------
        z : ndarray
            From -8 to 8, any shape.

        Returns
        -------
        ndarray
            Values of the shape of `z`, in the parameter's unit.

        Examples
        --------
        >>> heavy = parse_distribution("t(df=5, scale=0.02)")
        >>> heavy.at_normal(np.array([0.0, 1.0])).round(4).tolist()
        [0.0, 0.0222]
        """
        levels, rises = self._table
        # The numbers are evenly spaced, so that no search is needed as in `numpy.interp`.
        beyond = (z + REACH) * FINE
        row = beyond.astype(np.int32)
        beyond -= row
        beyond *= rises[row]
        beyond += levels[row]
        return beyond

    @cached_property
    def _table(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Quantiles at the probabilities of evenly spaced normal numbers, and their differences."""
        from scipy.special import ndtr

        levels = self.quantile(ndtr(np.linspace(-REACH, REACH, 2 * REACH * FINE + 1)))
        return levels, np.diff(levels, append=levels[-1])

    @cached_property
    def _law(self) -> Any:
        return _frozen(self.family, dict(self.arguments))


def parse_distribution(
    text: str,
    *,
    file: Any = None,
    line: int | None = None,
    column: int | None = None,
) -> NamedPrior | None:
    """Parse a distribution given by its name in ``scipy.stats``.

    Parameters
    ----------
    text : str
        ``name(argument=number, ...)``.
    file, line, column : optional
        Position of the text, for messages.

    Returns
    -------
    NamedPrior or None
        None if the text does not have this form.

    Raises
    ------
    InputError
        If SciPy has no continuous distribution with this name, or it does not accept these
        arguments.
    """
    call = _CALL.fullmatch(text)
    if call is None:
        return None
    name, given = str(call.group(1)), str(call.group(2))

    def wrong(what: str, hint: str) -> InputError:
        return InputError(f'prior "{text}": {what}', file=file, line=line, column=column, hint=hint)

    shapes = LAWS[name].shapes if name in LAWS else _continuous().get(name)
    if shapes is None:
        raise wrong(
            f'scipy.stats has no continuous distribution "{name}"',
            did_you_mean(name, _continuous()) or "docs.scipy.org lists them under scipy.stats",
        )
    arguments: dict[str, float] = {}
    for part in given.split(",") if given.strip() else []:
        pair = _ARGUMENT.fullmatch(part)
        if pair is None:
            raise wrong(f'"{part.strip()}" is not an argument', f"write {name}(scale=2)")
        if pair.group(1) in arguments:
            raise wrong(f'"{pair.group(1)}" is given twice', "remove one of them")
        arguments[pair.group(1)] = float(pair.group(2))
    for argument in arguments:
        if argument not in (*shapes, "loc", "scale"):
            names = [*shapes, "loc", "scale"]
            raise wrong(
                f'{name} has no argument "{argument}"',
                did_you_mean(argument, names) or f"its arguments are {', '.join(names)}",
            )
    missing = [shape for shape in shapes if shape not in arguments]
    if missing:
        raise wrong(
            f"{' and '.join(missing)} must be given", f"{name} needs {' and '.join(shapes)}"
        )
    law = _frozen(name, arguments)
    with np.errstate(all="ignore"):  # the result is checked below
        low, high = (float(law.ppf(level)) for level in ((1 - MASS) / 2, (1 + MASS) / 2))
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise wrong(
            "these numbers do not define a distribution", "scale must be positive; see scipy.stats"
        )
    return NamedPrior(MASS, low, high, name, arguments=tuple(arguments.items()))


@cache
def _continuous() -> dict[str, tuple[str, ...]]:
    """Return the names of SciPy's continuous distributions and their shape parameters."""
    from scipy import stats

    found = {}
    for name in stats._continuous_distns._distn_names:
        law = getattr(stats, name, None)
        if isinstance(law, stats.rv_continuous):
            found[name] = tuple(part.strip() for part in (law.shapes or "").split(",") if part)
    return found


def _frozen(name: str, arguments: dict[str, float]) -> Any:
    if name in LAWS:
        return Located(LAWS[name], arguments)
    from scipy import stats

    return getattr(stats, name)(**arguments)

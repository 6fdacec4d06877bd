"""What one check found: a line of the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Finding", "percent"]


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Parameters
    ----------
    part : str
        To which part of the battery it belongs.
    name : str
        What was checked.
    passed : bool or None
        None if it could not be checked; `figure` then says why.
    figure : str
        The number on which it was decided.
    details : tuple of str
        What failed, a line each.
    remarks : tuple of str
        Where the model is known to differ from what is expected, and why.
    """

    part: str
    name: str
    passed: bool | None
    figure: str
    details: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        part: str,
        name: str,
        figure: str,
        wrong: Iterable[str] = (),
        remarks: Iterable[str] = (),
    ) -> Finding:
        """Give a finding that passed if nothing was wrong."""
        details = tuple(wrong)
        return cls(part, name, not details, figure, details, tuple(remarks))

    @classmethod
    def skipped(cls, part: str, name: str, why: str) -> Finding:
        """Give a finding of a check that could not be made."""
        return cls(part, name, None, why)


def percent(share: float, digits: int = 3) -> str:
    """Write a share as per cent, with its sign and a few significant digits.

    Examples
    --------
    >>> percent(0.01234), percent(-3e-9), percent(0.0)
    ('+1.23 %', '-3e-07 %', '0 %')
    """
    return f"{100 * share:+.{digits}g} %" if share else "0 %"

"""The finding of one check: a line of the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from xhsim.analysis.validation.measured import LoopResponse, Response

__all__ = ["Finding", "percent"]


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Parameters
    ----------
    part : str
        The part of the battery that it belongs to.
    name : str
        The subject of the check.
    passed : bool or None
        None if the check could not run; `figure` then says why.
    figure : str
        The number that decides.
    details : tuple of str
        A line for each failure.
    remarks : tuple of str
        A line for each known difference from the expectations, with its reason.
    measured : tuple of Response or LoopResponse
        The figures that are reported one by one.
    """

    part: str
    name: str
    passed: bool | None
    figure: str
    details: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    measured: tuple[Response | LoopResponse, ...] = ()

    def with_measured(self, figures: Iterable[Response | LoopResponse]) -> Finding:
        """Return the finding with figures that are reported one by one."""
        return replace(self, measured=tuple(figures))

    @classmethod
    def of(
        cls,
        part: str,
        name: str,
        figure: str,
        wrong: Iterable[str] = (),
        remarks: Iterable[str] = (),
    ) -> Finding:
        """Make a finding, which has passed if nothing is wrong."""
        details = tuple(wrong)
        return cls(part, name, not details, figure, details, tuple(remarks))

    @classmethod
    def skipped(cls, part: str, name: str, why: str) -> Finding:
        """Make a finding of a check that could not run."""
        return cls(part, name, None, why)


def percent(share: float, digits: int = 3) -> str:
    """Format a share in per cent, with its sign and a few significant digits.

    Examples
    --------
    >>> percent(0.01234), percent(-3e-9), percent(0.0)
    ('+1.23 %', '-3e-07 %', '0 %')
    """
    return f"{100 * share:+.{digits}g} %" if share else "0 %"

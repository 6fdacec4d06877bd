"""Figures of checks that are reported one by one: responses to shocks, and effects of loops."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LoopResponse", "Response"]


@dataclass(frozen=True)
class Response:
    """The response of a variable to a shock in one year, and the range that it must be in.

    Parameters
    ----------
    shock, variable : str
    year : int
    change : float
        The change against the undisturbed run; NaN if it is undefined.
    low, high : float
        Ends of the range.
    unit : {"%", "points"}
        Unit of the change and the range.
    evidence : str
        The source of the range.
    passed : bool
        Whether the change is in the range.
    """

    shock: str
    variable: str
    year: int
    change: float
    low: float
    high: float
    unit: str
    evidence: str
    passed: bool


@dataclass(frozen=True)
class LoopResponse:
    """The response of a variable to a push in one year, with a loop closed and with it cut.

    Parameters
    ----------
    loop, variable : str
    year : float
    closed, cut : float
        The response in per cent; NaN if it is undefined.
    does : {"amplifies", "dampens"}
        What the loop is expected to do.
    is_asked : bool
        Whether the check is about this year.
    """

    loop: str
    variable: str
    year: float
    closed: float
    cut: float
    does: str
    is_asked: bool

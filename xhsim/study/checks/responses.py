"""Expected responses of the model to shocks, from checks.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from xhsim.study.files.mistakes import Place
from xhsim.study.scenarios.scenario import Change

__all__ = ["ExpectedResponse", "Scaling", "ShockCheck"]


@dataclass(frozen=True)
class ExpectedResponse:
    """The range in which a variable must respond to a shock in one year.

    Parameters
    ----------
    variable : str
        A variable, elements of it, or a sum such as ``output[AI] + output[Finance]``.
    year : int
    low, high : float
        Ends of the range, in `unit`.
    unit : {"%", "points"}
        Whether the change is in per cent of the undisturbed run, or a difference in the unit of the
        variable.
    evidence : str
        The source of the range.
    differs : str
        Why the model is known to leave the range; empty if it must not.
    """

    variable: str
    year: int
    low: float
    high: float
    unit: str
    evidence: str
    differs: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The references that are added up."""
        return parts_of(self.variable)


@dataclass(frozen=True)
class Scaling:
    """Levers that are multiplied by a factor from a date on; without `levers`, all of them."""

    since: float
    factor: float
    levers: tuple[str, ...]


@dataclass(frozen=True)
class ShockCheck:
    """A shock and the responses to it.

    Parameters
    ----------
    name, chinese, says : str
        Name, name in Chinese (may be empty), and the shock in words.
    base : str or None
        The scenario that is disturbed; by default the first.
    changes : tuple of Change
    scaling : Scaling or None
    expected : tuple of ExpectedResponse
    where : Place
        File and line.
    """

    name: str
    chinese: str
    says: str
    base: str | None
    changes: tuple[Change, ...]
    scaling: Scaling | None
    expected: tuple[ExpectedResponse, ...]
    where: Place


def parts_of(variable: str) -> tuple[str, ...]:
    """Split a sum into its references.

    Examples
    --------
    >>> parts_of("output[AI] + retail sales")
    ('output[AI]', 'retail sales')
    """
    return tuple(part.strip() for part in variable.split(" + "))

"""The validation battery: run all checks on a study and collect their findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xhsim.analysis.validation.chains import check_chains
from xhsim.analysis.validation.extremes import check_extremes
from xhsim.analysis.validation.findings import Finding
from xhsim.analysis.validation.history import check_history
from xhsim.analysis.validation.levers import check_levers
from xhsim.analysis.validation.loops import check_loops
from xhsim.analysis.validation.measured import LoopResponse, Response
from xhsim.analysis.validation.responses import check_responses
from xhsim.analysis.validation.signs import check_signs
from xhsim.analysis.validation.steps import check_steps
from xhsim.analysis.validation.units import check_both_units
from xhsim.analysis.validation.variance import check_variance
from xhsim.arguments import checked
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["Validation", "validate"]

PARTS = (
    check_both_units,
    check_steps,
    check_extremes,
    check_chains,
    check_signs,
    check_levers,
    check_loops,
    check_responses,
    check_variance,
    check_history,
)


@dataclass(frozen=True)
class Validation:
    """The result of the battery.

    Parameters
    ----------
    findings : tuple of Finding
        In the order of the battery.
    """

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed; a check that could not run has not failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The findings that failed."""
        return tuple(finding for finding in self.findings if finding.passed is False)

    @property
    def responses(self) -> tuple[Response, ...]:
        """The responses to shocks."""
        figures = (figure for finding in self.findings for figure in finding.measured)
        return tuple(figure for figure in figures if isinstance(figure, Response))

    @property
    def loops(self) -> tuple[LoopResponse, ...]:
        """The responses with feedback loops closed and cut."""
        figures = (figure for finding in self.findings for figure in finding.measured)
        return tuple(figure for figure in figures if isinstance(figure, LoopResponse))


@checked
def validate(study: FittedStudy) -> Validation:
    """Run the validation battery on a study.

    Parameters
    ----------
    study : Study
        Its checks.yaml contains the expectations.

    Returns
    -------
    Validation

    Raises
    ------
    InputError
        If checks.yaml names something that does not exist, or the study has no scenario.

    Examples
    --------
    For the study that ships this takes half a minute. A part can be run alone:

    >>> import xhsim
    >>> from xhsim.analysis.validation.chains import check_chains
    >>> all(finding.passed for finding in check_chains(xhsim.open_study()))
    True
    """
    if not study.scenarios:
        raise InputError(
            "the study has no scenario",
            file=study.files.folder / "scenarios",
            hint="add baseline.yaml",
        )
    return Validation(tuple(finding for part in PARTS for finding in part(study)))

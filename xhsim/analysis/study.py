"""The study with a method for each analysis; `xhsim.analysis.interface` holds them by subject."""

from __future__ import annotations

from xhsim.analysis.interface.behaviour import BehaviourStudy
from xhsim.analysis.interface.history import HistoryStudy
from xhsim.analysis.interface.judging import JudgingStudy
from xhsim.analysis.interface.policies import PolicyStudy
from xhsim.analysis.interface.uncertainty import UncertaintyStudy
from xhsim.arguments import checked_methods

__all__ = ["Study"]


@checked_methods
class Study(JudgingStudy, PolicyStudy, UncertaintyStudy, BehaviourStudy, HistoryStudy):
    """A model with its parameters, targets, history and scenarios.

    Parameters
    ----------
    files : StudyFiles
        As read from the folder.

    Raises
    ------
    InputError
        If the files contradict the model.
    """

    def __repr__(self) -> str:
        """Name the model and count targets, parameters and scenarios."""
        return (
            f"<Study of {self.files.model_path.name}: {len(self.targets)} targets, "
            f"{len(self.parameters)} parameters, {len(self.scenarios)} scenarios>"
        )

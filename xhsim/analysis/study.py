"""The study with a method for each analysis; `xhsim.analysis.interface` holds them by subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xhsim.analysis.interface.behaviour import BehaviourStudy
from xhsim.analysis.interface.history import HistoryStudy
from xhsim.analysis.interface.judging import JudgingStudy
from xhsim.analysis.interface.policies import PolicyStudy
from xhsim.analysis.interface.uncertainty import UncertaintyStudy
from xhsim.arguments import checked_methods
from xhsim.wording.html_tables import both_languages, facts_html, rows_html
from xhsim.wording.units import display_unit

__all__ = ["Study"]

ROLES = {"lever": "levers", "uncertain": "uncertain", "fixed": "fixed"}


@checked_methods
class Study(JudgingStudy, PolicyStudy, UncertaintyStudy, BehaviourStudy, HistoryStudy):
    """A model with its parameters, targets, history and scenarios.

    Parameters
    ----------
    files : StudyFiles
        As read from the folder.

    Attributes
    ----------
    model : Model
        The stock-and-flow model.
    files : StudyFiles
        The content of the folder; calibrated parameters have their most probable values.
    files_read : StudyFiles
        The same with the values of ``parameters.yaml``.

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

    def _repr_html_(self) -> str:
        """Show in a notebook what the study contains. Lists open on a click."""
        parameters = self.parameters.values()
        roles = Counter(parameter.role for parameter in parameters)
        facts = {
            "model": repr(self.model).removeprefix("<Model ").rstrip(">"),
            "parameters": ", ".join(f"{roles[role]} {name}" for role, name in ROLES.items()),
            "targets": f"{len(self.targets)}, {len(self.indicators)} of them indicators",
            "history": f"{len(self.files.observations)} figures",
            "releases": self.files.releases and f"{len(self.files.releases)} figures",
            "structures": self.structures and ", ".join(self.structures.names),
        }
        scenarios = [
            (one.name, both_languages(one.label), one.extends or "")
            for one in self.scenarios.values()
        ]
        targets = [
            (one.rank or "", one.id, both_languages(one.label), one.asks_for, one.deadline)
            for one in self.targets.values()
        ]
        levers = [
            (one.name, both_languages(one.label), display_unit(one.unit))
            for one in parameters
            if one.role == "lever"
        ]
        return "".join(
            (
                facts_html("Study", facts),
                _folded(scenarios, "scenarios", ("name", "label", "extends")),
                _folded(targets, "targets", ("no.", "name", "label", "asks for", "by")),
                _folded(levers, "levers", ("name", "label", "unit")),
            )
        )


def _folded(rows: Sequence[Sequence[object]], name: str, heads: Sequence[str]) -> str:
    return rows_html(f"{len(rows)} {name}", heads, rows, folded=True)

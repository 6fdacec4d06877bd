"""What analyses say about a monitored study, gathered before it becomes sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xhsim.analysis.judging.required import required_path
from xhsim.analysis.monitoring.channels import learnt
from xhsim.analysis.monitoring.revision import revision_by_release
from xhsim.analysis.monitoring.sealed_scores import score_register
from xhsim.analysis.uncertainty.what_to_watch import what_to_watch

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.monitoring.revision import Revision
    from xhsim.analysis.monitoring.sealed_scores import SealedScores
    from xhsim.study.targets import Target

__all__ = ["Findings", "findings_of"]

TIMES = 5  # draws of the revision by release, for each draw of the monitoring


@dataclass(frozen=True, eq=False)
class Findings:
    """What a bulletin says, as tables.

    Attributes
    ----------
    targets : mapping of str to Target
        The numbered indicators, or all targets if none has a number.
    probabilities : DataFrame
        See `xhsim.analysis.monitoring.monitor.Monitoring.probabilities`.
    revision : Revision or None
        The change split by release. None if no figure counts.
    learnt : DataFrame
        See `xhsim.analysis.monitoring.channels.learnt`.
    watch : DataFrame
        From ``study.to_watch``.
    required : mapping of str to DataFrame
        The required path of each target, see ``study.required``.
    scores : SealedScores
        From ``study.score``.
    """

    targets: Mapping[str, Target]
    probabilities: pd.DataFrame
    revision: Revision | None
    learnt: pd.DataFrame
    watch: pd.DataFrame
    required: Mapping[str, pd.DataFrame]
    scores: SealedScores


def findings_of(monitoring: Monitoring, *, draws: int | None = None) -> Findings:
    """Run the analyses that a bulletin reports.

    Parameters
    ----------
    monitoring : Monitoring
    draws : int, optional
        Of the revision by release; by default five times those of the monitoring.

    Returns
    -------
    Findings
    """
    study = monitoring.study
    many = TIMES * monitoring.world.draws if draws is None else draws
    targets = dict(study.indicators or study.targets)
    names = list(targets)
    last = monitoring.ensembles[-1]
    return Findings(
        targets,
        monitoring.probabilities(names),
        revision_by_release(monitoring, names, draws=many) if monitoring.releases else None,
        learnt(monitoring, most=None),
        what_to_watch(study, last, targets, published=monitoring.releases),
        {name: required_path(last, target) for name, target in targets.items()},
        score_register(study),
    )

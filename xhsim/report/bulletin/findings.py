"""What analyses say about a monitored study, gathered before it becomes sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xhsim.analysis.early_warning.lights import fitting_twins
from xhsim.analysis.early_warning.rates import ALL, light_rates
from xhsim.analysis.forecasts.sealed_scores import score_register
from xhsim.analysis.judging.required import required_path
from xhsim.analysis.monitoring.channels import learnt
from xhsim.analysis.monitoring.revision import revision_by_release
from xhsim.analysis.uncertainty.what_to_watch import what_to_watch

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.forecasts.sealed_scores import SealedScores
    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.monitoring.revision import Revision
    from xhsim.study.targets import Target

__all__ = ["Findings", "findings_of"]

# Standard errors: a page has some forty changes, of which two would often be chance at 1.96.
SURE = 3.0
LEAST = 0.01  # a smaller change is not worth a reader's time
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
    rates : DataFrame or None
        How often lights were right in twin experiments, for all targets together, indexed by the
        last year whose figures were known: see
        `xhsim.analysis.early_warning.rates.light_rates`. None if the study has no twins that fit
        it.
    effective : tuple of float
        For each update, the number of independent draws that its draws are worth.
    """

    targets: Mapping[str, Target]
    probabilities: pd.DataFrame
    revision: Revision | None
    learnt: pd.DataFrame
    watch: pd.DataFrame
    required: Mapping[str, pd.DataFrame]
    scores: SealedScores
    rates: pd.DataFrame | None
    effective: tuple[float, ...]

    def row(self, target: str, update: int) -> dict[str, Any]:
        """Return the probability of a target as of an update, by its position."""
        size = len(self.targets)
        start = (update % len(self.effective)) * size
        row = self.probabilities.iloc[start : start + size].xs(target, level=1).iloc[0]
        return {str(key): value for key, value in row.items()}

    def change(self, target: str, before: int) -> float:
        """Return the change of a probability since an update."""
        return float(self.row(target, -1)["probability"] - self.row(target, before)["probability"])

    def is_sure(self, target: str, before: int) -> bool:
        """Return whether the change since an update is more than chance.

        The draws of both updates count as if they were independent.
        """
        sizes = [self.effective[place] for place in (before, -1)]
        shares = [float(self.row(target, place)["probability"]) for place in (before, -1)]
        # A share of 0 or 1 is not certain either: two draws more of each kind (Agresti and Coull).
        shares = [(share * n + 2) / (n + 4) for share, n in zip(shares, sizes, strict=True)]
        errors = [share * (1 - share) / n for share, n in zip(shares, sizes, strict=True)]
        return abs(self.change(target, before)) > SURE * math.sqrt(sum(errors))

    @property
    def moved(self) -> list[str]:
        """The targets that figures moved for sure, the most moved first."""
        sure = [name for name in self.targets if self.is_sure(name, 0)]
        sure = [name for name in sure if abs(self.change(name, 0)) > LEAST]
        return sorted(sure, key=lambda name: -abs(self.change(name, 0)))


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
        _rates(monitoring),
        tuple(update.worth * monitoring.world.draws for update in monitoring.updates),
    )


def _rates(monitoring: Monitoring) -> pd.DataFrame | None:
    twins = fitting_twins(monitoring.study)
    if twins is None:
        return None
    study = monitoring.study
    table = light_rates(twins, study.files.monitoring, study.targets).loc[ALL]
    # For all targets together a twin counts once for each of them.
    return table.assign(twins=twins.twins)

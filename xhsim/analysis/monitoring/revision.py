"""The revision of probabilities, split by release: which figure moved which target.

Each group of releases gives its own probabilities. For each group draws are taken from a normal
approximation of the distribution given the group, and all of these are pooled. A draw's weight for
a group is the likelihood of the group over the density of the mixture from which the draws come
(multiple importance sampling by the balance heuristic: Veach and Guibas 1995, doi
10.1145/218380.218498).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from xhsim.analysis.judging.attainment import met_in
from xhsim.analysis.judging.contributions import Contributions, Group, contributions, groups_of
from xhsim.analysis.monitoring.figures import FigureBounds, log_likelihood
from xhsim.analysis.monitoring.sampler import Normal, effective_number, regressed
from xhsim.arguments import checked
from xhsim.study.history.release_label import release_label

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.monitoring.monitor import Monitoring

__all__ = ["Revision", "as_revision", "revision_by_release"]

Array = NDArray[np.float64]
DRAWS = 20_000
FEWEST = 20  # draws for each group of releases
AT_ONCE = 20_000  # draws of one run
PARTS = 10  # of the draws, from whose differences standard errors are computed


@dataclass(frozen=True)
class Revision:
    """How much each cause moved each probability.

    Attributes
    ----------
    table : DataFrame
        One row for each target and cause: ``target_id``, ``cause`` (its number), ``label`` and
        ``label_zh`` of the cause, and the change of the probability: ``alone``, ``last``,
        ``shapley`` and ``error``, the standard error of ``shapley``. See
        ``xhsim.analysis.judging.contributions``.
    totals : DataFrame
        Indexed by target: labels, ``before``, ``after``, and ``interaction``, the change minus the
        sum of ``alone``. Both tables have the attributes `Monitoring.about`, and ``by``, the kind
        of cause: ``release`` or ``channel``.
    worth : float
        The smallest effective number of draws of any group of causes.
    """

    table: pd.DataFrame
    totals: pd.DataFrame
    worth: float


@checked
def revision_by_release(
    monitoring: Monitoring,
    targets: Sequence[str] | None = None,
    *,
    draws: int = DRAWS,
    progress: Callable[[int], None] | None = None,
) -> Revision:
    """Split the change of each probability among the releases that count.

    Parameters
    ----------
    monitoring : Monitoring
    targets : sequence of str, optional
        Ids; by default the plan's indicators.
    draws : int
        Number of draws of all groups together, in addition to those before any release.
    progress : callable, optional
        Called with the number of draws run since the last call.

    Returns
    -------
    Revision
        A cause is a release, by its position in ``monitoring.releases``.

    Examples
    --------
    >>> import xhsim
    >>> early = xhsim.open_study().monitor("2022-12", draws=64)  # before the first release
    >>> found = revision_by_release(early, ["rd_intensity"], draws=64)
    >>> float(found.totals.loc["rd_intensity", "interaction"])  # nothing was published
    0.0
    """
    chosen = list(monitoring.targets(targets).values())
    last = list(monitoring.updates[-1].counted)
    figures = monitoring.counterparts.figures.taken(last)
    ends = (monitoring.updates[0].points, monitoring.updates[-1].points)
    slopes, constants = regressed(
        np.vstack(ends), np.vstack([monitoring.seen[0][:, last], monitoring.seen[-1][:, last]])
    )
    groups = groups_of(len(last), seed=(monitoring.world.seed,))
    size = max(FEWEST, draws // len(groups))
    normals = [
        Normal.given(slopes[group], constants[group], figures.taken(group))
        for group in groups
        if group.any()
    ]
    generator = np.random.default_rng((monitoring.world.seed, 17))
    near = [normal.drawn(size, generator) for normal in normals]
    points, seen, met = [ends[0]], [monitoring.seen[0][:, last]], [monitoring.met(0, chosen)]
    at_once = max(1, AT_ONCE // size)
    for start in range(0, len(near), at_once):
        part = np.vstack(near[start : start + at_once])
        run = monitoring.run_at(part, [target.variable.name for target in chosen])
        points.append(part)
        seen.append(monitoring.counterparts.of(run)[:, last])
        met.append(met_in(run, chosen))
        if progress:
            progress(len(part))
    sizes: list[tuple[int, Normal | None]] = [(len(ends[0]), None)]
    sizes += [(size, normal) for normal in normals]
    pool = _Pool.of(np.vstack(points), np.vstack(seen), np.vstack(met), sizes, figures)

    def split(keep: slice) -> Contributions:
        part = pool.taken(keep)

        def effects(wanted: Sequence[Group]) -> Array:
            return np.array([part.mean(group) for group in wanted])

        return contributions(len(last), effects, seed=(monitoring.world.seed,))

    whole = split(slice(None))
    smallest = min(effective_number(pool.log_weights(group)) for group in groups)
    parts = [split(slice(n, None, PARTS)).shapley for n in range(PARTS)]
    error = np.std(parts, axis=0, ddof=1) / np.sqrt(PARTS)
    named = (release_label(row, monitoring.study.labels) for row in monitoring.releases)
    labels = [(label.en, label.zh) for label in named]
    return as_revision(monitoring, targets, whole, error, labels, smallest, "release")


@dataclass(frozen=True)
class _Pool:
    """Draws of a mixture of distributions, and their weights under any group of figures."""

    logs: Array  # log likelihood of each figure, (draws, figures)
    mixture: Array  # log density of the mixture over that of the prior, (draws,)
    met: Array  # (draws, targets)

    @classmethod
    def of(
        cls,
        points: Array,
        seen: Array,
        met: Array,
        sizes: Sequence[tuple[int, Normal | None]],
        figures: FigureBounds,
    ) -> _Pool:
        total = sum(size for size, _ in sizes)
        parts = [
            np.full(len(points), np.log(size / total))
            + (0.0 if normal is None else normal.log_ratio(points))
            for size, normal in sizes
        ]
        return cls(log_likelihood(seen, figures), logsumexp(parts, axis=0), met)

    def taken(self, keep: slice) -> _Pool:
        return _Pool(self.logs[keep], self.mixture[keep], self.met[keep])

    def log_weights(self, group: Group) -> Array:
        """Return log weights of the draws given a group of figures, up to a constant."""
        return np.asarray(self.logs[:, group].sum(axis=1) - self.mixture)

    def mean(self, group: Group) -> Array:
        """Return the probabilities given a group of figures."""
        logs = self.log_weights(group)
        weights = np.exp(logs - logs.max())
        return np.asarray(weights @ self.met / weights.sum())


def as_revision(
    monitoring: Monitoring,
    targets: Sequence[str] | None,
    found: Contributions,
    error: Array,
    labels: Sequence[tuple[str, str]],
    worth: float,
    by: str,
) -> Revision:
    """Return contributions as tables; `by` names the kind of cause."""
    import pandas as pd

    chosen = list(monitoring.targets(targets).values())
    rows = [
        {
            "target_id": target.id,
            "cause": cause,
            "label": en,
            "label_zh": zh,
            "alone": found.alone[cause, number],
            "last": found.last[cause, number],
            "shapley": found.shapley[cause, number],
            "error": error[cause, number],
        }
        for number, target in enumerate(chosen)
        for cause, (en, zh) in enumerate(labels)
    ]
    totals = [
        {
            "target_id": target.id,
            **target.label.columns(),
            "before": found.before[number],
            "after": found.after[number],
            "interaction": found.interaction[number],
        }
        for number, target in enumerate(chosen)
    ]
    table, ends = pd.DataFrame(rows), pd.DataFrame(totals).set_index("target_id")
    table.attrs = ends.attrs = monitoring.about | {"by": by}
    return Revision(table, ends, worth)

"""The draws after the figures that were published up to a month: those of ``xhsim monitor``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.worlds.design import Design
from xhsim.study.history.release_label import release_label
from xhsim.wording.label import LANGUAGES, Label
from xhsim.wording.phrases import EXPLORER
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.study import Study
    from xhsim.study.history.releases import Release

__all__ = ["KnownFigures", "figure_label", "joined", "known_figures"]

MOST = 8  # months, the newest ones
SPACE = 1.5  # times the page's draws: at most so many those of all months have together
FEWEST = 50  # independent draws; with less, an interval spans a quarter of all probabilities
MONITORED = "baseline"  # the policy that is taken to have been in force when the figures arose


@dataclass(frozen=True, eq=False)
class KnownFigures:
    """The figures that were known at the end of a month, and the draws after them.

    Attributes
    ----------
    month : str
        ``2023-01``.
    scenario : str
        The policy that is taken to have been in force when the figures arose.
    figures : tuple of Release
    every : int
        Of how many draws of the monitoring one is here.
    design : Design
    worth : float
        Of one draw, in independent draws.
    """

    month: str
    scenario: str
    figures: tuple[Release, ...]
    every: int
    design: Design
    worth: float

    @property
    def is_enough(self) -> bool:
        """Whether the draws are worth enough to show probabilities."""
        return self.design.draws * self.worth >= FEWEST


def known_figures(study: Study, scenario: str, draws: int, seed: int) -> tuple[KnownFigures, ...]:
    """Update the draws of a study with its releases, month by month.

    Parameters
    ----------
    study : Study
    scenario : str
        The policy in force, if the study has no scenario ``baseline``.
    draws, seed : int
        As for the page, and for the monitoring. Its draws after several months take much room, so
        that the page has every second one of them, or fewer.

    Returns
    -------
    tuple of KnownFigures
        The draws of a month are those of ``study.monitor(month, draws=draws, seed=seed)``. Months
        in which nothing new counted are left out; none in a study without releases.

    Raises
    ------
    InputError
        As `Study.monitor`.
    """
    releases = study.files.releases
    day = study.files.monitoring.default_date(releases)
    published = [row.published for row in releases if day is not None and row.published <= day]
    months = sorted({f"{each:%Y-%m}" for each in published})[-MOST:]
    if not months:
        return ()
    policy = MONITORED if MONITORED in study.scenarios else scenario
    every = math.ceil(len(months) / SPACE)
    found = study.monitor(scenario=policy, draws=draws, seed=seed)
    latest = {f"{update.published:%Y-%m}": n for n, update in enumerate(found.updates) if n}
    return tuple(_month(found, month, latest[month], every) for month in months if month in latest)


def _month(found: Monitoring, month: str, number: int, every: int) -> KnownFigures:
    update = found.updates[number].thinned(every)
    return KnownFigures(
        month,
        found.world.scenario.name,
        tuple(found.counterparts.releases[place] for place in update.counted),
        every,
        found.coordinates.design_at(update.points),
        update.worth,
    )


def joined(design: Design, months: Sequence[KnownFigures]) -> Design:
    """Return a design with the draws of months after its own.

    Parameters
    ----------
    design : Design
    months : sequence of KnownFigures
        Of the same study.

    Returns
    -------
    Design
    """
    every = [design, *(known.design for known in months)]
    return replace(
        design,
        points=np.concatenate([each.points for each in every], axis=1),
        rows=np.concatenate([each.rows for each in every]),
    )


def figure_label(study: Study, release: Release) -> Label:
    """Write what was published: the name, the value with its unit, and the date.

    Parameters
    ----------
    study : Study
    release : Release

    Returns
    -------
    Label

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> figure_label(study, study.files.releases[0]).en
    'growth of real GDP index, 2022: 0.5 (%; published 2023-01)'
    """
    figure = release.figure
    values = [figure.value] if figure.high is None else [figure.value, figure.high]
    value = "–".join(f"{each:,.12g}" for each in values).replace("-", "−")
    texts = {
        lang: EXPLORER.say(
            "figure",
            lang,
            name=release_label(release, study.labels).in_(lang),
            value=value,
            unit=display_unit(figure.unit, lang) or EXPLORER.say("share", lang),
            published=release.dated,
        )
        for lang in LANGUAGES
    }
    return Label(**texts)

"""Levers that a search moved without an effect that anybody could see: they stay where they were.

A search ends somewhere on a flat slope, and so moves levers that hardly matter by a little. A
reader would take such a move for advice.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.probability import Z
from xhsim.analysis.packages.search import TOLERANCE, Asked, FoundPackage
from xhsim.analysis.packages.worth import JUDGES
from xhsim.analysis.policies.objectives import Margins, Objective
from xhsim.analysis.policies.package_runs import PackageRuns

__all__ = ["put_back"]

Array = NDArray[np.float64]
UNSEEN = 0.01  # share of the width of an interval: what draws cannot show
SLACK = 1e-9  # of a limit: what rounding may add


def put_back(
    runs: PackageRuns, asked: Asked, checker: PackageRuns, found: FoundPackage
) -> FoundPackage:
    """Put levers back to their starting level if that costs less than draws can show.

    Parameters
    ----------
    runs : PackageRuns
        On the draws of the search.
    asked : Asked
    checker : PackageRuns
        The same on other draws, for the goals.
    found : FoundPackage

    Returns
    -------
    FoundPackage
        All that is put back together costs, in the smoothed objective and in each goal, at most a
        hundredth of the width of the interval with which a package is judged. No limit is broken,
        and a goal that was reached still is.
    """
    start, point = runs.start, found.point
    has_place = np.array(
        [lever.low <= lever.start <= lever.high for lever in runs.free], dtype=bool
    )
    moved = np.flatnonzero(has_place & (point != start))
    if not moved.size:
        return found
    trials = np.tile(point, (len(moved) + 1, 1))
    trials[np.arange(1, len(trials)), moved] = start[moved]
    margins = runs.margins(trials)
    loss = asked.losses(margins, smooth=True)
    chances = asked.chances(margins, smooth=True)
    harm = np.maximum(np.vstack([loss[1:] - loss[0], chances[:, :1] - chances[:, 1:]]), 0.0)
    every = (asked.objective, *(goal.objective for goal in asked.goals))
    room = np.array([_unseen(objective, margins) for objective in every])
    back = point.copy()
    for trial in np.argsort(harm.max(axis=0), kind="stable"):
        changed = back.copy()
        changed[moved[trial]] = start[moved[trial]]
        if (harm[:, trial] <= room + 1e-12).all() and _keeps(runs, asked, changed):
            back, room = changed, room - harm[:, trial]
    tried = found.tried + len(trials)
    if asked.goals and found.is_allowed:
        missed = asked.least - asked.chances(checker.margins(back[np.newaxis]))[:, 0]
        if (missed > TOLERANCE).any():
            back = point
    return replace(found, point=back, tried=tried)


def _unseen(objective: Objective, margins: Margins) -> float:
    """Return the change of an objective that is too small to be seen, at the first package."""
    deviation = float(objective.by_draw(margins)[:, 0].std(axis=-1).max())
    return UNSEEN * 2 * Z * deviation / math.sqrt(JUDGES)


def _keeps(runs: PackageRuns, asked: Asked, point: Array) -> bool:
    """Whether a package keeps to the limits: less for one lever raises the shares of others."""
    levels = runs.levels(point[np.newaxis])
    return all(limit.reached(levels)[0] <= limit.most + SLACK for limit in asked.limits)

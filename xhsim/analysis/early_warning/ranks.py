"""Whether the truth of twins looks like one more of the draws that were monitored.

If the sampler is right, the rank of the truth among some of the draws is equally often each of its
values: simulation-based calibration (Talts and others 2018, arXiv 1804.06788).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.early_warning.rates import ALL, worth_of_clusters
from xhsim.analysis.judging.probability import chance
from xhsim.arguments import checked

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.study.history.stored_twins import StoredTwins, TwinRow

__all__ = ["calibration_table"]

Array = NDArray[np.float64]
INSIDE = (0.05, 0.95)  # shares of the draws between which a 90 % interval holds the truth


@checked
def calibration_table(twins: StoredTwins) -> pd.DataFrame:
    """Test whether the truth of twins looks like one more of the draws that were monitored.

    Parameters
    ----------
    twins : StoredTwins

    Returns
    -------
    DataFrame
        Indexed by ``name`` of a target or another number, and ``all`` for all of them:

        - ``kind``: ``target`` or ``number``;
        - ``twins``;
        - ``rank``: the mean rank of the truth among the compared draws, over their number; 0.5 if
          draws are neither too low nor too high;
        - ``chi_square`` and ``p_value``: of the test that each rank is equally frequent;
        - ``p_holm``: corrected for the number of tests (Holm 1979);
        - ``inside_90``, ``inside_90_low``, ``inside_90_high``: how often the 90 % interval of the
          draws held the truth, with Wilson's 95 % interval. For ``all`` it counts that the numbers
          of a twin resemble each other, and no test is made.

    Examples
    --------
    >>> from xhsim.study.history.stored_twins import StoredTwins, TwinRow
    >>> ranks = [TwinRow(n, "jobs", True, n % 20, (n % 20 + 0.5) / 20, (1.0,)) for n in range(200)]
    >>> made = (2022,), ("jobs",), "baseline", 100, 0, 19, (1.0,), {}
    >>> table = calibration_table(StoredTwins(tuple(ranks), *made))
    >>> table.loc["jobs", ["rank", "p_value", "inside_90"]].round(2).tolist()
    [0.5, 1.0, 0.9]
    """
    import pandas as pd
    from scipy.stats import chisquare

    rows = {}
    for name in dict.fromkeys(row.name for row in twins.rows):
        own = [row for row in twins.rows if row.name == name]
        ranks = np.array([row.rank for row in own])
        test = chisquare(np.bincount(ranks, minlength=twins.compared + 1))
        rows[name] = {
            "kind": "number" if own[0].met is None else "target",
            "twins": len(own),
            "rank": float(ranks.mean() / twins.compared),
            "chi_square": float(test.statistic),
            "p_value": float(test.pvalue),
            **_inside(own),
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.insert(5, "p_holm", _holm(table["p_value"].to_numpy()))
    mean = {"kind": "", "twins": twins.twins, "rank": float(table["rank"].mean())}
    table.loc[ALL] = pd.Series({**mean, **_inside(twins.rows)})
    table.index.name = "name"
    return table


def _inside(rows: Sequence[TwinRow]) -> dict[str, float]:
    inside = np.array([INSIDE[0] <= row.share <= INSIDE[1] for row in rows])
    worth = worth_of_clusters(inside, np.array([row.twin for row in rows]))
    found = chance(int(inside.sum()), len(inside), worth)
    return {
        "inside_90": found.probability,
        "inside_90_low": found.ci_low,
        "inside_90_high": found.ci_high,
    }


def _holm(p_values: Array) -> Array:
    """Correct p values for the number of tests, so that any of them holds (Holm 1979)."""
    order = np.argsort(p_values)
    factors = np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(factors * p_values[order]))
    return corrected

"""Weights of the structures of a model, from their forecasts of published figures.

A structure's score in a year is the mean logarithm of the density that its forecasts gave to the
figures of that year. Figures of one year share its shocks, and several origins forecast the same
figure, so each observed year counts once, however many figures it has. The weights follow
pseudo-Bayesian model averaging with the Bayesian bootstrap (Yao, Vehtari, Simpson and Gelman 2018,
Bayesian Analysis 13:917): years get random weights, each time a structure gets a share in
proportion to the exponential of its total, and shares are averaged. So few years move the weights
little. At last a part is divided equally, so that no structure falls below a tenth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from xhsim.arguments import checked

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LEAST", "scores_of_structures", "structure_weights"]

LEAST = 0.1
RESAMPLED = 4000


def scores_of_structures(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean logarithmic score of each structure in each year.

    Parameters
    ----------
    table : DataFrame
        Columns ``structure``, ``year`` and ``log_score``, one row for each forecast figure.

    Returns
    -------
    DataFrame
        Indexed by structure, with a column for each observed year.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("floor", 2019, -1.0), ("floor", 2019, -3.0), ("trend", 2019, -2.5)]
    >>> table = pd.DataFrame(rows, columns=["structure", "year", "log_score"])
    >>> scores_of_structures(table)[2019].to_dict()
    {'floor': -2.0, 'trend': -2.5}
    """
    means = table.groupby(["structure", "year"], sort=False)["log_score"].mean()
    return means.unstack("year").reindex(table["structure"].unique()).sort_index(axis=1)


@checked
def structure_weights(
    table: pd.DataFrame, structures: tuple[str, ...], *, seed: int = 0
) -> Mapping[str, float]:
    """Weigh structures by their forecasts.

    Parameters
    ----------
    table : DataFrame
        As for `scores_of_structures`; it may be empty.
    structures : tuple of str
        All structures that get a weight.
    seed : int
        Of the random weights of years.

    Returns
    -------
    dict of str to float
        Their sum is 1, and each is at least a tenth (or half an equal share, if there are more than
        five). Equal if there is no forecast.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("good", year, 1.0) for year in range(2017, 2022)]
    >>> rows += [("bad", year, -9.0) for year in range(2017, 2022)]
    >>> table = pd.DataFrame(rows, columns=["structure", "year", "log_score"])
    >>> found = structure_weights(table, ("good", "bad"))
    >>> round(found["good"], 2), round(found["bad"], 2)
    (0.9, 0.1)
    """
    count = len(structures)
    if count == 1 or table.empty:
        return dict.fromkeys(structures, 1 / count)
    scores = scores_of_structures(table).loc[list(structures)].to_numpy()
    years = scores.shape[1]
    votes = np.random.default_rng(seed).dirichlet(np.ones(years), RESAMPLED) * years
    totals = votes @ scores.T
    shares = np.exp(totals - totals.max(axis=1, keepdims=True))
    mean = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    least = min(LEAST, 0.5 / count)
    return dict(zip(structures, map(float, least + (1 - count * least) * mean), strict=True))

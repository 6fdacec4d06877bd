"""What an ensemble says about targets: all tables of one ensemble, in one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.judging.attainment import (
    attained,
    attainment_table,
    failed_draws,
    joint_table,
)
from xhsim.analysis.judging.differences import difference_table
from xhsim.analysis.judging.readings import readings_table
from xhsim.analysis.judging.timing import crossing_table
from xhsim.arguments import checked
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Judgement", "judge"]


@dataclass(frozen=True, eq=False)
class Judgement:
    """What an ensemble says about targets.

    Attributes
    ----------
    ensemble : Dataset
    targets : mapping of str to Target
    table : DataFrame
        As from `xhsim.analysis.judging.attainment.attainment_table`.
    joint : DataFrame
        As from `xhsim.analysis.judging.attainment.joint_table`.
    readings : DataFrame
        As from `xhsim.analysis.judging.readings.readings_table`.
    crossing : DataFrame
        As from `xhsim.analysis.judging.timing.crossing_table`.
    met : DataArray of bool, dimensions (target, draw)
        As from `xhsim.analysis.judging.attainment.attained`.
    failed : ndarray of bool, shape (draws,)
        The draws that failed.
    """

    ensemble: xr.Dataset
    targets: Mapping[str, Target]
    table: pd.DataFrame
    joint: pd.DataFrame
    readings: pd.DataFrame
    crossing: pd.DataFrame
    met: xr.DataArray
    failed: NDArray[np.bool_]

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of targets that each draw meets, without the draws that ``met`` leaves out."""
        return np.asarray(self.met.values.sum(axis=0))

    def difference_from(self, other: Judgement) -> pd.DataFrame:
        """Compare with another scenario on the same draws.

        Parameters
        ----------
        other : Judgement

        Returns
        -------
        DataFrame
            See `xhsim.analysis.judging.differences.difference_table`.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> both = (study.ensemble(name, draws=16) for name in ("baseline", "plan"))
        >>> baseline, plan = (judge(each, study.indicators) for each in both)
        >>> bool(plan.difference_from(baseline).loc["new_foreign_hq", "difference"] > 0)
        True
        """
        return difference_table(other.ensemble, self.ensemble, self.targets)

    def gain_from(self, other: Judgement) -> NDArray[np.int64]:
        """Compute how many targets more than in another scenario each draw meets.

        Parameters
        ----------
        other : Judgement
            On the same draws.

        Returns
        -------
        ndarray of int
            For the draws that count in both.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> judged = judge(study.ensemble("plan", draws=16), study.indicators)
        >>> int(judged.gain_from(judged).sum())
        0
        """
        both = np.intersect1d(self.met["draw"], other.met["draw"])
        mine, its = (one.met.sel(draw=both).values.sum(axis=0) for one in (self, other))
        return np.asarray(mine - its)


@checked
def judge(ensemble: xr.Dataset, targets: Mapping[str, Target]) -> Judgement:
    """Judge an ensemble by targets.

    Parameters
    ----------
    ensemble : Dataset
        The result of `Study.ensemble`.
    targets : mapping of str to Target

    Returns
    -------
    Judgement

    Raises
    ------
    InputError
        If the ensemble lacks a variable, an element or a year that a target needs.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> judged = judge(study.ensemble("baseline", draws=64), study.indicators)
    >>> judged.counts.shape, bool(judged.counts.mean() == judged.joint.loc["joint", "expected"])
    ((64,), True)
    """
    return Judgement(
        ensemble=ensemble,
        targets=targets,
        table=attainment_table(ensemble, targets),
        joint=joint_table(ensemble, targets),
        readings=readings_table(ensemble, targets),
        crossing=crossing_table(ensemble, targets),
        met=attained(ensemble, targets.values()),
        failed=failed_draws(ensemble),
    )

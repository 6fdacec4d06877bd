"""Attainment of targets by every reading of the plan's wording, from one ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from xhsim.analysis.judging.attainment import attainment_table, origin
from xhsim.arguments import checked
from xhsim.study.targets import Target

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["readings_table"]


@checked
def readings_table(ensemble: xr.Dataset, targets: Mapping[str, Target]) -> pd.DataFrame:
    """Estimate the probability that targets are attained, by each reading of the plan's wording.

    Parameters
    ----------
    ensemble : Dataset
        The result of `Study.ensemble`.
    targets : mapping of str to Target
        Targets with only one reading are left out.

    Returns
    -------
    DataFrame
        Indexed by target id and reading; ``main`` is the target itself, as in all other tables.
        The columns are those of `attainment_table`; the label of another reading is its own.

    Raises
    ------
    InputError
        If the ensemble lacks a variable, an element or a year that a reading needs.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> table = readings_table(study.ensemble("plan", draws=64), study.indicators)
    >>> chances = table.loc["new_foreign_hq", "probability"]
    >>> list(chances.index), bool(chances["net"] <= chances["main"])
    (['main', 'net'], True)
    """
    import pandas as pd

    found = {
        name: attainment_table(ensemble, target.by_reading).set_axis(list(target.by_reading))
        for name, target in targets.items()
        if target.readings
    }
    names = ["target_id", "reading"]
    if found:
        table = pd.concat(found, names=names)
    else:
        table = attainment_table(ensemble, {})
        table.index = pd.MultiIndex.from_arrays([[], []], names=names)
    table.attrs = origin(ensemble)
    return table

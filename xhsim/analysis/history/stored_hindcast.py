"""Stored hindcasts as a result, so that pages show them without minutes of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xhsim.analysis.history.hindcast import HindcastResult
from xhsim.analysis.inference.fingerprint import hindcast_changes
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.history.stored_hindcasts import HINDCASTS_FILE, read_hindcasts

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["check_stored", "fitting_hindcast", "stored_hindcast"]


@checked
def stored_hindcast(study: FittedStudy) -> HindcastResult | None:
    """Return the hindcasts stored with a study.

    Parameters
    ----------
    study : Study

    Returns
    -------
    HindcastResult or None
        Without fans. None if no hindcasts are stored.

    Raises
    ------
    InputError
        If the stored files are damaged.

    Examples
    --------
    >>> import xhsim
    >>> found = stored_hindcast(xhsim.open_study())
    >>> found is None or len(found.table) > 0
    True
    """
    import pandas as pd

    found = read_hindcasts(study.files.folder / "model")
    if found is None:
        return None
    table = pd.DataFrame(list(found.rows))
    pit = table["pit"]
    table = table.assign(
        horizon=table["year"] - table["origin"],
        inside_50=pit.between(0.25, 0.75),
        inside_90=pit.between(0.05, 0.95),
    )
    plan = study.files.calibration
    apart = plan.hindcast.apart if plan is not None and plan.hindcast is not None else ()
    runs = pd.DataFrame(list(found.runs))
    return HindcastResult(
        table, pd.DataFrame(), runs, found.weights, apart, found.draws, found.seed
    )


def check_stored(study: FittedStudy) -> tuple[str, ...]:
    """Name what has changed in a study since its hindcasts were stored.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of str
        Empty if the stored hindcasts fit the study.

    Raises
    ------
    InputError
        If no hindcasts are stored, or the files are damaged.
    """
    model = study.files.folder / "model"
    found = read_hindcasts(model)
    if found is None:
        raise InputError(
            "the study has no stored hindcasts",
            file=model / HINDCASTS_FILE,
            hint="make them with xhsim hindcast --store",
        )
    return hindcast_changes(found.fingerprint, study.files_read)


def fitting_hindcast(study: FittedStudy) -> HindcastResult | None:
    """Return the hindcasts stored with a study if they still fit it.

    Parameters
    ----------
    study : Study

    Returns
    -------
    HindcastResult or None
        None if no hindcasts are stored, or the study has changed since.

    Raises
    ------
    InputError
        If the stored files are damaged.
    """
    found = stored_hindcast(study)
    return None if found is None or check_stored(study) else found

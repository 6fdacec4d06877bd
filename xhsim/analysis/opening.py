"""Opening a study: the first thing one does."""

from __future__ import annotations

import os
from pathlib import Path

from xhsim.analysis.study import Study
from xhsim.study.bundled import bundled_folder
from xhsim.study.folder import read_study

__all__ = ["open_study"]


def open_study(folder: str | os.PathLike[str] | None = None, *, posterior: bool = True) -> Study:
    """Open a study folder, check it, and make it ready for questions.

    Parameters
    ----------
    folder : str or path-like, optional
        A folder with ``model/`` and ``scenarios/``; by default the Xuhui study that ships.
    posterior : bool
        Whether calibrated parameters are drawn from the posterior that is stored with the study,
        and stand at their most probable values otherwise. Without it, or where there is none,
        priors and the values of ``parameters.yaml`` hold.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        With every mistake found in the files.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> "baseline" in study.scenarios
    True
    """
    place = bundled_folder() if folder is None else Path(folder)
    return Study(read_study(place, posterior=posterior))

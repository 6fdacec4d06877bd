"""Open a study folder."""

from __future__ import annotations

import os
from pathlib import Path

from xhsim.analysis.study import Study
from xhsim.study.bundled import bundled_folder
from xhsim.study.folder import read_study

__all__ = ["open_study"]


def open_study(folder: str | os.PathLike[str] | None = None, *, posterior: bool = True) -> Study:
    """Open a study folder: read its files, check them, and load the model.

    Parameters
    ----------
    folder : str or path-like, optional
        A folder with ``model/`` and ``scenarios/``; by default the Xuhui study that is installed
        with the package.
    posterior : bool
        Whether to use the posterior that is stored with the study. Calibrated parameters are then
        drawn from it in ensembles, and are at their most probable values in single runs. If False,
        or if the study has no posterior, the priors and values of ``parameters.yaml`` apply.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        If the files contain mistakes; it lists all of them.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> "baseline" in study.scenarios
    True
    """
    place = bundled_folder() if folder is None else Path(folder)
    return Study(read_study(place, posterior=posterior))

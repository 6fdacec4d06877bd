"""Open a study folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from xhsim.analysis.assembly import naming_computed
from xhsim.analysis.study import Study
from xhsim.engine.model import load_model
from xhsim.study.bundled import bundled_folder
from xhsim.study.folder import MODEL_SUFFIXES, read_study

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
    with naming_computed(lambda: load_model(next(_model_files(place)))):
        files = read_study(place, posterior=posterior)
    return Study(files)


def _model_files(folder: Path) -> Iterator[Path]:
    return (path for path in (folder / "model").iterdir() if path.suffix in MODEL_SUFFIXES)

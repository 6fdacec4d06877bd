"""The study that a folder is part of: in the folder itself, or in one above it."""

from __future__ import annotations

from pathlib import Path

from xhsim.study.bundled import bundled_folder

__all__ = ["MODEL_SUFFIXES", "is_default_study", "is_study", "nearest_study"]

MODEL_SUFFIXES = (".mdl", ".xmile", ".stmx", ".itmx", ".xml")
PARAMETERS = "parameters.yaml"


def nearest_study(start: Path = Path()) -> Path | None:
    """Find the study that a folder is part of, as git finds a repository.

    Parameters
    ----------
    start : Path
        By default the working folder.

    Returns
    -------
    Path or None
        The folder itself or the nearest one above it that is a study; None if none is.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> study = bundled_folder()
    >>> nearest_study(study / "model") == study
    True
    """
    try:
        place = start.resolve()
        return next((folder for folder in (place, *place.parents) if is_study(folder)), None)
    except OSError:  # a folder above may not be ours to read, or the working folder is gone
        return None


def is_default_study(folder: Path) -> bool:
    """Tell whether a command uses this study here, if the command line names none.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    bool
        Whether it is the study of the working folder or, where that is in none, the one that ships.
    """
    return folder.resolve() == (nearest_study() or bundled_folder())


def is_study(folder: Path) -> bool:
    """Tell whether a folder looks like a study, whatever mistakes its files contain.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    bool
        Whether it contains ``scenarios/``, and ``model/`` with a model file or with
        ``parameters.yaml``. Other projects have folders of these names, too.
    """
    model = folder / "model"
    if not (model.is_dir() and (folder / "scenarios").is_dir()):
        return False
    names = [path.name for path in model.iterdir()]
    return PARAMETERS in names or any(name.lower().endswith(MODEL_SUFFIXES) for name in names)

"""The location of the study that ships with xhsim."""

from __future__ import annotations

from pathlib import Path

from xhsim.errors import InputError

__all__ = ["bundled_folder", "new_scenario_file"]


def bundled_folder() -> Path:
    """Find the study that ships with xhsim.

    Returns
    -------
    Path
        ``xhsim/bundled`` in an installed package; in a checkout, the folder that contains
        ``xhsim/``.

    Raises
    ------
    InputError
        If the study is in neither place.

    Examples
    --------
    >>> sorted(path.name for path in (bundled_folder() / "model").glob("*.mdl"))
    ['xuhui.mdl']
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "bundled", package.parent):
        if (folder / "model").is_dir() and (folder / "scenarios").is_dir():
            return folder
    raise InputError("the bundled study is missing", hint="install xhsim again")


def new_scenario_file(folder: Path, name: str) -> Path:
    """Return where a new scenario of a study is written.

    Parameters
    ----------
    folder : Path
        The study folder.
    name : str
        The scenario's name.

    Returns
    -------
    Path
        In the study. For a study inside the installed package, which stays as it is, in the working
        folder: commands take such a file, too.

    Examples
    --------
    >>> new_scenario_file(Path("mine"), "more-research").as_posix()
    'mine/scenarios/more-research.yaml'
    """
    is_installed = folder.name == "bundled" and folder == bundled_folder()
    return Path(f"{name}.yaml") if is_installed else folder / "scenarios" / f"{name}.yaml"

"""The location of the study that ships with xhsim."""

from __future__ import annotations

from pathlib import Path

from xhsim.errors import InputError

__all__ = ["bundled_folder", "check_own", "new_scenario_file"]


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
    return Path(f"{name}.yaml") if _is_installed(folder) else folder / "scenarios" / f"{name}.yaml"


def check_own(folder: Path) -> None:
    """Check that results can be kept in a study: the one in the installed package stays as it is.

    Parameters
    ----------
    folder : Path
        The study folder.

    Raises
    ------
    InputError
        If it is inside the installed package.

    Examples
    --------
    >>> check_own(Path("mine"))
    """
    if _is_installed(folder):
        raise InputError(
            "the study that is installed with xhsim stays as it is",
            hint="make a copy to change with xhsim new FOLDER, and use it there",
        )


def _is_installed(folder: Path) -> bool:
    return folder.name == "bundled" and folder == bundled_folder()

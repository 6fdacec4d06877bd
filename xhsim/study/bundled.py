"""The location of the study that ships with xhsim."""

from __future__ import annotations

from pathlib import Path

from xhsim.errors import InputError

__all__ = ["bundled_folder"]


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

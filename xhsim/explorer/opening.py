"""The function that opens the explorer in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.analysis.study import Study
    from xhsim.explorer.panel import Explorer

__all__ = ["explore"]


def explore(
    study: Study,
    *,
    draws: int = 1000,
    seed: int = 0,
    start: str = "baseline",
    lang: str = "en",
) -> Explorer:
    """Show sliders for a study's levers, and the probabilities of its indicators beside them.

    Parameters
    ----------
    study : Study
        The result of `xhsim.open_study`.
    draws, seed : int
        As for `Study.ensemble`.
    start : str
        The scenario to start from.
    lang : {"en", "zh"}
        The first language. The user can switch to the other one.

    Returns
    -------
    Explorer
        Jupyter widgets, shown if they are the last value of a cell. ``move("RD support", 6.0)``
        moves a lever from code, ``choice`` contains the moved levers, ``answer`` the results shown.

    Raises
    ------
    InputError
        If ipywidgets is not installed, the study has no levers, or there is no such scenario.

    Examples
    --------
    >>> import xhsim
    >>> explorer = xhsim.explore(xhsim.open_study(), draws=64)
    >>> explorer.move("RD support", 6.0)
    >>> float(explorer.settle().table.loc["rd_intensity", "probability"]) > 0
    True
    >>> explorer.close()
    """
    try:
        from xhsim.explorer.panel import Explorer
    except ModuleNotFoundError as missing:
        if missing.name != "ipywidgets":
            raise
        raise InputError(
            "the explorer needs the package ipywidgets",
            hint='install it with: pip install "xhsim[notebook]"',
        ) from None
    return Explorer(study, draws, seed, start, lang)

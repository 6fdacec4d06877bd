"""The function that opens the explorer in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xhsim.arguments import checked
from xhsim.errors import InputError

if TYPE_CHECKING:
    from xhsim.analysis.study import Study
    from xhsim.explorer.notebook import Explorer

__all__ = ["explore"]


@checked
def explore(
    study: Study,
    start: str = "baseline",
    *,
    draws: int = 1000,
    seed: int = 0,
    lang: str = "en",
    releases: bool = True,
) -> Explorer:
    """Show sliders for a study's levers, and the probabilities of its indicators beside them.

    The page in the cell is the one that `xhsim.explorer.page.publish` writes. It runs the draws in
    the browser, so that it also answers when the kernel is busy.

    Parameters
    ----------
    study : Study
        The result of `xhsim.open_study`.
    start : str
        The scenario to start from.
    draws, seed : int
        As for `Study.ensemble`.
    lang : {"en", "zh"}
        The first language. The user can switch to the other one.
    releases : bool
        Whether the user can choose which published figures are known. Without, it opens sooner.

    Returns
    -------
    Explorer
        Shown if it is the last value of a cell. ``scenario`` is what the user has chosen,
        ``move("RD support", 6.0)`` moves a lever from code.

    Raises
    ------
    InputError
        If anywidget or llvmlite is not installed, the study has no lever, or there is no such
        scenario.

    Examples
    --------
    >>> import xhsim
    >>> explorer = xhsim.explore(xhsim.open_study())  # doctest: +SKIP
    >>> explorer.move("RD support", 6.0)  # doctest: +SKIP
    >>> explorer.scenario.changes[0].shape  # doctest: +SKIP
    Ramp(start=2021.0, until=2022.0, to=6.0)
    """
    try:
        from xhsim.explorer.notebook import Explorer
    except ModuleNotFoundError as missing:
        if missing.name not in ("anywidget", "traitlets"):
            raise
        raise InputError(
            "the explorer needs the package anywidget",
            hint='install it with: pip install "xhsim[notebook]"',
        ) from None
    return Explorer(study, draws=draws, seed=seed, start=start, lang=lang, releases=releases)

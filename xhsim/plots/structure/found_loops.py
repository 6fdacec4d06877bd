"""Loops found in runs, each as a circle of its variables with its share of the change."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
from matplotlib.axes import Axes

from xhsim.analysis.loops.shares import DrawnLoop, LoopsOverDraws, sign_of
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.structure.drawing import bare_axes
from xhsim.plots.structure.loops import draw_circle
from xhsim.study.names import find_name
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES

__all__ = ["found_loop_diagram"]

ACROSS = 2
PANEL = (250.0, 215.0)
SHOWN, LEAST = 4, 0.01  # loops, and the share that each has at least
MOST = 14  # variables on a circle; of a longer loop the middle is left out
CERTAIN = 0.8  # of the links of a pair must have one sign


@checked
def found_loop_diagram(
    found: LoopsOverDraws,
    loops: Collection[str] | None = None,
    *,
    year: int | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw loops found in runs, each as a circle of its variables.

    Parameters
    ----------
    found : LoopsOverDraws
        From ``study.loops(variable)``.
    loops : collection of str, optional
        Their ids, such as ``["L1", "R1"]``; by default the four with the largest shares in the
        year, without those under 1 %.
    year : int, optional
        The year of the shares; by default the last.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        In points, downwards. The sign of an arrow says whether the effect moves with its cause;
        ``±`` if that differs between elements, draws or years.

    Raises
    ------
    InputError
        If a loop or the year is unknown, or no loop was found or has 1 %.

    Examples
    --------
    >>> import xhsim
    >>> loops = xhsim.open_study().loops("patent stock", draws=2, most=50)
    >>> ax = found_loop_diagram(loops, ["L1"])
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "loop"]
    ['L1 −']
    """
    language = check_language(lang)
    known = {loop.id: loop for loop in found.loops}
    if not known:
        raise InputError(f'no loop drives "{found.variable}"', hint="all of it is from outside")
    when = found.years[-1] if year is None else year
    names = _strongest(found, when) if loops is None else loops
    chosen = [find_name(name, known, "loop", None) for name in names]
    rows = math.ceil(len(chosen) / ACROSS)
    ax = bare_axes(min(ACROSS, len(chosen)) * PANEL[0], rows * PANEL[1], ax)
    for number, loop in enumerate(chosen):
        row, column = divmod(number, ACROSS)
        centre = ((column + 0.5) * PANEL[0], (row + 0.5) * PANEL[1])
        _draw(ax, found, loop, when, centre, language)
    return ax


def _draw(
    ax: Axes,
    found: LoopsOverDraws,
    loop: DrawnLoop,
    year: int,
    centre: tuple[float, float],
    lang: Language,
) -> None:
    names = [one.in_(lang) for one in loop.paths[0]]
    signs = [1 if s > CERTAIN else -1 if s < -CERTAIN else 0 for s in loop.signs]
    if len(names) > MOST:
        left_out = len(names) - MOST + 1
        net = math.prod(signs[MOST - 2 : MOST - 2 + left_out])
        end = MOST - 2 + left_out
        text = PICTURES.say("loop_left_out", lang, n=left_out)
        names = [*names[: MOST - 2], text, *names[end:]]
        signs = [*signs[: MOST - 2], net, *signs[end:]]
    share, sign = _share(found, loop, year)
    text = PICTURES.say("loop_share", lang, share=percent_text(100 * share, lang), year=year)
    if not loop.id.startswith("L"):
        text = f"{loop.label.in_(lang)}: {text}" if lang == "en" else f"{loop.label.zh}，{text}"
    radii = (0.5 * PANEL[0] - 42.0, 0.5 * PANEL[1] - 22.0) if len(names) > 3 else (72.0, 58.0)
    draw_circle(ax, names, signs, centre, (f"{loop.id} {sign}".rstrip(), text), radii=radii)


def _strongest(found: LoopsOverDraws, year: int) -> list[str]:
    """Return the loops with the largest shares in a year: a loop may act in other years only."""
    shares = found.mean(found.share)[:, found.place(year)]
    order = [n for n in np.argsort(-shares, kind="stable")[:SHOWN] if shares[n] >= LEAST]
    if not order:
        raise InputError(
            f'no loop has 1 % of the change of "{found.variable}" in {year}',
            hint="name loops, or choose another year",
        )
    return [found.loops[number].id for number in order]


def _share(found: LoopsOverDraws, loop: DrawnLoop, year: int) -> tuple[float, str]:
    """Return the mean share of a loop in a year, and its sign."""
    place, number = found.place(year), found.loops.index(loop)
    more, less = (
        float(found.mean(side[number])[place]) for side in (found.reinforcing, found.balancing)
    )
    return more + less, sign_of(more - less, more + less).replace("-", "−")

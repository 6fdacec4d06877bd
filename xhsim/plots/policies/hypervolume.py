"""How a search for a front went on: the hypervolume of each seed by generation."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from xhsim.analysis.fronts.front import PolicyFront
from xhsim.arguments import checked
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, tint
from xhsim.plots.canvas.fan_parts import CHART, Figures
from xhsim.plots.canvas.frame import direct_labels, write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.plots.policies.front_parts import FRONT_COLOUR, check_has_packages, front_source
from xhsim.wording.label import check_language
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import PERCENT

__all__ = ["hypervolume_chart"]

SIZE = 7.5


@checked
def hypervolume_chart(front: PolicyFront, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the hypervolume of each seed after each generation.

    Parameters
    ----------
    front : PolicyFront
        From ``study.front``.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A line for each seed, in percent of the hypervolume of all seeds together. If the lines
        are flat and close to each other at the end, more searching would add little.

    Raises
    ------
    InputError
        If the front has no packages.

    Examples
    --------
    >>> from xhsim.analysis.fronts.archive import read_front
    >>> hypervolume_chart(read_front("front"))
    Traceback (most recent call last):
    xhsim.errors.InputError: there is no front in "front". xhsim front --out makes one, or ...
    """
    language = check_language(lang)
    check_has_packages(front)
    ax = new_axes(6.0, 3.8, (0.8, 0.85, 0.9, 0.8)) if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    shares = 100 * np.asarray(front.shares)
    generations = np.arange(shares.shape[1])
    labels = []
    for seed, line in enumerate(shares, start=1):
        colour = tint(FRONT_COLOUR, max(0.45, 1 - 0.25 * (seed - 1)))
        ax.plot(generations, line, color=colour, linewidth=CHART.line, gid="seed")
        text = PICTURES.say(
            "volume_seed", language, n=seed, share=f"{line[-1]:.1f}{PERCENT.in_(language)}"
        )
        labels.append((float(line[-1]), text, colour, "normal"))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(Figures())
    ax.set_xlim(0, max(1, len(generations) - 1))
    ax.margins(y=0.08)
    write_title(
        ax,
        PICTURES.say("volume_title", language),
        [PICTURES.say("volume_unit", language)],
        language,
    )
    style.write(
        ax,
        PICTURES.say("volume_across", language),
        (1, 0),
        offset=(0, -25),
        lang=language,
        size=8,
        colour=GREY,
        ha="right",
        va="top",
    )
    write_source(ax, front_source(front, language), language, down=40)
    direct_labels(ax, labels, language, SIZE)
    return ax

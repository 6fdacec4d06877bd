"""Where figures lay in their forecasts: a histogram of probabilities, flat if they were right."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import INK, TARGET_COLOUR, scenario_colour, tint
from xhsim.plots.canvas.fan_parts import CHART
from xhsim.plots.canvas.frame import write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import check_language
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES

__all__ = ["pit_histogram"]

BINS = 10
SHADE = tint(scenario_colour("plan"), 0.5)


def pit_histogram(
    pit: ArrayLike, *, source: str = "", lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw how often figures lay in each tenth of their forecasts.

    Parameters
    ----------
    pit : array_like
        For each figure, the forecast probability of a smaller one, such as
        ``study.outlook().backtest.table["pit"]``.
    source : str
        Written below.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A bar for each tenth. They are all near the line if the forecasts are calibrated; high
        outer bars mean that the intervals are too narrow, high bars on the left that forecasts are
        too high.

    Raises
    ------
    InputError
        If there is no value, or one is not a probability.

    Examples
    --------
    >>> ax = pit_histogram([0.05, 0.5, 0.55, 0.95])
    >>> [int(bar.get_height()) for bar in ax.patches][:6]
    [25, 0, 0, 0, 0, 50]
    """
    language = check_language(lang)
    values = np.asarray(pit, dtype=np.float64).ravel()
    if not len(values) or not ((values >= 0) & (values <= 1)).all():
        raise InputError(
            "a PIT histogram shows probabilities between 0 and 1",
            hint='give outlook.backtest.table["pit"]',
        )
    ax = new_axes(5.4, 3.6, (0.6, 0.7, 0.2, 0.75)) if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    counts, edges = np.histogram(values, BINS, (0.0, 1.0))
    shares = 100 * counts / len(values)
    ax.bar(edges[:-1], shares, 1 / BINS, align="edge", color=SHADE, edgecolor="white", zorder=2)
    ax.axhline(100 / BINS, color=TARGET_COLOUR, linewidth=1.4, zorder=3, gid="calibrated")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, max(1.15 * shares.max(), 150 / BINS))
    ticks = [0, 0.25, 0.5, 0.75, 1]
    ax.set_xticks(ticks, [percent_text(100 * tick, language) for tick in ticks])
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    style.write(
        ax,
        PICTURES.say("pit_calibrated", language),
        (1, 100 / BINS),
        coordinates=("axes fraction", "data"),
        offset=(-3, 4),
        lang=language,
        size=7.5,
        weight="bold",
        colour=TARGET_COLOUR,
        ha="right",
    )
    style.write(
        ax,
        PICTURES.say("pit_across", language),
        (0.5, 0),
        offset=(0, -27),
        lang=language,
        size=8,
        colour=INK,
        ha="center",
    )
    share = PICTURES.say("pit_share", language, n=len(values))
    write_title(ax, PICTURES.say("pit_histogram_title", language), [share], language)
    if source:
        write_source(ax, source, language, down=38.0)
    return ax

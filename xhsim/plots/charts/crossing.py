"""Years in which targets are first met: shares of draws by year, and of draws that never do."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import INK, probability_colours, text_colour_on
from xhsim.plots.canvas.frame import chosen_label, origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import points_a_pixel
from xhsim.plots.canvas.rows import SIZE, left_margin, row_axes
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES

__all__ = ["crossing_chart"]

NEVER = "#eeeeee"
ROOM = 4.0  # free space around the text in a part of a bar, in points


@checked
def crossing_chart(table: pd.DataFrame, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the shares of draws that first meet each target in each year, or never.

    Parameters
    ----------
    table : DataFrame
        From ``study.crossing(ensemble)``.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A bar of 100 % for each target: early years dark, *never* hatched at the end. The text on
        the right is the share of draws that met the target but no longer meet it at the deadline,
        if it is 1 % or more.

    Raises
    ------
    InputError
        If there is nothing to draw.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> some = {"rd_intensity": study.targets["rd_intensity"]}
    >>> ax = crossing_chart(study.crossing(study.ensemble(draws=32), some))
    >>> round(sum(bar.get_width() for bar in ax.patches))
    100
    """
    language = check_language(lang)
    if table.empty or "never" not in table:
        raise InputError("there is nothing to draw", hint="give the result of study.crossing")
    names = [chosen_label(row, key, language) for key, row in table.iterrows()]
    years = [column for column in table.columns if not isinstance(column, str)]
    ax = row_axes(names, language, ax, right=1.6, width=5.0)
    ax.set_xlim(0, 100)
    ax.set_xticks(
        [0, 20, 40, 60, 80, 100], ["0", "20", "40", "60", "80", percent_text(100, language)]
    )
    shades = [to_hex(probability_colours()(share)) for share in np.linspace(1.0, 0.35, len(years))]
    places = np.arange(len(table))
    start = np.zeros(len(table))
    for column, shade in [*zip(years, shades, strict=True), ("never", NEVER)]:
        wide = 100 * table[column].fillna(0).to_numpy(dtype=float)
        never = column == "never"
        ax.barh(
            places,
            wide,
            left=start,
            height=0.72,
            color=shade,
            hatch="////" if never else None,
            edgecolor="#bdbdbd" if never else "white",
            linewidth=0 if never else 0.6,
            zorder=2,
        )
        text = PICTURES.say("never", language) if never else str(column)
        _write_parts(ax, places, start, wide, text, shade, language)
        start = start + wide
    _write_lost(ax, table, language)
    left = -left_margin(names, language)
    write_title(
        ax,
        PICTURES.say("crossing_title", language),
        [PICTURES.say("crossing_unit", language)],
        language,
        left=left,
    )
    write_source(ax, origin_text(table.attrs, language), language, left=left)
    return ax


def _write_parts(
    ax: Axes,
    places: np.ndarray,
    start: np.ndarray,
    wide: np.ndarray,
    text: str,
    shade: str,
    lang: Language,
) -> None:
    """Write the year and the share into each part, or the year alone if only that fits."""
    points_a_percent = ax.bbox.width * points_a_pixel(ax) / 100
    for place, left, width in zip(places, start, wide, strict=True):
        share = " " + percent_text(width, lang)
        room = width * points_a_percent - ROOM
        fitting = [t for t in (text + share, text) if style.text_width(t, lang, SIZE - 1.5) <= room]
        if not fitting:
            continue
        written = style.write(
            ax,
            fitting[0],
            (left + width / 2, place),
            coordinates="data",
            lang=lang,
            size=SIZE - 1.5,
            colour=text_colour_on(shade),
            ha="center",
            va="center_baseline",
        )
        if shade == NEVER:  # hatched
            written.set_bbox({"facecolor": NEVER, "edgecolor": "none", "pad": 1.5})


def _write_lost(ax: Axes, table: pd.DataFrame, lang: Language) -> None:
    for place, lost in enumerate(table["lost"]):
        if lost < 0.01:
            continue
        share = percent_text(100 * lost, lang)
        style.write(
            ax,
            PICTURES.say("lost", lang, share=share),
            (1, place),
            coordinates=("axes fraction", "data"),
            offset=(8, 0),
            lang=lang,
            size=SIZE - 1.5,
            colour=INK,
            va="center_baseline",
        )

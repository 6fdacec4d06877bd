"""The probability of a target against its unpublished base, above the distribution of the base."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, scenario_colour, tint
from xhsim.plots.canvas.frame import origin_text, write_source, write_title
from xhsim.plots.canvas.pictures import Page, Picture, new_figure
from xhsim.wording.label import Label, Language, check_language
from xhsim.wording.likelihood import NOT_ASSESSABLE
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import percent_text, probability_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.units import display_unit

__all__ = ["probability_by_base"]

SIZE = (6.4, 4.9)  # inches
LEFT, RIGHT, TOP, BOTTOM = 0.7, 0.35, 0.95, 0.85
DENSITY, GAP = 0.75, 0.3  # height of the lower panel, and the room above it


@checked
def probability_by_base(table: pd.DataFrame, *, lang: str = "en") -> Page:
    """Draw the probability of a target against its unpublished base.

    Parameters
    ----------
    table : DataFrame
        From ``study.by_base``.
    lang : {"en", "zh"}

    Returns
    -------
    Page
        Above, the probability for each value of the base with its 95 % interval. Below, the
        density of the base, with its 5, 25, 50, 75 and 95 % points.

    Raises
    ------
    InputError
        If there is nothing to draw.

    Examples
    --------
    >>> row = {"base": 330.0, "probability": 0.25, "ci_low": 0.2, "ci_high": 0.31}
    >>> table = pd.DataFrame([row], index=[0.5])
    >>> table.attrs = {"target_label": "PCT", "label": "PCT in 2020", "unit": "filings"}
    >>> table.attrs["density"] = [(310.0, 0.01), (330.0, 0.02), (350.0, 0.01)]
    >>> above, below = probability_by_base(table)
    >>> above.lines[0].get_xydata().tolist()
    [[330.0, 25.0]]
    """
    language = check_language(lang)
    if table.empty or "density" not in table.attrs:
        raise InputError("there is nothing to draw", hint="give the result of study.by_base")
    about = table.attrs
    width, height = SIZE
    figure = new_figure(width, height)
    wide = (width - LEFT - RIGHT) / width
    upper = height - TOP - BOTTOM - DENSITY - GAP
    boxes = [
        (LEFT / width, (BOTTOM + DENSITY + GAP) / height, wide, upper / height),
        (LEFT / width, BOTTOM / height, wide, DENSITY / height),
    ]
    above, below = (figure.add_axes(box, axes_class=Picture) for box in boxes)
    density = np.array(about["density"], dtype=float)
    bases = table["base"].to_numpy(dtype=float)
    _draw_probability(above, table, scenario_colour(str(about.get("scenario", ""))), language)
    _draw_density(below, density, bases, table.index.to_list(), language)
    reach = [*density[:, 0], *bases]
    edge = 0.03 * (max(reach) - min(reach) or 1.0)
    for ax in (above, below):
        ax.set_xlim(min(reach) - edge, max(reach) + edge)
    above.tick_params(axis="x", labelbottom=False)
    target = Label.of_row(about, "target_label").in_(language)
    name = capitalised(Label.of_row(about).in_(language))
    unit = display_unit(str(about["unit"]), language)
    base = PICTURES.say("of", language, name=name, unit=unit) if unit else name
    left = -0.45 * 72
    lines = [capitalised(NOT_ASSESSABLE.in_(language)), PICTURES.say("base_unit", language)]
    write_title(above, target, lines, language, left=left)
    style.write(
        below,
        base,
        (0.5, 0),
        offset=(0, -30),
        lang=language,
        size=8.5,
        ha="center",
    )
    write_source(below, origin_text(about, language), language, down=46, left=left)
    return Page([above, below])


def _draw_probability(ax: Axes, table: pd.DataFrame, colour: str, lang: Language) -> None:
    style.clean_axes(ax, lang)
    bases, middle, low, high = (
        table[column].to_numpy(dtype=float) * (1 if column == "base" else 100)
        for column in ("base", "probability", "ci_low", "ci_high")
    )
    ax.plot(bases, middle, color=tint(colour, 0.5), linewidth=1.2, zorder=2, gid="probability")
    ax.vlines(bases, low, high, color=colour, linewidth=1.4, zorder=3)
    ax.plot(bases, middle, "o", color=colour, markersize=4.5, zorder=4, clip_on=False)
    for base, top, row in zip(bases, high, table.to_dict("records"), strict=True):
        text = probability_text(row["probability"], row["ci_low"], row["ci_high"])
        style.write(
            ax,
            text or PICTURES.say("no_data", lang),
            (base, top if np.isfinite(top) else 0.0),
            coordinates="data",
            offset=(0, 4),
            lang=lang,
            size=8,
            weight="bold",
            ha="center",
        )
    ax.set_ylim(0, 112)
    ax.set_yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", percent_text(100, lang)])


def _draw_density(
    ax: Axes,
    density: np.ndarray,
    bases: np.ndarray,
    quantiles: Sequence[float],
    lang: Language,
) -> None:
    style.clean_axes(ax, lang)
    ax.grid(visible=False)
    ax.set_yticks([])
    ax.fill_between(density[:, 0], density[:, 1], color=tint(GREY, 0.3), linewidth=0, gid="density")
    tall = float(density[:, 1].max())
    ax.set_ylim(0, 1.45 * tall)
    heights = np.interp(bases, density[:, 0], density[:, 1], left=0, right=0)
    ax.vlines(bases, 0, heights, color=INK, linewidth=0.9)
    for base, height, quantile in zip(bases, heights, quantiles, strict=True):
        style.write(
            ax,
            percent_text(100 * quantile, lang),
            (base, height),
            coordinates="data",
            offset=(0, 3),
            lang=lang,
            size=7,
            colour=GREY,
            ha="center",
        )
    style.write(
        ax,
        PICTURES.say("base_density", lang),
        (0, 1),
        offset=(-0.45 * 72, 1),
        lang=lang,
        size=8,
        colour=GREY,
    )

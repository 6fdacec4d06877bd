"""Attainment bars: the probability of each target with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from xhsim.analysis.judging.attainment import joint_rows
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import INK, scenario_colours, tint
from xhsim.plots.canvas.frame import (
    chosen_label,
    origin_text,
    scenario_texts,
    write_source,
    write_title,
)
from xhsim.plots.canvas.rows import SIZE, left_margin, row_axes
from xhsim.wording.label import Language, check_language
from xhsim.wording.numbers import percent_text, probability_sentence
from xhsim.wording.phrases import PICTURES

__all__ = ["attainment_bars"]

BAND = "#f4f4f4"
COLUMNS = ("probability", "ci_low", "ci_high")


@checked
def attainment_bars(
    table: pd.DataFrame,
    scenarios: Sequence[str] | None = None,
    *,
    sort: bool = False,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability of each target, with the 95 % interval from the number of draws.

    Parameters
    ----------
    table : DataFrame
        From ``study.attainment``: a bar for each target, with the IPCC word. Or from
        ``study.compare``: a dot for each target and scenario, in the scenario's colour.
    scenarios : sequence of str, optional
        Scenarios of a comparison to draw; by default all.
    sort : bool
        The most probable target first; by default the order of the table.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        The horizontal axis is the probability in percent.

    Raises
    ------
    InputError
        If there is nothing to draw, or a scenario is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "R&D", "probability": 0.5, "ci_low": 0.4, "ci_high": 0.6, "word": "likely"}
    >>> ax = attainment_bars(pd.DataFrame([row], index=["rd"]))
    >>> float(ax.patches[0].get_width())
    50.0
    """
    language = check_language(lang)
    missing = [column for column in COLUMNS if column not in table]
    if missing or table.empty:
        raise InputError(
            f"the table has no column {missing[0]!r}" if missing else "the table is empty",
            hint="give the table that study.attainment or study.compare returned",
        )
    parts = _by_scenario(table, scenarios)
    first = next(iter(parts.values()))
    first = first[~joint_rows(first)]
    if sort:
        first = first.sort_values("probability", ascending=False, kind="stable")
    names = [chosen_label(row, key, language) for key, row in first.iterrows()]
    single = len(parts) == 1
    ax = row_axes(names, language, ax, right=2.3 if single else 1.6)
    ax.set_xlim(0, 100)
    ax.set_xticks(
        [0, 20, 40, 60, 80, 100], ["0", "20", "40", "60", "80", percent_text(100, language)]
    )
    if single:
        _draw_bars(ax, first, next(iter(parts)), language)
    else:
        given = scenario_texts(table.attrs, language)
        _draw_dots(ax, parts, list(first.index), [given.get(n, n) for n in parts], language)
    left = -left_margin(names, language)
    write_title(
        ax,
        PICTURES.say("bars_title", language),
        [PICTURES.say("interval_95", language)],
        language,
        left=left,
    )
    write_source(ax, origin_text(table.attrs, language), language, left=left)
    return ax


def _by_scenario(table: pd.DataFrame, scenarios: Sequence[str] | None) -> dict[str, pd.DataFrame]:
    if table.index.nlevels == 1:
        return {str(table.attrs.get("scenario", "baseline")): table}
    known = [str(name) for name in dict.fromkeys(table.index.get_level_values(0))]
    wanted = known if scenarios is None else list(scenarios)
    for name in wanted:
        if name not in known:
            raise InputError(
                f'the table has no scenario "{name}"', hint="it has " + ", ".join(known)
            )
    scenario = table.index.get_level_values(0)
    return {name: table[scenario == name].droplevel(0) for name in wanted}


def _draw_bars(ax: Axes, rows: pd.DataFrame, scenario: str, lang: Language) -> None:
    colour = scenario_colours([scenario])[scenario]
    chance, low, high = (100 * rows[column].to_numpy(dtype=float) for column in COLUMNS)
    places = np.arange(len(rows))
    ax.barh(places, chance, height=0.62, color=tint(colour, 0.55), zorder=2)
    ax.hlines(places, low, high, color=INK, linewidth=1.1, zorder=3)
    for place, row in enumerate(rows.to_dict("records")):
        word = row.get("word", "")
        style.write(
            ax,
            probability_sentence(
                row["probability"],
                row["ci_low"],
                row["ci_high"],
                word if isinstance(word, str) else "",
                lang,
            ),
            (1, place),
            coordinates=("axes fraction", "data"),
            offset=(8, 0),
            lang=lang,
            size=SIZE - 1,
            va="center_baseline",
        )


def _draw_dots(
    ax: Axes,
    parts: dict[str, pd.DataFrame],
    targets: list[Any],
    shown: list[str],
    lang: Language,
) -> None:
    colours = scenario_colours(parts)
    # Dots of a row are side by side, so that no dot or interval hides another. They are closer to
    # each other than to the dots of the next row.
    widest = min(0.3, 0.15 * (len(parts) - 1))
    shifts = np.linspace(-widest, widest, len(parts))
    places = np.arange(len(targets))
    for place in places[1::2]:  # to show which dots belong to a name
        ax.axhspan(place - 0.5, place + 0.5, color=BAND, linewidth=0, zorder=0)
    for shift, (name, rows) in zip(shifts, parts.items(), strict=True):
        chance, low, high = (
            100 * rows.loc[targets, column].to_numpy(dtype=float) for column in COLUMNS
        )
        ax.hlines(places + shift, low, high, color=colours[name], linewidth=1.0, zorder=2)
        ax.plot(
            chance,
            places + shift,
            color=colours[name],
            marker="o",
            markersize=3.4,
            linestyle="none",
            zorder=3,
            clip_on=False,
            gid=f"scenario {name}",
        )
    ax.legend(
        [Line2D([], [], color=colours[name], marker="o", markersize=4) for name in parts],
        shown,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        frameon=False,
        prop=style.font(lang, SIZE - 0.5),
    )

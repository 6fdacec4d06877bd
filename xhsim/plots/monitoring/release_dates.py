"""Probabilities over the dates of releases: their axis, steps, background and list of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import LIGHT_COLOURS, tint
from xhsim.plots.canvas.frame import origin_text
from xhsim.plots.canvas.pictures import points_a_pixel
from xhsim.wording.label import Label, Language
from xhsim.wording.numbers import percent_text
from xhsim.wording.phrases import PICTURES
from xhsim.wording.punctuation import COLON, COMMA, SEMICOLON

__all__ = [
    "DATE_COLOUR",
    "ReleaseDates",
    "draw_lights",
    "draw_steps",
    "lights_lines",
    "month_text",
    "origin_as_of",
    "released_lines",
    "rows_of",
]

BEFORE, AFTER = 0.28, 0.05  # room before the first and after the last date, as shares of the time
SHORTEST = 180  # days that the axis covers at least
DATE_COLOUR = "#b5b5b5"
PALE = 0.13  # strength of the colours behind lines


@dataclass(frozen=True)
class ReleaseDates:
    """The dates of a table of probabilities as places on an axis, in days.

    Attributes
    ----------
    dates : tuple of date
        On which something was published, in increasing order.
    end : date
        Until when the last probabilities are drawn.
    """

    dates: tuple[date, ...]
    end: date

    @classmethod
    def of(cls, table: pd.DataFrame) -> ReleaseDates:
        """Read the dates of a table.

        Parameters
        ----------
        table : DataFrame
            From ``Monitoring.probabilities``.

        Raises
        ------
        InputError
            If it is not such a table.
        """
        if table.empty or list(table.index.names) != ["published", "target_id"]:
            raise InputError(
                "there is nothing to draw", hint="give the result of Monitoring.probabilities"
            )
        dates = tuple(day for day in _dates(table) if day is not None)
        end = table.attrs.get("as_of") or max(dates, default=None)
        if end is None:
            raise InputError("the table has no date", hint="give the result of study.monitor")
        return cls(dates, end)

    @property
    def first(self) -> float:
        """The place of the first date."""
        return float(min([*self.dates, self.end]).toordinal())

    @property
    def span(self) -> float:
        """The days that are drawn after the first date, without the room at the end."""
        return max(self.end.toordinal() - self.first, SHORTEST)

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of the axis."""
        return self.first - BEFORE * self.span, self.first + (1 + AFTER) * self.span

    def label(self, ax: Axes, lang: Language, size: float) -> None:
        """Set the limits of an axis, and label its years and what lies before any release.

        Parameters
        ----------
        ax : Axes
        lang : {"en", "zh"}
        size : float
            Of the letters.
        """
        low, high = self.limits
        ax.set_xlim(low, high)
        scale = ax.bbox.width * points_a_pixel(ax) / (high - low)
        begin, end = date.fromordinal(int(self.first)), date.fromordinal(int(high))
        borders = [float(date(year, 1, 1).toordinal()) for year in range(begin.year, end.year + 2)]
        parts = [
            (max(one, self.first), min(other, high), str(year))
            for year, one, other in zip(
                range(begin.year, end.year + 1), borders, borders[1:], strict=False
            )
        ]
        parts.insert(0, (low, self.first, PICTURES.say("before_release", lang)))
        shown = [
            ((one + other) / 2, text)
            for one, other, text in parts
            if (other - one) * scale > style.text_width(text, lang, size)
        ]
        ax.set_xticks([place for place, _ in shown], [text for _, text in shown])
        ax.set_xticks([self.first, *(b for b in borders if self.first < b < high)], minor=True)
        ax.tick_params(axis="x", which="major", length=0, pad=4)
        ax.tick_params(axis="x", which="minor", length=3, color="#9a9a9a")


def _dates(table: pd.DataFrame) -> list[date | None]:
    found = dict.fromkeys(
        None if pd.isna(day) else day for day in table.index.get_level_values("published")
    )
    return sorted(found, key=lambda day: (day is not None, day))


def rows_of(table: pd.DataFrame, target: str) -> pd.DataFrame:
    """Return the rows of a target, the one before any release first.

    Parameters
    ----------
    table : DataFrame
        From ``Monitoring.probabilities``.
    target : str
        Its id.

    Returns
    -------
    DataFrame
        Indexed by ``published``.
    """
    found = table[table.index.get_level_values("target_id") == target].droplevel("target_id")
    order = np.argsort([0 if pd.isna(day) else day.toordinal() for day in found.index])
    return found.iloc[order]


def draw_steps(
    ax: Axes, rows: pd.DataFrame, dates: ReleaseDates, colour: str, width: float, dot: float
) -> None:
    """Draw the probability of a target in percent as steps, with its interval.

    Parameters
    ----------
    ax : Axes
    rows : DataFrame
        From `rows_of`.
    dates : ReleaseDates
    colour : str
    width, dot : float
        Of the line, and of the dots on the dates.
    """
    low, high = dates.limits
    places = [low if pd.isna(day) else float(day.toordinal()) for day in rows.index]
    percent = 100 * rows[["probability", "ci_low", "ci_high"]].to_numpy(dtype=float)
    percent = np.vstack([percent, percent[-1]])
    ax.fill_between(
        [*places, high],
        percent[:, 1],
        percent[:, 2],
        step="post",
        color=tint(colour, 0.55),
        alpha=0.55,
        linewidth=0,
        zorder=2,
        gid="interval",
    )
    ax.plot(
        [*places, high],
        percent[:, 0],
        drawstyle="steps-post",
        color=colour,
        linewidth=width,
        zorder=3,
        gid="probability",
    )
    known = [n for n, day in enumerate(rows.index) if not pd.isna(day)]
    ax.plot(
        [places[n] for n in known],
        percent[known, 0],
        "o",
        color=colour,
        markersize=dot,
        zorder=4,
        gid="dates",
    )


def draw_lights(ax: Axes, about: Mapping[Any, Any], dates: ReleaseDates, lang: Language) -> None:
    """Draw the background: zones of the lights, and a line for each date.

    Parameters
    ----------
    ax : Axes
    about : mapping
        Attributes of the table; without ``green`` and ``red``, there are no zones.
    dates : ReleaseDates
    lang : {"en", "zh"}
    """
    ticks = [0.0, 100.0]
    if "green" in about and "red" in about:
        ticks[1:1] = [100 * about["red"], 100 * about["green"]]
        ends = [-10.0, ticks[1], ticks[2], 110.0]
        for name, low, high in zip(("red", "amber", "green"), ends, ends[1:], strict=False):
            ax.axhspan(low, high, color=tint(LIGHT_COLOURS[name], PALE), linewidth=0, zorder=0)
    for day in dates.dates:
        ax.axvline(day.toordinal(), color="white", linewidth=1.6, zorder=1)
        ax.axvline(day.toordinal(), color=DATE_COLOUR, linewidth=0.6, zorder=1, gid="release")
    ax.grid(visible=False)
    ax.set_ylim(-3, 103)
    texts = [f"{tick:.0f}" for tick in ticks[:-1]]
    ax.set_yticks(ticks, [*texts, percent_text(ticks[-1], lang)])


def month_text(day: date, lang: Language) -> str:
    """Return the month of a date.

    Examples
    --------
    >>> month_text(date(2024, 3, 29), "en"), month_text(date(2024, 3, 29), "zh")
    ('2024-03', '2024年3月')
    """
    month = f"{day.month:02d}" if lang == "en" else str(day.month)
    return PICTURES.say("month", lang, year=day.year, month=month)


def released_lines(released: Mapping[date, Sequence[Label]], lang: Language) -> list[str]:
    """Return what was published in each month, a line for each.

    Parameters
    ----------
    released : mapping of date to sequence of Label
        From the attributes of a table.
    lang : {"en", "zh"}

    Examples
    --------
    >>> released_lines({date(2023, 1, 31): [Label("GDP, 2022"), Label("revenue, 2022")]}, "en")
    ['2023-01: GDP, 2022; revenue, 2022']
    """
    months: dict[str, list[str]] = {}
    for day in sorted(released):
        texts = [label.in_(lang) for label in released[day]]
        months.setdefault(month_text(day, lang), []).extend(texts)
    between = SEMICOLON.in_(lang)
    return [month + COLON.in_(lang) + between.join(texts) for month, texts in months.items()]


def lights_lines(about: Mapping[Any, Any], lang: Language) -> list[str]:
    """Return what the background means; nothing if a table does not say when lights change.

    Examples
    --------
    >>> lights_lines({"green": 0.66, "red": 0.33}, "en")
    ['Background: green light from 66 %, amber from 33 %, red below']
    """
    if "green" not in about or "red" not in about:
        return []
    green, red = (percent_text(100 * about[name], lang) for name in ("green", "red"))
    return [PICTURES.say("lights_behind", lang, green=green, red=red)]


def origin_as_of(about: Mapping[Any, Any], lang: Language) -> str:
    """Return scenario, draws, seed and the date of a table as a text.

    Examples
    --------
    >>> origin_as_of({"scenario": "plan", "as_of": date(2023, 6, 30)}, "en")
    'scenario plan, figures published up to 2023-06-30'
    """
    parts = [origin_text(about, lang)]
    if about.get("as_of"):
        parts.append(PICTURES.say("as_of", lang, date=about["as_of"]))
    return COMMA.in_(lang).join(part for part in parts if part)

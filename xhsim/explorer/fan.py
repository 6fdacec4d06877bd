"""A fan chart as a short SVG text. Drawing with matplotlib takes longer than the run it shows."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from xhsim.plots.canvas.colours import GREY, GRID, INK, TARGET_COLOUR, scenario_colour, tint
from xhsim.plots.canvas.series import Paths, history_of, paths_of, required_by
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import EXPLORER
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.study.targets import Target

__all__ = ["fan_svg"]

Floats = NDArray[np.float64]
WIDTH, HEIGHT = 520, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 122, 14, 26
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
CHOSEN = "#0072b2"
GAP = 14.0  # between labels


def fan_svg(
    ensemble: xr.Dataset,
    baseline: xr.Dataset,
    target: Target,
    history: pd.DataFrame,
    label: str,
    baseline_label: str,
    lang: str,
) -> str:
    """Draw the variable of a target: its fan, the baseline's median, history, and the target.

    Parameters
    ----------
    ensemble, baseline : Dataset
        They contain the target's variable; dimensions ``draw, time, ...``.
    target : Target
    history : DataFrame
        The study's history.
    label, baseline_label : str
        Title of the picture, and label of the baseline.
    lang : {"en", "zh"}

    Returns
    -------
    str
        An ``svg`` element that fills the available width.
    """
    paths, before = paths_of(ensemble, target.variable), paths_of(baseline, target.variable)
    asked = required_by(target, paths)
    seen = history_of(history, paths.name)
    low, inner_low, median, inner_high, high = paths.quantiles(*QUANTILES)
    known = np.concatenate([low, high, before.quantiles(0.5)[0], seen["value"], [asked.mark[1]]])
    years = paths.years
    scale = _Scale(years, known)
    shapes = [
        *scale.grid(),
        scale.area(years, low, high, tint(CHOSEN, 0.22)),
        scale.area(years, inner_low, inner_high, tint(CHOSEN, 0.48)),
    ]
    reference = before.quantiles(0.5)[0]
    shapes.append(scale.line(before.years, reference, scenario_colour("baseline"), 1.6, "5 3"))
    shapes.append(scale.line(years, median, CHOSEN, 2.4))
    if asked.years.size:
        shapes.append(scale.line(asked.years, asked.values, TARGET_COLOUR, 1.2, "4 3"))
    ends = np.array(asked.span)
    shapes.append(scale.line(ends, np.full(2, asked.mark[1]), TARGET_COLOUR, 2.4))
    shapes += [
        f'<circle cx="{scale.x(year):.1f}" cy="{scale.y(value):.1f}" r="3" fill="{INK}"/>'
        for year, value in zip(seen["year"], seen["value"], strict=True)
    ]
    told = [
        (float(median[-1]), f"{EXPLORER.say('median', lang)} {_short(median[-1])}", CHOSEN, True),
        (
            asked.mark[1],
            f"{EXPLORER.say('target', lang)} {_short(asked.mark[1])}",
            TARGET_COLOUR,
            True,
        ),
        (float(reference[-1]), baseline_label, scenario_colour("baseline"), False),
        (float(high[-1]), EXPLORER.say("outer", lang), GREY, False),
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" class="xhsim-fan">'
        f"<title>{escape(_spoken(label, paths, lang))}</title>"
        f"{''.join(shapes)}{scale.labels(told)}</svg>"
    )


def _short(value: float) -> str:
    return number_text(float(value), digits=3)


def _spoken(label: str, paths: Paths, lang: str) -> str:
    """Describe the picture in words, for readers who cannot see it."""
    low, median, high = (row[-1] for row in paths.quantiles(0.05, 0.5, 0.95))
    unit = display_unit(paths.unit, lang)
    return (
        f"{label}, {paths.years[-1]:.0f}: {EXPLORER.say('median', lang)} {_short(median)}, "
        f"{EXPLORER.say('outer', lang)} {_short(low)} - {_short(high)} {unit}"
    )


class _Scale:
    """Converts years and values to positions in the picture."""

    def __init__(self, years: Floats, values: Floats) -> None:
        low, high = float(np.min(values)), float(np.max(values))
        margin = 0.06 * (high - low or abs(high) or 1.0)
        self.first, self.last = float(years[0]), float(years[-1])
        self.low, self.high = low - margin, high + margin
        ticks = MaxNLocator(5).tick_values(self.low, self.high)
        self.ticks = [tick for tick in ticks if self.low <= tick <= self.high]

    def x(self, year: float) -> float:
        share = (year - self.first) / (self.last - self.first or 1.0)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def points(self, years: Floats, values: Floats) -> str:
        return " ".join(
            f"{self.x(float(year)):.1f},{self.y(float(value)):.1f}"
            for year, value in zip(years, values, strict=True)
        )

    def line(
        self, years: Floats, values: Floats, colour: str, width: float, dashes: str = ""
    ) -> str:
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        return (
            f'<polyline points="{self.points(years, values)}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}"{dashed}/>'
        )

    def area(self, years: Floats, low: Floats, high: Floats, colour: str) -> str:
        around = np.concatenate([years, years[::-1]]), np.concatenate([low, high[::-1]])
        return f'<polygon points="{self.points(*around)}" fill="{colour}"/>'

    def grid(self) -> list[str]:
        right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
        parts = []
        for tick in self.ticks:
            y = self.y(tick)
            parts.append(
                f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'
                f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{GREY}" '
                f'font-size="11">{number_text(float(tick))}</text>'
            )
        step = 1 if self.last - self.first <= 6 else 2
        parts += [
            f'<text x="{self.x(float(year)):.1f}" y="{bottom + 17}" text-anchor="middle" '
            f'fill="{GREY}" font-size="11">{year:.0f}</text>'
            for year in np.arange(self.last, self.first - 0.5, -step)
        ]
        parts.append(
            f'<line x1="{LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="{GREY}"/>'
        )
        return parts

    def labels(self, told: list[tuple[float, str, str, bool]]) -> str:
        """Write labels at the right edge, from the top down and without overlap."""
        height, parts = -GAP, []
        for value, text, colour, bold in sorted(told, key=lambda one: -one[0]):
            height = max(self.y(value) + 4, height + GAP)
            weight = ' font-weight="bold"' if bold else ""
            parts.append(
                f'<text x="{WIDTH - RIGHT + 14}" y="{height:.1f}" fill="{colour}" '
                f'font-size="12"{weight}>{escape(text)}</text>'
            )
        return "".join(parts)

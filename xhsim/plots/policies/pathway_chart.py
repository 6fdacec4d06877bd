"""The map of a policy with rules: which actions, until when, then what, and in how many draws."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from xhsim.analysis.pathways.pathway_map import MapStation, PathwayMap
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GRID, INK, scenario_colour, scenario_colours
from xhsim.plots.canvas.frame import write_source, write_title
from xhsim.plots.canvas.pictures import new_axes
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised, wrap
from xhsim.wording.numbers import probability_sentence
from xhsim.wording.phrases import PICTURES

__all__ = ["pathway_chart"]

THICK = 0.42  # of the distance between two lines, for all draws
BEND = 0.42  # of the distance between two checks, in which draws change lines
LANE = 0.85  # inches
LEFT, RIGHT, TOP, BOTTOM = 1.75, 1.25, 0.95, 0.75
STEP = 1.7  # inches between two checks
START = 0.4  # where the lines begin, before the first check at 1
NAME = 20  # letters of a lane's name in a line
Lane = tuple[str, ...]


@checked
def pathway_chart(
    found: PathwayMap, *, title: str = "", lang: str = "en", ax: Axes | None = None
) -> Axes:
    """Draw the map of a policy with rules.

    Parameters
    ----------
    found : PathwayMap
        The attribute ``map`` of what ``study.pathways`` returns, or of `pathway_map`.
    title : str
        By default *Which rules act, and from when on*.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A line for each set of rules that act together. Draws change lines after the checks. The
        wider a line, the more draws are on it; the texts are shares of all draws. On the right is
        the mean number of targets that the draws meet which end on the line.

    Raises
    ------
    InputError
        If there is nothing to draw.

    Examples
    --------
    >>> import xarray as xr
    >>> from xhsim.analysis.pathways.pathway_map import pathway_map
    >>> about = {"rule": "more", "checks": [2023.0, 2024.0]}
    >>> acts = xr.DataArray([[[0, 1]], [[1, 1]]], dims=["draw", "time", "check"], attrs=about)
    >>> ax = pathway_chart(pathway_map(xr.Dataset({"rule_more_by_check": acts})))
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['2023', '2024']
    """
    language = check_language(lang)
    if not found.stations:
        raise InputError("there is nothing to draw", hint="give a map with at least one check")
    lanes, dates = found.lanes(), found.dates
    if ax is None:
        wide, high = STEP * len(dates) + 0.6, LANE * len(lanes)
        size = (LEFT + wide + RIGHT, TOP + high + BOTTOM)
        ax = new_axes(*size, (LEFT, BOTTOM, RIGHT, TOP))
    style.clean_axes(ax, language, 9)
    ax.grid(visible=False)
    ax.set_yticks([])
    ax.set_ylim(-len(lanes) + 0.5, 0.55)
    places = np.arange(1.0, len(dates) + 1.0)
    ax.set_xlim(START, len(dates) + 1.0)
    ax.set_xticks(places, [_date_text(date) for date in dates])
    for place in places:
        ax.axvline(place, color=GRID, linewidth=0.8, zorder=0)
    look = _Look(ax, {lane: -float(n) for n, lane in enumerate(lanes)}, _colours(lanes), language)
    before: dict[tuple[Lane, Lane], float] = {((), ()): 1.0}
    for number, place in enumerate(places):
        flows = _flows(found, number)
        look.draw_before(place, before)
        look.draw_changes(place, flows)
        before = flows
    look.draw_before(len(dates) + 1.0, before)
    for station in found.stations:
        look.write_share(_place(found, station.date), station)
    look.name_lanes(found)
    left = -(LEFT - 0.1) * 72
    lines = [PICTURES.say("pathway_unit", language)]
    write_title(ax, title or PICTURES.say("pathway_title", language), lines, language, left=left)
    source = style.source_text(draws=found.draws, lang=language)
    write_source(ax, source, language, down=34, left=left)
    return ax


def _colours(lanes: Sequence[Lane]) -> dict[Lane, str]:
    acting = [lane for lane in lanes if lane]
    given = scenario_colours(["plan", *(f"lane {number}" for number in range(1, len(acting)))])
    return {(): scenario_colour("baseline"), **dict(zip(acting, given.values(), strict=False))}


def _place(found: PathwayMap, date: float) -> float:
    return 1.0 + found.dates.index(date)


def _flows(found: PathwayMap, number: int) -> dict[tuple[Lane, Lane], float]:
    """Return the share of draws that go from one line to another at a check."""
    if number == 0:
        first = found.dates[0]
        return {
            ((), station.acting): station.share.probability
            for station in found.stations
            if station.date == first
        }
    date = found.dates[number]
    return {
        (found.stations[track.start].acting, found.stations[track.end].acting): track.share
        for track in found.tracks
        if found.stations[track.end].date == date
    }


@dataclass(frozen=True)
class _Look:
    """Draws lines at their heights and in their colours."""

    ax: Axes
    heights: Mapping[Lane, float]
    colours: Mapping[Lane, str]
    lang: Language

    def draw_before(self, place: float, flows: Mapping[tuple[Lane, Lane], float]) -> None:
        """Draw the lines that lead to a check, as the check before has left them."""
        start = START if place == 1.0 else place - 1.0 + BEND
        for lane, height in self.heights.items():
            share = sum(part for (_, end), part in flows.items() if end == lane)
            if share:
                half = THICK * share / 2
                self.ax.fill_between(
                    [start, place],
                    height - half,
                    height + half,
                    color=self.colours[lane],
                    linewidth=0.6,
                    zorder=2,
                    gid="line",
                )
                self._mark(place, height)

    def _mark(self, place: float, height: float) -> None:
        if place <= self.ax.get_xlim()[1] - 1.0:
            self.ax.plot(
                place,
                height,
                marker="o",
                markersize=10,
                markerfacecolor="white",
                markeredgecolor=INK,
                markeredgewidth=1.3,
                linestyle="none",
                zorder=4,
                gid="station",
            )

    def draw_changes(self, place: float, flows: Mapping[tuple[Lane, Lane], float]) -> None:
        """Draw the draws that stay on a line after a check, and those that change it."""
        passed = np.linspace(0.0, 1.0, 33)
        bend = passed**2 * (3 - 2 * passed)
        order = list(self.heights)
        left, right = (self._tops(flows, end) for end in (0, 1))
        for pair in sorted(flows, key=lambda pair: [order.index(lane) for lane in pair]):
            start, end = pair
            thick = THICK * flows[pair]
            top = left[pair] + bend * (right[pair] - left[pair])
            self.ax.fill_between(
                place + BEND * passed,
                top - thick,
                top,
                color=self.colours[end],
                linewidth=0.6,
                zorder=2.5 if start == end else 3,
                gid="change" if start != end else "line",
            )

    def _tops(
        self, flows: Mapping[tuple[Lane, Lane], float], end: int
    ) -> dict[tuple[Lane, Lane], float]:
        """Return the upper edge of each flow where it begins (0) or ends (1)."""
        order = list(self.heights)
        found = {}
        for lane, height in self.heights.items():
            here = [pair for pair in flows if pair[end] == lane]
            edge = height + THICK * sum(flows[pair] for pair in here) / 2
            for pair in sorted(here, key=lambda pair: order.index(pair[1 - end])):
                found[pair] = edge
                edge -= THICK * flows[pair]
        return found

    def write_share(self, place: float, station: MapStation) -> None:
        """Write the share of the draws above a line."""
        share = station.share
        height = self.heights[station.acting] + THICK * share.probability / 2
        style.write(
            self.ax,
            probability_sentence(*share[:3], "", self.lang),
            (place + (1.0 + BEND) / 2, height),
            coordinates="data",
            offset=(0, 4),
            lang=self.lang,
            size=8,
            ha="center",
        )

    def name_lanes(self, found: PathwayMap) -> None:
        """Write the rules on the left, and on the right the mean number of targets met."""
        ends = _met_at_the_end(found)
        for lane, height in self.heights.items():
            name = found.lane_text(lane, self.lang) or PICTURES.say("pathway_none", self.lang)
            style.write(
                self.ax,
                wrap(capitalised(name), NAME),
                (0, height),
                coordinates=("axes fraction", "data"),
                offset=(-8, 0),
                lang=self.lang,
                size=8.5,
                weight="bold",
                colour=self.colours[lane],
                ha="right",
                va="center",
            )
            if math.isfinite(ends.get(lane, math.nan)):
                style.write(
                    self.ax,
                    PICTURES.say("pathway_met", self.lang, n=f"{ends[lane]:.1f}"),
                    (1, height),
                    coordinates=("axes fraction", "data"),
                    offset=(8, 0),
                    lang=self.lang,
                    size=8,
                    va="center",
                )


def _met_at_the_end(found: PathwayMap) -> dict[tuple[str, ...], float]:
    """Return the mean number of targets met by the draws that end on each line."""
    last = found.dates[-1]
    sums: dict[tuple[str, ...], tuple[float, float]] = {}
    for row in found.routes.to_dict("records"):
        weight, total = sums.get(row[last], (0.0, 0.0))
        share = float(row["probability"])
        sums[row[last]] = weight + share, total + share * float(row["met"])
    return {lane: total / weight for lane, (weight, total) in sums.items()}


def _date_text(date: float) -> str:
    year = math.floor(date + 1e-9)
    month = math.floor((date - year) * 12 + 1e-6)
    return f"{year}-{month + 1:02d}" if month else f"{year}"

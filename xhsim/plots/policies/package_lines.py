"""The packages of a front side by side: parallel coordinates, a row for each lever."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex

from xhsim.analysis.fronts.front import PolicyFront
from xhsim.arguments import checked
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK, PROBABILITY_STOPS
from xhsim.plots.canvas.frame import write_source, write_title
from xhsim.plots.canvas.pictures import Picture, new_figure
from xhsim.plots.policies.front_parts import (
    axis_name,
    check_has_packages,
    front_source,
    scaled,
)
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES

__all__ = ["package_lines"]

ROW, ABOVE, BELOW = 0.24, 0.85, 0.55  # inches
WIDTH, RIGHT, LINES = 7.4, 0.75, 3.6
SIZE = 7.5
LEAST = 0.05  # share of its range by which some package must move a lever that has a row


@checked
def package_lines(front: PolicyFront, *, lang: str = "en") -> Axes:
    """Draw the packages of a front as lines that pass through a row for each objective and lever.

    Parameters
    ----------
    front : PolicyFront
        From ``study.front``.
    lang : {"en", "zh"}

    Returns
    -------
    Axes
        Each row reaches from the lowest value (left) to the highest. For a lever these are the
        bounds of the search. The darker a line, the higher the first objective. Levers that no
        package moves have no row.

    Raises
    ------
    InputError
        If the front has no packages.

    Examples
    --------
    >>> from xhsim.analysis.fronts.archive import read_front
    >>> package_lines(read_front("front"))
    Traceback (most recent call last):
    xhsim.errors.InputError: there is no front in "front". xhsim front --out makes one, or ...
    """
    language = check_language(lang)
    check_has_packages(front)
    rows = _rows(front, language)
    height = ABOVE + ROW * len(rows) + BELOW
    # Names of objectives are bold, and so a little wider.
    names = 1.12 * max(style.text_width(row[0], language, SIZE) for row in rows) / 72 + 0.7
    width = max(WIDTH, names + LINES + RIGHT)
    figure = new_figure(width, height)
    box = (
        names / width,
        BELOW / height,
        (width - names - RIGHT) / width,
        ROW * len(rows) / height,
    )
    ax: Axes = figure.add_axes(box, axes_class=Picture)
    _draw(ax, rows)
    _write_names(ax, rows, len(front.objectives), language)
    title = PICTURES.say("lines_title", language)
    first = front.objectives[0].label.in_(language)
    left = -72 * (names - 0.15)
    write_title(ax, title, [PICTURES.say("lines_unit", language, name=first)], language, left=left)
    write_source(ax, front_source(front, language), language, down=16, left=left)
    return ax


_Row = tuple[str, np.ndarray, float, float]  # name, a value for each package, low, high


def _rows(front: PolicyFront, lang: Language) -> list[_Row]:
    """Return the objectives, and then the levers that some package moves."""
    rows: list[_Row] = []
    for place, objective in enumerate(front.objectives):
        values = scaled([member.judged[place] for member in front.members], objective)[:, 0]
        name = capitalised(axis_name(front, objective, lang))
        rows.append((name, values, float(values.min()), float(values.max())))
    for lever, (low, high) in front.levers.items():
        values = np.array(
            [member.levels.get(lever, front.starts[lever]) for member in front.members]
        )
        if high > low and np.abs(values - front.starts[lever]).max() >= LEAST * (high - low):
            name = capitalised(front.labels[lever].in_(lang) or lever)
            rows.append((name, values, low, high))
    return rows


def _draw(ax: Axes, rows: list[_Row]) -> None:
    ax.set_axis_off()
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    places = np.arange(len(rows))
    ax.hlines(places, 0, 1, color="#d5d5d5", linewidth=0.8, zorder=1)
    shares = np.stack(
        [(values - low) / ((high - low) or 1.0) for _, values, low, high in rows], axis=1
    )
    colours = LinearSegmentedColormap.from_list("front", PROBABILITY_STOPS[1:])
    order = np.argsort(shares[:, 0], kind="stable")
    for place in order:
        ax.plot(
            np.clip(shares[place], 0, 1),
            places,
            color=to_hex(colours(float(shares[place, 0]))),
            linewidth=1.1,
            marker="o",
            markersize=2.4,
            zorder=2,
            gid="package",
        )


def _write_names(ax: Axes, rows: list[_Row], objectives: int, lang: Language) -> None:
    for place, (name, _, low, high) in enumerate(rows):
        weight = "bold" if place < objectives else "normal"
        for text, at, offset, side, colour, thick in (
            (name, 0, -40, "right", INK, weight),
            (number_text(low, digits=3), 0, -8, "right", GREY, "normal"),
            (number_text(high, digits=3), 1, 8, "left", GREY, "normal"),
        ):
            style.write(
                ax,
                text,
                (at, place),
                coordinates="data",
                offset=(offset, 0),
                lang=lang,
                size=SIZE,
                weight=thick,
                colour=colour,
                ha=side,  # type: ignore[arg-type]
                va="center",
            )

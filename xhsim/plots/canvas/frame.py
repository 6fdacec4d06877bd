"""Texts around a chart: title, source line, and labels that do not overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, INK
from xhsim.plots.canvas.pictures import Picture, points_a_pixel
from xhsim.wording.label import Label, Language

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "chosen_label",
    "direct_labels",
    "keep_inside",
    "origin_text",
    "scenario_text",
    "scenario_texts",
    "write_source",
    "write_title",
]

EDGE = 0.06  # inches left free at the edges of a figure
EdgeLabel = tuple[float, str, str, str]  # height in data, text, colour, weight


def write_title(
    ax: Axes, title: str, lines: Sequence[str], lang: Language, *, left: float | None = None
) -> None:
    """Write a title above axes, with smaller lines under it; empty lines take no room.

    Parameters
    ----------
    ax : Axes
    title : str
    lines : sequence of str
        From the top down; the last one, in grey, is the unit.
    lang : {"en", "zh"}
    left : float, optional
        Points from the left edge of the axes; by default where tick labels begin.

    Examples
    --------
    >>> from xhsim.plots.canvas.pictures import new_axes
    >>> ax = new_axes()
    >>> write_title(ax, "R&D", ["", "percent"], "en")
    >>> [text.get_text() for text in ax.texts]
    ['percent', 'R&D']
    """
    edge = style.left_edge(ax) if left is None else left
    looks = [(9.5, INK, 16.0)] * (len(lines) - 1) + [(8.0, GREY, 15.0)] * bool(lines)
    stack = [(title, 12.0, INK, 0.0), *((t, *look) for t, look in zip(lines, looks, strict=True))]
    height = 7.0
    for text, size, colour, step in reversed(stack):
        if text:
            weight = "bold" if text is title else "normal"
            style.write(
                ax,
                text,
                (0, 1),
                offset=(edge, height),
                lang=lang,
                size=size,
                weight=weight,
                colour=colour,
            )
            height += step


def write_source(
    ax: Axes, text: str, lang: Language, *, down: float = 24.0, left: float | None = None
) -> None:
    """Write the source of the numbers below axes, and enlarge the figure if a text does not fit.

    Parameters
    ----------
    ax : Axes
    text : str
    lang : {"en", "zh"}
    down : float
        Points below the axes.
    left : float, optional
        Points from their left edge; by default where tick labels begin.
    """
    edge = style.left_edge(ax) if left is None else left
    style.write(
        ax,
        text,
        (0, 0),
        offset=(edge, -down),
        lang=lang,
        size=7,
        colour=GREY,
        va="top",
    ).set_gid("source")
    keep_inside(ax)


def keep_inside(ax: Axes) -> None:
    """Enlarge a figure until everything drawn on its only axes is inside.

    The axes keep their size. A figure with several axes, or with axes of another kind, is not
    changed.

    Parameters
    ----------
    ax : Axes

    Examples
    --------
    >>> from xhsim.plots.canvas.pictures import new_axes
    >>> ax = new_axes(5, 4)
    >>> _ = style.write(ax, "far to the right of the axes", (1, 0.5))
    >>> keep_inside(ax)
    >>> bool(ax.figure.get_size_inches()[0] > 5)
    True
    """
    figure = ax.get_figure(root=True)
    if figure is None or not isinstance(ax, Picture) or figure.axes != [ax]:
        return
    wide, high = figure.get_size_inches()
    drawn = figure.get_tightbbox()
    left, right = max(0.0, EDGE - drawn.x0), max(0.0, drawn.x1 + EDGE - wide)
    below, above = max(0.0, EDGE - drawn.y0), max(0.0, drawn.y1 + EDGE - high)
    if max(left, right, below, above) == 0.0:
        return
    box = ax.get_position()
    full = (wide + left + right, high + below + above)
    figure.set_size_inches(*full)
    ax.set_position(
        (
            (box.x0 * wide + left) / full[0],
            (box.y0 * high + below) / full[1],
            box.width * wide / full[0],
            box.height * high / full[1],
        )
    )


def origin_text(about: Mapping[Any, Any], lang: Language, failed: int = 0) -> str:
    """Return the scenario, number of draws and seed of a table or an ensemble as a text.

    Parameters
    ----------
    about : mapping
        Attributes of the table or ensemble.
    lang : {"en", "zh"}
    failed : int
        Number of draws left out; the number in the attributes is used if it is larger.

    Examples
    --------
    >>> origin_text({"scenario": "plan", "draws": 1000, "seed": 0}, "en")
    'scenario plan, 1,000 draws, seed 0'
    """
    draws, seed = about.get("draws"), about.get("seed")
    return style.source_text(
        scenario=scenario_text(about, lang) or None,
        draws=None if draws is None else int(draws),
        failed=max(failed, int(about.get("failed", 0))),
        seed=None if seed is None else int(seed),
        lang=lang,
    )


def scenario_text(about: Mapping[Any, Any], lang: Language) -> str:
    """Return the name of a scenario in English, its label in Chinese.

    Examples
    --------
    >>> scenario_text({"scenario": "plan", "scenario_label_zh": "规划"}, "zh")
    '规划'
    """
    chinese = about.get("scenario_label_zh") or ""
    return Label(str(about.get("scenario", "")), chinese).in_(lang)


def scenario_texts(about: Mapping[Any, Any], lang: Language) -> dict[str, str]:
    """Return the names or labels of several scenarios, each as `scenario_text` returns it.

    Parameters
    ----------
    about : mapping
        The attributes of a table of several scenarios.
    lang : {"en", "zh"}

    Returns
    -------
    dict of str to str
        Texts by scenario name.

    Examples
    --------
    >>> scenario_texts({"scenario_labels_zh": {"plan": "规划"}}, "zh")
    {'plan': '规划'}
    """
    chinese = about.get("scenario_labels_zh", {})
    return {name: Label(name, label).in_(lang) for name, label in chinese.items()}


def chosen_label(record: Mapping[Any, Any] | pd.Series[Any], name: object, lang: Language) -> str:
    """Return the label of a table's row in a language, or its name if it has no label.

    Examples
    --------
    >>> chosen_label({"label": "R&D", "label_zh": "研发"}, "rd", "zh"), chosen_label({}, "rd", "en")
    ('研发', 'rd')
    """
    return Label.of_row(record).in_(lang) or str(name)


def direct_labels(
    ax: Axes, labels: Sequence[EdgeLabel], lang: Language, size: float, gap: float = 11.5
) -> None:
    """Write labels at the right edge of axes, near their heights, without overlap.

    The axes become narrower if the labels need more room.

    Parameters
    ----------
    ax : Axes
        With their limits set.
    labels : sequence of tuple
        Height in data, text, colour and weight.
    lang : {"en", "zh"}
    size, gap : float
        Font size and distance between two lines, in points.
    """
    heights = label_shifts(ax, [label[0] for label in labels], gap)
    written = []
    for (value, text, shade, weight), height in zip(labels, heights, strict=True):
        label = style.write(
            ax,
            text,
            (1, value),
            coordinates=("axes fraction", "data"),
            offset=(5, height),
            lang=lang,
            size=size,
            weight=weight,
            colour=shade,
            va="center",
        )
        written.append(label.get_window_extent().x1)
    _make_room(ax, max(written, default=0.0))


def _make_room(ax: Axes, reached: float) -> None:
    """Make axes narrower if their labels reach beyond the figure or into the axes on the right."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    others = [other.get_tightbbox() for other in figure.axes if other.bbox.x0 > ax.bbox.x1]
    edge = EDGE * figure.dpi
    limit = min([figure.bbox.x1 - edge, *(box.x0 - 2 * edge for box in others if box)])
    if reached > limit:
        box = ax.get_position()
        narrower = box.width - (reached - limit) / figure.bbox.width
        ax.set_position((box.x0, box.y0, max(0.5 * box.width, narrower), box.height))


def label_shifts(ax: Axes, values: Sequence[float], gap: float) -> list[float]:
    """Return the shifts, in points, after which labels at these heights do not overlap."""
    places = [float(ax.transData.transform((0, value))[1]) * points_a_pixel(ax) for value in values]
    order = sorted(range(len(places)), key=lambda i: places[i])
    # Labels that are too close form a block, centred on the mean of their heights.
    blocks: list[list[int]] = []
    for i in order:
        blocks.append([i])
        while len(blocks) > 1 and _block(blocks[-1], places, gap)[0] < (
            _block(blocks[-2], places, gap)[1] + gap
        ):
            last = blocks.pop()
            blocks[-1] += last
    shifts = [0.0] * len(places)
    for block in blocks:
        bottom = _block(block, places, gap)[0]
        for position, i in enumerate(block):
            shifts[i] = bottom + position * gap - places[i]
    return shifts


def _block(block: list[int], places: list[float], gap: float) -> tuple[float, float]:
    centre = sum(places[i] for i in block) / len(block)
    half = (len(block) - 1) * gap / 2
    return centre - half, centre + half

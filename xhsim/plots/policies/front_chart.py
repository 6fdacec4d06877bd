"""A front with the study's scenarios in it: what each extra point of an objective costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from xhsim.analysis.fronts.front import (
    MONEY,
    FrontObjective,
    FrontScenario,
    PolicyFront,
)
from xhsim.arguments import checked
from xhsim.plots.canvas import style
from xhsim.plots.canvas.colours import GREY, GRID, INK, scenario_colours, tint
from xhsim.plots.canvas.fan_parts import CHART, Figures
from xhsim.plots.canvas.frame import write_source, write_title
from xhsim.plots.canvas.pictures import new_axes, points_a_pixel
from xhsim.plots.policies.front_parts import (
    FRONT_COLOUR,
    axis_name,
    check_has_packages,
    front_source,
    scaled,
)
from xhsim.wording.label import Language, check_language
from xhsim.wording.line_breaks import capitalised
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import PICTURES

__all__ = ["front_chart"]

RIM = withStroke(linewidth=2.2, foreground="white")
SIZE = 7.5
SQUARE, STEP = 5.0, 3.5  # points: a square, and how much larger each one under it is
SHAPES = "sDv^"  # of scenarios of one colour, where there are more than colours
AREAS = (9.0, 90.0)  # of dots, if a third objective is their size, in square points
AREA = 16.0  # otherwise
Box = tuple[float, float, float, float]  # left, low, right, high, in points
HALF = 5.0  # points from the middle of a text to its edges
# Where a name may stand, seen from its square: further ones have a thin line to it.
BESIDE = [(7, 0), (-7, 0), (0, 11), (0, -11)]
BESIDE += [(side, up) for up in (9, -9, 18, -18, 27, -27, 36, -36) for side in (10, -10)]


@checked
def front_chart(
    front: PolicyFront,
    x: str | None = None,
    y: str | None = None,
    *,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw two objectives of a front against each other, with the study's scenarios.

    Parameters
    ----------
    front : PolicyFront
        From ``study.front``.
    x, y : str, optional
        The texts of two objectives. By default money is across if it is an objective.
    lang : {"en", "zh"}
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        A dot for each package, joined by a line; a ring for a package that another beats on fresh
        draws; a square for each scenario. Bars are 95 % intervals. With three objectives, the size
        of a dot is the third, and dots are not joined.

    Raises
    ------
    InputError
        If the front has no such objective or no packages.

    Examples
    --------
    >>> from xhsim.analysis.fronts.archive import read_front
    >>> front_chart(read_front("front"))
    Traceback (most recent call last):
    xhsim.errors.InputError: there is no front in "front". xhsim front --out makes one, or ...
    """
    language = check_language(lang)
    check_has_packages(front)
    across, up = _columns(front, x, y)
    ax = new_axes(6.6, 4.9, (0.8, 0.85, 0.4, 0.85)) if ax is None else ax
    style.clean_axes(ax, language, CHART.text - 0.5)
    ax.grid(axis="x", color=GRID, linewidth=0.6)
    _draw_packages(ax, front, across, up)
    colours = scenario_colours(each.name for each in front.scenarios)
    for each in front.scenarios:
        bars = [scaled([each.judged[column]], front.objectives[column]) for column in (across, up)]
        _bars(ax, bars[0], bars[1], colours[each.name], "scenario")
    ax.xaxis.set_major_formatter(Figures())
    ax.yaxis.set_major_formatter(Figures())
    ax.margins(0.06)
    ax.autoscale_view()  # squares and names are placed in the limits as they will be drawn
    _draw_squares(ax, front, (across, up), colours)
    _name_scenarios(ax, front, (across, up), language)
    _write_around(ax, front, across, up, language)
    return ax


def _columns(front: PolicyFront, x: str | None, y: str | None) -> tuple[int, int]:
    """Return the objectives across and upwards."""
    texts = [each.text for each in front.objectives]
    across = front.column(x) if x is not None else None
    up = front.column(y) if y is not None else None
    if across is None:
        free = [place for place in range(len(texts)) if place != up]
        across = texts.index(MONEY) if MONEY in texts and texts.index(MONEY) in free else free[-1]
    if up is None:
        up = next(place for place in range(len(texts)) if place != across)
    return across, up


def _draw_packages(ax: Axes, front: PolicyFront, across: int, up: int) -> None:
    values = [
        scaled([member.judged[column] for member in front.members], front.objectives[column])
        for column in (across, up)
    ]
    holds = np.array([member.holds for member in front.members])
    _bars(ax, values[0], values[1], tint(FRONT_COLOUR, 0.55), "package")
    order = np.argsort(values[0][:, 0], kind="stable")
    kept = order[holds[order]]
    if len(front.objectives) == 2:
        line = tint(FRONT_COLOUR, 0.6)
        ax.plot(values[0][kept, 0], values[1][kept, 0], color=line, linewidth=1.2, zorder=2)
    areas = _areas(front, _third(front, across, up))
    for chosen, face in ((kept, FRONT_COLOUR), (order[~holds[order]], "white")):
        ax.scatter(
            values[0][chosen, 0],
            values[1][chosen, 0],
            areas[chosen],
            facecolor=face,
            edgecolor=FRONT_COLOUR,
            zorder=4,
            gid="holds" if face != "white" else "beaten",
        )


def _third(front: PolicyFront, across: int, up: int) -> int | None:
    """Return the objective that has no axis, if there is one."""
    places = range(len(front.objectives))
    return next((place for place in places if place not in (across, up)), None)


def _areas(front: PolicyFront, third: int | None) -> np.ndarray:
    """Return the areas of dots: larger where the third objective is."""
    if third is None:
        return np.full(len(front.members), AREA)
    values = np.array([member.judged[third].value for member in front.members])
    share = (values - values.min()) / (np.ptp(values) or 1.0)
    return np.asarray(AREAS[0] + share * (AREAS[1] - AREAS[0]))


def _draw_squares(
    ax: Axes, front: PolicyFront, columns: tuple[int, int], colours: Mapping[str, str]
) -> None:
    """Draw a square for each scenario, larger under another one that would hide it."""
    here = np.array([_point(each, front, columns) for each in front.scenarios]).reshape(-1, 2)
    at = np.asarray(ax.transData.transform(here) * points_a_pixel(ax))
    drawn: list[str] = []
    for place, each in enumerate(front.scenarios):
        colour = colours[each.name]
        above = (np.abs(at[place + 1 :] - at[place]) < SQUARE / 2).all(axis=1).sum()
        ax.plot(
            *here[place],
            SHAPES[drawn.count(colour) % len(SHAPES)],
            color=colour,
            markersize=SQUARE + STEP * above,
            zorder=5 - 0.01 * above,
            markeredgecolor="white",
            markeredgewidth=0.6,
            gid=each.name,
        )
        drawn.append(colour)


def _bars(ax: Axes, x: np.ndarray, y: np.ndarray, colour: str, what: str) -> None:
    """Draw intervals upwards, and across where there are any."""
    ax.vlines(x[:, 0], y[:, 1], y[:, 2], color=colour, linewidth=1, zorder=3, gid=what)
    if (x[:, 2] > x[:, 1]).any():
        ax.hlines(y[:, 0], x[:, 1], x[:, 2], color=colour, linewidth=1, zorder=3)


def _name_scenarios(ax: Axes, front: PolicyFront, columns: tuple[int, int], lang: Language) -> None:
    """Write each scenario's name beside its square, where it covers least."""
    taken = _places(ax, front, columns)
    boxes: list[Box] = []
    pixel = points_a_pixel(ax)
    for each in sorted(front.scenarios, key=lambda one: -one.judged[columns[1]].value):
        text = capitalised(each.label.in_(lang) or each.name)
        x, y = _point(each, front, columns)
        width = style.text_width(text, lang, SIZE)
        px, py = ax.transData.transform((x, y)) * pixel

        def box(place: tuple[float, float], at: Box = (px, py, width, 0.0)) -> Box:
            right, above = place
            left = at[0] + right - (at[2] if right < 0 else at[2] / 2 if right == 0 else 0)
            return left, at[1] + above - HALF, left + at[2], at[1] + above + HALF

        def cost(place: tuple[float, float], box: Callable[..., Box] = box) -> float:
            far = 0.03 * (abs(place[0]) + abs(place[1]))
            return _covered(box(place), boxes, taken) + 50 * _outside(ax, box(place), pixel) + far

        right, above = min(BESIDE, key=cost)
        boxes.append(box((right, above)))
        written = style.write(
            ax,
            text,
            (x, y),
            coordinates="data",
            offset=(right, above),
            lang=lang,
            size=SIZE,
            colour=INK,
            ha="right" if right < 0 else "center" if right == 0 else "left",
            va="center",
        )
        written.set_path_effects([RIM])
        if right and above:
            ax.annotate(
                "",
                (x, y),
                xytext=(0.8 * right, above),
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6},
                zorder=3,
            )


def _point(
    each: FrontScenario, front: PolicyFront, columns: tuple[int, int]
) -> tuple[float, float]:
    across, up = (
        float(scaled([each.judged[column]], front.objectives[column])[0, 0]) for column in columns
    )
    return across, up


def _places(ax: Axes, front: PolicyFront, columns: tuple[int, int]) -> np.ndarray:
    """Return where packages and scenarios are, and the ends of their bars, in points."""
    every = [member.judged for member in front.members]
    every += [each.judged for each in front.scenarios]
    data = [
        scaled([judged[column] for judged in every], front.objectives[column]) for column in columns
    ]
    data = [np.repeat(data[0][:, 0], 3), data[1].ravel()]
    return np.asarray(ax.transData.transform(np.column_stack(data)) * points_a_pixel(ax))


def _covered(box: Box, boxes: list[Box], points: np.ndarray) -> float:
    """Count what a text would cover: other texts, and points."""
    left, low, right, high = box
    texts = sum(
        left < other[2] and other[0] < right and low < other[3] and other[1] < high
        for other in boxes
    )
    inside = (points[:, 0] > left - 2) & (points[:, 0] < right + 2)
    inside &= (points[:, 1] > low - 2) & (points[:, 1] < high + 2)
    return 3.0 * texts + float(inside.sum())


def _outside(ax: Axes, box: Box, pixel: float) -> bool:
    frame = ax.bbox
    return bool(box[0] < frame.x0 * pixel or box[2] > frame.x1 * pixel + 20)


def _title(objective: FrontObjective) -> str:
    """Return the phrase that asks what more of an objective costs; empty if it has no name."""
    if objective.is_probability:
        return "front_title_points"
    return "front_title_targets" if objective.unit.en == "targets" else ""


def _write_around(ax: Axes, front: PolicyFront, across: int, up: int, lang: Language) -> None:
    objectives = front.objectives
    costs = objectives[across].text == MONEY
    title = (
        PICTURES.say(_title(objectives[up]), lang)
        if costs and _title(objectives[up])
        else PICTURES.say(
            "front_title",
            lang,
            y=capitalised(objectives[up].label.in_(lang)),
            x=objectives[across].label.in_(lang),
        )
    )
    write_title(ax, title, [capitalised(axis_name(front, objectives[up], lang))], lang)
    style.write(
        ax,
        capitalised(axis_name(front, objectives[across], lang)),
        (1, 0),
        offset=(0, -25),
        lang=lang,
        size=8,
        colour=GREY,
        ha="right",
        va="top",
    )
    notes = [PICTURES.say("front_marks", lang)]
    third = _third(front, across, up)
    if third is not None:
        values = scaled([each.judged[third] for each in front.members], objectives[third])[:, 0]
        size = PICTURES.say(
            "front_size",
            lang,
            name=axis_name(front, objectives[third], lang),
            low=number_text(values.min()),
            high=number_text(values.max()),
        )
        write_source(ax, size, lang, down=64)
    if not all(member.holds for member in front.members):
        notes.append(PICTURES.say("front_ring", lang))
    write_source(ax, front_source(front, lang), lang, down=40)
    write_source(ax, PICTURES.say("front_join", lang).join(notes), lang, down=52)

"""Diagrams of feedback: named loops as circles, and the tree of causes of a variable."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from xhsim.analysis.validation.named_loops import trace_loops
from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.plots.canvas.colours import GREY, INK
from xhsim.plots.canvas.style import font
from xhsim.plots.structure.diagram import name_in
from xhsim.plots.structure.drawing import (
    ARROW,
    LESS,
    SIZE,
    bare_axes,
    font_of,
    lines_of,
    text_size,
    write_lines,
)
from xhsim.study.names import find_name

if TYPE_CHECKING:
    import networkx as nx

    from xhsim.analysis.study import Study

__all__ = ["causal_tree", "draw_circle", "loop_diagram"]

PANEL = (170.0, 158.0)
ACROSS = 3
ROOM = 2.5  # free space around a label
COLUMN = 128.0
STEP = 12.0


@checked
def loop_diagram(
    study: Study,
    loops: Collection[str] | None = None,
    *,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw a study's feedback loops, each as a circle of its variables.

    Arrows are blue with a plus if more of the cause means more of the effect, red with a minus if
    it means less. The loop's name is in the middle.

    Parameters
    ----------
    study : Study
    loops : collection of str, optional
        For example ``["R1", "B2"]``; by default all of loops.yaml.
    lang : {"en", "zh"}
        English shows the names of the model file, Chinese the labels of labels.yaml.
    ax : Axes, optional
        By default those of a new figure, as wide as a page.

    Returns
    -------
    Axes
        In points, downwards.

    Raises
    ------
    InputError
        If a loop is unknown, the study names no loops, or the model does not contain a named loop.

    Examples
    --------
    >>> import xhsim
    >>> ax = loop_diagram(xhsim.open_study(), ["R1", "R2"])
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "loop"]
    ['R1', 'R2']
    """
    known = {loop.id: loop for loop in study.files.loops}
    if not known:
        raise InputError("the study names no loops", hint="name them in model/loops.yaml")
    chosen = [find_name(name, known, "loop", None) for name in (known if loops is None else loops)]
    traced = trace_loops(study.model, chosen, study.polarities)
    name_of = name_in(study, lang)
    rows = math.ceil(len(traced) / ACROSS)
    ax = bare_axes(ACROSS * PANEL[0], rows * PANEL[1], ax)
    for number, one in enumerate(traced):
        row, column = divmod(number, ACROSS)
        centre = ((column + 0.5) * PANEL[0], (row + 0.5) * PANEL[1])
        names = [name_of(study.model.names.find(link.cause).name) for link in one.links]
        signs = [link.sign for link in one.links]
        keys = [link.cause for link in one.links]
        title = (one.loop.id, one.loop.label.in_(lang))
        draw_circle(ax, names, signs, centre, title, keys=keys)
    return ax


def draw_circle(
    ax: Axes,
    names: Sequence[str],
    signs: Sequence[int],
    centre: tuple[float, float],
    title: tuple[str, str],
    *,
    keys: Sequence[str] | None = None,
    radii: tuple[float, float] | None = None,
) -> None:
    """Draw one loop as a circle of its variables, with its name in the middle.

    Parameters
    ----------
    ax : Axes
        Prepared by `bare_axes`.
    names : sequence of str
        Each the cause of the next, the last of the first.
    signs : sequence of int
        Of the link from each to the next; 0 if it is undetermined.
    centre : tuple of float
    title : tuple of str
        The short name of the loop and its label.
    keys : sequence of str, optional
        Canonical names, by which the texts are found in an svg; by default `names`.
    radii : tuple of float, optional
        Half the width and half the height; by default to fit a panel.

    Examples
    --------
    >>> ax = bare_axes(200, 200)
    >>> draw_circle(ax, ["rent", "starts"], [1, -1], (100, 100), ("B1", "Cycle"))
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "sign"]
    ['+', '−']
    """
    x, y = centre
    count = len(names)
    wide, high = radii or (48.0 + 1.6 * min(count, 8), 40.0 + 2.6 * min(count, 8))
    turn = 2 * math.pi / count
    # Two variables are side by side; more of them begin at the top.
    first = math.pi if count == 2 else -math.pi / 2
    boxes = []
    for number, (name, key) in enumerate(zip(names, keys or names, strict=True)):
        angle = first + turn * number
        lines = lines_of(name, 13)
        width, height = text_size(lines, SIZE)
        place = (x + wide * math.cos(angle), y + high * math.sin(angle))
        boxes.append((*place, width / 2 + ROOM, height / 2 + ROOM))
        write_lines(ax, lines, *place, size=SIZE, gid=f"loop variable {key}")
    for number, sign in enumerate(signs):
        angles = np.linspace(first + turn * number, first + turn * (number + 1), 200)
        points = np.column_stack([x + wide * np.cos(angles), y + high * np.sin(angles)])
        _draw_arc(ax, points, boxes, sign, centre)
    wrapped = lines_of(title[1], 16)
    tall = text_size(wrapped, SIZE)[1]
    ax.text(
        x,
        y - tall / 2 - 1,
        title[0],
        ha="center",
        va="center_baseline",
        color=INK,
        gid="loop",
        fontproperties=font("en", 12.0, "bold"),
    )
    write_lines(ax, wrapped, x, y + 8.0, size=SIZE, colour=GREY, gid="loop name")


def _draw_arc(
    ax: Axes,
    points: NDArray[np.float64],
    boxes: Iterable[tuple[float, float, float, float]],
    sign: int,
    centre: tuple[float, float],
) -> None:
    """Draw an arc without the parts behind labels, with an arrow head and a sign."""
    free = np.ones(len(points), dtype=bool)
    for x, y, half, high in boxes:
        inside = (np.abs(points[:, 0] - x) < half) & (np.abs(points[:, 1] - y) < high)
        free &= ~inside
    shown = points[free]
    if len(shown) < 4:
        return
    colour = ARROW if sign > 0 else LESS if sign < 0 else GREY
    tip = shown[-1]
    step = tip - shown[-4]
    step = step / np.hypot(*step)
    side = np.array([-step[1], step[0]])
    neck = tip - 5.0 * step
    kept = shown[np.hypot(*(shown - tip).T) > 4.0]
    ax.plot(*kept.T, color=colour, linewidth=1.0, zorder=1, gid="arrow")
    ax.add_patch(
        Polygon(
            [tip, neck + 2.1 * side, neck - 2.1 * side],
            facecolor=colour,
            edgecolor="none",
            zorder=2,
        )
    )
    outward = neck - np.array(centre)
    place = neck - 3.0 * step + 6.5 * outward / np.hypot(*outward)
    ax.text(
        float(place[0]),
        float(place[1]),
        "+" if sign > 0 else "−" if sign < 0 else "±",
        ha="center",
        va="center",
        color=colour,
        zorder=5,
        gid="sign",
        fontproperties=font("en", 8, "bold"),
    )


# --- the tree of causes ------------------------------------------------------------------


@dataclass
class _Cause:
    """A variable in the tree. `again`: its causes are shown elsewhere in the tree."""

    name: str
    level: int
    sign: int = 0
    again: bool = False
    y: float = 0.0
    causes: list[_Cause] = field(default_factory=list)


@checked
def causal_tree(
    study: Study,
    variable: str,
    depth: int = 2,
    *,
    constants: bool = False,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the causes of a variable, their causes, and so on.

    Parameters
    ----------
    study : Study
    variable : str
        Name in the model file, or canonical name.
    depth : int
        Number of links back.
    constants : bool
        Whether to show constants and lookup tables.
    lang : {"en", "zh"}
        English shows the names of the model file, Chinese the labels of labels.yaml.
    ax : Axes, optional
        By default those of a new figure.

    Returns
    -------
    Axes
        Their unit is a point; y grows downwards. The variable is on the right, its causes are on
        the left. A link is red if more of the cause means less of the effect. The causes of a
        variable in brackets are shown elsewhere in the tree.

    Raises
    ------
    InputError
        If there is no such variable, or the depth is less than 1.

    Examples
    --------
    >>> import xhsim
    >>> ax = causal_tree(xhsim.open_study(), "fiscal revenue", 1)
    >>> sorted(text.get_text() for text in ax.texts)
    ['GDP', 'building tax', 'fiscal revenue', 'tax burden']
    """
    if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
        raise InputError(f"depth must be a whole number from 1, not {depth!r}")
    model, name_of = study.model, name_in(study, lang)
    graph = model.graph()
    for about in graph.nodes.values():
        about["shown"] = name_of(about["name"])
    root_name = model.names.find(variable).canonical
    root = _grow(graph, root_name, depth, constants, study.polarities)
    leaves = _set_heights(root)
    ax = bare_axes(COLUMN * (depth + 1), leaves * STEP, ax)
    _draw_cause(ax, graph, root, depth)
    return ax


def _grow(
    graph: nx.DiGraph[str],
    name: str,
    depth: int,
    constants: bool,
    signs: Mapping[tuple[str, str], int],
) -> _Cause:
    root = _Cause(name, 0)
    opened = {name}
    level = [root]
    for number in range(1, depth + 1):
        below: list[_Cause] = []
        for effect in level:
            if effect.again:
                continue
            for cause, _, about in graph.in_edges(effect.name, data=True):
                hidden = graph.nodes[cause]["kind"] in ("constant", "lookup", "time")
                if about["acts"] == "start" or (hidden and not constants):
                    continue
                sign = signs.get((cause, effect.name), 0)
                child = _Cause(cause, number, sign, again=cause in opened)
                opened.add(cause)
                effect.causes.append(child)
                below.append(child)
        level = below
    return root


def _set_heights(root: _Cause) -> int:
    """Place each leaf on a line and the others in the middle of their causes; count leaves."""
    count = 0

    def visit(cause: _Cause) -> None:
        nonlocal count
        if not cause.causes:
            cause.y = (count + 0.5) * STEP
            count += 1
            return
        for child in cause.causes:
            visit(child)
        cause.y = (cause.causes[0].y + cause.causes[-1].y) / 2

    visit(root)
    return count


def _draw_cause(ax: Axes, graph: nx.DiGraph[str], cause: _Cause, depth: int) -> None:
    right = COLUMN * (depth + 1 - cause.level)
    text = graph.nodes[cause.name]["shown"]
    shown = f"({text})" if cause.again and graph.in_degree(cause.name) else text
    width = text_size((shown,), SIZE)[0]
    ax.text(
        right,
        cause.y,
        shown,
        ha="right",
        va="center_baseline",
        gid="cause",
        zorder=5,
        color=GREY if cause.again else INK,
        fontproperties=font_of(shown, SIZE),
    )
    # In some resolutions, hinting makes letters slightly wider than measured.
    middle, tip = right - COLUMN + 9.0, right - 1.04 * width - 2.0
    for child in cause.causes:
        colour = LESS if child.sign < 0 else ARROW if child.sign else GREY
        ends = [right - COLUMN + 2.0, middle], [child.y, child.y]
        ax.plot(*ends, color=colour, linewidth=1.0, zorder=2, gid="arrow")
        _draw_cause(ax, graph, child, depth)
    if cause.causes:
        heights = [child.y for child in cause.causes]
        ax.plot([middle, middle], [min(heights), max(heights)], color=GREY, linewidth=0.7, zorder=1)
        ax.plot([middle, tip - 3], [cause.y, cause.y], color=GREY, linewidth=0.7, zorder=1)
        head = [(tip, cause.y), (tip - 4, cause.y - 1.8), (tip - 4, cause.y + 1.8)]
        ax.add_patch(Polygon(head, facecolor=GREY, edgecolor="none", zorder=2))

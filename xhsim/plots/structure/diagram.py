"""Diagram of a sector: its stocks, flows, other variables and causal links."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import (
    Circle,
    FancyArrowPatch,
    FancyBboxPatch,
    PathPatch,
    Polygon,
    Rectangle,
)
from matplotlib.path import Path

from xhsim.arguments import checked
from xhsim.plots.canvas.colours import GREY, INK
from xhsim.plots.structure.chains import CLOUD, VALVE, ChainRow, Pipe
from xhsim.plots.structure.drawing import ARROW, LESS, SIZE, bare_axes, write_lines
from xhsim.plots.structure.layered import Route
from xhsim.plots.structure.sectors import FLOW_SIZE, PAGE, SHADOW_SIZE, Sector, lay_out
from xhsim.wording.label import check_language

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["draw_sector", "name_in", "sector_diagram"]

PIPE = "#5b6f86"
BOX = "#eaf0f6"
LEVER = "#7a4b00"
LEVER_FACE = "#fdeccb"
SHADOW = "#7d7d7d"


@checked
def sector_diagram(
    study: Study,
    sector: str,
    *,
    only: Iterable[str] | None = None,
    lang: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw the stocks and flows of a sector of a study's model.

    Stocks are boxes. Flows are pipes with a valve; a cloud is a source or sink outside the model.
    Auxiliaries are plain texts. Variables of other sectors (shadows) are grey, in angle brackets.
    Levers are yellow. Constants, lookup tables and variables that depend on time alone are not
    shown. A link is blue if more of the cause means more of the effect, red if it means less, and
    grey if its sign varies. A shadow is red if it lowers its effect.

    Parameters
    ----------
    study : Study
    sector : str
        A group of the model file.
    only : iterable of str, optional
        Variables of the sector to show; the others become shadows.
    lang : {"en", "zh"}
        English: names of the model file. Chinese: labels of labels.yaml.
    ax : Axes, optional
        By default those of a new figure, as wide as a page.

    Returns
    -------
    Axes
        Their unit is a point; y grows downwards.

    Raises
    ------
    InputError
        If the model has no such sector or variable.

    Examples
    --------
    >>> import xhsim
    >>> ax = sector_diagram(xhsim.open_study(), "enterprises")
    >>> "graduation" in [text.get_text().strip() for text in ax.texts]
    True
    """
    sector_laid_out = lay_out(
        study.model,
        sector,
        levers=[p.name for p in study.parameters.values() if p.role == "lever"],
        only=only,
        polarities=study.polarities,
        name_of=name_in(study, lang),
    )
    return draw_sector(sector_laid_out, ax)


def name_in(study: Study, lang: str) -> Callable[[str], str]:
    """Return a function that gives the text of a variable or element in diagrams.

    Parameters
    ----------
    study : Study
    lang : {"en", "zh"}

    Returns
    -------
    callable
        English texts are the names of the model file, so that readers can find them there.

    Examples
    --------
    >>> import xhsim
    >>> name_in(xhsim.open_study(), "en")("RD capital")
    'RD capital'
    """
    if check_language(lang) == "en":
        return str
    labels = study.labels

    def label(name: str) -> str:
        found = labels.element(name).in_(lang)
        return found if found != name else labels.variable(name).in_(lang)

    return label


def draw_sector(sector: Sector, ax: Axes | None = None) -> Axes:
    """Draw a sector that has been laid out.

    Parameters
    ----------
    sector : Sector
    ax : Axes, optional
        See `sector_diagram`.

    Returns
    -------
    Axes
    """
    placed = sector.placed
    ax = bare_axes(placed.width, placed.height, ax, least=PAGE)
    for route in placed.routes:
        _draw_route(ax, sector, route)
    for chain in sector.chains:
        _draw_chain(ax, sector, chain)
    for key, item in sector.items.items():
        if item.kind not in ("stock", "flow"):
            _draw_alone(ax, sector, key)
    return ax


def _colour(sector: Sector, link: tuple[str, str]) -> str:
    source = sector.items[link[0]]
    if source.kind == "lever":
        return LEVER
    if source.kind == "shadow":
        return SHADOW
    if not sector.polarities:
        return ARROW
    sign = sector.sign(source.names[0], link[1])
    return LESS if sign < 0 else ARROW if sign else SHADOW


def _draw_route(ax: Axes, sector: Sector, route: Route) -> None:
    """Draw an arrow: straight beside the blocks of a row, curved between rows."""
    link = (route.link.source, route.link.target)
    colour = _colour(sector, link)
    points = route.points
    path = [(Path.MOVETO, points[0])]
    out, into = route.ends
    last = len(points) - 1
    for number in range(1, last + 1):
        (x0, y0), (x1, y1) = points[number - 1], points[number]
        if number % 2:  # within a row
            path.append((Path.LINETO, (x1, y1)))
            continue
        first_side = (
            out if number == 2 else (1 if points[number - 1][1] > points[number - 2][1] else -1)
        )
        last_side = into if number == last - 1 else (-1 if points[number + 1][1] > y1 else 1)
        bend = max(abs(y1 - y0) * 0.5, 9.0)
        path += [
            (Path.CURVE4, (x0, y0 + first_side * bend)),
            (Path.CURVE4, (x1, y1 + last_side * bend)),
            (Path.CURVE4, (x1, y1)),
        ]
    codes, vertices = zip(*path, strict=True)
    dashed = sector.items[link[0]].kind == "lever" and sector.items[link[1]].kind == "shadow"
    ax.add_patch(
        PathPatch(
            Path(list(vertices), list(codes)),
            facecolor="none",
            edgecolor=colour,
            linewidth=0.7,
            linestyle=(0, (3, 2)) if dashed else "-",
            zorder=1,
            gid="arrow",
        )
    )
    _draw_head(ax, points[-1], into, colour)


def _draw_head(ax: Axes, tip: tuple[float, float], side: int, colour: str) -> None:
    x, y = tip
    away = y + side * 4.6
    ax.add_patch(
        Polygon(
            [(x, y), (x - 1.9, away), (x + 1.9, away)], facecolor=colour, edgecolor="none", zorder=2
        )
    )


def _draw_chain(ax: Axes, sector: Sector, chain: ChainRow) -> None:
    x, y = sector.centre(chain.block.key)
    boxes = {box.key: box for box in chain.boxes}
    pipes = {pipe.key: pipe for pipe in chain.pipes}
    for pipe in chain.pipes:
        _draw_pipe(ax, sector, pipe, x, y)
    for box in chain.boxes:
        ax.add_patch(
            Rectangle(
                (x + box.x - box.width / 2, y + box.y - box.height / 2),
                box.width,
                box.height,
                facecolor=BOX,
                edgecolor=INK,
                linewidth=0.9,
                zorder=4,
                gid=f"stock {box.key}",
            )
        )
        _text(ax, sector, box.key, x + box.x, y + box.y)
    for link in sector.short:
        stock, flow = link
        if stock in boxes and flow in pipes:
            box, pipe = boxes[stock], pipes[flow]
            toward = 1 if pipe.valve > box.x else -1
            side = 1 if pipe.label[1] < pipe.y else -1  # away from the label
            start = (x + box.x + toward * box.width / 2, y + pipe.y + side * 3.5)
            end = (x + pipe.valve - toward * 3.5, y + pipe.y + side * 4.5)
            bend = side * toward * min(0.35, 9 / abs(end[0] - start[0]))
            ax.add_patch(
                FancyArrowPatch(
                    start,
                    end,
                    connectionstyle=f"arc3,rad={bend:.2f}",
                    arrowstyle="-|>,head_length=3.4,head_width=1.6",
                    mutation_scale=1.0,
                    color=_colour(sector, link),
                    linewidth=0.6,
                    shrinkA=0,
                    shrinkB=0,
                    zorder=3,
                    gid="arrow",
                )
            )


def _draw_pipe(ax: Axes, sector: Sector, pipe: Pipe, x: float, y: float) -> None:
    start, end, level = x + pipe.start, x + pipe.end, y + pipe.y
    toward = 1 if end > start else -1
    tip = end - toward * (CLOUD - 1.0 if pipe.cloud == pipe.end else 0.0)
    neck = tip - toward * 5.0
    gid = f"pipe {pipe.key}"
    ax.plot(
        [start, neck],
        [level, level],
        color=PIPE,
        linewidth=3.0,
        zorder=2,
        gid=gid,
        solid_capstyle="butt",
    )
    ax.plot(
        [start, neck],
        [level, level],
        color="white",
        linewidth=1.6,
        zorder=2.1,
        solid_capstyle="butt",
    )
    head = [(tip, level), (neck, level - 3.6), (neck, level + 3.6)]
    ax.add_patch(Polygon(head, facecolor=PIPE, edgecolor="none", zorder=3))
    if pipe.cloud is not None:
        _draw_cloud(ax, x + pipe.cloud, level)
    v, half, high = x + pipe.valve, VALVE * 0.8, VALVE
    for side in (-1, 1):
        ax.add_patch(
            Polygon(
                [(v, level), (v - half, level + side * high), (v + half, level + side * high)],
                facecolor="white",
                edgecolor=PIPE,
                linewidth=0.8,
                zorder=3,
            )
        )
    _text(ax, sector, pipe.key, x + pipe.label[0], y + pipe.label[1])


def _draw_cloud(ax: Axes, x: float, y: float) -> None:
    puffs = [
        (-4.2, 0.8, 3.4),
        (-1.0, -2.4, 3.8),
        (3.0, -1.2, 3.6),
        (4.0, 1.6, 3.0),
        (0.4, 2.2, 3.6),
    ]
    for face, edge, z in ((PIPE, 0.7, 2.2), ("white", 0.0, 2.3)):
        for dx, dy, radius in puffs:
            ax.add_patch(
                Circle(
                    (x + dx, y + dy),
                    radius + (0.35 if edge else -0.35),
                    facecolor=face,
                    edgecolor="none",
                    zorder=z,
                )
            )


def _draw_alone(ax: Axes, sector: Sector, key: str) -> None:
    x, y = sector.centre(key)
    item = sector.items[key]
    if item.kind == "lever":
        width, height = item.size
        ax.add_patch(
            FancyBboxPatch(
                (x - width / 2, y - height / 2),
                width,
                height,
                boxstyle="round,pad=2.5,rounding_size=3",
                facecolor=LEVER_FACE,
                edgecolor=LEVER,
                linewidth=0.6,
                zorder=3,
                gid=f"lever {key}",
            )
        )
    _text(ax, sector, key, x, y)


def _text(ax: Axes, sector: Sector, key: str, x: float, y: float) -> None:
    item = sector.items[key]
    if not item.lines:
        return
    size = {"flow": FLOW_SIZE, "shadow": SHADOW_SIZE}.get(item.kind, SIZE)
    pale = item.kind == "shadow" or item.again
    colours = [LEVER if item.kind == "lever" else GREY if pale else INK] * len(item.lines)
    if item.kind == "shadow":
        effect = key.removeprefix("<>")
        signs = [sector.sign(item.names[number], effect) for number in item.line_of]
        colours = [LESS if sign < 0 else GREY for sign in signs]
    write_lines(ax, item.lines, x, y, size=size, colour=colours, gid=f"{item.kind} {key}")

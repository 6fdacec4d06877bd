"""Views for Vensim: the layout of each sector, written into the sketch of a model file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from xhsim.atomic import write_text
from xhsim.errors import InputError
from xhsim.plots.structure.chains import Pipe
from xhsim.plots.structure.drawing import LINE
from xhsim.plots.structure.layered import Route
from xhsim.plots.structure.sectors import SHADOW_SIZE, Item, Sector, lay_out

if TYPE_CHECKING:
    from xhsim.engine.model import Model

__all__ = ["sketch_of", "with_sketch", "write_views"]

BEGIN = r"\\\---///"
END = "///---" + "\\" * 3
HEADER = (
    f"{BEGIN} Sketch information - do not modify anything except names",
    "V300  Do not put anything below this section - it will be ignored",
)
FONT = "$192-192-192,0,Arial|10||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|96,96,100,0"
SCALE = 2.0  # pixels of Vensim to a point of the layout
EDGE = 40
# What Vensim writes after the box of a word: shape, then bits; bit 1 lets arrows enter.
STOCK, PLAIN, AT_VALVE = "3,3,0,0,0,0,0,0", "8,3,0,0,0,0,0,0", "40,3,0,0,-1,0,0,0"
GREY_WORD = "128-128-128,0-0-0,|10||128-128-128"
SHADOW, GHOST = f"8,2,0,3,-1,0,0,0,{GREY_WORD}", f"40,2,0,3,-1,0,0,0,{GREY_WORD}"
COLUMNS, COLUMN, LINE_HEIGHT = 5, 210, 32


class _View:
    """The objects of one view. Each is a line that begins with its kind and its number."""

    def __init__(self, sector: Sector, names: Mapping[str, str]) -> None:
        self.sector = sector
        self.names = names
        self.lines: list[str] = []
        self.words: dict[str, int] = {}  # by item
        self.shadows: dict[tuple[str, str], tuple[int, float, float]] = {}
        self.signs = sector.polarities

    def _add(self, kind: int, text: str) -> int:
        number = len(self.lines) + 1
        self.lines.append(f"{kind},{number},{text}")
        return number

    def _word(self, name: str, x: float, y: float, size: tuple[float, float], style: str) -> int:
        shown = self.names[name]
        if not re.fullmatch(r"[^\W\d][\w ]*", shown):
            shown = f'"{shown}"'
        half = [max(8, round(length * SCALE / 2)) for length in size]
        return self._add(10, f"{shown},{_x(x)},{_x(y)},{half[0]},{half[1]},{style}")

    def draw(self, others: Iterable[str]) -> list[str]:
        """Write all objects of the view. `others` are words without arrows, below the diagram."""
        self._draw_chains()
        for key, item in self.sector.items.items():
            if item.kind in ("auxiliary", "lever"):
                x, y = self.sector.centre(key)
                self.words[key] = self._word(item.names[0], x, y, item.size, PLAIN)
            elif item.kind == "shadow":
                self._draw_shadows(key, item)
        self._draw_arrows()
        self._draw_list(others)
        return self.lines

    def _draw_chains(self) -> None:
        for chain in self.sector.chains:
            x, y = self.sector.centre(chain.block.key)
            for box in chain.boxes:
                size = (box.width, box.height)
                self.words[box.key] = self._word(box.key, x + box.x, y + box.y, size, STOCK)
            for pipe in chain.pipes:
                if self.sector.items[pipe.key].names:
                    self._draw_pipe(pipe, x, y)

    def _draw_pipe(self, pipe: Pipe, x: float, y: float) -> None:
        """Write a pipe: its cloud if it has one, both halves, the valve and its word."""
        flow, item = self.sector.flows[pipe.key], self.sector.items[pipe.key]
        level = y + pipe.y
        cloud = 0
        if pipe.cloud is not None:
            place = f"{_x(x + pipe.cloud)},{_x(level)}"
            cloud = self._add(12, f"48,{place},10,8,0,3,0,0,-1,0,0,0")
        ends = {
            4: (self.words[flow.target] if flow.target else cloud, x + pipe.end),
            100: (self.words[flow.source] if flow.source else cloud, x + pipe.start),
        }
        valve = len(self.lines) + len(ends) + 1
        for shape, (end, at) in ends.items():
            middle = f"({_x((x + pipe.valve + at) / 2)},{_x(level)})"
            self._add(1, f"{valve},{end},{shape},0,0,22,0,0,0,-1--1--1,,1|{middle}|")
        self._add(11, f"48,{_x(x + pipe.valve)},{_x(level)},6,8,34,3,0,0,1,0,0,0")
        style = GHOST if item.again else AT_VALVE
        left, high = x + pipe.label[0], y + pipe.label[1]
        self.words[pipe.key] = self._word(item.names[0], left, high, pipe.size, style)

    def _draw_shadows(self, key: str, item: Item) -> None:
        """Write the shadows of a block in a column: in Vensim each has its own arrow."""
        x, y = self.sector.centre(key)
        width, _ = item.size
        top = y - len(item.lines) * SHADOW_SIZE * LINE / 2
        for number, name in enumerate(item.names):
            rows = [row for row, owner in enumerate(item.line_of) if owner == number]
            middle = top + (sum(rows) / len(rows) + 0.5) * SHADOW_SIZE * LINE
            size = (width, len(rows) * SHADOW_SIZE)
            word = self._word(name, x, middle, size, SHADOW)
            self.shadows[key, name] = (word, x, middle)

    def _draw_arrows(self) -> None:
        for route in self.sector.placed.routes:
            source, target = route.link.source, route.link.target
            if self.sector.items[target].kind == "shadow":
                continue  # a lever's route through another sector is not an arrow of this one
            for (key, name), (word, x, y) in self.shadows.items():
                if key == source:
                    end = route.points[-1]
                    self._arrow(word, name, target, ((x + end[0]) / 2, (y + end[1]) / 2), False)
            if source in self.words:
                name = self.sector.items[source].names[0]
                self._arrow(self.words[source], name, target, *_bend(route))
        for source, target in self.sector.short:
            if self.sector.items[target].names:
                x, y = self._middle(source, target)
                self._arrow(self.words[source], source, target, (x, y), True)

    def _middle(self, stock: str, flow: str) -> tuple[float, float]:
        for chain in self.sector.chains:
            boxes = {box.key: box for box in chain.boxes}
            pipes = {pipe.key: pipe for pipe in chain.pipes}
            if stock in boxes and flow in pipes:
                x, y = self.sector.centre(chain.block.key)
                pipe = pipes[flow]
                down = 1 if pipe.label[1] < pipe.y else -1
                return x + (boxes[stock].x + pipe.valve) / 2, y + pipe.y + down * 14.0
        raise KeyError(flow)

    def _arrow(
        self, word: int, cause: str, target: str, middle: tuple[float, float], bent: bool
    ) -> None:
        """Write an arrow. If its flow has no name, the arrow ends at the stock of the flow."""
        flow = self.sector.flows.get(target)
        effect = self.words.get(target)
        sign = self.sector.sign(cause, target)
        if effect is None and flow is not None:
            end = flow.target or flow.source or ""
            effect = self.words[end]
            sign = self.signs.get((cause, end), 0)
            if word == effect:
                return
        mark = {1: 43, -1: 45}.get(sign, 0)  # the characters + and -
        place = f"({_x(middle[0])},{_x(middle[1])})"
        shape = 1 if bent else 0
        self._add(1, f"{word},{effect},{shape},0,{mark},0,0,64,0,-1--1--1,,1|{place}|")

    def _draw_list(self, others: Iterable[str]) -> None:
        top = self.sector.placed.height + 30.0
        for number, name in enumerate(others):
            row, column = divmod(number, COLUMNS)
            x = (column + 0.5) * COLUMN / SCALE
            y = top + row * LINE_HEIGHT / SCALE
            self._word(name, x, y, (COLUMN / SCALE - 10, 10.0), PLAIN)


def _x(length: float) -> int:
    """Convert points of the layout to pixels of Vensim."""
    return round(length * SCALE) + EDGE


def _bend(route: Route) -> tuple[tuple[float, float], bool]:
    """Return the middle point of the arc that replaces a route, and whether the arc bends."""
    points = route.points
    middle = points[len(points) // 2] if len(points) > 4 else points[1]
    start, end = points[0], points[-1]
    if len(points) <= 4:
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        return middle, route.ends[0] == route.ends[1]
    return middle, True


def sketch_of(
    model: Model,
    *,
    levers: Iterable[str] = (),
    polarities: Mapping[tuple[str, str], int] | None = None,
) -> str:
    """Write the sketch section of a Vensim file: one view for each group of the model.

    Parameters
    ----------
    model : Model
    levers : iterable of str
        Constants that are drawn in the diagram. All other constants and tables are listed below
        the diagram.
    polarities : mapping of tuple of str to int, optional
        The result of `xhsim.engine.insight.polarity.link_polarities`: arrows then have a plus or
        a minus.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If the model has no groups.

    Examples
    --------
    >>> import xhsim
    >>> sketch = sketch_of(xhsim.open_study().model)
    >>> [line[1:] for line in sketch.splitlines() if line.startswith("*")][:3]
    ['environment', 'economy', 'clusters']
    """
    table = model.variables
    groups = [name for name in dict.fromkeys(table["group"]) if name and name != "Control"]
    if not groups:
        raise InputError(
            "the model has no groups, so there are no views to draw",
            file=model.equations.path,
            hint="put its variables into groups; each group becomes a view",
        )
    names = {str(key): str(name) for key, name in table["name"].items()}
    levers = [model.names.find(name).canonical for name in levers]
    lines: list[str] = []
    for group in groups:
        sector = lay_out(model, group, levers=levers, polarities=polarities)
        shown = {name for item in sector.items.values() for name in item.names if not item.again}
        own = [str(name) for name in table.index[table["group"] == group]]
        view = _View(sector, names).draw(name for name in own if name not in shown)
        lines += [*HEADER, f"*{group}", FONT, *view]
    return "\n".join([*lines, END]) + "\n"


def with_sketch(text: str, sketch: str) -> str:
    r"""Replace the sketch of a Vensim file, or add one at its end.

    Parameters
    ----------
    text : str
        Content of the file.
    sketch : str
        The result of `sketch_of`.

    Returns
    -------
    str
        The new content. Equations and settings are unchanged.

    Examples
    --------
    >>> print(with_sketch("a=1~~|\n\\\\\\---/// old\n///---\\\\\\\n:L 1\n", "new\n"))
    a=1~~|
    new
    :L 1
    <BLANKLINE>
    """
    begin = re.search(r"^\\\\\\---///", text, re.MULTILINE)
    if begin is None:
        return text.rstrip("\n") + "\n\n" + sketch
    end = re.compile(r"^///---\\\\\\[^\n]*\n?", re.MULTILINE).search(text, begin.start())
    return text[: begin.start()] + sketch + (text[end.end() :] if end else "")


def write_views(
    model: Model,
    path: str | os.PathLike[str],
    *,
    levers: Iterable[str] = (),
    polarities: Mapping[tuple[str, str], int] | None = None,
) -> Path:
    """Write views into a Vensim file.

    Parameters
    ----------
    model : Model
        The model whose equations are in the file.
    path : path
        The file. Its old views are replaced; everything else stays.
    levers, polarities
        As for `sketch_of`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the file is not a Vensim file, or cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() != ".mdl":
        raise InputError(
            "only a Vensim file can contain views", file=target, hint="give a file named .mdl"
        )
    old = target.read_bytes().decode("utf-8")
    new = with_sketch(old, sketch_of(model, levers=levers, polarities=polarities))
    write_text(target, new)
    return target

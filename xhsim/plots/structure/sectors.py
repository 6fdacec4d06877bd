"""Contents and layout of a sector's diagram: stocks, flows, auxiliaries, shadows, arrows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import networkx as nx

from xhsim.engine.equations import (
    Fixed,
    Interpolate,
    Part,
    Rule,
    Stock,
    Variable,
    VariableReference,
    walk,
)
from xhsim.engine.insight.structure import Flow, find_flows
from xhsim.errors import InputError, did_you_mean
from xhsim.plots.structure.chains import ChainRow, Tap, shape_chain
from xhsim.plots.structure.drawing import SIZE, lines_of, text_size
from xhsim.plots.structure.layered import Block, Link, Placed, Port, place

if TYPE_CHECKING:
    from xhsim.engine.model import Model

__all__ = ["FLOW_SIZE", "PAGE", "SHADOW_SIZE", "Item", "Sector", "lay_out"]

FLOW_SIZE = 6.4
SHADOW_SIZE = 5.8
WRAP = {"stock": 14, "flow": 15, "auxiliary": 17, "shadow": 24, "lever": 17}
SIZES = {"flow": FLOW_SIZE, "shadow": SHADOW_SIZE}
PAGE = 510.0  # the width of A4 within its margins


@dataclass(frozen=True)
class Item:
    """A text of the diagram. `names` are canonical names of variables; a shadow can have several.

    `kind` is stock, flow, auxiliary, shadow or lever. `line_of` is the index of each line's name.
    """

    key: str
    kind: str
    names: tuple[str, ...]
    lines: tuple[str, ...]
    again: bool = False
    line_of: tuple[int, ...] = ()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the text, in points."""
        return text_size(self.lines, SIZES.get(self.kind, SIZE))


@dataclass
class Sector:
    """A sector with its layout. Arrows within a chain, which need no route, are in `short`."""

    name: str
    polarities: Mapping[tuple[str, str], int]
    items: dict[str, Item] = field(default_factory=dict)
    chains: list[ChainRow] = field(default_factory=list)
    flows: dict[str, Flow] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    short: list[tuple[str, str]] = field(default_factory=list)
    ports: dict[str, Port] = field(default_factory=dict)
    placed: Placed = field(default_factory=lambda: Placed({}, [], 0.0, 0.0))

    def sign(self, cause: str, target: str) -> int:
        """Return the sign of the link from a variable to an item; 0 if it is unknown."""
        item = self.items[target]
        if item.names:
            return self.polarities.get((cause, item.names[0]), 0)
        flow = self.flows[target]
        if flow.target is not None:
            return self.polarities.get((cause, flow.target), 0)
        return -self.polarities.get((cause, flow.source or ""), 0)

    def centre(self, key: str) -> tuple[float, float]:
        """Return the centre of a chain, or of an item outside chains."""
        return self.placed.centres[key]


def lay_out(
    model: Model,
    sector: str,
    *,
    levers: Iterable[str] = (),
    only: Iterable[str] | None = None,
    polarities: Mapping[tuple[str, str], int] | None = None,
    name_of: Callable[[str], str] = str,
    width: float = PAGE,
) -> Sector:
    """Choose the variables of a sector to show, and place them.

    Parameters
    ----------
    model : Model
    sector : str
        A group of the model file.
    levers : iterable of str
        Constants to show, if they are in the sector.
    only : iterable of str, optional
        Variables of the sector to show; the others become shadows.
    polarities : mapping of tuple of str to int, optional
        Signs of links, by cause and effect.
    name_of : callable, optional
        Returns the text of a variable or element from its name; by default the name itself.
    width : float
        In points.

    Returns
    -------
    Sector

    Raises
    ------
    InputError
        If the model has no such sector or variable.

    Examples
    --------
    >>> import xhsim
    >>> sector = lay_out(xhsim.open_study().model, "energy")
    >>> [item.names[0] for item in sector.items.values() if item.kind == "stock"]
    ['log_industry_efficiency', 'log_services_efficiency', 'retrofitted_floor']
    """
    return _SectorBuilder(model, sector, levers, only, polarities or {}, name_of).build(width)


class _SectorBuilder:
    def __init__(
        self,
        model: Model,
        sector: str,
        levers: Iterable[str],
        only: Iterable[str] | None,
        polarities: Mapping[tuple[str, str], int],
        name_of: Callable[[str], str],
    ) -> None:
        self.model = model
        self.name_of = name_of
        self.equations = model.equations
        self.variables = {v.canonical: v for v in self.equations.variables.values() if not v.hidden}
        groups = dict.fromkeys(v.group for v in self.variables.values() if v.group)
        if sector not in groups:
            raise InputError(
                f'the model has no sector "{sector}"', hint=did_you_mean(sector, list(groups))
            )
        chosen = None if only is None else {model.names.find(n).canonical for n in only}
        self.own = {
            name
            for name, v in self.variables.items()
            if v.group == sector and (chosen is None or name in chosen)
        }
        self.levers = {model.names.find(name).canonical for name in levers}
        self.graph = model.graph()
        self.sector = Sector(sector, polarities)
        self.named: set[tuple[str, str]] = set()  # shadows and the elements that they name

    def build(self, width: float) -> Sector:
        flows = [f for f in find_flows(self.equations) if {f.source, f.target} & self.own]
        self._add_stocks_and_flows(flows)
        for name in self.variables:
            if self._is_shown(name, "auxiliary") and name not in self.sector.items:
                self._add(name, "auxiliary", (name,))
        self._add_links()
        self._add_levers()
        self._drop_unlinked()
        self._place(width)
        return self.sector

    def _is_shown(self, name: str, kind: str) -> bool:
        return name in self.own and self.variables[name].kind == kind

    # --- contents ------------------------------------------------------------------------

    def _add(self, key: str, kind: str, names: tuple[str, ...], again: bool = False) -> None:
        text = self.name_of(self.variables[names[0]].name) if names else ""
        lines = lines_of(text, WRAP[kind])
        self.sector.items[key] = Item(key, kind, names, lines, again)

    def _add_stocks_and_flows(self, flows: list[Flow]) -> None:
        for name in self.variables:
            if self._is_shown(name, "stock"):
                self._add(name, "stock", (name,))
        for flow in flows:
            ends = [end if end in self.own else None for end in (flow.source, flow.target)]
            key = flow.name
            if not key or flow.again or key in self.sector.flows:
                key = f"{flow.name}>{ends[0] or ''}>{ends[1] or ''}"
            shown = Flow(flow.name, ends[0], ends[1], flow.causes, flow.again)
            self.sector.flows[key] = shown
            elsewhere = bool(flow.name) and flow.name not in self.own
            self._add(key, "flow", (flow.name,) if flow.name else (), flow.again or elsewhere)

    def _effects(self) -> dict[str, tuple[str, ...]]:
        """Return the items with causes, and the canonical names of the causes."""
        found: dict[str, tuple[str, ...]] = {}
        for key, item in self.sector.items.items():
            if item.kind == "flow" and not item.names:
                found[key] = self.sector.flows[key].causes
            elif item.kind in ("flow", "auxiliary") and not item.again:
                found[key] = tuple(
                    cause
                    for cause, _, about in self.graph.in_edges(item.names[0], data=True)
                    if about["acts"] != "start" and cause in self.variables
                )
        return found

    def _add_links(self) -> None:
        for effect, causes in self._effects().items():
            outside: list[str] = []
            for cause in causes:
                kind = self.variables[cause].kind
                if cause in self.sector.items:
                    self.sector.links.append((cause, effect))
                elif kind in ("auxiliary", "stock") and not self._is_switch(cause):
                    outside.append(cause)
            if outside:
                self._add_shadow(effect, outside)

    def _is_switch(self, name: str) -> bool:
        """Return whether a variable depends on constants and time alone."""
        parts = self._parts(self.model.names.find(name))
        pieces = (piece for part in parts for piece in walk(part.expression))
        if self.variables[name].kind != "auxiliary" or any(
            isinstance(piece, Interpolate) for piece in pieces
        ):
            return False
        return all(
            cause not in self.variables or self.variables[cause].kind == "constant"
            for cause in self.graph.predecessors(name)
        )

    def _add_shadow(self, effect: str, causes: list[str]) -> None:
        key = f"<>{effect}"
        lines: list[str] = []
        line_of: list[int] = []
        for number, cause in enumerate(causes):
            text = self.name_of(self.variables[cause].name)
            owner = self.sector.items[effect].names
            elements = self._elements(owner[0], cause) if owner else ()
            self.named |= {(key, element) for element in elements}
            if 0 < len(elements) <= 4:
                text += f" [{', '.join(map(self.name_of, elements))}]"
            wrapped = lines_of(f"<{text}>", WRAP["shadow"])
            lines += wrapped
            line_of += [number] * len(wrapped)
        self.sector.items[key] = Item(
            key, "shadow", tuple(causes), tuple(lines), line_of=tuple(line_of)
        )
        self.sector.links.append((key, effect))

    def _elements(self, effect: str, cause: str) -> tuple[str, ...]:
        """Return the elements of a cause in an effect's equation, if it names each of them."""
        found: dict[str, None] = {}
        key = self.model.names.find(cause).key
        sizes = self.equations.variables[key]
        for part in self._parts(self.model.names.find(effect)):
            for piece in walk(part.expression):
                if isinstance(piece, VariableReference) and piece.variable == key:
                    if len(piece.indices) != 1 or not isinstance(piece.indices[0], Fixed):
                        return ()
                    dimension = self.equations.dimensions[sizes.dimensions[0]]
                    found[dimension.elements[piece.indices[0].position]] = None
        return tuple(found)

    def _parts(self, variable: Variable) -> Iterable[Part]:
        match self.equations.definitions[variable.key]:
            case Rule(parts=parts):
                return parts
            case Stock(flow=flow):
                return flow
        return ()

    def _add_levers(self) -> None:
        """Add levers, linked to effects or to the shadow through which their money returns."""
        for lever in self.variables:
            if lever not in self.levers or lever not in self.own:
                continue
            self._add(lever, "lever", (lever,))
            effects = [e for e in self.graph.successors(lever) if e in self.sector.items]
            targets = effects or self._returning(lever)
            self.sector.links += [(lever, target) for target in targets]

    def _returning(self, lever: str) -> list[str]:
        """Return the shadows with an element that uses the lever in another sector."""
        fed: set[str] = set()
        key = self.model.names.find(lever).key
        for effect in self.graph.successors(lever):
            variable = self.model.names.find(effect)
            for part in self._parts(variable):
                uses = any(
                    isinstance(piece, VariableReference) and piece.variable == key
                    for piece in walk(part.expression)
                )
                if uses and len(part.region) == 1 and isinstance(part.region[0], Fixed):
                    dimension = self.equations.dimensions[variable.dimensions[0]]
                    fed.add(dimension.elements[part.region[0].position])
        return [k for k in self.sector.items if any((k, element) in self.named for element in fed)]

    def _drop_unlinked(self) -> None:
        linked = {end for link in self.sector.links for end in link}
        alone = [
            key
            for key, item in self.sector.items.items()
            if item.kind == "auxiliary" and key not in linked
        ]
        for key in alone:
            del self.sector.items[key]

    # --- layout --------------------------------------------------------------------------

    def _place(self, width: float) -> None:
        sector = self.sector
        self._shape_chains()
        blocks = [chain.block for chain in sector.chains]
        for chain in sector.chains:
            sector.ports |= chain.ports
        for key, item in sector.items.items():
            if key not in sector.ports:
                wide, high = item.size
                pad = 3.0 if item.kind == "lever" else 1.0
                blocks.append(Block(key, wide + 2 * pad, high + 2 * pad))
                edge = high / 2 + pad
                spread = max(wide / 2 - 6.0, 7.0)
                sector.ports[key] = Port(key, 0.0, -edge, edge, spread)
        short = {pair for chain in sector.chains for pair in chain.short}
        sector.short = [link for link in sector.links if link in short]
        routed = [
            Link(*link, self._weight(link), self._trunk(link))
            for link in sector.links
            if link not in short
        ]
        sector.placed = place(blocks, sector.ports, routed, width)

    def _weight(self, link: tuple[str, str]) -> float:
        return 3.0 if self.sector.items[link[0]].kind in ("shadow", "lever") else 1.0

    def _trunk(self, link: tuple[str, str]) -> int:
        """Return a trunk by sign: arrows of different colours do not share a route."""
        source = self.sector.items[link[0]]
        single = source.kind in ("auxiliary", "stock", "flow") and len(source.names) == 1
        return self.sector.sign(source.names[0], link[1]) if single else 0

    def _shape_chains(self) -> None:
        sector = self.sector
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.add_nodes_from(k for k, item in sector.items.items() if item.kind == "stock")
        for flow in sector.flows.values():
            if flow.source and flow.target:
                graph.add_edge(flow.source, flow.target)
        for number, group in enumerate(_components(graph)):
            stocks = _chain_order(graph.subgraph(group))
            beside = {
                (stock, key)
                for key, flow in sector.flows.items()
                for stock in _neighbours(flow, stocks)
            }
            routed = {end for link in sector.links if link not in beside for end in link}
            taps = [
                Tap(key, flow.source, flow.target, sector.items[key].size, key in routed)
                for key, flow in sector.flows.items()
                if {flow.source, flow.target} & set(stocks)
            ]
            sizes = {stock: sector.items[stock].size for stock in stocks}
            sector.chains.append(shape_chain(f"chain {number}", stocks, sizes, taps))


def _components(graph: nx.MultiDiGraph[str]) -> list[list[str]]:
    order = {name: place for place, name in enumerate(graph)}
    groups = [
        sorted(group, key=order.__getitem__) for group in nx.weakly_connected_components(graph)
    ]
    return sorted(groups, key=lambda group: order[group[0]])


def _chain_order(graph: nx.MultiDiGraph[str]) -> list[str]:
    """Order the stocks of a chain so that most flows lead from left to right."""
    names = list(graph)
    if len(names) < 3:
        first = names[:1]
        if len(names) == 2 and graph.number_of_edges(names[1], names[0]) > graph.number_of_edges(
            names[0], names[1]
        ):
            first = names[1:]
        return first + [name for name in names if name not in first]
    plain = nx.Graph(graph)
    ends = [name for name in names if plain.degree[name] == 1] or names[:1]

    def value(start: str) -> int:
        order = {name: i for i, name in enumerate(nx.dfs_preorder_nodes(plain, start))}
        return sum(1 if order[b] - order[a] == 1 else -1 for a, b, _ in graph.edges)

    best = max(ends, key=value)
    return list(nx.dfs_preorder_nodes(plain, best))


def _neighbours(flow: Flow, stocks: list[str]) -> Collection[str]:
    """Return the stocks beside the gap of a flow."""
    place_of: Mapping[str, int] = {name: i for i, name in enumerate(stocks)}
    found = defaultdict(list)
    for i, name in enumerate(stocks):
        found[i].append(name)
        found[i + 1].append(name)
    if flow.source in place_of and flow.target in place_of:
        return found[max(place_of[flow.source or ""], place_of[flow.target or ""])]
    if flow.target in place_of:
        return found[place_of[flow.target or ""]]
    if flow.source in place_of:
        return found[place_of[flow.source or ""] + 1]
    return ()

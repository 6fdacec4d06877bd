"""What an XMILE file says of conveyors and queues, besides their equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from xhsim.engine.containers.descriptions import Entry, Leak, contents_key
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Node
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.xmile.terms import split_list
from xhsim.engine.reading.xmile.xml import Document

__all__ = ["ContainerNode", "ContainerNodes", "Reader", "subscripts_of"]

NO_LIMIT = {"", "inf", "infinity", "1e+99", "1e99"}
MOST_LISTED = 1000  # numbers of an initial list
SPREADS = ("beginning", "even", "dest", "dist", "source")
Reader = Callable[[str], Node]


@dataclass(frozen=True)
class ContainerNode:
    """A conveyor or a queue: its key and node, and the keys of its flows in the order of the file.

    `options` is the node of its options.
    """

    key: str
    node: etree._Element
    options: etree._Element
    inflows: tuple[str, ...]
    outflows: tuple[str, ...]
    leaks: tuple[str, ...] = ()

    @property
    def end(self) -> str | None:
        """The flow at the end of a conveyor."""
        return next((key for key in self.outflows if key not in self.leaks), None)


class ContainerNodes:
    """The conveyors and queues of a file.

    Parameters
    ----------
    document : Document
    nodes : mapping of str to etree._Element
        The nodes of all variables.
    flows : mapping of str to tuple
        The keys of the inflows and of the outflows of each stock.
    profile : callable
        ``profile(text, stock)`` returns the graphical function that a text names, or None.

    Raises
    ------
    ModelError
        If a container has something that is not supported.
    """

    def __init__(
        self,
        document: Document,
        nodes: Mapping[str, etree._Element],
        flows: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]],
        profile: Callable[[str, str], syntax.Table | None],
    ) -> None:
        self._document = document
        self._nodes = nodes
        self._profile = profile
        self.conveyors: dict[str, ContainerNode] = {}
        self.queues: dict[str, ContainerNode] = {}
        self._source: dict[str, str] = {}
        self._target: dict[str, str] = {}
        for key, node in nodes.items():
            if document.tag_of(node) != "stock":
                continue
            inflows, outflows = (tuple(k for k in keys if k in nodes) for keys in flows[key])
            self._target.update(dict.fromkeys(inflows, key))
            self._source.update(dict.fromkeys(outflows, key))
            for options in document.children("conveyor", node):
                marked = tuple(k for k in outflows if document.children("leak", nodes[k]))
                # Without marks, the first flow is the one at the end of the conveyor.
                leaks = marked or outflows[1:]
                self.conveyors[key] = ContainerNode(key, node, options, inflows, outflows, leaks)
            for options in document.children("queue", node):
                self.queues[key] = ContainerNode(key, node, options, inflows, outflows)
        for key in self.conveyors.keys() & self.queues.keys():
            raise self._error(self.queues[key], "is a conveyor and a queue", "choose one of them")
        for conveyor in self.conveyors.values():
            self._check(conveyor)
        self._check_flows()

    def _error(self, container: ContainerNode, words: str, hint: str | None = None) -> Exception:
        name = self._document.name_of(container.node)
        kind = "queue" if container.key in self.queues else "conveyor"
        return self._document.error(f'the {kind} "{name}" {words}', container.options, hint)

    def _check(self, conveyor: ContainerNode) -> None:
        """Refuse, by name, what the engine cannot do with a conveyor."""
        is_in_order = self._is(conveyor, "fifo")
        if is_in_order and not self._is_number(self._text(conveyor, "len")):
            raise self._error(
                conveyor,
                "keeps the order of what is on it (FIFO), which is supported only with a number as "
                "its transit time",
            )
        comes_in_batches = any(self._source.get(key) in self.queues for key in conveyor.inflows)
        takes_several = not self._takes_one(conveyor) and self._is(conveyor, "batch_integrity")
        if comes_in_batches and takes_several:
            raise self._error(
                conveyor,
                "takes several whole batches of a queue in one step, which is not supported",
                'take one batch in each step (one_at_a_time="true"), or let batches be split',
            )

    def _check_flows(self) -> None:
        document = self._document
        for key, node in self._nodes.items():
            name = document.name_of(node)
            source = self._source.get(key)
            if document.children("leak", node) and source not in self.conveyors:
                raise document.error(f'"{name}" is a leak, but does not leave a conveyor', node)
            if document.children("overflow", node) and (
                source not in self.queues or self.queues[source].outflows[0] == key
            ):
                raise document.error(
                    f'"{name}" is an overflow, but not a further flow out of a queue', node
                )
            self._spread_of(key)

    def _is(self, container: ContainerNode, attribute: str) -> bool:
        return _attribute(container.options, attribute).lower() in {"true", "1"}

    def _takes_one(self, conveyor: ContainerNode) -> bool:
        return _attribute(conveyor.options, "one_at_a_time").lower() not in {"false", "0"}

    def _is_whole(self, leak: str) -> bool:
        return bool(self._document.children("leak_integers", self._nodes[leak]))

    def _text(self, container: ContainerNode, tag: str) -> str:
        return self._document.text(tag, container.options).strip()

    def _is_number(self, text: str) -> bool:
        try:
            float(text)
        except ValueError:
            return False
        return True

    def drives(self, flow: str) -> bool:
        """Tell whether a flow leaves a conveyor or a queue, which determines it."""
        return self._source.get(flow) in self.conveyors.keys() | self.queues.keys()

    def contains(self, stock: str) -> bool:
        """Tell whether a stock is a conveyor or a queue."""
        return stock in self.conveyors or stock in self.queues

    def source(self, flow: str) -> str:
        """Return the key of the stock that a flow leaves."""
        return self._source[flow]

    def places(self, stock: str) -> list[tuple[str, ...]]:
        """Return the subscripts of the elements that have their own equations; none: all alike."""
        container = self.conveyors.get(stock) or self.queues[stock]
        for node in (container.node, *(self._nodes[leak] for leak in container.leaks)):
            parts = self._document.children("element", node)
            if parts:
                return [subscripts_of(part) for part in parts]
        return []

    def text_of(self, key: str, given: tuple[str, ...]) -> str:
        """Return the equation of an element of a variable, or the one of all elements."""
        node = self._nodes[key]
        wanted = [syntax.match_key(name) for name in given]
        for part in self._document.children("element", node):
            if [syntax.match_key(name) for name in subscripts_of(part)] == wanted:
                return self._document.text("eqn", part)
        return self._document.text("eqn", node)

    def _limits(self, conveyor: ContainerNode) -> tuple[str, str]:
        texts = (self._text(conveyor, tag) for tag in ("capacity", "in_limit"))
        most, rate = ("" if text.lower() in NO_LIMIT else text for text in texts)
        return most, rate

    def _is_counted(self, conveyor: ContainerNode) -> bool:
        """Tell whether a limit of the inflow holds for a unit of time, not for each step."""
        return self._is(conveyor, "discrete") and bool(self._limits(conveyor)[1])

    def _limited_inflows(self, conveyor: ContainerNode) -> list[str]:
        """Return the inflows that a conveyor may limit: those that do not leave another one."""
        return [key for key in conveyor.inflows if self._source.get(key) not in self.conveyors]

    def _leak(self, key: str) -> Leak:
        node = self._nodes[key]
        try:
            start, end = (
                float(_attribute(node, name) or default)
                for name, default in (("leak_start", "0"), ("leak_end", "1"))
            )
        except ValueError:
            start, end = -1.0, -1.0
        if not 0 <= start <= end <= 1:
            raise self._document.error(
                f'"{self._document.name_of(node)}" leaks along a part of its conveyor that is not '
                "known",
                node,
                "write numbers from 0 to 1 for leak_start and leak_end",
            )
        return Leak(start, end, self._is_whole(key))

    def _spread_of(self, flow: str) -> Entry | None:
        """Return how an inflow is spread along its conveyor; None if it enters at the beginning."""
        node, target = self._nodes[flow], self._target.get(flow)
        method = _attribute(node, "spreadflow").strip().lower() or "beginning"
        if method == "beginning" or target not in self.conveyors:
            return None
        name = self._document.name_of(node)
        match method:
            case "even" | "dest":
                return Entry(method)
            case "source":
                conveyor = self.conveyors.get(self._source.get(flow, ""))
                if conveyor is None or flow not in conveyor.leaks:
                    return None
                leak = conveyor.leaks.index(flow)
                return Entry(method, source=contents_key(conveyor.key), leak=leak)
            case "dist":
                text = self._document.text("isee:distrib_eq", node)
                table = self._profile(text, flow)
                if table is not None:
                    return Entry(method, table.x, table.y)
                raise self._document.error(
                    f'"{name}" is spread by `{shorten(text)}`, which is not a graphical function',
                    node,
                    "name a variable with a <gf>",
                )
        raise self._document.error(
            f'"{name}" is spread in the unknown way "{shorten(method)}"',
            node,
            f"choose one of {', '.join(SPREADS)}",
        )

    def _most_listed(self, container: ContainerNode) -> int:
        """Return how many numbers list the initial content of an element, at most."""
        texts = [self.text_of(container.key, g) for g in self.places(container.key) or [()]]
        return max(len(split_list(text)) for text in texts)

    def _initial(
        self, container: ContainerNode, given: tuple[str, ...], read: Reader
    ) -> list[Node]:
        """Return the initial content: one number, or a list of what is where."""
        text = self.text_of(container.key, given)
        parts = split_list(text)
        if len(parts) > MOST_LISTED:
            raise self._error(container, f"starts from a list of more than {MOST_LISTED} numbers")
        return [read(part) for part in parts]


def subscripts_of(part: etree._Element) -> tuple[str, ...]:
    """Return the subscripts of an ``<element>``."""
    names = (part.get("subscript") or "").split(",")
    return tuple(name.strip().strip('"') for name in names)


def _attribute(node: etree._Element, name: str) -> str:
    """Return an attribute, whatever its namespace; '' if there is none."""
    for key, value in node.attrib.items():
        if str(key).rpartition("}")[2].rpartition(":")[2] == name.rpartition(":")[2]:
            return str(value)
    return ""

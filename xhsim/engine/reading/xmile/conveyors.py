"""Conveyors and queues of XMILE: stocks that know what is where in them.

Flows out of them have no equations, and flows into a conveyor may be limited. The reader writes
their equations with what the container gives, see `xhsim.engine.containers`. The meaning is that of
isee systems ("Traditional Conveyor Computation" and "Queue Computation" in Stella's help).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from lxml import etree

from xhsim.engine.containers.descriptions import (
    Belt,
    Entry,
    Leak,
    Line,
    contents_key,
    description_of,
)
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Node, Number
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.xmile.xml import Document

__all__ = ["Containers", "Reader"]

ZERO, ONE = Number(0.0), Number(1.0)
STEP = Name("time_step")
WHOLE: Node = ONE
ROUNDING = 1e-9
NEVER = {"", "0", "false"}
ALWAYS = {"", "1", "true"}
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


class Containers:
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

    # --- where equations stand -----------------------------------------------------------

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

    # --- equations -----------------------------------------------------------------------

    def stock(self, key: str, change: Node, given: tuple[str, ...], read: Reader) -> Node:
        """Return the equation of a conveyor or a queue.

        Parameters
        ----------
        key : str
        change : Node
            The net flow.
        given : tuple of str
            The subscripts of the element.
        read : callable
            Parses an equation in the place of the element.
        """
        if key in self.queues:
            return self._queue(self.queues[key], change, given, read)
        return self._conveyor(self.conveyors[key], change, given, read)

    def flow(self, key: str, given: tuple[str, ...], read: Reader) -> Node:
        """Return the equation of a flow that leaves a conveyor or a queue; see `stock`."""
        source = self._source[key]
        if source in self.queues:
            return self._out_of_queue(self.queues[source], key, read)
        conveyor = self.conveyors[source]
        if key in conveyor.leaks:
            volume = self._leaked(conveyor, conveyor.leaks.index(key), given, read)
        else:
            volume = self._at_end(conveyor, given, read)
        stops = [self._stands(conveyor, read), self._stands_behind(key, read)]
        return _unless(stops, _over(volume, STEP))

    def limited(self, key: str, wanted: Node, read: Reader) -> Node:
        """Return the equation of an inflow of a container, which may be less than wanted.

        Parameters
        ----------
        key : str
            The flow.
        wanted : Node
            Its own equation.
        read : callable
        """
        target = self._target.get(key)
        if target is None or not self.contains(target) or self.drives(key):
            return wanted
        inflow = Call("max", (wanted, ZERO))
        if target in self.queues:
            return inflow
        conveyor = self.conveyors[target]
        most = self._available(conveyor, key, read)
        if most is not None:
            inflow = Call("min", (inflow, most))
        return _unless([self._stands(conveyor, read)], inflow)

    # --- conveyors -----------------------------------------------------------------------

    def _given(self, container: ContainerNode, place: int, read: Reader) -> Node:
        stock = read(f'"{container.key}"')
        return Call(syntax.CONTENTS, (stock, Number(float(place))))

    def _stands(self, conveyor: ContainerNode, read: Reader) -> Node | None:
        """Return the condition under which a conveyor stands still; None if it never does."""
        text = self._text(conveyor, "arrest")
        return None if text.lower() in NEVER else Call("not_equal", (read(text), ZERO))

    def _stands_behind(self, flow: str, read: Reader) -> Node | None:
        target = self.conveyors.get(self._target.get(flow, ""))
        return None if target is None else self._stands(target, read)

    def _shares(self, conveyor: ContainerNode, given: tuple[str, ...], read: Reader) -> list[Node]:
        """Return the share that each leak takes; together no more than all."""
        found: list[Node] = []
        for key in conveyor.leaks:
            text = self._document.text("leak", self._nodes[key]).strip()
            share = read(text or self.text_of(key, given).strip() or "0")
            if self._is(conveyor, "exponential_leak"):
                share = _times(share, STEP)
            most = reduce(_minus, found, WHOLE)
            found.append(Call("max", (Call("min", (share, most)), ZERO)))
        return found

    def _leaked(
        self, conveyor: ContainerNode, leak: int, given: tuple[str, ...], read: Reader
    ) -> Node:
        """Return how much a leak takes in a step."""
        place = Belt.leaking(leak)
        share = self._shares(conveyor, given, read)[leak]
        volume = _times(share, self._given(conveyor, place, read))
        if self._is_whole(conveyor.leaks[leak]):
            volume = _plus(volume, self._given(conveyor, place + 2, read))
            volume = Call("min", (volume, read(f'"{conveyor.key}"')))
            return _whole(_plus(volume, Number(ROUNDING)))
        return volume

    def _at_end(self, conveyor: ContainerNode, given: tuple[str, ...], read: Reader) -> Node:
        """Return how much leaves the end of a conveyor in a step: what leaks have left there."""
        volume = self._given(conveyor, 0, read)
        shares = self._shares(conveyor, given, read)
        for number, key in enumerate(conveyor.leaks):
            place = Belt.leaking(number)
            own = _times(shares[number], self._given(conveyor, place + 1, read))
            if self._is_whole(key):
                units = self._leaked(conveyor, number, given, read)
                own = _times(units, self._given(conveyor, place + 3, read))
                own = Call("min", (own, volume))
            volume = _minus(volume, _unless([self._stands_behind(key, read)], own))
        return Call("max", (volume, ZERO)) if conveyor.leaks else volume

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

    def _available(self, conveyor: ContainerNode, flow: str, read: Reader) -> Node | None:
        """Return how large an inflow may be; None if there is no limit."""
        capacity, limit = self._limits(conveyor)
        limited = self._limited_inflows(conveyor)
        found: list[Node] = []
        if capacity:
            room = _over(_minus(read(capacity), read(f'"{conveyor.key}"')), STEP)
            room = reduce(_plus, (read(f'"{key}"') for key in conveyor.outflows), room)
            others = [key for key in conveyor.inflows if key not in limited]
            room = reduce(_minus, (read(f'"{key}"') for key in others), room)
            found.append(room)
        if limit:
            rate = read(limit)
            if self._is_counted(conveyor):
                spent = self._given(conveyor, self._belt(conveyor, 0).spent, read)
                rate = _over(_minus(rate, spent), STEP)
            found.append(rate)
        if not found:
            return None
        most = found[0] if len(found) == 1 else Call("min", (found[0], found[1]))
        before = limited[: limited.index(flow)]
        most = reduce(_minus, (read(f'"{key}"') for key in before), most)
        return Call("max", (most, ZERO))

    def _belt(self, conveyor: ContainerNode, listed: int) -> Belt:
        entries = (self._spread_of(key) for key in conveyor.inflows)
        return Belt(
            name=self._document.name_of(conveyor.node),
            leaks=tuple(map(self._leak, conveyor.leaks)),
            is_exponential=self._is(conveyor, "exponential_leak"),
            is_packed=self._is(conveyor, "discrete"),
            is_counted=self._is_counted(conveyor),
            entries=tuple(entry for entry in entries if entry is not None),
            listed=listed,
        )

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

    def _conveyor(
        self, conveyor: ContainerNode, change: Node, given: tuple[str, ...], read: Reader
    ) -> Node:
        transit = read(self._text(conveyor, "len"))
        stands = self._stands(conveyor, read)
        sample = self._text(conveyor, "sample")
        latched = transit
        if sample.lower() not in ALWAYS:
            samples: Node = Call("not_equal", (read(sample), ZERO))
            if stands is not None:
                samples = Call("and", (samples, Call("not", (stands,))))
            latched = Call("sample_if_true", (samples, transit, transit))
        batches = self._initial(conveyor, given, read)
        listed = self._most_listed(conveyor)
        belt = self._belt(conveyor, listed if listed > 1 else 0)
        content = batches[0] if len(batches) == 1 else _listed_content(batches, transit)
        shares = self._shares(conveyor, given, read)
        behind = [self._stands_behind(key, read) for key in conveyor.leaks]
        end = None if conveyor.end is None else self._stands_behind(conveyor.end, read)
        spread = [key for key in conveyor.inflows if self._spread_of(key) is not None]
        at_once = [key for key in conveyor.inflows if key not in spread]
        taken = [latched, _flag(stands), _flag(end), self._volume(conveyor.outflows, read)]
        taken.append(self._volume(at_once, read))
        taken += [self._volume([key], read) for key in spread]
        taken += shares + list(map(_flag, behind))
        if belt.is_counted:
            taken += [self._volume(self._limited_inflows(conveyor), read), _unit_ends()]
        count = Number(float(len(batches) if len(batches) > 1 else 0))
        begins = [transit, content, count, *shares, *(batches if belt.listed else ())]
        return _container(change, content, description_of(belt), begins, taken)

    def _volume(self, flows: Iterable[str], read: Reader) -> Node:
        """Return what some flows bring in a step."""
        rates = [read(f'"{key}"') for key in flows]
        return _times(reduce(_plus, rates), STEP) if rates else ZERO

    def _most_listed(self, container: ContainerNode) -> int:
        """Return how many numbers list the initial content of an element, at most."""
        texts = [self.text_of(container.key, g) for g in self.places(container.key) or [()]]
        return max(len(_split_list(text)) for text in texts)

    def _initial(
        self, container: ContainerNode, given: tuple[str, ...], read: Reader
    ) -> list[Node]:
        """Return the initial content: one number, or a list of what is where."""
        text = self.text_of(container.key, given)
        parts = _split_list(text)
        if len(parts) > MOST_LISTED:
            raise self._error(container, f"starts from a list of more than {MOST_LISTED} numbers")
        return [read(part) for part in parts]

    # --- queues --------------------------------------------------------------------------

    def _queue(
        self, queue: ContainerNode, change: Node, given: tuple[str, ...], read: Reader
    ) -> Node:
        batches = self._initial(queue, given, read)
        line = Line(
            name=self._document.name_of(queue.node),
            inflows=len(queue.inflows),
            listed=self._most_listed(queue),
        )
        taken = [self._volume([key], read) for key in queue.inflows]
        taken.append(self._volume(queue.outflows, read))
        content = reduce(_plus, batches)
        return _container(change, content, description_of(line), batches, taken)

    def _out_of_queue(self, queue: ContainerNode, flow: str, read: Reader) -> Node:
        """Return a flow out of a queue: all, or what a conveyor takes, or what it does not take."""
        rates = [read(f'"{key}"') for key in queue.inflows]
        waiting = _over(read(f'"{queue.key}"'), STEP)
        everything = reduce(_plus, rates, waiting)
        before = queue.outflows[: queue.outflows.index(flow)]
        earlier = [read(f'"{key}"') for key in before]
        first_goal = self.conveyors.get(self._target.get(queue.outflows[0], ""))
        first = everything
        if first_goal is not None and self._takes_one(first_goal):
            front = _over(self._given(queue, 0, read), STEP)
            newest: Node = ZERO
            for rate in reversed(rates):
                newest = Call("if_then_else", (Call("greater", (rate, ZERO)), rate, newest))
            first = Call("if_then_else", (Call("greater", (front, ZERO)), front, newest))
        is_overflow = bool(self._document.children("overflow", self._nodes[flow]))
        offered = first if is_overflow or not before else everything
        if earlier:
            offered = Call("max", (reduce(_minus, earlier, offered), ZERO))
        goal = self.conveyors.get(self._target.get(flow, ""))
        if goal is None:
            return offered
        most = self._available(goal, flow, read)
        takes = offered
        if most is not None and self._is(goal, "batch_integrity"):
            fits = Call("less_equal", (offered, _times(most, Number(1 + ROUNDING))))
            takes = Call("if_then_else", (fits, offered, ZERO))
        elif most is not None:
            takes = Call("min", (offered, most))
        stops = [self._stands(goal, read)]
        if self._takes_one(goal):
            # One batch from one of its queues in each step.
            stops += [
                Call("greater", (read(f'"{key}"'), ZERO))
                for key in goal.inflows[: goal.inflows.index(flow)]
                if self._source.get(key) in self.queues
            ]
        return _unless(stops, takes)


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


def _split_list(text: str) -> list[str]:
    """Split a list at the commas or semicolons that are in no brackets.

    Examples
    --------
    >>> _split_list("1, MAX(2, 3), 4")
    ['1', 'MAX(2, 3)', '4']
    """
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character in ",;" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    kept = [part.strip() for part in parts]
    return kept[:-1] if len(kept) > 1 and not kept[-1] else kept


def _container(
    change: Node, content: Node, description: str, begins: list[Node], taken: list[Node]
) -> Node:
    lists = (Call("start", tuple(begins)), Call("step", tuple(taken)))
    return Call(syntax.CONTAINER, (change, content, syntax.Text(description), *lists))


def _listed_content(batches: list[Node], transit: Node) -> Node:
    """Return what a list puts on a belt in all: numbers are left out or repeated as needed."""
    places = Call("max", (_whole(_plus(_over(transit, STEP), Number(0.5 + ROUNDING))), ONE))
    units = _plus(_whole(_plus(_times(_minus(places, ONE), STEP), Number(ROUNDING))), ONE)
    total: Node = ZERO
    for number, batch in enumerate(batches):
        counts = Call("greater", (units, Number(float(number))))
        total = _plus(total, Call("if_then_else", (counts, batch, ZERO)))
    more = Call("max", (_minus(units, Number(float(len(batches)))), ZERO))
    total = _plus(total, _times(more, batches[-1]))
    is_by_place = Call("equal", (places, Number(float(len(batches)))))
    return Call("if_then_else", (is_by_place, reduce(_plus, batches), total))


def _unit_ends() -> Node:
    """Return 1 if another unit of time begins at the end of the step, and 0 otherwise."""
    now, later = (
        _whole(_plus(time, Number(ROUNDING))) for time in (Name("time"), _plus(Name("time"), STEP))
    )
    return _flag(Call("greater", (later, now)))


def _unless(conditions: Iterable[Node | None], value: Node) -> Node:
    for condition in conditions:
        if condition is not None:
            value = Call("if_then_else", (condition, ZERO, value))
    return value


def _flag(condition: Node | None) -> Node:
    return ZERO if condition is None else Call("if_then_else", (condition, ONE, ZERO))


def _whole(value: Node) -> Node:
    return Call("integer", (value,))


def _plus(a: Node, b: Node) -> Node:
    return Call("add", (a, b))


def _minus(a: Node, b: Node) -> Node:
    return Call("subtract", (a, b))


def _times(a: Node, b: Node) -> Node:
    return Call("multiply", (a, b))


def _over(a: Node, b: Node) -> Node:
    return Call("divide", (a, b))

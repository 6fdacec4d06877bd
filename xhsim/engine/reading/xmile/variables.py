"""Reading the variables of an XMILE file: their equations, tables, limits and texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from lxml import etree
from msgspec import structs

from xhsim.engine import limits
from xhsim.engine.language import syntax
from xhsim.engine.reading.excerpts import shorten
from xhsim.engine.reading.xmile.arrays import Arrays, Owner
from xhsim.engine.reading.xmile.container_nodes import Reader, subscripts_of
from xhsim.engine.reading.xmile.containers import Containers
from xhsim.engine.reading.xmile.equations import EquationError, key_of, parse
from xhsim.engine.reading.xmile.modules import Member, Modules, last_part
from xhsim.engine.reading.xmile.non_negative import LimitedStock, with_limits
from xhsim.engine.reading.xmile.xml import LARGEST_EQUATION, Document, too_long
from xhsim.errors import ModelError

__all__ = ["Variables"]

CONTROLS = {"initial_time", "final_time", "time_step", "saveper"}
TIMES = {"dt": "time_step", "starttime": "initial_time", "stoptime": "final_time"}
COMMENTS = re.compile(r"\{[^{}]*\}")
GAPS = ("", "???")  # how an unfinished equation is written
TAGS = {"aux", "flow", "stock", "gf"}
MOST_ALIASES = 30  # modules within modules
NOT_VARIABLES = {"module", "group", "doc", ""}
# These change the numbers, but PySD ignores them.
REFUSED = ("oven", "isee:oven", "multiplier")
KINDS: dict[str, syntax.TableKind] = {
    "continuous": "interpolate",
    "extrapolate": "extrapolate",
    "discrete": "hold_backward",
}


class Variables:
    """Reads variables into elements.

    Parameters
    ----------
    document : Document
    arrays : Arrays
        The dimensions of the file. The reader adds the dimensions of each variable.
    modules : Modules or None
        The models of the file. None for the variables of a macro.
    """

    def __init__(self, document: Document, arrays: Arrays, modules: Modules | None) -> None:
        self._document = document
        self._arrays = arrays
        self._modules = modules
        self._keys: set[str] = set()
        self._with_table: dict[str, etree._Element] = {}
        self._containers: Containers | None = None
        self._nodes: dict[str, etree._Element] = {}
        self._places: dict[str, str] = {}  # the module of each variable
        self._non_negative = self._behaviors()

    def read(self) -> tuple[syntax.Element, ...]:
        """Read the variables of all models.

        Raises
        ------
        ModelError
            If a variable cannot be read.
        """
        assert self._modules is not None
        return self._read(self._modules.members)

    def read_macro(self, macro: etree._Element) -> tuple[syntax.Element, ...]:
        """Read the variables of a macro. Its value is the variable with the macro's name."""
        parms = self._document.children("parm", macro)
        self._keys = {syntax.match_key(parm.text or "") for parm in parms}
        nodes = [n for section in self._document.children("variables", macro) for n in section]
        inner = self._read(
            Member(node, "", "", key_of(node.get("name") or ""), "") for node in nodes
        )
        line = macro.sourceline or 0
        name = self._document.name_of(macro)
        text = self._document.text("eqn", macro)
        expression = self.expression(text, name, line)
        value = syntax.Component((), (), expression, "equation", " ".join(text.split()), line)
        own = syntax.Element(name, "", "", (None, None), "", (value,))
        return (*inner, own)

    def _read(self, members: Iterable[Member]) -> tuple[syntax.Element, ...]:
        document = self._document
        kept: dict[str, Member] = {}
        for member in members:
            if not self._is_read(member.node):
                continue
            if member.key in kept:
                raise document.error(
                    f'"{document.name_of(member.node)}" is defined twice',
                    member.node,
                    "rename one of them",
                )
            kept[member.key] = member
            self._arrays.declare(member.key, self._dimensions(member.node))
        self._keys |= set(kept)
        for key, member in kept.items():
            tables = document.children("gf", member.node)
            if tables and document.text("eqn", member.node).strip():
                self._with_table[key] = tables[0]
        nodes = self._nodes = {key: member.node for key, member in kept.items()}
        flows = {key: self._flows(member) for key, member in kept.items()}
        self._places = {key: member.module for key, member in kept.items()}
        self._containers = Containers(document, nodes, flows, self._profile)
        if self._modules is None and (self._containers.conveyors or self._containers.queues):
            raise document.error(
                "a macro contains a conveyor or a queue, which is not supported",
                next(iter(nodes.values())),
            )
        elements = [self._element(member) for member in kept.values()]
        stocks = (
            LimitedStock(key, *flows[key])
            for key, node in nodes.items()
            if document.tag_of(node) == "stock" and self._is_non_negative(node, "stock")
        )
        return with_limits(elements, stocks)

    def _flows(self, member: Member) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the keys of the inflows and of the outflows of a stock."""
        inflows, outflows = (
            tuple(
                self._known(key_of((flow.text or "").strip()), member.module)
                for flow in self._document.children(tag, member.node)
            )
            for tag in ("inflow", "outflow")
        )
        return inflows, outflows

    def _is_read(self, node: etree._Element) -> bool:
        """Tell whether a node is a variable that is read; refuse what is not supported."""
        tag = self._document.tag_of(node)
        if tag in NOT_VARIABLES or (":" in tag and not node.get("name")):
            return False
        if tag not in TAGS:
            raise self._document.error(f"a <{tag}> is not supported", node)
        key = syntax.match_key(self._document.name_of(node))
        for child in node:
            if self._document.tag_of(child) in REFUSED:
                raise self._document.error(
                    f'"{self._document.name_of(node)}" has a '
                    f"<{self._document.tag_of(child)}>, which is not supported",
                    child,
                )
        return not (key in CONTROLS and tag in {"aux", "flow"})

    def _dimensions(self, node: etree._Element) -> tuple[str, ...]:
        found = []
        for section in self._document.children("dimensions", node):
            for dim in self._document.children("dim", section):
                name = self._document.name_of(dim)
                if self._arrays.elements(name) is None:
                    raise self._document.error(
                        f'"{self._document.name_of(node)}" has the dimension "{name}", which '
                        "the file does not define",
                        dim,
                    )
                found.append(name)
        return tuple(found)

    # --- one variable --------------------------------------------------------------------

    def _element(self, member: Member) -> syntax.Element:
        document, node, key = self._document, member.node, member.key
        dimensions = self._dimensions(node)
        own = Owner(dimensions, dimensions, key, member.module)
        local = key_of(node.get("name") or "")
        source = self._modules.source(local, member.module) if self._modules else None
        if source is not None:
            components = [self._alias(node, source, own)]
        elif self._containers and self._containers.drives(key):
            components = self._out_of_container(own, self._containers)
        elif self._containers and self._containers.contains(key):
            components = self._container(node, own, self._containers)
        elif parts := document.children("element", node):
            components = [
                self._component(node, part, replace(own, subscripts=subscripts_of(part)))
                for part in parts
            ]
        elif len(document.children("eqn", node)) > 1 and dimensions:
            components = self._several(node, own)
        else:
            components = [self._component(node, node, own)]
        is_flow = document.tag_of(node) == "flow"
        if is_flow and self._containers and not self._containers.drives(key):
            components = [self._limited(own, c, self._containers) for c in components]
        return syntax.Element(
            name=member.name or document.name_of(node),
            unit=document.text("units", node).strip(),
            documentation=" ".join(document.text("doc", node).split()),
            limits=self._limits(node),
            group=member.group,
            components=tuple(components),
        )

    def _alias(self, node: etree._Element, source: str, owner: Owner) -> syntax.Component:
        line = node.sourceline or 0
        main = replace(owner, module="")
        expression = self.expression(f'"{source}"', self._document.name_of(node), line, main)
        return syntax.Component(owner.dimensions, (), expression, "equation", source, line)

    def _reader(self, owner: Owner, name: str, line: int) -> Reader:
        """Return a function that parses equations in the place of a component."""
        return lambda text: self.expression(text, name, line, owner)

    def _out_of_container(self, own: Owner, containers: Containers) -> list[syntax.Component]:
        """Return the equations of a flow out of a conveyor or a queue."""
        stock = containers.source(own.key)
        node = self._nodes[stock]
        name, line = self._document.name_of(self._nodes[own.key]), node.sourceline or 0
        dimensions = self._dimensions(node)
        kind = "queue" if stock in containers.queues else "conveyor"
        text = f"leaves the {kind} {node.get('name')}"
        components = []
        for given in containers.places(stock) or [dimensions]:
            owner = Owner(dimensions, given, stock, own.module)
            expression = containers.flow(own.key, given, self._reader(owner, name, line))
            components.append(syntax.Component(given, (), expression, "equation", text, line))
        return components

    def _container(
        self, node: etree._Element, own: Owner, containers: Containers
    ) -> list[syntax.Component]:
        """Return the equations of a conveyor or a queue."""
        name, line = self._document.name_of(node), node.sourceline or 0
        components = []
        for given in containers.places(own.key) or [own.dimensions]:
            owner = replace(own, subscripts=given)
            change = self._stock(node, name, owner, syntax.Number(0.0)).arguments[0]
            read = self._reader(owner, name, line)
            expression = containers.stock(own.key, change, given, read)
            text = " ".join(containers.text_of(own.key, given).split())
            components.append(syntax.Component(given, (), expression, "equation", text, line))
        return components

    def _limited(
        self, own: Owner, component: syntax.Component, containers: Containers
    ) -> syntax.Component:
        """Let a conveyor limit what flows into it."""
        owner = replace(own, subscripts=component.subscripts)
        read = self._reader(owner, own.key, component.line)
        limited = containers.limited(own.key, component.expression, read)
        return structs.replace(component, expression=limited)

    def _profile(self, text: str, flow: str) -> syntax.Table | None:
        """Return the graphical function that a text names where a flow is."""
        return self.graph(key_of(text.strip()), self._places.get(flow, ""))

    def graph(self, key: str, module: str) -> syntax.Table | None:
        """Return the graphical function that a name means in a module, through its inputs."""
        key = self._known(key, module)
        for _ in range(MOST_ALIASES):
            node = self._nodes.get(key)
            tables = [] if node is None else self._document.children("gf", node)
            if node is not None and self._document.tag_of(node) == "gf":
                tables = [node]
            if tables:
                return self._table(tables[0], key)
            source = self._modules and self._modules.source(
                last_part(key), self._places.get(key, "")
            )
            if not source:
                return None
            key = source
        return None

    def _several(self, node: etree._Element, owner: Owner) -> list[syntax.Component]:
        """Read several equations of one variable, one for each element in order."""
        dimensions = owner.dimensions
        equations = self._document.children("eqn", node)
        elements = self._arrays.elements(dimensions[0]) or ()
        if len(dimensions) > 1 or len(elements) != len(equations):
            raise self._document.error(
                f'"{self._document.name_of(node)}" has {len(equations)} equations for '
                f"{len(elements)} elements",
                node,
                "write one <element> for each element",
            )
        return [
            self._component(node, node, replace(owner, subscripts=(element,)), number)
            for number, element in enumerate(elements)
        ]

    def _component(
        self, node: etree._Element, part: etree._Element, owner: Owner, number: int = 0
    ) -> syntax.Component:
        document = self._document
        tag = document.tag_of(node)
        name = document.name_of(node)
        tables = document.children("gf", part) or document.children("gf", node)
        given = document.children("eqn", part) or document.children("eqn", node)
        line = (given[number] if given else part).sourceline or 0
        if owner.dimensions and len(owner.subscripts) != len(owner.dimensions):
            raise document.error(
                f'"{name}" has an element with {len(owner.subscripts)} subscripts but '
                f"{len(owner.dimensions)} dimensions",
                part,
            )
        text = (given[number].text or "") if given else ""
        if tag == "gf" or (tables and not text.strip() and tag == "aux"):
            table = self._table(part if tag == "gf" else tables[0], name)
            return syntax.Component(owner.subscripts, (), table, "lookup", "", line)
        # Vensim exports some functions with a memory as `name = function(...)` in a stock.
        left, equals, right = text.partition("=")
        is_whole = bool(equals) and key_of(" ".join(left.split())) == key_of(node.get("name") or "")
        text = right if is_whole else text
        if COMMENTS.sub("", text).strip() not in GAPS:
            expression = self.expression(text, name, line, owner)
        else:
            expression = syntax.Call(syntax.UNFINISHED, ())
        if tag == "stock" and not is_whole:
            expression = self._stock(node, name, owner, expression)
        elif tables:
            expression = syntax.Call("with_lookup", (expression, self._table(tables[0], name)))
        if tag == "flow" and self._is_non_negative(node, "flow"):
            expression = syntax.Call("max", (expression, syntax.Number(0.0)))
        if tag == "aux" and (first := document.text("init_eqn", part)).strip():
            initial = self.expression(first, name, line, owner)
            expression = syntax.Call("active_initial", (expression, initial))
        return syntax.Component(
            owner.subscripts, (), expression, "equation", " ".join(text.split()), line
        )

    def _flow(self, node: etree._Element) -> str:
        """Return the equation of a flow: its name, which Vensim exports with blanks."""
        text = " ".join((node.text or "").split())
        if " " in text and '"' not in text and syntax.match_key(text) in self._keys:
            return f'"{text}"'
        return text

    def _stock(
        self, node: etree._Element, name: str, owner: Owner, initial: syntax.Node
    ) -> syntax.Call:
        total: syntax.Node | None = None
        for tag, function in (("inflow", "add"), ("outflow", "subtract")):
            for flow in self._document.children(tag, node):
                term = self.expression(self._flow(flow), name, flow.sourceline or 0, owner)
                if total is None:
                    total = term if tag == "inflow" else syntax.Call("negative", (term,))
                else:
                    total = syntax.Call(function, (total, term))
        is_bounded = self._is_non_negative(node, "stock")
        return syntax.Call(
            "integ_non_negative" if is_bounded else "integ", (total or syntax.Number(0.0), initial)
        )

    def expression(
        self, text: str, owner: str, line: int, place: Owner | None = None
    ) -> syntax.Node:
        """Parse an equation of a variable and translate names and arrays of XMILE.

        Parameters
        ----------
        text : str
        owner : str
            The variable's name, for messages.
        line : int
        place : Owner, optional
            The component, if the variable has dimensions.

        Raises
        ------
        ModelError
            If the equation cannot be read.
        """
        file = self._document.path
        try:
            if len(text) > limits.most(LARGEST_EQUATION):
                raise EquationError(too_long(text))
            if not text.strip():
                raise EquationError("it is empty")
            return self._arrays.complete(
                parse(text, of_vensim=self._document.is_of_vensim), place or Owner(), self, False
            )
        except RecursionError:
            raise ModelError(
                f'the equation of "{owner}" is nested too deeply',
                file=file,
                line=line or None,
                hint=limits.NESTED,
            ) from None
        except EquationError as error:
            raise ModelError(
                f'the equation of "{owner}" cannot be read: `{shorten(text)}`',
                file=file,
                line=line or None,
                hint=" ".join(str(error).split()),
            ) from None

    def meaning(self, key: str, module: str) -> syntax.Node:
        """Return the node that a name means: a variable, or a name of XMILE such as DT."""
        known = self._known(key, module)
        if known in self._keys:
            return syntax.Name(known)
        if key in TIMES:
            return syntax.Name(TIMES[key])
        if key == "pi":
            return syntax.Call("pi", ())
        if key in {"inf", "nan"}:
            return syntax.Number(float(key))
        if "." in key and last_part(key) in self._keys and self._modules is not None:
            raise EquationError(self._modules.absence(key, module))
        return syntax.Name(key)

    def _known(self, key: str, module: str) -> str:
        """Return the key of the variable that a name means in a module, or the name itself."""
        found = self._modules.find(key, module) if self._modules else None
        return found or key

    def table(self, key: str) -> syntax.Table | None:
        """Return the graphical function of a variable that has an equation as well.

        ``LOOKUP(x, 3)`` uses this function. `x` alone is the value of the variable.
        """
        node = self._with_table.get(key)
        return None if node is None else self._table(node, key)

    # --- tables, limits and signs --------------------------------------------------------

    def _table(self, node: etree._Element, name: str) -> syntax.Table:
        document = self._document
        kind = (node.get("type") or "continuous").lower()
        if kind not in KINDS:
            raise document.error(f'"{name}" has a <gf> of the unknown type "{shorten(kind)}"', node)
        try:
            y = self._numbers(node, "ypts")
            scale = document.children("xscale", node)
            if scale:
                low, high = (float(scale[0].get(end) or "") for end in ("min", "max"))
                step = (high - low) / max(len(y) - 1, 1)
                x = [low + step * place for place in range(len(y) - 1)] + [high]
            else:
                x = self._numbers(node, "xpts")
            if len(x) != len(y) or not y:
                raise ValueError
        except ValueError:
            raise document.error(
                f'the <gf> of "{name}" cannot be read',
                node,
                "give as many ypts as xpts, or an xscale with min and max",
            ) from None
        pairs = sorted(zip(x, y, strict=True), key=lambda pair: pair[0])
        return syntax.Table(tuple(a for a, _ in pairs), tuple(b for _, b in pairs), KINDS[kind])

    def _numbers(self, node: etree._Element, name: str) -> list[float]:
        found = self._document.children(name, node)
        if not found:
            raise ValueError(name)
        separator = found[0].get("sep") or ","
        parts = self._document.text(name, node).strip().split(separator.strip() or None)
        return [float(part) for part in parts if part.strip()]

    def _limits(self, node: etree._Element) -> tuple[float | None, float | None]:
        scale = "yscale" if self._document.tag_of(node) == "gf" else "range"
        found = self._document.children(scale, node)
        if not found:
            return (None, None)
        try:
            low, high = (
                float(text) if (text := found[0].get(end)) else None for end in ("min", "max")
            )
        except ValueError:
            return (None, None)
        return (low, high)

    def _behaviors(self) -> dict[str, bool]:
        """Return whether stocks and flows are non-negative by default."""
        document = self._document
        every = {"stock": False, "flow": False}
        for node in document.children("behavior")[:1]:
            for tag in every:
                parts = [node, *document.children(tag, node)[:1]]
                every[tag] = any(document.children("non_negative", part) for part in parts)
        return every

    def _is_non_negative(self, node: etree._Element, tag: str) -> bool:
        found = self._document.children("non_negative", node)
        if self._document.children("conveyor", node) or self._document.children("queue", node):
            return False
        if found and found[0].text is not None:
            return "false" not in found[0].text.lower()
        return self._non_negative[tag] or bool(found)

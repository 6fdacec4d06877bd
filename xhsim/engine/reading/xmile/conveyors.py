"""Conveyors of XMILE: stocks that material leaves a transit time after it entered.

The reader turns them into ordinary stocks, and writes the equations of the flows out of them. The
meaning is that of isee systems ("Conveyor Computation" in Stella's help).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from lxml import etree

from xhsim.engine.language.syntax import Call, Node, Number
from xhsim.engine.reading.xmile.xml import Document

__all__ = ["Driven", "driven_flows"]

ZERO = Number(0.0)
NEVER = {"", "0", "false"}
NO_LIMIT = {"", "inf", "infinity", "1e+99", "1e99"}


@dataclass(frozen=True)
class Driven:
    """A flow out of a conveyor, which has no equation of its own.

    Attributes
    ----------
    name : str
        The name of the flow, for messages.
    stock_key : str
    stock : etree._Element
        The conveyor.
    inflows : tuple of str
    leaks : dict of str to str
        The leak fraction of each leak of the conveyor.
    transit : str
        The transit time.
    is_exponential : bool
    line : int
    """

    name: str
    stock_key: str
    stock: etree._Element
    inflows: tuple[str, ...]
    leaks: dict[str, str]
    transit: str
    is_exponential: bool
    line: int

    @property
    def text(self) -> str:
        """What the equation is, in words."""
        return f"leaves the conveyor {self.stock.get('name')}"

    def equation(self, key: str, initial: str, read: Callable[[str], Node]) -> Node:
        """Return the equation of the flow.

        Parameters
        ----------
        key : str
            The flow's key.
        initial : str
            What is on the conveyor at the start.
        read : callable
            Parses an equation.
        """
        entering = [read(flow) for flow in self.inflows] or [ZERO]
        inflow = reduce(lambda a, b: Call("add", (a, b)), entering)
        fractions = [read(text) for text in self.leaks.values()] or [ZERO]
        total = reduce(lambda a, b: Call("add", (a, b)), fractions)
        belt = inflow, read(self.transit), read(initial), total
        if key not in self.leaks:
            return Call("conveyor_outflow", (*belt, Number(float(self.is_exponential))))
        own = read(self.leaks[key])
        if self.is_exponential:
            return Call("multiply", (own, read(f'"{self.stock_key}"')))
        return Call("conveyor_leak", (*belt, own))


def driven_flows(
    document: Document,
    nodes: dict[str, etree._Element],
    flows: dict[str, tuple[tuple[str, ...], tuple[str, ...]]],
) -> dict[str, Driven]:
    """Return the flows out of conveyors by key.

    Parameters
    ----------
    document : Document
    nodes : dict of str to etree._Element
        The nodes of all variables.
    flows : dict of str to tuple
        The keys of the inflows and of the outflows of each stock.

    Raises
    ------
    ModelError
        If a conveyor has something that is not supported, such as a capacity.
    """
    found: dict[str, Driven] = {}
    for stock_key, stock in nodes.items():
        for conveyor in document.children("conveyor", stock):
            _check(document, stock, conveyor)
            inflows, named = flows[stock_key]
            outflows = [key for key in named if key in nodes]
            marked = [key for key in outflows if document.children("leak", nodes[key])]
            # Without marks, the first flow is the one at the end of the conveyor.
            leaks = {key: _leak(document, nodes[key]) for key in marked or outflows[1:]}
            for key in outflows:
                found[key] = Driven(
                    document.name_of(nodes[key]),
                    stock_key,
                    stock,
                    tuple(f'"{key}"' for key in inflows),
                    leaks,
                    document.text("len", conveyor),
                    (conveyor.get("exponential_leak") or "").lower() == "true",
                    conveyor.sourceline or 0,
                )
    for key, node in nodes.items():
        if key not in found and document.children("leak", node):
            raise document.error(
                f'"{document.name_of(node)}" is a leak, but does not leave a conveyor', node
            )
    return found


def _check(document: Document, stock: etree._Element, conveyor: etree._Element) -> None:
    """Refuse, by name, what the engine cannot do with a conveyor."""
    name = document.name_of(stock)
    for tag, harmless in (("capacity", NO_LIMIT), ("in_limit", NO_LIMIT), ("arrest", NEVER)):
        if document.text(tag, conveyor).strip().lower() not in harmless:
            raise document.error(
                f'the conveyor "{name}" has a <{tag}>, which is not supported', conveyor
            )
    specs = document.children("sim_specs")
    one_step = bool(specs) and document.text("dt", specs[0]).strip() in {"1", "1.0"}
    if (conveyor.get("discrete") or "").lower() == "true" and not one_step:
        raise document.error(
            f'the conveyor "{name}" is discrete, which is supported only with a dt of 1',
            conveyor,
            "make it continuous",
        )
    if "," in document.text("eqn", stock) and not document.children("dimensions", stock):
        raise document.error(
            f'the conveyor "{name}" starts from a list, which is not supported',
            conveyor,
            "give one number for its whole content",
        )


def _leak(document: Document, flow: etree._Element) -> str:
    """Return the fraction that leaks, which stands in the leak or in the equation."""
    starts, ends = flow.get("leak_start") or "0", flow.get("leak_end") or "1"
    if starts.strip() not in {"0", "0.0"} or ends.strip() not in {"1", "1.0"}:
        raise document.error(
            f'"{document.name_of(flow)}" leaks along a part of its conveyor, which is not '
            "supported",
            flow,
            "remove leak_start and leak_end",
        )
    return document.text("leak", flow).strip() or document.text("eqn", flow).strip() or "0"

"""Queues: what they hand on, and to whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.reading.xmile.texts import container_of, equations, queue
from xhsim.engine.containers.descriptions import Line
from xhsim.engine.language import syntax
from xhsim.engine.language.syntax import Call, Name, Number


def test_a_queue_empties_into_what_has_no_limit(tmp_path: Path) -> None:
    text = (
        '<stock name="line"><eqn>1, 2</eqn><inflow>come</inflow><outflow>go</outflow><queue/>'
        '</stock><flow name="come"><eqn>2</eqn></flow><flow name="go"/>'
    )
    found = equations(tmp_path, text)
    waiting = Call("divide", (Name("line"), Name("time_step")))
    assert found["go"] == Call("add", (waiting, Name("come")))
    line, start, _ = container_of(found["line"])
    assert line == Line(name="line", inflows=1, listed=2)
    assert start.arguments == (Number(1.0), Number(2.0))


def uses(node: syntax.Node) -> set[str]:
    """Return the functions that an equation calls."""
    if not isinstance(node, Call):
        return set()
    return {node.function}.union(*map(uses, node.arguments))


@pytest.mark.parametrize(
    ("attributes", "inside", "function"),
    [
        ("", "<capacity>3</capacity>", "min"),
        ('batch_integrity="true"', "<capacity>3</capacity>", "less_equal"),
        ('one_at_a_time="false"', "", "add"),
    ],
)
def test_a_conveyor_takes_what_fits(
    tmp_path: Path, attributes: str, inside: str, function: str
) -> None:
    found = equations(tmp_path, queue(attributes, inside=inside))
    assert function in uses(found["go"])
    assert found["come"] == Call("max", (Number(2.0), Number(0.0)))

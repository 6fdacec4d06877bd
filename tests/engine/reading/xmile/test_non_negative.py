"""Stocks that cannot be negative limit their outflows, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import value, write
from tests.engine.reading.xmile.texts import text_of

SPECS = "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>"
TANK = """
<stock name="tank"><eqn>{start}</eqn><inflow>rain</inflow>
<outflow>first</outflow><outflow>second</outflow><non_negative/></stock>
<stock name="pool"><eqn>0</eqn><inflow>first</inflow></stock>
<flow name="rain"><eqn>{rain}</eqn></flow>
<flow name="first"><eqn>{first}</eqn></flow>
<flow name="second"><eqn>3</eqn></flow>
"""


def run(folder: Path, variables: str, method: str = "euler") -> dict[str, list[float]]:
    path = write(folder, text_of(variables, specs=SPECS), "model.xmile")
    found = xhsim.load_model(path).run(method=method)
    return {str(name): value(found, str(name)).tolist() for name in found}


def test_outflows_are_served_in_order(tmp_path: Path) -> None:
    found = run(tmp_path, TANK.format(start=10, rain=1, first=2))
    assert found["tank"] == [10, 6, 2, 0, 0]
    assert found["first"] == [2, 2, 2, 1, 1]
    assert found["second"] == [3, 3, 1, 0, 0]
    assert found["pool"] == [0, 2, 4, 6, 7]  # nothing comes from nowhere


@pytest.mark.parametrize("method", ["rk4", "euler"])
def test_the_stock_never_falls_below_zero(tmp_path: Path, method: str) -> None:
    found = run(tmp_path, TANK.format(start=7, rain="SIN(TIME)", first="tank*0.9"), method)
    assert min(found["tank"]) >= 0


def test_an_inflow_that_depends_on_an_outflow_does_not_count_for_it(tmp_path: Path) -> None:
    found = run(tmp_path, TANK.format(start=4, rain="first/2", first=3))
    assert found["first"] == [3, 0, 0, 0, 0]
    assert found["second"] == [2.5, 0, 0, 0, 0]
    assert found["tank"] == [4, 0, 0, 0, 0]


def test_each_element_has_its_own_limit(tmp_path: Path) -> None:
    region = '<dimensions><dim name="Region"/></dimensions>'
    variables = f"""
    <stock name="tank">{region}<eqn>5</eqn><outflow>out</outflow><non_negative/></stock>
    <flow name="out">{region}<element subscript="north"><eqn>1</eqn></element>
    <element subscript="far south"><eqn>4</eqn></element></flow>
    """
    path = write(tmp_path, text_of(variables, specs=SPECS), "model.xmile")
    out = value(xhsim.load_model(path).run(), "out")
    np.testing.assert_array_equal(out, [[1, 4], [1, 1], [1, 0], [1, 0], [1, 0]])


def test_an_inflow_that_turns_negative_is_not_limited(tmp_path: Path) -> None:
    """As in docs/differences.md: isee's rule limits outflows, so that the total grows here."""
    variables = """
    <stock name="tank"><eqn>10</eqn><inflow>both</inflow><non_negative/></stock>
    <stock name="pool"><eqn>0</eqn><outflow>both</outflow></stock>
    <flow name="both"><eqn>-4</eqn></flow>
    """
    found = run(tmp_path, variables)
    assert found["tank"] == [10, 6, 2, 0, 0]
    assert found["pool"] == [0, 4, 8, 12, 16]

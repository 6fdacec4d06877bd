"""Which flows fill and drain which stock, and the sign of each link, on models made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from xhsim.analysis.study import Study
from xhsim.engine.insight.polarity import link_polarities
from xhsim.engine.insight.structure import Flow, find_flows
from xhsim.engine.model import Model, load_model

MODEL = """{UTF-8}
Area: north, south ~~|
rate = 0.1 ~ 1/year ~ |
share[Area] = 0.4, 0.6 ~ Dmnl ~ |
need = 3 ~ unit/year ~ |
effect((0,2),(10,0)) ~ Dmnl ~ |
entry = need*effect(pool) ~ unit/year ~ |
moving = pool*rate ~ unit/year ~ |
leaving = good*rate ~ unit/year ~ |
pool = INTEG(entry - moving, 5) ~ unit ~ |
good = INTEG(moving - leaving, 2) ~ unit ~ |
moved = INTEG(moving, 0) ~ unit ~ |
inline = INTEG(need - inline*rate + entry/2, 1) ~ unit ~ |
area flow[Area] = share[Area]*entry ~ unit/year ~ |
areas = INTEG(SUM(area flow[Area!]) - rate*areas, 1) ~ unit ~ |
level = INTEG(rate*(need - level), 1) ~ unit ~ |
ratio = pool/good ~ Dmnl ~ |
gap = pool - good ~ unit ~ |
distance = ABS(pool - 7) ~ unit ~ |
capped = MIN(pool, 1000) ~ unit ~ |
falling = effect(pool) ~ Dmnl ~ |
blind = 0*good + pool ~ unit ~ |
INITIAL TIME = 0 ~ year ~ |
FINAL TIME = 20 ~ year ~ |
TIME STEP = 0.25 ~ year ~ |
SAVEPER = 1 ~ year ~ |
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tmp_path_factory.mktemp("structure") / "small.mdl"
    path.write_text(MODEL, encoding="utf-8")
    return load_model(path)


def test_flows(model: Model) -> None:
    flows = {(f.name, f.source, f.target): f for f in find_flows(model.equations)}
    assert set(flows) == {
        ("entry", None, "pool"),
        ("moving", "pool", "good"),
        ("leaving", "good", None),
        ("moving", None, "moved"),  # a count of a flow that stands elsewhere
        ("", None, "inline"),
        ("", "inline", None),
        ("area_flow", None, "areas"),
        ("", "areas", None),
        ("", None, "level"),
    }
    assert flows["moving", None, "moved"].again
    assert not flows["moving", "pool", "good"].again
    assert flows["", None, "inline"] == Flow("", None, "inline", ("need", "entry"))


def test_signs(model: Model) -> None:
    signs = link_polarities(model)
    assert signs["need", "entry"] == 1
    assert signs["pool", "entry"] == -1  # through a falling table
    assert signs["pool", "ratio"] == 1
    assert signs["good", "ratio"] == -1
    assert signs["pool", "gap"] == 1
    assert signs["good", "gap"] == -1
    assert signs["pool", "distance"] == 0  # it does both
    assert signs["pool", "capped"] == 1
    assert signs["pool", "falling"] == -1
    assert signs["good", "blind"] == 0
    assert signs["entry", "pool"] == 1
    assert signs["moving", "pool"] == -1
    assert signs["moving", "good"] == 1
    assert signs["entry", "inline"] == 1
    assert signs["share", "area_flow"] == 1
    # A stock's own part in its rate is not a link to itself that anybody draws.
    assert ("effect", "entry") not in signs


def test_signs_are_those_of_differences(xuhui: Study) -> None:
    """Each equation of the product kind is raised by 1 % of a cause, by hand."""
    run = xuhui.model.run(outputs=["GDP", "tertiary value added", "price level", "real GDP"])
    signs = link_polarities(xuhui.model, ["real GDP", "tertiary share", "GDP"])
    gdp, price = (float(run[name].values[-1]) for name in ("gdp", "price_level"))
    slope = (1.01 * gdp / price - gdp / price, gdp / (1.01 * price) - gdp / price)
    assert signs["gdp", "real_gdp"] == np.sign(slope[0])
    assert signs["price_level", "real_gdp"] == np.sign(slope[1])
    assert signs["gdp", "tertiary_share"] == -1
    assert signs["tertiary_value_added", "gdp"] == 1


def test_only_what_is_asked_for(model: Model) -> None:
    assert {effect for _, effect in link_polarities(model, ["ratio"])} == {"ratio"}


def test_states_do_not_depend_on_chance_of_the_moment(model: Model) -> None:
    assert link_polarities(model, seed=1) == link_polarities(model, seed=1)

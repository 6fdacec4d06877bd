"""The sign of each link, on a model made by hand and on the study's."""

from __future__ import annotations

import numpy as np

from xhsim.analysis.study import Study
from xhsim.engine.insight.polarity import link_polarities
from xhsim.engine.model import Model


def test_signs(small_model: Model) -> None:
    signs = link_polarities(small_model)
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


def test_only_what_is_asked_for(small_model: Model) -> None:
    assert {effect for _, effect in link_polarities(small_model, ["ratio"])} == {"ratio"}


def test_states_do_not_depend_on_chance_of_the_moment(small_model: Model) -> None:
    assert link_polarities(small_model, seed=1) == link_polarities(small_model, seed=1)

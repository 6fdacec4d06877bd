"""Functions of supply and demand: what they refuse, and a price for each draw and element.

Their values are in `tests/engine/test_vensim_files.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of, value
from xhsim.errors import InputError, ModelError

RANGES = "who: a, b\nmarket: m1, m2\nprofile: ptype, ppriority, pwidth, pextra"
GIVEN = """
q[who] = 10, 20
s[market, who] = 10, 10; 20, 20;
kind = 1
p[who, ptype] = kind
p[who, ppriority] = 5
p[who, pwidth] = 2
p[who, pextra] = 0
"""
REFUSED = {
    "MARKETP(3, q[a], 2, 1, 5)": "takes the first elements",
    "MARKETP(q[a], q[a], 2*Time, 1, 5)": "takes a number of elements",
    "DEMAND AT PRICE(q[a], q[a], 1)": "takes profiles of four numbers",
    "FIND MARKET PRICE(q[a], q[a], q[a], q[a])": "takes profiles of four numbers",
    "FIND MARKET PRICE(3, p[a, ptype], q[a], p[a, ptype])": "takes the first elements",
}


@pytest.mark.parametrize("call", REFUSED)
def test_refused(tmp_path: Path, call: str) -> None:
    with pytest.raises(ModelError, match=REFUSED[call]):
        model_of(tmp_path, f"{GIVEN}z = {call}", ranges=RANGES)


def test_a_price_for_each_market(tmp_path: Path) -> None:
    """The same profile: the share that is demanded is the supply's part of both."""
    call = "z[market] = FIND MARKET PRICE(q[a], p[a, ptype], s[market, a], p[a, ptype])"
    model = model_of(tmp_path, f"{GIVEN}{call}", ranges=RANGES, end=1)
    run = model.run({"q": np.array([[10.0, 20.0], [20.0, 40.0]])})
    share = np.array([[20 / 50, 40 / 70], [20 / 80, 40 / 100]])  # by draw and market
    np.testing.assert_allclose(value(run, "z")[:, 0], 5 + 2 * (0.5 - share), rtol=1e-12)


def test_an_unknown_kind_of_profile(tmp_path: Path) -> None:
    model = model_of(tmp_path, f"{GIVEN}z = DEMAND AT PRICE(q[a], p[a, ptype], 5)", ranges=RANGES)
    with pytest.raises(InputError, match="a profile of supply or demand is not supported"):
        model.run({"kind": 5.0})


def test_allocation_in_two_steps_is_allocation_by_priority(tmp_path: Path) -> None:
    text = """
    wanted[who] = 3, 4, 2
    order[who] = 1, 1.5, 1.8
    at = MARKETP(wanted[a], order[a], ELMCOUNT(who), 1, Time)
    x[who] = ALLOC P(wanted[who], order[who], 1, at)
    y[who] = ALLOCATE BY PRIORITY(wanted[who], order[who], ELMCOUNT(who), 1, Time)
    """
    run = model_of(tmp_path, text, ranges="who: a, b, c", end=10).run(method="euler")
    np.testing.assert_allclose(value(run, "x"), value(run, "y"), rtol=1e-9, atol=1e-9)

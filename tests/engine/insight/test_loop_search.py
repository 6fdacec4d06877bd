"""The search for loops: what it finds, what it leaves and how elements are taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.models import model_of

COUPLED = """
s[Row] = INTEG(g[Row] - moved[Row], start[Row])
start[Row] = 1, 2
g[Row] = rate[Row]*s[Row]
rate[Row] = 0.1, 0.2
moved[Row] = 0.3*(s[Row] - SUM(s[Row!])/2)
all = SUM(s[Row!])
"""
CHAIN = """
young[Age] = INTEG(entering[Age] - leaving[Age], 5)
leaving[Age] = young[Age]/3
entering[a1] = 2 + Time*Time
entering[a2] = leaving[a1]
entering[a3] = leaving[a2]
"""


def test_elements_apart_and_together(tmp_path: Path) -> None:
    """Together, both elements of a stock are one step, so a way through both is closed earlier."""
    model = model_of(tmp_path, COUPLED, ranges="Row: r1, r2")
    apart = model.loops("all")
    growth = ["s[r1] → g[r1]", "s[r2] → g[r2]"]
    assert set(growth) < set(apart["loop"].values)
    assert "s[r1] → moved[r2] → s[r2] → moved[r1]" in apart["loop"].values
    together = model.loops("all", apart=False)
    assert set(together["loop"].values) == {"s → g", "s → moved"}
    assert "score" in apart
    assert "score" not in together
    first = apart["share"].sel(loop=growth).sum("loop").values
    assert (together["share"].sel(loop="s → g").values <= first).all()
    for found in (apart, together):
        assert found["outside"].values == pytest.approx(np.zeros(found.sizes["time"]), abs=1e-5)


def test_a_chain_of_elements_is_no_loop(tmp_path: Path) -> None:
    """One element leads to the next, but nothing leads back: only each outflow is a loop."""
    model = model_of(tmp_path, CHAIN, ranges="Age: a1, a2, a3", step=0.5)
    for apart in (True, False):
        found = model.loops("young[a3]", apart=apart)
        names = {f"young[a{n}] → leaving[a{n}]" for n in (1, 2, 3)}
        assert set(found["loop"].values) == names
        assert float(np.abs(found["not_followed"]).max()) < 1e-6


def test_two_coupled_elements_have_three_loops(tmp_path: Path) -> None:
    text = "s[r1] = INTEG(0.1*s[r2], 1)\ns[r2] = INTEG(0.2*s[r1] + 0.1*s[r2], 2)"
    model = model_of(tmp_path, text, ranges="Row: r1, r2")
    assert set(model.loops("s[r1]")["loop"].values) == {"s[r1] → s[r2]", "s[r2]"}


def test_the_search_says_what_it_leaves(tmp_path: Path) -> None:
    many = [f"s{i} = INTEG({'+'.join(f'0.0{j + 1}*s{j}' for j in range(5))}, 1)" for i in range(5)]
    model = model_of(tmp_path, "\n".join(many), step=0.5)
    whole, part = model.loops("s0"), model.loops("s0", most=8)
    assert (whole.attrs["cut"], part.attrs["cut"]) == (0, 1)
    assert len(part["loop"]) < len(whole["loop"])
    assert float(part["not_followed"].min()) > 0.1
    for found in (whole, part):
        total = found["share"].sum("loop") + found["outside"] + found["not_followed"]
        assert total.values == pytest.approx(np.ones(len(total)))


def test_a_link_that_is_never_active_makes_no_loop(tmp_path: Path) -> None:
    model = model_of(tmp_path, "s = INTEG(g, 1)\ng = 1 + Time + switch*s\nswitch = 0")
    assert model.loops("s").sizes["loop"] == 0
    assert model.loops("s", {"switch": 0.1}).sizes["loop"] == 1


def test_what_is_inside_a_delay_is_no_loop_of_the_model(tmp_path: Path) -> None:
    text = "s = INTEG(g, 1)\ng = 0.1*DELAY3(SMOOTH(s, 2), 3)"
    found = model_of(tmp_path, text, step=0.25, end=20).loops("s")
    assert found["loop"].values.tolist() == ["s → g"]
    assert found["share"].values[0, 20:] == pytest.approx(np.ones(59))

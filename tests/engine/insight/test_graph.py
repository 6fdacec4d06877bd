"""The graph of causes, and explanations in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import model_of
from xhsim.errors import InputError

EQUATIONS = """
rate = 0.5
first = 8
goal = 3 + STEP(2, 2)
gap = goal - SMOOTH(level, 2)
level = INTEG(rate*gap, first)
curve( (0,0),(10,20) )
seen = curve(level) + MAX(gap, 0)
"""


def test_graph_has_each_cause_and_no_other(tmp_path: Path) -> None:
    graph = model_of(tmp_path, EQUATIONS).graph()
    controls = {"initial_time", "final_time", "time_step", "saveper"}
    edges = {
        (cause, effect): acts
        for cause, effect, acts in graph.edges(data="acts")
        if effect not in controls
    }
    assert edges == {
        ("time", "goal"): "always",
        ("goal", "gap"): "always",
        ("level", "gap"): "both",  # through the smooth, which starts from it and follows it
        ("rate", "level"): "always",
        ("gap", "level"): "always",
        ("first", "level"): "start",
        ("level", "seen"): "always",
        ("gap", "seen"): "always",
    }
    assert graph.nodes["level"] == {"name": "level", "kind": "stock", "unit": ""}


def test_explanation_quotes_values_of_the_run(tmp_path: Path) -> None:
    model = model_of(tmp_path, EQUATIONS)
    said = model.explain("level", time=0)
    assert said.splitlines() == [
        "level (stock, no unit): 8 at time 0.",
        "  level = INTEG(rate*gap, first)",
        "It follows from:",
        "  rate = 0.5",
        "  gap = -5",
        "It starts from:",
        "  first = 8",
        "It feeds: gap, seen.",
    ]
    with pytest.raises(InputError, match="lookup"):
        model.explain("curve")
    with pytest.raises(InputError, match="no variable"):
        model.explain("nothing")

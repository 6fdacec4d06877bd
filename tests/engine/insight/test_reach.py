"""What a variable acts on."""

from __future__ import annotations

from pathlib import Path

from tests.engine.models import model_of
from xhsim.engine.insight.reach import has_chance, reached

EQUATIONS = """
cause = 1
flow = 2*cause
level = INTEG(flow, start)
start = 5
shown = level + flow
late = DELAY1(flow, 2)
kept = INITIAL(shown)
other = 3
"""


def test_at_once_or_later(tmp_path: Path) -> None:
    equations = model_of(tmp_path, EQUATIONS).equations
    shown = {v.key for v in equations.variables.values() if not v.hidden}
    assert reached(equations, "cause") & shown == {"cause", "flow", "level", "shown", "late"}
    assert reached(equations, "cause", at_once=True) & shown == {"cause", "flow", "shown"}
    assert reached(equations, "start") == {"start"}  # it acts before the run
    given = reached(equations, "cause", without={"flow"})
    assert given == {"cause"}


def test_what_acts_before_the_run(tmp_path: Path) -> None:
    equations = model_of(tmp_path, EQUATIONS).equations
    shown = {v.key for v in equations.variables.values() if not v.hidden}
    found = reached(equations, "start", from_start=True)
    assert found & shown == {"start", "level", "shown", "kept"}
    assert "late" in reached(equations, "flow", from_start=True)
    assert reached(equations, "other", from_start=True) == {"other"}


def test_random_numbers_of_a_model(tmp_path: Path) -> None:
    assert not has_chance(model_of(tmp_path, EQUATIONS).equations)
    noisy = f"{EQUATIONS}noise = RANDOM UNIFORM(0, 1, 1)\n"
    assert has_chance(model_of(tmp_path, noisy).equations)

"""An ensemble that is run again and again: the same numbers as from the study, however it runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xhsim.analysis.policies.live_ensemble import LiveEnsemble
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.study.scenarios.scenario import make_scenario


def test_answers_are_those_of_the_study(linear: Study) -> None:
    live = LiveEnsemble(linear, draws=32, seed=3)
    for name in ("programme", "baseline", "programme"):
        answer, run = live.ask(name), linear.ensemble(name, 32, 3)
        wanted = linear.attainment(run, linear.indicators)
        assert answer.table["probability"].tolist() == wanted["probability"].tolist()
        assert answer.joint["probability"].tolist() == linear.joint(run)["probability"].tolist()
        assert np.array_equal(answer.ensemble["size"], run["size"])
        assert (answer.ensemble.attrs["scenario"], answer.ensemble.attrs["seed"]) == (name, 3)


def test_a_scenario_that_the_study_lacks_is_passed_whole(linear: Study) -> None:
    live = LiveEnsemble(linear, draws=16)
    push = make_scenario("push", {"policy": {"step": {"year": 2022, "to": 2.0}}})
    size = live.ask(push).ensemble["size"].sel(time=2025)
    before = live.ask("baseline").ensemble["size"].sel(time=2025)
    assert (size - before).values == pytest.approx(6)  # 2 a year for three years
    assert "push" not in linear.scenarios


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"extends": "programme"},
        {"uncertain": {"growth": "90% in [1, 3]"}},
        {"uncertain": {"idle": "90% in [1, 3]"}},
        {"delivery": {"share": "90% in [0.4, 1] uniform"}},
        {"shocks": {"weather": "off"}},
        {"run": {"until": 2025, "method": "euler"}},
    ],
)
def test_answers_to_scenarios_that_the_study_lacks(linear: Study, others: dict[str, Any]) -> None:
    """The draws of the scenario before are used again only where they are the same."""
    live = LiveEnsemble(linear, draws=16)
    live.ask(make_scenario("first", {"policy": 3.0}))
    push = make_scenario("push", {"policy": {"step": {"year": 2022, "to": 2.0}}}, **others)
    wanted = linear.with_scenario(push).ensemble("push", 16)
    assert np.allclose(live.ask(push).ensemble["size"], wanted["size"], rtol=1e-12)


def test_compiled_answers_are_the_same(linear: Study) -> None:
    slow, fast = LiveEnsemble(linear, draws=16), LiveEnsemble(linear, draws=16)
    fast.compile(["baseline"])
    for name in ("baseline", "programme"):
        one, other = (live.ask(name).ensemble["size"].values for live in (slow, fast))
        assert one == pytest.approx(other, rel=1e-12)


def test_mistakes(linear: Study) -> None:
    with pytest.raises(InputError, match="number of draws must be a whole number from 1, not 0"):
        LiveEnsemble(linear, draws=0)
    with pytest.raises(InputError, match='did you mean "programme"'):
        LiveEnsemble(linear, draws=2).ask("program")

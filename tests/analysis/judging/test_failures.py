"""When every draw fails: one message that names the first variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.judging.failures import (
    Failure,
    first_failure,
    refuse_failed,
    refuse_failed_worlds,
)
from xhsim.analysis.study import Study
from xhsim.analysis.worlds.world import side_by_side
from xhsim.errors import InputError


@pytest.fixture(scope="module")
def bursting(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Size explodes from 2022 on in the scenario that sets the policy."""
    plain = copy_of_linear(tmp_path_factory.mktemp("plain") / "study")
    model = (plain / "model" / "linear.mdl").read_text(encoding="utf-8")
    model = model.replace("INTEG(growth + policy, 100)", "INTEG(growth + pressure, 100)").replace(
        "idle = 1", "pressure = EXP(1000*policy) - 1 ~ unit/year ~ What bursts. |\nidle = 1"
    )
    scenario = (
        "label: {en: Burst, zh: 爆}\ndescription: Too much.\nextends: baseline\n"
        "set:\n  policy: {step: {year: 2022, to: 4}}\n"
    )
    rules = (
        "label: {en: React, zh: 反应}\ndescription: Too much, later.\nextends: baseline\nrules:\n"
        "  help:\n    check: [2022]\n    if: {variable: size, below: 1000}\n"
        "    then: {set: {policy: 4}}\n"
    )
    small = scenario.replace("to: 4", "to: 0.0001").replace("Burst", "Small")
    files = {
        "model/linear.mdl": model,
        "scenarios/burst.yaml": scenario,
        "scenarios/react.yaml": rules,
        "scenarios/small.yaml": small,
    }
    return xhsim.open_study(copy_of_linear(tmp_path_factory.mktemp("burst") / "study", **files))


def test_the_first_variable_is_named(bursting: Study) -> None:
    assert first_failure(bursting.world("burst", 4)) == Failure("pressure", 2022.0)
    assert first_failure(bursting.world("baseline", 4)) is None


def test_an_ensemble_without_a_sound_draw_is_refused(bursting: Study) -> None:
    refuse_failed(bursting, bursting.ensemble("baseline", 8))
    with pytest.raises(InputError) as caught:
        refuse_failed(bursting, bursting.ensemble("burst", 8))
    assert str(caught.value) == (
        'numbers overflow in all 8 draws of scenario "burst", first in "pressure" at 2022 '
        "(8 draws). "
        "check what the scenario sets: xhsim show burst --resolved"
    )


def test_of_worlds_side_by_side_the_one_without_a_sound_draw_is_named(bursting: Study) -> None:
    worlds = [bursting.world(name, 4) for name in ("baseline", "burst")]
    refuse_failed_worlds(worlds[:1], side_by_side(worlds[:1]).run(["size"]))
    with pytest.raises(InputError, match='all 4 draws of scenario "burst", first in "pressure"'):
        refuse_failed_worlds(worlds, side_by_side(worlds).run(["size"]))


ANSWERS: dict[str, Callable[[Study], Any]] = {
    "compare": lambda study: study.compare(["baseline", "burst"], draws=16),
    "difference": lambda study: study.difference("burst", draws=16),
    "split": lambda study: study.split("burst", "size", draws=16),
    "more money": lambda study: study.more_money("burst", draws=16),
    "importance": lambda study: study.importance("burst", 64),
    "partition": lambda study: study.partition("burst", 64),
    "value of information": lambda study: study.value_of_information(
        ["baseline", "burst"], draws=64
    ),
    "loops": lambda study: study.loops("size", "burst", draws=16),
    "needed": lambda study: study.needed("policy", "size", 0.5, "burst", draws=16),
    "design": lambda study: study.design("mean", against=["burst"], draws=16),
    "front": lambda study: study.front(["mean", "weakest"], draws=16),
    "pathways": lambda study: study.pathways("small", "react", draws=16),
    "pathways from": lambda study: study.pathways("burst", "react", draws=16),
    "thresholds": lambda study: study.thresholds("react", {"help": [900.0]}, draws=16),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_says_it_in_the_same_words(bursting: Study, answer: str) -> None:
    where = r'scenario "(burst|react)", first in "pressure" at 2022 \([\d,]+ draws\)'
    with pytest.raises(InputError, match=rf"^numbers overflow in all [\d,]+ draws of {where}"):
        ANSWERS[answer](bursting)


def test_a_search_does_not_take_draws_that_overflow_for_met(bursting: Study) -> None:
    """Above about 0.71 every draw is infinite, which is more than any aim."""
    found = bursting.design("size", draws=16)
    assert found.levels["policy"] < 0.71


def test_needed_tells_where_every_draw_fails(bursting: Study) -> None:
    found = bursting.needed("policy", "modest", 0.9, "baseline", draws=16)
    assert "Between 1 and 5 numbers overflow in all draws" in " ".join(found.sentences())
    assert "在1至5之间，所有抽样均数值溢出" in "".join(found.sentences("zh"))
    assert found.best == 0

"""Thresholds on straight lines: the best of a grid is known, and is judged on other draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xhsim
from tests.analysis.pathways.rules import HELP, helped
from tests.analysis.studies import LINEAR, copy_of_linear
from xhsim.analysis.pathways.thresholds import search_thresholds
from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.study.scenarios.rules import PolicyRule


@pytest.fixture(scope="module")
def study() -> Study:
    return helped()


def test_without_a_price_the_most_help_is_best(study: Study) -> None:
    levels = [100.0, 104.0, 106.0, 107.0, 108.0]
    found = study.thresholds("helped", {"help": levels}, "size", draws=128, fresh=256)
    assert found.best["help"] >= 106.0
    assert found.table["help"].tolist() == levels
    assert found.table["acts"].is_monotonic_increasing
    assert found.table["money"].is_monotonic_increasing
    assert found.table["value"].between(found.table["low"], found.table["high"]).all()
    assert float(found.judged["gain"]["best"]) >= 0
    assert found.judged.loc["as written", "gain"] == 0
    written = study.thresholds("helped", {"help": [HELP["if"]["below"]]}, "size", draws=128)
    assert np.allclose(
        found.gains["gain"], found.table["value"] - written.table["value"][0], atol=1e-12
    )
    assert written.gains.to_numpy().tolist() == [[0, 0, 0]]


def test_each_row_is_a_scenario(study: Study) -> None:
    found = study.thresholds("helped", {"help": [105.0]}, "size", draws=64, fresh=32)
    other = helped().with_scenario("other", rules={"help": HELP | {
        "if": {"variable": "size", "below": 105.0}}})  # fmt: skip
    table = other.attainment(other.ensemble("other", 64))
    assert found.table["value"][0] == table["probability"]["size"]
    made = study.with_scenario(found.scenario)
    again = made.attainment(made.ensemble("helped-tuned", 64))
    assert again["probability"]["size"] == table["probability"]["size"]


def test_money_limits_the_choice(study: Study) -> None:
    levels = {"help": [100.0, 106.0, 108.0]}
    found = study.thresholds("helped", levels, "size", most_money=0.5, draws=128, fresh=32)
    assert found.best == {"help": 106.0}
    assert found.table["allowed"].tolist() == [True, True, False]
    priced = study.thresholds("helped", levels, "mean - 100 * money", draws=64, fresh=32)
    assert priced.best == {"help": 100.0}
    least = study.thresholds("helped", levels, "money", draws=64, fresh=32)
    assert least.best == {"help": 100.0}
    assert least.judged.loc["best", "value"] == pytest.approx(0.0)


def test_the_threshold_that_releases_moves_as_far(study: Study) -> None:
    more: dict[str, Any] = {"if": {"variable": "size", "below": 103, "until above": 104}}
    both = study.with_scenario("both", rules={"first": HELP | more})
    found = search_thresholds(both, "both", {"first": [102.0]}, draws=16, fresh=16)
    (rule,) = found.scenario.rules
    assert isinstance(rule, PolicyRule)
    assert (rule.tests[0].level, rule.tests[0].until) == (102.0, 103.0)


def test_rules_are_tried_in_all_combinations(tmp_path: Path) -> None:
    parameters = (LINEAR / "model" / "parameters.yaml").read_text(encoding="utf-8")
    lever = parameters.replace("role: fixed", "role: lever")
    folder = copy_of_linear(tmp_path / "study", **{"model/parameters.yaml": lever})
    other = HELP | {"then": {"set": {"idle": 2}}}
    study = xhsim.open_study(folder).with_scenario("two", rules={"help": HELP, "other": other})
    levels = {"help": [105.0, 106.0], "other": [104.0, 107.0]}
    found = study.thresholds("two", levels, "size", draws=16, fresh=16)
    assert found.table[["help", "other"]].to_numpy().tolist() == [
        [105, 104], [105, 107], [106, 104], [106, 107],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (("fixed", {"help": [1.0]}), {}, 'scenario "fixed" has no rules'),
        (("helped", {"hlp": [1.0]}), {}, 'did you mean "help"'),
        (("helped", {"help": []}), {}, "no threshold is given"),
        (("helped", {}), {}, "no threshold is given"),
        (("helped", {"help": range(3000)}), {}, "more than 2,000 combinations"),
        (("helped", {"help": [106.0]}), {"most_money": 0.0}, "every threshold spends more than 0"),
        (("helped", {"help": [1.0]}, "sise"), {}, 'did you mean "size"'),
    ],
)
def test_mistakes(study: Study, arguments: Any, options: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        study.thresholds(*arguments, draws=8, fresh=8, **options)

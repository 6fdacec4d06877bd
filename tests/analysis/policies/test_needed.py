"""How much is needed, where the answer is known: straight lines with normal slopes, and a hill.

Size grows from 100 by growth, normal around 3 with 90 % in [2, 4], and by the programme's level.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

import xhsim
from tests.analysis.studies import copy_of_linear
from xhsim.analysis.judging.probability import chance
from xhsim.analysis.policies.needed_answer import ALREADY, FOUND, UNREACHABLE, Needed
from xhsim.analysis.study import Study
from xhsim.errors import InputError

SPREAD = 1 / norm.ppf(0.95)
DRAWS = 2048


@pytest.fixture(scope="module")
def line() -> Study:
    return xhsim.open_study(Path(__file__).parents[2] / "data" / "linear")


@pytest.fixture(scope="module")
def hill(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The programme adds 4 p - p^2 a year: most at a level of 2."""
    folder = copy_of_linear(tmp_path_factory.mktemp("hill") / "study")
    model = folder / "model" / "linear.mdl"
    text = model.read_text(encoding="utf-8")
    text = text.replace("growth + policy, 100", "growth + 4*policy - policy^2, 100")
    model.write_text(text, encoding="utf-8")
    return xhsim.open_study(folder)


def level_for(probability: float, years: float = 4.0) -> float:
    """Return the level with which size reaches 117: 5 growth + years * level >= 17."""
    return float((17 - 5 * (3 - SPREAD * norm.ppf(probability))) / years)


def probability_in(study: Study, found: Needed, seed: int) -> float:
    made = study.with_scenario(found.scenario("made"))
    table = made.attainment(made.ensemble("made", DRAWS, seed))
    return float(table.loc["size", "probability"])  # type: ignore[arg-type]


@pytest.mark.parametrize("wanted", [0.6, 0.9])
def test_the_level_is_that_of_the_closed_form(line: Study, wanted: float) -> None:
    found = line.needed("policy", "size", wanted, draws=DRAWS)
    assert (found.status, found.move.kind) == (FOUND, "level")
    assert found.answer == pytest.approx(level_for(wanted), abs=0.02)
    assert found.low < level_for(wanted) < found.high
    assert found.is_monotone
    assert len(found.crossings) == 1
    band = chance(round(wanted * DRAWS), DRAWS)
    ends = level_for(band.ci_low), level_for(band.ci_high)
    assert (found.low, found.high) == pytest.approx(ends, abs=0.03)


def test_put_back_it_gives_the_probability(line: Study) -> None:
    found = line.needed("policy", "size", 0.8, draws=DRAWS)
    assert probability_in(line, found, 0) == found.chance.probability >= 0.8
    fresh = probability_in(line, found, 1)
    assert found.chance.ci_low < fresh < found.chance.ci_high
    less = found.answer - 10.0**-found.move.decimals
    short = line.with_scenario("short", {"policy": {"step": {"year": 2021, "to": less}}})
    table = short.attainment(short.ensemble("short", DRAWS))
    assert float(table.loc["size", "probability"]) < 0.8  # type: ignore[arg-type]


def test_when_it_begins(line: Study) -> None:
    always = line.needed("policy", "size", 0.8, since="always", draws=DRAWS)
    assert always.answer == pytest.approx(level_for(0.8, 5.0), abs=0.02)
    ramp = line.needed("policy", "size", 0.8, since=2022, over=2, draws=DRAWS)
    assert ramp.answer == pytest.approx(level_for(0.8, 2.0), abs=0.03)


def test_the_latest_year(line: Study) -> None:
    """Two a year from y on add 2 (2025 - y); the model's step is half a year."""
    found = line.needed({"policy": 2}, "size", 0.8, ask="year", draws=DRAWS)
    exact = 2025 - level_for(0.8, 1.0) / 2
    assert found.answer == math.floor(exact * 2) / 2
    assert found.low <= exact <= found.high
    assert found.scenario("late").changes[0].shape.first_change == found.answer


def test_the_longest_delay(line: Study) -> None:
    """The scenario's one a year from 2023 on adds 2 - delay."""
    found = line.needed("policy", "size", 0.4, "programme", ask="delay", draws=DRAWS)
    exact = 2 - level_for(0.4, 1.0)
    assert found.answer == pytest.approx(math.floor(2 * exact) / 2)
    assert found.without.probability < 0.4 <= found.chance.probability
    assert probability_in(line, found, 0) == found.chance.probability


def test_a_scenario_in_part(line: Study) -> None:
    found = line.needed("programme", "size", 0.4, draws=DRAWS)
    assert found.move.kind == "share"
    assert found.answer == pytest.approx(level_for(0.4, 2.0), abs=0.02)
    assert found.levels == {"policy": found.answer}
    assert probability_in(line, found, 0) == found.chance.probability


def test_a_package_moves_together(line: Study) -> None:
    package = {"policy": 2.0, "zone growth[South]": 4.0}
    found = line.needed(package, "size", 0.8, draws=DRAWS)
    assert found.levels["policy"] == pytest.approx(level_for(0.8), abs=0.03)
    assert found.levels["zone growth[South]"] == pytest.approx(2 + 2 * found.answer)
    both = line.needed(package, "all of size, south", 0.3, draws=256)
    assert both.goal.targets == ("size", "south")


def test_already_reached_and_not_reachable(line: Study) -> None:
    easy = line.needed("policy", "size", 0.1, draws=256)
    assert (easy.status, easy.chance) == (ALREADY, easy.without)
    assert math.isnan(easy.answer)
    hard = line.needed("policy", "size", 0.99, draws=256, bounds=(0, 0.5))
    assert hard.status == UNREACHABLE
    assert (hard.best, hard.chance.probability) == (0.5, hard.curve.probabilities.max())
    assert "not reachable: at most" in hard.sentences()[0]
    with pytest.raises(InputError, match="no scenario to write: the probability is not reach"):
        hard.scenario()


def test_a_hill_is_noticed_and_the_near_side_is_the_answer(hill: Study) -> None:
    found = hill.needed("policy", "size", 0.9, draws=DRAWS)
    gain = level_for(0.9)
    root = math.sqrt(4 - gain)
    assert [each.at for each in found.crossings] == pytest.approx([2 - root, 2 + root], abs=0.4)
    assert found.answer == pytest.approx(2 - root, abs=0.02)
    assert not found.is_monotone
    words = found.sentences()
    assert words[1].startswith("The response is not monotone")
    assert words[2].startswith("It crosses 90 % at")


@pytest.mark.parametrize(
    ("question", "options", "words"),
    [
        (("polcy", "size", 0.5), {}, 'unknown lever "polcy". did you mean "policy"'),
        (("policy", "sise", 0.5), {}, 'did you mean "size"'),
        (("size", "size", 0.5), {}, '"size" is a computed variable, not a lever. name a param'),
        (("policy", "size", 66), {}, "between 0 and 1, not 66. write 0.66 for 66 %"),
        (("policy", "size", "66%"), {}, "write probability=0.66"),
        (("policy", "mean", 0.5), {}, '"mean" is not a probability'),
        (("idle", "size", 0.5), {}, '"idle" is fixed: no policy sets it'),
        (("policy", "size", 0.5, "basline"), {}, 'did you mean "baseline"'),
        (("policy", "size", 0.5), {"ask": "price"}, '"price" cannot be asked for'),
        (("policy", "size", 0.5), {"ask": "year"}, 'to which level "policy" changes is not said'),
        (("policy", "size", 0.5), {"ask": "delay"}, 'does not change "policy"'),
        (("policy", "size", 0.5), {"bounds": (0, 9)}, '"policy" cannot be 9: its range is .0, 5.'),
        (("policy", "size", 0.5), {"bounds": (2, 1)}, "are not in order"),
        (("policy", "size", 0.5), {"since": 2030}, "cannot begin in 2030"),
        (("policy", "size", 0.5), {"since": "never"}, "cannot begin in never"),
        (("policy", "size", 0.5), {"over": -1}, "cannot take -1 years"),
        (([], "size", 0.5), {}, "no lever is named"),
        (({"policy": 0}, "size", 0.5), {}, "the package changes nothing"),
        (({"policy": 1, "Policy": 2}, "size", 0.5), {}, "is named twice"),
        (({"policy": 9}, "size", 0.5), {}, "cannot be 9"),
        (("zone growth[East]", "size", 0.5), {}, 'element of "zone growth"'),
        (("nothing", "size", 0.5), {}, 'scenario "nothing" changes nothing'),
        (("programme", "size", 0.5), {"ask": "year"}, "ask for the delay instead"),
        (("programme", "size", 0.5, "baseline"), {}, "it cannot be a lever of"),
        (("programme", "size", 0.5), {"bounds": (0, 1)}, "leave them out here"),
    ],
)
def test_mistakes(line: Study, question: tuple[Any, ...], options: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        line.needed(*question, **options)


def test_what_no_policy_sets_is_said(line: Study) -> None:
    found = line.needed("zone growth[South]", "south", 0.9, draws=64)
    assert found.sentences()[-1] == "Policy cannot set Growth of zones (South) (uncertain)."
    assert "(uncertain)" not in " ".join(line.needed("policy", "size", 0.8, draws=64).sentences())


def test_the_interval_of_a_date_ends_on_steps(line: Study) -> None:
    found = line.needed({"policy": 2}, "size", 0.8, ask="year", draws=256)
    ends = np.array([found.low, found.high])
    assert np.isin(ends[np.isfinite(ends)], found.curve.points).all()
    assert "Without a change of Programme: " in found.sentences()[0]


def test_xuhui(xuhui: Study) -> None:
    found = xuhui.needed("HQ scheme", "new_foreign_hq", 0.75, draws=64)
    assert found.status == FOUND
    assert 1.0 < found.answer < found.high < 8.0
    assert found.answer == round(found.answer, 2)

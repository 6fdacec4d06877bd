"""A policy with rules against a fixed one, on straight lines: money, gains and messages."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.analysis.pathways.rules import helped
from xhsim.analysis.judging.attainment import attained
from xhsim.analysis.pathways.comparison import PolicyPathways
from xhsim.analysis.study import Study
from xhsim.errors import InputError

DRAWS = 512


@pytest.fixture(scope="module")
def study() -> Study:
    return helped()


@pytest.fixture(scope="module")
def found(study: Study) -> PolicyPathways:
    return study.pathways("fixed", "helped", draws=DRAWS)


def test_the_fixed_policy_is_scaled_to_equal_money(found: PolicyPathways) -> None:
    """Two a year over the last two of five years, in half of the draws; one a year over four."""
    money = found.policies["money"]
    assert money["static"] == pytest.approx(4 / 5)
    acts = float(found.firings.loc[("help", "2023"), "probability"])  # type: ignore[arg-type]
    assert acts == pytest.approx(0.5, abs=0.02)
    assert money["adaptive"] == pytest.approx(2 * 2 / 5 * acts)
    assert money["equal"] == pytest.approx(money["adaptive"], rel=1e-4)
    assert found.share == pytest.approx(acts, rel=1e-3)
    assert found.unit == "unit/year"
    assert found.why_not == ""


def test_it_has_a_short_repr(found: PolicyPathways) -> None:
    head, gain = repr(found).splitlines()
    assert head == "<PolicyPathways: helped against fixed, 512 draws>"
    assert gain.startswith("helped meets ")
    assert gain.endswith("at equal money")


def test_its_scenario_gives_the_same_numbers(study: Study, found: PolicyPathways) -> None:
    assert found.equal is not None
    again = study.with_scenario(found.equal)
    ensemble = again.ensemble(found.equal.name, DRAWS)
    table = again.attainment(ensemble)
    assert table["probability"]["size"] == found.differences["before"]["size"]


def test_differences_are_draw_by_draw(study: Study, found: PolicyPathways) -> None:
    both = [attained(found.runs[name], [study.targets["size"]]) for name in ("equal", "adaptive")]
    counts = [int(each.sum()) for each in both]
    row = found.differences.loc["size"]
    assert row["difference"] == pytest.approx((counts[1] - counts[0]) / DRAWS)
    assert row["low"] < row["difference"] < row["high"]
    gain = found.policies.loc["equal"]
    assert gain["gain"] == pytest.approx(
        found.policies.loc["adaptive", "met"] - gain["met"]  # type: ignore[operator]
    )
    assert gain["gain_low"] < gain["gain"] < gain["gain_high"]
    assert found.policies.loc["adaptive", "gain"] == 0


def test_the_map_counts_the_same_draws(found: PolicyPathways) -> None:
    share = next(s.share for s in found.map.stations if s.date == 2023.0 and s.acting == ("help",))
    assert share.probability == found.firings.loc[("help", "2023"), "probability"]
    weighted = (found.map.routes["probability"] * found.map.routes["met"]).sum()
    assert weighted == pytest.approx(float(found.policies.loc["adaptive", "met"]))  # type: ignore[arg-type]


def test_where_no_share_spends_as_much() -> None:
    """The lever's range ends at five: over one year that is at most one a year."""
    study = helped().with_scenario("late", {"policy": {"step": {"year": 2024.5, "to": 1}}})
    study = study.with_scenario(
        "much",
        {"policy": {"step": {"year": 2021, "to": 4}}},
        rules={"more": {"check": 2023, "if": {"variable": "size", "below": 0},
                        "then": {"set": {"policy": 5}}}},
    )  # fmt: skip
    found = study.pathways("late", "much", draws=16)
    assert math.isnan(found.share)
    assert found.equal is None
    assert "equal" not in found.policies.index
    assert "the adaptive policy 3.2" in found.why_not
    assert np.isfinite(found.differences["difference"]).all()


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("fixed", "baseline"), 'scenario "baseline" has no rules'),
        (("helped", "helped"), 'scenario "helped" has rules, so it is not static'),
        (("fixd", "helped"), 'did you mean "fixed"'),
        (("fixed", "helpd"), 'did you mean "helped"'),
        (("nothing", "helped"), 'scenario "nothing" changes nothing'),
    ],
)
def test_mistakes(study: Study, names: tuple[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        study.pathways(*names, draws=4)


def test_both_are_run_in_one_way(study: Study) -> None:
    other = study.with_scenario("euler", {"policy": 1.0}, run={"method": "euler"})
    with pytest.raises(InputError, match="set different methods or horizons"):
        other.pathways("euler", "helped", draws=4)

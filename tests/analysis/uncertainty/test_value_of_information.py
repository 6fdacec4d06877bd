"""What an unknown is worth to a choice among scenarios, where the answer has a closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.value_of_information import value_of_information
from xhsim.errors import InputError

SLOPE = norm(3, 1 / norm.ppf(0.95))  # of growth
TWICE = "twice"


@pytest.fixture(scope="module")
def choice(linear: Study) -> Study:
    """Two units a year more from 2023: size is 104 + 5 growth in 2025 instead of 100 + 5 growth."""
    return linear.with_scenario(TWICE, {"policy": {"step": {"year": 2023, "to": 2}}})


def test_one_number_decides_and_the_others_are_worth_nothing(choice: Study) -> None:
    """The programme gains the target of size for growth in 3 to 3.4, and loses the modest one.

    It meets size from 2.6 on instead of 3.4, and modest up to 2.2 instead of 3. So the baseline is
    better from 2.2 to 2.6, the programme from 3 to 3.4, and they are equal elsewhere.
    """
    table = choice.value_of_information(["baseline", TWICE])
    about = table.attrs
    assert about["best"] == TWICE
    truth = float(SLOPE.cdf(2.6) - SLOPE.cdf(2.2))
    assert about["everything_low"] < truth < about["everything_high"]
    gap = about["scenarios"][TWICE] - about["scenarios"]["baseline"]
    assert gap == pytest.approx(SLOPE.cdf(3.4) - SLOPE.cdf(3.0) - truth, abs=0.02)
    row = table.iloc[0]
    assert (row["unknown"], row["kind"], row["sure"]) == ("growth", "constant", True)
    assert row["value"] == pytest.approx(truth, rel=0.15)  # a spline rounds off the two jumps
    assert row["changed"] > 0.9 * truth  # and in some draws in which both are equal
    others = table.iloc[1:]
    assert not others["sure"].any()
    assert (others["low"] == 0).all()
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()


def test_an_error_lowers_the_value(choice: Study) -> None:
    values = [
        choice.value_of_information([TWICE, "baseline"], 1024, error=error).iloc[0]["value"]
        for error in (0.0, 0.5, 5.0)
    ]
    assert values[0] > values[1] > values[2]


def test_where_one_scenario_is_always_better_nothing_is_worth_knowing(choice: Study) -> None:
    table = value_of_information(choice, ["baseline", TWICE], 512, target="size")
    assert table.attrs["everything"] == 0
    assert not table["value"].any()
    assert table.attrs["target"] == "size"
    chances = table.attrs["scenarios"]
    assert chances[TWICE] == pytest.approx(SLOPE.sf(2.6), abs=0.07)
    assert np.isclose(table.attrs["measurement"], 0)


def test_what_only_one_scenario_doubts_is_an_unknown(choice: Study) -> None:
    table = choice.value_of_information(["baseline", "doubt"], 64)
    assert {"idle", "weather 2025"} <= set(table["unknown"])


def test_mistakes_are_told(choice: Study) -> None:
    with pytest.raises(InputError, match="at least two scenarios"):
        choice.value_of_information(["baseline", "baseline"])
    with pytest.raises(InputError, match=r'write \["baseline"\]'):
        choice.value_of_information("baseline")
    with pytest.raises(InputError, match="unknown target"):
        choice.value_of_information(["baseline", TWICE], target="nothing")

"""Rates of lights on a table counted by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.analysis.early_warning.toy_twins import jobs, toy_twins
from tests.analysis.studies import target
from xhsim.analysis.early_warning.rates import ALL, lead_times, light_rates, worth_of_clusters
from xhsim.analysis.judging.probability import chance
from xhsim.study.history.monitoring import MonitoringPlan
from xhsim.study.history.stored_twins import StoredTwins, TwinRow
from xhsim.study.names import parse_reference

PLAN = MonitoringPlan()
BASE = parse_reference("base")
TARGETS = {
    **{name: target(id=name, deadline=2025) for name in ("jobs", "homes")},
    "unknown": target(id="unknown", hangs_on=BASE),
}


def _rates(twins: StoredTwins, plan: MonitoringPlan = PLAN) -> Any:
    return light_rates(twins, plan, TARGETS)


def _leads(twins: StoredTwins) -> Any:
    return lead_times(twins, PLAN, TARGETS)


def test_rates_are_those_counted_by_hand() -> None:
    rates = _rates(toy_twins(*jobs()))
    first, second = rates.loc[("jobs", 2022)], rates.loc[("jobs", 2023)]
    assert first[["twins", "met", "green", "amber", "red"]].tolist() == [7, 3, 2, 3, 2]
    shares = ["warned", "red_before_miss", "false_alarm", "false_red"]
    assert first[shares].tolist() == pytest.approx([3 / 4, 1 / 4, 2 / 3, 1 / 3])
    assert second[shares].tolist() == pytest.approx([1, 2 / 4, 1 / 3, 0])
    after = [f"missed_after_{light}" for light in ("green", "amber", "red")]
    assert first[after].tolist() == pytest.approx([1 / 2, 2 / 3, 1 / 2])
    assert second[after].tolist() == pytest.approx([0, 2 / 3, 1])
    wilson = chance(3, 4)
    assert first[["warned_low", "warned_high"]].tolist() == [wilson.ci_low, wilson.ci_high]
    alone = rates.loc[(ALL, 2022)]
    assert alone["warned_low"] == pytest.approx(wilson.ci_low)  # one target: nothing is alike


def test_other_borders_give_other_rates_of_the_sametoy_twins() -> None:
    rates = _rates(toy_twins(*jobs()), MonitoringPlan(green=0.9, red=0.45))
    row = rates.loc[("jobs", 2022)]
    assert row[["green", "amber", "red"]].tolist() == [0, 4, 3]
    assert math.isnan(row["missed_after_green"])


def test_targets_that_always_agree_count_once() -> None:
    one = _rates(toy_twins(*jobs())).loc[(ALL, 2022)]
    two = _rates(toy_twins(*jobs(), *jobs("homes"))).loc[(ALL, 2022)]
    assert two["twins"] == 14
    assert two["warned"] == one["warned"]
    assert two["warned_low"] == pytest.approx(one["warned_low"])


def test_a_target_that_cannot_be_assessed_does_not_count_in_all() -> None:
    other = [replace(row, name="unknown") for row in jobs() if row.met]
    rates = _rates(toy_twins(*jobs(), *other))
    assert (rates.loc[(ALL, 2022), "twins"], rates.loc[("unknown", 2022), "twins"]) == (7, 3)


def test_lead_is_from_the_first_red_light_to_the_deadline() -> None:
    numbers = TwinRow(0, "growth", None, 3, 0.5, ())
    row = _leads(toy_twins(*jobs(), numbers)).loc["jobs"]
    assert row.tolist() == [4, 1 / 4, 1 / 4, 1 / 2, 2.5]  # red after 2022, after 2023, twice never
    nobody = toy_twins(TwinRow(0, "jobs", True, 0, 0.5, (0.1, 0.1)))
    assert math.isnan(_leads(nobody).loc[ALL, "lead"])


@given(some.lists(some.tuples(some.booleans(), some.integers(0, 5)), min_size=1, max_size=40))
def test_worth_is_between_one_cluster_and_independence(events: list[tuple[bool, int]]) -> None:
    happened = np.array([event for event, _ in events])
    which = np.array([cluster for _, cluster in events])
    worth = worth_of_clusters(happened, which)
    assert 0 < worth <= 1
    # All of a cluster the same: each cluster is one event.
    twice = worth_of_clusters(np.repeat(happened, 2), np.repeat(np.arange(len(events)), 2))
    assert twice == pytest.approx(0.5)

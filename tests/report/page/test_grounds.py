"""The assumptions of a report: settings of scenarios, distributions, values by year."""

from __future__ import annotations

import pytest

from xhsim.analysis.study import Study
from xhsim.engine.paths import Path
from xhsim.report.page.grounds import (
    Interval,
    ValueInYears,
    gather_grounds,
    levels_by_year,
)


def test_a_scenario_of_many_parts_is_told_whole(study: Study) -> None:
    table = study.importance("doubt", draws=64)
    changes = gather_grounds(study, {"doubt": "programme"}, {"doubt": table}).changes["doubt"]
    by_kind = {(change.kind, str(change.names[0])): change for change in changes}
    belief = by_kind["belief", "growth"]
    assert isinstance(belief.before, Interval)
    assert isinstance(belief.after, Interval)
    assert belief.before.low == pytest.approx(2)
    assert belief.after.low == pytest.approx(1)
    assert by_kind["belief", "idle"].before is None
    assert by_kind["value", "weather"].place.startswith("scenarios/doubt.yaml:")
    assert by_kind["value", "policy"].place.startswith("scenarios/programme.yaml:")


def test_computed_variables_that_a_scenario_decides(study: Study) -> None:
    ramp = {"ramp": {"from": 2021, "until": 2023, "to": 12}}
    asked = {"growth": "4 %", "by": "growth", "from": 2022, "until": 2024}
    held = study.with_scenario("held", paths={"yield": ramp}, meet={"size": asked})
    table = held.importance("held", draws=16)
    changes = gather_grounds(held, {"held": None}, {"held": table}).changes["held"]
    path, meet = changes
    assert (path.kind, path.unit, path.before) == ("given", "unit/year", None)
    assert path.after == (ValueInYears(2023, 2025, 12.0),)  # before, each draw has its own
    assert (meet.kind, meet.unit, [str(name) for name in meet.names]) == (
        *("met_growth", "%"),
        ["size", "growth"],
    )
    assert meet.after == (ValueInYears(2022, 2024, 4.0),)


def test_priors_are_the_grounds_of_a_study_without_a_posterior(study: Study) -> None:
    table = study.importance("baseline", draws=64)
    grounds = gather_grounds(study, {"baseline": None}, {"baseline": table})
    assert (grounds.until, grounds.from_history, grounds.untold) == (None, 0, 1.0)
    assert grounds.uncertain == len(table)
    growth = next(one for one in grounds.beliefs if str(one.name) == "growth")
    assert growth.kind == "prior"
    assert growth.value == pytest.approx(3)
    assert (growth.interval.low, growth.interval.high) == pytest.approx((2, 4))


def test_values_by_year_join_equal_neighbours() -> None:
    found = levels_by_year(Path([2021, 2021, 2023, 2023], [1.0, 4.0, 4.0, 1.0]), 2020, 2024)
    assert [(level.first, level.last, level.value) for level in found] == [
        (2020, 2020, 1.0),
        (2021, 2022, 4.0),
        (2023, 2024, 1.0),
    ]
    (constant,) = levels_by_year(2.5, 2020, 2025)
    assert (constant.first, constant.last, constant.value) == (2020, 2025, 2.5)

"""When targets are met, on paths made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.analysis.studies import ensemble, target
from xhsim.analysis.judging.attainment import attainment_table
from xhsim.analysis.judging.timing import attained_by_year, crossing_table, probability_by_year
from xhsim.analysis.study import Study
from xhsim.study.measures import MEASURES

# Years 2020 to 2022; the target is a level of 10.
PATHS = [[9, 11, 12], [9, 9, 10], [9, 11, 9], [9, 9, 9], [9, np.nan, 12]]


def test_years_in_which_a_level_is_met() -> None:
    years, met = attained_by_year(ensemble(x=PATHS), target())
    assert years == [2021, 2022]
    assert met.T.tolist() == [[True, True], [False, True], [True, False], [False, False]]


def test_probability_by_year_and_ever() -> None:
    table = probability_by_year(ensemble(x=PATHS), {"x": target()})
    assert table["probability"].tolist() == [0.5, 0.5]
    assert table["ever"].tolist() == [0.5, 0.75]
    assert (table["ever_low"] < table["ever"]).all()
    assert (table["ever_high"] > table["ever"]).all()
    assert (table["ci_low"] < table["probability"]).all()


def test_first_time_never_and_lost() -> None:
    (row,) = crossing_table(ensemble(x=PATHS), {"x": target()}).to_dict("records")
    assert [row[key] for key in (2021, 2022, "never", "lost")] == [0.5, 0.25, 0.25, 0.25]
    assert row["never_low"] < 0.25 < row["never_high"]


def test_growth_counts_from_the_base_year() -> None:
    growing = target(measure=MEASURES["average_growth"], value=10.0)
    years, met = attained_by_year(ensemble(x=[[100, 112, 120], [100, 105, 122]]), growing)
    assert met.T.tolist() == [[True, False], [False, True]]
    assert years == [2021, 2022]


def test_the_deadline_says_what_attainment_says(xuhui: Study) -> None:
    made = xuhui.ensemble("plan", draws=128)
    table = xuhui.by_year(made)
    at_deadline = attainment_table(made, xuhui.targets)["probability"]
    for name, row in xuhui.targets.items():
        assert table.loc[(name, row.deadline), "probability"] == pytest.approx(at_deadline[name])
    crossed = xuhui.crossing(made)
    shares = crossed.drop(columns=["label", "label_zh", "never_low", "never_high", "lost"])
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    met = 1 - crossed["never"]
    assert met.to_numpy() == pytest.approx(table["ever"].groupby(level=0, sort=False).last())


def test_a_target_without_its_years_is_refused() -> None:
    early = replace(target(measure=MEASURES["average_growth"]), base_year=2019)
    with pytest.raises(Exception, match="2019, which the run does not save"):
        attained_by_year(ensemble(x=PATHS), early)

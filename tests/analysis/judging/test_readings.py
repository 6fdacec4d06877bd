"""Other readings of a target, from the draws of the target itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.hanging import hanging_study
from tests.analysis.studies import ensemble, target
from xhsim.analysis.judging.readings import readings_table


def test_readings_are_counted_on_the_same_draws(tmp_path: Path) -> None:
    study = hanging_study(tmp_path / "study")
    made = study.ensemble("programme", 512, 3)
    table = study.attainment_of_readings(made)
    assert list(table.index) == [("total", "main"), ("total", "increase"), ("total", "south")]
    single = study.attainment(made).loc[["total"]]
    assert table.iloc[:1].to_dict("records") == single.to_dict("records")
    # The same by arithmetic: the sum starts at 110.
    chances = table["probability"].droplevel(0)
    assert chances["increase"] == chances["main"]
    assert chances["south"] == pytest.approx(0.5, abs=0.02)
    assert table.loc[("total", "south"), "label_zh"] == "南部规模"
    assert table.attrs["scenario"] == "programme"


def test_a_study_without_readings_has_an_empty_table() -> None:
    table = readings_table(ensemble(x=[[1, 2, 8]]), {"x": target()})
    assert table.index.names == ["target_id", "reading"]
    assert table.empty
    assert "probability" in table


@given(st.lists(st.floats(0, 20), min_size=1, max_size=30), st.floats(0, 20), st.floats(0, 20))
def test_a_lower_aim_is_met_at_least_as_often(ends: list[float], aim: float, other: float) -> None:
    made = ensemble(x=[[1, 1, end] for end in ends])
    reading = target(id="x:other", value=other, reading="other")
    both = target(value=aim, readings=(reading,))
    chances = readings_table(made, {"x": both})["probability"].droplevel(0)
    assert chances["main"] == sum(end >= aim for end in ends) / len(ends)
    assert (chances["main"] >= chances["other"]) or aim > other

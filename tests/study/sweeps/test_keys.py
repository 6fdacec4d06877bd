"""Keys of sweep files: exactly one kind of points, and ranges that are ordered."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from xhsim.study.sweeps.keys import AxisRecord, SweepRecord

HEAD = {"label": {"en": "Try", "zh": "试"}, "description": "A try."}
SAMPLE = {"sample": {"size": 8}}


def test_defaults_and_both_forms_of_an_axis() -> None:
    grid = {"a": {"range": [0, 1], "steps": 3}, "b": [1, 2]}
    record = SweepRecord.model_validate(HEAD | {"grid": grid, "since": "2022-01"})
    assert (record.scenario, record.combine, record.since) == ("baseline", "product", 2022.0)
    assert record.grid == {"a": AxisRecord(range=[0.0, 1.0], steps=3), "b": [1.0, 2.0]}
    assert (record.keep.quantiles, record.keep.draws) == ([], [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "exactly one kind of points"),
        (
            {"grid": {"a": [1]}, "rows": "points.csv"},
            "exactly one kind of points, not grid and rows",
        ),
        ({"over": {"a": [1, 2]}}, "sample and over belong together"),
        (SAMPLE | {"grid": {"a": [1]}}, "sample and over belong together"),
        (SAMPLE | {"over": {"a": [2, 1]}}, 'over "a": 2 is not below 1'),
        ({"grid": {"a": {"range": [0, 1], "steps": 1}}}, "greater than or equal to 2"),
    ],
)
def test_sweeps_that_are_refused(content: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        SweepRecord.model_validate(HEAD | content)
    assert words in str(caught.value)

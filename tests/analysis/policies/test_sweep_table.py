"""A grid as one table against the ensembles of single scenarios."""

from __future__ import annotations

from typing import Any

import pytest

from xhsim.analysis.judging.attainment import attained
from xhsim.analysis.judging.conditions import parse_condition
from xhsim.analysis.study import Study
from xhsim.errors import InputError

GRID = {"RD support": [1.0, 6.0], "cluster support[Digital]": [0.8, 1.4], "programme share": [0.09]}


def test_each_row_is_that_of_a_scenario(xuhui: Study) -> None:
    paid, _ = parse_condition("funded fraction >= 0.95 in 2025")
    chosen = {
        name: xuhui.targets[name] for name in ("rd_intensity", "pct_filings", "ai_growth")
    } | {"paid": paid}
    pair = ["rd_intensity", "ai_growth"]
    table = xuhui.sweep(
        GRID, "plan", since=2022, draws=64, seed=3, targets=chosen, together={"both": pair}
    )
    assert len(table) == 4 * 5
    assert list(table.columns[:4]) == [*GRID, "target_id"]
    for values, rows in table.groupby(list(GRID), sort=False):
        levels = dict(zip(GRID, values, strict=True))
        steps = {name: {"step": {"year": 2022, "to": to}} for name, to in levels.items()}
        study = xuhui.with_scenario("point", steps, extends="plan")
        outputs = [target.variable.name for target in chosen.values()]
        ensemble = study.ensemble("point", 64, 3, outputs=outputs)
        expected = study.attainment(ensemble, chosen)
        found = rows.set_index("target_id")
        for column in ("probability", "ci_low", "ci_high", "median", "p05", "p95"):
            assert found.loc[expected.index, column].tolist() == pytest.approx(
                expected[column].tolist(), rel=1e-9
            )
        met = attained(ensemble, [chosen[name] for name in pair]).to_numpy()
        assert found.loc["joint:both", "probability"] == met.all(axis=0).mean()
        assert found.loc["joint:both", "expected"] == met.sum(axis=0).mean()
        assert found.loc["joint:both", "targets"] == 2
    assert table.attrs["scenario"] == "plan"
    assert table.attrs["draws"] == 64
    assert list(table.attrs["levers"]) == list(GRID)
    lever = xuhui.parameters["RD support"]
    assert table.attrs["levers"]["RD support"] == {
        "label": lever.label.en, "label_zh": lever.label.zh, "unit": lever.unit,
    }  # fmt: skip


def test_without_a_date_values_hold_throughout(linear: Study) -> None:
    table = linear.sweep({"policy": [0.0, 5.0]}, draws=128)
    size = table[table["target_id"] == "size"].set_index("policy")["median"]
    # Ten years of the policy's own growth, one a year and unit.
    alone = linear.with_scenario("five", {"policy": 5.0})
    expected = alone.attainment(alone.ensemble("five", 128)).loc["size", "median"]
    assert size[5.0] == pytest.approx(expected)
    assert size[5.0] > size[0.0]


@pytest.mark.parametrize(
    ("grid", "options", "words"),
    [
        ({}, {}, "the grid has no points"),
        ({"policy": []}, {}, "the grid has no points"),
        ({"polcy": [1]}, {}, 'the grid: unknown parameter "polcy"'),
        ({"policy": [1, 9]}, {}, "takes 9, outside its range"),
        ({"policy": [1], "Policy": [2]}, {}, "varied twice"),
        ({"policy": range(2000), "idle": range(2000)}, {}, "more than 1,000,000 points"),
        ({"policy": [1]}, {"draws": 0}, "draws must be 1 or more"),
        ({"policy": [1]}, {"scenario": "basline"}, 'did you mean "baseline"'),
        ({"policy": [1]}, {"together": {"two": ["size", "sout"]}}, 'did you mean "south"'),
        ({"policy": [1]}, {"together": {"none": []}}, 'group "none" has no targets'),
    ],
)
def test_mistakes(linear: Study, grid: Any, options: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        linear.sweep(grid, **options)

"""Numbers and tables as people read them, at any width of the window."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import LINEAR
from tests.report.terminal.printing import printed
from xhsim.report.terminal.attain import AttainmentResult, attain_scenarios
from xhsim.report.terminal.tables import (
    comparison_tables,
    exact_number,
    plain_number,
    records_table,
    trajectory_rows,
)
from xhsim.wording.numbers import probability_text

CHANCE = ["probability", "ci_low", "ci_high"]


@pytest.mark.parametrize(
    ("number", "plain", "exact"),
    [
        (0, "0", "0"),
        (1, "1", "1"),
        (8.456, "8.46", "8.456"),
        (9.996, "10", "9.996"),
        (58.04, "58", "58.04"),
        (453.25, "453.2", "453.25"),
        (999.96, "1,000", "999.96"),
        (12345.6, "12,346", "12,345.6"),
        (-13.5, "-13.5", "-13.5"),
        (-1234.5, "-1,234", "-1,234.5"),
        (0.0103425, "0.0103", "0.0103425"),
        (0.99999, "1", "0.99999"),
        (1e-9, "1e-09", "1e-09"),
        (math.nan, "-", "-"),
        (None, "-", "-"),
        (math.inf, "inf", "inf"),
        (np.float64(2.5), "2.5", "2.5"),
        (np.int64(1500), "1,500", "1,500"),
    ],
)
def test_numbers(number: float | None, plain: str, exact: str) -> None:
    assert plain_number(number) == plain
    assert exact_number(number) == exact


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_plain_numbers_are_near_the_number(number: float) -> None:
    written = float(plain_number(number).replace(",", ""))
    assert written == pytest.approx(number, rel=6e-3)


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_exact_numbers_are_the_number(number: float) -> None:
    assert float(exact_number(number).replace(",", "")) == pytest.approx(number, rel=1e-11)


# --- comparison ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result() -> AttainmentResult:
    study = xhsim.open_study(LINEAR)
    names = list(study.scenarios)
    return attain_scenarios(study, names, draws=64, seed=0, out=None, command=[], quiet=True)


def test_comparison_has_each_probability_in_its_place(result: AttainmentResult) -> None:
    (table,) = result.tables()
    lines = printed(table).splitlines()
    names = list(dict.fromkeys(result.comparison.index.get_level_values(0)))
    assert lines[0].split()[-4:] == names
    south = next(line for line in lines if "South" in line)
    wanted = [probability_text(*result.comparison.loc[(name, "south"), CHANCE]) for name in names]
    assert south.split()[-4:] == wanted
    average = next(line for line in lines if "Attained on average, of 3" in line)
    assert average.split()[-4:] == [
        f"{result.comparison.loc[(name, 'joint'), 'expected']:.1f}" for name in names
    ]


def _many(scenarios: int) -> pd.DataFrame:
    base = attain_scenarios(
        xhsim.open_study(LINEAR), ["baseline"], draws=8, seed=0, out=None, command=[], quiet=True
    ).comparison.droplevel(0)
    parts = {f"the-{number}th-scenario": base for number in range(scenarios)}
    return pd.concat(parts, names=["scenario", "target_id"])


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
@pytest.mark.parametrize("scenarios", [2, 5, 30])
def test_comparison_fits_the_window_and_loses_nothing(width: int, scenarios: int) -> None:
    tables = comparison_tables(_many(scenarios), width=width)
    text = printed(*tables, width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text  # nothing is cut off
    for number in range(scenarios):
        assert f"{number}th-" in text.replace(" ", "\n").split("\n")
    assert text.count("South") == len(tables)  # every target on one line


def test_comparison_leaves_out_units_first_then_what_is_asked() -> None:
    (wide,) = comparison_tables(_many(5), width=100)
    assert ">= 117 unit" in printed(wide)
    widest = len(printed(wide).splitlines()[1].rstrip())
    (narrow,) = comparison_tables(_many(5), width=widest - 1)
    assert ">= 117" in printed(narrow)
    assert "unit" not in printed(narrow)


def test_a_target_named_like_the_joint_rows_is_a_target() -> None:
    table = _many(2).rename(index={"size": "joint_ventures"}, level=1)
    assert "Size" in printed(*comparison_tables(table))
    study = xhsim.open_study(LINEAR)
    one = AttainmentResult(study, table.loc[["the-0th-scenario"]], 8, 0, None)
    assert ">= 117 unit" in printed(*one.tables())


def test_without_numbered_targets_all_are_shown() -> None:
    table = _many(2)
    table["rank"] = pd.array([pd.NA] * len(table), dtype="Int64")
    assert "Average yield" in printed(*comparison_tables(table))
    study = xhsim.open_study(LINEAR)
    one = AttainmentResult(study, table.loc[["the-0th-scenario"]], 8, 0, None)
    assert "Average yield" in printed(*one.tables())


@pytest.mark.parametrize("width", [60, 80, 100])
def test_one_scenario_folds_but_is_not_cut(width: int) -> None:
    study = xhsim.open_study(LINEAR)
    one = attain_scenarios(study, ["doubt"], draws=8, seed=0, out=None, command=[], quiet=True)
    text = printed(*one.tables(), width=width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width


def test_one_draw_is_one_draw() -> None:
    study = xhsim.open_study(LINEAR)
    one = attain_scenarios(study, ["doubt"], draws=1, seed=0, out=None, command=[], quiet=True)
    assert "from 1 draw with seed 0" in one.remarks()


# --- records, trajectories, paths ---------------------------------------------------------


def test_records_align_numbers_and_keep_brackets() -> None:
    table = records_table(["[b]name[/b]", "value"], [["support[ai]", 1234.5], ["x[/y]", 2]])
    assert printed(table).split() == ["[b]name[/b]", "value", "support[ai]", "1,234", "x[/y]", "2"]
    assert table.columns[1].justify == "right"


def test_trajectories_have_a_row_for_each_element() -> None:
    model = xhsim.load_model(LINEAR / "model" / "linear.mdl")
    run = model.run(outputs=["zone size", "size"], times=[2020, 2020.125])
    columns, rows = trajectory_rows(run)
    assert columns == ["variable", "2020", "2020.125", "unit"]
    assert rows == [
        ["zone size[North]", 10.0, 10.125, "unit"],
        ["zone size[South]", 10.0, 10.25, "unit"],
        ["size", 100.0, 100.375, "unit"],
    ]

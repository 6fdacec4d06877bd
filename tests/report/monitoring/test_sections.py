"""Parts of the screen, from tables made by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.report.terminal.printing import printed
from xhsim.analysis.monitoring.revision import Revision
from xhsim.report.monitoring.sections import at_date, revision_section

DAYS = (None, pd.Timestamp("2023-01-31").date())


def revision(*rows: tuple[str, str, float, float]) -> Revision:
    table = pd.DataFrame(rows, columns=["target_id", "label", "shapley", "error"])
    names = list(dict.fromkeys(row[0] for row in rows))
    change = table.groupby("target_id")["shapley"].sum()[names]
    totals = pd.DataFrame({"label": [name.upper() for name in names]}, index=names)
    totals = totals.assign(before=0.3, after=0.3 + change, interaction=0.01)
    return Revision(table, totals, 640.0)


def shown(found: Revision) -> list[str]:
    text = printed(*revision_section("By release", found, quiet=False))
    return [" ".join(line.split()) for line in text.splitlines()]


def test_the_targets_that_moved_most_come_first() -> None:
    rows = [("a", "x", 0.05, 0.01), ("b", "x", -0.2, 0.01), ("b", "y", 0.08, 0.01)]
    lines = shown(revision(*rows))
    assert "B 30 → 18 x -20 ± 1; y +8 ± 1 +1" in lines
    assert lines.index("B 30 → 18 x -20 ± 1; y +8 ± 1 +1") < lines.index("A 30 → 35 x +5 ± 1 +1")
    assert "group are worth 640 independent ones." in " ".join(lines)


@pytest.mark.parametrize(
    ("shapley", "error", "said"),
    [
        (0.01, 0.0, "No target moved by 2 points or more."),
        (0.05, 0.03, "A 30 → 35 no cause is certain with these draws +1"),
    ],
)
def test_what_chance_explains_is_not_shown(shapley: float, error: float, said: str) -> None:
    assert said in shown(revision(("a", "x", shapley, error)))


def test_rows_of_a_date() -> None:
    index = pd.MultiIndex.from_product([DAYS, ["a"]], names=["published", "target_id"])
    table = pd.DataFrame({"probability": [0.1, 0.2]}, index=index)
    assert [at_date(table, day).loc["a", "probability"] for day in DAYS] == [0.1, 0.2]

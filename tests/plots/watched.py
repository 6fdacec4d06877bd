"""A table of figures to watch: of four targets, one decided and one without a telling figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from xhsim.wording.label import Label

__all__ = ["watched"]

TARGETS: dict[str, tuple[Any, Label, float, bool]] = {
    "rd_intensity": (7, Label("R&D intensity", "研发强度"), 0.692, True),
    "filings": (12, Label("Patent filings", "专利申请量"), 0.62, False),
    "industrial_output": (5, Label("Industrial output", "工业总产值"), 0.999, True),
    "from the text": (pd.NA, Label("Listed firms", "上市企业"), 0.2, True),
}
SPENDING, GDP = Label("research spending", "研发经费"), Label("GDP", "地区生产总值")
FIGURES: tuple[tuple[str, Label, int, str, float, float], ...] = (
    ("rd_intensity", SPENDING, 2023, "level", 0.5, 34.0),
    ("rd_intensity", SPENDING, 2022, "level", 0.34, 22.0),
    ("rd_intensity", GDP, 2022, "growth", 0.07, 9.4),
    ("filings", Label("filings", "申请量"), 2022, "level", 0.4, 31.0),
    ("industrial_output", Label("output", "产值"), 2022, "level", np.nan, np.nan),
    ("from the text", GDP, 2022, "growth", 0.002, 1.2),
)


def watched() -> pd.DataFrame:
    """Return the table as ``study.to_watch`` does."""
    rows: list[dict[str, Any]] = []
    for target, figure, year, measure, share, points in FIGURES:
        rank, label, chance, assessable = TARGETS[target]
        rows.append(
            {
                "target": target,
                "rank": rank,
                **label.columns("target_label"),
                "probability": chance,
                "assessable": assessable,
                "order": 1 + sum(row["target"] == target for row in rows),
                "series": figure.en,
                **figure.columns(),
                "year": year,
                "measure": measure,
                "error": 0.02,
                "next": year == 2022,
                "share": share,
                "share_error": 0.03,
                "points": points,
                "points_error": 1.5,
                "sure": share > 0.06,
                "value_share": 0.5,
                "value_share_error": 0.02,
                "value_move": 2.0,
                "value_move_error": 0.1,
                "unit": "percent",
            }
        )
    table = pd.DataFrame(rows).astype({"rank": "Int64"})
    table.attrs = {
        "scenario": "plan",
        "scenario_label_zh": "规划",
        "draws": 1000,
        "seed": 0,
        "failed": 0,
        "effective_draws": 1000.0,
    }
    return table

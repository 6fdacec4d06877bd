"""Tables of what is worth knowing: four targets, of which one is decided and one not narrowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from xhsim.wording.label import Label

__all__ = ["bought", "known", "narrowed"]

TARGETS: dict[str, tuple[Any, Label, float, bool]] = {
    "buildings": (17, Label("Buildings", "亿元楼宇数量"), 0.506, True),
    "filings": (12, Label("Patent filings", "专利申请量"), 0.62, False),
    "industrial_output": (5, Label("Industrial output", "工业总产值"), 0.999, True),
    "from the text": (pd.NA, Label("Listed firms", "上市企业"), 0.2, True),
}
TAX, FILINGS = Label("tax spread", "楼宇税收离散度"), Label("filings in 2020", "2020年申请量")
WINDOW, PROMOTION = Label("listing window, 2021", "2021年上市窗口"), Label("promotion", "招商")
SHARES: tuple[tuple[str, Label, Any, float, float], ...] = (
    ("buildings", TAX, pd.NA, 0.287, 22.9),
    ("buildings", WINDOW, 2021, 0.05, 9.0),
    ("filings", FILINGS, pd.NA, 0.2, 17.7),
    ("filings", TAX, pd.NA, 0.001, 1.0),
    ("industrial_output", TAX, pd.NA, np.nan, np.nan),
    ("from the text", WINDOW, 2021, 0.002, 0.4),
)


def narrowed() -> pd.DataFrame:
    """Return a table as ``study.worth_knowing`` does."""
    rows: list[dict[str, Any]] = []
    for target, unknown, year, share, points in SHARES:
        rank, label, chance, assessable = TARGETS[target]
        rows.append(
            {
                "target": target,
                "rank": rank,
                **label.columns("target_label"),
                "probability": chance,
                "assessable": assessable,
                "order": 1 + sum(row["target"] == target for row in rows),
                "unknown": unknown.en.replace(",", ""),
                "kind": "constant" if pd.isna(year) else "shock",
                **Label(unknown.en.capitalize(), unknown.zh).columns(),
                "year": year,
                "share": share,
                "share_error": 0.012,
                "points": points,
                "points_error": 0.7,
                "sure": share > 0.04,
                "unit": "buildings",
            }
        )
    table = pd.DataFrame(rows).astype({"rank": "Int64", "year": "Int64"})
    about: dict[Any, Any] = {"scenario": "plan", "scenario_label_zh": "规划", "error": 0.0}
    table.attrs = about | {"draws": 4096, "seed": 0, "failed": 0}
    return table


def known() -> pd.DataFrame:
    """Return a table as ``study.value_of_information`` does."""
    rows = [
        {
            "unknown": label.en,
            "kind": kind,
            **Label(label.en.capitalize(), label.zh).columns(),
            "year": year,
            "value": value,
            "low": max(0.0, value - 0.01),
            "high": value + 0.01,
            "error": 0.005,
            "changed": 0.2,
            "sure": value > 0.01,
        }
        for label, kind, year, value in (
            (TAX, "constant", pd.NA, 0.02),
            (WINDOW, "shock", 2021, 0.004),
        )
    ]
    table = pd.DataFrame(rows).astype({"year": "Int64"})
    table.attrs = {
        "scenarios": {"plan": 10.86, "balanced": 11.38},
        "labels_zh": {"plan": "规划", "balanced": "均衡方案"},
        "best": "balanced",
        "everything": 0.31,
        "everything_low": 0.29,
        "everything_high": 0.33,
        "target": None,
        "measurement": 0.0,
        "draws": 4096,
        "seed": 0,
    }
    return table


def bought() -> pd.DataFrame:
    """Return a table as ``study.more_money`` does."""
    rows = [
        {
            "lever": label.en,
            **label.columns(),
            "gain": gain,
            "low": gain - 0.012,
            "high": gain + 0.012,
            "error": 0.006,
            "paid": 1.15,
        }
        for label, gain in (
            (Label("Investment promotion", "招商与属地化服务"), 0.195),
            (Label("Rental housing programme", "租赁住房"), -0.003),
        )
    ]
    table = pd.DataFrame(rows)
    table.attrs = {
        "scenario": "balanced",
        "scenario_label_zh": "均衡方案",
        "target": None,
        "amount": 1.0,
        "unit": "CNY100M/year",
        "funded_by": "programme share",
        "draws": 4096,
        "seed": 0,
    }
    return table

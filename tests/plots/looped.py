"""Shares of made-up loops: one reinforcing, one balancing, one that does both, one that is long."""

from __future__ import annotations

import numpy as np

from xhsim.analysis.loops.shares import DrawnLoop, LoopsOverDraws
from xhsim.wording.label import Label

__all__ = ["looped"]

NAMES = {
    "floor": Label("let floor", "已租面积"),
    "rent": Label("rent", "租金"),
    "starts": Label("market starts", "市场开工"),
    "jobs": Label("jobs", "岗位"),
}
LONG = tuple(Label(f"step {letter}", f"第{n}步") for n, letter in enumerate("abcdefghijklmnop", 1))
YEARS = (2021, 2022, 2023, 2024, 2025)


def looped() -> LoopsOverDraws:
    """Return five years of eight draws with two structures."""
    later = np.linspace(0, 1, len(YEARS))[:, None] * np.linspace(0.8, 1.2, 8)
    more = np.stack([0.3 - 0.2 * later, 0 * later, 0.05 + 0 * later, 0.02 + 0 * later])
    less = np.stack([0 * later, 0.1 + 0.25 * later, 0.06 + 0 * later, 0 * later])
    missed = 0.02 + 0 * later
    return LoopsOverDraws(
        variable="occupied floor",
        scenario="plan",
        label=Label("occupied floor", "在用面积"),
        scenario_label=Label("The plan", "规划"),
        years=YEARS,
        loops=(
            _loop("R1", Label("Density", "集聚"), ("jobs", "floor"), (1.0, 1.0)),
            _loop("L1", None, ("floor", "rent", "starts"), (1.0, -1.0, 1.0)),
            _loop("L2", None, ("floor", "starts", "jobs", "rent"), (1.0, -0.2, 1.0, 1.0)),
            DrawnLoop("L3", Label("step a → … → step p", "第1步→……→第16步"), (LONG,), (1.0,) * 16),
        ),
        reinforcing=more,
        balancing=less,
        outside=1 - (more + less).sum(axis=0) - missed,
        not_followed=missed,
        structures=("one", "two") * 4,
        structure_labels={
            "one": Label("Market-led", "市场主导"),
            "two": Label("Trend", "趋势外推"),
        },
        seed=0,
        most=5000,
        is_cut=True,
    )


def _loop(
    name: str, label: Label | None, names: tuple[str, ...], signs: tuple[float, ...]
) -> DrawnLoop:
    path = tuple(NAMES[one] for one in names)
    arrows = Label(" → ".join(one.en for one in path), " → ".join(one.zh for one in path))
    return DrawnLoop(name, label or arrows, (path,), signs)

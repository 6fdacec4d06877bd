"""A front for pictures: made up, with packages that hold and one that does not."""

from __future__ import annotations

import numpy as np

from xhsim.analysis.fronts.front import (
    FrontMember,
    FrontObjective,
    FrontScenario,
    PolicyFront,
)
from xhsim.analysis.fronts.judged import FrontValue, MarginalGain
from xhsim.wording.label import Label

LEVERS = {
    "RD support": Label("R&D support", "研发支持"),
    "talent": Label("Talent programme", "人才计划"),
    "promotion": Label("Investment promotion", "招商与属地化服务"),
    "idle": Label("Night economy", "夜间经济"),
}


def made_up_front(objectives: int = 2) -> PolicyFront:
    """Return a front of two or three objectives."""
    every = (
        FrontObjective(
            "at least 12",
            Label("Probability of at least 12 of 18 targets", "18项指标中至少完成12项的概率"),
            Label(),
            True,
            True,
        ),
        FrontObjective(
            "money", Label("Money a year", "年度资金"), Label("a year", "每年"), False, False
        ),
        FrontObjective(
            "shortfall",
            Label("Mean gap in the worst 10 % of draws", "最不利10%情形下的平均缺口"),
            Label("standard deviations", "个标准差"),
            False,
            False,
        ),
    )[:objectives]
    money = np.array([16.0, 18, 20, 23, 26, 29, 30, 31])
    chances = np.array([0.1, 0.25, 0.36, 0.45, 0.52, 0.56, 0.55, 0.57])

    def values(chance: float, cost: float, reach: float = 0.02) -> tuple[FrontValue, ...]:
        gap = 1.2 - chance
        return (
            FrontValue(chance, chance - reach, chance + reach),
            FrontValue(cost, cost, cost),
            FrontValue(gap, gap - reach, gap + reach),
        )[:objectives]

    def levels(place: int) -> dict[str, float]:
        moved = {"promotion": min(5.0, 0.6 + place), "RD support": 3.0 + 0.5 * max(0, place - 2)}
        return moved if place < 5 else moved | {"talent": 0.5 * place}

    return PolicyFront(
        objectives=every,
        members=tuple(
            FrontMember(
                levels(place), (float(chance), float(cost)), values(chance, cost), place != 6
            )
            for place, (chance, cost) in enumerate(zip(chances, money, strict=True))
        ),
        scenarios=(
            FrontScenario(
                "baseline", Label("Past policies", "延续政策"), values(0.08, 15.9), False
            ),
            FrontScenario("plan", Label("The plan", "规划"), values(0.3, 31.3), True),
            FrontScenario("rd-push", Label("R&D push", "研发加力"), values(0.31, 31.2), True),
        ),
        shares=1 - np.array([[0.2], [0.25]]) * 0.8 ** np.arange(12) - [[0.0], [0.01]],
        gains={
            "at least 12": (
                MarginalGain(16, 20, 0.065, 0.06, 0.07),
                MarginalGain(20, 26, 0.027, 0.022, 0.032),
                MarginalGain(26, 31, 0.01, -0.002, 0.022),
            )
        },
        levers={"RD support": (3, 8), "talent": (0.5, 6), "promotion": (0.6, 5), "idle": (0, 2)},
        starts={"RD support": 3.0, "talent": 0.5, "promotion": 0.6, "idle": 0.0},
        labels=LEVERS,
        made={
            "scenario": "baseline",
            "under": [],
            "limits": {"money": 31.0},
            "draws": 500,
            "seed": 1,
            "fresh_draws": 4096,
            "seeds": 2,
            "generations": 11,
            "population": 100,
            "tried": 2472,
            "years": [2021, 2022],
            "money_unit": "CNY100M/year",
        },
    )

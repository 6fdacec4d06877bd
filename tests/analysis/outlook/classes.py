"""A small reference class, made by a known process."""

from __future__ import annotations

import numpy as np

from xhsim.study.files.mistakes import Place
from xhsim.study.history.reference import OutlookPlan, PlaceFigure, Quantity
from xhsim.wording.label import Label

__all__ = ["PLACES", "made_plan"]

PLACES = ["Here", "East", "West", "North", "South", "City"]
WHERE = Place("outlook.yaml", 1)


def made_plan(
    *, years: range = range(2006, 2021), until: int = 2020, seed: int = 0, place_sd: float = 1.0
) -> OutlookPlan:
    """Make figures of two quantities in six places, without heavy tails or a memory.

    The levels are 6 and 12 percent a year, the scales 1 and 3; a common effect of a year has the
    strength 1, that of a place `place_sd`, and the quantities are correlated by 0.8.
    """
    random = np.random.default_rng(seed)
    level, scale = np.array([6.0, 12.0]), np.array([1.0, 3.0])
    both = np.linalg.cholesky(np.array([[1.0, 0.8], [0.8, 1.0]]))
    by_place = {place: place_sd * both @ random.normal(size=2) for place in PLACES}
    figures = []
    for year in years:
        common = both @ random.normal(size=2)
        for place in PLACES:
            own = both @ random.normal(size=2)
            values = level + scale * (common + by_place[place] + own)
            for name, value in zip(("size", "money"), values, strict=True):
                figures.append(PlaceFigure(place, name, str(year), float(value), WHERE))
    return OutlookPlan(
        place="Here",
        until=until,
        first_year=until + 1,
        last_year=until + 5,
        weights={"peer": 1.0, "district": 1.0, "city": 1.0, "nation": 1.0},
        peers=frozenset(),
        nations=frozenset(),
        cities=dict.fromkeys(PLACES, "City"),
        quantities=(
            Quantity("size", Label("Size", "规模"), ("size",), real=True, several=False),
            Quantity("money", Label("Money", "资金"), ("money",), real=False, several=False),
            Quantity("luck", Label("Luck", "运气"), (), real=False, several=False),
        ),
        figures=tuple(figures),
        where=WHERE,
    )

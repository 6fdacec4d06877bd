"""Made-up draws of a target that two of five unknowns decide."""

from __future__ import annotations

import numpy as np

from tests.plots.examples import targets
from xhsim.analysis.uncertainty.separating import Separation, separate
from xhsim.analysis.uncertainty.unknowns import UnknownFactor
from xhsim.wording.label import Label

__all__ = ["READINGS", "separated", "unknowns"]

READINGS = (Label("Mixed", "混合"), Label("Trend", "趋势外推"), Label("Floor-led", "载体主导"))
NAMES = (
    Label("growth of research", "研发增速"),
    Label("district shock, 2023", "2023年本区冲击"),
    Label("tax spread", "税收离散度"),
)


def unknowns(draws: int = 2000, seed: int = 0) -> list[UnknownFactor]:
    """Return three numbers and a structure."""
    rng = np.random.default_rng(seed)
    rows = rng.normal([[0.02], [0.0], [1.5]], [[0.02], [0.03], [0.1]], (3, draws))
    found = [
        UnknownFactor(label.en, kind, label, unit, row)
        for label, kind, unit, row in zip(
            NAMES,
            ("constant", "shock", "constant"),
            ("1/year", "1/year", "dmnl"),
            rows,
            strict=True,
        )
    ]
    which = rng.integers(0, 3, draws).astype(float)
    name = Label("structure of the model", "模型结构")
    return [*found, UnknownFactor("structure", "structure", name, "", which, names=READINGS)]


def separated(draws: int = 2000) -> Separation:
    """Return what ``study.separating`` does: low growth and a bad year miss the target."""
    known = unknowns(draws)
    growth, shock, _, structure = (each.values for each in known)
    luck = np.random.default_rng(1).random(draws)
    bad = (growth < 0.02) & (shock < 0.01) & (structure != 2)
    (target,) = (each for each in targets() if each.id == "rd_intensity")
    return separate(
        known,
        luck > np.where(bad, 0.9, 0.1),
        target=target,
        scenario=Label("plan", "规划"),
        about=(draws, 0),
    )

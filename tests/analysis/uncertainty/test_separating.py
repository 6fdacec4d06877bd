"""What separates draws: found where it is, judged on other draws, said in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from tests.plots.examples import targets
from tests.plots.separated import READINGS, separated, unknowns
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.separating import Separation, separate
from xhsim.errors import InputError
from xhsim.wording.label import Label

TARGET = targets()[0]
SLOPE = norm(3, 1 / norm.ppf(0.95))  # of growth in the linear study


def of(met: np.ndarray, seed: int = 0, **options: object) -> Separation:
    known = unknowns(met.size, seed)
    return separate(known, met, target=TARGET, scenario=Label("plan", "规划"), **options)  # type: ignore[arg-type]


def test_the_box_of_a_toy_is_found_and_judged() -> None:
    found = separated(6000)
    assert found.outcome == "missed"
    box = found.boxes[0]
    limits = {limit.unknown.id: limit for limit in box.limits}
    assert set(limits) == {"growth of research", "district shock, 2023", "structure"}
    assert limits["growth of research"].high == pytest.approx(0.02, abs=0.003)
    assert limits["district shock, 2023"].high == pytest.approx(0.01, abs=0.006)
    assert limits["structure"].values == READINGS[:2]
    # Inside it is missed in 90 % of the draws, outside in 10 %.
    inside = 0.5 * norm.cdf(1 / 3) * 2 / 3
    assert box.support == pytest.approx(inside, abs=0.03)
    assert box.density.ci_low < 0.9 + 0.02
    assert box.density.probability == pytest.approx(0.9, abs=0.04)
    coverage = 0.9 * inside / (0.9 * inside + 0.1 * (1 - inside))
    assert box.coverage.probability == pytest.approx(coverage, abs=0.04)
    assert found.judged == 3000
    assert box.inside.mean() == pytest.approx(inside, abs=0.03)


def test_it_is_said_in_both_languages() -> None:
    found = separated(6000)
    whole, box, judged = found.sentences()
    assert whole.startswith("R&D expenditure in GDP is missed in 2")
    assert "Growth of research is at most 1.9" in box
    assert "% a year (the lowest 5" in box
    assert "Structure of the model is Mixed or Trend (6" in box
    assert "of the draws and" in box
    assert "other 3,000 draws" in judged
    chinese = "".join(found.sentences("zh"))
    assert "研发增速不高于1.9" in chinese
    assert "模型结构为混合或趋势外推" in chinese
    assert "占未实现情形的" in chinese
    with pytest.raises(InputError, match="language"):
        found.sentences("fr")


def test_noise_separates_nothing() -> None:
    boxes = 0
    for seed in range(20):
        met = np.random.default_rng(100 + seed).random(1000) < 0.6
        found = of(met, seed)
        boxes += len(found.boxes)
    assert boxes <= 1
    found = of(np.random.default_rng(3).random(1000) < 0.6)
    assert (
        found.sentences()[1] == "Nothing separates these draws from the others better than chance."
    )
    assert len(found.unknowns) == 2  # still two axes for a picture


def test_a_decided_target_is_not_explained() -> None:
    found = of(np.arange(1000) > 5)
    assert not found.is_open
    assert "too few draws on one side" in found.sentences()[1]
    assert of(np.ones(100, dtype=bool)).boxes == ()


def test_the_other_outcome_and_a_second_box() -> None:
    known = unknowns(6000)
    growth, spread = known[0].values, known[2].values
    met = (growth > 0.05) | ((spread > 1.6) & (growth < 0.04))
    found = of(met)
    assert found.outcome == "met"
    assert len(found.boxes) == 2
    assert "Of the other draws, it is met in" in found.sentences()[2]
    assert not (found.boxes[0].inside & found.boxes[1].inside).any()
    assert len(of(met, boxes=1).boxes) == 1
    assert of(met, outcome="missed").outcome == "missed"


def test_a_line_of_the_linear_study(linear: Study) -> None:
    """Size is 100 + 5 growth, so growth of 3.4 alone decides about 117."""
    found = linear.separating("baseline", "size", 2048)
    (box,) = found.boxes
    (limit,) = box.limits
    assert found.outcome == "met"
    assert limit.unknown.id == "growth"
    assert limit.low == pytest.approx(3.4, abs=0.06)
    assert found.share.ci_low < SLOPE.sf(3.4) < found.share.ci_high
    assert box.density.probability > 0.9
    assert box.coverage.probability > 0.9


def test_mistakes_are_told(linear: Study) -> None:
    with pytest.raises(InputError, match="write missed or met"):
        linear.separating("baseline", "size", 64, outcome="lost")
    with pytest.raises(InputError, match=r"write 0.9 for 90 %"):
        linear.separating("baseline", "size", 64, density=90)
    with pytest.raises(InputError, match="at least one of each"):
        linear.separating("baseline", "size", 64, limits=0)
    with pytest.raises(InputError, match="unknown target"):
        linear.separating("baseline", "sise", 64)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.integers(80, 400), st.floats(0.2, 0.8), st.floats(0, 0.4))
def test_what_every_separation_keeps(seed: int, draws: int, share: float, pull: float) -> None:
    rng = np.random.default_rng(seed)
    growth = unknowns(draws, seed)[0].values
    met = rng.random(draws) < np.clip(share + pull * np.sign(growth - 0.02), 0, 1)
    found = of(met, seed)
    assert found.happens.mean() <= 0.5
    for box in found.boxes:
        assert box.density.ci_low > found.share.probability
        assert 0 <= box.coverage.ci_low <= box.coverage.probability <= 1
        assert len(box.limits) <= 3
    assert len(found.sentences()) == (2 + len(found.boxes) if found.boxes else 2)

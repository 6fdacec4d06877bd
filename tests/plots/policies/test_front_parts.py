"""Names of axes and the source line of pictures of a front."""

from __future__ import annotations

from dataclasses import replace

from tests.plots.fronts import made_up_front
from xhsim.plots.policies.front_parts import axis_name, front_source, scaled
from xhsim.wording.label import Label


def test_axes_have_units() -> None:
    front = made_up_front(3)
    chance, money, gap = front.objectives
    assert axis_name(front, chance, "en") == "Probability of at least 12 of 18 targets, %"
    assert axis_name(front, money, "zh") == "资金（亿元/年）"
    assert axis_name(front, gap, "en").endswith("draws, standard deviations")
    mean = replace(
        gap, label=Label("Mean number of targets", "平均项数"), unit=Label("targets", "项")
    )
    assert axis_name(front, mean, "en") == "Mean number of targets"
    assert axis_name(front, mean, "zh") == "平均项数"


def test_probabilities_are_in_percent() -> None:
    front = made_up_front()
    judged = front.members[0].judged
    assert scaled([judged[0]], front.objectives[0]).round(9).tolist() == [[10, 8, 12]]
    assert scaled([judged[1]], front.objectives[1]).tolist() == [[16, 16, 16]]


def test_the_source_says_how_a_front_was_judged() -> None:
    front = made_up_front()
    assert front_source(front, "en") == "2,472 packages tried on 500 draws, judged on 4,096 others"
    worst = replace(front, made={**front.made, "under": ["a", "b"]})
    assert front_source(worst, "zh").endswith("取2个情景中的最差值")

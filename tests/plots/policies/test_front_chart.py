"""The picture of a front: what is drawn, and where names stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from tests.plots.fronts import made_up_front
from xhsim.errors import InputError
from xhsim.plots.policies.front_chart import front_chart
from xhsim.wording.label import Label


def _marks(ax: Axes, gid: str) -> list[list[float]]:
    return [[round(float(x), 9), round(float(y), 9)] for x, y in np.asarray(_dots(ax, gid))]


def _dots(ax: Axes, gid: str) -> Any:
    (dots,) = [each for each in ax.collections if each.get_gid() == gid]
    return dots.get_offsets()


def _texts(ax: Axes) -> set[str]:
    return {text.get_text() for text in ax.texts}


def test_packages_and_scenarios_are_where_their_values_are() -> None:
    ax = front_chart(made_up_front())
    assert len(_marks(ax, "holds")) == 7
    assert _marks(ax, "beaten") == [[30, 55]]
    assert {"Past policies", "The plan", "R&D push"} <= _texts(ax)
    (bars, *_) = [
        each
        for each in ax.collections
        if isinstance(each, LineCollection) and each.get_gid() == "package"
    ]
    assert bars.get_segments()[0][:, 1].tolist() == pytest.approx([8, 12])


def test_three_objectives_are_drawn_two_at_a_time() -> None:
    front = made_up_front(3)
    ax = front_chart(front)
    assert _marks(ax, "holds")[0] == [16, 10]
    ax = front_chart(front, "at least 12", "shortfall")
    assert _marks(ax, "holds")[0] == [10, 1.1]
    assert any("Mean gap" in text and "against probability" in text.lower() for text in _texts(ax))
    assert _marks(front_chart(front, y="money"), "holds")[0] == [0.63, 31]


def test_a_third_objective_is_the_size_of_dots() -> None:
    ax = front_chart(made_up_front(3))
    (dots,) = [each for each in ax.collections if each.get_gid() == "holds"]
    sizes = np.asarray(dots.get_sizes())  # type: ignore[attr-defined]
    assert (np.diff(sizes) < 0).all()  # the gap falls with money
    assert any(text.startswith("size of dots: Mean gap in the worst 10 %") for text in _texts(ax))
    assert not any("size of dots" in text for text in _texts(front_chart(made_up_front())))


@pytest.mark.parametrize(
    ("probability", "unit", "title"),
    [
        (True, "", "What each extra percentage point costs"),
        (False, "targets", "What each extra target costs"),
        (False, "", "Probability of at least 12 of 18 targets against money a year"),
    ],
)
def test_the_title_names_what_is_counted(probability: bool, unit: str, title: str) -> None:
    front = made_up_front()
    first = replace(front.objectives[0], is_probability=probability, unit=Label(unit, ""))
    other = replace(front, objectives=(first, front.objectives[1]))
    assert title.lower() in {text.lower() for text in _texts(front_chart(other))}


def test_scenarios_at_one_place_and_of_one_colour_are_told_apart() -> None:
    front = made_up_front()
    here = front.scenarios[1]
    many = tuple(replace(here, name=f"own {number}") for number in range(15))
    ax = front_chart(replace(front, scenarios=many))
    squares = [line for line in ax.lines if str(line.get_gid()).startswith("own")]
    sizes = [line.get_markersize() for line in squares]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(many)
    assert len({(str(line.get_color()), str(line.get_marker())) for line in squares}) == len(many)


def test_a_front_without_packages_and_unknown_objectives_are_refused() -> None:
    front = made_up_front()
    with pytest.raises(InputError, match="there is nothing to draw"):
        front_chart(replace(front, members=()))
    with pytest.raises(InputError, match='no objective "mean"'):
        front_chart(front, y="mean")


def test_packages_that_all_hold_need_no_word_on_rings(chinese_font: None) -> None:
    front = made_up_front()
    sound = replace(front, members=tuple(each for each in front.members if each.holds))
    assert any("空心圆点" in text for text in _texts(front_chart(front, lang="zh")))
    assert not any("空心圆点" in text for text in _texts(front_chart(sound, lang="zh")))

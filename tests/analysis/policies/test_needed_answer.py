"""The answer in words: what is found, what is not bounded, and where a response turns."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.policies.needed_answer import UNREACHABLE, Needed, moment_text
from xhsim.analysis.policies.response_curve import Crossing, ResponseCurve, Turn


@pytest.fixture(scope="module")
def found() -> Needed:
    found = xhsim.open_study(LINEAR).needed("policy", "size", 0.8, draws=256)
    return replace(found, answer=1.2, low=1.0, high=1.5)


def test_a_level_in_both_languages(found: Needed) -> None:
    (english,), (chinese,) = found.sentences(), found.sentences("zh")
    assert english.startswith(
        "To reach 80 %, Programme has to be 1.2 from 2021 on (95 % interval: 1 to 1.5; unit per "
        "year). It is 0 now, which gives 25 %"
    )
    assert chinese.startswith(
        "要达到80%，政策自2021年起须为1.2（95%区间：1–1.5；单位：unit/年）。目前为0"
    )


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (1.0, math.inf, "1 or more"),
        (-math.inf, 2.0, "2 or less"),
        (-math.inf, math.inf, "these draws do not bound it"),
    ],
)
def test_an_open_interval(found: Needed, low: float, high: float, text: str) -> None:
    assert replace(found, low=low, high=high).interval_text() == text


def test_dates_are_months(found: Needed) -> None:
    late = replace(found, move=replace(found.move, kind="year"), low=2022.5, high=math.inf)
    assert late.interval_text() == "2022-07 or later"
    assert late.point_text(2023.0) == moment_text(2023.0) == "2023"
    assert [moment_text(2022 + month / 12) for month in range(3)] == ["2022", "2022-02", "2022-03"]


def test_turns_and_crossings_are_said(found: Needed) -> None:
    turns = (Turn(0.0, 2.0, 0.1, 0.9), Turn(2.0, 5.0, 0.9, 0.3))
    crossings = tuple(Crossing(at, at, at, at) for at in (1.2, 3.1))
    words = replace(found, turns=turns, crossings=crossings).sentences()
    assert words[1:] == [
        "The response is not monotone: it goes from 10 % at 0 to 90 % at 2, and from 90 % at 2 to "
        "30 % at 5.",
        "It crosses 80 % at 1.2, 3.1.",
    ]


def test_the_best_may_be_a_stretch(found: Needed) -> None:
    points = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    draws = np.arange(1000)
    for many, words in (
        ((100, 400, 701, 700, 702, 702), "from about 2 on."),
        ((100, 700, 702, 701, 500, 100), "from about 1 to 3."),
        ((100, 700, 800, 701, 500, 100), "at 2."),
    ):
        met = draws < np.array(many)[:, np.newaxis]
        curve = ResponseCurve(points, met, np.ones_like(met))
        never = replace(found, status=UNREACHABLE, curve=curve, best=points[curve.best])
        assert never.sentences()[0].endswith(words)


def test_it_has_a_short_repr(found: Needed) -> None:
    head, answer = repr(found).splitlines()
    assert head == "<Needed: level of Programme for size at 80%, found>"
    assert answer == found.sentences()[0]


def test_the_response_as_a_table(found: Needed) -> None:
    table = found.response
    assert np.all(np.diff(table["point"]) > 0)
    assert table["probability"].between(table["ci_low"], table["ci_high"]).all()

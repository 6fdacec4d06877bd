"""Objectives read from text: what they are about, and what is wrong with them."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xhsim
from tests.analysis.studies import LINEAR
from xhsim.analysis.policies.objective_text import read_objective
from xhsim.analysis.policies.objectives import KINDS, ONE_TARGET
from xhsim.errors import InputError

STUDY = xhsim.open_study(LINEAR)
SETS = ["", "indicators", "targets", "growth", "zones", "size", "south, size", "yields, growth"]


@pytest.mark.parametrize(
    ("text", "kind", "targets", "number", "en", "zh"),
    [
        ("at least 2", "at least", 3, 2, "at least 2 of 3 targets", "3项指标中至少完成2项"),
        ("At Least 1 of targets", "at least", 4, 1, "1 of 4 targets", "4项指标中至少完成1项"),
        ("all of growth", "all", 2, 0, "all 2 targets (growth)", "growth2项指标全部完成"),
        ("south", "probability", 1, 0, "Probability of South", "南部的完成概率"),
        ("probability of south", "probability", 1, 0, "Probability of South", "南部"),
        ("mean", "mean", 3, 0, "Mean number met of 3", "平均完成项数"),
        ("weakest of size,Growth", "weakest", 2, 0, "weakest of 2", "最薄弱一项"),
        ("shortfall", "shortfall", 3, 0, "worst 10 % of draws", "平均缺口"),
        ("money", "money", 0, 0, "Money a year", "年度资金"),
    ],
)
def test_each_kind(text: str, kind: str, targets: int, number: int, en: str, zh: str) -> None:
    objective = read_objective(text, STUDY)
    (part,) = objective.parts
    assert (part.kind, len(part.targets), part.number) == (kind, targets, number)
    assert objective.direction == KINDS[kind].direction
    assert en in objective.label.en
    assert zh in objective.label.zh


def test_a_group_means_its_indicators_as_in_joint_probabilities() -> None:
    assert read_objective("all of growth", STUDY).targets == ("size", "modest")
    assert read_objective("all of zones", STUDY).targets == ("south",)  # yields has no rank


@pytest.mark.parametrize(
    ("text", "weights", "direction", "label"),
    [
        ("2 * mean + weakest", [2, 1], "maximise", "2 × Mean number met of 3 targets + Prob"),
        ("mean-0.5*shortfall", [1, -0.5], "maximise", "targets − 0.5 × Mean gap"),
        ("- money", [-1], "maximise", "− Money a year"),
        ("shortfall + .1 * money", [1, 0.1], "minimise", "draws, 3 targets + 0.1 × Money"),
    ],
)
def test_sums(text: str, weights: list[float], direction: str, label: str) -> None:
    objective = read_objective(text, STUDY)
    assert [part.weight for part in objective.parts] == weights
    assert objective.direction == direction
    assert label in objective.label.en


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Write sums of parts that are all good when they are high."""
    parts = []
    for kind in draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3)):
        row = KINDS[kind]
        of = draw(st.sampled_from(SETS)) if row.takes_targets else ""
        if kind == ONE_TARGET:
            of = draw(st.sampled_from(sorted(STUDY.targets)))
        words = kind + (" 1" if row.takes_number else "") + (f" of {of}" if of else "")
        weight = draw(st.sampled_from(["", "2 * ", "0.25*", "3 × "]))
        parts.append((row.direction == "maximise", weight + words))
    text = ""
    for rises, words in parts:
        sign = "+" if rises else "-"
        text += f" {sign} {words}" if text or not rises else words
    return text


@given(texts())
def test_a_written_objective_reads_back_the_same(text: str) -> None:
    objective = read_objective(text, STUDY)
    assert objective.direction == "maximise"
    assert read_objective(str(objective), STUDY) == objective


@given(st.text(max_size=40))
def test_any_text_is_an_objective_or_a_mistake(text: str) -> None:
    with contextlib.suppress(InputError):
        assert read_objective(text, STUDY).parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "an objective is needed"),
        ("wekest", 'unknown objective or target "wekest". did you mean "weakest"?'),
        ("sise", 'did you mean "size"?'),
        ("all of growht", 'unknown target or group "growht". did you mean "growth"?'),
        ("growth", '"growth" is a group of targets. write "all of growth"'),
        ("at least 4", "asks for 4 of 3 targets. write a number from 1 to 3"),
        ("at least 0", "asks for 0 of 3"),
        ("at least", 'write "at least 3"'),
        ("mean 3", 'write "mean" without a number'),
        ("money of size", "is about no targets"),
        ("0 * mean", "is not a part of an objective"),
        ("mean +", "is not a part of an objective"),
        ("mean + money", 'less "money" is better. write it with a minus'),
        ("- mean", "with a minus, a probability or a number met would be made small"),
    ],
)
def test_mistakes_are_told(text: str, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        read_objective(text, STUDY)

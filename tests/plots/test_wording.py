"""What pictures say: honest numbers, readable units, both languages."""

from __future__ import annotations

import math
import string

import pytest

from xhsim.errors import InputError
from xhsim.plots import wording


@pytest.mark.parametrize(
    ("unit", "english", "chinese"),
    [
        ("CNY100M", "100 million yuan", "亿元"),
        ("100M CNY", "100 million yuan", "亿元"),
        ("CNY100M/year", "100 million yuan per year", "亿元/年"),
        ("m2_10k", "10,000 m²", "万平方米"),
        ("10k m2", "10,000 m²", "万平方米"),
        ("percent", "%", "%"),
        ("%/year", "% per year", "%/年"),
        ("1/year", "per year", "1/年"),
        ("dimensionless", "", ""),
        ("firms", "firms", "家企业"),
        ("buildings", "buildings", "栋"),
        ("people", "people", "人"),
        ("CNY/(person)", "yuan per person", "元/人"),
        ("CNY*m2", "yuan·m²", "元·平方米"),
        ("tce/CNY10k", "tce per 10,000 yuan", "tce/万元"),
        ("strange_unit", "strange unit", "strange unit"),
        ("laboratories", "laboratories", "个实验室"),
    ],
)
def test_units_are_fit_for_print(unit: str, english: str, chinese: str) -> None:
    assert wording.display_unit(unit) == english
    assert wording.display_unit(unit, "zh") == chinese


def test_every_phrase_has_the_same_gaps_in_both_languages() -> None:
    def gaps(text: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    for english, chinese in wording.PHRASES.values():
        assert gaps(english) == gaps(chinese)
        assert english != chinese


def test_growth_and_flow_say_a_year_in_both_languages() -> None:
    assert wording.target_text(">=", 10, "average_flow", "stores/year") == "≥ 10 a year"
    assert wording.target_text(">=", 15, "average_growth", "%/year", "zh") == "年均 ≥ 15%"
    assert wording.target_text("<=", -13.5, "cumulative_change", "%", "zh") == "累计 ≤ −13.5%"
    assert wording.target_text(">=", 30, "cumulative_increase", "firms", "zh") == "累计 ≥ 30"


def test_sentence_rounds_the_interval_outwards() -> None:
    sentence = wording.probability_sentence(0.72, 0.6915, 0.7469, "likely")
    assert sentence == "72 % (69–75), likely"
    assert wording.probability_sentence(0.72, 0.6915, 0.7469, "likely", "zh") == (
        "72%（69–75），可能"
    )
    assert wording.probability_sentence(0.0, 0.0, 0.0038, "") == "<1 %"
    assert wording.probability_sentence(math.nan, lang="zh") == "无数据"


def test_unknown_direction_or_measure_is_refused() -> None:
    with pytest.raises(InputError, match=r"'=>'\. known are >=, >, <=, <"):
        wording.target_text("=>", 1, "level", "%")
    with pytest.raises(InputError, match=r"'levl'\. did you mean \"level\""):
        wording.target_text(">=", 1, "levl", "%")


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match=r"no pictures in language 'fr'\. write lang="):
        wording.say("median", "fr")


def test_wrapping_never_loses_letters() -> None:
    label = "全社会研发经费支出占地区生产总值比重"
    lines = wording.wrap(label, 24).splitlines()
    assert "".join(lines) == label
    assert [len(line) for line in lines] == [9, 9]
    assert wording.wrap("单位增加值", 24) == "单位增加值"

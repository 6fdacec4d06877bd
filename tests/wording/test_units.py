"""Units fit for print, in both languages."""

from __future__ import annotations

import pytest

from xhsim.wording.units import display_unit


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
        ("institutions/year", "institutions per year", "家机构/年"),
        ("homes10k", "10,000 homes", "万套"),
        ("USD100M/year", "100 million US dollars per year", "亿美元/年"),
    ],
)
def test_units_are_fit_for_print(unit: str, english: str, chinese: str) -> None:
    assert display_unit(unit) == english
    assert display_unit(unit, "zh") == chinese

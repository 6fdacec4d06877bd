"""Settings in another form: dates, numbers and shapes; what is right stays as it is."""

from __future__ import annotations

import pytest

from xhsim.study.files.yaml_reader import Node
from xhsim.study.hints.settings import meant_setting, number_of, year_of


@pytest.mark.parametrize(
    "right",
    [
        4,
        4.5,
        "4 CNY100M/year",
        {"step": {"year": 2022, "to": 5}},
        {"step": {"year": "2022-7", "to": "5 CNY"}},
        {"ramp": {"from": "2021-07-01", "until": 2023, "to": 6}},
        {"pulse": {"from": 0, "until": 1, "to": 6}},
        {"s-curve": {"from": 2021, "until": 2023, "to": 6}},
        {"knots": {2021: 3, "2022-7": 6, 2024.5: "3 CNY"}},
        {"knots": {0: 3, 1: 6}},
    ],
)
def test_what_is_right_stays(right: object) -> None:
    assert meant_setting(Node.of(right)) is None


@pytest.mark.parametrize("unclear", ["much", None, [], [1, 2], {}, {"x": 1}, {"step": 3}, True])
def test_what_is_not_clear_stays(unclear: object) -> None:
    assert meant_setting(Node.of(unclear)) is None


def test_several_slips_in_one_setting() -> None:
    slip = meant_setting(
        Node.of({"linear": {"start": "2021年", "end": "2023/7", "value": "1,000"}})
    )
    assert slip is not None
    assert slip[1].plain() == {"ramp": {"from": 2021, "until": "2023-07", "to": 1000}}


def test_dates_and_numbers() -> None:
    assert [year_of(text) for text in ("2022Q1", "2022.7", 2022.5, 7, None)] == [
        *(2022, "2022-07", 2022.5, None, None)
    ]
    assert [number_of(text) for text in ("1,234.5", "-3", "3 %", "", 4)] == [
        *(1234.5, -3, None, None, None)
    ]

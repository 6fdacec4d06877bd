"""Targets as written: their years, their values and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from xhsim.errors import InputError
from xhsim.study.scenarios.meet import Meet
from xhsim.study.scenarios.scenario import make_scenario


def meet(**content: Any) -> Meet:
    return make_scenario("x", meet={"size": {"by": "growth", **content}}).meets[0]


@pytest.mark.parametrize(
    ("content", "years", "aims"),
    [
        ({"path": 3, "from": 2022}, (2022, 2023, 2024), (3, 3, 3)),
        ({"path": 3, "from": 2022, "until": 2023}, (2022, 2023), (3, 3)),
        ({"path": {"knots": {2022: 2, 2024: 4}}}, (2022, 2023, 2024), (2, 3, 4)),
        ({"path": {"knots": {2022: 2, 2024: 4}}, "from": 2023}, (2023, 2024), (3, 4)),
        ({"path": {"step": {"year": 2023, "to": 4}}}, (2023, 2024), (4, 4)),
        ({"path": {"ramp": {"from": 2022, "until": 2024, "to": 4}}}, (2023, 2024), (6, 4)),
        ({"path": {"pulse": {"from": 2022, "until": 2024, "to": 4}}}, (2022, 2023), (4, 4)),
        ({"growth": {"s-curve": {"from": 2021, "until": 2023, "to": "4 %"}}}, None, (6, 4, 4)),
    ],
)
def test_years_and_values(
    content: dict[str, Any], years: tuple[int, ...] | None, aims: tuple[float, ...]
) -> None:
    found = meet(**content)
    assert tuple(found.years(2024.0)) == (years or (2022, 2023, 2024))
    assert [float(found.aim(year, 8.0)) for year in found.years(2024.0)] == pytest.approx(aims)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"path": 3}, 'does not say from when. add "from"'),
        ({"path": {"step": {"year": "2022-07", "to": 3}}}, "not a whole year"),
        ({"growth": 4, "from": 2022}, "a growth is in percent. write {'size':"),
        ({"growth": "4 CNY", "from": 2022}, "growth in CNY"),
        ({"from": 2022}, 'has a "path" or a "growth"'),
        ({"path": 3, "growth": "4 %", "from": 2022}, 'has a "path" or a "growth"'),
        ({"path": 3, "from": 2022, "until": 2021}, '"until" 2021 is before "from" 2022'),
        ({"path": 3, "from": 2022.5}, '"meet.size.from"'),
    ],
)
def test_what_is_refused(content: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        meet(**content)
    assert message in str(caught.value)

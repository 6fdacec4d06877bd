"""The sliders of levers: bounds, steps, and values in scenarios."""

from __future__ import annotations

import pytest

from xhsim.analysis.study import Study
from xhsim.errors import InputError
from xhsim.explorer.levers import sliders_of, values_in


def test_every_lever_has_a_slider_with_its_values(xuhui: Study) -> None:
    sliders = sliders_of(xuhui, 2025)
    levers = [p for p in xuhui.parameters.values() if p.role == "lever"]
    assert len(sliders) == sum(max(1, len(p.elements)) for p in levers) == 24
    for slider in sliders:
        assert slider.low <= slider.history <= slider.high
        assert slider.planned is not None
        assert 40 <= (slider.high - slider.low) / slider.step <= 400
        for value in (slider.history, slider.planned):
            assert value / slider.step == pytest.approx(round(value / slider.step), abs=1e-6)
        assert slider.source
        assert slider.label.en
        assert slider.label.zh
        assert slider.sector.en
        assert slider.sector.zh
    assert [slider.name for slider in sliders if not slider.is_money] == ["programme share"]
    assert {slider.name for slider in sliders} == set(values_in(xuhui, "plan", 2025))


def test_values_of_a_scenario_are_those_of_its_paths(xuhui: Study) -> None:
    at = [values_in(xuhui, "plan", year)["RD support"] for year in (2020, 2021.5, 2025)]
    assert at == [3.0, 4.0, 5.0]


def test_a_study_without_levers_is_told_so() -> None:
    class Empty:
        parameters: dict[str, object] = {}  # noqa: RUF012

    with pytest.raises(InputError, match="no lever to move"):
        sliders_of(Empty(), 2025)  # type: ignore[arg-type]

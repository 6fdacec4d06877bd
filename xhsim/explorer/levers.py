"""The sliders of levers: bounds, steps, and the values in history and in scenarios."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xhsim.errors import InputError
from xhsim.study.names import element_name
from xhsim.study.scenarios.shapes import as_path
from xhsim.wording.label import Label
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import EXPLORER
from xhsim.wording.punctuation import COMMA
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.study import Study
    from xhsim.study.parameters.parameter import Parameter

__all__ = ["Slider", "lever_told", "slider_step", "sliders_of", "values_in"]

PLAN = "plan"  # name of the scenario with the plan's values, if a study has one
FEWEST = 40  # smallest number of steps of a slider


@dataclass(frozen=True)
class Slider:
    """The slider of a lever, or of one of its elements.

    Parameters
    ----------
    name : str
        As in a scenario file: ``RD support``, ``cluster support[Digital]``.
    label : Label
    sector : Label
        The lever's sector of the model.
    unit : str
        As in the model file.
    low, high, step : float
        In `unit`.
    history : float
        The value in the past.
    planned : float or None
        The value in the scenario ``plan`` at the deadline.
    source : str
        Source of the values.
    is_money : bool
        Whether the lever is spending, which the budget pays.
    """

    name: str
    label: Label
    sector: Label
    unit: str
    low: float
    high: float
    step: float
    history: float
    planned: float | None
    source: str
    is_money: bool


def sliders_of(study: Study, year: float) -> tuple[Slider, ...]:
    """List the sliders of a study: first the levers that decide the budget, then spending.

    Each element has its own slider. Spending is listed sector by sector.

    Parameters
    ----------
    study : Study
    year : float
        The year of the plan's values.

    Returns
    -------
    tuple of Slider
        Levers with the most frequent unit count as spending.

    Raises
    ------
    InputError
        If the study has no lever with a range.

    Examples
    --------
    >>> import xhsim
    >>> first, second = sliders_of(xhsim.open_study(), 2025)[:2]
    >>> first.name, second.name, second.history, second.planned
    ('programme share', 'RD support', 3.0, 5.0)
    """
    levers = [p for p in study.parameters.values() if p.role == "lever" and p.range is not None]
    if not levers:
        raise InputError(
            "the study has no lever to move",
            hint='give parameters "role: lever" and a range',
        )
    units = [parameter.unit for parameter in levers]
    money = max(units, key=units.count)
    planned = values_in(study, PLAN, year) if PLAN in study.scenarios else {}
    found = [
        _slider(study, parameter, element, planned, money)
        for parameter in levers
        for element in parameter.elements or ("",)
    ]
    order = list(dict.fromkeys(slider.sector.en for slider in found))
    return tuple(sorted(found, key=lambda slider: (slider.is_money, order.index(slider.sector.en))))


def values_in(study: Study, scenario: str, year: float) -> dict[str, float]:
    """Return the value of each lever in a scenario in one year.

    Parameters
    ----------
    study : Study
    scenario : str
    year : float

    Returns
    -------
    dict of str to float
        By `Slider.name`.

    Raises
    ------
    InputError
        If there is no such scenario.

    Examples
    --------
    >>> import xhsim
    >>> values_in(xhsim.open_study(), "plan", 2021.5)["RD support"]
    4.0
    """
    found = {}
    for name, setting in study.files.resolve(scenario).settings.items():
        parameter = setting.parameter
        if parameter.role != "lever" or parameter.range is None:
            continue
        values = np.atleast_1d(as_path(setting.value).at(year))
        for element, value in zip(parameter.elements or ("",), values, strict=True):
            found[element_name(name, element)] = float(value)
    return found


def _slider(
    study: Study, parameter: Parameter, element: str, planned: Mapping[str, float], money: str
) -> Slider:
    assert parameter.range is not None
    low, high = parameter.range
    history = parameter.value[element] if isinstance(parameter.value, Mapping) else parameter.value
    name = element_name(parameter.name, element)
    marks = [history] if planned.get(name) is None else [history, planned[name]]
    label = parameter.label
    if element:
        part = study.labels.element(element)
        label = Label(f"{label.en}: {part.en}", f"{label.zh}（{part.zh}）")
    sector = str(study.model.variables.loc[parameter.canonical, "group"])
    return Slider(
        name=name,
        label=label,
        sector=study.labels.sector(sector),
        unit=parameter.unit,
        low=low,
        high=high,
        step=slider_step(high - low, [low, *marks]),
        history=history,
        planned=planned.get(name),
        source=parameter.source,
        is_money=parameter.unit == money,
    )


def lever_told(slider: Slider, lang: str) -> str:
    """Describe a lever in lines: name, values, unit, range, cost and source.

    Examples
    --------
    >>> from xhsim import open_study
    >>> from xhsim.explorer.levers import sliders_of
    >>> print(lever_told(sliders_of(open_study(), 2025)[1], "en").partition("Source")[0].strip())
    R&D support
    history 3, plan 5
    Unit: 100 million yuan per year
    Range: 0 to 20
    Cost: its value, at prices of 2020; the budget pays for it
    """
    values = [EXPLORER.say("history", lang, value=number_text(slider.history))]
    if slider.planned is not None:
        values.append(EXPLORER.say("planned", lang, value=number_text(slider.planned)))
    unit = display_unit(slider.unit, lang) or EXPLORER.say("share", lang)
    low, high = number_text(slider.low), number_text(slider.high)
    lines = [
        slider.label.in_(lang),
        COMMA.in_(lang).join(values),
        EXPLORER.say("unit", lang, unit=unit),
        EXPLORER.say("range", lang, low=low, high=high),
        EXPLORER.say("cost" if slider.is_money else "no_cost", lang),
        EXPLORER.say("source", lang, source=slider.source),
    ]
    return "\n".join(lines)


def slider_step(width: float, values: list[float]) -> float:
    """Return the largest round step for which all values are multiples and 40 steps fit.

    Examples
    --------
    >>> slider_step(12.0, [3.0, 5.0]), slider_step(0.25, [0.085, 0.165])
    (0.2, 0.005)
    """
    power = 10.0 ** math.floor(math.log10(width / FEWEST))
    steps = [part * power / 10**finer for finer in range(4) for part in (5, 2, 1)]
    fitting = [step for step in steps if step <= width / FEWEST]
    for step in fitting:
        if all(math.isclose(value / step, round(value / step), abs_tol=1e-6) for value in values):
            return float(f"{step:.6g}")
    return float(f"{fitting[0]:.6g}")

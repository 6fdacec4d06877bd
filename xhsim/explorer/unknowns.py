"""The unknowns that a reader can hold at a number: those on which most of the spread depends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xhsim.engine.paths import Path
from xhsim.explorer.levers import slider_step
from xhsim.study.names import element_name
from xhsim.study.scenarios.shapes import as_path
from xhsim.wording.label import Label
from xhsim.wording.numbers import number_text
from xhsim.wording.phrases import EXPLORER
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.study import Study
    from xhsim.study.targets import Target

__all__ = ["UnknownSlider", "unknowns_of"]

MOST = 12  # unknowns
DRAWS, SEED = 512, 0  # of the ensemble that tells which unknowns matter


@dataclass(frozen=True)
class UnknownSlider:
    """A number that nobody knows, with the range that its draws have.

    Attributes
    ----------
    name : str
        As in a scenario file.
    key : str
        Canonical name of the parameter.
    element : int
        Number of the element; 0 for a scalar.
    label : Label
    unit : str
    low, high, middle : float
        Quantiles of the draws: 5 %, 95 %, and the median.
    step : float
        Of the slider.
    since : int or None
        The first year of a yearly shock, which is held from then on; None for a constant.
    source : str
    """

    name: str
    key: str
    element: int
    label: Label
    unit: str
    low: float
    high: float
    middle: float
    step: float
    since: int | None
    source: str

    def told(self, lang: str) -> str:
        """Describe it in lines: name, unit, range and source."""
        unit = display_unit(self.unit, lang) or EXPLORER.say("share", lang)
        lines = [
            self.label.in_(lang),
            EXPLORER.say("unit", lang, unit=unit),
            EXPLORER.say("drawn", lang, low=number_text(self.low), high=number_text(self.high)),
            EXPLORER.say("source", lang, source=self.source),
        ]
        if self.since is not None:
            lines.insert(3, EXPLORER.say("held_since", lang, year=self.since))
        return "\n".join(lines)


def unknowns_of(
    study: Study, scenario: str, targets: Sequence[Target]
) -> tuple[UnknownSlider, ...]:
    """List the unknowns on which the targets depend most, the most important first.

    Parameters
    ----------
    study : Study
    scenario : str
    targets : sequence of Target

    Returns
    -------
    tuple of UnknownSlider
        Ranked by the sum over targets of the squared rank correlation.

    Raises
    ------
    InputError
        If there is no such scenario.
    """
    chosen = {target.id: target for target in targets}
    correlations = study.importance(scenario, DRAWS, SEED, chosen)
    ranked = (correlations**2).sum(axis=1).sort_values(ascending=False, kind="stable")
    world = study.world(scenario, DRAWS, SEED)
    found = []
    for name in map(str, ranked.index):
        parameter = study.parameters.get(name.partition("[")[0])
        if parameter is None or parameter.role == "lever":
            continue
        element = name[len(parameter.name) + 1 : -1]
        place = parameter.elements.index(element) if element else 0
        value = world.value(parameter.name)
        since = None if parameter.shock is None else int(parameter.shock.first_year)
        if isinstance(value, Path):
            levels = as_path(value).at([float(since or value.times[0]), value.times[-1]])
            numbers = levels[:, place] if element else levels
        else:
            numbers = np.asarray(value)[place] if element else np.asarray(value)
        low, middle, high = map(float, np.quantile(numbers, (0.05, 0.5, 0.95)))
        if not low < high:
            continue
        label = parameter.label
        if element:
            part = study.labels.element(element)
            label = Label(f"{label.en}: {part.en}", f"{label.zh}（{part.zh}）")
        step = slider_step(high - low, [])
        low, middle, high = (round(round(each / step) * step, 12) for each in (low, middle, high))
        found.append(
            UnknownSlider(
                name=element_name(parameter.name, element),
                key=parameter.canonical,
                element=place,
                label=label,
                unit=parameter.unit,
                low=low,
                high=high,
                middle=middle,
                step=step,
                since=since,
                source=parameter.source,
            )
        )
        if len(found) == MOST:
            break
    return tuple(found)

"""Instruments: the parameters by which a scenario meets its targets, one value for each year.

A target of a year is met on the date of that year (2022.0 for 2022), the date for which yearly
figures are compared everywhere.

- Most instruments act through stocks. The value of 2022 then holds from 2021.0 until 2022.0, as a
  yearly shock does.
- An instrument that acts at once has the value of 2022 from 2022.0 until 2023.0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.engine.insight.reach import reached
from xhsim.engine.paths import Path
from xhsim.study.names import element_name, find_elements
from xhsim.study.scenarios.exogenous import instrument_of
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    from xhsim.engine.model import Model
    from xhsim.study.parameters.parameter import Parameter
    from xhsim.study.scenarios.meet import Meet

__all__ = ["Instrument", "instrument_paths", "instruments_of"]

Array = NDArray[np.float64]
SMALL = 1e-3  # of an instrument's range: the change that measures its effect


@dataclass
class Instrument:
    """A parameter, the target that it meets, and the values found so far.

    Parameters
    ----------
    meet : Meet
    parameter : Parameter
    element : str
        The element of the parameter; empty for a single number.
    own : Path
        What the whole parameter is without the target.
    output : str
        The canonical name of the target's variable.
    place : int or None
        The place of the target's element.
    at_once : bool
        Whether it acts on a target without a stock between them.
    years : range
        The years in which the target is met.
    found : dict of int to ndarray, shape (draws,)
        The values by year.
    foot : ndarray, shape (draws,), or None
        What the target was when its shape began, once it is known.
    """

    meet: Meet
    parameter: Parameter
    element: str
    own: Path
    output: str
    place: int | None
    at_once: bool
    years: range
    found: dict[int, Array] = field(default_factory=dict)
    foot: Array | None = None

    @property
    def name(self) -> str:
        """Its full name."""
        return element_name(self.parameter.name, self.element)

    @property
    def width(self) -> float:
        """A change that is small for it."""
        bounds = self.parameter.range
        return SMALL * (bounds[1] - bounds[0]) if bounds else SMALL

    @property
    def earliest(self) -> int:
        """The first year whose value of the target matters."""
        return min(self.uses(self.years[0]))

    def uses(self, year: int) -> list[int]:
        """Return the years whose values of the target matter to a year and are not known yet."""
        years = [year]
        if self.meet.foot is not None and self.foot is None:
            years.append(self.meet.foot)
        if self.meet.measure == "growth":
            years += [each - 1 for each in years]
        return years

    def begins(self, year: int) -> float:
        """Return the date from which the value of a year holds."""
        return float(year if self.at_once else year - 1)

    def guess(self, year: int, draws: int) -> Array:
        """Return the value of the year before, or else what it is without the target."""
        if year - 1 in self.found:
            return self.found[year - 1]
        middle = self.own_part.at(self.begins(year) + 0.5)
        return np.broadcast_to(middle, (draws,)).copy()

    @property
    def own_part(self) -> Path:
        """What its element is without the target."""
        if not self.element:
            return self.own
        return _part(self.own, self.parameter.elements.index(self.element))

    def path(self, *, has_draws: bool) -> Path:
        """Return it with the values found so far."""
        years = sorted(self.found)
        levels = np.stack([self.found[year] for year in years])
        steps = Path.steps(
            [self.begins(year) for year in years], levels if has_draws else levels[:, 0]
        )
        before, after = self.begins(years[0]), self.begins(years[-1] + 1)
        return self.own_part.splice(steps, before).splice(self.own_part, after)


def instruments_of(
    meets: Sequence[Meet],
    model: Model,
    parameters: Mapping[str, Parameter],
    values: Mapping[str, Any],
    end: float,
) -> list[Instrument]:
    """Return the instruments of a scenario's targets.

    Parameters
    ----------
    meets : sequence of Meet
    model : Model
    parameters : mapping of str to Parameter
    values : mapping of str to float, ndarray or Path
        Those of the run.
    end : float
        The last date of the run. Targets that begin later are left out.

    Returns
    -------
    list of Instrument
    """
    targets = {model.names.find(meet.reference.name).key for meet in meets}
    found = []
    for meet in meets:
        years = meet.years(end)
        if not years:
            continue
        name, element = instrument_of(meet, parameters)
        variable = model.names.find(meet.reference.name)
        place = None
        if variable.dimensions:
            elements = model.equations.dimensions[variable.dimensions[0]].elements
            place = elements.index(find_elements(meet.reference, elements, meet.where)[0])
        own = as_path(values.get(name, parameters[name].array))
        key = model.names.find(name).key
        acts = reached(model.equations, key, at_once=True)
        found.append(
            Instrument(
                meet,
                parameters[name],
                element,
                own,
                variable.canonical,
                place,
                bool(targets & acts),
                years,
            )
        )
    return found


def instrument_paths(instruments: Sequence[Instrument], *, has_draws: bool) -> dict[str, Path]:
    """Return the paths of all parameters that are instruments, with the values found so far.

    Parameters
    ----------
    instruments : sequence of Instrument
    has_draws : bool
        Whether the run has a draw axis.

    Returns
    -------
    dict of str to Path
        Those without a value so far are left out.
    """
    found: dict[str, Path] = {}
    for one in instruments:
        name = one.parameter.name
        if not one.found:
            continue
        path = one.path(has_draws=has_draws)
        if one.element:
            elements = one.parameter.elements
            whole = found.get(name, one.own)
            parts = [_part(whole, number) for number in range(len(elements))]
            parts[elements.index(one.element)] = path
            path = Path.stack(parts)
        found[name] = path
    return found


def _part(path: Path, number: int) -> Path:
    return Path(path.times, path.values[:, number], path.slopes[:, number])

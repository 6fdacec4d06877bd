"""The unknowns of a scenario: each uncertain number by itself, with its value in every draw.

An unknown is the structure of the model, a constant, the shock of one year, or how much of a policy
is delivered and how late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.draws import delivered_in
from xhsim.arguments import checked
from xhsim.engine.paths import Path
from xhsim.study.names import Reference, element_name
from xhsim.wording.label import LANGUAGES, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.analysis.worlds.world import World
    from xhsim.study.parameters.priors import Shock

__all__ = ["SCHEME", "UnknownFactor", "is_switch", "unknowns_of"]

Array = NDArray[np.float64]
# Evenly spread points of hundreds of dimensions have pairs of dimensions with patterns: one number
# then seems to tell what another one does. Plain Monte Carlo has no patterns.
SCHEME = "independent"
STRUCTURE = Label("structure of the model", "模型结构")
SHARE = Label("share of the policy that is delivered", "政策落实比例")
DELAY = Label("delay of the policy", "政策落实延迟")
OF_YEAR = Label("{name}, {year}", "{year}年{name}")


@dataclass(frozen=True, eq=False)
class UnknownFactor:
    """A number, or a choice among structures, that nobody knows.

    Attributes
    ----------
    id : str
        ``tax level``, ``growth[Digital]``, ``growth shock[Digital] 2022``, ``structure``,
        ``delivered share`` or ``delivery delay``.
    kind : {"structure", "constant", "shock", "delivery"}
    label : Label
    unit : str
        As in the parameters' file; empty for a structure.
    values : ndarray, shape (draws,)
        For a structure, its number in `names`.
    year : int, optional
        Of a shock.
    names : tuple of Label
        What the values of a structure mean; empty for a number.
    """

    id: str
    kind: str
    label: Label
    unit: str
    values: Array
    year: int | None = None
    names: tuple[Label, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it can be measured with an error."""
        return not self.names

    def measured(self, error: float, noise: Array) -> Array:
        """Return what a measurement of the unknown would say in each draw.

        Parameters
        ----------
        error : float
            The standard deviation of the measurement, as a share of that of the unknown.
        noise : ndarray, shape (draws,)
            Standard normal numbers.

        Returns
        -------
        ndarray, shape (draws,)
            A structure is known without error.

        Examples
        --------
        >>> rate = UnknownFactor("rate", "constant", Label("Rate"), "1/year", np.array([-1.0, 1.0]))
        >>> rate.measured(0.5, np.array([1.0, 0.0])).tolist()
        [-0.5, 1.0]
        """
        if error == 0 or not self.is_number:
            return self.values
        return np.asarray(self.values + error * self.values.std() * noise)


@checked
def unknowns_of(study: FittedStudy, world: World, last: int) -> list[UnknownFactor]:
    """List the unknowns of a scenario.

    Parameters
    ----------
    study : Study
    world : World
        The scenario on draws.
    last : int
        The last year whose shocks count.

    Returns
    -------
    list of UnknownFactor
        The structure, then constants and shocks in the order of the parameters, then delivery.
        Switches that only structures set are not unknowns by themselves.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> found = unknowns_of(study, study.world("plan", draws=8), 2025)
    >>> {each.kind for each in found} == {"structure", "constant", "shock"}
    True
    >>> [each.label.zh for each in found if each.id == "listing window 2022"]
    ['2022年上市窗口']
    """
    found = [*_structure(world)]
    for name, value in world.values.items():
        parameter = world.scenario.settings[name].parameter
        if parameter.role == "lever":
            continue
        for number, element in enumerate(parameter.elements or ("",)):
            reference = Reference(name, (element,) if element else ())
            label = study.labels.reference(reference)
            own = element_name(name, element)
            if parameter.shock is None:
                row = _row(value, number, bool(parameter.elements))
                if _varies(row) and not is_switch(world, name, element):
                    found.append(UnknownFactor(own, "constant", label, parameter.unit, row))
                continue
            for year in range(parameter.shock.first_year, last + 1):
                row = _of_year(value, year, parameter.shock, number, bool(parameter.elements))
                if _varies(row):
                    texts = [OF_YEAR.in_(x).format(name=label.in_(x), year=year) for x in LANGUAGES]
                    unit = parameter.unit
                    found.append(
                        UnknownFactor(f"{own} {year}", "shock", Label(*texts), unit, row, year)
                    )
    return [*found, *_delivery(world)]


def is_switch(world: World, name: str, element: str) -> bool:
    """Return whether a number varies only because structures set it.

    Parameters
    ----------
    world : World
    name : str
        A parameter.
    element : str
        Empty for a parameter without elements.
    """
    setting, structures = world.scenario.settings[name], world.scenario.structures
    if structures is None or structures.levels(setting.parameter) is None:
        return False
    posterior = world.design.posterior if world.design else None
    calibrated = posterior is not None and posterior.has(name, element)
    return not calibrated and setting.shock is None and setting.prior_of(element) is None


def _structure(world: World) -> Iterator[UnknownFactor]:
    known = world.scenario.structures
    if known is not None and world.structures is not None and _varies(world.structures):
        names = tuple(one.label for one in known.readings)
        values = world.structures.astype(np.float64)
        yield UnknownFactor("structure", "structure", STRUCTURE, "", values, names=names)


def _delivery(world: World) -> Iterator[UnknownFactor]:
    if world.design is None or "delivery" not in world.layers:
        return
    both = delivered_in(world.scenario, world.design)
    if both is None:
        return
    about = (("delivered share", SHARE, "dmnl"), ("delivery delay", DELAY, "year"))
    for (name, label, unit), values in zip(about, both, strict=True):
        if _varies(values):
            yield UnknownFactor(name, "delivery", label, unit, values)


def _varies(row: Any) -> bool:
    return np.size(row) > 1 and bool(np.ptp(row) > 0)


def _row(value: Any, number: int, elements: bool) -> Array:
    """Return the draws of one element of a constant; of a path, before a scenario changes it."""
    array = value.values[0] if isinstance(value, Path) else np.asarray(value, dtype=np.float64)
    return np.asarray(array[number] if elements else array)


def _of_year(value: Any, year: int, shock: Shock, number: int, elements: bool) -> Array:
    """Return the draws of one element of a shock in a year."""
    if not isinstance(value, Path):
        return np.zeros(0)
    # The deviation of a year that holds over the year stands at its beginning.
    level = value.at(year - 1 if shock.over_year else year)
    return np.asarray(level[number] if elements else level)

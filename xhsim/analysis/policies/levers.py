"""The levers that a search for a package may set, and between which bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.arguments import checked
from xhsim.engine.paths import Path
from xhsim.errors import InputError
from xhsim.study.names import element_name, find_elements, find_name, parse_reference
from xhsim.study.scenarios.shapes import as_path

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["Lever", "levels_in", "levers_named", "levers_of", "money_lines"]


@dataclass(frozen=True)
class Lever:
    """One number that a search may set.

    Parameters
    ----------
    name : str
        As in the model file.
    element : str
        Empty for a scalar.
    low, high : float
        The bounds of the search.
    start : float
        The level in the scenario that the search starts from.
    is_money : bool
        Whether the lever is spending.
    """

    name: str
    element: str
    low: float
    high: float
    start: float
    is_money: bool

    @property
    def is_free(self) -> bool:
        """Whether a search may choose its level."""
        return self.low < self.high

    def __str__(self) -> str:
        """Write the lever as scenario files do."""
        return element_name(self.name, self.element)


@checked
def levers_of(
    study: FittedStudy,
    scenario: str,
    *,
    keep: bool = True,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    most_change: Mapping[str, float] | None = None,
) -> list[Lever]:
    """List the levers of a study that a search may set, each element separately.

    Parameters
    ----------
    study : FittedStudy
    scenario : str
        The scenario with the levers' starting levels.
    keep : bool
        Whether spending may only rise from there, so that no programme is cut to fund another.
    bounds : mapping of str to tuple of float, optional
        The lowest and highest level of some levers, inside the range of the lever's record, and
        in place of what `keep` says. A name without an element means each element. Two equal
        bounds fix a lever.
    most_change : mapping of str to float, optional
        By how much some levers may differ from their starting level.

    Returns
    -------
    list of Lever
        All levers that have a range, also those that stay where they are. A lever is spending if
        its unit is the one that most levers have.

    Raises
    ------
    InputError
        If there is no such scenario or lever, the scenario changes a lever over time, or bounds
        leave a lever no level.

    Examples
    --------
    >>> import xhsim
    >>> levers = levers_of(xhsim.open_study(), "baseline", bounds={"RD support": (4, 6)})
    >>> [(str(lever), lever.low, lever.high) for lever in levers][1]
    ('RD support', 4.0, 6.0)
    """
    every = _all_levers(study, scenario)
    levers = {str(lever): lever for lever in every}
    for name, lever in levers.items():
        if keep and lever.is_money:
            levers[name] = replace(lever, low=lever.start)
    ranges = {str(lever): (lever.low, lever.high) for lever in every}
    for written, (low, high) in (bounds or {}).items():
        for lever in levers_named(written, every):
            least, most = ranges[str(lever)]
            if not least <= low <= high <= most:
                raise InputError(
                    f'the bounds {low:g} to {high:g} of "{lever}" do not fit its range',
                    hint=f"choose bounds between {least:g} and {most:g}, the lower one first",
                )
            levers[str(lever)] = replace(levers[str(lever)], low=float(low), high=float(high))
    for written, most in (most_change or {}).items():
        for lever in levers_named(written, every):
            now = levers[str(lever)]
            low, high = max(now.low, lever.start - most), min(now.high, lever.start + most)
            if most < 0 or low > high:
                raise InputError(
                    f'a change of "{lever}" by at most {most:g} leaves it no level',
                    hint="write a larger change, or other bounds",
                )
            levers[str(lever)] = replace(now, low=low, high=high)
    return list(levers.values())


def levers_named(written: str, levers: Sequence[Lever]) -> list[Lever]:
    """Return the levers that a name means: one, or one for each element.

    Parameters
    ----------
    written : str
        ``name`` or ``name[element, ...]``.
    levers : sequence of Lever

    Returns
    -------
    list of Lever

    Raises
    ------
    InputError
        If there is no such lever or element.

    Examples
    --------
    >>> levers = [Lever("support", zone, 0, 1, 0, True) for zone in ("North", "South")]
    >>> (
    ...     [str(lever) for lever in levers_named("support[south]", levers)],
    ...     len(levers_named("support", levers)),
    ... )
    (['support[South]'], 2)
    """
    reference = parse_reference(written)
    by_name: dict[str, list[Lever]] = {}
    for lever in levers:
        by_name.setdefault(lever.name, []).append(lever)
    found = find_name(reference.name, by_name, "lever", None)
    elements = tuple(lever.element for lever in found if lever.element)
    chosen = find_elements(reference, elements, None)
    return [lever for lever in found if not elements or lever.element in chosen]


def levels_in(study: FittedStudy, levers: Sequence[Lever], scenario: str) -> NDArray[np.float64]:
    """Return the levels that levers have at the end of a scenario.

    Parameters
    ----------
    study : FittedStudy
    levers : sequence of Lever
    scenario : str

    Returns
    -------
    ndarray, shape (levers,)
    """
    values = study.files.resolve(scenario).values
    end = float(study.model.default("FINAL TIME"))
    found = []
    for lever in levers:
        level = as_path(values[lever.name]).at(end)
        elements = study.parameters[lever.name].elements
        found.append(level[elements.index(lever.element)] if elements else level)
    return np.array(found, dtype=np.float64)


def money_lines(levers: Sequence[Lever]) -> NDArray[np.float64]:
    """Return 1 for each lever that is spending, and 0 for the others.

    Parameters
    ----------
    levers : sequence of Lever

    Returns
    -------
    ndarray, shape (levers,)
    """
    return np.array([float(lever.is_money) for lever in levers])


def _all_levers(study: FittedStudy, scenario: str) -> list[Lever]:
    """List every lever with its range."""
    units = [p.unit for p in study.parameters.values() if p.role == "lever"]
    if not units:
        raise InputError("the study has no lever", hint='give parameters "role: lever"')
    money = max(units, key=units.count)
    settings = study.files.resolve(scenario).settings
    found = []
    for parameter in study.parameters.values():
        if parameter.role != "lever" or parameter.range is None:
            continue
        value = settings[parameter.name].value
        if isinstance(value, Path):
            raise InputError(
                f'scenario "{scenario}" changes "{parameter.name}" over time',
                hint="a search starts from constant levers: start it from baseline, and keep "
                "levers near those of this scenario with bounds (--lever NAME=LOW..HIGH); or ask "
                f'"xhsim needed {scenario}" what a target needs of the scenario',
            )
        low, high = parameter.range
        levels = np.atleast_1d(value)
        for element, level in zip(parameter.elements or ("",), levels, strict=True):
            is_money = parameter.unit == money
            found.append(Lever(parameter.name, element, low, high, float(level), is_money))
    return found

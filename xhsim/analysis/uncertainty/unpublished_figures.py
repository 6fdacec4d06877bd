"""Figures that are still to be published: which ones to expect, and how exact they will be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.worlds.select import element_places, select_one
from xhsim.arguments import checked
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError
from xhsim.study.names import Reference, parse_reference

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.history.monitoring import MonitoringPlan
    from xhsim.study.history.observations import Observation
    from xhsim.study.history.releases import Release
    from xhsim.study.targets import Target

__all__ = ["UnpublishedFigure", "unpublished_figures"]

Array = NDArray[np.float64]
MEASURES = ("level", "growth")


@dataclass(frozen=True)
class UnpublishedFigure:
    """A figure of one year that may be published.

    Parameters
    ----------
    variable : Reference
        The model variable and, for a variable with elements, the element.
    year : int
    error : float
        Standard deviation of the figure around what it measures: relative for a level, in
        percentage points for a growth. 0 for a figure without error.
    measure : {"level", "growth"}
        The level of the year, or its growth over the year before in percent.
    """

    variable: Reference
    year: int
    error: float
    measure: str = "level"

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise InputError(
                f'a figure cannot have measure "{self.measure}"', hint="use level or growth"
            )
        if not 0 <= self.error < np.inf:
            raise InputError(
                f"the error of {self.variable} in {self.year} is {self.error:g}",
                hint="give a standard deviation of 0 or more",
            )

    def in_draws(self, ensemble: xr.Dataset, noise: Array) -> Array:
        """Return the figure as it would be published in each draw, on a scale with normal errors.

        Parameters
        ----------
        ensemble : Dataset
            With dimensions ``draw`` and ``time``.
        noise : ndarray, shape (draws,)
            Standard normal numbers.

        Returns
        -------
        ndarray, shape (draws,)
            The logarithm of a level if it is positive in every draw; percent for a growth. Not
            finite where a growth begins at zero or below.

        Raises
        ------
        InputError
            If the ensemble lacks the variable, the element or a year.

        Examples
        --------
        >>> import xarray as xr
        >>> run = xr.DataArray([[50.0, 60.0]], coords={"time": [2021, 2022]}, dims=("draw", "time"))
        >>> figure = UnpublishedFigure(Reference("sales"), 2022, 0.5, "growth")
        >>> figure.in_draws(xr.Dataset({"sales": run}), np.array([-1.0])).round(1).tolist()
        [19.5]
        """
        data = select_one(ensemble, self.variable, who=f"the figure of {self.year}")
        values = data.transpose("time", "draw")
        level = self._of_year(values, self.year)
        if self.measure == "growth":
            before = self._of_year(values, self.year - 1)
            with np.errstate(all="ignore"):
                growth = 100 * (np.where(before > 0, level / before, np.nan) - 1)
            return np.asarray(growth + self.error * noise)
        if (level > 0).all():
            return np.asarray(np.log(level) + self.error * noise)
        return np.asarray(level + self.error * np.median(np.abs(level)) * noise)

    def _of_year(self, values: xr.DataArray, year: int) -> Array:
        times = values["time"].to_numpy()
        (places,) = np.nonzero(times == year)
        if places.size == 0:
            raise InputError(
                f"{self.variable} is asked for in {year}, which the run does not save",
                hint=f"it has {times[0]:g} to {times[-1]:g}",
            )
        return np.asarray(values.to_numpy()[places[0]], dtype=np.float64)


@checked
def unpublished_figures(
    study: FittedStudy,
    targets: Mapping[str, Target],
    *,
    published: Iterable[Release] = (),
    after: int | None = None,
) -> list[UnpublishedFigure]:
    """List the yearly figures that may be published before the last deadline of targets.

    These are the figures of everything that was ever published of a variable of the model, as a
    level or as a growth rate. The variable of a target of which nothing was published is added, as
    a growth rate if the target is one.

    Parameters
    ----------
    study : Study
    targets : mapping of str to Target
    published : iterable of Release
        What is known besides the study's history. A variable's figures begin after the last year of
        which a whole figure is known. A sum of variables is left out.
    after : int, optional
        The figures begin after this year at the earliest; by default the last year of the study's
        history, because what nobody published of the years before will hardly be published now.
        Without a history, the last base year of the targets.

    Returns
    -------
    list of UnpublishedFigure
        By variable, measure and year. The error is that of the variable's latest figure as evidence
        (``monitoring.yaml``).

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> own = {"retail_sales": study.targets["retail_sales"]}
    >>> figures = unpublished_figures(study, own)
    >>> [(each.year, each.error) for each in figures if each.variable.name == "retail sales"]
    [(2022, 0.03), (2023, 0.03), (2024, 0.03)]
    """
    history = [row for row in study.files.observations if row.can_be_compared]
    latest: dict[tuple[Reference, str], Observation | None] = {}
    last: dict[Reference, int] = {}
    known = [(row, parse_reference(row.variable), True) for row in history]
    known += [
        (release.figure, release.terms[0], release.part == 1)
        for release in published
        if len(release.terms) == 1
    ]
    for row, term, whole in known:
        variable = _spelled(study, term)
        key = (variable, "level" if row.measure == "level" else "growth")
        newest = latest.get(key)
        if newest is None or row.last_year >= newest.last_year:
            latest[key] = row
        year = row.last_year if whole else row.last_year - 1
        last[variable] = max(last.get(variable, year), year)
    for target in targets.values():
        variable = _spelled(study, target.variable)
        if variable not in last:
            # Of what has no published level, a change in percent can still be published.
            latest[variable, "level" if target.measure.unit is None else "growth"] = None
    if after is None:
        bases = [target.base_year for target in targets.values()]
        after = max([row.last_year for row in history] or bases, default=0)
    end = max((target.deadline for target in targets.values()), default=after)
    plan = study.files.monitoring
    return [
        UnpublishedFigure(variable, year, _error(plan, row, measure), measure)
        for (variable, measure), row in latest.items()
        for year in range(max(after, last.get(variable, after)) + 1, end)
    ]


def _spelled(study: FittedStudy, reference: Reference) -> Reference:
    """Return a reference in the model's spelling, so that one figure is listed once."""
    equations, wanted = study.model.equations, canonical(reference.name)
    variable = next(v for v in equations.variables.values() if canonical(v.name) == wanted)
    known = [equations.dimensions[name].elements for name in variable.dimensions]
    places = element_places(reference, known)
    return Reference(
        variable.name, tuple(each[place] for each, place in zip(known, places, strict=True))
    )


def _error(plan: MonitoringPlan, row: Observation | None, measure: str) -> float:
    """Return the error of a figure that follows a row; without one, that of an unknown source."""
    errors = plan.growth if measure == "growth" else plan.levels
    return errors.others if row is None else errors.of(row)

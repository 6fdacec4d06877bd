"""Targets: the aims of the plan for model variables, with their deadlines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import read_records
from xhsim.study.measures import ByYear, Measure
from xhsim.study.names import Reference, parse_reference
from xhsim.wording.label import Label

__all__ = ["Target", "read_targets"]

Array = NDArray[np.float64]
COMPARISONS = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal}


@dataclass(frozen=True)
class Target:
    """One aim of the plan.

    Parameters
    ----------
    id : str
        Short name.
    rank : int or None
        Position in the plan's indicator table; None for aims from its text.
    label : Label
        Name for readers.
    variable : Reference
        The model variable and, for a variable with elements, the element.
    measure : Measure
        The quantity compared with `value`.
    direction : {">=", ">", "<="}
        How the two are compared.
    value : float
        The aim, in `unit`.
    unit : str
        The measure's unit, or the variable's if the measure has no unit of its own.
    base_year, deadline : int
        The period.
    group : str
        Group for joint probabilities.
    base_value : float or None
        The published value for the base year, in the variable's unit.
    base_source, place, note : str or None
        Source of the base value; place of the aim in the plan; a remark.
    where : Place
        File and line of the record.
    """

    id: str
    rank: int | None
    label: Label
    variable: Reference
    measure: Measure
    direction: str
    value: float
    unit: str
    base_year: int
    deadline: int
    group: str
    base_value: float | None
    base_source: str | None
    place: str
    note: str | None
    where: Place

    @property
    def years(self) -> list[int]:
        """The years that the target uses."""
        return self.measure.years(self.base_year, self.deadline)

    def measured(self, values: ByYear) -> Array:
        """Compute the quantity that is compared with the aim.

        Parameters
        ----------
        values : mapping of int to array
            The variable by year, for each of `years`.

        Returns
        -------
        array
            In the target's unit.

        Examples
        --------
        >>> import numpy as np
        >>> import xhsim
        >>> target = xhsim.open_study().targets["retail_sales"]
        >>> target.measured({2025: np.array([1490.0, 1510.0])}).tolist()
        [1490.0, 1510.0]
        """
        return self.measure.value(values, self.base_year, self.deadline)

    def is_met_by(self, measured: Array) -> NDArray[np.bool_]:
        """Return which values meet the aim; NaN does not.

        Parameters
        ----------
        measured : array
            In the target's unit.

        Returns
        -------
        array of bool

        Examples
        --------
        >>> import numpy as np
        >>> import xhsim
        >>> target = xhsim.open_study().targets["retail_sales"]  # more than 1,500
        >>> target.is_met_by(np.array([1490.0, 1510.0])).tolist()
        [False, True]
        """
        return np.asarray(COMPARISONS[self.direction](measured, self.value))

    def aim_text(self, lang: str = "en") -> str:
        """Write the aim as text, without the unit unless that is a percentage.

        Parameters
        ----------
        lang : {"en", "zh"}

        Returns
        -------
        str

        Examples
        --------
        >>> import xhsim
        >>> xhsim.open_study().targets["energy_intensity_cut"].aim_text()
        '≤ −13.5 %'
        """
        return self.measure.aim_text(self.direction, self.value, self.unit, lang)

    def needed(self, start: float) -> float:
        """Return the level of the variable that meets the target exactly.

        Parameters
        ----------
        start : float
            The variable in the base year, in its own unit.

        Returns
        -------
        float
            In the variable's unit: at the deadline or, for a flow, in every year.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> round(study.targets["culture_growth"].needed(100.0), 1)  # 11 % a year for 5 years
        168.5
        """
        return self.measure.needed(self.value, start, self.deadline - self.base_year)

    def implied_level(self) -> float | None:
        """Return the level at the deadline that meets the target exactly.

        Returns
        -------
        float or None
            In the variable's unit; None if it needs a base value that is missing, or if the
            target is about a flow.

        Examples
        --------
        >>> import xhsim
        >>> study = xhsim.open_study()
        >>> round(study.targets["ai_growth"].implied_level(), 1)  # 15 % a year from 453.2
        911.5
        """
        start = self.base_value
        if self.measure.every_year or (start is None and self.base_year in self.years):
            return None
        try:
            return float(self.needed(math.nan if start is None else start))
        except OverflowError:  # the level is too large for a float
            return None


def read_targets(path: Path) -> dict[str, Target]:
    """Read ``targets.yaml``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to Target
        By id, in the order of the file.

    Raises
    ------
    InputError
        With every mistake in the file.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> targets = read_targets(bundled_folder() / "model" / "targets.yaml")
    >>> targets["retail_sales"].direction, targets["retail_sales"].value
    ('>', 1500.0)
    """
    from xhsim.study.files.schema import TargetRecord

    mistakes = Mistakes()
    found: dict[str, Target] = {}
    ranks: dict[int, str] = {}
    for written in read_records(TargetRecord, path, "target", mistakes):
        name, record = written.name, written.record
        if record.rank is not None and record.rank in ranks:
            written.wrong(
                f'target "{name}": rank {record.rank} is already used by "{ranks[record.rank]}"',
                "rank",
                hint="give each target its own rank",
            )
        elif record.rank is not None:
            ranks[record.rank] = name
        with mistakes.collecting():
            _check_unit(name, record.measure, record.unit, written.place("unit"))
        with mistakes.collecting():
            place = written.place("variable")
            found[name] = Target(
                id=name,
                rank=record.rank,
                label=record.label.as_label(),
                variable=_one_element(parse_reference(record.variable, place), place),
                measure=record.measure,
                direction=record.direction,
                value=record.value,
                unit=record.unit,
                base_year=record.period[0],
                deadline=record.period[1],
                group=record.group,
                base_value=None if record.base is None else record.base.value,
                base_source=None if record.base is None else record.base.source,
                place=record.place,
                note=record.note,
                where=written.where,
            )
    mistakes.check()
    return found


def _check_unit(name: str, measure: Measure, unit: str, place: Place) -> None:
    if measure.unit is not None and unit != measure.unit:
        raise InputError(
            f'target "{name}": the unit of {measure} is "{measure.unit}", not "{unit}"',
            file=place.file,
            line=place.line,
            hint=f'write unit: "{measure.unit}"',
        )


def _one_element(reference: Reference, place: Place) -> Reference:
    if len(reference.elements) > 1:
        raise InputError(
            f'"{reference}" selects {len(reference.elements)} elements, but a target has only one',
            file=place.file,
            line=place.line,
            hint="write one target for each element",
        )
    return reference

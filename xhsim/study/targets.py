"""Targets: the aims of the plan for model variables, with their deadlines."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.arguments import checked
from xhsim.errors import InputError
from xhsim.study.files.mistakes import Mistakes, Place
from xhsim.study.files.records import Written, read_records
from xhsim.study.measures import ByYear, Measure
from xhsim.study.names import Reference, find_elements, find_name, parse_reference
from xhsim.study.parameters.parameter import Parameter
from xhsim.wording.html_tables import both_languages, facts_html
from xhsim.wording.label import Label
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.study.files.schema import ReadingRecord, TargetRecord

__all__ = ["MAIN", "Target", "aim_with_unit", "base_of", "read_targets"]

Array = NDArray[np.float64]
MAIN = "main"  # how tables call the target itself among its readings
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
    hangs_on : Reference or None
        A parameter that nobody has published, on which the target depends: an unpublished base.
        Without it the target cannot be assessed.
    reading : str
        Name of this reading of the plan's wording; ``main`` for the target itself.
    readings : tuple of Target
        The other readings of the plan's wording. Their ids are ``ID:READING``.
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
    hangs_on: Reference | None = None
    reading: str = MAIN
    readings: tuple[Target, ...] = ()

    @property
    def years(self) -> list[int]:
        """The years that the target uses."""
        return self.measure.years(self.base_year, self.deadline)

    @property
    def asks_for(self) -> str:
        """The aim as English text with its unit, such as ``≥ 30 firms``."""
        return aim_with_unit(self.measure, self.direction, self.value, self.unit, "en")

    def __repr__(self) -> str:
        """Name the target, its label, what it asks for, and the deadline."""
        return f"<Target {self.id}: {self.label}, {self.asks_for} by {self.deadline}>"

    def _repr_html_(self) -> str:
        """Show the target in a notebook."""
        facts = {
            "label": both_languages(self.label),
            "asks for": f"{self.asks_for} ({self.measure.noun})",
            "variable": self.variable,
            "years": f"{self.base_year} to {self.deadline}",
            "group": self.group,
            "place": self.place,
            "unpublished base": self.hangs_on,
            "other readings": ", ".join(one.reading for one in self.readings),
            "note": self.note,
        }
        return facts_html(f"Target {self.id}", facts)

    @property
    def by_reading(self) -> dict[str, Target]:
        """The target itself, called ``main``, and its other readings, by name."""
        return {each.reading: each for each in (self, *self.readings)}

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


def aim_with_unit(measure: Measure, direction: str, value: float, unit: str, lang: str) -> str:
    """Write an aim as text, with its unit.

    Parameters
    ----------
    measure : Measure
    direction : {">=", ">", "<="}
    value : float
    unit : str
        As in the file.
    lang : {"en", "zh"}

    Returns
    -------
    str

    Examples
    --------
    >>> from xhsim.study.measures import MEASURES
    >>> aim_with_unit(MEASURES["level"], ">=", 1500, "CNY100M/year", "en")
    '≥ 1,500 × 100 million yuan per year'
    """
    asked = measure.aim_text(direction, value, unit, lang)
    if unit.startswith(("%", "percent")):
        return asked
    shown = display_unit(unit, lang)
    return f"{asked} {'× ' if shown[:1].isdigit() else ''}{shown}"


@checked
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
            found[name] = _target(written)
    mistakes.check()
    return found


def base_of(target: Target, parameters: Mapping[str, Parameter]) -> tuple[str, str] | None:
    """Return the unpublished base of a target, as its parameters' file spells it.

    Parameters
    ----------
    target : Target
    parameters : mapping of str to Parameter
        Those of its study.

    Returns
    -------
    tuple of str or None
        Parameter and element; the element is empty for a parameter without elements. None if the
        target hangs on no unpublished base.

    Raises
    ------
    InputError
        If there is no such parameter or element.

    Examples
    --------
    >>> import xhsim
    >>> study = xhsim.open_study()
    >>> base_of(study.targets["retail_sales"], study.parameters) is None
    True
    """
    base = target.hangs_on
    if base is None:
        return None
    parameter = find_name(base.name, parameters, "parameter", target.where)
    if not parameter.elements:
        find_elements(base, (), target.where)
        return parameter.name, ""
    return parameter.name, find_elements(base, parameter.elements, target.where)[0]


def _target(written: Written[TargetRecord]) -> Target:
    name, record, place = written.name, written.record, written.place("variable")
    hangs_on = record.hangs_on
    at = written.place("hangs_on")
    main = Target(
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
        hangs_on=None if hangs_on is None else _one_element(parse_reference(hangs_on, at), at),
    )
    return replace(main, readings=_readings(main, record.readings or {}, written))


def _readings(
    main: Target, records: Mapping[str, ReadingRecord], written: Written[TargetRecord]
) -> tuple[Target, ...]:
    """Make the other readings of a target; add what is wrong with them to the mistakes."""
    found = []
    for name, record in records.items():
        steps = ("readings", name)
        if name == MAIN:
            written.wrong(
                f'target "{main.id}": a reading cannot be called "{MAIN}"',
                *steps,
                hint="this is the name of the target itself; give the reading another one",
            )
            continue
        differs = {key for key in record.model_fields_set if getattr(record, key) is not None}
        if differs <= {"label"}:
            written.wrong(
                f'target "{main.id}": reading "{name}" does not differ from the target',
                *steps,
                hint="give it a variable, measure, value, unit, period or base",
            )
            continue
        with written.mistakes.collecting():
            found.append(_reading(main, name, record, written))
    return tuple(found)


def _reading(
    main: Target, name: str, record: ReadingRecord, written: Written[TargetRecord]
) -> Target:
    def place(key: str) -> Place:
        return written.place("readings", name, key)

    other = replace(
        main,
        id=f"{main.id}:{name}",
        label=record.label.as_label(),
        reading=name,
        where=written.place("readings", name),
    )
    if record.variable is not None:
        at = place("variable")
        variable = _one_element(parse_reference(record.variable, at), at)
        # The published value of the base year is that of the target's own variable.
        other = replace(other, variable=variable, base_value=None, base_source=None)
    if record.base is not None:
        other = replace(other, base_value=record.base.value, base_source=record.base.source)
    if record.period is not None:
        other = replace(other, base_year=record.period[0], deadline=record.period[1])
    other = replace(
        other,
        measure=record.measure or main.measure,
        value=main.value if record.value is None else record.value,
        unit=record.unit or main.unit,
    )
    if record.measure is not None or record.unit is not None:
        at = place("measure") if record.unit is None else place("unit")
        _check_unit(other.id, other.measure, other.unit, at)
    return other


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

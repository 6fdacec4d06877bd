"""Targets: what the plan wants, of which variable, by when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xhsim.errors import InputError
from xhsim.study.mistakes import Mistakes, Place
from xhsim.study.names import Reference, parse_reference
from xhsim.study.parameters import named_records
from xhsim.study.yaml_reader import read_yaml

__all__ = ["Target", "read_targets"]

# What a target's unit has to be where the measure decides it; elsewhere it is the variable's.
MEASURE_UNITS = {"average_growth": "%/year", "cumulative_change": "%"}


@dataclass(frozen=True)
class Target:
    """One aim of the plan.

    Parameters
    ----------
    id : str
        Short name.
    rank : int or None
        Place in the plan's indicator table; None for aims from its text.
    label_en, label_zh : str
        How to call it.
    variable : Reference
        The model variable and, for one with elements, the element.
    measure : {"level", "average_growth", "cumulative_increase", "cumulative_change", \
"average_flow"}
        What is compared with `value`.
    direction : {">=", ">", "<="}
        How it is compared.
    value : float
        The aim, in `unit`.
    unit : str
        ``%/year`` for average growth, ``%`` for cumulative change, else the variable's.
    base_year, deadline : int
        The period.
    group : str
        Group for joint probabilities.
    base_value : float or None
        What is published for the base year, in the variable's unit.
    base_source, place, note : str or None
        Where the base value and the aim are written; a remark.
    where : Place
        File and line of the record.
    """

    id: str
    rank: int | None
    label_en: str
    label_zh: str
    variable: Reference
    measure: str
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

    def implied_level(self) -> float | None:
        """Give the level at the deadline that exactly meets the target.

        Returns
        -------
        float or None
            In the variable's unit; None if it takes a base value that is not given, or if the
            target is about a flow.

        Examples
        --------
        >>> from dataclasses import replace
        >>> place = Place("targets.yaml", 1)
        >>> growth = Target(
        ...     "ai",
        ...     8,
        ...     "AI",
        ...     "AI",
        ...     Reference("AI output"),
        ...     "average_growth",
        ...     ">=",
        ...     15.0,
        ...     "%/year",
        ...     2020,
        ...     2025,
        ...     "clusters",
        ...     453.2,
        ...     "plan",
        ...     "",
        ...     None,
        ...     place,
        ... )
        >>> round(growth.implied_level(), 1)
        911.5
        """
        if self.measure == "level":
            return self.value
        if self.base_value is None or self.measure == "average_flow":
            return None
        if self.measure == "cumulative_increase":
            return self.base_value + self.value
        years = self.deadline - self.base_year if self.measure == "average_growth" else 1
        try:
            return float(self.base_value * (1 + self.value / 100) ** years)
        except OverflowError:  # no level that can be written down meets it
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
    >>> from xhsim.study.folder import bundled_folder
    >>> targets = read_targets(bundled_folder() / "model" / "targets.yaml")
    >>> targets["retail_sales"].direction, targets["retail_sales"].value
    ('>', 1500.0)
    """
    from xhsim.study.schema import TargetRecord, validate

    mistakes = Mistakes()
    tree = read_yaml(path, mistakes)
    found: dict[str, Target] = {}
    ranks: dict[int, str] = {}
    for name, node in named_records(tree, path, mistakes, "target"):
        record = validate(TargetRecord, node, path, mistakes, f'target "{name}"')
        if record is None:
            continue
        line, column = node.find(["rank"])
        if record.rank is not None and record.rank in ranks:
            mistakes.add(
                f'target "{name}": rank {record.rank} is already that of "{ranks[record.rank]}"',
                file=path,
                line=line,
                column=column,
                hint="each rank is given once",
            )
        elif record.rank is not None:
            ranks[record.rank] = name
        with mistakes.collecting():
            _check_unit(name, record.measure, record.unit, Place(str(path), node.find(["unit"])[0]))
        with mistakes.collecting():
            place = Place(str(path), node.find(["variable"])[0])
            found[name] = Target(
                id=name,
                rank=record.rank,
                label_en=record.label.en,
                label_zh=record.label.zh,
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
                where=Place(str(path), node.line),
            )
    mistakes.check()
    return found


def _check_unit(name: str, measure: str, unit: str, place: Place) -> None:
    wanted = MEASURE_UNITS.get(measure)
    if wanted is not None and unit != wanted:
        raise InputError(
            f'target "{name}": the unit of {measure} is "{wanted}", not "{unit}"',
            file=place.file,
            line=place.line,
            hint=f'write unit: "{wanted}"',
        )


def _one_element(reference: Reference, place: Place) -> Reference:
    if len(reference.elements) > 1:
        raise InputError(
            f'"{reference}" selects {len(reference.elements)} elements, a target has one',
            file=place.file,
            line=place.line,
            hint="write a target for each",
        )
    return reference

"""Changes: settings of parameters, or of some of their elements, as shapes over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xhsim.errors import InputError
from xhsim.study.files.mistakes import Place
from xhsim.study.names import Reference, parse_reference
from xhsim.study.scenarios.shapes import Constant, Knots, Pulse, Ramp, SCurve, Shape, Step

if TYPE_CHECKING:
    from xhsim.study.scenarios.setting_keys import ShapeRecord

__all__ = ["Change", "make_change"]


@dataclass(frozen=True)
class Change:
    """A setting of a scenario: a parameter, or some of its elements, and a shape.

    `unit` is empty if the levels are written without a unit.
    """

    reference: Reference
    shape: Shape
    where: Place
    unit: str = ""


def make_change(name: str, value: float | ShapeRecord, where: Place) -> Change:
    """Convert a written setting to a change.

    Parameters
    ----------
    name : str
        A parameter, or elements of a parameter.
    value : float or ShapeRecord
        A number, or the record of a shape.
    where : Place
        File and line of the setting.

    Raises
    ------
    InputError
        If `name` is not a name, or the levels have different units.
    """
    shape = Constant(value) if isinstance(value, int | float) else _shape(value)
    units = {getattr(level, "unit", "") for level in shape.levels} - {""}
    if len(units) > 1:
        raise InputError(
            f'"{name}" is given in {" and in ".join(sorted(units))}',
            file=where.file,
            line=where.line,
            hint="write all its levels in one unit",
        )
    return Change(parse_reference(name, where), shape, where, units.pop() if units else "")


def _shape(record: ShapeRecord) -> Shape:
    if record.step is not None:
        return Step(record.step.year, record.step.to)
    if record.ramp is not None:
        return Ramp(record.ramp.start, record.ramp.until, record.ramp.to)
    if record.pulse is not None:
        return Pulse(record.pulse.start, record.pulse.until, record.pulse.to)
    if record.s_curve is not None:
        return SCurve(record.s_curve.start, record.s_curve.until, record.s_curve.to)
    knots = sorted((record.knots or {}).items())
    return Knots(tuple(year for year, _ in knots), tuple(level for _, level in knots))

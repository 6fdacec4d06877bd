"""Levels in another unit than that of their parameter: percent, and money in Chinese units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xhsim.study.hints.correction import replaced_in_line

if TYPE_CHECKING:
    from xhsim.study.parameters.parameter import Parameter
    from xhsim.study.scenarios.changes import Change

__all__ = ["in_hundredths", "in_unit"]

PERCENT = ("%", "percent", "per cent", "％")
NUMBERS = ("dmnl", "1", "", "fraction", "share")
# How many CNY100M a unit is, however it is written.
MONEY = {
    **dict.fromkeys(("亿元", "亿", "cny100m", "100mcny", "100millioncny", "cny100million"), 1.0),
    **dict.fromkeys(("万元", "cny10k", "10kcny", "10thousandcny"), 1e-4),
    **dict.fromkeys(("cnym", "mcny", "cnymillion", "millioncny", "百万元", "millionyuan"), 1e-2),
    **dict.fromkeys(("cnybn", "bncny", "cnybillion", "billioncny", "十亿元", "billionyuan"), 10.0),
    **dict.fromkeys(("元", "cny", "yuan", "rmb"), 1e-8),
}
_PER_YEAR = re.compile(r"(/(year|yr|a|年)|peryear|每年)$")


def in_unit(change: Change, parameter: Parameter) -> str | None:
    """Return how a setting is written in its parameter's unit; None if that is not known.

    Parameters
    ----------
    change : Change
        With a unit that is not that of the parameter.
    parameter : Parameter
    """
    levels = change.shape.levels
    if change.unit in PERCENT and parameter.unit.lower() not in NUMBERS:
        own = parameter.value
        if "%" in parameter.unit or "percent" in parameter.unit:
            return _rewritten(change, [(level, level) for level in levels])
        if isinstance(own, float | int):
            grown = [(level, float(f"{own * (1 + level / 100):.6g}")) for level in levels]
            written = _rewritten(change, grown)
            return (
                "a setting is the new value itself, not a change: "
                f"{own:g} changed by {levels[0]:+g} % is {grown[0][1]:g}"
            ) + (f"; {written}" if written else "")
        return None
    factor = 0.01 if change.unit in PERCENT else _money(change.unit, parameter.unit)
    if factor is None:
        return None
    return _rewritten(change, [(level, level * factor) for level in levels])


def in_hundredths(
    level: float, change: Change, bounds: tuple[float, float], unit: str
) -> str | None:
    """Return how a level is written that was a percentage or a share, but not the right one.

    Parameters
    ----------
    level : float
        Outside its range.
    change : Change
        It has the level.
    bounds : tuple of float
        The range.
    unit : str
        That of the parameter.
    """
    is_share = unit.lower() in NUMBERS
    is_percent = "%" in unit or "percent" in unit
    right = level / 100 if is_share else 100 * level
    if not (is_share or is_percent) or not bounds[0] <= right <= bounds[1] or level == 0:
        return None
    said = f"{level:g} % is {right:.6g} as a share" if is_share else f"its unit is {unit}"
    written = _rewritten(change, [(level, right)])
    return f"{said}; {written}" if written else said


def _money(written: str, wanted: str) -> float | None:
    """Return by what to multiply an amount of money; None if a unit is not one of money."""
    one, other = ("".join(text.split()).lower() for text in (written, wanted))
    units = [MONEY.get(_PER_YEAR.sub("", text)) for text in (one, other)]
    if units[0] is None or units[1] is None:
        return None
    return units[0] / units[1]


def _rewritten(change: Change, levels: list[tuple[float, float]]) -> str | None:
    """Return the line of a change with other levels, if they stand on its line."""
    line, where, unit = None, change.where, re.escape(change.unit)
    if len(levels) != 1:
        return None
    ((old, new),) = levels
    written = _number_in_line(where.file, where.line, old, unit)
    if written is not None:
        line = replaced_in_line(where.file, where.line, written, f"{new:.12g}")
    return line


def _number_in_line(file: str, line: int, number: float, unit: str) -> str | None:
    """Return how a number and its unit stand in a line of a file."""
    whole = replaced_in_line(file, line, ":", ":")
    for found in re.finditer(rf"(?<![\w.\-])([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*{unit}", whole or ""):
        try:
            if float(found[1]) == number:
                return found.group()
        except ValueError:
            continue
    return None

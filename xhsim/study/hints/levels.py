"""Levels in another unit than that of their parameter: percent, and money in Chinese units."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xhsim.study.files.mistakes import Place
from xhsim.study.hints.correction import replaced_in_line

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


def in_unit(
    levels: Sequence[float], unit: str, wanted: str, own: object, where: Place
) -> str | None:
    """Return how a setting is written in its parameter's unit; None if that is not known.

    Parameters
    ----------
    levels : sequence of float
        As written.
    unit : str
        As written; another one than `wanted`.
    wanted : str
        The parameter's unit.
    own : object
        The parameter's value.
    where : Place
        File and line of the setting.
    """
    if unit in PERCENT and wanted.lower() not in NUMBERS:
        if "%" in wanted or "percent" in wanted:
            return _rewritten(levels, unit, where, 1.0)
        if not isinstance(own, float | int):
            return None
        factor = own * (1 + levels[0] / 100) / levels[0] if levels[0] else 1.0
        written = _rewritten(levels, unit, where, factor)
        return (
            "a setting is the new value itself, not a change: "
            f"{own:g} changed by {levels[0]:+g} % is {levels[0] * factor:.6g}"
        ) + (f"; {written}" if written else "")
    share = 0.01 if unit in PERCENT else _money(unit, wanted)
    return None if share is None else _rewritten(levels, unit, where, share)


def in_hundredths(
    level: float, unit: str, wanted: str, bounds: tuple[float, float], where: Place
) -> str | None:
    """Return how a level is written that was a percentage or a share, but not the right one.

    Parameters
    ----------
    level : float
        Outside its range.
    unit, wanted : str
        As written, and that of the parameter.
    bounds : tuple of float
        The range.
    where : Place
        File and line of the setting.
    """
    is_share = wanted.lower() in NUMBERS
    is_percent = "%" in wanted or "percent" in wanted
    factor = 0.01 if is_share else 100.0
    if not (is_share or is_percent) or not bounds[0] <= level * factor <= bounds[1] or level == 0:
        return None
    said = f"{level:g} % is {level / 100:.6g} as a share" if is_share else f"its unit is {wanted}"
    written = _rewritten([level], unit, where, factor)
    return f"{said}; {written}" if written else said


def _money(written: str, wanted: str) -> float | None:
    """Return by what to multiply an amount of money; None if a unit is not one of money."""
    one, other = ("".join(text.split()).lower() for text in (written, wanted))
    units = [MONEY.get(_PER_YEAR.sub("", text)) for text in (one, other)]
    if units[0] is None or units[1] is None:
        return None
    return units[0] / units[1]


def _rewritten(levels: Sequence[float], unit: str, where: Place, factor: float) -> str | None:
    """Return the line of a setting with its only level multiplied, if that stands on its line."""
    if len(levels) != 1:
        return None
    written = _number_in_line(where, levels[0], re.escape(unit))
    if written is None:
        return None
    return replaced_in_line(where.file, where.line, written, f"{levels[0] * factor:.6g}")


def _number_in_line(where: Place, number: float, unit: str) -> str | None:
    """Return how a number and its unit stand in a line of a file."""
    whole = replaced_in_line(where.file, where.line, ":", ":")
    for found in re.finditer(rf"(?<![\w.\-])([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*{unit}", whole or ""):
        try:
            if float(found[1]) == number:
                return found.group()
        except ValueError:
            continue
    return None

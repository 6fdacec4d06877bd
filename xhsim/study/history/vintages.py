"""As of a date: which releases count as evidence, and why each of the others does not.

A figure counts once. A later vintage replaces an earlier one, a longer part of a year replaces a
shorter one, what the calibration used is not used again, and a growth rate that follows from two
levels adds nothing to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xhsim.study.history.observations import Observation
from xhsim.study.history.releases import Release, parse_terms
from xhsim.wording.label import Label

if TYPE_CHECKING:
    from xhsim.study.history.calibration import CalibrationPlan

__all__ = ["NotCounted", "Vintage", "releases_as_of", "vintage_as_of"]

# Growth follows from two levels if it differs by no more than rounding: each level may be printed
# without decimals, and growth with half a point.
ROUNDING = 0.5


@dataclass(frozen=True)
class NotCounted:
    """A release that is not evidence as of a date.

    Parameters
    ----------
    release : Release
    why : str
        The kind of reason: ``later``, ``not compared``, ``calibrated``, ``replaced``, ``same``,
        ``longer part``, ``follows`` or ``other base``.
    reason : Label
        The reason, in both languages.
    """

    release: Release
    why: str
    reason: Label


@dataclass(frozen=True)
class Vintage:
    """The releases as of a date.

    Parameters
    ----------
    as_of : date
    counted : tuple of Release
        Those that count as evidence, by date of publication, year and series. The order of the
        rows in the file does not matter.
    not_counted : tuple of NotCounted
        The others, in the same order.
    """

    as_of: date
    counted: tuple[Release, ...]
    not_counted: tuple[NotCounted, ...]


def releases_as_of(releases: Iterable[Release], as_of: date) -> tuple[Release, ...]:
    """Return the releases that were published up to a date, each in its last vintage.

    Parameters
    ----------
    releases : iterable of Release
    as_of : date

    Returns
    -------
    tuple of Release
        Also those that are not compared with the model. `vintage_as_of` leaves out what does not
        count as evidence.

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> from xhsim.study.history.releases import read_releases
    >>> rows = read_releases(bundled_folder() / "model" / "releases.csv")
    >>> [row.series for row in releases_as_of(rows, date(2022, 12, 31))]
    []
    >>> {row.year for row in releases_as_of(rows, date(2023, 12, 31))}
    {2022}
    """
    known = [row for row in _in_order(releases) if row.published <= as_of]
    last = {_vintages(row): row for row in reversed(known)}  # the first of several on one date
    for row in known:
        if row.published > last[_vintages(row)].published:
            last[_vintages(row)] = row
    chosen = {id(row) for row in last.values()}
    return tuple(row for row in known if id(row) in chosen)


def vintage_as_of(
    releases: Iterable[Release],
    as_of: date,
    history: Sequence[Observation] = (),
    plan: CalibrationPlan | None = None,
) -> Vintage:
    """Sort releases into those that count as evidence as of a date, and the others with a reason.

    Parameters
    ----------
    releases : iterable of Release
    as_of : date
    history : sequence of Observation
        The rows of history.csv.
    plan : CalibrationPlan, optional
        Says which of them the calibration used. Without it, none.

    Returns
    -------
    Vintage

    Examples
    --------
    >>> from xhsim.study.bundled import bundled_folder
    >>> from xhsim.study.folder import read_study
    >>> files = read_study(bundled_folder())
    >>> found = vintage_as_of(
    ...     files.releases, date(2025, 6, 30), files.observations, files.calibration
    ... )
    >>> [(item.release.series, item.why) for item in found.not_counted]
    [('fiscal_revenue', 'replaced')]
    """
    rows = _in_order(releases)
    aside: dict[int, NotCounted] = {}

    def left(test: Callable[[Release, Sequence[Release]], tuple[str, Label] | None]) -> None:
        """Set aside what a test gives a reason for, among the rows that are still counted."""
        among = [row for row in rows if id(row) not in aside]
        for row in among:
            found = test(row, among)
            if found is not None:
                aside[id(row)] = NotCounted(row, *found)

    left(lambda row, _: _later(row, as_of))
    left(lambda row, _: _not_compared(row))
    used = tuple(plan.used(history)) if plan is not None else ()
    if plan is not None:
        known = plan
        left(lambda row, _: _calibrated(row, used, history, known))
    left(_replaced)
    left(_longer_part)
    left(lambda row, among: _told_twice(row, among, used or history))
    return Vintage(
        as_of,
        tuple(row for row in rows if id(row) not in aside),
        tuple(aside[id(row)] for row in rows if id(row) in aside),
    )


def _in_order(releases: Iterable[Release]) -> list[Release]:
    """Put releases in an order that does not depend on their order in the file."""

    def key(row: Release) -> tuple[object, ...]:
        figure = row.figure
        texts = (figure.source, figure.note, row.dated, figure.variable)
        return (row.published, row.year, row.part, row.series, figure.measure, figure.value, *texts)

    return sorted(releases, key=key)


def _rate(row: Release | Observation) -> bool:
    """Return whether a figure is about growth: over one year, a change is growth."""
    return (row.figure if isinstance(row, Release) else row).measure != "level"


def _vintages(row: Release) -> tuple[object, ...]:
    """Return what all vintages of one figure have in common."""
    return (row.quantity or row.series, row.year, row.part, _rate(row))


def _later(row: Release, as_of: date) -> tuple[str, Label] | None:
    if row.published <= as_of:
        return None
    return "later", Label(f"published later ({row.dated})", f"发布时间较晚（{row.dated}）")


def _not_compared(row: Release) -> tuple[str, Label] | None:
    if row.can_be_compared:
        return None
    return "not compared", Label(
        "the model has no counterpart; the figure is only shown", "模型中无对应变量，仅列示"
    )


def _calibrated(
    row: Release,
    used: Sequence[Observation],
    history: Sequence[Observation],
    plan: CalibrationPlan,
) -> tuple[str, Label] | None:
    """Find a figure among those of the calibration, or that follows from them."""
    own = [seen for seen in used if _same(row, seen)]
    level = [seen for seen in own if not _rate(seen) and seen.year == str(row.year)]
    before = [seen for seen in own if not _rate(seen) and seen.year == str(row.year - 1)]
    growth = [seen for seen in own if _rate(seen) and seen.year == str(row.year)]
    direct, other = (growth, level) if _rate(row) else (level, growth)
    found = direct or (other if before else [])
    if found:
        line = found[-1].where.line
        return "calibrated", Label(
            f"the calibration already used it (history.csv, line {line})",
            f"校准时已使用（history.csv 第{line}行）",
        )
    for seen in history:
        of_year = seen.year == str(row.year) and _rate(seen) == _rate(row)
        if of_year and seen.can_be_compared and _same(row, seen) and seen.last_year <= plan.until:
            why = next((item.why for item in plan.left_out if item.covers(seen)), "")
            return "calibrated", Label(
                f"the calibration leaves it out: {why}",
                f"校准时已说明不采用（history.csv 第{seen.where.line}行）",
            )
    return None


def _same(row: Release, seen: Observation) -> bool:
    """Return whether a row of history.csv is about the same quantity as a release."""
    if row.quantity == _quantity(seen):
        return True
    return row.series == seen.series and _rate(row) == _rate(seen)


def _quantity(seen: Observation) -> tuple[str, ...]:
    terms = parse_terms(seen.variable, seen.where)
    return Release(seen, date.max, "", 1.0, terms, None, seen.where).quantity


def _replaced(row: Release, among: Sequence[Release]) -> tuple[str, Label] | None:
    others = [other for other in among if _vintages(other) == _vintages(row)]
    last = max(others, key=lambda other: other.published)  # the first of several on one date
    if last is row:
        return None
    if last.published > row.published:
        return "replaced", Label(
            f"replaced by the figure published later ({last.dated})",
            f"已被{last.dated}发布的数据取代",
        )
    return "same", Label(
        f"line {last.where.line} says the same", f"与第{last.where.line}行数据相同"
    )


def _longer_part(row: Release, among: Sequence[Release]) -> tuple[str, Label] | None:
    """Find a figure of a longer part of the same year. A bound says less, and replaces nothing."""
    longer = [
        other
        for other in among
        if (other.quantity, other.year) == (row.quantity, row.year)
        and other.part > row.part
        and other.figure.kind in ("point", "interval")
    ]
    if not longer:
        return None
    period = max(longer, key=lambda other: other.part).period
    return "longer part", Label(f"the figure of {period} contains it", f"已包含在{period}的数据中")


def _told_twice(
    row: Release, among: Sequence[Release], history: Sequence[Observation]
) -> tuple[str, Label] | None:
    """Find out whether the growth and the level of one year are the same news.

    They are if growth follows from the levels of this year and the year before. If it does not, the
    level has been counted in another way than that of the year before, and only growth tells
    something.
    """
    if row.figure.kind != "point" or row.part < 1:
        return None
    pair = [
        other
        for other in among
        if (other.quantity, other.year, other.part) == (row.quantity, row.year, 1.0)
        and other.figure.kind == "point"
        and _rate(other) != _rate(row)
    ]
    before = _level(row, row.year - 1, among, history)
    if not pair or before is None:
        return None
    level, growth = (pair[0], row) if _rate(row) else (row, pair[0])
    followed = 100 * (level.figure.value / before - 1)
    follows = abs(followed - growth.figure.value) <= ROUNDING
    if follows and row is growth:
        return "follows", Label(
            f"it follows from the levels of {row.year - 1} and {row.year}",
            f"可由{row.year - 1}年和{row.year}年总量推算，不重复计入",
        )
    if not follows and row is level:
        return "other base", Label(
            f"its base differs from that of {row.year - 1}: the levels give growth of "
            f"{followed:.1f} %, published is {growth.figure.value:g} %; growth counts",
            f"与{row.year - 1}年口径不同：按总量推算增长{followed:.1f}%，"
            f"公布增速为{growth.figure.value:g}%，以增速为准",
        )
    return None


def _level(
    row: Release, year: int, among: Sequence[Release], history: Sequence[Observation]
) -> float | None:
    """Return the level of a quantity in a year, from the releases or else from history."""
    for other in among:
        same = (other.quantity, other.year) == (row.quantity, year)
        if same and other.figure.is_figure:
            return other.figure.value
    found = [
        seen
        for seen in history
        if seen.is_figure and seen.last_year == year and _quantity(seen) == row.quantity
    ]
    return found[-1].value if found and found[-1].value > 0 else None

"""Inconsistencies in a plan's own figures: found by arithmetic, or noted by hand.

They are findings to show. They are not errors, because xhsim does not correct the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from math import isfinite
from pathlib import Path

from xhsim.study.files.mistakes import Mistakes
from xhsim.study.files.records import read_records
from xhsim.study.history.observations import Observation
from xhsim.study.names import canonical, element_name
from xhsim.study.parameters.parameter import Parameter
from xhsim.study.targets import Target
from xhsim.wording.label import Label

__all__ = ["Inconsistency", "chained_growth", "implied_growth", "inconsistencies", "read_notes"]

# Published figures are rounded; two figures within half a per cent count as equal.
TOLERANCE = 0.005
# Levels are nominal and published growth is often real, so only a wide gap is reported.
GROWTH_GAP = 1.5


@dataclass(frozen=True)
class Inconsistency:
    """Figures that cannot all be right, or that have different meanings.

    Parameters
    ----------
    title : Label
        One line.
    explanation : str
        One or two sentences.
    figures : mapping of str to float
        The numbers that disagree.
    source : str
        Where the numbers are published.
    """

    title: Label
    explanation: str
    figures: Mapping[str, float]
    source: str


def read_notes(path: Path) -> tuple[Inconsistency, ...]:
    """Read ``inconsistencies.yaml``: inconsistencies that people found and arithmetic cannot find.

    Raises
    ------
    InputError
        With every mistake in the file.
    """
    from xhsim.study.files.schema import NoteRecord

    mistakes = Mistakes()
    notes = [note.record for note in read_records(NoteRecord, path, "note", mistakes)]
    mistakes.check()
    return tuple(
        Inconsistency(note.title.as_label(), note.explanation, note.figures, note.source)
        for note in notes
    )


def inconsistencies(
    targets: Iterable[Target],
    history: Sequence[Observation],
    parameters: Iterable[Parameter] = (),
) -> list[Inconsistency]:
    """Find figures that contradict each other.

    The function looks for:

    - targets for the same variable and year that imply different levels;
    - a base value that differs from the observed value or from another target's base value;
    - a series with two values for one year;
    - a series whose levels grow at another rate than the growth series published beside it
      (series ``X`` and ``X_growth...``, or ``X_change``);
    - real growth implied by the changes of a use and of its intensity (``X_use_change`` and
      ``X_intensity_change``) that differs from published real growth (``..._growth_real``);
    - a parameter whose value is outside the interval of its own prior.

    Parameters
    ----------
    targets : iterable of Target
    history : sequence of Observation
    parameters : iterable of Parameter

    Returns
    -------
    list of Inconsistency
        In that order. A difference of at most half a per cent counts as rounding.
    """
    aims = list(targets)
    return [
        *_targets_at_odds(aims),
        *_bases_at_odds(aims, history),
        *_vintages(history),
        *_levels_against_growth(history),
        *_use_against_growth(history),
        *_values_outside_priors(parameters),
    ]


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > TOLERANCE * max(abs(one), abs(other))


def _rate(first: float, last: float, years: int) -> float:
    """Average growth in per cent a year."""
    return float(((last / first) ** (1 / years) - 1) * 100)


def _key(name: str) -> str:
    return canonical(name)


def _targets_at_odds(targets: Sequence[Target]) -> list[Inconsistency]:
    found = []
    for one, other in combinations(targets, 2):
        same = _key(str(one.variable)) == _key(str(other.variable))
        if not same or one.deadline != other.deadline:
            continue
        base = next((t.base_value for t in (one, other) if t.base_value is not None), None)
        levels = [t.implied_level() for t in (one, other)]
        if None in levels or not _differ(*(level for level in levels if level is not None)):
            continue
        lower, upper = sorted(
            zip((one, other), levels, strict=True), key=lambda pair: pair[1] or 0.0
        )
        years = one.deadline - one.base_year
        text = (
            f"{_asks(lower[0])} gives {lower[1]:.1f} in {one.deadline}, "
            f"{_asks(upper[0])} gives {upper[1]:.1f}"
        )
        figures = {f"{t.id} gives": level for t, level in (lower, upper) if level is not None}
        if base is not None and base > 0 and lower[1] and upper[1] and lower[1] > 0:
            figures["base value"] = base
            low, high = _rate(base, lower[1], years), _rate(base, upper[1], years)
            text += f" ({low:.2f} and {high:.2f} % a year from {base:g})"
        found.append(
            Inconsistency(
                Label(
                    f"{one.label.en} and {other.label.en} ask for different levels of "
                    f"{one.variable}",
                    f"{one.label.zh}与{other.label.zh}对{one.deadline}年的要求不一致："
                    f"{lower[1]:.1f}与{upper[1]:.1f}",
                ),
                text + ".",
                figures,
                f"{one.place}; {other.place}",
            )
        )
    return found


def _asks(target: Target) -> str:
    return f"{target.id} ({target.direction} {target.value:g} {target.unit})"


def _bases_at_odds(
    targets: Sequence[Target], history: Sequence[Observation]
) -> list[Inconsistency]:
    found = []
    for target in targets:
        base = target.base_value
        if base is None:
            continue
        for row in history:
            same = row.variable and _key(row.variable) == _key(str(target.variable))
            if same and row.year == str(target.base_year) and _differ(base, row.value):
                found.append(
                    Inconsistency(
                        Label(
                            f"The base value of {target.label.en} differs from the observed value",
                            f"{target.label.zh}的基数与{target.base_year}年公布值不一致："
                            f"{base:g}与{row.value:g}",
                        ),
                        f"{target.id} starts from {base:g} in {target.base_year}, while "
                        f"{row.series} is {row.value:g} {row.unit} in that year.",
                        {"base value": base, "observed": row.value},
                        f"{target.base_source or target.place}; {row.source}",
                    )
                )
    for one, other in combinations([t for t in targets if t.base_value is not None], 2):
        same = _key(str(one.variable)) == _key(str(other.variable))
        bases = (one.base_value or 0.0, other.base_value or 0.0)
        if same and one.base_year == other.base_year and _differ(*bases):
            found.append(
                Inconsistency(
                    Label(
                        f"{one.label.en} and {other.label.en} start from different bases",
                        f"{one.label.zh}与{other.label.zh}的基数不一致：{bases[0]:g}与{bases[1]:g}",
                    ),
                    f"{one.id} starts from {bases[0]:g} in {one.base_year}, "
                    f"{other.id} from {bases[1]:g}, both of {one.variable}.",
                    {one.id: bases[0], other.id: bases[1]},
                    f"{one.base_source}; {other.base_source}",
                )
            )
    return found


def _vintages(history: Sequence[Observation]) -> list[Inconsistency]:
    groups: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for row in history:
        groups[row.series, row.year, row.unit].append(row)
    found = []
    for (series, year, unit), rows in groups.items():
        lowest = min(rows, key=lambda row: row.value)
        highest = max(rows, key=lambda row: row.value)
        if not _differ(lowest.value, highest.value):
            continue
        values = " and ".join(f"{row.value:g} ({row.source})" for row in rows)
        gap = (
            f": {100 * (highest.value / lowest.value - 1):.1f} % apart" if lowest.value > 0 else ""
        )
        found.append(
            Inconsistency(
                Label(
                    f"{series} of {year} is published with different values",
                    f"{series}的{year}年数值有不同公布值：{lowest.value:g}与{highest.value:g}",
                ),
                f"{values} {unit}{gap}.",
                {f"{row.source}, line {row.where.line}": row.value for row in rows},
                "; ".join(row.source for row in rows),
            )
        )
    return found


def _single_years(history: Sequence[Observation], series: str) -> dict[int, Observation]:
    """Return a series' rows for single years; the first row if a year has several."""
    rows: dict[int, Observation] = {}
    for row in history:
        if row.series == series and row.first_year == row.last_year:
            rows.setdefault(row.first_year, row)
    return rows


def chained_growth(
    history: Sequence[Observation], series: str, after: int, until: int
) -> float | None:
    """Chain published growth from one year to another.

    Parameters
    ----------
    history : sequence of Observation
    series : str
        A series of growth in per cent, by year or for exactly this period.
    after, until : int
        The years whose levels are compared.

    Returns
    -------
    float or None
        The ratio of the levels; None if a year is missing.
    """
    for row in history:
        if row.series == series and (row.first_year, row.last_year) == (after + 1, until):
            years = until - after if row.unit.endswith("/year") else 1
            with suppress(OverflowError):  # growth too large for a float counts as missing
                return float((1 + row.value / 100) ** years)
            return None
    rows = _single_years(history, series)
    ratio = 1.0
    for year in range(after + 1, until + 1):
        if year not in rows:
            return None
        ratio *= 1 + rows[year].value / 100
    return ratio if isfinite(ratio) else None


def _levels_against_growth(history: Sequence[Observation]) -> list[Inconsistency]:
    units = {row.series: row.unit for row in history}
    found = []
    for growth, unit in units.items():
        level = next((name for name in units if _is_growth_of(growth, name)), None)
        if level is None or not unit.startswith("%"):
            continue
        longest_span: tuple[int, int, float, float] | None = None
        rows = _single_years(history, level)
        for first, last in combinations(sorted(rows), 2):
            ratio = chained_growth(history, growth, first, last)
            if ratio is None or min(ratio, rows[first].value, rows[last].value) <= 0:
                continue
            by_level = _rate(rows[first].value, rows[last].value, last - first)
            published = _rate(1.0, ratio, last - first)
            # The longest span is the best evidence: a wide gap over a short span is often due to
            # one unusual year.
            longer = longest_span is None or last - first > longest_span[1] - longest_span[0]
            if abs(by_level - published) > GROWTH_GAP and longer:
                longest_span = first, last, by_level, published
        if longest_span is None:
            continue
        first, last, by_level, published = longest_span
        found.append(
            Inconsistency(
                Label(
                    f"The levels of {level} grow at a different rate than {growth}",
                    f"{level}按水平值年均增长{by_level:.1f}%，按{growth}为{published:.1f}%",
                ),
                f"From {first} to {last} the levels {rows[first].value:g} and "
                f"{rows[last].value:g} {rows[last].unit} imply {by_level:.1f} % a year, but the "
                f"published growth is {published:.1f} %. If one is nominal and the other real, "
                f"prices rose {((1 + by_level / 100) / (1 + published / 100) - 1) * 100:.1f} % "
                "a year; otherwise the level was revised in between.",
                {"by levels, %/year": by_level, "published, %/year": published},
                f"{rows[first].source}; {rows[last].source}",
            )
        )
    return found


def _is_growth_of(growth: str, level: str) -> bool:
    tail = growth.removeprefix(f"{level}_")
    return tail != growth and tail.startswith(("growth", "change"))


def implied_growth(
    history: Sequence[Observation], use: str, intensity: str, first: int, last: int
) -> float | None:
    """Compute the growth of output implied by the changes of a use and of its intensity.

    Parameters
    ----------
    history : sequence of Observation
    use, intensity : str
        Series of changes in per cent.
    first, last : int
        The period that both series cover.

    Returns
    -------
    float or None
        In per cent; None if a series is missing or the intensity falls by 100 % or more.
    """
    period = (first, last)
    values = {row.series: row.value for row in history if (row.first_year, row.last_year) == period}
    if use not in values or values.get(intensity, -100.0) <= -100:
        return None
    return ((1 + values[use] / 100) / (1 + values[intensity] / 100) - 1) * 100


def _use_against_growth(history: Sequence[Observation]) -> list[Inconsistency]:
    rows = {(row.series, row.first_year, row.last_year): row for row in history}
    published = sorted({row.series for row in history if row.series.endswith("_growth_real")})
    found = []
    for (series, first, last), use in rows.items():
        what = series.removesuffix("_use_change")
        intensity = rows.get((f"{what}_intensity_change", first, last))
        if what == series or intensity is None:
            continue
        implied = implied_growth(history, series, intensity.series, first, last)
        if implied is None:
            continue
        for growth in published:
            ratio = chained_growth(history, growth, first - 1, last)
            if ratio is None or abs(implied - 100 * (ratio - 1)) <= GROWTH_GAP:
                continue
            chained = 100 * (ratio - 1)
            found.append(
                Inconsistency(
                    Label(
                        f"Real growth by {what} figures is not that of {growth}",
                        f"由{what}推算的实际增长（{implied:+.1f}%）与{growth}（{chained:+.1f}%）不一致",
                    ),
                    f"{what} use {use.value:+g} % and its intensity {intensity.value:+g} % over "
                    f"{use.year} imply {implied:+.1f} % real growth; {growth} chains to "
                    f"{chained:+.1f} %.",
                    {f"by {what}, %": implied, f"{growth}, %": chained},
                    f"{use.source}; {intensity.source}",
                )
            )
    return found


def _values_outside_priors(parameters: Iterable[Parameter]) -> list[Inconsistency]:
    found = []
    for parameter in parameters:
        if parameter.prior is None:
            continue
        for element in parameter.elements or ("",):
            prior = parameter.prior if not isinstance(parameter.prior, Mapping) else None
            prior = prior or parameter.prior[element]  # type: ignore[index]
            value = parameter.value
            level = value[element] if isinstance(value, Mapping) else value
            if prior.low <= level <= prior.high:
                continue
            label = element_name(parameter.name, element)
            label_zh = element_name(parameter.label.zh or parameter.name, element)
            found.append(
                Inconsistency(
                    Label(
                        f"The value of {label} is outside its own interval",
                        f"{label_zh}的取值{level:g}在其先验区间（{prior.low:g}至{prior.high:g}）之外",
                    ),
                    f"The model has {level:g} {parameter.unit}, the prior says {prior}.",
                    {"value": level, "low": prior.low, "high": prior.high},
                    parameter.source,
                )
            )
    return found

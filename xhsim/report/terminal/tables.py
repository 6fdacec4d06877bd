"""Tables for the terminal, and numbers as they are written in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xhsim.analysis.judging.attainment import JOINT, joint_rows
from xhsim.analysis.judging.by_structure import FIGURES, structure_column, structures_in
from xhsim.study.targets import MAIN
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK
from xhsim.wording.numbers import probability_text

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "comparison_tables",
    "exact_number",
    "plain_number",
    "records_table",
    "scenario_table",
    "structure_table",
    "trajectory_rows",
]


READING = "  or: "  # before the other readings of a target


def plain_number(value: float | None) -> str:
    """Write a number with about three digits.

    Examples
    --------
    >>> plain_number(10234.56), plain_number(58.04), plain_number(8.456), plain_number(0.01234)
    ('10,235', '58', '8.46', '0.0123')
    """
    if value is None or math.isnan(value):
        return "-"
    size = abs(value)
    if 0 < size < 0.9995:
        return f"{value:.3g}"
    # Rounding turns 999.96 into a number of four digits.
    decimals = 0 if size >= 999.95 else 1 if size >= 9.995 else 2
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def exact_number(value: float | None) -> str:
    """Write a number from a file with all its digits.

    Examples
    --------
    >>> exact_number(10000), exact_number(0.0103425), exact_number(-13.5)
    ('10,000', '0.0103425', '-13.5')
    """
    if value is None or math.isnan(value):
        return "-"
    return f"{value:,.12g}"


def comparison_tables(
    comparison: pd.DataFrame,
    *,
    every: bool = False,
    width: int = 160,
    readings: pd.DataFrame | None = None,
) -> list[Table]:
    """Lay out probabilities in percent: one row for each target, one column for each scenario.

    Parameters
    ----------
    comparison : DataFrame
        The result of ``study.compare``.
    every : bool
        Also show the targets from the plan's text, not only the numbered indicators.
    width : int
        Characters in a line. The column "asks for" is left out if it does not fit, and scenarios
        that do not fit go into further tables.
    readings : DataFrame, optional
        Results of ``study.attainment_of_readings`` with the scenario as first level of the index:
        other readings are shown below their target.

    Returns
    -------
    list of Table
    """
    scenarios = list(dict.fromkeys(comparison.index.get_level_values(0)))
    for ask in (_asked, _asked_without_unit, None):
        table = _comparison_table(comparison, scenarios, ask, every, readings)
        if _width_of(table) <= width:
            return [table]
    tables: list[Table] = []
    shown: list[str] = []
    for name in scenarios:
        table = _comparison_table(comparison, [*shown, name], None, every, readings)
        if shown and _width_of(table) > width:
            tables.append(_comparison_table(comparison, shown, None, every, readings))
            shown = []
        shown.append(name)
    tables.append(_comparison_table(comparison, shown, None, every, readings))
    return tables


def _width_of(table: Table) -> int:
    return Console(width=10_000).measure(table).maximum


def _comparison_table(
    comparison: pd.DataFrame,
    scenarios: Sequence[str],
    ask: Callable[[Mapping[Any, Any]], str] | None,
    every: bool,
    readings: pd.DataFrame | None,
) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    table.add_column("", justify="right")
    table.add_column("Target", vertical="bottom")
    if ask is not None:
        table.add_column("asks for", justify="right", vertical="bottom")
    for name in scenarios:
        # Names as they are typed. A line break at each hyphen keeps the column narrow.
        heading = Text(name.replace("-", "-\n"))
        table.add_column(heading, justify="right", vertical="bottom")
    first = comparison.loc[[scenarios[0]]].droplevel(0)
    ranked = bool(first["rank"].notna().any())
    rows = zip(first.index, first.to_dict("records"), joint_rows(first), strict=True)
    for target, row, together in rows:
        is_numbered = not pd.isna(row["rank"])
        if together and target != JOINT:
            continue  # groups are shown only in the full table of one scenario
        if ranked and not (is_numbered or together or every):
            continue
        if together:
            table.add_row()
        table.add_row(
            str(row["rank"]) if is_numbered else "",
            Text(_marked(row)),
            *([] if ask is None else ["" if together else Text(ask(row))]),
            *(_percent(comparison.loc[(name, target)]) for name in scenarios),
            style="bold" if together else None,
        )
        others = [_readings_of(readings, name, target) for name in scenarios]
        for reading, other in others[0].items():
            table.add_row(
                "",
                Text(f"{READING}{_marked(other)}"),
                *([] if ask is None else [Text(ask(other))]),
                *(_percent(each[reading]) for each in others),
            )
        if together:
            means = comparison["expected"].xs(JOINT, level=1)
            averages = [f"{float(means[name]):.1f}" for name in scenarios]
            gap = [] if ask is None else [""]
            table.add_row("", _average_label(row), *gap, *averages)
    return table


def _marked(row: Mapping[Any, Any]) -> str:
    """Write the label of a row, with a mark if its target cannot be assessed."""
    mark = f" {UNASSESSABLE_MARK}" if row.get("word") == NOT_ASSESSABLE.en else ""
    return f"{row['label']}{mark}"


def _readings_of(
    readings: pd.DataFrame | None, scenario: str, target: object
) -> dict[str, dict[Any, Any]]:
    """Return the rows of the other readings of a target in a scenario, by name."""
    if readings is None:
        return {}
    found, wanted, names = (readings.index.get_level_values(level) for level in range(3))
    rows = readings[(found == scenario) & (wanted == target) & (names != MAIN)]
    return dict(zip(rows.index.get_level_values(2), rows.to_dict("records"), strict=True))


def _average_label(joint: Mapping[Any, Any]) -> str:
    return f"Attained on average, of {joint['targets']:.0f}"


def scenario_table(
    attainment: pd.DataFrame,
    joint: pd.DataFrame,
    *,
    scenario: str = "",
    readings: pd.DataFrame | None = None,
) -> Table:
    """Lay out the full table of one scenario: levels, probabilities, intervals and words.

    Parameters
    ----------
    attainment, joint : DataFrame
        Results of ``study.attainment`` and ``study.joint``.
    scenario, readings
        The name of the scenario, and the other readings as for `comparison_tables`.

    Returns
    -------
    Table
    """
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    table.add_column("", justify="right")
    table.add_column("Target", overflow="fold")
    for name in ("asks for", "median", "5-95 %", "%", "95 % interval"):
        table.add_column(name, justify="right", overflow="fold")
    table.add_column("in words")
    structures = structures_in(attainment)
    if structures:
        table.add_column("% by structure", justify="right", overflow="fold")
    for target, row in attainment.to_dict("index").items():
        rank = "" if pd.isna(row["rank"]) else str(row["rank"])
        table.add_row(rank, Text(str(row["label"])), *_figures(row, structures))
        for other in _readings_of(readings, scenario, target).values():
            table.add_row("", Text(f"{READING}{other['label']}"), *_figures(other, structures))
    table.add_row()
    for name, row in zip(joint.index, joint.to_dict("records"), strict=True):
        style = "bold" if name == JOINT else None
        chance = [_percent(row), _interval(row), str(row["word"])]
        chance += [_by_structure(row, structures)] if structures else []
        table.add_row("", Text(str(row["label"])), "", "", "", *chance, style=style)
    if JOINT in joint.index:
        row = joint.loc[[JOINT]].to_dict("records")[0]
        table.add_row("", _average_label(row), "", plain_number(row["expected"]))
    return table


def _figures(row: Mapping[Any, Any], structures: Sequence[str]) -> list[Text | str]:
    return [
        Text(_asked(row)),
        plain_number(row["median"]),
        _span(row["p05"], row["p95"]),
        _percent(row),
        _interval(row),
        str(row["word"]),
        *([_by_structure(row, structures)] if structures else []),
    ]


def structure_table(table: pd.DataFrame) -> Table:
    """Lay out the probabilities of one scenario by structure, each with its interval.

    Parameters
    ----------
    table : DataFrame
        Rows of `Study.attainment`, of `Study.joint`, or of both.
    """
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    shown.add_column("", justify="right")
    shown.add_column("Target", overflow="fold", vertical="bottom")
    names = structures_in(table)
    for name in ("all", *names):
        shown.add_column(Text(name.replace("-", "-\n")), justify="right", vertical="bottom")
    rows = zip(table.index, table.to_dict("records"), joint_rows(table), strict=True)
    for target, row, together in rows:
        if together and target != JOINT:
            continue
        if together:
            shown.add_row()
        each: list[Mapping[Any, Any]] = [row, *(_of_structure(row, name) for name in names)]
        rank = row.get("rank")
        shown.add_row(
            "" if together or rank is None or pd.isna(rank) else str(rank),
            Text(str(row["label"])),
            *(f"{_percent(one)} ({_interval(one)})" for one in each),
            style="bold" if together else None,
        )
    return shown


def _of_structure(row: Mapping[Any, Any], name: str) -> dict[str, Any]:
    """Return the figures of one structure in a row."""
    return {key: row[structure_column(key, name)] for key in FIGURES}


def _by_structure(row: Mapping[Any, Any], names: Sequence[str]) -> str:
    return " / ".join(_percent(_of_structure(row, name)) for name in names)


def _asked(row: Mapping[Any, Any]) -> str:
    return f"{_asked_without_unit(row)} {row['unit']}"


def _asked_without_unit(row: Mapping[Any, Any]) -> str:
    return f"{row['direction']} {exact_number(row['target'])}"


def _percent(row: Mapping[Any, Any]) -> str:
    return probability_text(row["probability"], row["ci_low"], row["ci_high"]) or "-"


def _interval(row: Mapping[Any, Any]) -> str:
    low, high = row["ci_low"], row["ci_high"]
    return "-" if math.isnan(low) else f"{100 * low:.1f} to {100 * high:.1f}"


def _span(low: float, high: float) -> str:
    return "-" if math.isnan(low) else f"{plain_number(low)} to {plain_number(high)}"


def records_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    write: Callable[[float | None], str] = plain_number,
) -> Table:
    """Lay out rows of texts and numbers. Numbers are aligned to the right.

    Parameters
    ----------
    columns : sequence of str
        Headings.
    rows : sequence of sequence
        Cells.
    write : callable, optional
        How to write a number.
    """
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for number, name in enumerate(columns):
        numeric = any(isinstance(row[number], int | float) for row in rows)
        table.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        # As Text: rich would read brackets in names and values as markup.
        table.add_row(
            *(Text(write(cell) if isinstance(cell, int | float) else str(cell)) for cell in row)
        )
    return table


def trajectory_rows(run: xr.Dataset) -> tuple[list[str], list[list[Any]]]:
    """Lay out a single run as a table.

    Parameters
    ----------
    run : Dataset
        With dimensions ``time, ...``.

    Returns
    -------
    columns : list of str
        ``variable``, the years, ``unit``.
    rows : list of list
        One row for each variable, or for each of its elements.
    """
    years = [f"{time:.10g}" for time in run["time"].to_numpy()]
    rows: list[list[Any]] = []
    for data in run.data_vars.values():
        elements = [str(dimension) for dimension in data.dims if dimension != "time"]
        values = data.transpose("time", *elements).to_numpy()
        labels = [data[dimension].to_numpy() for dimension in elements]
        for place in np.ndindex(values.shape[1:]):
            chosen = [str(known[number]) for known, number in zip(labels, place, strict=True)]
            name = str(data.attrs["long_name"]) + (f"[{', '.join(chosen)}]" if chosen else "")
            series = values[(slice(None), *place)]
            rows.append([name, *map(float, series), str(data.attrs["units"])])
    return ["variable", *years, "unit"], rows

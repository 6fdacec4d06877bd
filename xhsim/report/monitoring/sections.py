"""What new figures change, in parts of a screen: one function for each table with its remarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from xhsim.analysis.early_warning.lights import stale_twins
from xhsim.report.terminal.tables import exact_number, plain_number, records_table
from xhsim.study.history.release_label import release_label
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK, likelihood_legend
from xhsim.wording.numbers import probability_text
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.monitoring.revision import Revision
    from xhsim.study.history.vintages import NotCounted

__all__ = [
    "at_date",
    "figures_section",
    "learnt_section",
    "probability_section",
    "required_section",
    "revision_section",
]

DATES = 6  # columns of probabilities after releases, at most; the JSON record has all
MOVED, LEAST = 8, 0.02  # targets of a revision, at most; and how far they moved at least
CAUSES, LEAST_CAUSE = 3, 0.005  # of each of them
LEARNT = 8


def at_date(table: pd.DataFrame, day: date | None) -> pd.DataFrame:
    """Return the rows of a date; None is the time before any release."""
    days = table.index.get_level_values(0)
    return table[days.isna() if day is None else days == day].droplevel(0)


def figures_section(
    monitoring: Monitoring, figures: pd.DataFrame, *, quiet: bool
) -> Iterator[RenderableType]:
    """Yield what counts, with the forecast before it, and what does not, with the reason."""
    if not len(figures):
        later = [one.release.published for one in monitoring.not_counted if one.why == "later"]
        first = f" The first one of the file is of {min(later)}." if later else ""
        yield Text(f"\nNo figure counts as of {monitoring.as_of}.{first}")
    else:
        yield Text("\nWhat counts", "bold")
        yield records_table(*_figure_rows(monitoring, figures))
        if not quiet:
            yield Text(
                "Median and 90 % range: what was expected before the date, with the error of "
                "the figure. PIT: the share of this forecast below the figure; for a bound the "
                "probability that it gave to it. Surprise: PIT below 0.025 or above 0.975. Log "
                "evidence: the logarithm of the density of all figures of the date."
            )
    if monitoring.not_counted:
        yield Text("\nWhat does not count", "bold")
        labels = monitoring.study.labels
        rows = [
            [one.release.dated, release_label(one.release, labels).en, *_said(one)]
            for one in monitoring.not_counted
        ]
        yield records_table(["published", "figure", "value", "why"], rows)


def _figure_rows(
    monitoring: Monitoring, figures: pd.DataFrame
) -> tuple[list[str], list[list[str]]]:
    columns = ["published", "figure", "value", "unit", "expected", "90 % range"]
    columns += ["PIT", "", "log evidence"]
    evidence = {one.published: one.log_evidence for one in monitoring.updates}
    rows, before = [], None
    for row in figures.to_dict("records"):
        day = row["published"]
        remarks = ["surprise"] if row["surprise"] else []
        remarks += [] if row["counts"] else ["replaced since"]
        rows.append(
            [
                "" if day == before else str(day),
                row["label"],
                _value(row["kind"], row["value"], row["high"]),
                display_unit(row["unit"], "en"),
                plain_number(row["median"]),
                f"{plain_number(row['p05'])} to {plain_number(row['p95'])}",
                f"{row['share']:.3f}",
                ", ".join(remarks),
                "" if day == before else f"{evidence[day]:.1f}",
            ]
        )
        before = day
    return columns, rows


def probability_section(
    monitoring: Monitoring, chances: pd.DataFrame, *, quiet: bool
) -> Iterator[RenderableType]:
    """Yield the probability of each target date by date, with light and word."""
    days = list(monitoring.dates)
    shown = [*days[:1], *days[1:][-DATES:]]
    now = at_date(chances, days[-1])
    tables = {day: at_date(chances, day).to_dict("index") for day in shown}
    yield Text("\nProbability of each target, in percent", "bold")
    columns = ["", "Target", *map(_heading, shown)]
    columns += ["95 % interval", "change", "light", "such a light missed", "in words"]
    rows = []
    for name, row in now.to_dict("index").items():
        target = monitoring.study.targets[str(name)]
        mark = "" if _is_lit(row) else f" {UNASSESSABLE_MARK}"
        cells = ["" if target.rank is None else str(target.rank), f"{row['label']}{mark}"]
        cells += [_percent(tables[day][name]) for day in shown]
        cells.append(f"{100 * row['ci_low']:.1f} to {100 * row['ci_high']:.1f}")
        change = row["change"]
        cells.append("-" if change != change else f"{100 * change:+.0f}")
        rows.append([*cells, _light(row), _missed(row), str(row["word"])])
    yield _numbers(columns, rows, right=range(2, 4 + len(shown)))
    if quiet:
        return
    legend = likelihood_legend(now["word"])
    remarks = [
        "Change: in percentage points since the date before."
        + (f" The words are the IPCC's: {legend}." if legend else ""),
        _about_lights(monitoring, now),
    ]
    if len(days) > len(shown):
        remarks.append(f"Of {len(days) - 1} dates, the last {DATES} are shown; --json has all.")
    if not now["light"].notna().all():
        remarks.append(f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.en}; it has no light.")
    yield Text("\n".join(remarks))


def _is_lit(row: Mapping[Any, Any]) -> bool:
    return isinstance(row["light"], str)  # else it is missing


def _light(row: Mapping[Any, Any]) -> str:
    return f"{row['light']}{'' if row['sure'] else ' ?'}" if _is_lit(row) else "-"


def _missed(row: Mapping[Any, Any]) -> str:
    """Say how often such a light was followed by a miss in twin experiments."""
    if not _is_lit(row) or row["missed"] != row["missed"]:
        return "-"
    ends = f"{100 * row['missed_low']:.0f} to {100 * row['missed_high']:.0f}"
    return f"{100 * row['missed']:.0f} % of {row['alike']:.0f} ({ends})"


def _about_lights(monitoring: Monitoring, now: pd.DataFrame) -> str:
    """Say what lights mean, and where their error rates come from."""
    study = monitoring.study
    plan, twins = study.files.monitoring, study.files.twins
    text = (
        f"Green: at least {100 * plan.green:.0f} %; red: below {100 * plan.red:.0f} %; ?: the "
        "interval reaches into another light. "
    )
    changed = stale_twins(study)
    if twins is None:
        return f"{text}How often such lights miss is not measured: see xhsim twins."
    if changed:
        return (
            f"{text}How often such lights miss was measured before {' and '.join(changed)} "
            "changed: see xhsim twins."
        )
    if now["missed"].isna().all():
        return f"{text}How often such lights miss is measured from the first January on."
    return (
        f"{text}Such a light missed: of the twins (draws taken as the truth) that had this light "
        f"for this target after the figures of {now['year'].max():.0f}, the share that missed it, "
        "with its 95 % interval. It assumes that the model and the priors are right."
    )


def revision_section(title: str, found: Revision, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the targets that moved most, each with what moved it most."""
    totals = found.totals
    change = totals["after"] - totals["before"]
    largest = change.abs().sort_values(ascending=False, kind="stable")
    yield Text(f"\n{title}, in percentage points", "bold")
    rows = []
    for name in largest[largest >= LEAST].index[:MOVED]:
        row = totals.loc[name]
        causes = found.table[found.table["target_id"] == name]
        certain = np.maximum(2 * causes["error"], LEAST_CAUSE)
        causes = causes[causes["shapley"].abs() > certain]
        order = causes["shapley"].abs().sort_values(ascending=False, kind="stable").index
        told = [
            f"{cause['label']} {100 * cause['shapley']:+.0f} ± {100 * cause['error']:.0f}"
            for cause in causes.loc[order[:CAUSES]].to_dict("records")
        ]
        ends = " → ".join(probability_text(float(row[end])) for end in ("before", "after"))
        said = "; ".join(told) or "no cause is certain with these draws"
        rows.append([str(row["label"]), ends, said, f"{100 * row['interaction']:+.0f}"])
    if not rows:
        yield Text(f"No target moved by {100 * LEAST:.0f} points or more.")
        return
    columns = ["Target", "before → now", "largest causes", "interaction"]
    yield _numbers(columns, rows, right=(1, 3))
    if not quiet:
        yield Text(
            "A cause's points are its mean over all orders in which causes can come (Shapley's "
            "value), with a standard error. Only causes beyond two of these are shown. "
            "Interaction: the change minus the sum of the causes alone. The draws of the worst "
            f"group are worth {found.worth:,.0f} independent ones. Both ends come from other draws "
            "than the probabilities above, and differ from them by chance."
        )


def learnt_section(table: pd.DataFrame, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the shocks and constants whose mean moved most."""
    yield Text("\nWhat was learnt", "bold")
    rows = [
        [
            row["label"],
            str(row["year"]) if row["year"] else "all years",
            f"{row['shift']:+.2f}",
            f"{row['narrowed']:.2f}",
        ]
        for row in table.head(LEARNT).to_dict("records")
    ]
    yield _numbers(["shock or constant", "year", "shift", "spread"], rows, right=(2, 3))
    if not quiet:
        yield Text(
            "Shift: of the mean, in standard deviations before any release. Spread: the "
            "standard deviation now, over that before."
        )


def required_section(table: pd.DataFrame, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the growth that open targets need, beside the growth projected."""
    yield Text("\nRequired path of open targets", "bold")
    rows = [
        [
            row["label"],
            row["aim"],
            str(row["deadline"]),
            str(row["year"]),
            plain_number(row["level"]),
            plain_number(row["goal"]),
            plain_number(row["projected"]),
            _growth(row["growth_needed"]),
            _growth(row["growth_projected"]),
        ]
        for row in table.to_dict("records")
    ]
    columns = ["Target", "asks for", "by", "from", "level then", "needed level", "projected"]
    columns += ["growth needed", "growth projected"]
    yield _numbers(columns, rows, right=range(2, 9))
    if not quiet:
        yield Text(
            "From: the last year with a figure of the target's variable. Levels are medians of "
            "the draws. Growth: percent a year from then to the deadline; - for a flow that "
            "counts in every year."
        )


def _heading(day: date | None) -> str:
    # On two lines, so that the column is as narrow as its numbers.
    return "before" if day is None else f"{day:%Y-}\n{day:%m-%d}"


def _numbers(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int]
) -> Table:
    """Lay out texts, with numbers that are written already aligned to the right."""
    table = records_table(columns, rows)
    for number in right:
        table.columns[number].justify = "right"
    return table


def _said(one: NotCounted) -> tuple[str, str]:
    figure = one.release.figure
    return _value(figure.kind, figure.value, figure.high), one.reason.en


def _value(kind: str, value: float, high: float | None) -> str:
    """Write a published value; a bound with its word."""
    text = {"floor": "over ", "ceiling": "under "}.get(kind, "") + exact_number(value)
    return text + (f" to {exact_number(high)}" if kind == "interval" else "")


def _percent(row: Mapping[Any, Any]) -> str:
    return probability_text(row["probability"], row["ci_low"], row["ci_high"]) or "-"


def _growth(value: float) -> str:
    return "-" if value != value else f"{value:+.1f} %"

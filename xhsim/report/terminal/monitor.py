"""What new figures change: computed with a progress bar, printed, written to a folder."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from xhsim.analysis.assembly import read_other_releases
from xhsim.analysis.judging.required import required_growth
from xhsim.analysis.monitoring.channels import learnt, revision_by_channel
from xhsim.analysis.monitoring.expected import expected_figures
from xhsim.analysis.monitoring.revision import revision_by_release
from xhsim.atomic import write_json, writing
from xhsim.report.files.manifest import manifest
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import exact_number, plain_number, records_table
from xhsim.report.terminal.to_watch import ToWatchReport
from xhsim.study.history.vintages import releases_as_of
from xhsim.study.names import Reference, canonical, parse_reference
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK, likelihood_legend
from xhsim.wording.numbers import probability_text
from xhsim.wording.structures import stale_text
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.monitoring.revision import Revision
    from xhsim.analysis.study import Study
    from xhsim.study.folder import StudyFiles
    from xhsim.study.history.releases import Release
    from xhsim.study.history.vintages import NotCounted
    from xhsim.study.targets import Target

__all__ = ["MonitorReport", "monitor_study"]

DATES = 4  # columns of probabilities after releases, at most; the JSON record has all
MOVED, LEAST = 8, 0.02  # targets of a revision, at most; and how far they moved at least
CAUSES = 3  # of each of them
LEARNT = 8
WATCHED = 2  # figures for each target
FEW = 100  # draws that all together are worth less say little
# How many draws are run to split revisions, for each draw of the monitoring. With 2,000 draws these
# are the numbers with which the errors of the splits were measured.
RELEASE_DRAWS, CHANNEL_DRAWS = 10, 0.25


@dataclass(frozen=True)
class MonitorReport:
    """What the figures published up to a date change.

    Attributes
    ----------
    monitoring : Monitoring
    chances : DataFrame
        From `Monitoring.probabilities`, with the column ``light``; None for a target that cannot
        be assessed.
    figures : DataFrame
        From `xhsim.analysis.monitoring.expected.expected_figures`.
    by_release, by_channel : Revision or None
        None if there is nothing to split, or if it was not asked for.
    learnt : DataFrame
        From `xhsim.analysis.monitoring.channels.learnt`, all rows.
    required : DataFrame
        From `xhsim.analysis.judging.required.required_growth`, for open targets.
    watch : DataFrame
        From `Study.to_watch`.
    out : Path or None
        The folder that was written, if any.
    """

    monitoring: Monitoring
    chances: pd.DataFrame
    figures: pd.DataFrame
    by_release: Revision | None
    by_channel: Revision | None
    learnt: pd.DataFrame
    required: pd.DataFrame
    watch: pd.DataFrame
    out: Path | None = None

    @cached_property
    def now(self) -> pd.DataFrame:
        """The probabilities as of the last date, by target."""
        return _at(self.chances, self.monitoring.dates[-1])

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print; without remarks if `quiet`."""
        about = self.monitoring
        yield Text(f"As of {about.as_of}, scenario {about.world.scenario.name}", "bold")
        yield Text(self._condition())
        yield from self._figures(quiet)
        yield from self._probabilities(quiet)
        for title, found in (("release", self.by_release), ("channel", self.by_channel)):
            if found is not None:
                yield from _revision(f"What moved the probabilities, by {title}", found, quiet)
        yield from self._learnt(quiet)
        yield from self._required(quiet)
        yield Text("\nAttained, lost, open", "bold")
        yield Text(self._states())
        yield Text("")
        yield from ToWatchReport(self.watch, top=WATCHED).parts(quiet=quiet)
        if self.out is not None:
            yield Text(f"\nWritten to {self.out}")

    def _condition(self) -> str:
        """Say in one line what everything is conditional on."""
        world, files = self.monitoring.world, self.monitoring.study.files
        known = "" if files.posterior is None else f", its posterior (history to {_until(files)})"
        parts = [
            f"All of this assumes that the policy of {world.scenario.name} was in force, and that "
            f"the model{known} and its priors are right."
        ]
        if self.structures:
            shares = ", ".join(
                f"{row['label']} {100 * row['before']:.0f} → {100 * row['now']:.0f} %"
                for row in self.structures.values()
            )
            parts.append(f"Structures, before the figures → now: {shares}.")
        worth = self.effective_draws
        parts.append(
            f"{world.draws:,} draws with seed {world.seed}, worth {worth:,.0f} independent ones "
            "after the figures."
        )
        if worth < FEW:
            parts.append("That is few: ask for more --draws.")
        if self.failed:
            parts.append(f"{self.failed:,} draws failed and meet no target.")
        return " ".join(filter(None, [*parts, stale_text({"stale": self.stale}, "en")]))

    @property
    def effective_draws(self) -> float:
        """How many independent draws those after the last release are worth."""
        return self.monitoring.world.draws * self.monitoring.updates[-1].worth

    @property
    def failed(self) -> int:
        """The number of draws after the last release that failed."""
        return int(self.monitoring.ensembles[-1].attrs["failed"])

    @property
    def stale(self) -> list[str]:
        """What has changed since the weights of the structures were stored."""
        structures = self.monitoring.study.structures
        return [] if structures is None else list(structures.stale)

    @cached_property
    def structures(self) -> dict[str, dict[str, Any]]:
        """For each structure its labels, and its share of the draws before any release and now."""
        first, last = self.monitoring.ensembles[0], self.monitoring.ensembles[-1]
        if "structure" not in first:
            return {}
        about, now = first["structure"].attrs, last["structure"].attrs["weights"]
        rows = zip(
            about["names"],
            about["labels_en"],
            about["labels_zh"],
            about["weights"],
            now,
            strict=True,
        )
        return {
            name: {"label": en, "label_zh": zh, "before": float(one), "now": float(other)}
            for name, en, zh, one, other in rows
        }

    def _figures(self, quiet: bool) -> Iterator[RenderableType]:
        about = self.monitoring
        if not len(self.figures):
            later = [one.release.published for one in about.not_counted if one.why == "later"]
            first = f" The first one of the file is of {min(later)}." if later else ""
            yield Text(f"\nNo figure counts as of {about.as_of}.{first}")
        else:
            yield Text("\nWhat counts", "bold")
            yield records_table(*self._figure_rows())
            if not quiet:
                yield Text(
                    "Median and 90 % range: what was expected before the date, with the error of "
                    "the figure. PIT: the share of this forecast below the figure; for a bound the "
                    "probability that it gave to it. Surprise: PIT below 0.025 or above 0.975. Log "
                    "evidence: the logarithm of the density of all figures of the date."
                )
        if about.not_counted:
            yield Text("\nWhat does not count", "bold")
            rows = [
                [str(one.release.dated), one.release.series, one.release.period, *_said(one)]
                for one in about.not_counted
            ]
            yield records_table(["published", "series", "period", "value", "why"], rows)

    def _figure_rows(self) -> tuple[list[str], list[list[str]]]:
        columns = ["published", "figure", "period", "value", "unit", "expected", "90 % range"]
        columns += ["PIT", "", "log evidence"]
        evidence = {one.published: one.log_evidence for one in self.monitoring.updates}
        rows, before = [], None
        for row in self.figures.to_dict("records"):
            day = row["published"]
            growth = "" if row["measure"] == "level" else f", {row['measure']}"
            remarks = ["surprise"] if row["surprise"] else []
            remarks += [] if row["counts"] else ["replaced since"]
            rows.append(
                [
                    "" if day == before else str(day),
                    f"{row['label']}{growth}",
                    str(row["period"]),
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

    def _probabilities(self, quiet: bool) -> Iterator[RenderableType]:
        days = list(self.monitoring.dates)
        shown = [*days[:1], *days[1:][-DATES:]]
        tables = {day: _at(self.chances, day).to_dict("index") for day in shown}
        yield Text("\nProbability of each target, in percent", "bold")
        columns = ["", "Target", *("before" if day is None else str(day) for day in shown)]
        columns += ["95 % interval", "change", "light", "in words"]
        rows = []
        for name, row in self.now.to_dict("index").items():
            target = self.monitoring.study.targets[str(name)]
            mark = "" if row["light"] else f" {UNASSESSABLE_MARK}"
            cells = ["" if target.rank is None else str(target.rank), f"{row['label']}{mark}"]
            cells += [_percent(tables[day][name]) for day in shown]
            cells.append(f"{100 * row['ci_low']:.1f} to {100 * row['ci_high']:.1f}")
            change = row["change"]
            cells.append("-" if change != change else f"{100 * change:+.0f}")
            rows.append([*cells, row["light"] or "-", str(row["word"])])
        yield _numbers(columns, rows, right=range(2, 4 + len(shown)))
        if quiet:
            return
        plan = self.monitoring.study.files.monitoring
        legend = likelihood_legend(self.now["word"])
        remarks = [
            "Change: in percentage points since the date before. Green: at least "
            f"{100 * plan.green:.0f} %; red: below {100 * plan.red:.0f} %."
            + (f" The words are the IPCC's: {legend}." if legend else "")
        ]
        if len(days) > len(shown):
            remarks.append(f"Of {len(days) - 1} dates, the last {DATES} are shown; --json has all.")
        if not self.now["light"].notna().all():
            remarks.append(f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.en}; it has no light.")
        yield Text("\n".join(remarks))

    def _learnt(self, quiet: bool) -> Iterator[RenderableType]:
        if not len(self.figures):
            return
        yield Text("\nWhat was learnt", "bold")
        rows = [
            [
                row["label"],
                str(row["year"]) if row["year"] else "all years",
                f"{row['shift']:+.2f}",
                f"{row['narrowed']:.2f}",
            ]
            for row in self.learnt.head(LEARNT).to_dict("records")
        ]
        yield _numbers(["shock or constant", "year", "shift", "spread"], rows, right=(2, 3))
        if not quiet:
            yield Text(
                "Shift: of the mean, in standard deviations before any release. Spread: the "
                "standard deviation now, over that before."
            )

    def _required(self, quiet: bool) -> Iterator[RenderableType]:
        if not len(self.required):
            return
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
            for row in self.required.to_dict("records")
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

    def _states(self) -> str:
        names, labels = self._by_state(), self.now["label"].to_dict()
        lines = [
            f"{said}: {', '.join(str(labels[name]) for name in names[state])}."
            for state, said in (("attained", "Attained in every draw"), ("lost", "In no draw"))
            if names[state]
        ]
        return "\n".join([*lines, f"Still open: {len(names['open'])} of {len(self.now)} targets."])

    def _by_state(self) -> dict[str, list[str]]:
        states = self.now["state"]
        return {
            state: [str(name) for name in states.index[states == state]]
            for state in ("attained", "lost", "open")
        }

    def as_record(self) -> dict[str, Any]:
        """Return everything as values that JSON can represent."""
        about = self.monitoring
        return {
            "scenario": about.world.scenario.name,
            "as_of": about.as_of.isoformat(),
            "draws": about.world.draws,
            "seed": about.world.seed,
            "effective_draws": self.effective_draws,
            "failed": self.failed,
            "beliefs": about.study.beliefs,
            "structures": self.structures,
            "stale": self.stale,
            "dates": [
                {
                    "published": _plain(update.published),
                    "log_evidence": update.log_evidence,
                    "effective_draws": about.world.draws * update.worth,
                    "counted": [_key(about.counterparts.releases[n]) for n in update.counted],
                    "new": [_key(about.counterparts.releases[n]) for n in update.new],
                }
                for update in about.updates
            ],
            "figures": _records(self.figures),
            "not_counted": [
                {
                    **_key(one.release),
                    "published": one.release.published.isoformat(),
                    "value": one.release.figure.value,
                    "kind": one.release.figure.kind,
                    "why": one.why,
                    **one.reason.columns("reason"),
                }
                for one in about.not_counted
            ],
            "probabilities": _records(self.chances.reset_index()),
            "revision_by_release": _revision_record(self.by_release),
            "revision_by_channel": _revision_record(self.by_channel),
            "learnt": _records(self.learnt),
            "required": _records(self.required),
            **self._by_state(),
            "to_watch": ToWatchReport(self.watch, every_year=True).as_record(),
        }

    def write(self, folder: Path) -> None:
        """Write the tables and the JSON record into an existing folder."""
        self.figures.to_csv(folder / "figures.csv", index=False)
        self.chances.to_csv(folder / "probabilities.csv")
        self._revisions().to_csv(folder / "revisions.csv", index=False)
        self.learnt.to_csv(folder / "learnt.csv", index=False)
        self.required.to_csv(folder / "required.csv", index=False)
        self.watch.to_csv(folder / "watch.csv", index=False)
        write_json(folder / "monitor.json", self.as_record())

    def _revisions(self) -> pd.DataFrame:
        import pandas as pd

        found = (("release", self.by_release), ("channel", self.by_channel))
        tables = [one.table.assign(by=by) for by, one in found if one is not None]
        columns = ["by", "target_id", "cause", "label", "label_zh"]
        columns += ["alone", "last", "shapley", "error"]
        return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)


def monitor_study(
    study: Study,
    scenario: str,
    *,
    as_of: date | None,
    releases: Path | None,
    draws: int,
    seed: int,
    channels: bool,
    out: Path | None,
    command: list[str],
    quiet: bool,
) -> MonitorReport:
    """Update a study with published figures, and find out what they change and why.

    Parameters
    ----------
    study : Study
    scenario : str
    as_of : date or None
        As for `Study.monitor`.
    releases : Path or None
        A file to use in place of the study's ``releases.csv``.
    draws, seed : int
        As for `Study.ensemble`.
    channels : bool
        Whether to split the revision by channel, too.
    out : Path or None
        A folder for ``figures.csv``, ``probabilities.csv``, ``revisions.csv``, ``learnt.csv``,
        ``required.csv``, ``watch.csv``, ``monitor.json`` and ``manifest.json``. It receives all of
        them or none.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    MonitorReport

    Raises
    ------
    InputError
        As `Study.monitor`, and if a file has mistakes or `out` cannot be written.
    """
    rows = study.files.releases
    about: dict[str, Any] = {"scenario": scenario, "draws": draws, "seed": seed}
    if releases is not None:
        rows = read_other_releases(study.files, study.model, releases)
        content = hashlib.sha256(releases.read_bytes()).hexdigest()
        about["releases"] = {"file": str(releases), "sha256": content}
    if out is None:
        return _monitored(study, scenario, as_of, rows, draws, seed, channels, quiet)
    # Before the runs: the manifest describes the files that were read, not later versions.
    about["beliefs"] = study.beliefs
    record = manifest(study.files.folder, command=command, **about)
    with writing(out) as draft:
        report = _monitored(study, scenario, as_of, rows, draws, seed, channels, quiet, out)
        report.write(draft)
        write_json(draft / "manifest.json", record | {"as_of": str(report.monitoring.as_of)})
    return report


def _monitored(
    study: Study,
    scenario: str,
    as_of: date | None,
    releases: Sequence[Release],
    draws: int,
    seed: int,
    channels: bool,
    quiet: bool,
    out: Path | None = None,
) -> MonitorReport:
    names = list(study.indicators or study.targets)
    with progress_bar(quiet) as bar:

        def told(what: str) -> Any:
            task = bar.add_task(what, total=None)
            return lambda count: bar.advance(task, count)

        found = study.monitor(
            as_of,
            releases=releases,
            scenario=scenario,
            draws=draws,
            seed=seed,
            progress=told("runs of all draws"),
        )
        chances = found.probabilities(names)
        by_release = by_channel = None
        if found.releases:
            by_release = revision_by_release(
                found, names, draws=RELEASE_DRAWS * draws, progress=told("draws by release")
            )
            if channels:
                many = max(1, round(CHANNEL_DRAWS * draws))
                by_channel = revision_by_channel(
                    found, names, draws=many, progress=told("groups of channels")
                )
    plan = study.files.monitoring
    chances["light"] = [
        None if word == NOT_ASSESSABLE.en else plan.light(probability)
        for word, probability in zip(chances["word"], chances["probability"], strict=True)
    ]
    states = _at(chances, found.dates[-1])["state"]
    targets = {name: study.targets[name] for name in names}
    still = {name: one for name, one in targets.items() if states[name] == "open"}
    watch = study.to_watch(
        found.ensembles[-1], targets, published=releases_as_of(releases, found.as_of)
    )
    return MonitorReport(
        found,
        chances,
        expected_figures(found),
        by_release,
        by_channel,
        learnt(found, most=None),
        required_growth(found.ensembles[-1], still, _last_years(found, still)),
        watch,
        out,
    )


def _last_years(monitoring: Monitoring, targets: Mapping[str, Target]) -> dict[str, int]:
    """Return for each target the last year with a whole figure of its variable."""
    known = [(one.terms[0], one.year) for one in monitoring.releases if _is_whole(one)]
    known += [
        (parse_reference(row.variable), row.last_year)
        for row in monitoring.study.files.observations
        if row.can_be_compared
    ]
    last: dict[Reference, int] = {}
    for term, year in known:
        last[_spelled(term)] = max(year, last.get(_spelled(term), year))
    return {
        name: last.get(_spelled(target.variable), target.base_year)
        for name, target in targets.items()
    }


def _is_whole(release: Release) -> bool:
    return release.part == 1 and len(release.terms) == 1


def _spelled(term: Reference) -> Reference:
    return Reference(canonical(term.name), tuple(map(canonical, term.elements)))


def _at(table: pd.DataFrame, day: date | None) -> pd.DataFrame:
    """Return the rows of a date; None is the time before any release."""
    days = table.index.get_level_values(0)
    return table[days.isna() if day is None else days == day].droplevel(0)


def _numbers(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int]
) -> Table:
    """Lay out texts, with numbers that are written already aligned to the right."""
    table = records_table(columns, rows)
    for number in right:
        table.columns[number].justify = "right"
    return table


def _revision(title: str, found: Revision, quiet: bool) -> Iterator[RenderableType]:
    """Yield the targets that moved most, each with what moved it most."""
    totals = found.totals
    change = totals["after"] - totals["before"]
    largest = change.abs().sort_values(ascending=False, kind="stable")
    yield Text(f"\n{title}, in percentage points", "bold")
    rows = []
    for name in largest[largest >= LEAST].index[:MOVED]:
        row = totals.loc[name]
        causes = found.table[found.table["target_id"] == name]
        causes = causes[causes["shapley"].abs() > 2 * causes["error"]]
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
            f"group are worth {found.worth:,.0f} independent ones."
        )


def _until(files: StudyFiles) -> object:
    assert files.posterior is not None
    return files.posterior.until


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


def _key(release: Release) -> dict[str, str]:
    return {"series": release.series, "period": release.period, "measure": release.figure.measure}


def _revision_record(found: Revision | None) -> dict[str, Any] | None:
    if found is None:
        return None
    causes = found.table.drop(columns=["target_id", "cause"])
    return {
        "effective_draws": found.worth,
        "targets": [
            {**row, "causes": _records(causes[found.table["target_id"] == row["target_id"]])}
            for row in _records(found.totals.reset_index())
        ],
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """Return a cell as JSON can represent it."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, date):
        return None if value != value else value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

"""What new figures change, as a screen, as a JSON record and as tables in a folder."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.atomic import write_json
from xhsim.report.monitoring.sections import (
    at_date,
    figures_section,
    learnt_section,
    probability_section,
    required_section,
    revision_section,
)
from xhsim.report.terminal.to_watch import ToWatchReport
from xhsim.wording.structures import stale_text

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.monitoring.monitor import Monitoring
    from xhsim.analysis.monitoring.revision import Revision
    from xhsim.study.folder import StudyFiles
    from xhsim.study.history.releases import Release

__all__ = ["MonitorReport"]

WATCHED = 1  # figures for each target
FEW = 100  # draws that all together are worth less say little


@dataclass(frozen=True)
class MonitorReport:
    """What the figures published up to a date change.

    Attributes
    ----------
    monitoring : Monitoring
    chances : DataFrame
        From `xhsim.analysis.early_warning.lights.lights`; the light of a target that cannot be
        assessed is None.
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
        return at_date(self.chances, self.monitoring.dates[-1])

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print; without remarks if `quiet`."""
        about = self.monitoring
        yield Text(f"As of {about.as_of}, scenario {about.world.scenario.name}", "bold")
        yield Text(self._condition())
        yield from figures_section(about, self.figures, quiet=quiet)
        yield from probability_section(about, self.chances, quiet=quiet)
        for title, found in (("release", self.by_release), ("channel", self.by_channel)):
            if found is not None:
                what = f"What moved the probabilities, by {title}"
                yield from revision_section(what, found, quiet=quiet)
        if len(self.figures):
            yield from learnt_section(self.learnt, quiet=quiet)
        if len(self.required):
            yield from required_section(self.required, quiet=quiet)
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


def _until(files: StudyFiles) -> object:
    assert files.posterior is not None
    return files.posterior.until


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

"""Sealed forecasts on the screen: one that was just made, and the scores of all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.forecasts.sealing import check_day
from xhsim.analysis.history.hindcast_scores import RIVALS
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import plain_number, records_table
from xhsim.study.forecasts.register import check_name, write_seal
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK
from xhsim.wording.numbers import probability_text

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.forecasts.sealed_scores import SealedScores
    from xhsim.analysis.study import Study
    from xhsim.study.forecasts.seal import Seal, SealedTarget

__all__ = ["ScoreReport", "SealReport", "seal_study"]

RIVAL_NAMES = dict(
    zip(RIVALS, ("last growth", "last growth, spread", "mean growth, spread"), strict=True)
)
BOUNDS = (
    "Floors, ceilings and intervals are only inside or outside the bands: they say too little for "
    "a score. Their chance is the probability that the forecast gave to what they say."
)
POINTS = (
    "CRPS in percent of the level, or percentage points of growth; lower is better. A ratio below "
    "1 means that the model is better than the rival. The intervals behind the shares would be "
    "right for independent figures, which these are not."
)
AFTERWARDS = (
    "* The figure was published before the seal was made: those who made the model may have known "
    "it."
)
BRIER = "The Brier score is the squared difference between a probability and the outcome, 1 or 0."


@dataclass(frozen=True)
class SealReport:
    """A sealed forecast to print.

    Attributes
    ----------
    seal : Seal
    path : Path
        Its file.
    labels : dict of str to str
        English labels of targets by id.
    """

    seal: Seal
    path: Path
    labels: dict[str, str]

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the table and texts to print."""
        seal = self.seal
        rows = []
        for target in seal.targets:
            at = dict(zip(seal.levels, target.quantiles or [None] * len(seal.levels), strict=True))
            low, middle, high = (plain_number(at[level]) for level in (0.05, 0.5, 0.95))
            aim = f"{target.direction} {plain_number(target.value)} {target.unit}"
            rows.append([self.labels[target.id], aim, _chance(target), middle, f"{low} to {high}"])
        yield records_table(["Target", "asks for", "probability", "median", "5 % to 95 %"], rows)
        yield Text("")
        yield Text(f"Sealed in {self.path}\nhash {seal.hash}")
        if not quiet:
            yield Text(self._remarks())

    def _remarks(self) -> str:
        seal = self.seal
        lines = [
            f"Scenario {seal.scenario}, {seal.draws:,} draws with seed {seal.seed}; "
            f"{len(seal.quantities)} figures are forecast. Keep the hash where others can see it, "
            "for example in a commit: it shows later that the forecast has not changed."
        ]
        if not all(target.assessable for target in seal.targets):
            lines.append(f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE.en}; it is not scored.")
        if seal.made.date() > seal.as_of:
            lines.append(
                f"It is as of {seal.as_of}, but was made on {seal.made.date()}. The file says so."
            )
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Return the seal as values that JSON can represent."""
        return {"file": self.path.name, "hash": self.seal.hash, **self.seal.model_dump(mode="json")}


def seal_study(
    study: Study,
    scenario: str,
    *,
    draws: int,
    seed: int,
    name: str | None,
    as_of: date | None,
    note: str,
    quiet: bool,
) -> SealReport:
    """Seal a forecast of a scenario, and write it into the study.

    Parameters
    ----------
    study : Study
    scenario : str
    draws, seed : int
        As for `Study.ensemble`.
    name, as_of, note
        As for `xhsim.analysis.forecasts.sealing.sealed`.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    SealReport

    Raises
    ------
    InputError
        If the seal exists already, or as `Study.seal`.
    """
    made = datetime.now(UTC).replace(microsecond=0)
    day = as_of or made.date()
    folder = study.files.folder
    study.files.resolve(scenario)
    # Before the work: the name and the day are checked again when the forecast is sealed.
    check_day(study.files, day, made.date())
    chosen = name or f"{day}-{scenario}"
    check_name(folder, chosen)
    with progress_bar(quiet) as bar:
        task = bar.add_task("running", total=draws)
        seal = study.seal(
            scenario,
            draws,
            seed,
            name=chosen,
            as_of=day,
            note=note,
            made=made,
            progress=lambda count: bar.advance(task, count),
        )
    path = write_seal(folder, seal)
    labels = {target.id: study.targets[target.id].label.en for target in seal.targets}
    return SealReport(seal, path, labels)


@dataclass(frozen=True)
class ScoreReport:
    """Scores of all sealed forecasts to print.

    Attributes
    ----------
    scores : SealedScores
    """

    scores: SealedScores

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        scores = self.scores
        for changed in scores.changed:
            yield Text(f'The seal "{changed.name}" is not scored: {changed.what}', "bold red")
        if not len(scores.seals):
            yield Text("There is no sealed forecast to score; xhsim seal makes one.")
            return
        yield Text("Sealed forecasts", "bold")
        yield records_table(*_seal_rows(scores.seals))
        if len(scores.points):
            yield Text("\nFigures published since", "bold")
            yield records_table(*_point_rows(scores.points))
            yield Text("\nBy seal", "bold")
            yield records_table(*_summary_rows(scores.summary()))
        if len(scores.bounds):
            yield Text("\nFloors, ceilings and intervals published since", "bold")
            yield records_table(*_bound_rows(scores.bounds))
        if len(scores.decided):
            yield Text("\nTargets decided since", "bold")
            yield records_table(*_target_rows(scores.decided))
            yield Text("\nBrier score by seal", "bold")
            yield records_table(*_target_summary_rows(scores.target_summary()))
        if not quiet:
            yield Text("\n" + self._remarks())

    def _remarks(self) -> str:
        scores = self.scores
        lines = []
        if len(scores.points):
            lines.append(POINTS)
        if len(scores.bounds):
            lines.append(BOUNDS)
        if scores.figures["afterwards"].any():
            lines.append(AFTERWARDS)
        if not len(scores.figures):
            lines.append("No figure that a seal has forecast has been published since its day.")
        if len(scores.decided):
            lines.append(BRIER)
        else:
            lines.append("No target has been decided since, so there is no Brier score yet.")
        if len(scores.left_out):
            reasons = scores.left_out["why"].value_counts()
            told = "; ".join(f"{count}: {why}" for why, count in reasons.items())
            lines.append(f"Figures that are not scored ({told}).")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Return the scores as values that JSON can represent."""
        scores = self.scores
        return {
            "changed": {each.name: each.what for each in scores.changed},
            "seals": _records(scores.seals),
            "figures": _records(scores.figures),
            "targets": _records(scores.targets),
            "left_out": _records(scores.left_out),
            "by_seal": _records(scores.summary().reset_index()),
            "by_seal_targets": _records(scores.target_summary().reset_index()),
            "pit": _records(scores.pit_table()),
            "reliability": _records(scores.reliability()),
            "target_reliability": _records(scores.target_reliability()),
        }


def _chance(target: SealedTarget) -> str:
    share, low, high = target.probability, target.ci_low, target.ci_high
    if share is None or low is None or high is None:
        return "-"
    mark = "" if target.assessable else f" {UNASSESSABLE_MARK}"
    return f"{probability_text(share, low, high)} %{mark}"


Rows = tuple[list[str], list[list[str]]]


def _seal_rows(seals: pd.DataFrame) -> Rows:
    columns = ["seal", "as of", "made", "scenario", "draws", "figures", "inputs since"]
    rows = []
    for row in seals.to_dict("records"):
        changed = row["changed_inputs"]
        files = changed.split(", ") if changed else []
        said = "the same" if not files else f"changed: {files[0]}"
        said += f" and {len(files) - 1} more" if len(files) > 1 else ""
        cells = [row["seal"], row["as_of"], row["made"].date(), row["scenario"]]
        cells += [f"{row['draws']:,}", row["figures"], said]
        rows.append([str(cell) for cell in cells])
    return columns, rows


def _point_rows(points: pd.DataFrame) -> Rows:
    columns = ["seal", "variable", "year", "published", "5 %", "median", "95 %", "observed"]
    columns += ["in 50 %", "in 90 %", "PIT", "CRPS", *RIVAL_NAMES.values()]
    rows = []
    for row in points.to_dict("records"):
        numbers = [plain_number(row[key]) for key in ("p05", "median", "p95", "observed")]
        inside = ["yes" if row[key] else "no" for key in ("inside_50", "inside_90")]
        scores = [_score(row[key]) for key in ("model", *RIVALS)]
        rows.append([*_first_cells(row), *numbers, *inside, f"{row['pit']:.2f}", *scores])
    return columns, rows


def _bound_rows(bounds: pd.DataFrame) -> Rows:
    columns = ["seal", "variable", "year", "published", "5 %", "median", "95 %", "said"]
    columns += ["in 50 %", "in 90 %", "chance"]
    signs = {"floor": "over ", "ceiling": "under "}
    rows = []
    for row in bounds.to_dict("records"):
        numbers = [plain_number(row[key]) for key in ("p05", "median", "p95")]
        said = signs.get(row["kind"], "") + plain_number(row["observed"])
        said += "" if math.isnan(row["high"]) else f" to {plain_number(row['high'])}"
        inside = ["yes" if row[key] else "no" for key in ("inside_50", "inside_90")]
        rows.append([*_first_cells(row), *numbers, said, *inside, f"{100 * row['chance']:.0f} %"])
    return columns, rows


def _first_cells(row: dict[Any, Any]) -> list[str]:
    growth = "" if row["measure"] == "level" else ", growth"
    day = "-" if row["published"] is None else str(row["published"])
    mark = " *" if row["afterwards"] else ""
    return [row["seal"], f"{row['label']}{growth}", str(row["year"]), day + mark]


def _summary_rows(summary: pd.DataFrame) -> Rows:
    columns = ["seal", "figures", "in 50 %", "in 90 %", "compared", "CRPS"]
    for name in RIVAL_NAMES.values():
        columns += [name, "ratio"]
    rows = []
    for key, row in summary.to_dict("index").items():
        cells = [str(key), f"{row['observations']:.0f}", _share(row, "inside_50")]
        cells += [_share(row, "inside_90"), f"{row['compared']:.0f}", _score(row["model"])]
        for rival in RIVALS:
            cells += [_score(row[rival]), _score(row[f"ratio_{rival}"])]
        rows.append(cells)
    return columns, rows


def _target_rows(decided: pd.DataFrame) -> Rows:
    columns = ["seal", "target", "probability", "attained", "Brier", "mean growth", "Brier of that"]
    rows = []
    for row in decided.to_dict("records"):
        attained = "yes" if row["attained"] else "no"
        own = [_percent(row["probability"]), attained, _score(row["brier"])]
        rival = [_percent(row["rival"]), _score(row["rival_brier"])]
        rows.append([row["seal"], row["label"], *own, *rival])
    return columns, rows


def _target_summary_rows(summary: pd.DataFrame) -> Rows:
    columns = ["seal", "targets", "Brier", "compared", "Brier of these", "mean growth", "ratio"]
    rows = []
    for name, row in summary.to_dict("index").items():
        cells = [str(name), f"{row['targets']:.0f}", _score(row["brier"]), f"{row['compared']:.0f}"]
        cells += [_score(row[key]) for key in ("brier_compared", "rival_brier", "ratio")]
        rows.append(cells)
    return columns, rows


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.0f} %"


def _share(row: dict[Any, Any], name: str) -> str:
    low, high = (round(100 * row[f"{name}_{end}"]) for end in ("low", "high"))
    return f"{round(100 * row[name])} % ({low}-{high})"


def _score(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

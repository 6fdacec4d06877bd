"""Twin experiments: computed or stored, and printed as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.early_warning.lights import stale_twins
from xhsim.analysis.early_warning.rates import ALL, lead_times, light_rates
from xhsim.analysis.worlds.design import check_draws
from xhsim.errors import InputError
from xhsim.report.files.manifest import manifest, without_places
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import records_table
from xhsim.study.history.stored_twins import TWINS_FILE, StoredTwins, write_twins

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.study import Study

__all__ = ["TwinsReport", "stored_report", "twins_study"]

EVERY = 10  # twins between two times of storing
SHARES = {
    "warned": "missed: amber or red",
    "red_before_miss": "missed: red",
    "false_alarm": "met: amber or red",
    "false_red": "met: red",
    "missed_after_green": "green: missed",
    "missed_after_amber": "amber: missed",
    "missed_after_red": "red: missed",
}
ASSUMED = (
    "The rates assume that the model and the priors are right, and that the same series are "
    "published each year. Intervals are Wilson's, 95 %; over all targets they count that targets "
    "of one twin resemble each other."
)
RANKS = (
    "Ranks are tested as of the last year (simulation-based calibration). p Holm is corrected for "
    "the number of tests. In 90 %: how often the 90 % interval held the truth."
)


@dataclass(frozen=True)
class TwinsReport:
    """Twin experiments to print.

    Attributes
    ----------
    twins : StoredTwins
    study : Study
    stored : Path or None
        The file that was written, if any.
    """

    twins: StoredTwins
    study: Study
    stored: Path | None = None

    @property
    def rates(self) -> pd.DataFrame:
        """How often lights were right, see `light_rates`."""
        return light_rates(self.twins, self.study.files.monitoring, self.study.targets)

    @property
    def leads(self) -> pd.DataFrame:
        """How early lights were red, see `lead_times`."""
        return lead_times(self.twins, self.study.files.monitoring, self.study.targets)

    @property
    def calibration(self) -> pd.DataFrame:
        """Whether intervals hold the truth, see `calibration_table`."""
        from xhsim.analysis.early_warning.ranks import calibration_table

        return calibration_table(self.twins)

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        twins, rates, leads = self.twins, self.rates, self.leads
        yield Text(
            f"Lights of all targets after the figures of a year, {twins.twins} twins", "bold"
        )
        columns = ["share", *map(str, twins.years)]
        rows = [
            [text, *(_share(rates.loc[(ALL, year)], name) for year in twins.years)]
            for name, text in SHARES.items()
        ]
        yield records_table(columns, rows)
        yield Text("\nBy target: % amber or red among twins that missed and that met it", "bold")
        last = twins.years[-1]
        columns = ["target", "missed", *(f"{y} miss / met" for y in twins.years), "years ahead"]
        rows = []
        for name in leads.index[:-1]:
            counts = rates.loc[(name, last)]
            pairs = [
                f"{_percent(rates.loc[(name, year), 'warned'])} / "
                f"{_percent(rates.loc[(name, year), 'false_alarm'])}"
                for year in twins.years
            ]
            lead = leads.loc[name, "lead"]
            missed = f"{_percent(1 - counts['met'] / counts['twins'])} %"
            label = self.study.targets[name].label.en
            rows.append([label, missed, *pairs, "-" if math.isnan(lead) else f"{lead:.1f}"])
        yield records_table(columns, rows)
        yield Text("\nDoes the truth look like one more draw?", "bold")
        columns = ["number", "mean rank", "p", "p Holm", "in 90 %"]
        rows = []
        for name, row in self.calibration.to_dict("index").items():
            tests = [f"{row[key]:.2f}" for key in ("rank", "p_value", "p_holm")]
            cells = ["-" if text == "nan" else text for text in tests]
            rows.append([self._named(str(name)), *cells, _share(row, "inside_90")])
        yield records_table(columns, rows)
        if not quiet:
            worth = ", ".join(f"{share:.2f}" for share in twins.worth)
            lines = [
                f"\n{twins.twins} twins of {twins.scenario}, {twins.draws} draws each with seed "
                f"{twins.seed}; a draw is worth {worth} after {', '.join(map(str, twins.years))}.",
                f"Figures of each year: {', '.join(twins.series)}.",
                ASSUMED,
                RANKS,
            ]
            if self.stored is not None:
                lines.append(f"Stored in {self.stored}")
            yield Text("\n".join(lines))

    def _named(self, name: str) -> str:
        if name == ALL:
            return "all of them"
        return self.study.targets[name].label.en if name in self.study.targets else name

    def as_record(self) -> dict[str, Any]:
        """Return the rates and tests as values that JSON can represent."""
        twins = self.twins
        return {
            "twins": twins.twins,
            "draws": twins.draws,
            "seed": twins.seed,
            "scenario": twins.scenario,
            "years": list(twins.years),
            "series": list(twins.series),
            "worth": list(twins.worth),
            "rates": _records(self.rates),
            "lead_times": _records(self.leads),
            "calibration": _records(self.calibration),
        }


def _share(row: Any, name: str) -> str:
    if math.isnan(row[name]):
        return "-"
    low, high = (_percent(row[f"{name}_{end}"]) for end in ("low", "high"))
    return f"{_percent(row[name])} % ({low}-{high})"


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.0f}"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    flat = table.reset_index()
    rows = flat.astype(object).where(flat.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def stored_report(study: Study) -> TwinsReport:
    """Return the stored twin experiments of a study.

    Raises
    ------
    InputError
        If none are stored, or the study has changed since.
    """
    found = study.files.twins
    file = study.files.folder / "model" / TWINS_FILE
    if found is None:
        hint = "make them with xhsim twins --store"
        raise InputError("the study has no stored twins", file=file, hint=hint)
    changed = stale_twins(study)
    if changed:
        raise InputError(
            f"the stored twins do not fit the study: {' and '.join(changed)} changed since",
            file=file,
            hint="renew them with xhsim twins --store",
        )
    return TwinsReport(found, study)


def twins_study(
    study: Study,
    *,
    twins: int,
    draws: int,
    seed: int,
    store: bool,
    command: list[str],
    quiet: bool,
) -> TwinsReport:
    """Make twin experiments of a study, and store them as they are made.

    Parameters
    ----------
    study : Study
    twins, draws, seed : int
        As for `xhsim.analysis.early_warning.twins.run_twins`.
    store : bool
        Whether to store them in the study's model folder. Those that are stored there already are
        kept if they fit.
    command : list of str
        The command line, for the record.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    TwinsReport

    Raises
    ------
    InputError
        If a number is not valid, or as `run_twins`.
    """
    from xhsim.analysis.early_warning.twins import run_twins

    check_draws(draws, seed)
    if twins < 1:
        raise InputError(f"the number of twins must be at least 1, not {twins}")
    model = study.files.folder / "model"
    record = manifest(study.files, command=command, twins=twins, draws=draws, seed=seed)
    made = {key: value for key, value in record.items() if key != "inputs"}
    made["command"] = without_places(record["command"])
    begun = study.files.twins if store else None
    found = None
    with progress_bar(quiet) as bar:
        task = bar.add_task("twins", total=twins)
        for number, found in enumerate(
            run_twins(study, twins=twins, draws=draws, seed=seed, begun=begun), start=1
        ):
            bar.advance(task)
            if store and found.rows and (number % EVERY == 0 or number == twins):
                write_twins(model, found, made)
    assert found is not None, "there is at least one twin"
    if not found.rows:
        raise InputError("the runs of all twins failed", file=model)
    return TwinsReport(found, study, model / TWINS_FILE if store else None)

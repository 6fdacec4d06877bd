"""The hindcast of a study: computed, printed as tables, written to a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.atomic import write_json, writing
from xhsim.report.files.manifest import manifest
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import plain_number, records_table
from xhsim.study.names import parse_reference

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.history.hindcast import HindcastResult
    from xhsim.analysis.study import Study

__all__ = ["HindcastReport", "hindcast_study"]

TOO_LARGE = 1.01
PICTURE = "hindcast.png"
RIVALS = {
    "last_growth": "last growth, one number",
    "last_growth_spread": "last growth, with spread",
    "mean_growth": "mean growth, with spread",
}


@dataclass(frozen=True)
class HindcastReport:
    """A hindcast to print.

    Attributes
    ----------
    result : HindcastResult
    out : Path or None
        The folder that was written, if any.
    """

    result: HindcastResult
    out: Path | None

    def series_rows(self) -> tuple[list[str], list[list[str]]]:
        """Return headings and rows of the table of scores by series."""
        columns = ["series", "figures", "in 50 %", "in 90 %", "model", *RIVALS.values()]
        rows = [
            [
                str(name),
                f"{row['observations']:.0f}",
                f"{round(row['inside_50'] * row['observations'])}",
                f"{round(row['inside_90'] * row['observations'])}",
                *(_score(row[key]) for key in ("model", *RIVALS)),
            ]
            for name, row in self.result.by_series().to_dict("index").items()
        ]
        return columns, rows

    def forecast_rows(self) -> tuple[list[str], list[list[str]]]:
        """Return headings and rows of the table of single forecasts."""
        columns = [
            *("series", "year", "last known", "5 %", "median", "95 %", "observed", "in 90 %"),
            "model",
        ]
        rows = []
        for row in self.result.table.sort_values(["series", "year"], kind="stable").to_dict(
            "records"
        ):
            numbers = [plain_number(row[key]) for key in ("p05", "median", "p95", "observed")]
            inside = "yes" if row["inside_90"] else "no"
            first = [row["series"], str(row["year"]), str(row["known"])]
            rows.append([*first, *numbers, inside, _score(row["model"])])
        return columns, rows

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        yield records_table(*self.forecast_rows())
        yield Text("\nScores (CRPS in percent of the level; lower is better)", "bold")
        yield records_table(*self.series_rows())
        if not quiet:
            yield Text(self._remarks())

    def markdown(self) -> str:
        """Return the tables as Markdown."""
        return "\n\n".join(
            [_markdown(*self.series_rows()), _markdown(*self.forecast_rows()), self._remarks()]
        )

    def _remarks(self) -> str:
        result, found = self.result, self.result.calibration
        total = result.by_series().loc["all"]
        lines = [
            f"\n{len(result.table)} figures after {found.until}. The rivals can forecast "
            f"{total['compared']:.0f} of them; the scores in the last row are means over these.",
            f"{len(found.density.unknowns)} parameters estimated from {len(found.evidence.rows)} "
            f"figures up to {found.until}, R-hat up to {found.r_hat.max():.3f}; "
            f"{result.draws:,} draws with seed {result.seed}.",
        ]
        if found.r_hat.max() >= TOO_LARGE:
            lines.append(
                f"The chains are too short (R-hat should be below {TOO_LARGE}). Give more --steps."
            )
        if self.out is not None:
            lines.append(f"Written to {self.out}")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Return the hindcast as values that JSON can represent."""
        return {
            "until": self.result.calibration.until,
            "r_hat": float(self.result.calibration.r_hat.max()),
            "failed": self.result.failed,
            "forecasts": _records(self.result.table),
            "series": _records(self.result.by_series().rename_axis("series").reset_index()),
        }


def _score(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _markdown(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def hindcast_study(
    study: Study,
    *,
    draws: int,
    walkers: int,
    steps: int,
    seed: int,
    out: Path | None,
    command: list[str],
    quiet: bool,
) -> HindcastReport:
    """Compute a study's hindcast; write tables and the picture.

    Parameters
    ----------
    study : Study
    draws, walkers, steps, seed : int
        As for `Study.hindcast`.
    out : Path or None
        A folder for ``hindcast.csv``, ``hindcast_series.csv``, ``hindcast.png`` and
        ``manifest.json``. It receives all of them or none.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    HindcastReport
    """
    about = {"draws": draws, "walkers": walkers, "steps": steps, "seed": seed}
    record = manifest(study.files.folder, command=command, **about)
    with progress_bar(quiet) as bar:
        task = bar.add_task("calibrating", total=steps * 2)
        result = study.hindcast(
            draws=draws,
            walkers=walkers,
            steps=steps,
            seed=seed,
            progress=lambda count: bar.advance(task, count),
        )
    if out is not None:
        from xhsim.plots.canvas.pictures import save
        from xhsim.plots.charts.hindcast import hindcast_page

        with writing(out) as draft:
            result.table.to_csv(draft / "hindcast.csv", index=False)
            result.by_series().to_csv(draft / "hindcast_series.csv", index_label="series")
            variables = result.table.drop_duplicates("series").set_index("series")["variable"]
            labels = {
                str(series): study.labels.reference(parse_reference(str(name))).en
                for series, name in variables.items()
            }
            save(hindcast_page(result, study.history, labels), draft / PICTURE)
            write_json(draft / "manifest.json", record)
    return HindcastReport(result, out)

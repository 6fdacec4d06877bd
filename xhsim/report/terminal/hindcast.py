"""The hindcasts of a study: computed or stored, printed as tables, written to files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.history.approximation import LARGEST_K_HAT, SMALLEST_SAMPLE
from xhsim.atomic import write_json, writing
from xhsim.errors import InputError
from xhsim.report.files.manifest import manifest, without_places, write_manifest
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import plain_number, records_table
from xhsim.study.history.stored_hindcasts import COLUMNS, HINDCASTS_FILE, HINDCASTS_RECORD
from xhsim.study.names import parse_reference
from xhsim.study.scenarios.structures import WEIGHTS_FILE

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.history.hindcast import HindcastResult
    from xhsim.analysis.study import Study

__all__ = ["HindcastReport", "hindcast_study", "stored_report"]

PICTURE, SCORES_PICTURE = "hindcast.png", "hindcast_scores.png"
RIVALS = {
    "last_growth": "last growth, one number",
    "last_growth_spread": "last growth, with spread",
    "mean_growth": "mean growth, with spread",
}
KINDS = {
    "series": "By series",
    "origin": "By year of the forecast",
    "horizon": "By years ahead",
    "structure": "By structure of the model",
}
CRPS = "scores are the CRPS in percent of the level; lower is better"
DEPENDENT = (
    "The intervals behind the shares would be right for independent figures. These are not: the "
    "same figure is forecast from several years, and a bad year counts in every series. The true "
    "uncertainty is larger."
)


@dataclass(frozen=True)
class HindcastReport:
    """Hindcasts to print.

    Attributes
    ----------
    result : HindcastResult
    out, store : Path or None
        The folder of results and the folder of the model that were written, if any.
    """

    result: HindcastResult
    out: Path | None = None
    store: Path | None = None

    def score_rows(self, by: str) -> tuple[list[str], list[list[str]]]:
        """Return headings and rows of a table of scores.

        Parameters
        ----------
        by : str
            ``series``, ``origin``, ``horizon`` or ``structure``.
        """
        result = self.result
        table: pd.DataFrame = getattr(result, f"by_{by}")()
        columns = [by, "figures", "in 50 %", "in 90 %", "model", *RIVALS.values()]
        if by == "structure":
            columns.append("weight")
        rows = []
        for key, row in table.to_dict("index").items():
            name = str(key)
            cells = [name, f"{row['observations']:.0f}", _share(row, "inside_50")]
            cells += [_share(row, "inside_90"), *(_score(row[each]) for each in ("model", *RIVALS))]
            if by == "structure":
                weight = result.weights.get(name)
                cells.append("-" if weight is None else f"{100 * weight:.0f} %")
            rows.append(cells)
        return columns, rows

    def comparison_rows(self) -> tuple[list[str], list[list[str]]]:
        """Return headings and rows of the comparison with forecasts that need no model."""
        result = self.result
        columns = ["figures of", "compared", "model"]
        for rival in RIVALS.values():
            columns += [rival, "model ahead in"]
        without = f"all series but {' and '.join(result.apart)}"
        rows = []
        for name, row in result.comparison().to_dict("index").items():
            cells = ["all series" if name == "all" else without]
            cells += [f"{row['compared']:.0f}", _score(row["model"])]
            for key in RIVALS:
                cells += [_score(row[key]), f"{row[f'ahead_of_{key}']:.0f} of {row['series']:.0f}"]
            rows.append(cells)
        return columns, rows

    def forecast_rows(self) -> tuple[list[str], list[list[str]]]:
        """Return headings and rows of the table of single forecasts."""
        columns = [
            *("series", "from", "year", "last known", "5 %", "median", "95 %", "observed"),
            *("in 90 %", "PIT", "model"),
        ]
        rows = []
        ordered = self.result.forecasts.sort_values(["series", "origin", "year"], kind="stable")
        for row in ordered.to_dict("records"):
            numbers = [plain_number(row[key]) for key in ("p05", "median", "p95", "observed")]
            inside = "yes" if row["inside_90"] else "no"
            first = [row["series"], *(str(row[key]) for key in ("origin", "year", "known"))]
            rows.append([*first, *numbers, inside, f"{row['pit']:.2f}", _score(row["model"])])
        return columns, rows

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        for heading, table in self._tables():
            yield Text(f"{heading}", "bold")
            yield records_table(*table)
            yield Text("")
        if not quiet:
            yield Text(self._remarks())

    def markdown(self) -> str:
        """Return the tables as Markdown."""
        tables = [f"**{heading}**\n\n{_markdown(*table)}" for heading, table in self._tables()]
        return "\n\n".join([*tables, self._remarks()])

    def _tables(self) -> Iterator[tuple[str, tuple[list[str], list[list[str]]]]]:
        result = self.result
        if len(result.origins) == 1:
            yield "Single forecasts", self.forecast_rows()
        yield f"Against forecasts without a model ({CRPS})", self.comparison_rows()
        for by, heading in KINDS.items():
            several = {"origin": len(result.origins), "structure": len(result.weights)}
            if several.get(by, 2) > 1:
                yield heading, self.score_rows(by)

    def _remarks(self) -> str:
        result = self.result
        total = result.by_series().loc["all"]
        first, last = result.origins[0], result.origins[-1]
        years = f"{first}" if first == last else f"{first} to {last}"
        worst, size = result.runs["k_hat"].max(), result.runs["sample_size"].min()
        lines = [
            f"{total['observations']:.0f} figures forecast from {years}; the rivals can forecast "
            f"{total['compared']:.0f} of them, and mean scores are over these. " + DEPENDENT,
            f"Calibrations: {len(result.runs)}, with k-hat up to {worst:.2f} and at least "
            f"{size:,.0f} effective draws; {result.draws:,} draws with seed {result.seed}.",
        ]
        if worst > LARGEST_K_HAT or size < SMALLEST_SAMPLE:
            lines.append(
                f"Some calibrations cannot be trusted: k-hat should be at most {LARGEST_K_HAT}, "
                f"with at least {SMALLEST_SAMPLE:.0f} effective draws. Calibrate fewer parameters."
            )
        failed = int(result.runs["failed"].sum())
        if failed:
            lines.append(f"{failed:,} draws failed and do not count.")
        if self.out is not None:
            lines.append(f"Written to {self.out}")
        if self.store is not None:
            lines.append(f"Stored in {self.store}")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Return the hindcasts as values that JSON can represent."""
        result = self.result
        record: dict[str, Any] = {
            "origins": list(result.origins),
            "weights": dict(result.weights),
            "runs": _records(result.runs),
            "comparison": _records(result.comparison().rename_axis("figures").reset_index()),
        }
        for by in KINDS:
            record[f"by_{by}"] = _records(getattr(result, f"by_{by}")().reset_index())
        return record | {"forecasts": _records(result.table)}


def _share(row: dict[Any, Any], name: str) -> str:
    low, high = (round(100 * row[f"{name}_{end}"]) for end in ("low", "high"))
    return f"{round(100 * row[name])} % ({low}-{high})"


def _score(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _markdown(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def stored_report(study: Study) -> HindcastReport:
    """Return the stored hindcasts of a study.

    Raises
    ------
    InputError
        If none are stored, or the study has changed since.
    """
    from xhsim.analysis.history.stored_hindcast import check_stored, stored_hindcast

    changed = check_stored(study)
    if changed:
        raise InputError(
            f"the stored hindcasts do not fit the study: {' and '.join(changed)} changed since",
            file=study.files.folder / "model" / HINDCASTS_FILE,
            hint="renew them with xhsim hindcast --store",
        )
    found = stored_hindcast(study)
    assert found is not None, "they have just been checked"
    return HindcastReport(found)


def hindcast_study(
    study: Study,
    *,
    origins: Sequence[int] | None,
    structures: Sequence[str] | None,
    draws: int,
    seed: int,
    out: Path | None,
    store: bool,
    command: list[str],
    quiet: bool,
) -> HindcastReport:
    """Compute a study's hindcasts; write tables and pictures.

    Parameters
    ----------
    study : Study
    origins, structures, draws, seed
        As for `Study.hindcast`.
    out : Path or None
        A folder for ``hindcast.csv``, ``hindcast_series.csv``, ``hindcast.png``,
        ``hindcast_scores.png`` and ``manifest.json``. It receives all of them or none.
    store : bool
        Whether to store the forecasts in the study's model folder, and the weights of structures
        if there are several.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    HindcastReport

    Raises
    ------
    InputError
        If a part of the hindcasts would be stored, or as `Study.hindcast`.
    """
    from xhsim.analysis.history.hindcast import hindcast_plans, structures_of

    if store and (origins is not None or structures is not None):
        raise InputError(
            "a part of the hindcasts cannot be stored", hint="leave out --origin and --structure"
        )
    about = {"draws": draws, "seed": seed}
    record = manifest(study.files, command=command, **about)
    _, past = hindcast_plans(study)
    total = len(origins or past.origins) * len(structures or structures_of(study))
    with progress_bar(quiet) as bar:
        task = bar.add_task("forecasting", total=total)
        result = study.hindcast(
            origins=origins,
            structures=structures,
            progress=lambda count: bar.advance(task, count),
            **about,
        )
    if out is not None:
        with writing(out) as draft:
            _write(result, study, draft)
            write_manifest(draft, record, study.files.folder, out)
    model = study.files.folder / "model"
    if store:
        with writing(model) as draft:
            _store(result, study, record, draft)
    return HindcastReport(result, out, model if store else None)


def _write(result: HindcastResult, study: Study, folder: Path) -> None:
    from xhsim.plots.canvas.pictures import save
    from xhsim.plots.past.hindcast import hindcast_page
    from xhsim.plots.past.hindcast_scores import hindcast_scores_page

    result.table.to_csv(folder / "hindcast.csv", index=False)
    result.by_series().to_csv(folder / "hindcast_series.csv", index_label="series")
    variables = result.table.drop_duplicates("series").set_index("series")["variable"]
    labels = {
        str(series): study.labels.reference(parse_reference(str(name))).en
        for series, name in variables.items()
    }
    save(hindcast_page(result, study.history, labels), folder / PICTURE)
    save(hindcast_scores_page(result), folder / SCORES_PICTURE)


def _store(result: HindcastResult, study: Study, record: dict[str, Any], folder: Path) -> None:
    """Write the files of stored hindcasts, and the weights that structures get from them."""
    from xhsim.analysis.history.hindcast import TOGETHER, hindcast_plans
    from xhsim.analysis.history.structure_weights import scores_of_structures
    from xhsim.analysis.inference.fingerprint import hindcast_fingerprint, weights_fingerprint
    from xhsim.study.folder import read_study

    files = read_study(study.files.folder, posterior=False, without=study.files.left_out)
    table = result.table[list(COLUMNS)]
    table.to_csv(folder / HINDCASTS_FILE, index=False, float_format="%.6g")
    plan, past = hindcast_plans(study)
    made = {key: value for key, value in record.items() if key != "inputs"}
    about: dict[str, Any] = {
        "weights": dict(result.weights),
        "draws": result.draws,
        "seed": result.seed,
        "fingerprint": hindcast_fingerprint(files, plan, past),
        "runs": _records(result.runs.round(3)),
        "made": made | {"command": without_places(record["command"])},
    }
    write_json(folder / HINDCASTS_RECORD, about)
    if len(result.weights) > 1:
        scores = scores_of_structures(table[table["structure"] != TOGETHER])
        weights = {
            "weights": dict(result.weights),
            "scores": {str(name): row for name, row in scores.round(3).T.to_dict().items()},
            "fingerprint": weights_fingerprint(files),
            "made": about["made"],
        }
        write_json(folder / WEIGHTS_FILE, weights)

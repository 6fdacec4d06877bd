"""The result of a calibration: printed, written to a folder, and stored in the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.history.sampling import LARGEST_R_HAT, SMALLEST_SAMPLE
from xhsim.atomic import write_json, writing
from xhsim.report.files.manifest import manifest, without_places, write_manifest
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import records_table
from xhsim.study.files.mistakes import Place
from xhsim.study.history.calibration import SCALED
from xhsim.study.names import element_name
from xhsim.study.parameters.posterior import DRAWS_FILE, RECORD_FILE
from xhsim.wording.numbers import number_text

if TYPE_CHECKING:
    from xhsim.analysis.history.calibration import Calibration
    from xhsim.analysis.study import Study

__all__ = ["CalibrationResult", "calibrate_study"]

TELLS_LITTLE = 0.25  # share of the prior's interval; parameters narrowed by less are listed
MANY = 5  # parameters; more are counted and not named
NOT_MEANT = (
    "A calibration is not meant for figures of {year} and later, which were used here: draws have "
    "shocks of single years from {year} on, and a calibration holds these at zero, so that a bad "
    "year bends the constants. Write such figures into model/releases.csv and use xhsim monitor."
)
SAME_COST = 1e-3  # searches whose costs differ by less have found the same point


@dataclass(frozen=True)
class CalibrationResult:
    """A calibration to print.

    Attributes
    ----------
    calibration : Calibration
    out, store : Path or None
        Folder of results, and the folder for the posterior if the chains have converged.
    """

    calibration: Calibration
    out: Path | None
    store: Path | None

    @property
    def has_converged(self) -> bool:
        """Whether the chains agree and are long enough for every parameter."""
        return not self.calibration.in_doubt

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        yield self._parameters()
        yield self._observations()
        if not quiet:
            yield Text(self._remarks())

    def _parameters(self) -> RenderableType:
        names = {
            "prior_low": "prior 5 %",
            "prior_high": "95 %",
            "centre": "most probable",
            "low": "posterior 5 %",
            "high": "95 % ",
        }
        rows = [
            [str(name), *(row[key] for key in names), f"{100 * row['narrowed']:.0f} %"]
            for name, row in self.calibration.table().to_dict("index").items()
        ]
        return records_table(["parameter", *names.values(), "narrowed"], rows)

    def _observations(self) -> RenderableType:
        rows = [
            [
                row["series"],
                str(row["year"]),
                _observed(row),
                row["model"],
                *_misfit(row),
            ]
            for row in self.calibration.fit().to_dict("records")
        ]
        return records_table(["series", "year", "observed", "model", "deviation", "error"], rows)

    def _remarks(self) -> str:
        found = self.calibration
        table = found.table()
        near = sum(cost < found.costs[0] + SAME_COST for cost in found.costs)
        lines = [
            f"\n{len(table)} parameters estimated from {len(found.evidence.rows)} observations in "
            f"{found.seconds:.0f} s. {near} of {len(found.costs)} searches ended at the same "
            "most probable point.",
            f"Chains: {100 * found.acceptance:.0f} % of moves accepted, R-hat up to "
            f"{found.r_hat.max():.3f}, at least {found.sample_size.min():,.0f} effective draws.",
        ]
        wanted = f"R-hat at most {LARGEST_R_HAT} and at least {SMALLEST_SAMPLE} effective draws"
        if self.has_converged:
            lines.append(f"The chains agree: {wanted} for every parameter.")
        else:
            few = len(found.in_doubt) <= MANY
            names = ", ".join(found.in_doubt) if few else f"{len(found.in_doubt)} parameters"
            lines.append(
                f"The chains are too short for {names}: {wanted} are needed. Give more --steps."
            )
            if self.store is not None:
                lines.append(f"The posterior is not stored in {self.store}.")
        scaling = int(found.evidence.scales.sum())
        if scaling:
            lines.append(f"Left out of the table of observations: {scaling}, {SCALED}.")
        little = table.index[table["narrowed"] < TELLS_LITTLE]
        if len(little):
            lines.append("History says little about " + ", ".join(little) + ".")
        if found.shocks_from is not None:
            lines.append(NOT_MEANT.format(year=found.shocks_from))
        if self.out is not None:
            lines.append(f"Written to {self.out}")
        if self.store is not None and self.has_converged:
            lines.append(f"Stored in {self.store}. Probabilities now use this posterior.")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Return the calibration as values that JSON can represent."""
        found = self.calibration
        table = found.table().replace({np.nan: None})
        return {
            "converged": self.has_converged,
            "in_doubt": list(found.in_doubt),
            "not_meant_for_figures_from": found.shocks_from,
            "costs": list(found.costs),
            "acceptance": found.acceptance,
            "seconds": found.seconds,
            "parameters": table.to_dict("index"),
            "observations": found.fit().replace({np.nan: None}).to_dict("records"),
        }


def _observed(row: Mapping[Any, Any]) -> Any:
    """Return an observation for a cell; a number if it is the level itself."""
    if (row["measure"], row["kind"]) == ("level", "point"):
        return row["observed"]
    text = number_text(row["observed"])
    if row["kind"] == "interval":
        text = f"{text} to {number_text(row['high'])}"
    text = {"floor": "over ", "ceiling": "under "}.get(row["kind"], "") + text
    return {"growth": f"{text} %/year", "change": f"{text} %"}.get(row["measure"], text)


def _misfit(row: Mapping[Any, Any]) -> tuple[str, str]:
    """Return deviation and error for two cells: shares, or points of a growth or a change."""
    level, growth = row["measure"] == "level", row["measure"] == "growth"
    deviation = f"{100 * row['deviation']:+.1f} {'%' if level else 'points'}"
    error = f"{row['error']:.1f} points" if growth else f"{100 * row['error']:.1f} %"
    return deviation, error


def calibrate_study(
    study: Study,
    *,
    walkers: int | None,
    steps: int,
    seed: int,
    out: Path | None,
    store: bool,
    command: list[str],
    quiet: bool,
) -> CalibrationResult:
    """Calibrate a study and write the results.

    Parameters
    ----------
    study : Study
    walkers, steps, seed : int or None
        As for `Study.calibrate`.
    out : Path or None
        A folder for ``posterior.csv`` (draws), ``posterior.png``, ``calibration.json`` and
        ``manifest.json``. It receives all of them or none.
    store : bool
        Whether to store the posterior in the study's model folder. Later ensembles then draw from
        it. It is not stored if the chains have not converged.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    CalibrationResult
    """
    import pandas as pd

    about = {"walkers": walkers, "steps": steps, "seed": seed}
    record = manifest(study.files, command=command, **about)
    ensembles = 2
    with progress_bar(quiet) as bar:
        task = bar.add_task("calibrating", total=steps * ensembles)
        found = study.calibrate(
            walkers=walkers,
            steps=steps,
            ensembles=ensembles,
            seed=seed,
            progress=lambda count: bar.advance(task, count),
        )
    result = CalibrationResult(found, out, study.files.folder / "model" if store else None)
    if out is not None:
        from xhsim.plots.canvas.pictures import save
        from xhsim.plots.charts.posterior import posterior_chart

        with writing(out) as draft:
            save(posterior_chart(found.table()), draft / "posterior.png")
            names = [unknown.name for unknown in found.density.unknowns]
            draws = pd.DataFrame(found.draws, columns=names)
            draws.to_csv(draft / "posterior.csv", index=False, float_format="%.7g")
            write_json(draft / "calibration.json", result.as_record())
            write_manifest(draft, record, study.files.folder, out)
    if result.store is not None and result.has_converged:
        with writing(result.store) as draft:
            _store(found, record, draft)
    return result


def _store(found: Calibration, record: dict[str, Any], folder: Path) -> None:
    """Write the two files of a stored posterior."""
    import pandas as pd

    posterior = found.posterior(Place(str(folder / DRAWS_FILE), 1))
    names = [element_name(*number) for number in posterior.numbers]
    draws = pd.DataFrame(posterior.draws, columns=names)
    draws.to_csv(folder / DRAWS_FILE, index=False, float_format="%.6g")
    about = {
        "until": posterior.until,
        "centre": dict(zip(names, map(float, posterior.centre), strict=True)),
        "fingerprint": dict(posterior.fingerprint),
        "convergence": {
            "acceptance": found.acceptance,
            "largest_r_hat": float(found.r_hat.max()),
            "smallest_sample_size": float(found.sample_size.min()),
        },
        "made": _made(record),
    }
    write_json(folder / RECORD_FILE, about)


def _made(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a manifest that is stored in the study."""
    # The fingerprint covers what the files mean. Their bytes may change.
    kept = {key: value for key, value in record.items() if key != "inputs"}
    return kept | {"command": without_places(record["command"])}

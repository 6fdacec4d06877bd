"""Attainment in several scenarios: computed with a progress bar, printed, written to a folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import Progress
from rich.table import Table

from xhsim.analysis.judging.attainment import comparison_table, joint_rows
from xhsim.analysis.study import Study
from xhsim.atomic import write_json, writing
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError
from xhsim.report.files.manifest import manifest
from xhsim.report.files.picture_workers import Painter, paint_fan_page
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import comparison_tables, scenario_table
from xhsim.wording.likelihood import likelihood_legend

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["AttainmentResult", "attain_scenarios"]


@dataclass(frozen=True)
class AttainmentResult:
    """Attainment in one or more scenarios.

    Attributes
    ----------
    study : Study
    comparison : DataFrame
        As ``study.compare`` returns.
    draws, seed : int
    out : Path or None
        The folder that was written, if any.
    """

    study: Study
    comparison: pd.DataFrame
    draws: int
    seed: int
    out: Path | None

    @property
    def labels(self) -> dict[str, str]:
        """The scenarios' labels by name."""
        return {name: s.label.en for name, s in self.study.scenarios.items()}

    def tables(self, *, every: bool = False, width: int = 160) -> list[Table]:
        """Return a full table of one scenario, or a comparison of several.

        Parameters
        ----------
        every : bool
            Also show the targets from the plan's text, not only the numbered indicators.
        width : int
            Characters in a line.
        """
        names = list(dict.fromkeys(self.comparison.index.get_level_values(0)))
        if len(names) > 1:
            return comparison_tables(self.comparison, every=every, width=width)
        table = self.comparison.loc[[names[0]]].droplevel(0)
        joint = joint_rows(table)
        single = table[~joint]
        if not every and single["rank"].notna().any():
            single = single[single["rank"].notna()]
        return [scenario_table(single, table[joint])]

    def remarks(self) -> str:
        """Return a few lines that say how to read the figures."""
        widest = (self.comparison["ci_high"] - self.comparison["ci_low"]).max() / 2
        drawn = "1 draw" if self.draws == 1 else f"{self.draws:,} draws"
        precision = (
            ""
            if math.isnan(widest)
            else (
                " The number of draws alone makes them uncertain by up to "
                f"{100 * widest:.0f} points either way."
            )
        )
        lines = [
            f"\nProbabilities in percent, from {drawn} with seed {self.seed}.{precision}",
            self._condition(),
            *self._words(),
            *self._failures(),
        ]
        if self.out is not None:
            lines.append(f"Written to {self.out}")
        return "\n".join(lines)

    def _words(self) -> list[str]:
        """Explain the likelihood words; only the table of a single scenario has them."""
        if self.comparison.index.get_level_values(0).nunique() > 1:
            return []
        legend = likelihood_legend(self.comparison["word"])
        return [f"The words are the IPCC's: {legend}."] if legend else []

    def _condition(self) -> str:
        posterior = self.study.files.posterior
        if posterior is None:
            assumed = "the model and the priors of its parameters"
        else:
            assumed = (
                f"the model, the posterior of {len(posterior.numbers)} parameters (history to "
                f"{posterior.until}) and the priors of the others"
            )
        return f"They assume that {assumed} are right (model/README.md, Assumptions that matter)."

    def _failures(self) -> list[str]:
        failed = self.comparison["failed"].groupby(level=0, sort=False).max()
        return [
            f"{name}: up to {count:,} of {self.draws:,} draws overflowed or gave no number. They "
            "are left out."
            for name, count in failed.items()
            if count
        ]

    def as_records(self) -> dict[str, Any]:
        """Return scenario -> target -> figures, as values that JSON can represent."""
        records: dict[str, Any] = {}
        rows = self.comparison.to_dict("records")
        for (scenario, target), row in zip(self.comparison.index, rows, strict=True):
            figures = {str(key): _plain(value) for key, value in row.items()}
            records.setdefault(scenario, {})[target] = figures
        return records


def _plain(value: Any) -> Any:
    import pandas as pd

    if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def attain_scenarios(
    study: Study,
    names: Sequence[str],
    *,
    draws: int,
    seed: int,
    out: Path | None,
    command: list[str],
    quiet: bool,
) -> AttainmentResult:
    """Estimate attainment in several scenarios; write tables, pictures and a manifest.

    Parameters
    ----------
    study : Study
    names : sequence of str
        Names of scenarios.
    draws, seed : int
        As for `Study.ensemble`.
    out : Path or None
        A folder for ``attainment.csv``, ``attainment.json``, ``heatmap.png``, a page of fan charts
        for each scenario, and ``manifest.json``. It receives all of them or none.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    AttainmentResult

    Raises
    ------
    InputError
        If there is no scenario, or `out` cannot be written.
    """
    if not names:
        raise InputError(
            "there is no scenario", file=study.files.folder / "scenarios", hint="add baseline.yaml"
        )
    with progress_bar(quiet) as bar:
        if out is None:
            comparison = _compare(study, names, draws, seed, bar, keep=None)
            return AttainmentResult(study, comparison, draws, seed, None)
        # Before the runs: the manifest describes the files that were read, not later versions.
        about = {"scenarios": list(names), "draws": draws, "seed": seed, "beliefs": study.beliefs}
        record = manifest(study.files.folder, command=command, **about)
        with writing(out) as draft, Painter(len(names)) as painter:
            targets = list((study.indicators or study.targets).values())
            needed = list(dict.fromkeys(canonical(target.variable.name) for target in targets))

            def keep(name: str, ensemble: xr.Dataset, table: pd.DataFrame) -> None:
                page = draft / f"fan-{name}.png"
                painter.ask(paint_fan_page, ensemble[needed], targets, study.history, table, page)

            comparison = _compare(study, names, draws, seed, bar, keep)
            result = AttainmentResult(study, comparison, draws, seed, out)
            comparison.to_csv(draft / "attainment.csv")
            write_json(draft / "attainment.json", result.as_records())
            write_json(draft / "manifest.json", record)
            _draw_heatmap(result, draft)
            task = bar.add_task("pictures", total=len(names))
            painter.finish(lambda: bar.advance(task))
    return result


def _compare(
    study: Study,
    names: Sequence[str],
    draws: int,
    seed: int,
    bar: Progress,
    keep: Callable[[str, xr.Dataset, pd.DataFrame], None] | None,
) -> pd.DataFrame:
    """Compute one scenario after the other. Each ensemble goes to `keep` and is then released."""
    task = bar.add_task("", total=len(names) * draws)
    parts: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    for name in names:
        bar.update(task, description=name)
        ensemble = study.ensemble(
            name, draws, seed, progress=lambda count: bar.advance(task, count)
        )
        table = study.attainment(ensemble)
        parts[name] = (table, study.joint(ensemble))
        if keep is not None:
            keep(name, ensemble, table)
    return comparison_table(parts, study.scenarios, draws=draws, seed=seed)


def _draw_heatmap(result: AttainmentResult, draft: Path) -> None:
    from xhsim import plots

    heatmap = plots.attainment_heatmap(result.comparison, scenario_labels=result.labels)
    plots.save(heatmap, draft / "heatmap.png")

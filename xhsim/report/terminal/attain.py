"""Attainment in several scenarios: computed with a progress bar, printed, written to a folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import Progress
from rich.table import Table

from xhsim.analysis.judging.attainment import comparison_table, failed_draws, joint_rows
from xhsim.analysis.judging.by_structure import FIGURES, structure_column, structures_in
from xhsim.analysis.judging.failures import refuse_failed
from xhsim.analysis.policies.firings import firings_table
from xhsim.analysis.study import Study
from xhsim.analysis.uncertainty.by_base import BASE_DRAWS, QUANTILES, by_bases, hanging_on
from xhsim.atomic import write_json, writing
from xhsim.engine.language.syntax import canonical
from xhsim.errors import InputError
from xhsim.report.files.manifest import manifest, write_manifest
from xhsim.report.files.picture_workers import (
    Painter,
    paint_base_chart,
    paint_fan_page,
    paint_heatmap,
    paint_zone_map,
)
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import (
    comparison_tables,
    plain_number,
    scenario_table,
    structure_table,
)
from xhsim.study.scenarios.exogenous import given_targets
from xhsim.study.targets import MAIN
from xhsim.wording.likelihood import NOT_ASSESSABLE, UNASSESSABLE_MARK, likelihood_legend
from xhsim.wording.numbers import probability_text
from xhsim.wording.punctuation import in_brackets
from xhsim.wording.structures import stale_text, weights_text
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from xhsim.study.scenarios.structures import StructureChoice

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
    readings : DataFrame or None
        As ``study.attainment_of_readings`` returns, with the scenario as first level of the index.
    by_base : mapping of tuple to DataFrame
        Results of ``study.by_base``, by scenario and target.
    firings : mapping of str to DataFrame
        Results of ``study.firings`` by scenario, of those that have rules.
    """

    study: Study
    comparison: pd.DataFrame
    draws: int
    seed: int
    out: Path | None
    readings: pd.DataFrame | None = None
    by_base: Mapping[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    firings: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def rule_labels(self) -> dict[str, str]:
        """The labels of the rules by name."""
        rules = [rule for name in self.firings for rule in self.study.files.resolve(name).rules]
        return {rule.name: rule.label.en for rule in rules}

    @property
    def labels(self) -> dict[str, str]:
        """The scenarios' labels by name."""
        return {name: s.label.en for name, s in self.study.scenarios.items()}

    def tables(
        self, *, every: bool = False, readings: bool = False, width: int = 160
    ) -> list[Table]:
        """Return a full table of one scenario, or a comparison of several.

        Parameters
        ----------
        every : bool
            Also show the targets from the plan's text, not only the numbered indicators.
        readings : bool
            Also show the other readings of the plan's wording, below their target.
        width : int
            Characters in a line.
        """
        others = self.readings if readings else None
        names = list(dict.fromkeys(self.comparison.index.get_level_values(0)))
        if len(names) > 1:
            return comparison_tables(self.comparison, every=every, width=width, readings=others)
        table = self.comparison.loc[[names[0]]].droplevel(0)
        joint = joint_rows(table)
        single = table[~joint]
        if not every and single["rank"].notna().any():
            single = single[single["rank"].notna()]
        return [scenario_table(single, table[joint], scenario=names[0], readings=others)]

    def structure_tables(self, *, every: bool = False) -> list[tuple[str, Table]]:
        """Return the label of each scenario and its probabilities by structure, with intervals.

        Parameters
        ----------
        every : bool
            As for `tables`.

        Raises
        ------
        InputError
            If the draws have one structure.
        """
        if not structures_in(self.comparison):
            raise InputError(
                "the draws have one structure",
                hint="several need model/structures.yaml, and no --structure NAME",
            )
        found = []
        for name in dict.fromkeys(self.comparison.index.get_level_values(0)):
            table = self.comparison.loc[[name]].droplevel(0)
            if not every and table["rank"].notna().any():
                table = table[table["rank"].notna() | joint_rows(table)]
            found.append((self.labels[name], structure_table(table)))
        return found

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
            *self._structures(),
            *self._words(),
            *self._bases(),
            *self._failures(),
            *self._given(),
            *self._notes(),
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

    def _bases(self) -> list[str]:
        """Say what the probability is for values of an unpublished base."""
        several = self.comparison.index.get_level_values(0).nunique() > 1
        if several and (self.comparison["word"] == NOT_ASSESSABLE.en).any():
            return [
                f"{UNASSESSABLE_MARK} {NOT_ASSESSABLE}: the probability hangs on a number that "
                'nobody published. "xhsim attain SCENARIO" shows it by this number.'
            ]
        return [] if several else [base_sentence(table) for table in self.by_base.values()]

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

    def _structures(self) -> list[str]:
        """Name the structures of the draws, in the order of the table."""
        about = self.comparison.attrs.get("structures")
        if about is None:
            return []
        lines = [f"Structures: {weights_text(about, 'en')}.", stale_text(about, "en")]
        several = self.comparison.index.get_level_values(0).nunique() > 1
        if several and structures_in(self.comparison):
            lines[0] += " --by-structure shows the probabilities in each."
        return [line for line in lines if line]

    def _failures(self) -> list[str]:
        failed = self.comparison["failed"].groupby(level=0, sort=False).max()
        return [
            f"{name}: up to {count:,} of {self.draws:,} draws overflowed or gave no number. They "
            "are left out."
            for name, count in failed.items()
            if count
        ]

    def warnings(self) -> list[str]:
        """Say what has to be read before the figures: instruments that mostly leave their range."""
        notes = self.comparison.attrs.get("warnings", {})
        return [f"{name}: {text}." for name, text in notes.items()]

    def _given(self) -> list[str]:
        """Name the targets whose variable a scenario gives."""
        lines = []
        for name in dict.fromkeys(self.comparison.index.get_level_values(0)):
            own = self.study.files.resolve(name)
            shown = self.comparison.loc[name].index
            given = given_targets(own.paths, own.meets, self.study.targets)
            labels = [self.study.targets[each].label.en for each in given if each in shown]
            if labels:
                lines.append(f"{name}: given by the scenario, not forecast: {'; '.join(labels)}.")
        return lines

    def _notes(self) -> list[str]:
        """Say where targets that a scenario meets by instruments are not met, or go far."""
        notes = self.comparison.attrs.get("notes", {})
        first = self.comparison.attrs.get("warnings", {})
        return [
            f"{name}: {text}."
            for name, texts in notes.items()
            for text in texts
            if text != first.get(name)
        ]

    def as_records(self) -> dict[str, Any]:
        """Return scenario -> target -> figures, as values that JSON can represent."""
        records: dict[str, Any] = {}
        about = self.comparison.attrs.get("structures", {})
        known = dict(zip(about.get("names", ()), about.get("weights", ()), strict=True))
        weights = {name: known[name] for name in structures_in(self.comparison)}
        rows = self.comparison.to_dict("records")
        for (scenario, target), row in zip(self.comparison.index, rows, strict=True):
            records.setdefault(scenario, {})[target] = _figures(row, weights)
        if self.readings is not None:
            rows = self.readings.to_dict("records")
            for (scenario, target, reading), row in zip(self.readings.index, rows, strict=True):
                if reading != MAIN:
                    others = records[scenario][target].setdefault("readings", {})
                    others[reading] = _figures(row, weights)
        for (scenario, target), table in self.by_base.items():
            records[scenario][target]["by_base"] = {
                **{key: table.attrs[key] for key in ("parameter", "label", "label_zh", "unit")},
                "rows": [
                    {str(key): _plain(value) for key, value in row.items()}
                    for row in table.reset_index().to_dict("records")
                ],
            }
        return records


def base_sentence(table: pd.DataFrame) -> str:
    """Write the probability of a target by its unpublished base as a line of text.

    Parameters
    ----------
    table : DataFrame
        The result of ``study.by_base``.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"base": 330.0, "probability": 0.25, "ci_low": 0.2, "ci_high": 0.31}
    >>> table = pd.DataFrame([row], index=[0.5])
    >>> table.attrs = {"target_label": "PCT", "label": "PCT in 2020", "unit": "filings"}
    >>> base_sentence(table)
    'PCT: not assessable without the base. If "PCT in 2020" (filings) is 330 (50 % point): 25 %.'
    """
    about = table.attrs
    cases = []
    for quantile, row in table.to_dict("index").items():
        chance = probability_text(row["probability"], row["ci_low"], row["ci_high"]) or "-"
        point = f" ({100 * float(str(quantile)):.3g} % point)"
        cases.append(f"{plain_number(row['base'])}{point}: {chance} %")
    unit = display_unit(str(about["unit"]), "en")
    base = f'"{about["label"]}"' + (in_brackets(unit, "en") if unit else "")
    return f"{about['target_label']}: {NOT_ASSESSABLE}. If {base} is {', '.join(cases)}."


def _figures(row: Mapping[Any, Any], weights: Mapping[str, float]) -> dict[str, Any]:
    """Return the figures of a row, with those of each structure apart."""
    found = {str(key): _plain(value) for key, value in row.items()}
    apart = {
        name: {key: found.pop(structure_column(key, name)) for key in FIGURES} | {"weight": weight}
        for name, weight in weights.items()
    }
    return found | ({"structures": apart} if apart else {})


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
    bases: bool = True,
    structure: StructureChoice = None,
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
        for each scenario, and ``manifest.json``. With other readings of a target also
        ``readings.csv``; with rules ``firings.csv``; with unpublished bases ``by_base.csv`` and a
        picture for each, of the first scenario; with a map of zones a page for each scenario. It
        receives all of them or none.
    command : list of str
        The command line, for the manifest.
    quiet : bool
        Whether to hide the progress bar.
    bases : bool
        Whether to compute probabilities by unpublished bases. They take several runs of each
        scenario, with at most 256 draws each; with `out` of the first scenario only.
    structure : str or mapping of str to float, optional
        As for `Study.ensemble`.

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
            found = _compare(study, names, draws, seed, structure, bar, keep=None)
            tables = _by_base(study, names, draws, seed, structure, bar) if bases else {}
            return replace(found, by_base=tables)
        from xhsim.report.files.workbook import write_workbook

        # Before the runs: the manifest describes the files that were read, not later versions.
        about = {"scenarios": list(names), "draws": draws, "seed": seed, "beliefs": study.beliefs}
        about |= {} if structure is None else {"structure": structure}
        record = manifest(study.files, command=command, **about)
        with writing(out) as draft, Painter(len(names)) as painter:
            targets = list((study.indicators or study.targets).values())
            last = max(target.deadline for target in study.targets.values())
            needed = list(dict.fromkeys(canonical(target.variable.name) for target in targets))

            def keep(name: str, ensemble: xr.Dataset, table: pd.DataFrame) -> None:
                page = draft / f"fan-{name}.png"
                painter.ask(paint_fan_page, ensemble[needed], targets, study.history, table, page)
                if study.mapped:
                    page = draft / f"zones-{name}.png"
                    # A small part: what is asked stays in memory until a worker has drawn it.
                    sound = ensemble[list(study.mapped)].isel(draw=~failed_draws(ensemble))
                    shown = sound.sel(time=[last])
                    painter.ask(paint_zone_map, shown, study.labels.mapped, last, page)

            found = _compare(study, names, draws, seed, structure, bar, keep)
            # The other scenarios depend on the base in the same way, and would take minutes.
            first = names[:1]
            tables = _by_base(study, first, draws, seed, structure, bar) if bases else {}
            result = replace(found, out=out, by_base=tables)
            result.comparison.to_csv(draft / "attainment.csv")
            _write_further_tables(result, draft)
            write_workbook(_sheets(result), draft / "attainment.xlsx", about)
            write_json(draft / "attainment.json", result.as_records())
            for (name, target), table in tables.items():
                painter.ask(paint_base_chart, table, draft / f"by-base-{name}-{target}.png")
            painter.ask(paint_heatmap, result.comparison, result.labels, draft / "heatmap.png")
            task = bar.add_task("pictures", total=painter.waiting)
            painter.finish(lambda: bar.advance(task))
            write_manifest(draft, record, study.files.folder, out)
    return result


def _compare(
    study: Study,
    names: Sequence[str],
    draws: int,
    seed: int,
    structure: StructureChoice,
    bar: Progress,
    keep: Callable[[str, xr.Dataset, pd.DataFrame], None] | None,
) -> AttainmentResult:
    """Compute one scenario after the other. Each ensemble goes to `keep` and is then released."""
    import pandas as pd

    task = bar.add_task("", total=len(names) * draws)
    parts: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}
    readings: dict[str, pd.DataFrame] = {}
    firings: dict[str, pd.DataFrame] = {}
    for name in names:
        bar.update(task, description=name)
        outputs = [*study.reported, *(study.mapped if keep is not None else ())]
        ensemble = study.ensemble(
            name,
            draws,
            seed,
            outputs=outputs,
            structure=structure,
            progress=lambda count: bar.advance(task, count),
            runs=len(names),
        )
        refuse_failed(study, ensemble, structure=structure)
        table = study.attainment(ensemble)
        parts[name] = (table, study.joint(ensemble))
        readings[name] = study.attainment_of_readings(ensemble)
        if study.files.resolve(name).rules:
            firings[name] = firings_table(ensemble)
        if keep is not None:
            keep(name, ensemble, table)
    comparison = comparison_table(parts, study.scenarios, draws=draws, seed=seed)
    others = pd.concat(readings, names=["scenario"])
    return AttainmentResult(study, comparison, draws, seed, None, others, firings=firings)


def _by_base(
    study: Study,
    names: Sequence[str],
    draws: int,
    seed: int,
    structure: StructureChoice,
    bar: Progress,
) -> dict[tuple[str, str], pd.DataFrame]:
    wanted = {name: hanging_on(study, name) for name in names}
    values = sum(len(targets) for targets in wanted.values()) * len(QUANTILES)
    if not values:
        return {}
    many = min(draws, BASE_DRAWS)
    task = bar.add_task("unpublished bases", total=values * many)
    return {
        (name, target): table
        for name, targets in wanted.items()
        for target, table in by_bases(
            study,
            targets.values(),
            name,
            many,
            seed,
            structure=structure,
            progress=lambda count: bar.advance(task, count),
        ).items()
    }


def _write_further_tables(result: AttainmentResult, draft: Path) -> None:
    import pandas as pd

    if result.readings is not None and len(result.readings):
        result.readings.to_csv(draft / "readings.csv")
    if result.by_base:
        tables = {
            key: table.assign(parameter=table.attrs["parameter"], unit=table.attrs["unit"])
            for key, table in result.by_base.items()
        }
        pd.concat(tables, names=["scenario", "target_id"]).to_csv(draft / "by_base.csv")
    if result.firings:
        pd.concat(result.firings, names=["scenario"]).to_csv(draft / "firings.csv")


def _sheets(result: AttainmentResult) -> dict[str, pd.DataFrame]:
    table = result.comparison
    together = joint_rows(table)
    parts = {"attainment": table[~together], "joint": table[together]}
    if result.readings is not None and len(result.readings):
        parts["readings"] = result.readings
    return {
        name: part.dropna(axis="columns", how="all").reset_index() for name, part in parts.items()
    }

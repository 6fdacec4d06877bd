"""The check of a study: its files, the base year, units, and contradictions in the plan."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.history.fit import compare_with_history
from xhsim.analysis.study import Study
from xhsim.engine.insight.units import UnitMismatch, check_units
from xhsim.errors import InputError
from xhsim.report.terminal.tables import plain_number, records_table
from xhsim.study.consistency import Inconsistency
from xhsim.study.coverage import HOLDERS, coverage_counts
from xhsim.study.evidence.cards import GRADES
from xhsim.study.history.calibration import SCALED
from xhsim.wording.structures import stale_text, weights_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CheckResult", "check_study"]

TOLERANCE = 0.03  # largest deviation of the central run from the base year's published figures


@dataclass(frozen=True)
class CheckResult:
    """The result of `check_study`.

    Attributes
    ----------
    summary : str
        The files that were read.
    fit : DataFrame
        The central run of the baseline, compared with observations of the base year.
    inconsistencies : list of Inconsistency
        Contradictions in the plan itself. They are findings, not failures.
    units : list of UnitMismatch
        Equations whose units do not agree. They are findings, too.
    evidence : mapping of str to int
        The number of evidence cards by grade; empty for a study without cards.
    coverage : mapping of str to int
        How many numbers and headings of the plan are held by what, see `coverage_counts`; empty
        for a study without that table.
    structures : mapping
        Names and weights of structures, what has changed since the weights were stored (``stale``),
        and what the main one sets to other values than the model (``departures``); empty for a
        study without structures.
    """

    summary: str
    fit: pd.DataFrame
    inconsistencies: list[Inconsistency]
    units: list[UnitMismatch]
    evidence: Mapping[str, int]
    coverage: Mapping[str, int]
    structures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether the model reproduces the base year."""
        return bool((self.fit["deviation"].abs() <= TOLERANCE).all())

    def as_record(self) -> dict[str, Any]:
        """Return the result as values that JSON can represent."""
        return {
            "passed": self.passed,
            "summary": self.summary,
            "base_year": [
                {key: None if _is_nan(value) else value for key, value in row.items()}
                for row in self.fit.to_dict("records")
            ],
            "units": [asdict(found) for found in self.units],
            "evidence": dict(self.evidence),
            "coverage": dict(self.coverage),
            **({"structures": dict(self.structures)} if self.structures else {}),
            "inconsistencies": [asdict(found) for found in self.inconsistencies],
        }

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the texts and tables to print; only failures if `quiet`."""
        failing = self.fit[~(self.fit["deviation"].abs() <= TOLERANCE)]
        if not quiet:
            yield Text(self.summary)
        # Figures that the model was scaled by say nothing about its fit, unless they fail.
        scaling = self.fit["scales"].astype(bool) & ~self.fit.index.isin(failing.index)
        fit = self.fit[~scaling]
        shown = failing if quiet else fit
        if len(shown) or (scaling.any() and not quiet):
            left_out = f"; {scaling.sum()} left out, {SCALED}" if scaling.any() else ""
            yield Text(
                f"\nThe base year: central run of the model against published figures "
                f"({len(fit) - len(failing)} of {len(fit)} within "
                f"{100 * TOLERANCE:g} %{left_out})",
                "bold",
            )
        if len(shown):
            yield records_table(
                ["series", "observed", "model", "unit", "deviation", "", "source"],
                [
                    [
                        row["series"],
                        row["observed"],
                        row["model"],
                        row["unit"],
                        ""
                        if _is_nan(row["deviation"])
                        else f"{round(100 * row['deviation'], 1) + 0.0:+.1f} %",
                        "ok" if abs(row["deviation"]) <= TOLERANCE else "FAILED",
                        row["source"],
                    ]
                    for row in shown.to_dict("records")
                ],
            )
        if not quiet:
            yield from self._grounds()
            yield from self._structures()
            yield from self._units()
            yield from self._contradictions()

    def _grounds(self) -> Iterator[Text]:
        if self.evidence:
            count = sum(self.evidence.values())
            by_grade = ", ".join(f"{GRADES[name].en} {n}" for name, n in self.evidence.items())
            yield Text(f"\nEvidence cards: {count}", "bold")
            yield Text(f"  {by_grade}. Every lever has a card.")
        if self.coverage:
            counts = self.coverage
            yield Text(
                f"\nCoverage of the plan: {counts['held']} of {counts['rows']} numbers and "
                "headings are held",
                "bold",
            )
            left_out = ", ".join(
                f"{name.removeprefix('left out, ')} {n}"
                for name, n in counts.items()
                if name.startswith("left out, ")
            )
            by_kind = ", ".join(f"{name} {counts[name]}" for name in HOLDERS)
            yield Text(f"  {by_kind}\n  left out: {counts['left out']} ({left_out})")

    def _structures(self) -> Iterator[Text]:
        about = self.structures
        if not about:
            return
        yield Text(f"\nStructures: {len(about['names'])}", "bold")
        yield Text(f"  {weights_text(about, 'en')}")
        if about["stale"]:
            yield Text(f"  {stale_text(about, 'en')}")
        if about["departures"]:
            yield Text(
                f"  The main structure sets {', '.join(about['departures'])} to other values than "
                "the model has. Calibration uses those of the model."
            )

    def _units(self) -> Iterator[Text]:
        count = len(self.units)
        yield Text(f"\nEquations whose units do not agree: {count or 'none'}", "bold")
        for found in self.units:
            yield Text(f"  {found}")

    def _contradictions(self) -> Iterator[Text]:
        count = len(self.inconsistencies)
        yield Text(f"\nContradictions in the plan: {count or 'none found'}", "bold")
        for found in self.inconsistencies:
            yield Text(f"\n{found.title.en}", "bold")
            yield Text(found.explanation)
            figures = [f"{name}: {plain_number(v)}" for name, v in found.figures.items()]
            yield Text("  " + ", ".join(figures))
            yield Text(f"  Source: {found.source}")


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def check_study(study: Study) -> CheckResult:
    """Compare a study's central run with its base year, and search for contradictions.

    Parameters
    ----------
    study : Study
        Its files have been checked against each other and against the model when it was opened.

    Returns
    -------
    CheckResult

    Raises
    ------
    InputError
        If the study has no scenario, or a run has no data for a target.
    """
    years = sorted({target.base_year for target in study.targets.values()})
    if not study.scenarios:
        raise InputError(
            "there is no scenario", file=study.files.folder / "scenarios", hint="add baseline.yaml"
        )
    first = next(iter(study.scenarios))
    _ = study.checks, study.evidence, study.coverage  # reading them finds unknown names
    study.attainment(study.ensemble(first, draws=2))  # finds targets without data
    fit = compare_with_history(study, first)
    fit = fit[fit["year"].isin(years)].reset_index(drop=True)
    summary = (
        f"{study.files.folder}: all files are valid.\n"
        f"{study.model!r}\n{len(study.parameters)} parameters, {len(study.targets)} targets "
        f"({len(study.indicators)} numbered), {len(study.files.observations)} observations, "
        f"{len(study.scenarios)} scenarios."
    )
    files = study.files
    return CheckResult(
        summary,
        fit,
        files.inconsistencies(),
        check_units(study.model.equations),
        dict(Counter(card.grade for card in files.evidence)),
        coverage_counts(files.coverage) if files.coverage else {},
        {}
        if study.structures is None
        else study.structures.about | {"departures": study.structures.departures(study.parameters)},
    )

"""A designed package of levers, as tables and as a scenario file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.policies.objectives import KINDS
from xhsim.atomic import write_text
from xhsim.report.files.manifest import without_places
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import exact_number, records_table
from xhsim.study.bundled import new_scenario_file
from xhsim.study.scenarios.writer import check_new_file, check_new_name, scenario_text
from xhsim.wording.numbers import number_text

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.packages.design import PackageDesign
    from xhsim.analysis.study import Study

__all__ = ["DesignResult", "design_to_file"]


WORTH_NAMING = 0.01  # a loss of probability: pairs of draws also show much smaller ones
CHANCES = ("before", "after", "low", "high", "gain", "gain_low", "gain_high")


@dataclass(frozen=True)
class DesignResult:
    """A designed package, and where it was written.

    Attributes
    ----------
    design : PackageDesign
    out : Path or None
        The file that was written; None if none was.
    """

    design: PackageDesign
    out: Path | None

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        design = self.design
        if not quiet:
            yield Text(self._heading())
        if not design.is_allowed:
            yield Text(f"{design.message[:1].upper()}{design.message[1:]}.")
            yield Text("The package that comes nearest:\n")
        yield self._levers()
        yield Text("")
        limits = self._limits()
        if limits:
            yield records_table(["limit", "", "package"], limits)
            yield Text("")
        yield self._worth()
        yield Text("")
        if len(design.parts.columns):
            yield self._parts()
            yield Text("")
        yield self._targets()
        if not quiet:
            yield Text(self._remarks())
        if self.out is not None:
            yield Text(f"Written to {self.out}")
        elif design.is_allowed:
            yield Text("Not written (--dry-run).")
        else:
            yield Text("Not written.")

    def _heading(self) -> str:
        design = self.design
        wish = "with the smallest regret" if self._is_regret else f"as {self._wish} as possible"
        text = f"{design.objective.label.en}, {wish}"
        if len(design.under) > 1:
            text += " in " if self._is_regret else " in the worst of "
        elif design.under != (design.parent,):
            text += " in "
        else:
            return f"{text}\n"
        return f"{text}{', '.join(design.under)}\n"

    @property
    def _wish(self) -> str:
        return "high" if self.design.objective.sign > 0 else "low"

    def _levers(self) -> RenderableType:
        design = self.design
        moved = [x for x in design.levers if design.levels[str(x)] != x.start]
        rows: list[list[Any]] = [
            [str(lever), lever.start, design.levels[str(lever)]] for lever in moved
        ]
        start = sum(lever.start for lever in design.levers if lever.is_money)
        rows.append([f"the other {len(design.levers) - len(moved)} levers", "", "as before"])
        rows.append(["money a year", start, design.money])
        return records_table(["lever", "before", "package"], rows, write=_level)

    def _limits(self) -> list[list[Any]]:
        """Return a row for each limit; a goal out of reach was told before."""
        rows: list[list[Any]] = []
        for _, row in self.design.limits.iterrows():
            is_missed = row["kind"] == "least" and row["reached"] < row["limit"]
            if is_missed and not self.design.is_allowed:
                continue
            write = _share if row["kind"] == "least" else _number
            words = {"least": "at least", "most": "at most"}[str(row["kind"])]
            rows.append([row["label"], f"{words} {write(row['limit'])}", write(row["reached"])])
        return rows

    def _worth(self) -> RenderableType:
        """Lay out the objective of each scenario, and what the package adds to it."""
        design = self.design
        write = self._write
        is_regret = self._is_regret
        added = _points if design.objective.is_probability else _added
        added = write if is_regret else added
        several = list(design.under) if len(design.under) > 1 else []
        rows: list[list[Any]] = []
        gains = design.differences.to_dict(orient="index")
        for name, row in design.worth.iterrows():
            # Money is the same in every draw: it has no interval.
            is_sure = row["low"] == row["high"]
            cells: list[Any] = [name, write(row["value"])]
            cells += ["" if is_sure else write(row[key]) for key in ("low", "high")]
            gain = gains.get(name, {})
            # Less regret is better: what counts is by how much the package lowers it.
            order = ("difference", "high", "low") if is_regret else ("difference", "low", "high")
            change = [(-gain[key] if is_regret else gain[key]) for key in order if gain]
            if change:
                cells += [added(change[0]), *("" if is_sure else added(x) for x in change[1:])]
            else:
                cells += ["", "", ""]
            plain = _share if design.objective.is_probability else _number
            rows.append([*cells, *(plain(row[one]) for one in several), _level(row["money"])])
        value = "regret" if is_regret else "objective"
        adds = "package lowers it by" if is_regret else "package adds"
        columns = ["scenario", value, "95 % from", "to", adds, "from", "to"]
        columns += [f"objective in {one}" for one in several]
        return records_table([*columns, "money"], rows)

    def _parts(self) -> RenderableType:
        """Lay out the parts of a weighted sum: a row for each, a column for each scenario."""
        design = self.design
        rows: list[list[Any]] = []
        for part in design.objective.parts:
            write = _share if KINDS[part.kind].is_probability else _number
            values = [write(float(value)) for value in design.parts[part.text]]
            rows.append([part.label.en, f"{number_text(part.weight)} ×", *values])
        return records_table(["part of the objective", "counts", *design.parts.index], rows)

    @property
    def _is_regret(self) -> bool:
        return self.design.rule == "regret" and len(self.design.under) > 1

    def _write(self, value: float) -> str:
        """Write a value of the objective: a probability in per cent, its regret in points."""
        if self._is_regret and self.design.objective.is_probability:
            return f"{100 * value:.1f} points".replace("-", "−")
        return _share(value) if self.design.objective.is_probability else _number(value)

    @property
    def _shown(self) -> pd.DataFrame:
        """The targets that are printed: the indicators, or all if there are none."""
        table = self.design.targets
        ranked = table[table["rank"].notna()]
        return ranked if len(ranked) else table

    def _targets(self) -> RenderableType:
        rows = [
            [row["label"], *(100 * row[key] for key in ("before", "after", "low", "high"))]
            for _, row in self._shown.iterrows()
        ]
        columns = ["target", "before, %", "package, %", "95 % from", "to"]
        return records_table(columns, rows, write=lambda value: f"{value or 0:.0f}")

    def _remarks(self) -> str:
        design = self.design
        lines = [
            f"\nProbabilities are those in {design.draws:,} draws that the search has not used. "
            f"It ran {design.tried:,} packages."
        ]
        if len(design.under) > 1:
            lines.append("Those of targets are the lowest of the scenarios.")
        if self._is_regret:
            lines.append(
                "Regret: how far the objective stays below that of the best package for a scenario "
                "alone, where this is most. Less is better; it may be a little below 0 by chance."
            )
        lines += self._warnings()
        lines.append(
            "Money is what the lines ask for in a year, once levers have reached their levels."
        )
        if (design.limits["kind"] == "least").any() and design.is_allowed:
            lines.append(
                "The search checked its goals on other draws again: here a probability may be a "
                "little below its goal."
            )
        return "\n".join(lines)

    def _warnings(self) -> Iterator[str]:
        """Name the targets that lose, and the levers that the search would move further."""
        design, shown = self.design, self._shown
        lost = shown.loc[[name for name in design.less_likely if name in shown.index]]
        told = [
            f"{row['label']} ({100 * row['before']:.0f} to {100 * row['after']:.0f} %)"
            for row in lost[lost["gain"] <= -WORTH_NAMING].to_dict("records")
        ]
        if told:
            others = len(lost) - len(told)
            more = f"; {others} more by less than a point" if others else ""
            yield f"Less likely than in {design.parent}: {', '.join(told)}{more}."
        if design.at_bounds:
            told = [
                f"{name} ({_level(design.levels[name])}, the {bound})"
                for name, bound in design.at_bounds.items()
            ]
            yield f"At the bound of what the search may set: {', '.join(told)}."

    def as_record(self) -> dict[str, Any]:
        """Return the result as values that JSON can represent."""
        design = self.design
        return {
            "objective": str(design.objective),
            "direction": design.objective.direction,
            "levels": dict(design.levels),
            "money": design.money,
            "reached": design.is_allowed,
            "message": design.message,
            "file": None if self.out is None else str(self.out),
            "worth": _records(design.worth),
            "parts": _records(design.parts),
            "less_likely": list(design.less_likely),
            "at_bounds": design.at_bounds,
            "difference": _records(design.differences),
            "limits": design.limits.to_dict(orient="records"),
            "probability": _records(design.targets[list(CHANCES)]),
        }


def design_to_file(
    study: Study,
    name: str,
    objective: str,
    *,
    out: Path | None,
    dry_run: bool,
    command: Sequence[str],
    quiet: bool,
    **options: Any,
) -> DesignResult:
    """Design a package, and write it as a scenario.

    Parameters
    ----------
    study : Study
    name : str
        Name of the new scenario: small letters, digits and hyphens.
    objective : str
    out : Path or None
        The file to write; by default ``scenarios/NAME.yaml`` of the study. It must not exist yet.
    dry_run : bool
        Whether to write nothing.
    command : sequence of str
        The command line, for the reference in the file.
    quiet : bool
        Whether to hide the progress bar.
    **options
        As for `xhsim.analysis.packages.design.design_package`.

    Returns
    -------
    DesignResult

    Raises
    ------
    InputError
        As for that function. Also, before the search, if `name` cannot be the name of a new
        scenario or the file cannot be written.
    """
    name = check_new_name(name, study.scenarios)
    file = None
    if not dry_run:
        file = new_scenario_file(study.files.folder, name) if out is None else out
        check_new_file(file)
    reference = "found by " + shlex.join(without_places(list(command)))
    with progress_bar(quiet) as bar:
        task = bar.add_task("packages tried", total=None)
        design = study.design(
            objective,
            name=name,
            reference=reference,
            progress=lambda count: bar.advance(task, count),
            **options,
        )
    if not design.is_allowed:
        file = None
    if file is not None:
        write_text(file, scenario_text(design.scenario))
    return DesignResult(design, file)


def _records(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    plain = table.astype(object).where(table.notna(), None)
    return {
        str(name): {
            str(key): value.item() if isinstance(value, np.generic) else value
            for key, value in row.items()
        }
        for name, row in plain.iterrows()
    }


def _share(value: float) -> str:
    return f"{100 * value:.1f} %".replace("-", "−")


def _points(value: float) -> str:
    """Write a difference of probabilities in percentage points."""
    return f"{100 * value:+.1f} points".replace("-", "−")


def _added(value: float) -> str:
    return number_text(value, signed=True)


def _number(value: float) -> str:
    return number_text(value)


def _level(value: float | None) -> str:
    """Write a level with the digits that a policy could set."""
    number = value or 0.0
    return exact_number(round(number, 3 if abs(number) < 0.5 else 2)).replace(",", "")

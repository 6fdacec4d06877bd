"""A package of levers that a search found: as tables, and as a scenario file."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.search import Lever, Package, best_package, cheapest_package, levers_of
from xhsim.atomic import check_folder, writing
from xhsim.errors import InputError
from xhsim.report.manifest import without_places
from xhsim.report.progress import progress_bar
from xhsim.report.tables import exact_number, records_table
from xhsim.study.scenarios import read_scenario

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.study import Study

__all__ = ["DesignResult", "design_package"]

YEARS = (2021, 2022)
JUDGES = 4096  # draws that judge what was found


@dataclass(frozen=True)
class DesignResult:
    """A package and what it does.

    Attributes
    ----------
    package : Package
    levers : sequence of Lever
    before, after : DataFrame
        Attainment without and with it, on draws that the search has not seen.
    text : str
        The scenario file.
    out : Path or None
        The file written.
    """

    package: Package
    levers: Sequence[Lever]
    before: pd.DataFrame
    after: pd.DataFrame
    text: str
    out: Path | None

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield what to print."""
        levels = self.package.levels
        rows: list[list[Any]] = [
            [str(lever), lever.start, levels[str(lever)]] for lever in self.levers
        ]
        money = [lever for lever in self.levers if lever.is_money]
        rows.append(["spending in all", sum(x.start for x in money), self.package.spending])
        yield records_table(["lever", "before", "package"], rows, write=_level)
        yield Text("")
        shown = self.after.index[self.after["rank"].notna()] if self._ranked else self.after.index
        yield records_table(
            ["target", "before, %", "package, %", "from", "to"],
            [
                [
                    self.after.loc[target, "label"],
                    *(
                        100 * table.loc[target, "probability"]
                        for table in (self.before, self.after)
                    ),
                    *(100 * self.after.loc[target, key] for key in ("ci_low", "ci_high")),
                ]
                for target in shown
            ],
            write=lambda value: f"{value or 0:.0f}",
        )
        if not quiet:
            yield Text(self._remarks())

    @property
    def _ranked(self) -> bool:
        return bool(self.after["rank"].notna().any())

    def _remarks(self) -> str:
        totals = [table["probability"].sum() for table in (self.before, self.after)]
        lines = [
            f"\nAttained on average, of {len(self.after)} targets: {totals[0]:.1f} before, "
            f"{totals[1]:.1f} with the package, over {JUDGES:,} draws the search has not seen.",
        ]
        if not self.package.converged:
            lines.append(f"The search did not succeed: {self.package.message}.")
        if self.out is not None:
            lines.append(f"Written to {self.out}")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Return all of it as JSON knows it."""
        return {
            "levels": dict(self.package.levels),
            "spending": self.package.spending,
            "converged": self.package.converged,
            "probability": {
                str(target): {
                    "before": float(self.before.loc[target, "probability"]),
                    "package": float(self.after.loc[target, "probability"]),
                }
                for target in self.after.index
            },
        }


def design_package(
    study: Study,
    name: str,
    *,
    spending: float | None,
    goals: Mapping[str, float],
    scenario: str,
    keep: bool,
    draws: int,
    seed: int,
    out: Path | None,
    command: list[str],
    quiet: bool,
) -> DesignResult:
    """Search for a package, judge it on other draws, and write it as a scenario.

    Parameters
    ----------
    study : Study
    name : str
        What the scenario is to be called.
    spending : float or None
        As for `best_package`, which is asked if it is given; else `cheapest_package` is.
    goals, scenario, keep, draws, seed
        As for these.
    out : Path or None
        The file to write.
    command : list of str
        For the file's reference.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    DesignResult

    Raises
    ------
    InputError
        As for these, or if the file cannot be written.
    """
    if out is not None:
        check_folder(out.parent)
        if out.suffix not in (".yaml", ".yml"):
            raise InputError(f'"{out}" is no scenario file', hint="let its name end in .yaml")
    common: dict[str, Any] = {
        "scenario": scenario,
        "keep": keep,
        "years": YEARS,
        "draws": draws,
        "seed": seed,
    }
    with progress_bar(quiet) as bar:
        task = bar.add_task("packages looked at", total=None)
        common["progress"] = lambda count: bar.advance(task, count)
        if spending is not None:
            package = best_package(study, spending, **common)
        else:
            package = cheapest_package(study, goals, **common)
    levers = levers_of(study, scenario, keep=keep)
    text = _scenario_text(name, scenario, levers, package, command)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / f"{name}.yaml"
        draft.write_text(text, encoding="utf-8")
        found = study.with_scenario(read_scenario(draft))
    tables = [
        found.attainment(found.ensemble(which, JUDGES, seed + 1)) for which in (scenario, name)
    ]
    if out is not None:
        with writing(out.parent) as folder_draft:
            (folder_draft / out.name).write_text(text, encoding="utf-8")
    return DesignResult(package, levers, tables[0], tables[1], text, out)


def _scenario_text(
    name: str, scenario: str, levers: Sequence[Lever], package: Package, command: list[str]
) -> str:
    """Write a package as a scenario file."""
    moved = [lever for lever in levers if _level(package.levels[str(lever)]) != _level(lever.start)]
    width = max((len(str(lever)) for lever in moved), default=0) + 1
    lines = [
        f"label: {{en: {name}, zh: {name}}}",
        f"description: Found by a search; spending adds up to {package.spending:.1f} a year.",
        f"extends: {scenario}",
        *(["set:"] if moved else []),
    ]
    for lever in moved:
        # A name with brackets needs no quotes as a key: it does not begin with one.
        key = f"{lever}:".ljust(width + 1)
        shape = f"from: {YEARS[0]}, until: {YEARS[1]}, to: {_level(package.levels[str(lever)])}"
        lines.append(f"  {key} {{ramp: {{{shape}}}}}")
    lines.append(f"reference: {_quoted('found by ' + shlex.join(without_places(command)))}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _level(value: float | None) -> str:
    """Write a level as exactly as a policy could set it: two decimals, three below 1/2."""
    number = value or 0.0
    return exact_number(round(number, 3 if abs(number) < 0.5 else 2)).replace(",", "")

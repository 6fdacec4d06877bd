"""The search for a package of levers: its result as tables and as a scenario file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.policies.levers import Lever, levers_of
from xhsim.analysis.policies.packages import Package, best_package, cheapest_package
from xhsim.atomic import write_text
from xhsim.report.files.manifest import without_places
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import exact_number, records_table
from xhsim.study.scenarios.scenario import Scenario, make_scenario
from xhsim.study.scenarios.writer import check_new_file, check_new_name, scenario_text

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.study import Study

__all__ = ["DesignResult", "design_package"]

YEARS = (2021, 2022)
JUDGES = 4096  # draws on which the package is judged; the search does not use them


@dataclass(frozen=True)
class DesignResult:
    """A package of levers and its effect.

    Attributes
    ----------
    package : Package
    levers : sequence of Lever
    before, after : DataFrame
        Attainment without and with it, on draws that the search has not used.
    text : str
        Content of the scenario file.
    out : Path or None
        The file that was written, if any.
    """

    package: Package
    levers: Sequence[Lever]
    before: pd.DataFrame
    after: pd.DataFrame
    text: str
    out: Path | None

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the tables and texts to print."""
        levels = self.package.levels
        rows: list[list[Any]] = [
            [str(lever), lever.start, levels[str(lever)]] for lever in self.levers
        ]
        money = [lever for lever in self.levers if lever.is_money]
        rows.append(["total spending", sum(x.start for x in money), self.package.spending])
        yield records_table(["lever", "before", "package"], rows, write=_level)
        yield Text("")
        shown = self.after.index[self.after["rank"].notna()] if self._ranked else self.after.index
        yield records_table(
            ["target", "before, %", "package, %", "95 % from", "to"],
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
        if self.out is not None:
            yield Text(f"Written to {self.out}")
        elif not quiet:
            yield Text("Not written to a file. With --out FILE it becomes a scenario file.")

    @property
    def _ranked(self) -> bool:
        return bool(self.after["rank"].notna().any())

    def _remarks(self) -> str:
        totals = [table["probability"].sum() for table in (self.before, self.after)]
        lines = [
            f"\nTargets met on average, of {len(self.after)}: {totals[0]:.1f} before, "
            f"{totals[1]:.1f} with the package, in {JUDGES:,} draws that the search has not used.",
        ]
        if not self.package.converged:
            lines.append(f"The search did not succeed: {self.package.message}.")
        return "\n".join(lines)

    def as_record(self) -> dict[str, Any]:
        """Return the result as values that JSON can represent."""
        return {
            "levels": dict(self.package.levels),
            "spending": self.package.spending,
            "converged": self.package.converged,
            "file": None if self.out is None else str(self.out),
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
        Name of the new scenario: small letters, digits and hyphens.
    spending : float or None
        If given, `best_package` searches with this limit; else `cheapest_package` searches.
    goals, scenario, keep, draws, seed
        As for these functions.
    out : Path or None
        The file to write. It must not exist yet.
    command : list of str
        The command line, for the reference in the file.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    DesignResult

    Raises
    ------
    InputError
        As for these functions. Also, before the search, if `name` cannot be the name of a new
        scenario or `out` cannot be written.
    """
    name = check_new_name(name, study.scenarios)
    if out is not None:
        check_new_file(out)
    common: dict[str, Any] = {
        "scenario": scenario,
        "keep": keep,
        "years": YEARS,
        "draws": draws,
        "seed": seed,
    }
    with progress_bar(quiet) as bar:
        task = bar.add_task("packages tried", total=None)
        common["progress"] = lambda count: bar.advance(task, count)
        if spending is not None:
            package = best_package(study, spending, **common)
        else:
            package = cheapest_package(study, goals, **common)
    levers = levers_of(study, scenario, keep=keep)
    made = _scenario(name, scenario, levers, package, command)
    found = study.with_scenario(made)
    tables = [
        found.attainment(found.ensemble(which, JUDGES, seed + 1)) for which in (scenario, name)
    ]
    text = scenario_text(made)
    if out is not None:
        write_text(out, text)
    return DesignResult(package, levers, tables[0], tables[1], text, out)


def _scenario(
    name: str, scenario: str, levers: Sequence[Lever], package: Package, command: list[str]
) -> Scenario:
    """Make a scenario from a package."""
    levels = {str(lever): _rounded(package.levels[str(lever)]) for lever in levers}
    moved = [lever for lever in levers if levels[str(lever)] != _rounded(lever.start)]
    return make_scenario(
        name,
        {
            str(lever): {"ramp": {"from": YEARS[0], "until": YEARS[1], "to": levels[str(lever)]}}
            for lever in moved
        },
        extends=scenario,
        description=f"Found by a search. Total spending is {package.spending:.1f} a year.",
        reference="found by " + shlex.join(without_places(command)),
    )


def _rounded(value: float) -> float:
    """Round a level to what a policy could set: two decimals, or three below 1/2."""
    return round(float(value), 3 if abs(value) < 0.5 else 2)


def _level(value: float | None) -> str:
    """Write a level with the digits that a policy could set."""
    return exact_number(_rounded(value or 0.0)).replace(",", "")

"""The loops behind a variable as a table: shares by year, and which loop is the largest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.loops.shares import OUTSIDE, TOP, LoopsOverDraws
from xhsim.errors import InputError
from xhsim.report.terminal.tables import records_table
from xhsim.wording.numbers import probability_text

__all__ = ["LoopReport"]

YEARS = 6  # columns of shares


@dataclass(frozen=True)
class LoopReport:
    """The answer of ``xhsim loops``.

    Attributes
    ----------
    found : LoopsOverDraws
    year : int
        The year of the ranges and of the largest loops.
    top : int
        How many loops have rows.
    """

    found: LoopsOverDraws
    year: int
    top: int = TOP

    @classmethod
    def of(cls, found: LoopsOverDraws, year: int | None = None, top: int = TOP) -> LoopReport:
        """Check the year, which by default is the last.

        Raises
        ------
        InputError
            If the run has no such year, or `top` is not positive.
        """
        if top < 1:
            raise InputError(f"the number of loops must be at least 1, not {top}")
        if year is not None:
            found.place(year)
        return cls(found, found.years[-1] if year is None else year, top)

    def parts(self, *, quiet: bool = False) -> Iterator[RenderableType]:
        """Yield tables and texts to print; without the notes if `quiet`."""
        found, records = self.found, self._records()
        end = found.years.index(self.year) + 1
        years = found.years[max(0, end - YEARS) : end]
        title = f"{found.variable}, scenario {found.scenario}: which loops its change comes from"
        yield Text(title, "bold")
        outside = float(found.mean(found.outside)[end - 1])
        if outside > 0.5:
            share = probability_text(*found.mostly_outside(self.year)[:3])
            yield Text(
                f"In {self.year}, {_percent(outside)} % of the change comes from outside all loops"
                f": more than half in {share} % of draws."
            )
        columns = ["loop", "", *map(str, years), f"draws {self.year}", "largest loop in"]
        rows = []
        for (year, name), row in records.items():
            if year != self.year:
                continue
            shares = [_percent(records[one, name]["share"]) for one in years]
            spread = f"{_percent(row['p05'])} to {_percent(row['p95'])}"
            own = name not in ("other", OUTSIDE, "not_followed")
            text = f"{name} {row['label']}" if own else row["label"]
            rows.append([text, row["sign"], *shares, spread, _largest(row)])
        yield records_table(columns, rows)
        if not quiet:
            yield from self._notes()

    def _records(self) -> dict[tuple[int, str], dict[str, Any]]:
        """Return the rows of the table by year and loop."""
        rows = self.found.table(self.top).reset_index().to_dict("records")
        return {
            (int(row["year"]), str(row["loop"])): {str(k): v for k, v in row.items()}
            for row in rows
        }

    def _notes(self) -> Iterator[RenderableType]:
        found = self.found
        for loop in found.loops[: self.top]:
            path = " → ".join(str(name) for name in loop.paths[0])
            if path != loop.label.en:
                more = f" (and {len(loop.paths) - 1} more ways)" if len(loop.paths) > 1 else ""
                yield Text(f"{loop.id}: {path}{more}")
        missed = float(np.nanmean(found.not_followed)) if found.not_followed.size else 0.0
        cut = f"the search ended at its limit of {found.most} steps and left {_percent(missed)} %"
        yield Text(
            "Shares in %, means over draws; + reinforcing, - balancing, ± both. Largest loop in: "
            "the share of draws in which no other loop has a larger share (95 % interval). "
            f"{found.draws} draws, seed {found.seed}" + (f"; {cut}." if found.is_cut else ".")
        )

    def as_record(self) -> dict[str, Any]:
        """Return the answer as values that JSON can represent."""
        found = self.found
        paths = {
            loop.id: [[name.en for name in path] for path in loop.paths]
            for loop in found.loops[: self.top]
        }
        rows = [
            {key: None if _is_missing(value) else value for key, value in row.items()}
            for row in self._records().values()
        ]
        mostly = {year: found.mostly_outside(year) for year in found.years}
        return {
            "variable": found.variable,
            "scenario": found.scenario,
            "draws": found.draws,
            "seed": found.seed,
            "steps_of_search": found.most,
            "is_cut": found.is_cut,
            "paths": paths,
            "shares": rows,
            "mostly_outside": {
                str(year): {
                    "probability": None if _is_missing(p.probability) else p.probability,
                    "ci_low": None if _is_missing(p.ci_low) else p.ci_low,
                    "ci_high": None if _is_missing(p.ci_high) else p.ci_high,
                }
                for year, p in mostly.items()
            },
        }


def _is_missing(value: object) -> bool:
    return isinstance(value, float) and np.isnan(value)


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.0f}"


def _largest(row: dict[str, Any]) -> str:
    if np.isnan(row["largest"]):
        return ""
    text = probability_text(row["largest"], row["ci_low"], row["ci_high"])
    low, high = np.floor(100 * row["ci_low"]), np.ceil(100 * row["ci_high"])
    return f"{text} % ({low:.0f}–{high:.0f})"

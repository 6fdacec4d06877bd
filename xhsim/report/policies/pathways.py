"""A policy with rules against a fixed one: the comparison as tables, text and files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.pathways.comparison import PolicyPathways
from xhsim.analysis.pathways.thresholds import BEST, WRITTEN, ThresholdSearch
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import records_table
from xhsim.wording.units import display_unit

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["PathwaysResult", "pathways_result"]

NAMES = {"static": "{static}", "equal": "{static}, equal money", "adaptive": "{adaptive}"}


@dataclass(frozen=True)
class PathwaysResult:
    """The comparison, and the search for thresholds if one was asked for.

    Attributes
    ----------
    found : PolicyPathways
    search : ThresholdSearch or None
    picture : Path or None
        The map that was written, if any.
    """

    found: PolicyPathways
    search: ThresholdSearch | None
    picture: Path | None

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the texts and tables to print."""
        found = self.found
        yield self._policies()
        if not quiet:
            yield Text(self._about_money())
        yield Text("")
        yield self._targets()
        yield Text("")
        yield records_table(
            ["rule", "check", "acts, %", "95 % from", "to", "begins, %", "is released, %"],
            [
                [rule, check, *(_percent(row[key]) for key in
                 ("probability", "ci_low", "ci_high", "begins", "ends"))]
                for rule, check, row in _firings(found.firings)
            ],
            write=str,
        )  # fmt: skip
        if self.search is not None:
            yield Text("")
            yield from self._search(self.search)
        if not quiet:
            yield Text(
                f"\n{found.draws:,} draws with seed {found.seed}, the same for every policy. "
                "Differences are draw by draw, with 95 % intervals."
            )
        if self.picture is not None:
            yield Text(f"Written to {self.picture}")

    def _policies(self) -> RenderableType:
        found = self.found
        rows = []
        for name, row in found.policies.iterrows():
            text = NAMES[str(name)].format(static=found.static, adaptive=found.adaptive)
            gain = "" if name == "adaptive" else _signed(row, "gain")
            rows.append([text, f"{row['money']:.2f}", f"{row['met']:.2f}", gain])
        unit = display_unit(found.unit)
        heads = ["policy", f"money, {unit}", "targets met", f"{found.adaptive} meets more by"]
        return records_table(heads, rows, write=str)

    def _about_money(self) -> str:
        """Say what money is, and what the comparison at equal money is with."""
        found = self.found
        paid = "\nMoney is what is paid in a year, on average over the years and the draws."
        if math.isnan(found.share):
            return f"{paid}\n{found.static} cannot be scaled to equal money: {found.why_not}."
        return (
            f"{paid}\nEqual money: {100 * found.share:.0f} % of what {found.static} changes spends "
            "as much on average over the draws."
        )

    def _targets(self) -> RenderableType:
        table = self.found.differences
        moved = table[(table["gained"] > 0) | (table["lost"] > 0)]
        if moved.empty:
            return Text("No draw meets other targets.")
        order = moved["difference"].abs().sort_values(ascending=False).index
        return records_table(
            ["target", "fixed, %", "with rules, %", "difference, points", "95 % from", "to"],
            [
                [
                    row["label"],
                    *(_percent(row[key]) for key in ("before", "after")),
                    *(f"{100 * row[key]:+.1f}" for key in ("difference", "low", "high")),
                ]
                for _, row in moved.loc[order].iterrows()
            ],
            write=str,
        )

    def _search(self, search: ThresholdSearch) -> Iterator[RenderableType]:
        rules = list(search.best)
        heads = [*rules, search.objective.label.en, "more than as written", "money", "acts, %"]
        rows: list[list[str]] = []
        gains = search.gains.to_dict("records")
        for (_, row), gain in zip(search.table.iterrows(), gains, strict=True):
            is_best = all(row[rule] == level for rule, level in search.best.items())
            # The draws are the same, so that a difference is sharper than two intervals.
            numbers = [f"{row['value']:.4g}", _signed(gain, "gain", 3), f"{row['money']:.4g}"]
            mark = " <" if is_best else "" if row["allowed"] else " too much"
            rows.append(
                [*(f"{row[rule]:g}" for rule in rules), *numbers, _percent(row["acts"]) + mark]
            )
        yield records_table(heads, rows, write=str)
        judged = search.judged.to_dict("index")
        best, written = judged[BEST], judged[WRITTEN]
        yield Text(
            f"\nOn {search.fresh:,} draws that the search has not used: {best['value']:.4g} with "
            f"the best thresholds, {written['value']:.4g} as written, a difference of "
            f"{_signed(best, 'gain', 3)}."
        )

    def as_record(self) -> dict[str, Any]:
        """Return the result as values that JSON can represent."""
        found = self.found
        return {
            "static": found.static,
            "adaptive": found.adaptive,
            "share": None if math.isnan(found.share) else found.share,
            "unit": found.unit,
            "policies": _records(found.policies),
            "differences": _records(found.differences),
            "firings": [
                {"rule": rule, "check": check, **_numbers(row)}
                for rule, check, row in _firings(found.firings)
            ],
            "routes": [
                {
                    "acting": {f"{date:g}": list(row[date]) for date in found.map.dates},
                    **_numbers(row[["probability", "ci_low", "ci_high", "met"]]),
                }
                for _, row in found.map.routes.iterrows()
            ],
            "thresholds": None
            if self.search is None
            else {
                "objective": str(self.search.objective),
                "best": dict(self.search.best),
                "tried": [
                    _numbers(row) | _numbers(gain)
                    for (_, row), (_, gain) in zip(
                        self.search.table.iterrows(), self.search.gains.iterrows(), strict=True
                    )
                ],
                "judged": _records(self.search.judged),
            },
            "draws": found.draws,
            "seed": found.seed,
        }


def pathways_result(
    study: Study,
    static: str,
    adaptive: str,
    *,
    draws: int | None,
    seed: int | None,
    levels: Mapping[str, Sequence[float]],
    objective: str,
    most_money: float | None,
    picture: Path | None,
    lang: str,
    quiet: bool,
) -> PathwaysResult:
    """Compare two policies, search for thresholds if some are named, and write the map.

    Parameters
    ----------
    study : Study
    static, adaptive, draws, seed
        As for `xhsim.analysis.pathways.comparison.compare_pathways`.
    levels : mapping of str to sequence of float
        Thresholds to try; none for no search.
    objective : str
    most_money : float or None
        As for `xhsim.analysis.pathways.thresholds.search_thresholds`.
    picture : Path or None
        The file of the map.
    lang : {"en", "zh"}
        Of the picture.
    quiet : bool
        Whether to hide the progress bar.

    Returns
    -------
    PathwaysResult
    """
    with progress_bar(quiet) as bar:
        task = bar.add_task("policies", total=None)
        step: Any = lambda count: bar.advance(task, count)  # noqa: E731
        found = study.pathways(static, adaptive, draws, seed, progress=step)
        search = None
        if levels:
            search = study.thresholds(
                adaptive,
                levels,
                objective,
                most_money=most_money,
                draws=draws,
                seed=seed,
                progress=step,
            )
    if picture is not None:
        from xhsim.plots import pathway_chart, save

        save(pathway_chart(found.map, lang=lang), picture)
    return PathwaysResult(found, search, picture)


def _firings(table: pd.DataFrame) -> list[tuple[str, str, dict[Any, Any]]]:
    """Return the rows of a table of firings with their rule and check."""
    rows = table.reset_index().to_dict("records")
    return [(str(row.pop("rule")), str(row.pop("check")), row) for row in rows]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _signed(row: Mapping[Any, Any] | pd.Series[Any], key: str, digits: int = 2) -> str:
    low, high = row[f"{key}_low"], row[f"{key}_high"]
    return f"{row[key]:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"


def _records(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {str(name): _numbers(row) for name, row in table.iterrows()}


def _numbers(row: Mapping[Any, Any] | pd.Series[Any]) -> dict[str, Any]:
    found = {}
    for key, value in row.items():
        is_number = not isinstance(value, str | bool)
        found[str(key)] = (float(value) if math.isfinite(value) else None) if is_number else value
    return found

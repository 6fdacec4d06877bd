"""How much of an instrument is needed: the answer as text, tables and a scenario file."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.policies.needed_answer import FOUND, Needed
from xhsim.atomic import write_text
from xhsim.report.files.manifest import without_places
from xhsim.report.terminal.progress import progress_bar
from xhsim.report.terminal.tables import exact_number, records_table
from xhsim.study.scenarios.scenario import Scenario
from xhsim.study.scenarios.writer import check_new_file, check_new_name, scenario_text
from xhsim.wording.numbers import probability_text

if TYPE_CHECKING:
    from xhsim.analysis.study import Study

__all__ = ["NeededResult", "needed_result"]

ROWS = 11  # of the printed response


@dataclass(frozen=True)
class NeededResult:
    """The answer, and the scenario file that was made of it.

    Attributes
    ----------
    found : Needed
    text : str
        The content of a scenario file; empty if there is no answer.
    out : Path or None
        The file that was written, if any.
    """

    found: Needed
    text: str
    out: Path | None

    def parts(self, *, quiet: bool) -> Iterator[RenderableType]:
        """Yield the texts and tables to print."""
        found = self.found
        yield Text(f"{found.goal.label.en}\n")
        yield Text("\n".join(found.sentences()))
        if found.levels and len(found.levels) > 1:
            yield Text("")
            yield records_table(
                ["lever", "without", "needed", "whole"],
                [[x.name, x.start, found.levels[x.name], x.end] for x in found.move.levers],
                write=exact_number,
            )
        yield Text("")
        yield records_table(
            [found.move.kind, "probability, %", "95 % from", "to"],
            [self._row(place) for place in self._shown()],
            write=str,
        )
        if not quiet:
            yield Text(
                f"\n{found.draws:,} draws with seed {found.seed}, the same for every row. More "
                "draws narrow the interval."
            )
        if self.out is not None:
            yield Text(f"Written to {self.out}")
        elif not quiet and self.text:
            yield Text("Not written to a file. With --out FILE it becomes a scenario file.")

    def _shown(self) -> list[int]:
        """Return the rows to print: spread over the whole range, with that of the answer."""
        points = self.found.curve.points
        wanted = np.linspace(points[0], points[-1], ROWS)
        rows = {int(np.argmin(np.abs(points - each))) for each in wanted}
        if self.found.status == FOUND:
            rows.add(int(np.flatnonzero(points == self.found.answer)[0]))
        return sorted(rows)

    def _row(self, place: int) -> list[str]:
        curve, chance = self.found.curve, self.found.curve.chances[place]
        mark = " <" if curve.points[place] == self.found.answer else ""
        return [
            self.found.point_text(float(curve.points[place])) + mark,
            probability_text(*chance[:3]),
            *(f"{100 * end:.0f}" if math.isfinite(end) else "" for end in chance[1:3]),
        ]

    def as_record(self) -> dict[str, Any]:
        """Return the result as values that JSON can represent."""
        found = self.found
        return {
            "goal": str(found.goal),
            "wanted": found.wanted,
            "status": found.status,
            "kind": found.move.kind,
            "answer": _finite(found.answer),
            "low": _finite(found.low),
            "high": _finite(found.high),
            "probability": found.chance.probability,
            "ci_low": found.chance.ci_low,
            "ci_high": found.chance.ci_high,
            "without": found.without.probability,
            "levels": found.levels,
            "monotone": found.is_monotone,
            "crossings": [each.at for each in found.crossings],
            "response": [
                {"point": float(point), **chance._asdict()}
                for point, chance in zip(found.curve.points, found.curve.chances, strict=True)
            ],
            "draws": found.draws,
            "seed": found.seed,
            "scenario": self.text or None,
            "file": None if self.out is None else str(self.out),
        }


def needed_result(
    study: Study,
    *,
    out: Path | None,
    command: list[str],
    quiet: bool,
    **question: Any,
) -> NeededResult:
    """Answer how much of an instrument is needed, and write the answer as a scenario file.

    Parameters
    ----------
    study : Study
    out : Path or None
        The file to write; its stem is the scenario's name. It must not exist yet.
    command : list of str
        The command line, for the reference in the file.
    quiet : bool
        Whether to hide the progress bar.
    **question
        The arguments of `xhsim.analysis.policies.needed.needed`.

    Returns
    -------
    NeededResult
        Nothing is written if there is no answer.

    Raises
    ------
    InputError
        As for `needed`. Also, before the search, if `out` cannot be written.
    """
    if out is not None:
        check_new_file(out)
        check_new_name(out.stem, study.scenarios)
    with progress_bar(quiet) as bar:
        task = bar.add_task("points", total=None)
        found = study.needed(**question, progress=lambda count: bar.advance(task, count))
    if found.status != FOUND:
        return NeededResult(found, "", None)
    text = scenario_text(_described(found, "needed" if out is None else out.stem, command))
    if out is not None:
        write_text(out, text)
    return NeededResult(found, text, out)


def _described(found: Needed, name: str, command: list[str]) -> Scenario:
    about = f"{found.goal.label.en}: {found.chance.probability:.0%} in {found.draws:,} draws."
    return replace(
        found.scenario(name),
        label=replace(found.scenario(name).label, en=name, zh=name),
        description=about,
        reference="found by " + shlex.join(without_places(command)),
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None

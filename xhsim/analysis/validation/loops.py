"""Feedback loops: whether each amplifies or dampens a push, by a run with the loop cut.

There are four runs: with and without the push, with the loop closed and with it cut. Held variables
follow their path of the closed run without the push, so that only the loop's reaction to the push
is missing. A loop that amplifies makes the response larger, one that dampens makes it smaller. The
responses are compared in one year or in several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.validation.findings import Finding, percent
from xhsim.analysis.validation.measured import LoopResponse
from xhsim.analysis.validation.runs import checked_world, read_total, run_columns
from xhsim.engine.language.syntax import canonical
from xhsim.engine.paths import Path
from xhsim.study.names import parse_reference

if TYPE_CHECKING:
    import xarray as xr

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.checks.checks import LoopCheck, Loops

__all__ = ["check_loops"]

PART = "feedback loops"
VERBS = {"amplifies": "amplify", "dampens": "dampen"}


def check_loops(study: FittedStudy) -> list[Finding]:
    """Cut every loop of a study and compare the response to a push.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
        One for each loop.
    """
    declared = study.checks.loops
    if declared is None:
        return [Finding.skipped(PART, "none", "checks.yaml has none")]
    scenario = next(iter(study.scenarios))
    columns = [
        checked_world(study, scenario, changes, until=declared.until)
        for loop in declared.loops
        for changes in (loop.base, (*loop.base, *loop.push))
    ]
    outputs = [
        parse_reference(name).name for loop in declared.loops for name in (loop.watch, *loop.hold)
    ]
    closed = run_columns(columns, outputs, every_step=True)
    return [
        _cut(study, scenario, loop, closed.isel(draw=[2 * place, 2 * place + 1]), declared)
        for place, loop in enumerate(declared.loops)
    ]


def _cut(
    study: FittedStudy, scenario: str, loop: LoopCheck, closed: xr.Dataset, loops: Loops
) -> Finding:
    settings = [*loop.base, *loop.cut]
    columns = [
        checked_world(study, scenario, changes, until=loops.until)
        for changes in (settings, [*settings, *loop.push])
    ]
    times = np.asarray(closed["time"].values, dtype=float)
    held = {}
    for name in loop.hold:
        data = closed[canonical(parse_reference(name).name)].isel(draw=0).transpose("time", ...)
        held[name] = Path(times, np.asarray(data.values, dtype=float))
    opened = run_columns(columns, [loop.watch], held=held, every_step=True)
    years = loops.years or (float(times[-1]),)
    asked = years[-1] if loop.at is None else loop.at
    responses = []
    for year in years:
        with_loop, without = (100 * _response(run, loop.watch, year) for run in (closed, opened))
        responses.append(
            LoopResponse(
                loop.name, loop.watch, year, with_loop, without, loop.does, is_asked=year == asked
            )
        )
    wrong = [
        f"{loop.name}: it does not {VERBS[loop.does]} the response of {loop.watch}"
        for one in responses
        if one.is_asked and not _does(one, loops.threshold / 100)
    ]
    made = Finding.of(PART, f"{loop.name}: {loop.does}", _figure(responses), wrong)
    return made.with_measured(responses)


def _does(one: LoopResponse, share: float) -> bool:
    """Tell whether a loop does what it is expected to do, by at least a share of the response."""
    least, most = abs(one.cut) * (1 - share), abs(one.cut) * (1 + share)
    if not np.isfinite([one.closed, one.cut]).all():
        return False
    if one.does == "dampens":
        return abs(one.closed) < least
    return one.closed * one.cut >= 0 and abs(one.closed) > most


def _figure(responses: list[LoopResponse]) -> str:
    """Write the response of each year; the year itself only if there are several."""
    told = []
    for one in responses:
        closed, cut = percent(one.closed / 100, 4), percent(one.cut / 100, 4)
        year = f"{one.year:g}: " if len(responses) > 1 else ""
        told.append(f"{year}{closed} with the loop, {cut} without")
    return f"{responses[0].variable} {'; '.join(told)}"


def _response(run: xr.Dataset, name: str, year: float) -> float:
    at = int(np.abs(run["time"].values - year).argmin())
    before, after = read_total(run, name)[:, at]
    return float((after - before) / abs(before)) if before else float("nan")

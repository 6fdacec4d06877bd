"""Feedback loops: whether each amplifies or dampens a push, by a run with the loop cut.

There are four runs: with and without the push, with the loop closed and with it cut. Held variables
follow their path of the closed run without the push, so that only the loop's reaction to the push
is missing. A loop that amplifies makes the response larger, one that dampens makes it smaller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xhsim.analysis.validation.findings import Finding, percent
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
        checked_world(study, scenario, changes, until=declared.horizon)
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
        checked_world(study, scenario, changes, until=loops.horizon)
        for changes in (settings, [*settings, *loop.push])
    ]
    times = np.asarray(closed["time"].values, dtype=float)
    held = {}
    for name in loop.hold:
        data = closed[canonical(parse_reference(name).name)].isel(draw=0).transpose("time", ...)
        held[name] = Path(times, np.asarray(data.values, dtype=float))
    opened = run_columns(columns, [loop.watch], held=held)
    with_loop, without = (_response(run, loop.watch) for run in (closed, opened))
    figure = f"{loop.watch} {percent(with_loop, 4)} with the loop, {percent(without, 4)} without"
    share = loops.threshold / 100
    least, most = abs(without) * (1 - share), abs(without) * (1 + share)
    same_sign = with_loop * without >= 0 or loop.does == "dampens"
    does = abs(with_loop) > most if loop.does == "amplifies" else abs(with_loop) < least
    if same_sign and does and np.isfinite([with_loop, without]).all():
        return Finding.of(PART, f"{loop.name}: {loop.does}", figure)
    return Finding.of(
        PART,
        f"{loop.name}: {loop.does}",
        figure,
        [f"{loop.name}: it does not {VERBS[loop.does]} the response of {loop.watch}"],
    )


def _response(run: xr.Dataset, name: str) -> float:
    before, after = read_total(run, name)[:, -1]
    return float((after - before) / abs(before)) if before else float("nan")

"""Responses to shocks: each shock against the undisturbed run, all in one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xhsim.analysis.validation.findings import Finding
from xhsim.analysis.validation.measured import Response
from xhsim.analysis.validation.runs import checked_world, read_total, scaled
from xhsim.analysis.worlds.world import World, side_by_side
from xhsim.arguments import checked
from xhsim.study.names import find_name, parse_reference
from xhsim.wording.label import Label

if TYPE_CHECKING:
    import pandas as pd

    from xhsim.analysis.fitted import FittedStudy
    from xhsim.study.checks.responses import ExpectedResponse, ShockCheck

__all__ = ["check_responses", "response_table"]

PART = "responses to shocks"
ROUNDING = 1e-9
Array = NDArray[np.float64]


def check_responses(study: FittedStudy) -> list[Finding]:
    """Compare the responses to every shock with the ranges that checks.yaml expects.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
        One for each shock.

    Raises
    ------
    InputError
        If a shock is laid over a scenario that does not exist.
    """
    shocks = study.checks.responses
    if not shocks:
        return [Finding.skipped(PART, "none", "checks.yaml has none")]
    return [
        _finding(shock, rows) for shock, rows in zip(shocks, _measured(study, shocks), strict=True)
    ]


@checked
def response_table(study: FittedStudy) -> pd.DataFrame:
    """Compute the responses to every shock, as a table with labels.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        A row for each response: the fields of `xhsim.analysis.validation.measured.Response`, and
        ``shock_zh``, ``label`` and ``label_zh`` (of the variable).

    Examples
    --------
    >>> import xhsim
    >>> list(response_table(xhsim.open_study()).columns)[:4]
    ['shock', 'shock_zh', 'variable', 'label']
    """
    import pandas as pd

    shocks = study.checks.responses
    rows = []
    for shock, found in zip(shocks, _measured(study, shocks), strict=True):
        for row, expected in zip(found, shock.expected, strict=True):
            named = _label(study, expected).columns()
            rows.append(asdict(row) | {"shock_zh": shock.chinese or shock.name} | named)
    columns = ["shock", "shock_zh", "variable", "label", "label_zh", "year", "change"]
    return pd.DataFrame(rows, columns=[*columns, "low", "high", "unit", "evidence", "passed"])


def _label(study: FittedStudy, expected: ExpectedResponse) -> Label:
    labels = [study.labels.reference(parse_reference(part)) for part in expected.parts]
    return Label(*(" + ".join(label.in_(lang) for label in labels) for lang in ("en", "zh")))


def _measured(study: FittedStudy, shocks: Sequence[ShockCheck]) -> Iterator[list[Response]]:
    """Run all shocks and what they are laid over side by side."""
    if not shocks:
        return
    every = [row for shock in shocks for row in shock.expected]
    years = sorted({row.year for row in every})
    columns: list[World] = []
    undisturbed: dict[str, int] = {}
    disturbed = []
    for shock in shocks:
        base = next(iter(study.scenarios))
        if shock.base is not None:
            base = find_name(shock.base, study.scenarios, "scenario", shock.where).name
        if base not in undisturbed:
            undisturbed[base] = len(columns)
            columns.append(checked_world(study, base, until=years[-1]))
        disturbed.append((undisturbed[base], len(columns)))
        columns.append(_disturbed(study, base, shock, years[-1]))
    wanted = {parse_reference(part).name for row in every for part in row.parts}
    run = side_by_side(columns).run(sorted(wanted), times=[float(year) for year in years])
    totals = {row.variable: sum(read_total(run, part) for part in row.parts) for row in every}
    for shock, place in zip(shocks, disturbed, strict=True):
        yield [
            _response(shock, row, np.asarray(totals[row.variable])[:, years.index(row.year)], place)
            for row in shock.expected
        ]


def _disturbed(study: FittedStudy, base: str, shock: ShockCheck, until: float) -> World:
    world = checked_world(study, base, shock.changes, until=until)
    if shock.scaling is None:
        return world
    every = [parameter.name for parameter in study.parameters.values() if parameter.role == "lever"]
    for lever in shock.scaling.levers or every:
        world = scaled(world, lever, shock.scaling.factor, shock.scaling.since)
    return world


def _response(
    shock: ShockCheck, row: ExpectedResponse, values: Array, place: tuple[int, int]
) -> Response:
    before, after = (float(values[number]) for number in place)
    change = after - before
    if row.unit == "%":
        change = 100 * change / abs(before) if before else float("nan")
    passed = row.low - ROUNDING <= change <= row.high + ROUNDING
    return Response(
        shock=shock.name,
        variable=row.variable,
        year=row.year,
        change=change,
        low=row.low,
        high=row.high,
        unit=row.unit,
        evidence=row.evidence,
        passed=passed,
    )


def _finding(shock: ShockCheck, rows: list[Response]) -> Finding:
    wrong, remarks = [], []
    for row, expected in zip(rows, shock.expected, strict=True):
        told = (
            f"{shock.name}: {row.variable} {row.change:+.3g} {row.unit} in {row.year}, "
            f"not {row.low:g} to {row.high:g}"
        )
        if row.passed and expected.differs:
            name = f"{row.variable} in {row.year}"
            wrong.append(f"{shock.name}: {name} no longer differs; take it out of checks.yaml")
        elif not row.passed and expected.differs:
            remarks.append(f"{told}: {expected.differs}")
        elif not row.passed:
            wrong.append(told)
    figure = f"{sum(row.passed for row in rows)} of {len(rows)} in their range; {shock.says}"
    made = Finding.of(PART, shock.name, figure, wrong, remarks)
    return made.with_measured(rows)

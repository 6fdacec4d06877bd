"""The results of the model's validation checks, as tables and for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from xhsim.analysis.validation import Finding, Validation
from xhsim.analysis.validation.measured import Response
from xhsim.report.terminal.tables import records_table

__all__ = ["validation_parts", "validation_record"]

RESPONSE_COLUMNS = ("shock", "variable", "year", "change", "range", "result", "evidence")
OUTCOMES = {True: "ok", False: "FAILED", None: "skipped"}


def validation_record(validation: Validation) -> dict[str, Any]:
    """Return the results as values that JSON can represent.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    dict
        ``passed``, ``findings`` with the fields of `Finding`, and ``responses`` and ``loops`` with
        their figures one by one. For a skipped check, ``passed`` is null.
    """
    return {
        "passed": validation.passed,
        "findings": [_without_measured(asdict(finding)) for finding in validation.findings],
        "responses": [_without_nan(asdict(response)) for response in validation.responses],
        "loops": [_without_nan(asdict(response)) for response in validation.loops],
    }


def _without_measured(finding: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in finding.items() if name != "measured"}


def _without_nan(record: dict[str, Any]) -> dict[str, Any]:
    """Replace NaN, which JSON does not know, by None."""
    return {name: None if value != value else value for name, value in record.items()}


def validation_parts(validation: Validation, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield the tables and texts to print.

    Parameters
    ----------
    validation : Validation
    quiet : bool
        Whether to show failures only.

    Yields
    ------
    renderable
        One table for each group of checks, then the failures and the known differences.
    """
    findings = validation.failed if quiet else validation.findings
    for part, group in groupby(findings, key=lambda finding: finding.part):
        ours = list(group)
        rows = [[one.name, OUTCOMES[one.passed], one.figure] for one in ours]
        yield Text(f"\n{part[:1].upper()}{part[1:]}", "bold")
        yield records_table(["check", "result", "figure"], rows)
        measured = [figure for one in ours for figure in one.measured]
        responses = [each for each in measured if isinstance(each, Response)]
        shown = [each for each in responses if not (quiet and each.passed)]
        if shown:
            yield _response_table(shown)
    yield from _listed("Failures", [line for one in findings for line in one.details])
    if quiet:
        return
    yield from _listed("Known differences", [line for one in findings for line in one.remarks])
    yield Text(f"\n{_summary(validation.findings)}", "bold")


def _response_table(responses: list[Response]) -> Table:
    """Lay out responses; what is the same as in the row above is left out."""
    rows, above = [], ("", "", "")
    for one in responses:
        change = "-" if one.change != one.change else f"{one.change:+.3g} {one.unit}"
        now = (one.shock, one.variable, one.evidence)
        same = [old == new for old, new in zip(above, now, strict=True)]
        shock, variable, evidence = (
            "" if all(same[: place + 1]) else text for place, text in enumerate(now)
        )
        span = f"{one.low:g} to {one.high:g}"
        outcome = OUTCOMES[one.passed]
        rows.append([shock, variable, str(one.year), change, span, outcome, evidence])
        above = now
    return records_table(RESPONSE_COLUMNS, rows)


def _listed(title: str, lines: list[str]) -> Iterator[Text]:
    if lines:
        yield Text(f"\n{title}", "bold")
        yield from (Text(f"  {line}") for line in lines)


def _summary(findings: tuple[Finding, ...]) -> str:
    counts = [sum(one.passed is outcome for one in findings) for outcome in OUTCOMES]
    differing = sum(len(one.remarks) for one in findings)
    told = [f"{counts[0]} of {len(findings)} checks passed", f"{counts[1]} failed"]
    if counts[2]:
        told.append(f"{counts[2]} skipped")
    if differing:
        told.append(f"{differing} known differences")
    return ", ".join(told)

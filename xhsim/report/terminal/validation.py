"""The results of the model's validation checks, as tables and for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from xhsim.analysis.validation import Finding, Validation
from xhsim.report.terminal.tables import records_table

__all__ = ["validation_parts", "validation_record"]

OUTCOMES = {True: "ok", False: "FAILED", None: "skipped"}


def validation_record(validation: Validation) -> dict[str, Any]:
    """Return the results as values that JSON can represent.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    dict
        ``passed``, and ``findings`` with the fields of `Finding`. For a skipped check, ``passed``
        is null.
    """
    return {
        "passed": validation.passed,
        "findings": [asdict(finding) for finding in validation.findings],
    }


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
        rows = [[one.name, OUTCOMES[one.passed], one.figure] for one in group]
        yield Text(f"\n{part[:1].upper()}{part[1:]}", "bold")
        yield records_table(["check", "result", "figure"], rows)
    yield from _listed("Failures", [line for one in findings for line in one.details])
    if quiet:
        return
    yield from _listed("Known differences", [line for one in findings for line in one.remarks])
    yield Text(f"\n{_summary(validation.findings)}", "bold")


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

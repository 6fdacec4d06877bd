"""The validation battery as a table, and as JSON knows it."""

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
    """Return all of it as JSON knows it.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    dict
        ``passed``, and ``findings`` with the fields of `Finding`; what was skipped has null for
        ``passed``.
    """
    return {
        "passed": validation.passed,
        "findings": [asdict(finding) for finding in validation.findings],
    }


def validation_parts(validation: Validation, *, quiet: bool) -> Iterator[RenderableType]:
    """Yield what to print.

    Parameters
    ----------
    validation : Validation
    quiet : bool
        Only what failed.

    Yields
    ------
    renderable
        A table for each part of the battery, then what failed and what is known to differ.
    """
    findings = validation.failed if quiet else validation.findings
    for part, group in groupby(findings, key=lambda finding: finding.part):
        rows = [[one.name, OUTCOMES[one.passed], one.figure] for one in group]
        yield Text(f"\n{part[:1].upper()}{part[1:]}", "bold")
        yield records_table(["check", "", "figure"], rows)
    yield from _told("What failed", [line for one in findings for line in one.details])
    if quiet:
        return
    yield from _told("Known to differ", [line for one in findings for line in one.remarks])
    yield Text(f"\n{_summary(validation.findings)}", "bold")


def _told(title: str, lines: list[str]) -> Iterator[Text]:
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

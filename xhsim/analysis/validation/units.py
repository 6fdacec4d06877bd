"""Units: the check by the engine, and an independent check by pysimlin."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from xhsim.analysis.validation.findings import Finding
from xhsim.engine.insight.units import check_units

if TYPE_CHECKING:
    from xhsim.analysis.fitted import FittedStudy

__all__ = ["check_both_units"]

PART = "units"


def check_both_units(study: FittedStudy) -> list[Finding]:
    """Check the units of a study's model by two programs that share no code.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of Finding
    """
    found = check_units(study.model.equations)
    count = sum(not v.hidden for v in study.model.equations.variables.values())
    figure = f"{len(found)} mismatches in {count} variables"
    return [
        Finding.of(PART, "own checker", figure, map(str, found)),
        _by_simlin(str(study.files.model_path)),
    ]


def _by_simlin(path: str) -> Finding:
    name = "pysimlin"
    if importlib.util.find_spec("simlin") is None:
        return Finding.skipped(PART, name, 'not installed; pip install "xhsim[check]"')
    import simlin

    try:
        # Its check_units() omits mismatches (0.8.5), so all of its errors are searched.
        project = simlin.load(path).project
        errors = project.get_errors() if project is not None else []
    except simlin.SimlinError as error:
        return Finding.skipped(PART, name, f"cannot read the model: {error}"[:120])
    codes = simlin.ErrorCode
    units = [e for e in errors if e.code in (codes.UNIT_MISMATCH, codes.UNIT_DEFINITION_ERRORS)]
    other = [e for e in errors if e.severity == simlin.ErrorSeverity.ERROR and e not in units]
    if other and not units:
        return Finding.skipped(PART, name, f"cannot read {len(other)} equations of the model")
    messages = [" ".join(error.message.split()) for error in units]
    return Finding.of(PART, name, f"{len(units)} mismatches", messages)

"""JSON Schemas of the YAML files, for completion and checks in editors.

They come from the same records that read the files. A schema cannot check everything: whether a
parameter exists, for example, is checked when the files are read.
"""

from __future__ import annotations

from typing import Any

from xhsim.errors import InputError, did_you_mean

__all__ = ["KINDS", "json_schema"]

KINDS = (
    *("scenario", "sweep", "parameters", "targets"),
    *("calibration", "checks", "loops", "labels", "budget", "structures", "evidence"),
    *("outlook", "monitoring"),
)
DIALECT = "https://json-schema.org/draft/2020-12/schema"
BY_NAME = ("parameters", "targets", "loops", "structures", "evidence")  # they map names to records


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file.

    Parameters
    ----------
    kind : str
        One of `KINDS`.

    Returns
    -------
    dict
        In the 2020-12 dialect, with a description and examples of each key.

    Raises
    ------
    InputError
        If the kind is unknown.

    Examples
    --------
    >>> sorted(json_schema("scenario")["required"])
    ['label']
    """
    from xhsim.study.checks import keys as checks_schema
    from xhsim.study.evidence.keys import EvidenceRecord
    from xhsim.study.files import schema
    from xhsim.study.history.keys import MonitoringRecord
    from xhsim.study.scenarios import keys as scenario_schema
    from xhsim.study.sweeps import keys as sweep_schema

    records: dict[str, type[schema.Record]] = {
        "scenario": scenario_schema.ScenarioRecord,
        "sweep": sweep_schema.SweepRecord,
        "parameters": schema.ParameterRecord,
        "targets": schema.TargetRecord,
        "calibration": schema.CalibrationRecord,
        "checks": checks_schema.ChecksRecord,
        "loops": schema.LoopRecord,
        "labels": schema.LabelsRecord,
        "budget": schema.BudgetRecord,
        "structures": schema.StructureRecord,
        "evidence": EvidenceRecord,
        "outlook": schema.OutlookRecord,
        "monitoring": MonitoringRecord,
    }
    if kind not in records:
        raise InputError(
            f'there is no kind of file "{kind}"',
            hint=did_you_mean(kind, KINDS) or f"kinds: {', '.join(KINDS)}",
        )
    found: dict[str, Any] = records[kind].model_json_schema(by_alias=True)
    if kind in BY_NAME:
        definitions = found.pop("$defs", {})
        found = {
            "type": "object",
            "additionalProperties": found,
            "$defs": definitions,
        }
    return {"$schema": DIALECT, "title": f"xhsim: {kind}"} | {
        key: value for key, value in found.items() if key != "title"
    }

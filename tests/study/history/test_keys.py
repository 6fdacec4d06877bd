"""The records of monitoring.yaml: every number has a reason, and an empty file has defaults."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from xhsim.study.files.schema import Record
from xhsim.study.history import keys
from xhsim.study.history.keys import MonitoringRecord


def test_every_number_has_a_reason_beside_it() -> None:
    records = [
        record
        for record in vars(keys).values()
        if isinstance(record, type) and issubclass(record, Record) and record is not Record
    ]
    numbers = {"error", "at_least", "below", "date"}
    found = [record for record in records if numbers & set(record.model_fields)]
    assert len(found) == 5
    assert all(record.model_fields["why"].is_required() for record in found)


def test_defaults_and_their_order() -> None:
    record = MonitoringRecord.model_validate({})
    assert record.lights.red.below < record.lights.green.at_least
    parts = record.part_year
    assert parts.Q1.error > parts.H1.error > parts.Q3.error
    with pytest.raises(ValidationError):
        MonitoringRecord.model_validate({"lights": {"red": {"below": 0.9, "why": "x"}}})

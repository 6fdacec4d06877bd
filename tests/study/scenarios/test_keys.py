"""Keys of scenario files, and settings that exclude each other."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from xhsim.study.scenarios.keys import ScenarioRecord

HEAD = {"label": {"en": "Try", "zh": "试"}, "description": "A try."}


def test_a_whole_scenario() -> None:
    record = ScenarioRecord.model_validate(
        HEAD
        | {"set": {"a": 1, "b": {"step": {"year": 2022, "to": 2}}}}
        | {"shocks": {"c": "off"}, "run": {"draws": 5}}
    )
    assert record.set["a"] == 1
    assert record.shocks["c"] == "off"
    assert record.run is not None
    assert (record.run.draws, record.run.seed) == (5, None)
    with pytest.raises(ValidationError, match="delivery is empty"):
        ScenarioRecord.model_validate(HEAD | {"delivery": {}})

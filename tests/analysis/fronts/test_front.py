"""A front as data: its table, its scenarios, and its record."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from xhsim.analysis.fronts.front import PolicyFront, front_of_record
from xhsim.errors import InputError
from xhsim.study.scenarios.scenario import read_scenario
from xhsim.study.scenarios.writer import scenario_text


def test_a_package_becomes_a_scenario_file(known_front: PolicyFront, tmp_path: Path) -> None:
    made = known_front.scenario(1, "found")
    path = tmp_path / "found.yaml"
    path.write_text(scenario_text(made), encoding="utf-8")
    read = read_scenario(path)
    assert read.extends == "baseline"
    assert {str(each.reference): each.shape.to for each in read.changes} == dict(  # type: ignore[union-attr]
        known_front.members[0].levels
    )
    for number in (0, 13):
        with pytest.raises(InputError, match="name one from 1 to 12"):
            known_front.scenario(number, "found")


def test_long_tables_have_labels_in_both_languages(known_front: PolicyFront) -> None:
    values, moves = known_front.values(), known_front.moves()
    assert len(values) == (12 + 3) * 2
    assert set(values["label_zh"]) == {"远的完成概率", "年度资金"}
    assert set(moves["label_zh"]) == {"政策", "第二"}
    wide = known_front.table()
    for row in moves.to_dict("records"):
        assert wide.loc[row["package"], row["lever"]] == row["level"]
    first = values[(values["package"] == 1) & (values["objective"] == "far")].iloc[0]
    assert first["value"] == wide.loc[1, "far"]


def test_a_column_is_found_by_its_objective(known_front: PolicyFront) -> None:
    assert known_front.column("money") == 1
    with pytest.raises(InputError, match="it has far, money"):
        known_front.column("mean")


def test_a_record_reads_back_and_others_are_refused(known_front: PolicyFront) -> None:
    record = json.loads(json.dumps(known_front.as_record(), allow_nan=False))
    assert front_of_record(record).as_record() == record
    broken: list[tuple[str, Any]] = [("format", 2), ("packages", [{}]), ("gains", 3)]
    for key, value in broken:
        wrong = copy.deepcopy(record) | {key: value}
        with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
            front_of_record(wrong)

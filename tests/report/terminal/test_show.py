"""Records of studies and scenarios, and paths over time in words."""

from __future__ import annotations

import pytest

import xhsim
from tests.analysis.studies import LINEAR
from tests.report.terminal.printing import printed
from xhsim.engine.paths import Path
from xhsim.report.terminal.show import _path_text, scenario_record, study_record, tables_of
from xhsim.study.scenarios.shapes import Knots, Pulse, Ramp, Step


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (Step(2023, 1.5).over(1.0), "1, then 1.5 from 2023"),
        (Ramp(2021, 2023, 6.0).over(3.0), "3 until 2021, linear to 6 in 2023"),
        (Pulse(2022, 2024, 1.4).over(1.0), "1, then 1.4 from 2022, then 1 from 2024"),
        (
            Knots((2021.0, 2022.0, 2024.0), (0.0, 0.6, 0.2)).over(0.0),
            "0 until 2021, linear to 0.6 in 2022, linear to 0.2 in 2024",
        ),
        (
            Pulse(2022, 2023, 9.0).over(Ramp(2021, 2023, 6.0).over(3.0)),
            "3 until 2021, linear to 4.5 in 2022, then 9 from 2022, then 6 from 2023",
        ),
        (Path.constant(2.25), "2.25"),
    ],
)
def test_paths_in_words(path: Path, text: str) -> None:
    assert isinstance(path, Path)
    assert _path_text(path) == text


def test_a_study_without_levers_says_so() -> None:
    record = study_record(xhsim.open_study(LINEAR)) | {"levers": []}
    assert printed(*tables_of(record)).endswith("Levers\nnone\n")


def test_a_path_of_one_element_is_shown_for_that_element() -> None:
    xuhui = xhsim.open_study()
    rows = scenario_record(xuhui, "plan", resolved=True)["values"]
    assert len({row["parameter"] for row in rows}) == len(rows)
    assert all(row["from"] and row["unit"] for row in rows)


def test_computed_variables_that_a_scenario_decides() -> None:
    study = xhsim.open_study(LINEAR).with_scenario(
        "held",
        paths={"yield": {"ramp": {"from": 2021, "until": 2023, "to": 12}}},
        meet={
            "size": {"growth": "4 %", "by": "growth", "from": 2022, "until": 2024},
            "spent": {"path": {"knots": {2022: 1, 2024: 3}}, "by": "policy"},
        },
    )
    record = scenario_record(study, "held", resolved=False)
    assert record["values"] == []
    (path,) = record["paths"]
    assert path["path"] == "as computed until 2021, then linear to 12 in 2023"
    assert (path["no longer acts on it"], path["from"]) == ("weather", ['scenario "held"'])
    shown = [
        (row["value"], row["by"], row["years"]) for row in record["variables held by an instrument"]
    ]
    assert shown == [
        ("4 % on the year before", "growth", "from 2022 to 2024"),
        ("1 in 2022, 3 in 2024 unit", "policy", "from 2022"),
    ]
    assert "Variables held by an instrument" in printed(*tables_of(record))

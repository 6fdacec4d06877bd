"""The command `parameters`: a table, a page and JSON."""

from __future__ import annotations

import json

import pytest

from tests.analysis.studies import LINEAR
from xhsim import cli
from xhsim.report.terminal.parameters import SECTIONS


def test_the_command_prints_a_table_a_page_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["parameters", "--draws", "64", "--study", str(LINEAR)]
    assert cli.main(command) == 0
    printed = capsys.readouterr().out
    assert SECTIONS["matter"] in printed
    assert "weather" in printed
    assert cli.main([*command, "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("# Every parameter")
    assert cli.main([*command, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["scenario"] == "baseline"
    assert {row["parameter"] for row in record["lever"]} == {"policy"}
    assert cli.main(["parameters", "nosuch", "--study", str(LINEAR)]) == 2

"""The command `lint`: remarks, their JSON, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output

# The lever is set to the level that it has anyway.
LATE = """label: {en: Late, zh: 晚}
description: The lever changes after the last deadline.
extends: baseline
set: {policy: {step: {year: 2030, to: 1}}}
"""


def test_a_remark_is_printed_with_its_line_and_fails(xhsim_command: Output, tmp_path: Path) -> None:
    study = copy_of_linear(tmp_path / "s", **{"scenarios/late.yaml": LATE})
    status, out, _ = xhsim_command("lint", "late", study=study)
    assert status == 1
    assert "scenarios/late.yaml:4" in out
    (remark,) = json.loads(xhsim_command("lint", "late", "--json", study=study)[1])
    assert (remark["scenario"], remark["line"]) == ("late", 4)
    assert remark["message"] in out


def test_without_remarks_it_says_so_unless_quiet(xhsim_command: Output) -> None:
    assert xhsim_command("lint", "baseline")[:2] == (0, "No remarks.\n")
    assert xhsim_command("lint", "baseline", "--quiet")[:2] == (0, "")

"""The command `explain`: what it prints, and its JSON."""

from __future__ import annotations

import json

from tests.analysis.studies import STRUCTURES
from tests.commands.running import Output


def test_command(xhsim_command: Output) -> None:
    line = ("explain", "programme", "size", "--draws", "128")
    status, shown, _ = xhsim_command(*line, "--quiet", study=STRUCTURES)
    assert status == 0
    assert "Size, scenario programme" in shown
    assert "By structure: steady" in shown
    assert "growth " in shown
    assert "policy " in shown
    status, out, _ = xhsim_command(*line, "--json", study=STRUCTURES)
    record = json.loads(out)
    # Yearly shocks of the weather touch the yield only.
    assert (status, set(record["layers"])) == (0, {"structure", "parameters", "environment"})
    assert record["layers"]["environment"] == 0
    assert record["policies"]["policy"]["shapley"] > 0


def test_ends_of_the_policies_and_one_structure(xhsim_command: Output) -> None:
    line = ("explain", "programme", "size", "--draws", "64", "--structure", "steady", "--json")
    status, out, _ = xhsim_command(*line, study=STRUCTURES)
    record = json.loads(out)
    assert (status, "structure" in record["layers"], "structures" in record) == (0, False, False)
    added = sum(policy["shapley"] for policy in record["policies"].values())
    assert abs(record["without_policies"] + added - record["probability"]) < 1e-9


def test_a_target_that_does_not_exist(xhsim_command: Output) -> None:
    status, _, err = xhsim_command("explain", "programme", "sise")
    assert (status, "did you mean" in err) == (2, True)

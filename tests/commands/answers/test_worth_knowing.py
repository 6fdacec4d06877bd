"""The command `worth-knowing`: what it prints, and its JSON."""

from __future__ import annotations

import json

from tests.commands.running import Output


def test_targets_and_a_choice(xhsim_command: Output) -> None:
    line = ("worth-knowing", "baseline", "--draws", "512")
    status, shown, _ = xhsim_command(*line, "--quiet")
    assert status == 0
    assert "What is worth knowing in baseline" in shown
    assert "Growth of zones (South)" in shown
    status, out, _ = xhsim_command(*line, "--target", "size", "--json", "--error", "0.5")
    record = json.loads(out)
    assert (status, record["error"], len(record["targets"])) == (0, 0.5, 1)
    both = ("worth-knowing", "baseline", "programme", "--draws", "512")
    status, out, _ = xhsim_command(*both, "--json")
    record = json.loads(out)
    assert status == 0
    assert set(record["scenarios"]) == {"baseline", "programme"}
    assert [each["lever"] for each in record["money"]["lines"]] == ["policy"]
    status, shown, _ = xhsim_command(*both, "--target", "size")
    assert status == 0
    assert "The choice, Size" in shown


def test_mistakes(xhsim_command: Output) -> None:
    status, _, err = xhsim_command("worth-knowing", "baseline", "--target", "sise")
    assert (status, "did you mean" in err) == (2, True)
    status, _, err = xhsim_command("worth-knowing", "baseline", "--error", "-1")
    assert (status, "0 if exact" in err) == (2, True)

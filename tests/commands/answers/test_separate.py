"""The command `separate`: what it prints, and its JSON."""

from __future__ import annotations

import json

from tests.commands.running import Output


def test_sentences_and_json(xhsim_command: Output) -> None:
    line = ("separate", "baseline", "size", "--draws", "1024")
    status, shown, _ = xhsim_command(*line)
    assert status == 0
    assert "Size is met in 2" in shown
    assert "Growth is at least 3.4" in shown
    status, shown, _ = xhsim_command(*line, "--lang", "zh", "--quiet")
    assert "增长不低于3.4" in shown
    status, out, _ = xhsim_command(*line, "--missed", "--density", "0.9", "--json")
    record = json.loads(out)
    assert (status, record["outcome"]) == (0, "missed")
    assert record["boxes"][0]["limits"][0]["unknown"] == "growth"


def test_mistakes(xhsim_command: Output) -> None:
    status, _, err = xhsim_command("separate", "baseline", "sise")
    assert (status, "did you mean" in err) == (2, True)
    status, _, err = xhsim_command("separate", "baseline", "size", "--density", "9")
    assert (status, "write 0.9 for 90 %" in err) == (2, True)

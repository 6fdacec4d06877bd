"""The command `needed`: its answers, and mistakes in what is asked."""

from __future__ import annotations

import json

import pytest

from tests.commands.running import Output


def test_the_answer_as_json(xhsim_command: Output) -> None:
    words = ["policy", "size", "80%", "--since", "2022-07", "--draws", "256", "--json"]
    status, out, _ = xhsim_command("needed", *words)
    record = json.loads(out)
    assert (status, record["status"], record["kind"]) == (0, "found", "level")
    assert record["low"] < record["answer"] < record["high"]
    assert "year: 2022.4958904109" in record["scenario"]
    assert record["response"][0]["point"] == 0.0


def test_a_level_after_an_equals_sign(xhsim_command: Output) -> None:
    words = ["policy=2", "size", "0.8", "--ask", "year", "--draws", "64"]
    status, out, _ = xhsim_command("needed", *words, "--quiet")
    assert status == 0
    assert "the change has to begin by 202" in out


def test_what_cannot_be_reached_has_status_1(xhsim_command: Output) -> None:
    words = ["policy", "size", "0.99", "--between", "0", "0.1", "--draws", "64"]
    status, out, _ = xhsim_command("needed", *words)
    assert status == 1
    assert "99 % is not reachable: at most" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["policy", "size", "often"], '"often" is not a probability; write 0.66 or 66%'),
        (["policy", "size", "66"], "between 0 and 1, not 66.0. write 0.66 for 66 %"),
        (["policy=much", "size", "0.6"], '"policy=much" is not LEVER=LEVEL'),
        (["policy", "size", "0.6", "--package", "policy=1"], '"policy" is named twice'),
        (["policy", "size", "0.6", "--since", "soon"], '"soon" is not a date'),
        (["policy", "size", "0.6", "--draws", "0"], "draws"),
        (["policy", "sise", "0.6"], 'did you mean "size"'),
        (["policy", "size", "0.6", "--ask", "year"], "is not said. write 'policy=LEVEL'"),
        (["programme", "size", "0.6", "--ask", "year"], "ask for the delay instead"),
        (["policy=1", "size", "0.6", "--package", "zone growth", "--between", "0", "1"], "single"),
        (["policy", "size", "0.6", "--out", "x.txt"], "is not a scenario file"),
    ],
)
def test_mistakes(xhsim_command: Output, words: list[str], message: str) -> None:
    status, out, err = xhsim_command("needed", *words)
    assert (status, out) == (2, "")
    assert message in err

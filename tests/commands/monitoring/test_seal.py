"""The command `seal`: a forecast goes into the study once, and says what it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output
from xhsim.study.forecasts.register import read_register, seal_path


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return copy_of_linear(tmp_path / "study")


def test_it_writes_the_seal_and_prints_its_hash(xhsim_command: Output, study: Path) -> None:
    words = ("seal", "--draws", 64, "--as-of", "2020-12-31", "--note", "first", "--name", "one")
    status, out, err = xhsim_command(*words, study=study)
    assert (status, err) == (0, "")
    (seal,) = read_register(study).seals
    assert (seal.name, seal.note, seal.draws) == ("one", "first", 64)
    assert f"hash {seal.hash}" in out
    assert f"was made on {seal.made.date()}. The file says so." in out
    # The folder of the study belongs to this machine, and not into a file of the study.
    assert str(study) not in seal_path(study, "one").read_text("utf-8")


def test_a_seal_is_not_replaced(xhsim_command: Output, study: Path) -> None:
    words = ("seal", "programme", "--draws", 8, "--as-of", "2020-12-31", "--json")
    status, out, _ = xhsim_command(*words, study=study)
    assert status == 0
    record = json.loads(out)
    assert record["file"] == "2020-12-31-programme.json"
    before = seal_path(study, "2020-12-31-programme").read_bytes()
    status, out, err = xhsim_command(*words, study=study)
    assert (status, out) == (2, "")
    assert "never replaced. choose another --name" in err
    assert seal_path(study, "2020-12-31-programme").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--as-of", "2020"], '"2020" is not a date such as 2021-12-31'),
        (["--as-of", "2999-12-31"], "a forecast cannot be as of 2999-12-31"),
        (["--name", "a/b"], "cannot be the name of a seal"),
        (["--draws", "0"], "draws"),
        (["basline"], 'unknown scenario "basline". did you mean "baseline"'),
    ],
)
def test_mistakes_are_named_before_the_work(
    xhsim_command: Output, study: Path, words: list[str], message: str
) -> None:
    status, out, err = xhsim_command("seal", *words, study=study)
    assert (status, out) == (2, "")
    assert message in err
    assert not (study / "model" / "forecasts").exists()

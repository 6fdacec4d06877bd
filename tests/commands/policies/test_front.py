"""The command `front`: its options, what it refuses, and how it is continued."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.fronts.returns import returns_study
from tests.commands.running import Output
from xhsim.analysis.fronts import seeds
from xhsim.report.policies import front as report

SHORT = ["--seeds", 1, "--generations", 1, "--population", 6, "--draws", 8]
SHORT += ["--members", 3, "--fresh-draws", 64]
OBJECTIVES = ["--objective", "far", "--objective", "money"]


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the pictures, which take most of the time."""
    monkeypatch.setattr(report, "_draw", lambda *_: None)


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("returns") / "study"
    returns_study(folder)
    return folder


def test_a_front_is_found_and_a_package_written(
    xhsim_command: Output, returns: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ["front", *OBJECTIVES, *SHORT, "--money", 4, "--out", out, "--scenario", "found=2"]
    status, told, err = xhsim_command(*words, study=returns)
    assert (status, err) == (0, "")
    assert f"Written to {out / 'found.yaml'}" in told
    status, told, _ = xhsim_command(*words[:-1], "other=1", "--json", study=returns)
    record = json.loads(told)
    assert (status, len(record["packages"])) == (0, 3)
    assert record["made"]["limits"] == {"money": 4.0}


def test_an_interrupted_search_says_how_to_continue(
    xhsim_command: Output, returns: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    words = ["front", *OBJECTIVES, *SHORT, "--out", tmp_path / "out"]
    with monkeypatch.context() as patch:
        patch.setattr(seeds, "advance", interrupted)
        status, _, err = xhsim_command(*words, study=returns)
    assert status == 130
    assert "Finished generations are kept; to continue, run:" in err
    assert "xhsim front --objective far --objective money --seeds 1" in err
    assert xhsim_command(*words, "--quiet", study=returns)[0] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--objective", "far"], "two or three objectives, not 1"),
        ([*OBJECTIVES, "--share", "policy=130%"], "1.3 is not a share"),
        ([*OBJECTIVES, "--money-in-total", -1], "is less than"),
        ([*OBJECTIVES, "--scenario", "found"], '"found" is not NAME=PACKAGE'),
        ([*OBJECTIVES, "--scenario", "Found=1"], "is not a name for a scenario"),
        ([*OBJECTIVES, "--from", "basline"], 'did you mean "baseline"'),
        ([*OBJECTIVES, "--seeds", 0], "the number of seeds must be from 1"),
        ([*OBJECTIVES, "--money", -1], "is less than the 0 already spent"),
    ],
)
def test_mistakes_are_named_before_the_search(
    xhsim_command: Output, returns: Path, tmp_path: Path, options: list[object], message: str
) -> None:
    out = tmp_path / "out"
    status, _, err = xhsim_command("front", *options, "--out", out, study=returns)
    assert status == 2
    assert message in err
    assert not out.exists()

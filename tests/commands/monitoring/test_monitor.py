"""The command `monitor`: from released figures to what they change, and every mistake by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analysis.monitoring.conftest import HEADER, SIZE, YIELD
from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output
from xhsim.analysis.study import Study

FEW = ("--draws", 16, "--no-channels")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return copy_of_linear(tmp_path / "study", **{"model/releases.csv": HEADER + SIZE + YIELD})


def test_it_prints_and_writes(xhsim_command: Output, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, shown, err = xhsim_command("monitor", *FEW, "--out", out, study=study)
    assert (status, err) == (0, "")
    assert "As of 2024-01-31, scenario baseline" in shown
    assert "That is few: ask for more --draws." in " ".join(shown.split())
    about = json.loads((out / "manifest.json").read_text("utf-8"))
    assert about["command"][:2] == ["xhsim", "monitor"]
    assert json.loads((out / "monitor.json").read_text("utf-8"))["scenario"] == "baseline"


def test_another_file_of_releases(xhsim_command: Output, study: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + SIZE.replace("2022,108", "2022,104"), "utf-8")
    words = ("monitor", "programme", *FEW, "--json", "--releases", path, "--out", tmp_path / "out")
    status, shown, _ = xhsim_command(*words, study=study)
    assert status == 0
    record = json.loads(shown)
    assert (record["scenario"], record["as_of"]) == ("programme", "2023-01-31")
    assert [row["value"] for row in record["figures"]] == [104]
    about = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert about["releases"]["file"] == str(path)
    assert len(about["releases"]["sha256"]) == 64


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        ("size,2022,many,,unit,size,level,point,,,2023-01,office\n", ['mine.csv:2: value "many"']),
        ("size,2022H3,1,,unit,size,level,point,,,2023-01,office\n", ["mine.csv:2: period"]),
        ("size,2022,108,,unit,size,level,point,,,2023-13,office\n", ["mine.csv:2: published"]),
        ("size,2022,108,,unit,sise,level,point,,,2023-01,office\n", ["mine.csv:2: ", '"size"']),
        (
            "size,2022,108,,km,size,level,point,,,2023-01,office\n",
            ['mine.csv:2: "size" is in "km"'],
        ),
        ("size,2022,108,,unit,size,level,spot,,,2023-01,office\n", ["mine.csv:2: ", "spot"]),
        ("size,2022,108\n", ["mine.csv:2: the row has 3 cells"]),
        ("", ["mine.csv: the file has no releases"]),
        (
            "size,2022,108,,unit,sise,level,point,,,2023-01,office\n"
            "yield,2022,9,,km,yield,level,point,,,2023-01,office\n",
            ["2 mistakes", "mine.csv:2: ", "mine.csv:3: "],
        ),
    ],
)
def test_mistakes_of_the_file(
    xhsim_command: Output, study: Path, tmp_path: Path, rows: str, messages: list[str]
) -> None:
    path, out = tmp_path / "mine.csv", tmp_path / "out"
    path.write_text(HEADER + rows, "utf-8")
    words = ("monitor", *FEW, "--releases", path, "--out", out)
    status, shown, err = xhsim_command(*words, study=study)
    assert (status, shown) == (2, "")
    for message in messages:
        assert message in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--as-of", "2023-13"], '--as-of "2023-13" is not a date. write 2023-01-17, or'),
        (["--as-of", "2023-02-30"], "2023-02 has 28 days"),
        (["--releases", "gone.csv"], "gone.csv"),
        (["--draws", "0"], "draws"),
        (["basline"], 'unknown scenario "basline". did you mean "baseline"'),
    ],
)
def test_mistakes_of_the_command_line(
    xhsim_command: Output, study: Path, words: list[str], message: str
) -> None:
    status, shown, err = xhsim_command("monitor", *words, study=study)
    assert (status, shown) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_study_without_releases(xhsim_command: Output) -> None:
    status, _, err = xhsim_command("monitor", *FEW)
    assert status == 2
    assert "the study has no releases" in err


def test_after_an_interrupt_nothing_is_written(
    xhsim_command: Output, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Study, "to_watch", interrupted)
    words = ("monitor", *FEW, "--out", tmp_path / "out")
    status, shown, err = xhsim_command(*words, study=study)
    assert (status, shown) == (130, "")
    assert "nothing was written" in err
    assert not (tmp_path / "out").exists()

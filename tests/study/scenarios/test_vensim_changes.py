"""Vensim's change files as scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from xhsim import cli, open_study
from xhsim.errors import InputError, InputErrors
from xhsim.study.scenarios.vensim_changes import read_change_file


def test_what_is_read_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = copy_of_linear(tmp_path / "study")
    changes = tmp_path / "run one.cin"
    changes.write_text('policy=2\n\n"zone growth"[South] = 3e0 ;\ngrowth = -.5\n', encoding="utf-8")
    goal = folder / "scenarios" / "taken.yaml"
    line = ["import", str(changes), "--to", str(goal), "--study", str(folder)]
    assert cli.main(line) == 0
    assert "3 changes" in capsys.readouterr().out
    study = open_study(folder)
    run = study.run("taken", outputs=["size", "zone size"]).sel(time=2025)
    assert float(run["size"]) == pytest.approx(100 + 5 * 1.5)
    assert run["zone_size"].values.tolist() == pytest.approx([15, 25])
    assert cli.main(line) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("policy=2\npolcy=1\n", 2, 'did you mean "policy"?'),
        ("policy=9\n", 1, "outside its range [0, 5]"),
        ("zone growth[Suoth]=1\n", 1, 'did you mean "South"?'),
        ("policy[North]=1\n", 1, "has no elements"),
        ("table((0,0),(1,1))\n", 1, "does not set a constant"),
        ("policy=much\n", 1, "does not set a constant"),
        ("# nothing\n", None, "changes nothing"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    path = tmp_path / "a.cin"
    path.write_text(text, encoding="utf-8")
    study = open_study(copy_of_linear(tmp_path / "study"))
    with pytest.raises(InputError) as caught:
        read_change_file(path, study.parameters, "baseline")
    assert words in str(caught.value)
    assert caught.value.line == line
    assert caught.value.file == str(path)


def test_every_mistake_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.cin"
    path.write_text("one=1\ntwo=2\n", encoding="utf-8")
    study = open_study(copy_of_linear(tmp_path / "study"))
    with pytest.raises(InputErrors) as caught:
        read_change_file(path, study.parameters, "baseline")
    assert [error.line for error in caught.value.errors] == [1, 2]

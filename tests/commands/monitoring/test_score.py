"""The command `score`: a changed seal is named with exit status 1; the others are scored."""

from __future__ import annotations

import json
from pathlib import Path

from tests.analysis.studies import copy_of_linear
from tests.commands.running import Output
from tests.study.forecasts.seals import a_seal
from xhsim.study.forecasts.register import seal_path, write_seal

ROWS = "size,2021,104,unit,size,,,made up,\nsize,2025,118,unit,size,,,made up,\n"


def _study(folder: Path, rows: str = "") -> Path:
    study = copy_of_linear(folder)
    with (study / "model" / "history.csv").open("a", encoding="utf-8") as file:
        file.write(rows)
    return study


def test_without_seals_it_says_so(xhsim_command: Output, tmp_path: Path) -> None:
    status, out, err = xhsim_command("score", study=_study(tmp_path / "study"))
    assert (status, err) == (0, "")
    assert "There is no sealed forecast to score" in out


def test_before_the_first_figure_it_says_so(xhsim_command: Output, tmp_path: Path) -> None:
    study = _study(tmp_path / "study")
    write_seal(study, a_seal())
    status, out, _ = xhsim_command("score", study=study)
    assert status == 0
    assert "No figure that a seal has forecast has been published since its day." in out
    assert "no Brier score yet" in out


def test_figures_and_targets_are_shown(xhsim_command: Output, tmp_path: Path) -> None:
    study = _study(tmp_path / "study", ROWS)
    write_seal(study, a_seal())
    status, out, err = xhsim_command("score", study=study)
    assert (status, err) == (0, "")
    for heading in ("Figures published since", "By seal", "Targets decided since", "not scored"):
        assert heading in out
    status, out, _ = xhsim_command("score", "--json", study=study)
    record = json.loads(out)
    assert record["changed"] == {}
    assert [row["year"] for row in record["figures"]] == [2021]
    assert record["targets"][0]["brier"] == 0.5625
    assert record["left_out"][0]["why"] == "it was not forecast"


def test_a_changed_seal_is_named_and_the_others_scored(
    xhsim_command: Output, tmp_path: Path
) -> None:
    study = _study(tmp_path / "study", ROWS)
    for name in ("one", "two"):
        write_seal(study, a_seal(name=name))
    path = seal_path(study, "one")
    path.write_text(path.read_text("utf-8").replace("made up", "better"), "utf-8")
    status, out, _ = xhsim_command("score", study=study)
    assert status == 1
    assert 'The seal "one" is not scored: changed since it was sealed: note' in out
    assert "two" in out
    status, out, _ = xhsim_command("score", "--json", study=study)
    assert status == 1
    assert json.loads(out)["changed"] == {"one": "changed since it was sealed: note"}

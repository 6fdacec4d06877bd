"""The command `report`: wrong input and interrupts leave the files alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.analysis.studies import LINEAR
from xhsim import cli, plots

BAD = {
    "programm --out {0}/p.html": 'unknown scenario "programm". did you mean "programme"',
    "programme --out {0}/p.pdf": '"p.pdf" is not an HTML file. end the name in .html',
    "programme --out {0}/folder.html": "is a folder. name a file in it",
    "programme --out {0}/file.txt/p.html": "is a file. name a folder",
    "programme --out {0}/p.html --draws 0": "the number of draws must be a whole number from 1",
    "programme --out {0}/p.html --against x": 'unknown scenario "x"',
    "programme --out {0}/p.html --against programme": '"programme" cannot be compared with itself',
    "programme --out {0}/p.html --lang fr": "invalid choice: 'fr'",
    "programme --out {0}/p.html --interactive --structure equal": "levers move has the structures",
    "programme --out {0}/p.html --interactive --with-page": "not allowed with argument",
    "programme": "the following arguments are required: --out",
    "--out {0}/p.html": "the following arguments are required: SCENARIO",
}


@pytest.mark.parametrize("words", BAD)
def test_bad_input_is_told_and_nothing_is_written(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "file.txt").touch()
    line = ["report", *words.format(tmp_path).split(), "--study", str(LINEAR)]
    assert cli.main(line) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("xhsim: ")
    assert re.search(BAD[words], err), err
    assert {path.name for path in tmp_path.iterdir()} == {"folder.html", "file.txt"}


def test_an_interrupt_leaves_the_older_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "p.html"
    file.write_text("older", encoding="utf-8")
    monkeypatch.setattr(plots, "save", interrupt)
    words = ["report", "programme", "--draws", "8", "--study", str(LINEAR), "--out", str(file)]
    assert cli.main(words) == 130
    assert capsys.readouterr().err == "xhsim: interrupted; nothing was written\n"
    assert file.read_text(encoding="utf-8") == "older"
    assert list(tmp_path.iterdir()) == [file]
    monkeypatch.undo()
    assert cli.main([*words, "--quiet"]) == 0
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [file]


def test_the_page_of_levers_lies_beside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["report", "programme", "--with-page", "--draws", "8", "--study", str(LINEAR)]
    assert cli.main([*words, "--out", str(tmp_path / "p.html")]) == 0
    assert capsys.readouterr().out.count("Written to") == 2
    report = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert '<a href="p-levers.html">' in report
    assert "script-src" not in report
    assert "--with-page" in report
    page = (tmp_path / "p-levers.html").read_text(encoding="utf-8")
    assert '"scenarios": [{"name": "programme"' in page

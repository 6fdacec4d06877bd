"""Writing a bulletin: from the files of a study to a file."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.analysis.monitoring.conftest import HEADER, SIZE, YIELD
from xhsim.errors import InputError
from xhsim.report.bulletin import write
from xhsim.report.bulletin.findings import findings_of
from xhsim.report.bulletin.write import check_bulletin_file, write_bulletin


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch) -> None:
    monkeypatch.setattr(write, "findings_of", lambda found: findings_of(found, draws=100))


def test_the_ending_says_what_is_written(monitored, tmp_path: Path) -> None:
    file = write_bulletin(monitored.study, tmp_path / "a.html", as_of="2023-06", draws=32)
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "xhsim bulletin baseline --as-of 2023-06-30 --draws 32 --seed 0 --lang en" in page
    file = write_bulletin(monitored.study, tmp_path / "a.docx", as_of="2023-06", draws=32)
    assert file.read_bytes().startswith(b"PK")


def test_other_releases(monitored, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(HEADER + SIZE + YIELD.replace("11.5", "9.5"), encoding="utf-8")
    file = write_bulletin(
        monitored.study, tmp_path / "b.html", as_of="2024-06", draws=32, releases=own
    )
    page = file.read_text(encoding="utf-8")
    assert "Yield, 2023 was 9.5" in page
    assert "--releases own.csv" in page


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.doc"])
def test_another_ending(name: str) -> None:
    with pytest.raises(InputError, match=r"end the name in \.html or \.docx"):
        check_bulletin_file(Path(name))


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.html").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        check_bulletin_file(tmp_path / "a.html")


def test_without_python_docx(monkeypatch, tmp_path: Path) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(write, "find_spec", lambda name: None if name == "docx" else find(name))
    with pytest.raises(InputError, match=r"pip install 'xhsim\[word\]'"):
        check_bulletin_file(tmp_path / "a.docx")
    check_bulletin_file(tmp_path / "a.html")

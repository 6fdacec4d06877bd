"""Every bad scenario file gets a message with file, line, what and how; nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.studies import copy_of_linear
from tests.study.bad_scenarios import BAD
from xhsim import cli


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_linear(tmp_path_factory.mktemp("bad") / "study")


def test_there_are_a_hundred() -> None:
    assert len({text for text, _, _ in BAD}) >= 100


@pytest.mark.parametrize(("text", "line", "words"), BAD, ids=range(len(BAD)))
def test_one_clear_message(
    folder: Path, text: str, line: int | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = folder / "scenarios" / "bad.yaml"
    bad.write_text(text, encoding="utf-8")
    out = folder.parent / "out"
    try:
        status = cli.main(["attain", "bad", "--study", str(folder), "--out", str(out)])
    finally:
        bad.unlink()
    told = capsys.readouterr()
    assert status == 2
    assert told.out == ""
    assert not out.exists()
    message = told.err.strip()
    assert message.count("\n") == 0, message
    assert message.startswith("xhsim: ")
    assert "Traceback" not in message
    place = str(bad) if line is None else f"{bad}:{line}"
    assert place in message, message
    assert words in message
    # What is wrong, and after it how to mend it.
    assert ". " in message or "must be" in message or "not valid YAML" in message, message

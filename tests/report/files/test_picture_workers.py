"""Worker processes that draw pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhsim.report.files.picture_workers import FEW, Painter


def write(path: Path, text: str) -> None:
    if not text:
        raise ValueError("nothing to draw")
    path.write_text(text, encoding="utf-8")


def test_few_pictures_are_drawn_at_once_in_this_process(tmp_path: Path) -> None:
    with Painter(FEW) as painter:
        painter.ask(write, tmp_path / "one", "drawn")
        assert (tmp_path / "one").read_text(encoding="utf-8") == "drawn"
        with pytest.raises(ValueError, match="nothing to draw"):
            painter.ask(write, tmp_path / "two", "")

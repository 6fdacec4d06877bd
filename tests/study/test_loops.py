"""loops.yaml: loops in the order of the file, with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from xhsim.errors import InputErrors
from xhsim.study.loops import read_loops
from xhsim.wording.label import Label


def test_loops_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "loops.yaml"
    path.write_text(
        "R1:\n  label: {en: Growth, zh: 增长}\n  kind: reinforcing\n  through: [rent, firms]\n"
        "B1:\n  label: {en: Crowding, zh: 拥挤}\n  kind: balancing\n  through: [firms, rent, a]\n",
        encoding="utf-8",
    )
    growth, crowding = read_loops(path)
    assert (growth.id, growth.label, growth.kind) == ("R1", Label("Growth", "增长"), "reinforcing")
    assert crowding.through == ("firms", "rent", "a")
    assert crowding.where == (str(path), 5)


def test_all_mistakes_of_the_file_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "loops.yaml"
    path.write_text(
        "R1:\n  label: {en: Growth, zh: 增长}\n  kind: reinforce\n  through: [rent]\n",
        encoding="utf-8",
    )
    with pytest.raises(InputErrors) as caught:
        read_loops(path)
    assert [error.line for error in caught.value.errors] == [3, 4]
    assert 'did you mean "reinforcing"?' in str(caught.value)

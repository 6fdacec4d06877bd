"""The table of functions is what the documentation says."""

from __future__ import annotations

from pathlib import Path

from xhsim.engine.functions import support_table

DOCS = Path(__file__).parents[2] / "docs"


def test_documented_functions_are_those_of_the_table() -> None:
    text = (DOCS / "functions.md").read_text(encoding="utf-8")
    assert text.endswith("\n\n" + support_table() + "\n")

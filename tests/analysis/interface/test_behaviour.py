"""The study's own method for loops."""

from __future__ import annotations

from xhsim.analysis.study import Study


def test_options_reach_the_analysis(structured: Study) -> None:
    found = structured.loops("yield", "programme", 4, 1, structure="exact", most=7)
    assert (found.variable, found.scenario, found.draws, found.most) == ("yield", "programme", 4, 7)
    assert set(found.structures) == {"exact"}

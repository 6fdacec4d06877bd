"""Conservation: flows that are lost, and stocks that are not declared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.validation.firms import MODEL, changed, failures, firms_study
from xhsim.analysis.study import Study
from xhsim.analysis.validation.chains import check_chains, flows_of


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        # An exit that is taken from the stock and stands nowhere.
        (
            "INTEG(certification - exits, 30)",
            "INTEG(certification - exits - certified/life, 30)",
            "certified has a part that is not a variable",
        ),
        # What leaves the pool arrives only in part.
        (
            "INTEG(certification - exits, 30)",
            "INTEG(0.9*certification - exits, 30)",
            "flows and stocks differ by",
        ),
        # A flow that leaves and arrives nowhere.
        (
            "INTEG(certification - exits, 30)",
            "INTEG(-exits, 30)",
            "certification leaves but enters no stock",
        ),
        # A flow from nowhere that nobody declared.
        (
            "INTEG(entry - certification, 40)",
            "INTEG(entry + exits - certification, 40)",
            "flows and stocks differ by",
        ),
    ],
)
def test_what_is_lost_or_found_is_seen(tmp_path: Path, old: str, new: str, words: str) -> None:
    found = check_chains(firms_study(tmp_path / "study", model=changed(MODEL, old, new)))
    assert any(words in line for line in failures(found)), failures(found)


def test_a_stock_that_nobody_has_thought_of(tmp_path: Path) -> None:
    model = changed(MODEL, "all firms =", "spare = INTEG(help, 0) ~ unit ~ Spare. |\nall firms =")
    found = check_chains(firms_study(tmp_path / "study", model=model))
    assert failures(found) == ["spare is neither in a chain nor declared as outside"]


def test_flows_of_a_rate(xuhui: Study) -> None:
    flows, other = flows_of(xuhui.model.equations, "patent stock")
    assert flows == {"patent_grants": 1, "patent_expiry": -1}
    assert not other

"""What a bulletin is made from."""

from __future__ import annotations

import pytest

from tests.analysis.early_warning.toy_twins import jobs, toy_twins
from xhsim.report.bulletin import findings as module
from xhsim.report.bulletin.findings import findings_of


def test_it_covers_the_numbered_targets(findings) -> None:
    assert list(findings.targets) == ["size", "modest", "south"]
    assert set(findings.required) == set(findings.targets)
    assert len(findings.probabilities) == 3 * 3  # before any figure, and two dates


def test_a_change_is_split_among_its_figures(findings) -> None:
    totals, table = findings.revision.totals, findings.revision.table
    change = totals["after"] - totals["before"]
    assert table.groupby("target_id")["shapley"].sum()["size"] == pytest.approx(change["size"])


def test_without_figures_there_is_no_split(monitored) -> None:
    early = monitored.study.monitor("2022-06", draws=32)
    assert findings_of(early).revision is None


def test_twins_that_fit_give_rates(monitored, monkeypatch) -> None:
    early = monitored.study.monitor("2022-06", draws=32)
    assert findings_of(early).rates is None
    monkeypatch.setattr(module, "fitting_twins", lambda study: toy_twins(*jobs("size")))
    rates = findings_of(early).rates
    assert rates is not None
    assert rates["twins"].tolist() == [len(jobs())] * len(rates)
    assert rates["missed_after_green"].notna().all()

"""The revision by release, on figures that do and do not interact."""

import pytest

from xhsim.analysis.monitoring.revision import revision_by_release


@pytest.fixture(scope="module")
def revision(monitored):
    return revision_by_release(monitored, ["size", "yields"], draws=8000)


def test_a_figure_moves_what_it_is_about(revision):
    table = revision.table.set_index(["target_id", "label"])
    totals = revision.totals
    change = totals["after"] - totals["before"]
    for column in ("alone", "last", "shapley"):
        assert table.loc[("size", "size, 2022"), column] == pytest.approx(change["size"], abs=0.02)
        assert table.loc[("size", "yield, 2023"), column] == pytest.approx(0, abs=0.02)
        assert table.loc[("yields", "yield, 2023"), column] == pytest.approx(
            change["yields"], abs=0.02
        )
    assert totals["interaction"].abs().max() < 0.02


def test_it_adds_up_and_agrees_with_the_monitor(revision, monitored):
    sums = revision.table.groupby("target_id")["shapley"].sum()
    totals = revision.totals
    changes = (totals["after"] - totals["before"])[sums.index]
    assert sums.to_numpy() == pytest.approx(changes.to_numpy())
    table = monitored.probabilities(["size", "yields"])
    for name in ("size", "yields"):
        row = table.loc[(monitored.dates[-1], name)]
        assert totals.loc[name, "after"] == pytest.approx(
            row["probability"], abs=row["ci_high"] - row["ci_low"]
        )
    assert revision.worth > 200
    assert revision.table["error"].max() < 0.02

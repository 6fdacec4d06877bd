"""The revision by channel, where it is known which number took a figure up."""

import pytest

from xhsim.analysis.monitoring.channels import channels_of, learnt, revision_by_channel


def test_every_coordinate_belongs_to_one_channel(monitored):
    channels = channels_of(monitored)
    columns = [column for channel in channels for column in channel.columns]
    assert len(columns) == len(set(columns))
    assert "Weather" in [channel.label.en for channel in channels]


def test_growth_takes_up_the_size_and_weather_the_yield(monitored):
    found = revision_by_channel(monitored, ["size", "yields"], draws=2000)
    table = found.table.set_index(["target_id", "label"])["shapley"]
    change = found.totals["after"] - found.totals["before"]
    assert table["size", "Other constants"] == pytest.approx(change["size"], abs=1e-9)
    assert table["size", "Weather"] == 0
    assert table["yields", "Weather"] == pytest.approx(change["yields"], abs=1e-9)


def test_what_was_learnt_is_named_with_its_year(monitored):
    table = learnt(monitored)
    first, second = table.iloc[0], table.iloc[1]
    assert {(first["name"], first["year"]), (second["name"], second["year"])} == {
        ("growth", 0),
        ("weather", 2023),
    }
    growth = table.set_index("name").loc["growth"]
    # Size of 108 with an error of 0.54 about 106 with 1.22: 1.67 above, in units of 1.22 is 1.36.
    assert growth["shift"] == pytest.approx(1.36, abs=0.08)
    assert growth["narrowed"] == pytest.approx(0.4, abs=0.05)
    assert len(learnt(monitored, most=3)) == 3
    assert len(learnt(monitored, most=None)) == len(table) == 1 + 2 + 14 + 1

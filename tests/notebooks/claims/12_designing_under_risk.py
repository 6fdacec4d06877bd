# type: ignore
# ruff: noqa: F821
"""What the words of notebook 12 say, checked in its own kernel."""

import json
from pathlib import Path

# One objective.
worth = design.worth
assert worth["money"]["found"] <= 24.2
assert round(worth["money"]["balanced"] - worth["money"]["found"], 1) == 6.8
assert worth["low"]["balanced"] < worth["high"]["found"]
assert worth["low"]["found"] < worth["high"]["balanced"]
assert design.draws == 4096
assert len(study.indicators) == 18

# The front says how it was made, and that it can be made again.
stored = json.loads(Path("12_front.json").read_text(encoding="utf-8"))
assert stored["identity"]["limits"] == {"money": 45.0}
assert stored["identity"]["objectives"] == ["mean", "money"]
assert stored["identity"]["inputs"]
assert front.made["seeds"] == 3

# What the picture shows.
known = {each.name: each for each in front.scenarios}
assert round(known["plan"].judged[0].value, 1) == 10.9
assert round(table["mean"].max(), 1) == 11.5
assert round(table["money"].max(), 1) == 30.7
assert known["plan"].judged[1].value > table["money"].max()
more = [each for each in front.scenarios if round(each.judged[1].value - 15.9, 6) == 6]
assert len(more) == 6
at_six = table.loc[(table["money"] - 21.9).abs().idxmin()]
assert at_six["money"] <= 21.9
assert all(each.beaten and at_six["mean low"] > each.judged[0].high for each in more)
there = table.loc[near]
assert there["mean low"] < worth["value"]["found"] < there["mean high"]
assert there["money"] <= 24.2

# What one more 100 million buys.
gains = {gain.money_from: gain for gain in front.gains["mean"]}
first, *_, last = front.gains["mean"]
at = {
    money: next(g for g in front.gains["mean"] if g.money_from <= money < g.money_to)
    for money in (16, 20, 24)
}
assert [round(1 / at[money].value) for money in (16, 20)] == [5, 8]
assert 0.045 < at[24].value < 0.065
assert round(last.money_from, 1) == 27.5
assert last.high < 0.01

# What the packages do.
moved = set(front.moves()["lever"])
assert "investment promotion" in moved
promotion = table.sort_values("money")["investment promotion"]
assert promotion.max() == study.parameters["investment promotion"].range[1]
for lever in ("RD support", "rental housing programme", "talent programme"):
    low, high = front.levers[lever]
    assert (table[lever] - front.starts[lever]).abs().max() < 0.05 * (high - low), lever
cheap = table.sort_values("money").head(8)
assert (cheap["HQ scheme"] == front.starts["HQ scheme"]).all()
assert front.starts["programme share"] == 0.085
assert 0.145 < table["programme share"].max() < 0.16

# Regret, among packages of nearly the same money.
chosen_package = f"package {nearest}"
assert list(met.index) == [chosen_package, "balanced", "plan"]
assert 30.7 < money[chosen_package] == money.min() <= money.max() < 31.31
order = met["baseline"].sort_values().index
assert all((met[name].sort_values().index == order).all() for name in circumstances)
assert (regret.loc[chosen_package] == 0).all()
assert 0.1 < regret.loc["balanced"].min() <= regret.loc["balanced"].max() < 0.2
assert 0.65 < regret.loc["plan"].min() <= regret.loc["plan"].max() < 0.8
pandemic = met["baseline"] - met["pandemic-years"]
assert 0.6 < pandemic.min() <= pandemic.max() < 0.72
assert 0 < (met["baseline"] - met["rival-office-supply"]).max() < 0.1

# The search.
assert 1 - front.shares[:, -1].min() < 0.02

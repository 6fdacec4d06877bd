# type: ignore
# ruff: noqa: F821
"""What the words of notebook 10 say, checked in its own kernel."""

assert len(model.uncertainties) == 185
assert len(experiments) == 1000

# Shares of experiments beside probabilities.
share = met.mean()
near = ["building_localisation", "rd_intensity"]
assert (share - probability)[near].abs().max() < 0.06
assert (share - probability).abs().max() > 0.1, "ten points or more elsewhere"
assert 0.05 < share["building_localisation"] < 0.09, "one in thirteen"

# The box.
cut = {
    name: (high - low - (upper[name] - lower[name])) / (high - low)
    for name, (low, high) in spans.items()
}
strongest_three = sorted(cut, key=cut.get)[-3:]
assert set(strongest_three) == {x, y, "deadweight_error"}
assert lower["deadweight_error"] > spans["deadweight_error"][0] + 0.2, "larger is better"
assert 0.85 <= way.loc[first, "density"] < 0.93, "nearly nine of ten"
assert way.loc[first, "coverage"] > 0.6, "most successes"

# The map: reached nowhere.
best = surface[surface["rate"] >= 60]
assert len(best) == 0
assert round(surface["rate"].max(), 1) == 59.8
assert surface.loc[surface["rate"].idxmax(), [x, y]].tolist() == [spans[x][1], spans[y][1]]

# Levers.
own = ranks["building_localisation"]
assert set(own.abs().sort_values().index[-2:]) == {"programme_share", "investment_promotion"}
assert own[["programme_share", "investment_promotion"]].between(0.35, 0.65).all()
others = ranks.drop(index="programme_share").drop(columns="building_localisation")
assert others.abs().max().max() < 0.25, "little on any line"
asked = pd.DataFrame(tables).loc["Key-building local registration rate"].round()
assert asked.tolist()[1] == 1
assert round(100 * share["building_localisation"]) == 8
assert asked.tolist()[2] < 8, "no better than the plan"

# SALib.
assert set(sobol.index[:2]) == {"conversion rate", "deadweight error"}
assert set(morris.index[:3]) == {"conversion rate", "deadweight error", "conversion per promotion"}
assert sobol["ST"].iloc[:2].sum() > 0.5, "most of the variance"
assert len(sobol) == 185

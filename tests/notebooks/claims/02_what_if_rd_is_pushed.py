# type: ignore
# ruff: noqa: F821
"""What the words of notebook 02 say, checked in its own kernel."""

ends = baseline["rd_intensity"].sel(time=[2020, 2021, 2025]).median("draw").to_numpy()
assert 8.35 < ends[0] < 8.45, "8.4 % in 2020"
assert ends[1] < ends[0], "GDP rebounds faster"
assert 8.75 < ends[2] < 8.85, "half of the draws end below 8.8"
chances = {name: study.attainment(made)["probability"] for name, made in ensembles.items()}
reached = {name: chance["rd_intensity"] for name, chance in chances.items()}
assert round(100 * reached["baseline"]) in (36, 37, 38)
assert round(100 * reached["rd-push"]) in (54, 55, 56)

# Returns fall, and the budget of history flattens them.
old = grants[grants["programme share"] == 0.085].set_index("RD support")["median"]
new = grants[grants["programme share"] == 0.15].set_index("RD support")["median"]
assert 0.28 < new[3] - new[0] < 0.37, "a third of a point"
assert 0.08 < new[6] - new[3] < 0.15, "a tenth"
assert old[12] - old[6] < 0.06 < 0.1 < new[12] - new[6], "flat without money"
assert 8.85 < old[6] < 8.95

# What is paid: 94 % in 2022, then more; nothing is cut where there is money.
paid = {name: made["funded_fraction"].median("draw") for name, made in ensembles.items()}
assert abs(float(paid["grants"].sel(time=2022)) - 0.94) < 0.005
assert float(paid["grants"].sel(time=2025)) > 0.96
assert float(paid["grants-paid"].sel(time=2025)) == float(paid["rd-push"].sel(time=2025)) == 1
spent = {
    name: float(made["total_programme_spending"].sel(time=2025).median("draw"))
    for name, made in ensembles.items()
}
assert 7.2 < spent["rd-push"] - spent["baseline"] < 7.6, "costs 7.4 more"

# The difference between scenarios is narrower than their level.
gain = (ensembles["rd-push"]["rd_intensity"] - baseline["rd_intensity"]).sel(time=2025)
low, high = gain.quantile([0.05, 0.95], "draw").to_numpy()
level = baseline["rd_intensity"].sel(time=2025).quantile([0.05, 0.95], "draw").to_numpy()
assert 0.1 < low < 0.2 < 0.35 < high < 0.45
assert 6 < (level[1] - level[0]) / (high - low) < 8, "a seventh as wide"

# Which policy does it.
share = split.table["shapley"]
assert list(share.index[:2]) == ["labs and platforms programme", "RD support"]
assert share["cluster support"] < 0
assert share["application scenarios programme"] < 0
assert abs(split.table.loc["programme share", "alone"]) < 0.005 < share["programme share"]

# What else it moves.
assert 0.07 < difference.loc["ai_growth", "difference"] < 0.09, "eight points"
assert difference["difference"].min() > -0.01, "no indicator loses a point"
assert (moved["low"] > 0).all()
assert chances["baseline"]["ai_scenarios"] < 0.01
assert 0.45 < chances["rd-push"]["ai_scenarios"] < 0.6, "an even bet"

# Why the ratio moves so little.
medians = {name: float(values.median()) for name, values in effect.items()}
assert abs(medians["spent by the programme"] - 7.4) < 0.1
assert abs(medians["research spending"] - 9.8) < 0.15
assert abs(medians["GDP"] - 13) < 1
assert abs(medians["of it by research"] - 1 / 3) < 0.03
assert medians["R&D in GDP, points"] < medians["of it by research"]
assert 3050 < float(baseline["gdp"].sel(time=2025).median()) < 3110
hard = study.attainment(study.ensemble("pandemic-years", draws=1000, seed=0))
assert round(100 * hard.loc["rd_intensity", "probability"]) in (59, 60, 61)
assert hard.loc["rd_intensity", "probability"] > reached["rd-push"]

# Three years later.
by_name = comparison["probability"]
late_gain = by_name["rd-push-late", "rd_intensity"] - by_name["baseline", "rd_intensity"]
full_gain = by_name["rd-push", "rd_intensity"] - by_name["baseline", "rd_intensity"]
assert round(100 * late_gain) in (4, 5, 6)
assert round(100 * full_gain) in (17, 18, 19)
assert by_name["rd-push-late", "ai_scenarios"] < 0.02

# What it rests on.
prior = study.parameters["programme elasticity"].prior["RDGrants"]
assert (prior.low, prior.high) == (0.02, 0.08)
assert study.parameters["RD support"].value == 3
assert study.parameters["labs and platforms programme"].value == 1.5

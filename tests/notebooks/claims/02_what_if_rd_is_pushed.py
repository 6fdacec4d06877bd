# type: ignore
# ruff: noqa: F821
"""What the words of notebook 02 say, checked in its own kernel."""

ends = baseline["rd_intensity"].sel(time=2025).quantile([0.05, 0.5, 0.95]).to_numpy()
assert abs(ends - [7.8, 9.4, 11.3]).max() < 0.1
chances = {name: study.attainment(made)["probability"] for name, made in ensembles.items()}
reached = {name: chance["rd_intensity"] for name, chance in chances.items()}
assert round(100 * reached["baseline"]) in (65, 66)
assert round(100 * reached["push-2035"]) in (70, 71)

# Returns fall, and the old budget flattens them.
old = grants[grants["programme share"] == 0.085].set_index("RD support")["median"]
new = grants[grants["programme share"] == 0.15].set_index("RD support")["median"]
assert 0.06 < new[3] - new[0] < 0.11
assert 0.01 < new[6] - new[3] < 0.05
assert old[12] - old[6] < 0.03 < new[12] - new[6]
assert 9.4 < old[6] < 9.43

# What is paid.
paid = {name: made["funded_fraction"].median("draw") for name, made in ensembles.items()}
assert abs(float(paid["grants"].sel(time=2022)) - 0.96) < 0.006
assert float(paid["grants"].sel(time=2025)) > 0.96
assert float(paid["grants-paid"].sel(time=2025)) == float(paid["push-2035"].sel(time=2025)) == 1

# The difference between scenarios is narrower than their level.
gain = (ensembles["push-2035"]["rd_intensity"] - baseline["rd_intensity"]).sel(time=2025)
low, middle, high = gain.quantile([0.05, 0.5, 0.95], "draw").to_numpy()
assert 0.07 < middle < 0.13
assert (ends[2] - ends[0]) / (high - low) > 8, "many times narrower"
share = split.table["shapley"]
assert set(share.index[:2]) == {"labs and platforms programme", "RD support"}
assert (share[["cluster support", "application scenarios programme"]] < 0).all()

# What else it changes.
assert 0.02 < difference.loc["rd_intensity", "difference"] < 0.05
assert 0.01 < difference.loc["ai_growth", "difference"] < 0.04
assert difference["difference"].min() > -0.01, "no indicator loses a point"
assert round(100 * chances["baseline"]["ai_scenarios"]) == 6
assert round(100 * chances["push-2035"]["ai_scenarios"]) == 33

# Per yuan, and later.
yuan = effect.loc["research spending"] / effect.loc["spent by the programme"]
assert abs(yuan[2025] - 0.5) < 0.04
assert yuan[[2030, 2035]].between(0.62, 0.78).all()
assert abs(effect.loc["spent by the programme", 2025] - 7.2) < 0.1
assert abs(effect.loc["output of the clusters, %", 2025] - 0.3) < 0.06
assert effect.loc["GDP", 2025] < effect.loc["spent by the programme", 2025]
assert 1.9 < effect.loc["GDP", 2035] / effect.loc["spent by the programme", 2035] < 2.5
tenth_more = effects(more)
assert 0.85 < tenth_more.loc["R&D in GDP, points", 2025] < 1.05
assert abs(tenth_more.loc["output of the clusters, %"] - [0.07, 0.33, 0.54]).max() < 0.06
assert abs(tenth_more.loc["GDP"] - [1, 9, 23]).max() < 1.5
prior = study.parameters["RD per grant"].prior
assert (prior.low, prior.high) == (1, 4)
prior = study.parameters["RD depreciation rate"].prior
assert (prior.low, prior.high) == (0.12, 0.25)

# Three years later.
behind = effects(delayed)
assert behind.loc["R&D in GDP, points", 2025] < 0.05
kept = behind.loc["GDP"] / effect.loc["GDP"]
assert kept[2025] < kept[2030] < kept[2035] < 1.02

# What it rests on.
assert study.parameters["RD support"].value == 3
assert study.parameters["labs and platforms programme"].value == 1.5
assert float(study.parameters["RD output elasticity"].prior.quantile([0.5])[0]) < 0.08

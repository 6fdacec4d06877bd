# type: ignore
# ruff: noqa: F821
"""What the words of notebook 04 say, checked in its own kernel."""

import numpy as np

reached = study.attainment(plan, growth | scale)["probability"]
assert 0.45 < reached["ai_growth"] < 0.55, "even odds"
others = ["life_health_growth", "culture_growth", "finance_growth"]
assert reached[others].between(0.22, 0.30).all(), "one in four"
assert reached["life_health_scale"] > 0.7
assert reached[["ai_scale", "culture_scale", "finance_scale"]].between(0.18, 0.32).all()
assert round(453.2 * 1.15**5, 1) == 911.5, "15 % a year leads to 91 billion"
assert abs(100 * ((1000 / 453.2) ** 0.2 - 1) - 17.2) < 0.06

# What growth is made of.
assert (parts["prices"].round(1) == 2.0).all()
assert parts["productivity"].between(1, 1.6).all()
assert parts["firms"].idxmax() == "Digital"
doubled = plan["cluster_firms"].sel(cluster="Digital")
assert 1.9 < float((doubled.sel(time=2025) / doubled.sel(time=2020)).median()) < 2.2
rest = ["LifeHealth", "Culture", "Finance"]
assert (2 * parts.loc[rest, "firms"]).between(5.5, 6.8).all(), "about 6 % a year"
assert (2 * parts.loc[rest, "market"]).between(2.6, 4.2).all(), "3 to 4 %"
explained = parts[["market", "firms", "productivity", "prices"]].sum(axis=1)
assert (parts["output"] - explained).abs().max() < 2

# Links cut one by one.
cut_effect = without.sub(without["plan"], axis=0)
assert cut_effect["without floor"].between(-0.2, -0.05).all(), "a tenth lower"
assert cut_effect["without talent"].between(-0.4, -0.25).all(), "a third lower"
assert (cut_effect["without density"] < 0).all()
crowd = cut_effect["without crowded market"]
assert 3.3 < crowd["ai_growth"] < 3.8
assert crowd[others].between(0.4, 0.85).all()
assert float(plan["talent_index"].sel(time=2025).min()) > 1, "talent grows in every draw"
assert 74 < float(plan["occupancy_rate"].sel(time=2025).median()) < 76, "a quarter is empty"
assert len(cut) == 4

# Markets.
assert abs(needed.loc["Digital", "needed"] - 6.7) < 0.15
assert 0.45 < needed.loc["Digital", "needed"] / needed.loc["Digital", "2016-2020"] < 0.52
assert abs(needed.loc["Digital", "needed"] - needed.loc["Digital", "expected"]) < 0.4
gap = (needed["needed"] - needed["expected"])[rest]
assert needed.loc[rest, "needed"].between(4.3, 5.5).all()
assert gap.between(1.2, 1.5).all()
assert 0.95 < needed.loc["LifeHealth", "needed"] / needed.loc["LifeHealth", "2016-2020"] < 1.1
assert (needed["needed"] < needed["2016-2020"])[["Culture", "Finance"]].all()
for cluster, (name, _) in clusters.items():
    low = given(plan, f"growth of market index[{cluster}] >= 2 % from 2020 to 2025")
    high = given(plan, f"growth of market index[{cluster}] >= 6 % from 2020 to 2025")
    ladder = [study.attainment(made, growth).loc[name, "probability"] for made in (plan, low, high)]
    assert ladder == sorted(ladder)
    assert ladder[-1] > 0.8
digital = yearly.sel(cluster="Digital")
slope = np.polyfit(digital["market_index"], digital["cluster_output"], 1)[0]
assert 0.75 < slope < 0.85, "a point of the market moves 0.8"

# Conditions on floor and talent hardly separate anything.
spread = conditional["probability"].unstack()
assert (spread[others].max() - spread[others].min()).max() < 0.07
assert spread.loc[other[1], "ai_growth"] > spread.loc[other[0], "ai_growth"]

# What the district can do.
assert list(split.table.index[:3]) == [
    "cluster support",
    "programme share",
    "application scenarios programme",
]
assert abs(split.after - split.before - 0.6) < 0.1
baseline = study.attainment(study.ensemble("baseline", draws=2000, seed=0))
assert 0.07 < reached["ai_growth"] - baseline.loc["ai_growth", "probability"] < 0.11, "nine points"

# What it rests on.
priors = study.parameters["outlook market growth"].prior
assert (priors["Digital"].low, priors["Digital"].high) == (0.01, 0.12)
assert min(priors[name].low for name in rest) == -0.01
assert max(priors[name].high for name in rest) == 0.075
assert study.parameters["market room elasticity"].value == 1.2
assert study.parameters["firm share of output"].value == 0.5
assert study.parameters["space ease elasticity"].value == 0.05
talent = study.parameters["entry talent elasticity"].prior
assert (talent.low, talent.high) == (0.05, 0.35)
assert study.parameters["firms in 2020"].value["Digital"] == 400
assert study.parameters["firms in 2020"].value["LifeHealth"] == 2700

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 06 say, checked in its own kernel."""

# Layers.
at_2025 = {
    name: shares[str(target.variable)].sel(time=2025).to_series()
    for name, target in indicators.items()
}
clusters = ("ai_growth", "life_health_growth", "culture_growth", "finance_growth")
for name in clusters:
    assert 0.27 < at_2025[name]["environment"] < 0.43, "30 to 40 %"
for name in ("retail_sales", "industrial_output", "rd_intensity"):
    assert 0.42 < at_2025[name]["environment"] < 0.58, "half"
for name in ("new_foreign_hq", "high_tech_firms", "building_localisation"):
    assert at_2025[name]["parameters"] > 0.78
structure = {name: share["structure"] for name, share in at_2025.items()}
assert max(structure, key=structure.get) == "ai_growth"
assert 0.05 < structure["ai_growth"] < 0.09
ai = by_structure["probability"].loc["ai_growth"]
assert (round(100 * ai.min()), round(100 * ai.max())) == (42, 71)

# Single paths cross.
paths = plan["cluster_output"].sel(cluster="Digital")
ranks = [paths.sel(time=year).to_series().rank() for year in (2022, 2025)]
assert 0.6 < ranks[0].corr(ranks[1]) < 0.93

# Which numbers.
alone = importance.abs().max() ** 2
assert alone.max() < 0.6
assert set(alone.index[alone >= 0.495]) == {
    "commodity_sales",
    "life_health_growth",
    "culture_growth",
}
assert first["modern_services_growth"] == "district shock"
assert first["retail_sales"] == "growth shock[Retail]"
assert first["rd_intensity"] == "growth shock[ResearchSpending]"
assert first["hundred_million_buildings"] == "tax spread"
assert first["pct_filings"] == "PCT filings in 2020"

# The tornado, and Sobol's indices.
top = swings.index[0]
assert top == sobol.index[0] == "outlook growth[ResearchSpending]"
assert 1.5 < swings["swing"].iloc[0] < 1.75
assert swings.loc[top, "at_low"] < 9 < swings.loc[top, "at_high"]
for name in ("outlook city growth", "outlook growth[Trade]"):
    assert swings.loc[name, "at_high"] < swings.loc[name, "at_low"], "they raise GDP"
assert sobol[["S1", "ST"]].sum().between(0.6, 1.4).all()

# Delivery.
before, after = (study.attainment(made, chosen)["probability"] for made in (plan, delivered))
assert round(100 * before["building_localisation"]) == 6
assert round(100 * after["building_localisation"]) == 2
lost = (before - after).drop("building_localisation")
assert lost.between(0, 0.03).all()

# Learning.
left = pd.DataFrame(rows).set_index("number")["spread left"]
assert left.min() > 0.77, "a fifth"
width = (table["p95"] - table["p05"]).unstack()
names = list(known)
narrowed = width.loc[names[1:], "ai_growth"] / width.loc["nothing known", "ai_growth"]
assert narrowed.between(0.5, 0.62).all(), "two fifths less, or a little more"
chance = table["probability"].unstack()
assert chance.loc[names[1], "ai_growth"] < 0.15
assert chance.loc[names[3], "ai_growth"] > 0.93
assert chance.loc[names[1:], "modern_services_growth"].is_monotonic_increasing
assert chance.loc[names[1], "rd_intensity"] > chance.loc[names[3], "rd_intensity"] + 0.05
worths = [worth_of(made) for made in known.values()]
assert worths[0] == 1
assert all(0.5 < worth < 0.9 for worth in worths[1:])

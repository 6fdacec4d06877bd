# type: ignore
# ruff: noqa: F821
"""What the words of notebook 03 say, checked in its own kernel."""

# Where it starts.
assert sum(study.parameters["business pipeline"].value.values()) == 375
assert abs(float(plan["building_localisation"].sel(time=2020).median()) - 43) < 0.6
assert abs(float(plan["hundred_million_buildings"].sel(time=2020).median()) - 43) < 0.6
assert abs(float(plan["total_floor_in_service"].sel(time=2020).median()) - 436) < 4

# With and without the projects.
assert 75 < effect.loc["total_floor_in_service", 2030] < 87, "four fifths"
assert 23 < effect.loc["total_occupied_floor", 2030] < 29, "a quarter"
assert 15 < effect.loc["total_jobs", 2030] < 19
assert 9 < effect.loc["total_cluster_output", 2030] < 13
assert 12 < effect.loc["building_tax", 2030] < 17
assert -27 < effect.loc["occupancy_rate", 2030] < -23, "25 points"
assert effect.loc["total_cluster_output", 2025] < 3, "little by 2025"
both = [study.attainment(made, targets)["probability"] for made in (without, plan)]
gain = both[1] - both[0]
assert (100 * both[0]["hundred_million_buildings"]).round() == 30
assert (100 * both[1]["hundred_million_buildings"]).round() == 52
assert abs(gain["building_localisation"]) < 0.02

# By reading.
market, floor = ["market-led", "trend"], ["mixed", "floor-led"]
assert by_structure["output of the clusters"].loc[market, [2025, 2030]].abs().max().max() < 2.2
assert by_structure["building tax"].loc[market, 2030].between(3, 6.5).all()
assert by_structure["output of the clusters"].loc[floor, 2030].between(17, 23).all(), "a fifth"

# Zones.
pipeline, start = (study.parameters[key].value for key in ("business pipeline", "initial floor"))
assert 13 < pipeline["Huajing"] / start["Huajing"] < 15, "fourteen times"
assert table.loc["Huajing", ["vacancy 2025, %", "vacancy 2030, %"]].min() > 50
assert table["output 2025"].rank()["Huajing"] == 2
assert table["output 2030"].rank(ascending=False)["Huajing"] == 3
assert list(huajing.to_pandas().loc[2030].nlargest(2).index) == ["Digital", "LifeHealth"]
moved = (100 * (plan["zone_output"] / without["zone_output"] - 1)).sel(time=2030).median("draw")
moved = moved.to_pandas()
assert moved[["Xujiahui", "Hengfu", "Fenglin"]].between(-27, -15).all()

# Occupancy, promotion, rivals.
chance = conditional["probability"].unstack().reindex(conditions)
assert (chance.iloc[0] - chance.iloc[1] > -0.01).all()
assert (chance.iloc[0] - chance.iloc[1] < 0.16).all()
assert importance["hundred_million_buildings"].abs().idxmax() == "tax spread"
leading = importance["building_localisation"].abs().nlargest(4).index
assert {"conversion rate", "deadweight error", "conversion per promotion"} < set(leading)
rents = lost["average_rent_index"]
assert abs(rents.loc[2025] + 9) < 1
assert abs(rents.loc[2030] + 12) < 1
assert all(
    -3 < lost[name].loc[2030] < -0.8 for name in ("total_cluster_output", "building_tax", "gdp")
)
best = promotion.pivot(index="investment promotion", columns="target_id", values="probability")
assert (100 * best["building_localisation"]).round().iloc[[0, -1]].tolist() == [1, 13]
assert best["new_building_localisation"].iloc[-1] > 0.75
assert study.parameters["lease end rate"].value == 0.12, "about an eighth"

assert all(0.2 < weight < 0.3 for weight in study.structures.weights)

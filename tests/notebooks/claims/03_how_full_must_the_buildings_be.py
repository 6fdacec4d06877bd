# type: ignore
# ruff: noqa: F821
"""What the words of notebook 03 say, checked in its own kernel."""

import numpy as np

# The stock and the wave of new floor.
assert sum(study.parameters["business pipeline"].value.values()) == 375
assert abs(float(plan["building_localisation"].sel(time=2020).median()) - 43) < 0.5
assert abs(float(plan["hundred_million_buildings"].sel(time=2020).median()) - 43) < 0.5
medians = plan[stocks].sel(time=[2020, 2025]).median("draw").to_dataframe()
assert abs(medians.loc[2020, "total_floor_in_service"] - 436) < 3
grown = medians.loc[2025] - medians.loc[2020]
assert abs(grown["total_floor_in_service"] - 188) < 3
assert abs(grown["total_occupied_floor"] - 80) < 2
assert abs(grown["total_registered_floor"] - 97) < 2
low, middle, high = plan["occupancy_rate"].sel(time=2025).quantile([0.05, 0.5, 0.95]).to_numpy()
assert abs(low - 69) < 0.6
assert abs(middle - 75) < 0.3
assert abs(high - 81) < 0.6
assert abs(float(plan["occupancy_rate"].sel(time=2020).median()) - 88) < 0.6

# Fuller buildings do not come with registration, and 100-million buildings lean the other way.
chance = conditional["probability"].unstack().reindex(conditions)
for name in ("building_localisation", "new_building_localisation"):
    assert chance[name].max() - chance[name].min() < 0.05
assert chance["building_localisation"].between(0.19, 0.26).all()
bounds = conditional[["ci_low", "ci_high"]].xs("hundred_million_buildings", level=1)
assert bounds.loc[conditions[0], "ci_low"] > bounds.loc[conditions[-1], "ci_high"]
assert chance["hundred_million_buildings"].is_monotonic_decreasing
assert chance["hundred_million_buildings"].between(0.45, 0.65).all()
for values in occupied.values():
    assert np.abs(values.to_numpy() - occupied["all draws"].to_numpy()).max() < 1.5
occupancy = plan["occupancy_rate"].sel(time=2025)
rate = plan["building_localisation"].sel(time=2025)
assert abs(np.corrcoef(occupancy, rate)[0, 1]) < 0.1, "no slope"
floor_built = plan["total_floor_in_service"].sel(time=2025)
assert np.corrcoef(occupancy, floor_built)[0, 1] < -0.4, "new floor empties buildings"
assert np.corrcoef(plan["hundred_million_buildings"].sel(time=2025), floor_built)[0, 1] > 0.1

# What does decide.
leading = {name: importance[name].abs().idxmax() for name in names}
assert leading == {
    "building_localisation": "programme elasticity[Promotion]",
    "hundred_million_buildings": "outlook tax growth",
    "new_building_localisation": "new building local lease share",
}
two = importance.loc[
    ["programme elasticity[Promotion]", "outlook registration gain"], "building_localisation"
]
assert (two**2).sum() > 0.85, "nearly all of the spread"
by_floor = split_by["probability"].unstack().reindex(both_sides)
assert by_floor.loc[both_sides[1], "hundred_million_buildings"] > 0.6
assert by_floor.loc[both_sides[0], "hundred_million_buildings"] < 0.5
assert study.parameters["lease turnover rate"].value == 0.12, "about an eighth"

# Zones.
assert abs(zones.loc["Huajing", "vacancy 2025"] - 60) < 3
assert abs(zones.loc["Huajing", "registered 2025"] - 60) < 1
assert zones["registered 2025"].idxmax() == "Huajing"
assert zones.drop("Huajing")["vacancy 2025"].between(12, 25).all()
pipeline, start = (study.parameters[key].value for key in ("business pipeline", "initial floor"))
assert 13 < pipeline["Huajing"] / start["Huajing"] < 15, "fourteen times"

# Rivals.
lost = (rival["occupancy_rate"] - plan["occupancy_rate"]).sel(time=2025).median()
assert -5.3 < float(lost) < -4.3
assert -0.065 < against.loc["building_localisation", "difference"] < -0.045
assert -0.045 < against.loc["hundred_million_buildings", "difference"] < -0.03
assert abs(against.loc["new_building_localisation", "difference"]) < 0.005
rent, registered = (
    float(rival[name].sel(time=2025).median() / plan[name].sel(time=2025).median())
    for name in ("average_rent_index", "total_registered_floor")
)
assert 0.80 < rent < 0.85, "a sixth lower"
assert 0.90 < registered < 0.925, "nearly a tenth"

# How much promotion it takes.
best = promotion[promotion["investment promotion"] == 3.0].set_index("target_id")["probability"]
assert 0.44 < best["building_localisation"] < 0.52, "an even bet"
assert 0.31 < best["joint:all three"] < 0.38, "one in three"
assert study.parameters["investment promotion"].range[1] == 3
assert study.parameters["investment promotion"].value == 0.6
prior = study.parameters["programme elasticity"].prior["Promotion"]
assert (prior.low, prior.high) == (0.12, 0.48)

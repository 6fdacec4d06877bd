# type: ignore
# ruff: noqa: F821
"""What the words of notebook 07 say, checked in its own kernel."""

assert len(study.files.notes) == 7, "noted by hand"
own = [found for found in findings if "outside its own interval" in found.title.en]
assert len(findings) - len(own) == 11, "arithmetic on the plan finds the other four"
base = ensembles["baseline"]
assert {made.attrs["draws"] for made in ensembles.values()} == {800}


def chance(readings_or_ids, scenario="plan"):
    chosen = readings_or_ids
    if not isinstance(chosen, dict):
        chosen = {name: targets[name] for name in chosen}
    return study.attainment(ensembles[scenario], chosen)["probability"]


# Growth in the table, size in the text.
assert [round(table.implied_level(), 1) for table, _ in pairs] == [911.5, 1139.8, 1500.0, 1000.0]
assert round(growth(453.2, 1000), 2) == 17.15
odds = chance(("ai_growth", "ai_scale", "life_health_growth", "life_health_scale"))
assert (100 * odds - [56.6, 39.2, 25.2, 59]).abs().max() < 1
assert 1.5 < (odds.iloc[3] - odds.iloc[2]) / (odds.iloc[0] - odds.iloc[1]) < 2.5, "twice as far"

# Bases.
assert round(growth(7434.6, 10_000), 1) == 6.1
assert round(growth(6048, 10_000), 1) == 10.6
assert round(growth(700, 1000), 1) == 7.4
assert round(100 * (7434.6 / 6048 - 1)) == 23
by_label = chance(readings)
assert 0.8 < by_label.iloc[0] < 0.9
assert 0.33 < by_label.iloc[1] < 0.55
assert 0.5 < by_label.iloc[2] < 0.6
assert by_label.iloc[3] > 0.7
assert 0.1 < by_label.iloc[4] - by_label.iloc[5] < 0.2
whole = base["cumulative_new_listings"] - base["listed_firms"]
lost = (whole.sel(time=2025) - whole.sel(time=2020)).median()
assert 2 < float(lost) < 4, "some three firms"
assert by_label.iloc[6:8].max() < 0.4

# Energy and growth.
assert round(by_energy, 1) == 23.5
assert round(published, 1) == 33.8
assert round(100 * ((1 - 0.135) * slower - 1), 1) == -20.2
measured = study.attainment(plan, {"cut": targets["energy_intensity_cut"]})
assert -13.5 < measured["median"].iloc[0] < -12.4
model = study.run(outputs=["energy use"])["energy_use"]
assert abs(float(model.sel(time=2020) / model.sel(time=2015)) - 1) < 0.04, "its use does not fall"

# Professional services, and GDP.
assert round(100 * 1000 / 3135.7) == 32
for table in rows.values():
    assert 0 < table["probability"].iloc[0] - table["probability"].iloc[1] < 0.045
assert round(8.4 * 2176.7 / old_basis, 1) == 9.2
assert round(8.4 * 2176.7 / (old_basis * (1.027 / 1.022) ** 5), 1) == 9.0
inflation = study.files.posterior.column("history inflation", "")
assert 0.021 < inflation.mean() < 0.024

# The targets of the text.
assert len(text) == 16
assert sum(target.hangs_on is not None for target in targets.values()) == 3
gained = both["probability"]["plan"] - both["probability"]["baseline"]
assert {"rental_homes", "ai_scenarios"} <= set(gained.nlargest(4).index)
table_gain = chance(study.indicators) - chance(study.indicators, "baseline")
assert gained.mean() > table_gain.mean()

# Together, or one by one.
single = study.attainment(plan, study.indicators)
product = single.groupby("group")["probability"].prod()
together = study.joint(plan, study.indicators)["probability"]
assert 0.01 < together["joint:clusters"] < 0.025
assert 1.2 < together["joint:clusters"] / product["clusters"] < 1.8
for name in ("services and trade", "innovation"):
    assert 1.1 < together[f"joint:{name}"] / product[name] < 1.4
assert together["joint:industry and energy"] < product["industry and energy"]

# One budget.
share_before = study.files.resolve("baseline").settings["programme share"].value
assert share_before == 0.085
full = chance(list(wanted))
assert (full - alone["probability"]).between(-0.03, 0.08).all(), "nearly as well"
old, paid = (tables[name]["probability"] for name in ("all four, old budget", "all four, paid"))
assert 0.7 < float(made["all four, old budget"]["funded_fraction"].sel(time=2023).median()) < 0.8
assert round(100 * alone["probability"].prod(), 1) == 1.3
assert round(100 * old.prod(), 1) == 0.6
assert (old / alone["probability"]).idxmin() == "building_localisation"
assert abs(joint["all four, paid"]["probability"] - paid.prod()) < 0.01

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 07 say, checked in its own kernel."""

assert len(findings) == 11
assert len(study.files.notes) == 7, "noted by hand; arithmetic finds the other four"
base = ensembles["baseline"]
both_draws = {made.attrs["draws"] for made in ensembles.values()}
assert both_draws == {1000}


def chance(readings_or_ids, scenario="plan"):
    chosen = readings_or_ids
    if not isinstance(chosen, dict):
        chosen = {name: targets[name] for name in chosen}
    return study.attainment(ensembles[scenario], chosen)["probability"]


# Growth in the table, size in the text.
assert [round(table.implied_level(), 1) for table, _ in pairs] == [911.5, 1139.8, 1500.0, 1000.0]
assert round(growth(453.2, 1000), 2) == 17.15
odds = chance(("ai_growth", "ai_scale", "life_health_growth", "life_health_scale"))
assert (100 * odds).round().tolist() == [50, 23, 25, 82]
assert 1.5 < (odds.iloc[3] - odds.iloc[2]) / (odds.iloc[0] - odds.iloc[1]) < 2.5, "twice as far"

# Bases.
assert round(growth(7434.6, 10_000), 1) == 6.1
assert round(growth(6048, 10_000), 1) == 10.6
assert round(100 * (7434.6 / 6048 - 1)) == 23
by_label = chance(readings)
assert 0.55 < by_label.iloc[0] < 0.68
assert by_label.iloc[1] < 0.1
assert 0.22 < by_label.iloc[2] < 0.28
assert 0.72 < by_label.iloc[3] < 0.78
assert 0.03 < by_label.iloc[4] - by_label.iloc[5] < 0.07
whole = base["cumulative_new_listings"] - base["listed_firms"]
lost = (whole.sel(time=2025) - whole.sel(time=2020)).median()
assert 1.5 < float(lost) < 2.5
assert (100 * chance(readings, "baseline").iloc[7:8]).round().tolist() == [68]
assert round(100 * by_label.iloc[7]) == 77

# Energy and growth.
assert round(by_energy, 1) == 23.5
assert round(published, 1) == 33.8
assert round(100 * ((1 - 0.135) * slower - 1), 1) == -20.2
measured = study.attainment(plan, {"cut": targets["energy_intensity_cut"]})
assert -15.5 < measured["median"].iloc[0] < -14.5
model = study.run(outputs=["energy use"])["energy_use"]
assert abs(float(model.sel(time=2020) / model.sel(time=2015)) - 1) < 0.03, "its use does not fall"

# Professional services, and GDP.
assert round(100 * 1000 / 3135.7) == 32
for table in rows.values():
    assert 0 < table["probability"].iloc[0] - table["probability"].iloc[1] < 0.035
assert round(8.4 * 2176.7 / old_basis, 1) == 9.2
assert round(8.4 * 2176.7 / (old_basis * (1.027 / 1.022) ** 5), 1) == 9.0
inflation = study.files.posterior.column("history inflation", "")
assert 0.021 < inflation.mean() < 0.023

# The targets of the text.
assert len(text) == 16
gained = both["probability"]["plan"] - both["probability"]["baseline"]
start = both["probability"]["baseline"]
assert set(start.index[start < 0.02]) == {"rental_homes", "ai_scenarios"}
assert both["probability"]["plan"][["rental_homes", "ai_scenarios"]].min() > 0.25
table_gain = chance(study.indicators) - chance(study.indicators, "baseline")
assert gained.mean() > table_gain.mean()

# Together, or one by one.
single = study.attainment(plan, study.indicators)
product = single.groupby("group")["probability"].prod()
together = study.joint(plan, study.indicators)["probability"]
assert 0.025 < together["joint:clusters"] < 0.045
assert 3 < together["joint:clusters"] / product["clusters"] < 5
assert 1.6 < together["joint:services and trade"] / product["services and trade"] < 2
assert together["joint:industry and energy"] < product["industry and energy"]
larger, cut = (
    plan[name].sel(time=2025) for name in ("industrial_value_added_share", "energy_intensity")
)
assert larger.to_series().corr(cut.to_series()) > 0, "more industry, more energy"

# One budget.
share_before = study.files.resolve("baseline").settings["programme share"].value
assert share_before == 0.085
full = chance(list(wanted))
assert ((full - alone["probability"]).between(-0.03, 0.11)).all(), "nearly as well"
old, paid = (tables[name]["probability"] for name in ("all four, old budget", "all four, paid"))
assert 0.7 < float(made["all four, old budget"]["funded_fraction"].sel(time=2023).median()) < 0.8
assert round(100 * alone["probability"]["building_localisation"]) == 22
assert round(100 * old["building_localisation"]) == 7
assert round(100 * alone["probability"].prod(), 1) == 1.9
assert joint["all four, old budget"]["probability"] == 0.001
assert list(old.index[old > alone["probability"]]) == ["new_foreign_hq"]
assert abs(joint["all four, paid"]["probability"] - paid.prod()) < 0.01

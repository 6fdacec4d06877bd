# type: ignore
# ruff: noqa: F821
"""What the words of notebook 11 say, checked in its own kernel."""

# What was published, and what the model expected.
assert len(study.files.releases) == 8
assert [item.why for item in monitoring.not_counted] == ["replaced"]
assert [row.figure.kind for row in monitoring.releases].count("floor") == 1
places = expected["share"]
for name in ("real_gdp_growth", "population"):
    assert round(places[name, "2022"], 2) == 0.06
assert 0.97 < places["hq_and_rd_centres", "2023"] < 0.99
assert places["fiscal_revenue", "2023"].max() > 0.85, "recovered well"
points_only = expected.drop([("culture_output", "2023"), ("fiscal_revenue", "2023")])["share"]
assert ((points_only < 0.05) | (points_only > 0.95)).sum() == 1
assert all(0.5 < update.worth <= 1 for update in monitoring.updates)

# How the odds moved.
by_date = (100 * chance).round()
in_2021, january_2023 = by_date["2021"], by_date["2023-01-31"]
assert (in_2021["modern_services_growth"], january_2023["modern_services_growth"]) == (83, 60)
assert (in_2021["ai_growth"], january_2023["ai_growth"]) == (51, 36)
assert (in_2021["finance_growth"], january_2023["finance_growth"]) == (50, 34)
assert january_2023["rd_intensity"] > in_2021["rd_intensity"] + 10
back = by_date["2024-03-31"] - by_date["2024-03-29"]
fall = in_2021 - january_2023
ratio = back[["modern_services_growth", "ai_growth", "commodity_sales"]].sum()
ratio /= fall[["modern_services_growth", "ai_growth", "commodity_sales"]].sum()
assert 0.4 < ratio < 0.75, "about half"
assert by_date.loc["new_foreign_hq"].iloc[2:].min() >= 99
still = ["new_listed_firms", "high_tech_firms", "pct_filings", "energy_intensity_cut"]
still += ["building_localisation"]
assert (by_date.loc[still].max(axis=1) - by_date.loc[still].min(axis=1)).max() <= 5

# Attained, lost, open.
state = last["state"][list(indicators)]
assert (state == "open").all()
assert last.loc["industrial_output", "probability"] > 0.995
assert last.loc["new_foreign_hq", "probability"] > 0.995
assert last.loc["building_localisation", "probability"] < 0.01

# Which figure moved what.
share = 100 * points
hit = ["modern_services_growth", "finance_growth", "ai_growth", "retail_sales"]
assert share.loc[hit, "real_gdp_growth 2022"].round().between(-19, -12).all()
assert round(share.loc["rd_intensity", "real_gdp_growth 2022"]) == 15
assert share.loc[hit, "fiscal_revenue 2023"].round().between(3, 9).all()
buildings = share.loc["hundred_million_buildings"]
assert buildings["fiscal_revenue 2022"] < -3
assert buildings["fiscal_revenue 2023"] > 6
assert share.loc["new_foreign_hq"].idxmax() == "hq_and_rd_centres 2023"
assert share["gdp 2022"].abs().max() < 2.5
assert share["population 2022"].abs().max() < 2.5
assert round(share.loc["culture_growth", "culture_output 2023"]) == 2
assert 3 < share.loc["modern_services_growth", "culture_output 2023"] < 5
assert by_release.table["error"].max() < 0.025

# What took the figures up.
moved = learnt(monitoring, most=None).set_index(["name", "year"])
for name in ("city growth shock", "district shock"):
    assert -0.95 < moved.loc[(name, 2022), "shift"] < -0.65
lasting = moved.xs(0, level="year")["shift"].abs()
assert list(lasting.index[lasting > 1]) == ["outlook arrival factor"]
assert moved.loc[("growth shock[TaxRates]", 2023), "shift"] > 0.5
assert moved.loc[("outlook growth[TaxRates]", 0), "shift"] > 0.25
in_points = 100 * channels
shocks = [name for name in in_points if "shock" in name.lower() or "pandemic" in name.lower()]
shocks.remove("Other shocks")
assert in_points.loc[hit, shocks].sum(axis=1).between(-14.5, -4).all(), shocks
two = in_points.loc[hit, ["City growth shock", "District shock"]].sum(axis=1)
assert (two / in_points.loc[hit, shocks].sum(axis=1) > 0.5).all()
assert in_points["Structure"].abs().max() < 2
errors = by_channel.table.groupby("label")["error"].max()
assert errors["Other constants"] < 0.065
assert errors.drop("Other constants").max() < 0.04, errors

# What is needed, and what to watch.
need = pd.DataFrame(needed).T
assert need["growth_needed"].iloc[0] < need["growth_projected"].iloc[0]
assert (need["growth_needed"].iloc[1:] > need["growth_projected"].iloc[1:]).all()
most_targets = telling.reset_index().sort_values("targets", ascending=False).iloc[0]
assert (most_targets["series"], most_targets["year"]) == ("modern services revenue", 2022)

# Without a single figure.
assert again.updates[-1].worth > 0.5
gain = both["without growth of 2022"] - both["2021"]
assert gain[grow].min() > -0.01
assert gain["rd_intensity"] < 0

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 06 say, checked in its own kernel."""

# Constants or years.
constants = shares.sel(layer="parameters", time=2025)
at_2025 = {name: constants[name].item() for name in constants.data_vars}
assert len(at_2025) == 18
low = [name for name, share in at_2025.items() if share < 0.74]
assert low == ["foreign HQ"]
assert 0.60 < at_2025["foreign HQ"] < 0.70, "a third from single years"
assert sum(share > 0.9 for share in at_2025.values()) >= 12
for name in ("industrial output", "cumulative new listings"):
    assert 0.4 < shares[name].sel(layer="environment", time=2022).item() < 0.6, "half in 2022"

# Single paths fan out and seldom cross: who is ahead in 2022 is ahead in 2025.
paths = plan["cluster_output"].sel(cluster="Digital")
ranks = [paths.sel(time=year).to_series().rank() for year in (2022, 2025)]
assert ranks[0].corr(ranks[1]) > 0.85

# Which constants.
alone = importance.abs().max() ** 2
assert (alone > 0.5).sum() == 13
assert (alone[["modern_services_growth", "retail_sales", "rd_intensity"]] <= 0.25).all()
leads = {
    "ai_growth": "outlook market growth[Digital]",
    "life_health_growth": "outlook market growth[LifeHealth]",
    "culture_growth": "outlook market growth[Culture]",
    "finance_growth": "outlook market growth[Finance]",
    "pct_filings": "PCT filings in 2020",
    "new_listed_firms": "listing window",
    "energy_intensity_cut": "outlook efficiency growth",
}
assert {name: first[name] for name in leads} == leads

# The tornado.
assert list(swings.index[:2]) == ["outlook institute RD growth", "outlook RD deepening"]
assert swings["swing"].iloc[:2].between(0.74, 0.86).all(), "0.8 points each"
assert swings["swing"].iloc[:2].min() / 0.28 > 2.6, "three times the push"
for name in swings.index[:2]:
    assert swings.loc[name, "at_low"] < 9 < swings.loc[name, "at_high"]
for name in (
    "outlook other services growth",
    "outlook service growth[Information]",
    "outlook shift",
):
    assert swings.loc[name, "at_high"] < swings.loc[name, "at_low"], "they raise GDP"

# Sobol's indices.
total = sobol[["S1", "ST"]].sum()
assert total.between(0.8, 1.15).all(), "they add up"
assert 0.4 < sobol["ST"].iloc[:4].sum() < 0.6, "four numbers hold half"
assert set(sobol.index[:2]) == set(swings.index[:2])

# Delivery.
before, after = (study.attainment(made, chosen) for made in (plan, delivered))
assert 0.22 < before.loc["building_localisation", "probability"] < 0.27
assert 0.05 < after.loc["building_localisation", "probability"] < 0.075, "one in sixteen"
widths = [(table_["p95"] - table_["p05"])["building_localisation"] for table_ in (before, after)]
assert widths[1] < widths[0]
assert (after["median"] < before["median"]).all()

# Learning.
left = pd.DataFrame(rows).set_index("number")["spread left"]
assert left["foreign HQ chance"] > 0.8
assert left.drop("foreign HQ chance").max() < 0.75
width = (table["p95"] - table["p05"]).unstack()
names = list(known)
assert (width.loc[names[1:], "ai_growth"] / width.loc["nothing known", "ai_growth"]).max() < 0.55
chance = table["probability"].unstack()
assert chance.loc[names[1], "ai_growth"] < 0.05
assert chance.loc[names[3], "ai_growth"] > 0.95
assert chance.loc[names[1:], "modern_services_growth"].is_monotonic_increasing
assert chance.loc[names[1:], "rd_intensity"].is_monotonic_decreasing
worth = [made.attrs["effective_draws"] for name, made in known.items() if name != "nothing known"]
assert max(worth) < 4096 / 1.5
assert min(worth) > 500

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 08 say, checked in its own kernel."""

# A calibration in small.
assert len(short.evidence.rows) == 58
assert len(stored) == 27
assert max(short.costs) - min(short.costs) < 1e-6
assert 1.01 < short.r_hat.max() < 1.6
assert 100 < short.sample_size.min() < 400
assert ((walked["median"] - stored["median"]) / spread).abs().max() < 0.35
lengths = (walked["high"] - walked["low"]) / (stored["high"] - stored["low"])
assert lengths.between(0.78, 1.2).all()
assert ((walked["centre"] - stored["centre"]) / spread).abs().max() < 0.01

# What history can tell.
assert (stored.loc[["certification rate", "patent propensity"], "narrowed"] > 0.9).all()
little = ["pandemic sensitivity[Culture]", "market start rate", "listing propensity"]
assert (stored.loc[little, "narrowed"] < 0.5).all()
assert not any(name.startswith("outlook") for name in stored.index)

# How well it follows the past.
several = fit[fit["observations"] >= 2]
assert (several["mape"] < 3).all()
assert (several["mape"] < 2).sum() == len(several) - 1
assert set(several.index[several["observations"] >= 6]) == {
    "modern_services_revenue",
    "fiscal_revenue",
    "real_gdp_index",
}
assert (worst["distance"].abs() < 2).all()

# Forecasts of past years.
assert past.origins == (2016, 2017, 2018, 2019, 2020)
everything = scores.loc["all"]
assert everything["observations"] == 78
assert round(everything["inside_50"], 2) == 0.5
assert round(everything["inside_90"], 2) == 0.87
assert everything["model"] < everything["mean_growth"] / 2
rivals = scores[["last_growth_spread", "mean_growth"]].min(axis=1).dropna()
assert (scores.loc[rivals.index, "model"] < rivals).all(), "in every series"
revenue = scores.loc["fiscal_revenue"]
assert round(revenue["inside_90"] * revenue["observations"]) == 4
assert revenue["observations"] == 14
held = ["modern_services_revenue", "commodity_sales", "retail_sales", "foreign_hq"]
assert (scores.loc[[*held, "real_gdp_index"], "inside_90"] == 1).all()
origins = past.by_origin()["inside_90"]
assert origins.loc[[2016, 2017]].max() < origins.loc[[2018, 2019, 2020]].min()
structures = past.by_structure()["model"].drop("together")
assert structures.between(5.8, 6.2).all()
assert all(0.2 < weight < 0.3 for weight in study.structures.weights)

# The outlook.
tested = backtest.by().iloc[0]
assert (tested["figures"], tested["forecasts"]) == (210, 910)
assert round(100 * tested["inside_50"]) == 53
assert round(100 * tested["inside_90"]) == 87
assert 0.7 < tested["model"] / tested[["last_growth", "mean_growth"]].min() < 0.8
assert round(tested["pit"], 2) == 0.44
assert (backtest.table["pit"] < 0.5).mean() > 0.5
counts = backtest.pit_counts(10)
assert counts[0] > sum(counts) / 10

# Does it change the answer?
one, other = (beliefs[name]["probability"] for name in ("with history", "without history"))
shift = one - other
assert shift.abs().idxmax() == "new_listed_firms"
assert shift.drop("new_listed_firms").abs().max() < 0.065
assert [round(100 * made.loc["new_listed_firms", "probability"]) for made in beliefs.values()] == [
    20,
    45,
]
assert (past.forecasts["pit"] < 0.5).mean() > 0.75, "too optimistic"

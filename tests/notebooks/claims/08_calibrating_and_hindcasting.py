# type: ignore
# ruff: noqa: F821
"""What the words of notebook 08 say, checked in its own kernel."""

from xhsim.analysis.history.new_figures import effective_draws, news_weights

# A calibration in small.
assert len(short.density.unknowns) == 31, "thirty parameters and an offset"
assert len(short.evidence.rows) == 58
assert max(short.costs) - min(short.costs) < 1e-6
assert short.r_hat.max() > 1.3, "far from 1.05"
assert len(stored) == 30
assert ((walked["median"] - stored["median"]) / spread).abs().max() < 0.6, "half a deviation"
lengths = (walked["high"] - walked["low"]) / (stored["high"] - stored["low"])
assert 0.7 < lengths.min() < 0.9
assert 1.1 < lengths.max() < 1.3
assert ((walked["centre"] - stored["centre"]) / spread).abs().max() < 0.01

# What history can tell.
told_well = ["certification rate", "patent propensity", "foreign HQ entry rate"]
told_well += ["tax yield in 2020"]
assert (stored.loc[told_well, "narrowed"] > 0.9).all()
assert stored.loc["RD output elasticity", "narrowed"] < 0.36, "two thirds are left"
assert (
    stored.loc[["history market growth[Culture]", "history market growth[Finance]"], "narrowed"]
    < 0.3
).all()
assert not any(name.startswith("outlook") for name in stored.index)

# How well it follows the past.
several = fit[fit["observations"] >= 3]
assert len(several) == 7
assert (several["mape"] < 2).all()
assert (several["mape"] < 1).sum() == 5, "mostly below one"
for series in ("tertiary_share", "modern_services_revenue", "foreign_hq", "fiscal_revenue"):
    assert several.loc[series, "covariance"] > 0.5, "without system"
for series in ("retail_sales", "industrial_output"):
    assert several.loc[series, "variance"] > 0.5, "the amplitude"
assert order[0] == ("foreign_hq", 2021)
assert (worst.loc[order[1:], "distance"].abs() < 2).all()

# Does it change the answer?
shift = beliefs["with history"]["probability"] - beliefs["without history"]["probability"]
assert set(shift.index[shift.abs() > 0.04]) == {"ai_growth", "culture_growth"}

# A forecast of 2018.
assert past.origins == (2018,)
assert len(table) == 17
assert table["inside_90"].sum() == 14
missed = table[~table["inside_90"]]
assert (missed["year"] == 2020).all()
assert (missed["observed"] < missed["p05"]).all()
below = table["observed"] < table["median"]
assert below.sum() == 14
assert below[table["year"] == 2019].all()
beaten = scores["model"] < scores[["last_growth_spread", "mean_growth"]].min(axis=1)
assert set(beaten.index[beaten]) >= {
    "tertiary_share",
    "modern_services_revenue",
    "industrial_output",
    "all",
}
assert scores.loc["fiscal_revenue", "last_growth_spread"] < scores.loc["fiscal_revenue", "model"]
assert (
    abs(
        scores.loc["real_gdp_index", "last_growth_spread"] / scores.loc["real_gdp_index", "model"]
        - 1
    )
    < 0.25
)
compared = table.dropna(subset=["mean_growth"])
calm = compared[compared["series"] != "industrial_output"]
assert compared["mean_growth"].mean() - compared["model"].mean() > 2 * (
    calm["mean_growth"].mean() - calm["model"].mean()
), "industry is what makes the mean so much the lower"

# What 2021's news would change.
assert 0.93 * 100 < float(before["foreign_hq"].sel(time=2021).median()) < 0.955 * 100
odds = {name: 100 * made["probability"] for name, made in told.items()}
assert [round(odds[name]["new_foreign_hq"]) for name in odds] == [39, 68, 42]
assert odds["before"]["retail_sales"] - odds["after 2021's figures"]["retail_sales"] > 5
expected = float(before["retail_sales"].sel(time=2021).median())
assert abs(expected / 1200 - 1) < 0.01, "what was expected"
assert moved[0] == "new_foreign_hq"
assert 600 < after.attrs["effective_draws"] < 720
assert 2.3 < (4000 / after.attrs["effective_draws"]) ** 0.5 < 2.6, "two and a half times as wide"
assert 20 < effective_draws(news_weights(before, news, 0.01)) < 25

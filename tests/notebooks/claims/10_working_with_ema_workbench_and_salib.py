# type: ignore
# ruff: noqa: F821
"""What the words of notebook 10 say, checked in its own kernel."""

assert len(model.uncertainties) == 106
assert len(experiments) == 2000

# Shares of experiments beside probabilities.
share = met.mean()
assert abs(share["building_localisation"] - probability["building_localisation"]) < 0.03
assert 0.02 < (share - probability).abs().max() < 0.12, "differ by some points"

# The box.
narrowed = [
    name for name, (low, high) in spans.items() if upper[name] - lower[name] < 0.9 * (high - low)
]
assert set(narrowed) == {x, y}
assert way.loc[first, "res_dim"] == 2
assert 0.85 <= way.loc[first, "density"] < 0.9, "nearly nine of ten"
assert 0.65 < way.loc[first, "coverage"] < 0.78, "seven of ten"
assert -0.015 < lower[x] < 0.015, "does not get harder"
assert 0.30 < lower[y] < 0.36, "somewhat better than its median"
prior = study.parameters["programme elasticity"].prior
median = float(prior["Promotion"].quantile([0.5])[0])
assert round(median, 2) == 0.30

# The map: at no change for other reasons.
middle = surface[surface[x].abs() < 1e-9]
assert abs(float(np.interp(60, middle["rate"], middle[y])) - 0.4) < 0.02
assert spans[y][1] > 0.45

# Levers.
own = ranks["building_localisation"]
assert set(own.abs().sort_values().index[-2:]) == {"programme_share", "investment_promotion"}
assert abs(own["programme_share"] - own["investment_promotion"]) < 0.1
assert ranks.loc["programme_share"].min() > 0.1
assert ranks["new_foreign_hq"]["hq_scheme"] > 0.15
assert ranks["rd_intensity"]["rd_support"] > 0.1
assert ranks["ai_growth"]["cluster_support_digital"] > 0.08
assert ranks["ai_growth"].abs().max() < 0.2
assert own["construction_pace_programme"] < own["hq_scheme"] < 0
asked = pd.DataFrame(tables).loc["Key-building local registration rate"].round()
assert asked.tolist()[1] == 6
assert round(100 * share["building_localisation"]) == 25
assert study.parameters["programme share"].range[1] == 0.25
assert 0 < asked.tolist()[2] - 25 < 8, "little better than the plan"

# SALib.
assert list(sobol.index[:2]) == ["programme elasticity[Promotion]", "outlook registration gain"]
assert list(morris.index[:2]) == list(sobol.index[:2])
assert 0.45 < sobol["ST"].iloc[0] < 0.6, "half"
assert 0.33 < sobol["ST"].iloc[1] < 0.45, "two fifths"
assert (sobol["ST"].iloc[2:] < 0.05).all(), "nothing else comes near"
together = (sobol["ST"] - sobol["S1"]).head(2)
assert (together <= sobol["S1_conf"].head(2)).all(), "no larger within the intervals"
assert len(sobol) == 106
assert (20 * (106 + 1), 256 * (106 + 2)) == (2140, 27648)

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 04 say, checked in its own kernel."""

reached = study.attainment(plan, growth | scale)["probability"]
assert reached[["ai_growth", "finance_growth"]].between(0.45, 0.65).all(), "as likely as not"
assert 0.22 < reached["life_health_growth"] < 0.29, "one of four"
assert 0.14 < reached["culture_growth"] < 0.19, "one of six"
assert abs(100 * reached["life_health_scale"] - 59) < 1
assert round(453.2 * 1.15**5, 1) == 911.5, "15 % a year leads to 91 billion"
assert abs(100 * ((1000 / 453.2) ** 0.2 - 1) - 17.2) < 0.06

# What growth is made of.
assert (parts["prices"].round(1) == 1.7).all()
assert parts["productivity"].abs().max() < 0.2
assert parts["rest"].between(1, 3.4).all()
assert parts["rest"].idxmax() == "Digital"
assert (parts["market"] > parts[["prices", "rest"]].sum(axis=1) - 0.1).all(), "most of it"

# By reading.
odds = study.by_structure(plan, growth)["probability"].unstack("structure")
assert (round(100 * odds.loc["ai_growth"].min()), round(100 * odds.loc["ai_growth"].max())) == (
    42,
    71,
)
floor, markets = ["mixed", "floor-led"], ["market-led", "trend"]
assert odds.loc["ai_growth", floor].min() > odds.loc["ai_growth", markets].max() + 0.15
assert (medians.max(axis=1) - medians.min(axis=1))[["LifeHealth", "Culture"]].max() < 0.8

# Links cut.
links = pd.DataFrame(cut)
assert links.loc[["Digital", "LifeHealth"], "without knowledge"].between(-0.5, -0.3).all()
assert -0.6 < links.loc["Digital", "without density"] < -0.4
assert links["without talent"].between(0.05, 0.18).all()
assert links["without moves between districts"].abs().max() < 0.1

# Markets.
assert abs(needed.loc["Digital", "needed"] - 10.3) < 0.2
assert needed.loc["Digital", "needed"] / needed.loc["Digital", "2016-2020"] < 0.5
gap = needed["needed"] - needed["expected"]
assert gap[["Digital", "Finance"]].between(-1.3, 0).all()
assert abs(gap["LifeHealth"] - 1.7) < 0.2
assert abs(gap["Culture"] - 2.3) < 0.2
assert needed.loc["Culture", "needed"] < needed.loc["Culture", "2016-2020"]
assert needed.loc["LifeHealth", "needed"] > needed.loc["LifeHealth", "2016-2020"]

# Occupancy hardly separates anything.
spread = conditional["probability"].unstack()
assert (spread.max() - spread.min()).max() < 0.08
assert spread.loc[other[1], "ai_growth"] > spread.loc[other[0], "ai_growth"]
assert 74 < float(plan["occupancy_rate"].sel(time=2025).median()) < 78, "a quarter is empty"

# What the district can do.
first = ["cluster support", "programme share", "investment promotion"]
assert list(split.table.index[:3]) == first
assert split.after == reached["ai_growth"]
assert round(100 * (split.after - split.before)) == 6
assert abs(split.table.loc["programme share", "alone"]) < 0.005
assert round(100 * split.table.loc["programme share", "last"]) == 4
baseline = study.attainment(study.ensemble("baseline", draws=1000, seed=0))
assert 0.05 < reached["ai_growth"] - baseline.loc["ai_growth", "probability"] < 0.08
prior = study.parameters["outlook growth"].prior["Digital"]
assert abs(float(prior.quantile([0.95])[0]) - 0.114 - 0.048) < 0.006

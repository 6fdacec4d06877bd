# type: ignore
# ruff: noqa: F821
"""What the words of notebook 01 say, checked in its own kernel."""

chance = table["probability"]
assert len(table) == 18
assert (table["failed"] == 0).all()
assert (table["draws"] == 1000).all()
assert (chance[[1, 2, 3, 5, 6, 13]] > 0.66).all(), "the likely ones"
assert chance[[4, 7, 8, 11, 14, 15, 18]].between(0.38, 0.68).all(), "the open ones"
assert (chance[[9, 10, 17]] < 0.33).all(), "unlikely"
assert chance[16] < 0.01, "cannot on its own"
assert table.loc[12, "word"] == "not assessable without the base"
assert base["probability"].iloc[0] < 0.33 < 0.66 < base["probability"].iloc[-1]
assert apart[0] == "ai_growth"
assert len(readings) == 6
assert {"hundred_million_buildings", "new_listed_firms"} <= set(gain.index[:3])
assert gain[["life_health_growth", "culture_growth"]].max() < 0.05
by_name = comparison["probability"]
assert by_name["pandemic-years", "rd_intensity"] > by_name["plan", "rd_intensity"]
assert (
    by_name["budget-cut", "hundred_million_buildings"]
    < by_name["plan", "hundred_million_buildings"]
)
assert fit["deviation"].abs().max() < 0.03
hq = readings.loc["new_foreign_hq", "probability"]
assert (100 * hq).round().tolist() == [65, 24]

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 01 say, checked in its own kernel."""

chance = table["probability"]
assert len(table) == 18
assert (table["failed"] == 0).all()
assert (table["draws"] == 1000).all()
assert (chance[[2, 5, 13]] > 0.8).all(), "the safe ones"
assert chance[[3, 6, 7, 8, 12]].between(0.3, 0.7).all(), "the open ones"
assert chance[16] < 0.01, "out of reach"
assert (chance[[4, 9, 10, 11, 15]] < 0.4).all(), "out of reach without more"
assert set(gain.index[:3]) == {
    "hundred_million_buildings",
    "building_localisation",
    "new_foreign_hq",
}, "money helps most where it buys something countable"
assert gain["life_health_growth"] < 0.1
by_name = comparison["probability"]
assert by_name["pandemic-years", "rd_intensity"] > by_name["plan", "rd_intensity"]
assert by_name["budget-cut", "building_localisation"] < 0.05
assert fit["deviation"].abs().max() < 0.03

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 09 say, checked in its own kernel."""

assert set(files) == {
    "model/bay.mdl",
    "model/parameters.yaml",
    "model/targets.yaml",
    "model/history.csv",
    "scenarios/baseline.yaml",
    "scenarios/incubators.yaml",
    "scenarios/incubators-and-floor.yaml",
}
assert not bay.exists(), "left behind"
made_up = [parameter.source for parameter in study.parameters.values() if parameter.role != "fixed"]
assert set(made_up) == {"made up"}
doubted = [name for name, p in study.parameters.items() if p.role == "uncertain"]
assert len(doubted) == 5

# Sound, and a contradiction that is shown.
assert check.passed
assert not check.units
(found,) = check.inconsistencies
assert "6.00 and 6.96 % a year" in found.explanation
assert len(study.history) == 6

# The loop: incubators fill the houses, and then bring in less.
alone, floor_too = (central[name] for name in ("incubators", "incubators-and-floor"))
assert (alone["vacancy"].sel(time=[2022, 2025]) < floor_too["vacancy"].sel(time=[2022, 2025])).all()
assert alone["entries"].sel(time=2025) < alone["entries"].sel(time=2022)
assert floor_too["firms"].sel(time=2025) > alone["firms"].sel(time=2025)

# Many runs.
odds = {name: 100 * table["probability"] for name, table in tables.items()}
assert odds["baseline"]["firms"] < 5
assert odds["baseline"]["output_growth"] < 20
assert 95 < odds["incubators"]["vacancy"] < 98, "nearly certain"
assert [round(odds[n]["firms"]) for n in ("incubators", "incubators-and-floor")] == [36, 66]
cost = odds["incubators"]["vacancy"] - odds["incubators-and-floor"]["vacancy"]
assert 9 < cost < 10, "nearly ten"
assert odds["incubators-and-floor"]["output_scale"] < 33
assert 50 < odds["incubators-and-floor"]["output_growth"] < 60, "an even bet"
together = study.joint(ensembles["incubators-and-floor"])["probability"]["joint"]
product = tables["incubators-and-floor"].loc[list(study.indicators), "probability"].prod()
assert 0.38 < together < 0.42, "40 of 100"
assert 1.2 < together / product < 1.4, "a quarter more often"

# The folder opens again.
assert set(again.scenarios) == set(study.scenarios)

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 14 say, checked in its own kernel."""

years = output.years
at = {year: years.index(year) for year in years}

# Output.
away = output.outside.mean(axis=-1)
assert round(away[at[2016]], 2) in (0.94, 0.95, 0.96)
assert all(0.75 < away[at[year]] < 0.82 for year in (2022, 2023, 2024, 2025))


def through(found, *names):
    return [n for n, loop in enumerate(found.loops) if any(str(v) in names for v in loop.paths[0])]


led = output.share[through(output, "jump off push", "city growth")].sum(axis=0).mean(axis=-1)
assert min(led[at[2020]], led[at[2021]]) > 0.1
assert max(led[at[2019]], led[at[2022]]) < 1e-6
assert [str(loop.label) for loop in output.loops[:6]] == [
    "jobs of activity → floor per job → jobs leaving",
    "let floor → leases ended",
    "jobs of activity → floor per job → jobs arriving",
    "jobs of activity → pressure → densification → jobs added",
    "jobs of activity → jobs added",
    "projects delivered → project completions",
]
assert output.share[5, at[2020]].mean() < 0.005 < output.share[5, at[2022]].mean()
long = through(output, "knowledge index", "talent index", "fiscal revenue", "skilled workers")
later = [at[year] for year in years if year > 2021]
assert output.share[long].mean(axis=-1)[:, later].max() < 0.01

# Structures.
by_name = pd.DataFrame({name: table["share"] for name, table in outside.items()})
assert by_name.loc[2016].max() - by_name.loc[2016].min() < 0.03
assert by_name.loc[2025].idxmin() == "Floor-led"
assert 0.64 < by_name.loc[2025, "Floor-led"] < 0.71
assert round(100 * by_name.loc[2025, "Trend"]) == 82

# R&D.
assert 0.7 < research.outside[at[2024]].mean() < 0.8
assert research.mostly_outside(2024).probability == 1
first = research.largest(2024).iloc[0]
assert first["label"].startswith("high tech firms → certificate expiry")
assert 0.75 < first["largest"] < 0.87
assert 0.045 < first["share"] < 0.055

# Floor.
whole = floor.share.mean(axis=-1)
assert 0.7 < 1 - floor.outside[at[2024]].mean() < 0.8
assert 0.4 < whole[0, at[2018]] < 0.5
assert 0.4 < whole[0, at[2019]] < 0.5
assert whole[2, at[2022]] > whole[0, at[2022]]
assert whole[2, at[2023]] < whole[0, at[2023]]
assert whole[0].argmin() in (at[2016], at[2022])
assert floor.largest(2024).index[0] == "L1"
assert whole[5, at[2025]] > 3 * whole[5, at[2021]]
assert floor.balancing.sum(axis=0).mean() > 2 * floor.reinforcing.sum(axis=0).mean()
assert [round(sign) for sign in floor.loops[1].signs].count(0) == 1

# Named loops, and what was left.
assert len(study.files.loops) == 11
assert floor.share[list(named.values())].mean(axis=-1)[:, later].max() < 0.005
assert {loop.id for loop in output.loops if loop.id[0] != "L"} >= {"R1", "B1"}
missed = output.not_followed.mean(axis=-1)
assert round(missed.mean(), 2) == 0.02
assert max(f.not_followed.mean(axis=-1).max() for f in (output, research, floor)) < 0.085

# type: ignore
# ruff: noqa: F821
"""What the words of notebook 05 say, checked in its own kernel."""


def surface(table, row, value="probability", y=promotion):
    rows = table[table["target_id"] == row]
    return rows.pivot(index=y, columns=grants, values=value)


assert len(history) == 30 * 4
assert (history["draws"] == 500).all()
assert study.parameters[grants].value == 3
assert study.parameters[promotion].value == 0.6
in_plan = study.files.resolve("plan").settings
assert [float(in_plan[name].value.at([2025])[0]) for name in (grants, promotion)] == [5, 2]
assert float(in_plan["programme share"].value.at([2025])[0]) == 0.165

# Little is moved, and nearly upright lines lean where the money is used up.
research = surface(history, "rd_intensity")
assert round(100 * research.to_numpy().max()) == 68
assert research.to_numpy().max() - research.to_numpy().min() < 0.07
assert (research.max() - research.min()).iloc[0] < 0.02
assert research.iloc[0, -1] > research.iloc[-1, -1], "promotion takes from grants"

# Where the budget binds.
funded = surface(history, paid.id, "median")
assert list(funded.loc[0.6, [5.0, 7.0]] >= 0.99) == [True, False]
assert list(funded.loc[3.0, [3.0, 5.0]] >= 0.99) == [True, False]
assert 0.64 < funded.iloc[-1, -1] < 0.72, "cut by nearly a third"

# Both at once.
top = {name: rows.iloc[0] for name, rows in best.items()}
assert 0.05 < top["history's budget"]["probability"] < 0.07, "one in sixteen"
assert top["history's budget"][grants] == 1
assert 0.09 < top["the plan's budget"]["probability"] < 0.11, "one in ten"
assert all(row[promotion] == 3 for row in top.values()), "as high as the grid goes"
assert max(grid[promotion]) == 3
for row in top.values():
    assert 0.01 < row["probability"] - row["ci_low"] < 0.035
    assert 0.01 < row["ci_high"] - row["probability"] < 0.035
ridge = surface(plan, "joint:both").loc[3.0]
assert ridge.loc[1:9].max() - ridge.loc[1:9].min() < 0.012, "flat"
assert ridge.iloc[-1] < ridge.max(), "even this budget ends"

# Independent.
chosen_rows = wide.loc[(slice(None), 3.0), :]
assert (chosen_rows["joint:both"] - chosen_rows["product"]).abs().max() < 0.015

# Money.
joint = surface(budget, "joint:both", y="programme share")
assert 0.09 < joint.max().max() < 0.115, "one in ten"
poor = joint[joint.index < 0.13]
assert (poor.iloc[:, -1] < poor.iloc[:, 0]).all(), "lines rise to the right"
assert (joint.loc[0.2] - joint.loc[0.17]).abs().max() < 0.02, "little is gained"

# On disk: the same numbers as in memory.
assert stored["point"].nunique() == 30
assert (stored["draws"] == 100).all()
assert set(stored["programme share"]) == {0.14}
here = study.sweep(
    {grants: [6.0], promotion: [1.8], "programme share": [0.14]},
    since=2022,
    draws=100,
    seed=0,
    targets={"rd_intensity": study.targets["rd_intensity"]},
)
there = chosen[(chosen[grants] == 6.0) & ((chosen[promotion] - 1.8).abs() < 1e-9)]
assert here["probability"].iloc[0] == there["probability"].iloc[0]

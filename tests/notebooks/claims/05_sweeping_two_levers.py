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

# Upright lines on the left, leaning ones where the money is used up.
research = surface(history, "rd_intensity")
assert (research.max() - research.min()).iloc[0] < 0.015
assert (research.max() - research.min()).iloc[-1] > 0.03
assert research.iloc[0, -1] > research.iloc[-1, -1], "promotion takes from grants"

# Where the budget binds.
funded = surface(history, paid.id, "median")
assert list(funded.loc[0.6, [5.0, 7.0]] >= 0.99) == [True, False]
assert list(funded.loc[3.0, [3.0, 5.0]] >= 0.99) == [True, False]
assert 0.64 < funded.iloc[-1, -1] < 0.70, "cut by a third"

# Both at once.
top = {name: rows.iloc[0] for name, rows in best.items()}
assert 0.10 < top["history's budget"]["probability"] < 0.14, "one in eight"
assert top["history's budget"][grants] == 3
assert 0.23 < top["the plan's budget"]["probability"] < 0.27, "one in four"
assert top["the plan's budget"][grants] == 7
assert all(row[promotion] == 3 for row in top.values()), "as high as the study allows"
assert study.parameters[promotion].range[1] == 3
for row in top.values():
    assert 0.02 < row["probability"] - row["ci_low"] < 0.045
    assert 0.02 < row["ci_high"] - row["probability"] < 0.045
ridge = surface(plan, "joint:both").loc[3.0]
assert ridge.loc[5:9].max() - ridge.loc[5:9].min() < 0.025, "no sharp peak"
assert ridge.iloc[-1] < ridge.max(), "even this budget ends"

# Nearly independent.
chosen_rows = wide.loc[(slice(None), 3.0), :]
assert (chosen_rows["joint:both"] - chosen_rows["product"]).abs().max() < 0.02

# Money.
joint = surface(budget, "joint:both", y="programme share")
assert 0.25 < joint.max().max() < 0.32, "about three in ten"
poor = joint[joint.index < 0.12]
assert (poor.iloc[:, -1] < poor.iloc[:, 1]).all(), "lines rise to the right"
assert joint.iloc[-1, 0] - joint[joint.index > 0.139].iloc[0, 0] < 0.01, "nobody asks for more"
assert (joint.loc[0.2] - joint.loc[0.17]).abs().max() < 0.04, "little is gained"

# On disk: 30 points with 1,000 draws, and the same numbers as in memory.
assert stored["point"].nunique() == 30
assert (stored["draws"] == 1000).all()
assert set(stored["programme share"]) == {0.14}
here = study.sweep(
    {grants: [6.0], promotion: [1.8], "programme share": [0.14]},
    since=2022,
    draws=1000,
    seed=0,
    targets={"rd_intensity": study.targets["rd_intensity"]},
)
there = chosen[(chosen[grants] == 6.0) & ((chosen[promotion] - 1.8).abs() < 1e-9)]
assert here["probability"].iloc[0] == there["probability"].iloc[0]

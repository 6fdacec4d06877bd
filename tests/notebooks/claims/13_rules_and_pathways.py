# type: ignore
# ruff: noqa: F821
"""What the words of notebook 13 say, checked in its own kernel."""

# What the push asks for.
money = [name for name in push if name != "programme share"]
assert round(sum(push[name] - before[name] for name in money), 9) == 2.4

# Two rules.
begins, stops = (found.firings["probability"] for found in (waited, stopped))
assert 0.4 < begins["push if behind", "2023"] < 0.5
assert begins["push if behind", "2024"] - begins["push if behind", "2023"] < 0.02
assert 0.2 < stops["stop if enough", "2023"] < 0.3
assert 0.7 < stops["stop if enough", "2024"] < 0.8

# At equal money.
for found, sign in ((waited, -1), (stopped, 1)):
    equal, adaptive = (found.policies.loc[name] for name in ("equal", "adaptive"))
    assert abs(equal["money"] / adaptive["money"] - 1) < 1e-3
    assert 0.03 < sign * equal["gain"] < 0.055
    assert sign * equal["gain_low"] > 0
    assert sign * equal["gain_high"] > 0
lost, won = (target(found) for found in (waited, stopped))
assert (round(100 * lost["before"]), int(100 * won["before"])) == (48, 53)
assert round(100 * lost["difference"]) == -4
assert lost["high"] < 0
assert round(100 * won["difference"]) == 3
assert won["low"] > 0

# The map.
routes = stopped.map.routes
last = stopped.map.dates[-1]
met = {
    bool(state): (part["met"] * part["probability"]).sum() / part["probability"].sum()
    for state, part in routes.groupby(routes[last].map(bool))
}
assert met[True] > met[False]

# Which threshold?
table = tried.table
assert table["money"].is_monotonic_increasing
assert table["value"].is_monotonic_increasing
assert tried.best == {"stop if enough": 26}
judged = tried.judged.loc["best"]
assert -0.02 < judged["gain"] < -0.005
assert judged["gain_high"] < 0
saved = tried.judged.loc["as written", "money"] - judged["money"]
assert 0.12 < saved < 0.18

"""Scores of loops: closed forms, worked examples, brute force, and simlin as a second opinion."""

from __future__ import annotations

import itertools
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.models import model_of, text_of, write
from xhsim.engine.insight.loop_scores import loop_scores
from xhsim.engine.insight.loops_in_run import find_aim, run_steps, score_steps
from xhsim.engine.request import Request

LOGISTIC = "s = INTEG(g, 1)\ng = 0.8*s*room\nroom = 1 - s/100"
PAIR = """
a stock = INTEG(fa - fb, 10)
b stock = INTEG(fb - fc, 3)
fa = 0.1*a stock + 0.02*b stock
fb = 0.2*a stock
fc = 0.3*b stock*eff
eff = 1/(1 + b stock/10)
"""


def of_loop(found: xr.Dataset, name: str, loop: str) -> np.ndarray:
    return np.asarray(found[name].sel(loop=loop).values)


@pytest.mark.parametrize("method", ["euler", "rk4"])
@pytest.mark.parametrize("step", [1.0, 0.25, 0.0625])
@pytest.mark.parametrize(("rate", "score"), [(0.1, 1.0), (-0.1, -1.0)])
def test_an_isolated_loop_scores_one(
    tmp_path: Path, method: str, step: float, rate: float, score: float
) -> None:
    model = model_of(tmp_path, f"s = INTEG(g, 1)\ng = {rate}*s", step=step, end=6)
    found = model.loops("s", method=method)
    for name in ("score", "relative", "sign"):
        assert of_loop(found, name, "s → g") == pytest.approx(np.full(found.sizes["time"], score))
    assert found["share"].values == pytest.approx(np.ones(found["share"].shape))
    assert found["outside"].values == pytest.approx(np.zeros(found.sizes["time"]), abs=1e-6)


@pytest.mark.parametrize("step", [0.25, 0.05])
def test_a_logistic_hands_over_at_half_of_its_capacity(tmp_path: Path, step: float) -> None:
    """With flow r*s*(1 - s/k) the shares are 1 - s/k for growth and s/k for the limit."""
    model = model_of(tmp_path, LOGISTIC, step=step, end=12)
    found = model.loops("s", method="euler")
    level = model.run(method="euler", outputs=["s"])["s"].values
    filled = level[1:-1] / 100  # a step before each time
    assert of_loop(found, "relative", "s → g") == pytest.approx(1 - filled)
    assert of_loop(found, "relative", "s → room → g") == pytest.approx(-filled)
    assert of_loop(found, "share", "s → room → g") == pytest.approx(filled, abs=1e-6)
    first = int(np.argmax(of_loop(found, "share", "s → room → g") > 0.5))
    assert level[first] <= 50 < level[first + 1]


def test_a_coupled_pair_by_hand(tmp_path: Path) -> None:
    """x: 10, 12, 13.6 and y: 10, 8, 6.8. In the first step x rises by 2 and y falls by 2.

    The flow of y rises by 0.1*2 due to x and by 0.3*2 due to y; that of x changes due to y alone.
    """
    model = model_of(tmp_path, "x = INTEG(0.2*y, 10)\ny = INTEG(0.1*x - 0.3*y, 10)", end=3)
    found = model.loops("x", method="euler")
    for name in ("score", "relative"):
        assert of_loop(found, name, "x → y")[0] == pytest.approx(0.25)
        assert of_loop(found, name, "y")[0] == pytest.approx(-0.75)
    assert of_loop(found, "share", "x → y")[0] == pytest.approx(0.25)
    assert of_loop(found, "share", "y")[0] == pytest.approx(0.75)


def test_where_a_variable_turns_scores_are_infinite_and_shares_are_not(tmp_path: Path) -> None:
    # Both flows rise by 2 when s goes from 3 to 5.
    model = model_of(tmp_path, "s = INTEG(a - b, 3)\na = s\nb = s*s/8", end=3)
    equations, run = run_steps(model, Request(method="euler"))
    run.values["s"][:3] = np.array([3.0, 5.0, 6.0]).reshape(3, 1)
    run.values["a"][:3] = run.values["s"][:3]
    run.values["b"][:3] = run.values["s"][:3] ** 2 / 8
    aim = find_aim(model, Request(), equations, run, "s")
    scored = score_steps(aim, run)
    scores = loop_scores(aim.prepared, scored.changes, aim.search)
    first = {found.text: scores.score[list(found.parts), 0, 0] for found in scored.loops()}
    assert {text: float(value[0]) for text, value in first.items()} == {
        "s → a": np.inf,
        "s → b": -np.inf,
    }
    assert np.abs(scores.relative[:, 0, 0]) == pytest.approx([0.5, 0.5])


def test_nothing_changes_and_nothing_has_a_share(tmp_path: Path) -> None:
    model = model_of(tmp_path, "s = INTEG(0.1*(5 - s) + push, 5)\npush = STEP(1, 5)", end=10)
    found = model.loops("s", method="euler")
    still = found["time"].values < 6  # a stock changes a step after its flow
    assert np.isnan(found["outside"].values[still]).all()
    assert (found["score"].values[:, still] == 0).all()  # 0/0 is 0
    assert np.isfinite(found["outside"].values[~still]).all()


# --- brute force -----------------------------------------------------------------------------

numbers = st.integers(-4, 4).map(lambda n: n / 10)
systems = st.integers(2, 3).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(numbers, min_size=n, max_size=n), min_size=n, max_size=n),
        st.lists(numbers, min_size=n, max_size=n),
        st.lists(st.integers(1, 5), min_size=n, max_size=n),
    )
)


def walk(
    weights: np.ndarray, trail: tuple[int, ...], mass: np.ndarray, found: dict[object, np.ndarray]
) -> None:
    """Go back from the last stock of a trail; the last column of the weights is the outside."""
    here = trail[-1]
    for cause in range(weights.shape[1]):
        there = mass * weights[here, cause]
        if cause == weights.shape[1] - 1:
            found["outside"] = found["outside"] + there
        elif cause in trail:
            loop = tuple(reversed(trail[trail.index(cause) :]))
            first = loop.index(min(loop))
            key = loop[first:] + loop[:first]
            found[key] = found[key] + there
        else:
            walk(weights, (*trail, cause), there, found)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(systems)
def test_random_linear_systems(tmp_path: Path, system: tuple[list, list, list]) -> None:  # type: ignore[type-arg]
    matrix, push, start = (np.array(part, dtype=float) for part in system)
    count = len(start)
    lines = [
        f"s{i} = INTEG({' + '.join(f'({matrix[i, j]})*s{j}' for j in range(count))}"
        f" + ({push[i]})*Time*Time, {start[i]})"
        for i in range(count)
    ]
    model = model_of(tmp_path, "\n".join(lines), end=5, step=0.5)
    run = model.run(method="euler")
    level = np.array([run[f"s{i}"].values for i in range(count)])
    clock = run["time"].values
    parts = np.zeros((count, count + 1, len(clock) - 2))
    for i, j in itertools.product(range(count), repeat=2):
        parts[i, j] = matrix[i, j] * (level[j, 1:-1] - level[j, :-2])
    parts[:, -1] = push[:, None] * (clock[1:-1] ** 2 - clock[:-2] ** 2)
    total = np.abs(parts).sum(axis=1, keepdims=True)
    weights = np.divide(np.abs(parts), total, out=np.zeros_like(parts), where=total > 0)
    expected: dict[object, np.ndarray] = defaultdict(lambda: np.zeros(len(clock) - 2))
    walk(weights, (0,), np.ones(len(clock) - 2), expected)
    found = model.loops("s0", method="euler")
    moves = ~np.isnan(found["outside"].values)
    # What comes from a stock that stands still is neither a loop nor from outside in `walk`.
    certain = sum(expected.values()) > 1 - 1e-9
    checked = moves & np.asarray(certain)
    assert found["outside"].values[checked] == pytest.approx(
        expected.pop("outside")[checked], abs=2e-6
    )
    named = {
        tuple(int(name[1:]) for name in loop.split(" → ")): found["share"].values[place]
        for place, loop in enumerate(found["loop"].values)
    }
    for loop, shares in expected.items():
        mine = named.get(loop, np.zeros(len(clock) - 2))  # type: ignore[call-overload]
        assert mine[checked] == pytest.approx(shares[checked], abs=2e-6)
    # With signs in place of sizes, all ways back together explain the whole change.
    net = parts.sum(axis=1, keepdims=True)
    safe = (np.abs(net) > 1e-6).all(axis=(0, 1))
    signed: dict[object, np.ndarray] = defaultdict(lambda: np.zeros(len(clock) - 2))
    ratios = np.divide(parts, net, out=np.zeros_like(parts), where=np.abs(net) > 1e-6)
    walk(ratios, (0,), np.ones(len(clock) - 2), signed)
    if safe.any():
        assert sum(signed.values())[safe] == pytest.approx(np.ones(int(safe.sum())), rel=1e-4)  # type: ignore[index]


# --- simlin ----------------------------------------------------------------------------------


def test_scores_are_those_of_simlin(tmp_path: Path) -> None:
    """Simlin relates a flow to the change that follows it, we to the change before.

    So its links into stocks are a step early, and a product of our links takes them from there.
    """
    simlin = pytest.importorskip("simlin")
    path = write(tmp_path, text_of(PAIR, step=0.125, end=6))
    with simlin.load(path).simulate(enable_ltm=True) as run:
        run.run_to_end()
        theirs = {(link.from_var, link.to_var): np.array(link.score) for link in run.get_links()}
        loops = [tuple(loop.variables) for loop in run.get_loops_runtime()]
    model = model_of(tmp_path, PAIR, step=0.125, end=6)
    found = model.loops("b stock", method="euler")
    assert len(loops) == found.sizes["loop"] == 5
    for number, text in enumerate(found["loop"].values):
        names = [name.replace(" ", "_") for name in text.split(" → ")]
        product = np.ones(found.sizes["time"])
        for cause, effect in itertools.pairwise([*names, names[0]]):
            late = 1 if effect.endswith("stock") else 0
            product *= theirs[cause, effect][2 - late : 2 - late + product.size]
        assert found["score"].values[number] == pytest.approx(product, rel=1e-9)

"""Numbers as Vensim documents them, by each backend. docs/differences.md names the sources."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.engine.backends import by_each_backend
from tests.engine.models import model_of, value

NEXT = float(np.nextafter(1.0, 2.0))
AREAS = "Area: north, south, east"


def each(folder: Path, equations: str, name: str, **options: object) -> list[list[float]]:
    """Return a variable's values by each backend that accepts the model."""
    runs = by_each_backend(folder, equations, **options)  # type: ignore[arg-type]
    return [value(run, name).tolist() for _, run in runs]


# --- what starts and ends ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("PULSE(2, 2)", [0, 0, 1, 1, 0, 0, 0]),
        ("PULSE(2, 0)", [0, 0, 1, 0, 0, 0, 0]),  # a width of 0 is a step
        ("PULSE(2.4, 2)", [0, 0, 1, 1, 0, 0, 0]),  # the nearest step
        ("PULSE(2.6, 2)", [0, 0, 0, 1, 1, 0, 0]),
        ("STEP(1, 2.4)", [0, 0, 1, 1, 1, 1, 1]),
        ("STEP(1, 2.6)", [0, 0, 0, 1, 1, 1, 1]),
        ("PULSE TRAIN(1, 1, 2, 5)", [0, 1, 0, 1, 0, 1, 0]),  # on at its end
        ("PULSE TRAIN(1, 1, 2, 4.9)", [0, 1, 0, 1, 0, 0, 0]),
        ("PULSE TRAIN(1, 0.1, 2, 9)", [0, 1, 0, 1, 0, 1, 0]),  # at least a step
        ("PULSE TRAIN(1, 3, 2, 4)", [0, 1, 1, 1, 1, 0, 0]),  # without pause
        ("RAMP(2, 1, 3)", [0, 0, 2, 4, 4, 4, 4]),
        ("RAMP(2, 4, 2)", [0, 0, 0, 0, 0, -4, -4]),
        ("RAMP(2, 1.25, 3)", [0, -0.5, 1.5, 3.5, 3.5, 3.5, 3.5]),  # from the nearest step on
        ("RAMP(2, 1.75, 3)", [0, 0, 0.5, 2.5, 2.5, 2.5, 2.5]),
    ],
)
def test_functions_of_time(tmp_path: Path, written: str, expected: list[float]) -> None:
    found = each(tmp_path, f"x = {written}", "x", end=6)
    assert len(found) == 2 + ("TRAIN" not in written)
    np.testing.assert_allclose(found, [expected] * len(found), rtol=1e-15)


@pytest.mark.parametrize("written", ["STEP(1, 1)", "PULSE(1, 2)", "RAMP(1, 0, 9)"])
def test_they_do_not_change_within_a_step(tmp_path: Path, written: str) -> None:
    """So the Runge-Kutta methods add up what Euler's method does."""
    text = f"given = {written}\ntotal = INTEG(given, 0)"
    expected = each(tmp_path, text, "total", end=5, method="euler")[0]
    for method in ("rk2", "rk4", "rk4-auto"):
        for found in each(tmp_path, text, "total", end=5, method=method):
            np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_data_do_not_change_within_a_step(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("t,0,1,2,5\nd,10,20,60,0\n")
    text = "given := GET DIRECT DATA('d.csv', ',', '1', 'B2')\ntotal = INTEG(given, 0)"
    for method in ("euler", "rk2", "rk4", "rk4-auto"):
        for found in each(tmp_path, text, "total", end=4, method=method):
            assert found == [0, 10, 30, 90, 130]
    smooth = model_of(tmp_path, text, end=4).run(method="RK45")  # without steps of fixed length
    np.testing.assert_allclose(value(smooth, "total"), [0, 15, 55, 105, 135], rtol=1e-4)


def test_a_ramp_in_a_method_without_fixed_steps_follows_the_time(tmp_path: Path) -> None:
    run = model_of(tmp_path, "total = INTEG(RAMP(2, 1, 3), 0)", end=5).run(method="RK45")
    np.testing.assert_allclose(value(run, "total"), [0, 0, 1, 4, 8, 12], atol=1e-6)


# --- missing values ----------------------------------------------------------------------


def test_a_missing_value_is_a_number_that_can_be_compared(tmp_path: Path) -> None:
    text = """
    seen = IF THEN ELSE(Time > 1, :NA:, Time)
    gap = IF THEN ELSE(seen = :NA:, 1, 0)
    known = IF THEN ELSE(seen <> :NA:, seen, -1)
    above = MAX(seen, 0)
    """
    for name, expected in {
        "seen": [0, 1, np.nan, np.nan],
        "gap": [0, 0, 1, 1],
        "known": [0, 1, -1, -1],
        "above": [0, 1, 0, 0],
    }.items():
        found = each(tmp_path, text, name, end=3)
        assert len(found) == 3
        np.testing.assert_array_equal(found, [expected] * 3)


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_a_sample_that_starts_missing_is_kept(tmp_path: Path, method: str) -> None:
    text = "x = SAMPLE IF TRUE(Time = 2, Time*10, :NA:)\ny = INTEG(1, 0)"
    run = model_of(tmp_path, text, end=4).run(method=method)
    np.testing.assert_array_equal(value(run, "x"), [np.nan, np.nan, 20, 20, 20])
    lost = "x = SAMPLE IF TRUE(Time = 2, Time*10, LN(0-1))"
    run = model_of(tmp_path, lost, end=4).run(method=method)
    np.testing.assert_array_equal(value(run, "x"), [np.nan, np.nan, 20, 20, 20])


# --- delays ------------------------------------------------------------------------------


def by_hand(source: list[float], time: float, order: int, step: float) -> list[float]:
    """Return a delay of some stocks, by Euler's method, from 0."""
    levels, share, found = [0.0] * order, time / order, []
    for entry in source:
        found.append(levels[-1] / share)
        flows = [entry, *(level / share for level in levels)]
        net = [inflow - outflow for inflow, outflow in pairwise(flows)]
        levels = [level + step * flow for level, flow in zip(levels, net, strict=True)]
    return found


def test_a_short_delay_keeps_its_order_for_each_element(tmp_path: Path) -> None:
    text = "span[Area] = 0.6, 1.2, 6\nout[Area] = DELAY3I(5, span[Area], 0)"
    found = each(tmp_path, text, "out", end=4, step=0.5, ranges=AREAS)
    expected = np.array([by_hand([5.0] * 9, time, 3, 0.5) for time in (0.6, 1.2, 6)]).T
    assert len(found) == 3
    for values in found:
        np.testing.assert_allclose(values, expected, rtol=1e-12)


def test_a_delay_n_lowers_its_order_for_each_element_and_draw(tmp_path: Path) -> None:
    text = "span[Area] = 0.6, 1.2, 6\nout[Area] = DELAY N(5, span[Area], 0, 3)"
    orders = zip((0.6, 1.2, 6), (1, 2, 3), strict=True)
    expected = np.array([by_hand([5.0] * 9, time, order, 0.5) for time, order in orders]).T
    found = each(tmp_path, text, "out", end=4, step=0.5, ranges=AREAS)
    assert len(found) == 3
    for values in found:
        np.testing.assert_allclose(values, expected, rtol=1e-12)
    model = model_of(tmp_path, "span = 1\nout = DELAY N(5, span, 0, 3)", end=4, step=0.5)
    spans = np.array([0.6, 1.2, 6.0])
    np.testing.assert_allclose(value(model.run({"span": spans}), "out"), expected.T, rtol=1e-12)


# --- one bad draw --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("equations", "others"),
    [
        ("x[Area] = VECTOR REORDER(v[Area], place*(v[Area]-1))", [1, 2, 3]),
        ("x[Area] = VECTOR SELECT(v[Area!], v[Area!], 0, place*6, 0)", [6, 6, 6]),
        ("x[Area] = DELAY FIXED(v[Area], place, 0)", [1, 2, 3]),
        ("x[Area] = VECTOR SORT ORDER(v[Area], place)", [0, 1, 2]),
        ("x[Area] = VECTOR RANK(v[Area]*place, 1)", [1, 2, 3]),
    ],
)
def test_a_bad_number_spoils_only_its_draw(
    tmp_path: Path, equations: str, others: list[float]
) -> None:
    text = f"v[Area] = 1, 2, 3\ngiven = 1\nplace = given*EXP(0*LN(given))\n{equations}"
    model = model_of(tmp_path, text, ranges=AREAS, end=2)
    run = model.run({"given": np.array([1.0, -1.0, 1.0])})
    x = value(run, "x")
    assert x[[0, 2], -1].tolist() == [others] * 2
    if "SORT" not in equations and "RANK" not in equations:
        assert np.isnan(x[1, -1]).all()
        assert np.isnan(value(model.run({"given": -1.0}), "x")[-1]).all()


def test_an_endless_delay_lets_nothing_out(tmp_path: Path) -> None:
    run = model_of(tmp_path, "x = DELAY FIXED(Time, 1/(Time*0), 7)", end=3).run()
    assert value(run, "x").tolist() == [7] * 4


@pytest.mark.parametrize(
    ("equations", "expected"),
    [
        ("Noise = 3\nx = RANDOM UNIFORM(2, 2, 0)+Noise", 5),
        ("x = RANDOM NORMAL(-6, 6, 1, 0, 1)", 1),
        ("x = RANDOM NORMAL(2, 6, 1, 0, 1)", 2),
        ("paths = 1\nheld = 1\nstate = 2\nchange = 3\nx = paths+held+state+change", 7),
        ("np = 1\nbegin of step = 2\nx = np+begin of step+RAMP(1, 0, 0)", 3),
    ],
)
def test_names_and_numbers_that_once_stopped_a_run(
    tmp_path: Path, equations: str, expected: float
) -> None:
    assert set(value(model_of(tmp_path, equations).run(), "x")) == {expected}


# --- lookups -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "at", "expected"),
    [
        ("(2,7)", [-1.0, 2.0, np.inf, np.nan], [7, 7, 7, np.nan]),
        ("(0,-1e308),(1,1e308)", [0.0, 0.25, 0.5, 1.0], [-1e308, -5e307, 0, 1e308]),
        ("(0,1.7e308),(1,1.7e308),(2,-1.7e308)", [0.5, 1.0, 1.5], [1.7e308, 1.7e308, 0]),
        ("(-1e308,1),(1e308,3)", [-1e308, 0.0, 5e307, 1e308], [1, 2, 2.5, 3]),
        ("(0,0),(5e-324,1),(1,1)", [0.0, 5e-324, 0.5, np.nan], [0, 1, 1, np.nan]),
        (f"(1,0),({NEXT!r},1e308)", [1.0, NEXT, 0.0, 2.0], [0, 1e308, 0, 1e308]),
        ("(0,0),(1,5e-324)", [0.0, 0.25, 1.0], [0, 0, 5e-324]),
        ("(0,0),(1,1),(1,5),(2,6)", [0.5, 1.0, 1.5, np.inf, -np.inf], [0.5, 1, 5.5, 6, 0]),
    ],
)
def test_wild_lookups_by_every_backend(
    tmp_path: Path, points: str, at: list[float], expected: list[float]
) -> None:
    reads = [f"x{n} = curve({_written(number)})" for n, number in enumerate(at)]
    text = "\n".join(["one = 1", f"curve({points})", *reads])
    for backend, run in by_each_backend(tmp_path, text, params={"one": 1.0}, end=1):
        found = [value(run, f"x{n}")[-1] for n in range(len(at))]
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-300, err_msg=backend)


def _written(number: float) -> str:
    """Write a number so that no backend can compute it before the run."""
    if np.isnan(number):
        return "LN(0-one)"
    if np.isinf(number):
        return f"{'' if number > 0 else '0-'}one/(one-one)"
    return f"one*({number!r})"


# --- functions of tables, money and time ---------------------------------------------------------

FORMS: dict[str, list[float]] = {
    "x = TIME BASE(3, 2)": [3, 5, 7, 9],
    "x = REINITIAL(Time + 2)": [2, 2, 2, 2],
    "x = LOOKUP AREA(rise, 1, Time*2)": [-1, 3, 11, 11],
    "x = LOOKUP SLOPE(rise, Time*2 - 2)": [0, 2, 0, 0],
    "x = NPVE(10, 0.1, 5, 2)": [
        2 * (5 + 10 * sum(1.1**-k for k in range(1, n))) for n in range(2, 6)
    ],
    "x = DELAYP(STEP(6, 1), 3 : y)": [0, 0, 0, 0],
    "y = DELAYP(STEP(6, 1), 3 : x)": [0, 0, 6, 12],
}


@pytest.mark.parametrize("equation", FORMS)
def test_forms_of_tables_money_and_time(tmp_path: Path, equation: str) -> None:
    text = f"rise((0,0),(2,4),(4,4))\n{equation}"
    for found in each(tmp_path, text, "x", end=3):
        np.testing.assert_allclose(found, FORMS[equation], rtol=1e-12, atol=1e-12)


def test_statistics_of_data(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("t,1,2,3,5\nd,10,20,60,0\n")
    text = """
    d := GET DIRECT DATA('d.csv', ',', '1', 'B2')
    mean = GET DATA MEAN(d, 2, 3)
    least = GET DATA MIN(d, Time, Time + 1)
    most = GET DATA MAX(d, INITIAL TIME, FINAL TIME)
    none = GET DATA MEAN(d, 6, 9)
    later := TIME SHIFT(d, 1)
    """
    run = model_of(tmp_path, text, end=6).run(method="euler")
    assert value(run, "mean").tolist() == [40] * 7
    assert value(run, "least").tolist()[:6] == [10, 10, 20, 60, 0, 0]
    assert value(run, "most").tolist() == [60] * 7
    assert value(run, "later").tolist() == [10, 20, 60, 30, 0, 0, 0]
    assert np.isnan([*value(run, "none"), value(run, "least")[6]]).all()  # :NA:


def test_pink_noise_has_its_spread_and_correlation(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = RANDOM PINK NOISE(3, 2, 4, 0)\nk = 1", end=40)
    drawn = value(model.run({"k": np.ones(4000)}, seed=3, method="euler"), "x")
    assert set(drawn[:, 0]) == {3.0}
    late = drawn[:, 30:] - 3
    assert late.std() == pytest.approx(2, rel=0.03)
    assert (late[:, 1:] * late[:, :-1]).mean() / 4 == pytest.approx(0.75, rel=0.03)


def test_a_density_may_be_a_lookup(tmp_path: Path) -> None:
    text = "rise((0,0),(2,4))\nx = RANDOM LOOKUP(rise, 1, 3, 1, 1, 0)\nk = 1"
    drawn = value(model_of(tmp_path, text, end=4).run({"k": np.ones(4000)}, seed=3), "x")
    # x - 1 has the distribution (x - 1)^2/4 between 0 and 2
    assert stats.kstest((drawn[:, -1] - 1) ** 2 / 4, "uniform").pvalue > 1e-3


# --- markets: results that Vensim gave for models of SDEverywhere -------------------------------


def test_prices_at_the_ends_of_profiles(tmp_path: Path) -> None:
    """Without demand the price is where the lowest profile ends."""
    text = """
    kinds[kind] = 0, 1, 2, 3, 4
    dp[kind, ptype] = kinds[kind]
    dp[kind, ppriority] = 1
    dp[kind, pwidth] = width
    dp[kind, pextra] = 0
    width = 1
    d[kind, who] = 0
    s[kind, who] = 200
    p[kind, who, profile] = dp[kind, profile]
    price[kind] = FIND MARKET PRICE(d[kind,a], p[kind,a,ptype], s[kind,a], p[kind,a,ptype])
    x[kind] = SUPPLY AT PRICE(s[kind,a], p[kind,a,ptype], 0.95)
    """
    ranges = "kind: (k1-k5)\nwho: a\nprofile: ptype, ppriority, pwidth, pextra"
    model = model_of(tmp_path, text, ranges=ranges, end=1)
    price = value(model.run(), "price")[0]
    assert np.isnan(price[0])  # all is fixed
    np.testing.assert_allclose(price[1:], [0.5, 0.5, -4, -9], rtol=1e-12)
    narrow = model.run({"width": 0.01})  # the spread of a normal profile is at least 0.05
    assert value(narrow, "price")[0, 3] == pytest.approx(0.75)
    assert value(narrow, "x")[0, 3] == pytest.approx(200 * 0.158655, rel=1e-5)

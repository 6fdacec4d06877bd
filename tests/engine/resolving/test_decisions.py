"""Decisions at dates: closed forms, every backend, and a plain loop as an oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.engine.backends import only_numpy
from tests.engine.models import model_of
from xhsim.engine.model import Model
from xhsim.engine.paths import Path as Course
from xhsim.engine.resolving.decisions import Action, Comparison, Decision, Profile, input_name
from xhsim.engine.running import ensemble
from xhsim.engine.running.machine_backend import MachineBackend, is_installed
from xhsim.errors import InputError

# Euler's method: the stock grows by the lever, and half of it flows out in a unit of time.
STOCK = """
range: A, B
x = INTEG(lever + fixed[A] - rate * x, start)
lever = 1
fixed[range] = 2, 3
rate = 0
start = 0
double = 2 * x
"""
ALWAYS = 1e9


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return model_of(tmp_path_factory.mktemp("decisions"), STOCK, end=8, step=0.5)


def _decision(**changed: Any) -> Decision:
    own: dict[str, Any] = {
        "name": "push",
        "checks": (3.0,),
        "conditions": (Comparison("x", is_below=True, dates=(2.0,)),),
        "needs_all": True,
        "then": (Action("lever"),),
    }
    return Decision(**own | changed)


def _numbers(**given_: Any) -> dict[str, Any]:
    """Return the inputs of decision 0; ``threshold_1`` is that of the second condition."""
    numbers: dict[str, Any] = {"enabled": 1.0, "limit": ALWAYS, "threshold": 7.0, "then": 5.0}
    found = {}
    for name, value in (numbers | given_).items():
        role, _, item = name.partition("_")
        found[input_name(0, role, int(item or 0))] = value
    return found


def _run(model: Model, decision: Decision, params: dict[str, Any], **options: Any) -> Any:
    return model.with_decisions([decision]).run(params, **{"method": "euler"} | options)


def _by_check(run: Any) -> NDArray[np.float64]:
    return np.asarray(run["rule_push_by_check"].isel(time=-1).values)


def test_the_lever_moves_from_the_check_on(model: Model) -> None:
    # x grows by 3 a unit of time: it is 6 at time 2, so the rule acts from 3 on, and x by 7.
    run = _run(model, _decision(), _numbers())
    assert run["lever"].sel(time=[2.5, 3, 8]).values.tolist() == [1, 5, 5]
    assert run["x"].sel(time=[3, 3.5, 8]).values.tolist() == [9, 12.5, 44]
    assert run["rule_push"].sel(time=[2.5, 3, 8]).values.tolist() == [0, 1, 1]
    assert run["rule_push"].attrs["long_name"] == "rule: push"
    assert _by_check(run).tolist() == [1]
    assert run["check_1"].values.tolist() == ["3"]
    never = _run(model, _decision(), _numbers(threshold=6.0))  # 6 is not below 6
    assert never["x"].sel(time=8).item() == 24


def test_a_figure_is_that_of_its_date_and_a_check_waits_for_the_end_of_a_step(model: Model) -> None:
    decision = _decision(
        checks=(3.1,), conditions=(Comparison("double", is_below=True, dates=(2.6,)),)
    )
    # The figure of 2.6 is that of the end of its step, 3: 2 * 9. The check waits until 3.5.
    acts = _run(model, decision, _numbers(threshold=18.5))
    assert acts["lever"].sel(time=[3, 3.5]).values.tolist() == [1, 5]
    assert _by_check(_run(model, decision, _numbers(threshold=17.5))).tolist() == [0]
    # Both wait for the same step: the figure comes first.
    both = _decision(checks=(2.8,), conditions=(Comparison("x", is_below=True, dates=(2.7,)),))
    assert _by_check(_run(model, both, _numbers(threshold=9.5))).tolist() == [1]
    assert _by_check(_run(model, both, _numbers(threshold=9.0))).tolist() == [0]


def test_a_figure_of_the_day_itself_is_what_held_before(model: Model) -> None:
    decision = _decision(conditions=(Comparison("lever", is_below=True, dates=(3.0,)),))
    run = _run(model, decision, _numbers(threshold=1.5))
    assert run["lever"].sel(time=[2.5, 3]).values.tolist() == [1, 5]


def test_hysteresis_limit_and_release(model: Model) -> None:
    """With a rate of 1 and no lever, x swings as the fixed inflow is given over time."""
    swing = Course([0, 2, 2, 4, 4, 6, 6], [0, 0, 10, 10, 0, 0, 10])
    inflow = Course.stack([swing, swing])
    checks = tuple(float(year) for year in range(1, 9))
    decision = _decision(
        checks=checks,
        conditions=(Comparison("x", is_below=True, dates=checks, has_release=True),),
    )
    params = {"lever": 0.0, "fixed": inflow, "rate": 1.0}

    def acts(**numbers: float) -> list[float]:
        run = _run(model, decision, params | _numbers(**{"then": 0.0} | numbers), dt=1)
        return [float(number) for number in _by_check(run)]

    # Steps of 1 and a rate of 1: x at each date is the inflow of the step before.
    levels = [0, 0, 10, 10, 0, 0, 10, 10]
    assert acts(threshold=5.0, release=5.0) == [float(level < 5) for level in levels]
    assert acts(threshold=5.0, release=10.0) == [1.0] * 8  # 10 is not above 10
    assert acts(threshold=5.0, release=5.0, limit=1.0) == [1, 1, 0, 0, 0, 0, 0, 0]
    stays = _decision(checks=checks, conditions=decision.conditions, stays=True)
    kept = _run(model, stays, params | _numbers(then=0.0, threshold=5.0, release=5.0), dt=1)
    assert _by_check(kept).tolist() == [1.0] * 8
    above = _decision(
        checks=checks, conditions=(Comparison("x", is_below=False, dates=checks, has_release=True),)
    )
    other = _run(model, above, params | _numbers(then=0.0, threshold=5.0, release=0.0), dt=1)
    assert _by_check(other).tolist() == [0, 0, 1, 1, 1, 1, 1, 1]  # 0 is not below 0


def test_all_and_any_and_growth_and_rounding(model: Model) -> None:
    low = Comparison("x", is_below=True, dates=(2.0,))
    # x is 3 at time 1 and 6 at time 2: a growth of 100 %.
    quick = Comparison("x", is_below=False, dates=(2.0,), measure="growth")
    numbers = _numbers(threshold=5.0, threshold_1=99.0)
    for needs_all, acts in ((True, 0), (False, 1)):
        decision = _decision(conditions=(low, quick), needs_all=needs_all)
        assert _by_check(_run(model, decision, numbers)).tolist() == [acts]
    rounded = _decision(conditions=(Comparison("x", is_below=True, dates=(2.0,), is_rounded=True),))
    # 6 in units of 4 is 8, since half a unit is rounded up; -6 is -8.
    for start, level in ((0.0, 8.0), (-12.0, -8.0)):
        for threshold, acts in ((level, 0), (level + 0.1, 1)):
            params = _numbers(threshold=threshold, unit=4.0) | {"start": start}
            assert _by_check(_run(model, rounded, params)).tolist() == [acts]


@pytest.mark.parametrize(
    ("profile", "late", "shares"),
    [
        (Profile("step", 1), None, [0, 0, 1, 1, 1]),
        (Profile("ramp", 0, 2), None, [0, 0.25, 0.5, 0.75, 1]),
        (Profile("ramp", 1, 2), None, [0, 0, 0, 0.5, 1]),
        (Profile("pulse", 0.5, 1.5), None, [0, 1, 1, 0, 0]),
        (Profile("s-curve", 0, 2), None, [0, 0.15625, 0.5, 0.84375, 1]),
        (Profile(), (1.0, 0.0), [0, 1, 1, 1, 1]),
        (Profile(), (0.5, 1.0), [0, 0, 0, 0.5, 0.5]),
        (Profile("ramp", 0, 1), (1.0, 0.5), [0, 0, 0.5, 1, 1]),
        (Profile("pulse", 0, 1), (0.5, 0.5), [0, 0, 0.5, 0.5, 0]),
    ],
)
def test_profiles_count_from_the_check(
    model: Model,
    profile: Profile,
    late: tuple[float, float] | None,
    shares: Sequence[float],
) -> None:
    decision = _decision(then=(Action("lever", profile),), is_delivered=late is not None)
    numbers = _numbers(then=5.0)
    if late is not None:
        numbers |= _numbers(share=late[0], delay=late[1])
    run = _run(model, decision, numbers)
    found = run["lever"].sel(time=[3, 3.5, 4, 4.5, 5]).values
    assert found.tolist() == [1 + 4 * share for share in shares]


def test_knots_are_levels(model: Model) -> None:
    knots = Profile("knots", knots=((0.0, 3.0), (1.0, 7.0)))
    for is_delivered, level in ((False, 5.0), (True, 3.0)):
        decision = _decision(then=(Action("lever", knots),), is_delivered=is_delivered)
        numbers = _numbers(share=0.5) if is_delivered else _numbers()
        run = _run(model, decision, {k: v for k, v in numbers.items() if "then" not in k})
        assert run["lever"].sel(time=3.5).item() == level


def test_elements_and_what_holds_while_it_is_off(model: Model) -> None:
    decision = _decision(
        checks=(2.0, 4.0),
        conditions=(Comparison("x", is_below=True, dates=(1.0, 3.0)),),
        then=(Action("fixed[A]"),),
        otherwise=(Action("fixed[B]"),),
    )
    run = _run(model, decision, _numbers(threshold=4.0, then=9.0, otherwise=7.0))
    assert _by_check(run).tolist() == [1, 0]
    assert run["fixed"].sel(time=[1, 2, 4]).values.tolist() == [[2, 3], [9, 3], [2, 7]]
    given_ = {"fixed[B]": 4.0}
    other = _run(model, decision, given_ | _numbers(threshold=4.0, then=9.0, otherwise=7.0))
    assert other["fixed"].sel(time=[1, 2, 4]).values.tolist() == [[2, 4], [9, 4], [2, 7]]


def test_adaptive_methods_stop_at_the_dates(model: Model) -> None:
    decision = _decision(checks=(2.9,), then=(Action("lever", Profile("step", 0.3)),))
    run = _run(model, decision, _numbers(), method="RK45", times=[0, 2.9, 3.2, 8])
    assert run["x"].values.tolist() == pytest.approx([0, 8.7, 9.6, 9.6 + 4.8 * 7], rel=1e-12)
    assert _by_check(run).tolist() == [1]


def test_what_cannot_be_decided(model: Model) -> None:
    for lever in ("double", "fixed", "x"):
        with pytest.raises(InputError, match="not a number that a decision can set"):
            model.with_decisions([_decision(then=(Action(lever),))])
    with pytest.raises(InputError, match="choose one of its elements"):
        model.with_decisions([_decision(conditions=(Comparison("fixed", True, (2.0,)),))])
    assert model.with_decisions([]) is model
    assert model.with_decisions([_decision()]) is model.with_decisions([_decision()])
    with pytest.raises(InputError, match="stand-alone"):
        model.with_decisions([_decision()]).to_python(["lever"])


# --- against a plain loop --------------------------------------------------------------------


def loop(case: dict[str, Any], draw: int) -> tuple[list[float], list[bool]]:
    """Step the model of this test by Euler's method, and decide by hand."""
    x, lever, acts, count, since = case["start"][draw], 1.0, False, 0, 0.0
    was_checked = False
    states, seen, checked = [], {}, []
    for number in range(17):
        time = number * 0.5
        seen[time] = x
        if time in case["checks"]:
            found = []
            for kind, threshold, release, lag in case["tests"]:
                figure = seen[float(int(time - lag))] if lag else x
                if kind == "growth":
                    figure = 100 * (figure / seen[float(int(time - lag)) - 1] - 1)
                if kind == "rounded":
                    figure = np.floor(abs(figure) / 0.5 + 0.5 + 1e-9) * 0.5 * np.sign(figure)
                is_low = figure < threshold
                found.append((is_low, not figure > release))
            join = all if case["needs_all"] else any
            begins = join(low for low, _ in found) and count < case["limit"]
            now = join(kept for _, kept in found) if acts else begins
            count += now and not acts
            if now != acts or not was_checked:
                since = time
            acts, was_checked = now, True
            checked.append(acts)
        lever = 1.0
        passed = time - since
        if acts:
            share = min(1.0, passed / 1.5) if case["ramp"] else 1.0
            lever = 1.0 + share * (3.0 - 1.0) if share != 1 else 3.0
        elif was_checked and case["otherwise"]:
            lever = 0.25
        states.append(x)
        x += 0.5 * (lever + 2.0 - case["rate"][draw] * x)
    return states, checked


TESTS = st.tuples(
    st.sampled_from(["level", "growth", "rounded"]),
    st.floats(-5, 60).map(lambda level: round(level, 1) + 0.013),
    st.floats(0, 20).map(lambda gap: round(gap, 1) + 0.001),
    st.sampled_from([0, 1, 2]),
)


@st.composite
def cases(draw: Callable[..., Any]) -> dict[str, Any]:
    checks = sorted(draw(st.sets(st.sampled_from(range(6, 16)), min_size=1, max_size=4)))
    tests = draw(st.lists(TESTS, min_size=1, max_size=2))
    return {
        "checks": [number / 2 for number in checks],
        "tests": [(kind, low, low + gap, lag) for kind, low, gap, lag in tests],
        "needs_all": draw(st.booleans()),
        "limit": draw(st.sampled_from([1, 2, 99])),
        "ramp": draw(st.booleans()),
        "otherwise": draw(st.booleans()),
        "start": [draw(st.integers(1, 40)) + 0.3 for _ in range(3)],
        "rate": [draw(st.sampled_from([0.0, 0.3, 0.7, 1.9])) for _ in range(3)],
    }


def _as_decision(case: dict[str, Any]) -> tuple[Decision, dict[str, Any]]:
    numbers: dict[str, Any] = {"limit": case["limit"], "then": 3.0}
    conditions = []
    for item, (kind, threshold, release, lag) in enumerate(case["tests"]):
        conditions.append(
            Comparison(
                "x",
                is_below=True,
                dates=tuple(float(int(c - lag)) if lag else c for c in case["checks"]),
                measure="growth" if kind == "growth" else "level",
                is_rounded=kind == "rounded",
                has_release=True,
            )
        )
        numbers |= {f"threshold_{item}": threshold, f"release_{item}": release}
        if kind == "rounded":
            numbers[f"unit_{item}"] = 0.5
    decision = _decision(
        checks=tuple(case["checks"]),
        conditions=tuple(conditions),
        needs_all=case["needs_all"],
        then=(Action("lever", Profile("ramp", 0, 1.5) if case["ramp"] else Profile()),),
        otherwise=(Action("lever"),) if case["otherwise"] else (),
    )
    if case["otherwise"]:
        numbers["otherwise"] = 0.25
    return decision, _numbers(**numbers)


@settings(max_examples=15)
@given(case=cases())
def test_every_draw_follows_its_own_branch_as_in_a_plain_loop(
    model: Model, case: dict[str, Any]
) -> None:
    case["tests"] = [t if t[0] != "growth" else (*t[:3], max(t[3], 1)) for t in case["tests"]]
    decision, numbers = _as_decision(case)
    params = numbers | {"start": np.array(case["start"]), "rate": np.array(case["rate"])}
    with only_numpy():
        run = _run(model, decision, params)
    for draw in range(3):
        states, checked = loop(case, draw)
        assert run["x"].values[draw].tolist() == pytest.approx(states, rel=1e-9)
        assert (_by_check(run)[draw] > 0.5).tolist() == checked
        alone = {key: np.ravel(value)[draw % np.size(value)] for key, value in params.items()}
        single = _run(model, decision, alone)  # in plain Python
        assert single["x"].values.tolist() == pytest.approx(states, rel=1e-9)


@pytest.mark.skipif(not is_installed(), reason="llvmlite is not installed")
def test_machine_code_follows_every_branch(model: Model) -> None:
    """One decision with all its parts, and numbers that differ between draws."""
    decision = _decision(
        checks=(2.0, 3.3, 4.0, 6.0),
        conditions=(
            Comparison("x", True, (1.0, 2.0, 3.0, 5.0), is_rounded=True, has_release=True),
            Comparison("double", False, (1.0, 2.0, 4.0, 5.0), measure="growth"),
        ),
        needs_all=False,
        then=(
            Action("lever", Profile("s-curve", 0, 1)),
            Action("fixed[B]", Profile("pulse", 0, 1)),
        ),
        otherwise=(Action("fixed[A]", Profile("step", 0.5)),),
    )
    rng = np.random.default_rng(1)
    draws = 40
    numbers = _numbers(
        threshold=rng.uniform(0, 15, draws),
        release=rng.uniform(15, 20, draws),
        unit=0.5,
        threshold_1=rng.uniform(0, 100, draws),
        then_1=8.0,
        otherwise=1.5,
        limit=rng.integers(1, 3, draws).astype(float),
    )
    params = numbers | {"start": rng.uniform(1, 20, draws), "rate": rng.uniform(0, 1, draws)}
    late = Decision(**{**vars(decision), "is_delivered": True})
    for one, more in ((decision, {}), (late, _numbers(share=0.7, delay=rng.uniform(0, 1, draws)))):
        with mock.patch.object(ensemble, "BACKENDS", (MachineBackend(least_work=0),)):
            machine = _run(model, one, params | more, method="rk4")
        with only_numpy():
            numpy = _run(model, one, params | more, method="rk4")
        for name in numpy:
            np.testing.assert_allclose(machine[name].values, numpy[name].values, rtol=1e-11)
        acts = _by_check(numpy)
        assert {*map(tuple, acts.tolist())} >= {(0.0,) * 4, (1.0,) * 4}
        assert len({*map(tuple, acts.tolist())}) > 4


@pytest.mark.parametrize("is_machine", [False, True])
def test_a_decision_that_never_fires_changes_no_bit(model: Model, is_machine: bool) -> None:
    if is_machine and not is_installed():
        pytest.skip("llvmlite is not installed")
    backend = (MachineBackend(least_work=0),) if is_machine else ensemble.BACKENDS[-1:]
    params = {"start": np.linspace(1, 3, 8), "lever": Course([0, 5], [0.1, 0.7])}
    with mock.patch.object(ensemble, "BACKENDS", backend):
        plain = model.run(params, method="rk4")
        off = model.with_decisions([_decision()]).run(params, method="rk4")
        never = _run(model, _decision(), params | _numbers(threshold=-1.0), method="rk4")
    for name in plain:
        assert np.array_equal(plain[name].values, off[name].values)
        assert np.array_equal(plain[name].values, never[name].values)

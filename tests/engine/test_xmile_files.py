"""What XMILE files hold besides plain equations: values by hand, in every backend.

PySD cannot read these files, or reads something else. Each model was written for this test.
"""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import xhsim
from tests.engine.backends import eager, only_numpy
from tests.engine.models import DATA, value, write
from tests.engine.reading.xmile.texts import text_of
from tests.engine.test_language import unlike
from xhsim.engine.model import Model
from xhsim.engine.running import ensemble

FOLDER = DATA / "xmile"
SOLD = [1, -2, 7]
# By file and variable: the values at the times 0 to 4, or one value that holds at all times.
EXPECTED: dict[str, dict[str, object]] = {
    "builtins.itmx": {
        "double_time": [0, 2, 4, 6, 8],
        "a_step_ago": [-1, 0, 2, 4, 6],
        "from_zero": [0, 5, 6, 7, 8],
        "counted": [11, 12, 13, 14, 15],
        "of_shops": [[sold * (11 + t) for sold in SOLD] for t in range(5)],
        "average": 2,
        "spread": math.sqrt((1 + 16 + 25) / 3),
        "average_of_all": 4,
        "average_of_small": 3,
        "average_by_shop": [[1.5, 3.5, 7]] * 5,
        "average_of_products": (1 + 4 + 49) / 3,
        "how_many": 306,
        "most_or_zero": 8,
        "least_or_zero": -2,
        "elementwise": [[1, 0, 7]] * 5,
        "of_least": 2 + 10 * 3,  # of 1, -2, 7
        "of_rank": [math.nan, 3, 1, 2, math.nan],  # all are equal; -7 is the least
        "largest_size": [[2, 2, 2]] * 5,
        "safe": [-3, -6, 0, 6, 3],
        "rounded": [-3, -2, -1, 1, 2],
        "signs": [-1, 0, 1, 1, 1],
        "parts": 28,
        "switched": [0, 0, 0, 1, 1],
        "wave": [1, 3, -1, -3, 1],
        "ended": 6,
        "gamma": [math.log(math.factorial(t)) for t in range(5)],
        "never": 1,
        "certain": 8,
    },
    "crews.stmx": {
        "staff": [[0, 5], [1, 5], [2, 5], [3, 7], [4, 9]],
        "pay": [[0, 50], [10, 50], [20, 50], [30, 70], [40, 90]],
        "all_staff": [5, 6, 7, 10, 13],
        "double_need": [[20, 40 + 2 * t] for t in range(5)],
        "share": [[150 / (30 + t), 15 * (20 + t) / (30 + t)] for t in range(5)],
        "tank": [1, 1, 4, 4, 7],
    },
    "as_exported.xmile": {
        "late": [1, 1, 3, 3, 3],
        "early": [1, 1, 1, 0, 0],
        "used": [5, 5, 7, 7, 7],
        "out_flow": [0, 0, 3, 3, 6],
        "smoothed": [1, 2, 2.5, 4.25, 5.125],
        "both": [1, 1, 0, 0, 0],
        "inverse": [[[-2, 1], [1.5, -0.5]]] * 5,
    },
    # Vensim exports its own functions, names of flows with blanks, and "TIME_STEP=1".
    "of_vensim.xmile": {
        "level": [10, 9.5, 10, 10.5, 10],
        "coming_in": [0, 1, 1, 0, 0],
        "train": [0, 1, 0, 1, 0],
        "smoothed": [0, 2, 3, 3.5, 3.75],
        "settled": 5,
    },
    "modules.stmx": {
        "hares_population": [8 * 1.5**t for t in range(5)],
        "eaten": [20, 30, 40, 50, 60],
        # one more than there are births of hares
        "lynxes_births": [4 * 1.5**t + 1 for t in range(5)],
        "births": [8 * 1.5**t + 1 for t in range(5)],
        # people grow by three times themselves, what both kinds sell
        "east_people": [4**t for t in range(5)],
        "west_side_people": [10 * 4**t for t in range(5)],
        "west_side_market_sold": [[10 * 4**t, 20 * 4**t] for t in range(5)],
        "all_people": [14 * 4**t for t in range(5)],
    },
    "conveyors.stmx": {
        # 40 on a belt of two years leave as 20 a year; the 15 that enter from year 1 on come
        # out from year 3 on.
        "students": [40, 30, 25, 30, 30],
        "graduate": [20, 20, 10, 15, 15],
        # a quarter of 8 a year leaks, evenly on the way
        "linear": 8 * 2 - 8 * 0.25 * 0.5 * 3 / 2,
        "retire": 6,
        "quit": 2,
        # 8 enter at 1; two steps take 3 each by leaks, 2 are left at the end
        "emptying": [0, 0, 5, 0, 0],
        "drain": [0, 0, 4, 0, 0],
        "at_end": [0, 0, 2, 0, 0],
        "spill": [0, 0, 4, 0, 0],
        # half of what is left leaks in each step
        "exponential": [[9.375, 0], [9.375, 2], [9.375, 0.5], [9.375, 0], [9.375, 0]],
        "leave": [[0.625, 0], [0.625, 0], [0.625, 0.5], [0.625, 0], [0.625, 0]],
        "die": [[9.375, 0], [9.375, 2], [9.375, 0.5], [9.375, 0], [9.375, 0]],
    },
    "belts.stmx": {
        # 10 a year take three years, from year 2 on only one: both come out in years 3 and 4
        "leave_shorter": [0, 0, 0, 20, 20, 10, 10],
        # the transit time is looked at in year 2 only; until then it is 1
        "leave_sampled": [0, 10, 10, 0, 0, 10, 10],
        # nothing moves from year 1 to 3
        "arrested": 8,
        "leave_arrested": [4, 0, 0, 4, 4, 4, 4],
        # 18 fit, and the first inflow is served first; in each step half of a year's flow comes
        "first_in": [10, 8, 10, 8, 10, 8, 10],
        "second_in": [4, 0, 4, 0, 4, 0, 4],
        "full": [0, 14, 18, 18, 18, 18, 18],
        # 6 a year may enter, and what does not enter stays in the stock before
        "slow": [30, 24, 18, 12, 6, 0, 0],
        "limited": [0, 6, 12, 12, 12, 12, 6],
        # 2 leave in each of the first years, at its end; 3 a year may enter, 2 of them at once
        "chunks": [6, 7, 8, 9, 9, 9, 9],
        "leave_chunks": [0, 0, 0, 4, 4, 4, 4],
        # what is listed leaves in the order of the list, one number in each year
        "leave_listed": [1, 2, 3, 4, 0, 0, 0],
        # 0.4 of 10 leak in the first half, and 0.5 of the other 6 in the second
        "early": [0, 4, 4, 4, 4, 4, 4],
        "late": [0, 0, 3, 3, 3, 3, 3],
        "leave_zones": [0, 0, 3, 3, 3, 3, 3],
        # together half of what is there leaks in each step: 5 and 2.5 are there
        "two_leaks": [0, 7.5, 7.5, 7.5, 7.5, 7.5, 7.5],
        "one": [0, 3, 3, 3, 3, 3, 3],
        "other": [0, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5],
        # 0.375 of each step's 3 leak in each of four steps, one by one
        "drop_out": 2 * np.array([0, 1, 1, 1, 1, 1, 1]),
        # 8 at once on four places: evenly, as what is there, and by a profile
        "spread": [0, 6, 2, 0, 0, 0, 0],
        "leave_alike": [1, 2 * (1.5 + 8 * 1.5 / 3.5), 0, 0, 0, 0, 0],
        "profiled": [0, 8 - 8 * 0.875 / 2, 8 * 0.125 / 2, 0, 0, 0, 0],
        # one of each 4 leaks in each step, and goes on from where it was
        "worse": [4, 0, 0, 0, 0, 0, 0],
        "in_ward": [0, 2, 0, 0, 0, 0, 0],
        "dies": [[0, 4], [0, 3], *[[0, 0]] * 5],
    },
    "functions.stmx": {
        "of_two": 8,
        "of_rows": 26,
        # at time 0 and after time 3 there is no such shop
        "chosen": [0, 3, 5, 10, 0],
        "chosen_of_both": [12, 11, 22, 21, 32],
        "before": [[0, 12, 22]] * 5,
        "doubled": [[t, 2 * t, 4 * t] for t in range(5)],
        "turned": [[[11, 21, 31], [12, 22, 32]]] * 5,
        "same": [[4, 6, 11]] * 5,
        "is_new": [[0, 1, 0]] * 5,
        "shops": 3,
        "largest": [2, 2, 2, 3, 4],
        "middle": [3 + t / 3 for t in range(5)],
        "lower": [-1, -2, -3, -4, -5],
        # each payment counts less by a fifth
        "worth": [sum(100 * 0.8**k for k in range(t + 1)) for t in range(5)],
        "rate": [0, 1, 3, 5, 7],
        "rate_of_rate": [0, 1, 2, 2, 2],
        "back": 2,
        "under": (2 + 5) / 2,
        "under_all": 2 * 1 + 2 * 3,
        # the moments of a triangle, and of a line from 2 to 8
        "centre": (2 / 3 + 22) / 11,
        "centre_of_steps": (2 * 1 + 6 * 3) / 8,
        "ways": 10,
        "orders": 60,
        "product": 120,
    },
    "queues.stmx": {
        "passing": [3, 0, 0, 0, 0, 0, 0, 0, 0],
        "goes": [6, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4],
        # batches of 2, 1, 2 and 2; two seats, and a batch in a step, split if need be
        "sit_down": [4, 0, 2, 2, 2, 2, 2, 0, 0],
        "waiting": [3, 3, 5, 4, 3, 2, 1, 0, 0],
        # 4 get in within each hour, 3 of them at once; from hour 3 on the bus does not move
        "board": [6, 2, 6, 2, 6, 2, 0, 0, 0],
        "give_up": [0, 4, 0, 4, 0, 4, 6, 6, 6],
        # 1, 2 and 3 parcels; the last three fit only when the first ones are out
        "load": [2, 4, 0, 6, 0, 0, 0, 0, 0],
        "van": [0, 1, 3, 2, 3, 3, 0, 0, 0],
    },
}


def load(name: str) -> Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file that was repaired says so
        return xhsim.load_model(FOLDER / name)


def run(model: Model, **options: object) -> xr.Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a model with gaps says so
        return model.run(method="euler", **options)  # type: ignore[arg-type]


def test_every_file_has_values() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_values_by_hand(name: str) -> None:
    found = run(load(name))
    for variable, values in EXPECTED[name].items():
        wanted = np.broadcast_to(np.array(values, dtype=float), found[variable].shape)
        np.testing.assert_allclose(
            value(found, variable), wanted, rtol=1e-9, atol=1e-12, err_msg=variable
        )


@pytest.mark.parametrize("name", EXPECTED)
def test_backends_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load(name)
    fixed = ["final_time", "initial_time", "saveper", "time_step"]
    constants = model.variables.query("kind == 'constant'").index.difference(fixed)
    draws = {key: model.default(key)[..., np.newaxis] * np.array([1.0, 1.25]) for key in constants}
    params = {"TIME STEP": 0.5, **draws}
    with only_numpy():
        expected = run(model, params=params)
    monkeypatch.setattr(ensemble, "BACKENDS", list(map(eager, ensemble.BACKENDS)))
    found = run(model, params=params)
    for variable in expected:
        np.testing.assert_allclose(
            found[variable].values, expected[variable].values, rtol=1e-9, atol=1e-12
        )


def test_a_repaired_file_says_so_and_so_does_a_gap() -> None:
    said = "as_exported.xmile is not correct XML and was repaired: raw < or & on line 3"
    for _ in range(2):  # the second time from the cache
        with pytest.warns(UserWarning, match=said):
            model = xhsim.load_model(FOLDER / "as_exported.xmile")
    with pytest.warns(UserWarning, match='without equations: "unfinished"'):
        found = model.run()
    assert not {"unfinished", "needs_it"} & set(found)


# The mean and the standard deviation of each distribution.
DRAWN = {
    "LOGNORMAL(2, 1)": (2, 1),
    "TRIANGULAR(1, 2, 6)": (3, math.sqrt(7 / 6)),
    "POISSON(3)": (3, math.sqrt(3)),
    "BINOMIAL(10, 0.3)": (3, math.sqrt(2.1)),
    "BETA(2, 3)": (0.4, 0.2),
    "GAMMA(4, 0.5)": (2, 1),
    "WEIBULL(2, 3)": (3 * math.gamma(1.5), 3 * math.sqrt(1 - math.gamma(1.5) ** 2)),
    "LOGISTIC(1, 2)": (1, 2 * math.pi / math.sqrt(3)),
    "PARETO(5, 4)": (5, math.sqrt(5 / 3)),
}


def test_distributions_have_their_mean_and_spread(tmp_path: Path) -> None:
    names = [f"v{number}" for number in range(len(DRAWN))]
    auxes = (
        f'<aux name="{name}"><eqn>{call}</eqn></aux>'
        for name, call in zip(names, DRAWN, strict=True)
    )
    specs = "<sim_specs><start>0</start><stop>4000</stop><dt>1</dt></sim_specs>"
    found = run(xhsim.load_model(write(tmp_path, text_of("".join(auxes), specs=specs), "m.xmile")))
    for name, (call, (mean, spread)) in zip(names, DRAWN.items(), strict=True):
        drawn = found[name].values
        assert drawn.mean() == pytest.approx(mean, abs=4 * spread / math.sqrt(drawn.size)), call
        assert drawn.std() == pytest.approx(spread, rel=0.15), call


def test_numbers_without_bounds_are_random() -> None:
    found = run(load("builtins.itmx"), seed=1)["waits"]
    assert (found > 0).all()
    assert len(np.unique(found)) == found.size


# What simlin does otherwise: stocks become negative, and it knows no lists of batches.
SIMLIN = {
    "conveyors.stmx": ({}, []),
    "belts.stmx": ({}, ["slow", "enter_slow", "limited"]),
    "queues.stmx": ({"2, 1": "3"}, []),
}


@pytest.mark.parametrize("name", SIMLIN)
def test_conveyors_match_simlin(name: str, tmp_path: Path) -> None:
    simlin = pytest.importorskip("simlin")
    changes, otherwise = SIMLIN[name]
    text = (FOLDER / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    path = write(tmp_path, text, name)
    expected = pd.DataFrame(simlin.load(path).run(analyze_loops=False).results)
    found = run(xhsim.load_model(path), params={"SAVEPER": 0.5})  # simlin saves each step
    assert unlike(found, expected.drop(columns=["dt", *otherwise]), 1e-9) == []

"""What Vensim files hold besides plain equations: values by hand, in every backend.

PySD cannot read these files, or reads something else. Each model was written for this test.
"""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import xhsim
from tests.engine.backends import eager, only_numpy
from tests.engine.models import CONTROL, DATA, value, write
from xhsim.engine.model import Model
from xhsim.engine.running import ensemble
from xhsim.errors import InputError

FOLDER = DATA / "vensim"
NA = math.nan
# By file and variable: the values at the times 0 to 4, or one value that holds at all times.
EXPECTED: dict[str, dict[str, object]] = {
    "old_forms": {
        "read": [10, 20, 30, 20, 10],
        "inline": [1, 2, 3, 2.5, 2],
        "jumped": [0, 0.25, 0.75, 5.25, 5.75],
        "at_jump": [0, 0.5, 1, 5.5, 6],
        "at_zero": [0, 3, 22 / 3, 23 / 3, 8],
        "noted": 3,
        "twice": 7,
    },
    "element_circles": {
        "d": [[0, 5], [2, 7], [4, 9], [6, 11], [8, 13]],
        "r": [[16, 8, 4, 2]] * 5,
        "flexibility": [[1, 0.7, 0.49, 0.343]] * 5,
        "f": [[1, 2, 4, 18]] * 5,  # the last is 1*1 + 2*2 + 3*4 + 1
        "s": [[10, 11 + t, 12 + t, 13 + t] for t in range(5)],
    },
    "tables_and_elements": {
        "forward": [4, 4, 6, 6, 6],
        "backward": [0, 0, 4, 4, 6],
        "beyond": [-2, 2, 5, 7, 9],
        "inverse": [0, 0.5, 1, 1.5, 2],
        "inverse_by_area": 1,
        # north has points at 0 and 2, south at 0, 1 and 3, east at 0 and 3
        "rain": [[1, 10, 5], [2, 20, 17 / 3], [3, 35, 19 / 3], [3, 50, 7], [3, 50, 7]],
        "rain_later": [[2, 20, 17 / 3], [3, 35, 19 / 3], [NA, 50, 7], [NA] * 3, [NA] * 3],
        "rain_next": [10, 20, 50, 50, NA],
        "rain_last": [10, 20, 20, 50, NA],
        "rain_now": [[1, 10, 5], [NA, 20, NA], [3, NA, NA], [NA, 50, 7], [NA] * 3],
        "first": 0,
        "last_of_north": 2,
        "points": [[2, 3, 2]] * 5,
        "weighted": 140,
        "running": [[10, 30, 60]] * 5,
        "before": [[NA, 10, 20]] * 5,
        "by_time": [NA, 10, 20, 30, NA],
        "turned": [[30, 10, 20]] * 5,
        "of_table": [[[1, 2], [3, 4], [5, 6]]] * 5,
        "down": [[3, 4]] * 5,
        "smooth": [[1, 2], [1.5, 3], [2, 4], [2, 4], [2, 4]],
        "vector_read": [10, 10, 20, 30, 30],
        "vector_beyond": [0, 10, 20, 30, 40],
        "vector_backward": [10, 20, 30, 30, 30],
        "vector_forward": [20, 30, 30, 30, 30],
    },
    "functions": {
        "gamma": [math.log(math.factorial(t)) for t in range(5)],
        # the stream of each year up to now, each discounted by 1/1.1 a year
        "value": [2 * (5 + sum(100 / 1.1**k for k in range(t + 1))) for t in range(5)],
        "pushed": [1, 4, 7, 8, 8],
        "pulled": [5, 3, 1, 0, 0],
        "free": [1, 1, 2, 4, 7],
    },
    "solved_circles": {
        # x = 1 + (x/2 + t)/2
        "load": [(1 + t / 2) / 0.75 for t in range(5)],
        "quality": [(1 + t / 2) / 1.5 + t for t in range(5)],
        # x = cos(x), and x = cos(x/2)
        "root": [[0.7390851332151607, 0.9003672225897471]] * 5,
    },
    "find_zero": {
        # the point of a circle of radius 2 on a line through its middle
        "x": [[2 / math.hypot(1, t + 1), 2 * (t + 1) / math.hypot(1, t + 1)] for t in range(5)],
    },
    "shifts_and_delays": {
        # every second step 7 enter, and the last group leaves
        "people": [
            [[4, 10, 10, 10], [4, 20, 20, 20]],
            [[5, 10, 10, 10], [6, 20, 20, 20]],
            [[8, 5, 10, 10], [9, 6, 20, 20]],
            [[9, 5, 10, 10], [11, 6, 20, 20]],
            [[8, 9, 5, 10], [9, 11, 6, 20]],
        ],
        "leaving": [[0, 0], [10, 20], [0, 0], [10, 20], [0, 0]],
        "chain": [[5, 3, 1], [5, 3, 1], [0, 5, 4], [0, 0, 9], [0, 0, 9]],
        "moved": 0,
        "late": [-1, -1, 0, 1, 2],
        "known": [-1, 0, 1, 2, 3],
    },
    "market": {
        # with u = (price - 6)/4: 30*(1/2 - u) = 30*(1/2 + u) + 10
        "price": 6 - 4 / 6,
        "bought": [[20 / 3, 40 / 3]] * 5,
        "sold": [[10, 10]] * 5,
        # triangle, normal and two-sided exponential distribution, at -0.25, 0, 0.25, ... widths
        "share": [
            [0.875, 0.5987063256829237, 1 - math.exp(-0.25) / 2],
            [0.5, 0.5, 0.5],
            [0.125, 0.4012936743170763, math.exp(-0.25) / 2],
            [0, 0.3085375387259869, math.exp(-0.5) / 2],
            [0, 0.2266273523768682, math.exp(-0.75) / 2],
        ],
        # the fixed quantity first, and what is left to the two others in equal parts
        "first_come": [[0, 0, 0], [1, 0, 0], [1, 0.5, 0.5], [1, 1, 1], [1, 1, 1]],
    },
    "derived_data": {  # of the points of the file rain.csv, see above
        "seen": [[1, 10, 5], [2, 20, 17 / 3], [3, 35, 19 / 3], [3, 50, 7], [3, 50, 7]],
        "raw_seen": [[1, 10, 5], [NA, 20, NA], [3, NA, NA], [NA, 50, 7], [NA] * 3],
        "both": [11, 22, 38, 53, NA],
        "with_time": [1, NA, 5, NA, NA],
        "ahead": [10, 20, 50, 50, 50],
        "held": [10, 20, 20, 50, 50],
        "always": [1, 2, 3, 4, 5],
        "residual": [[0, 9, 4], [0, 19, 0], [2, 0, 0], [0, 49, 6], [0, 0, 0]],
        "count": [[0, 0, 0], [1, 1, 1], [1, 2, 1], [2, 2, 1], [2, 3, 2]],
        "last": [[2, 3, 3]] * 5,
        "last_of_macro": 2,
    },
    "known_orders": {
        # two stocks with a mean time of 1 each, which are full after a step each
        "later": [0, 0, 3, 3, 3],
        "chosen": [0, 0, 3, 3, 3],
        "of_areas": [[0, 0], [0, 0], [3, 6], [3, 6], [3, 6]],
        "piped": [0, 0, 0, 1, 5],
        "highest": [0, 1, 5, 5, 5],
        "mixed": [[0, 0], [1.5, 0], [2.25, 3], [2.625, 3], [2.8125, 3]],
        "mixed_later": [[0, 0], [1.5, 0], [2.25, 3], [2.625, 3], [2.8125, 3]],
        "from_curve": [2, 4, 6, 8, 10],
        "next_of_curve": 20,
        "from_curves": [[1, 3], [2, 6], [3, 9], [4, 12], [5, 15]],
        "highest_of_areas": [[-1, -1], [0, 1], [4, 9], [4, 9], [4, 9]],
        "read": [0, 10, 20, 30, 40],
    },
    "own_sample": {
        "highest": [0, 1, 5, 5, 5],
        "count": [[0, 0], [0, 0], [1, 2], [2, 4], [3, 6]],
    },
    "gaps": {"early": 3, "shown": 6, "listed": 4},
    "mappings": {
        "cost": [[10, 20, 20, 30]] * 5,
        "same_cost": [[10, 20, 20, 30]] * 5,
        "local_tax": [[5, 5, 6]] * 5,
        "one_tax": [[NA, 50, 600]] * 5,
        "copied": [[7, 8]] * 5,
    },
}


def load(name: str) -> Model:
    return xhsim.load_model(FOLDER / f"{name}.mdl")


def run(model: Model, **options: object) -> xr.Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a model with gaps says so
        return model.run(method="euler", **options)  # type: ignore[arg-type]


def test_every_file_has_values() -> None:
    assert {path.stem for path in FOLDER.glob("*.mdl")} == set(EXPECTED)


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
    draws = {"params": {"TIME STEP": 0.5, **varied(model)}}
    with only_numpy():
        expected = run(model, **draws)
    monkeypatch.setattr(ensemble, "BACKENDS", list(map(eager, ensemble.BACKENDS)))
    found = run(model, **draws)
    for variable in expected:
        np.testing.assert_allclose(
            found[variable].values, expected[variable].values, rtol=1e-9, atol=1e-12
        )


def varied(model: Model) -> dict[str, np.ndarray]:
    """Give each constant that is not a whole number of something a value of its own by draw."""
    fixed = {"initial_time", "final_time", "time_step", "saveper"}
    fixed |= {"kinds", "fixed", "demand_curve", "supply_curve"}  # the kinds of profiles
    names = model.variables.query("kind == 'constant'").index.difference(sorted(fixed))
    return {
        name: model.default(name)[..., np.newaxis] * np.array([1.0, 1.25])
        for name in names
        if np.isfinite(model.default(name)).all()
        and model.names.find(name).key not in model.equations.structural
    }


# --- gaps -------------------------------------------------------------------------------------


def test_a_model_with_gaps_runs_without_what_needs_them() -> None:
    model = load("gaps")
    with pytest.warns(UserWarning, match=r'gaps.mdl: without equations: "late". 2 variables'):
        found = model.run()
    assert not {"late", "needs_late", "level"} & set(found)
    with pytest.raises(InputError, match='"late" has no equation yet') as caught:
        model.run(outputs=["level"])
    assert caught.value.line == 4
    whole = model.run({"late": 1.0}, method="euler")  # a value closes the gap, without a warning
    assert value(whole, "level").tolist() == [5, 7, 9, 11, 13]


def test_two_stubs_of_one_variable_are_one_gap(tmp_path: Path) -> None:
    """Vensim may write what a variable depends on, and then an empty equation."""
    text = "x = A FUNCTION OF(z) ~~|\nx = ~Month~No equation|\ny = x + 1 ~~|\nz = 3 ~~|\n"
    model = xhsim.load_model(write(tmp_path, text + CONTROL.format(start=0, end=2, step=1)))
    with pytest.warns(UserWarning, match='without equations: "x"'):
        assert not {"x", "y"} & set(model.run())


def test_data_that_nothing_needs_are_left_out(tmp_path: Path) -> None:
    text = "seen ~~|\ny = z + 1 ~~|\nz = 3 ~~|\n" + CONTROL.format(start=0, end=2, step=1)
    model = xhsim.load_model(write(tmp_path, text))
    with pytest.warns(UserWarning, match='data without values: "seen"'):
        assert {"y", "z"} < set(model.run())
    with pytest.raises(InputError, match='the data variable "seen" has no values'):
        model.run(outputs=["seen"])


def test_a_stub_and_data_without_values(tmp_path: Path) -> None:
    text = "x = A FUNCTION OF(rain) ~~|\nrain ~~|\ny = rain + x ~~|\nz = 3 ~~|\n"
    model = xhsim.load_model(write(tmp_path, text + CONTROL.format(start=0, end=2, step=1)))
    words = r'"x"\. data without values: "rain"\. 1 variable that needs them is not computed'
    with pytest.warns(UserWarning, match=words):
        assert set(model.run()) == {"z", "initial_time", "final_time", "time_step", "saveper"}


LOOP = "{UTF-8}\na = A FUNCTION OF(b) ~~|\nb = A FUNCTION OF(a,-b) ~~|\n"
SKETCH = "\\\\\\---/// Sketch\nV300\n*View 1\n10,1,Births,1,2\n10,2,Time,1,2\n10,3,Deaths,4,5\n"


@pytest.mark.parametrize(
    "text", [LOOP, LOOP + "TIME STEP = 1 ~~|\nFINAL TIME = 3 ~~|\n" + SKETCH, "{UTF-8}\n" + SKETCH]
)
def test_a_loop_diagram_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "loops.mdl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="this is a loop diagram: none of its 2 variables has an"):
        xhsim.load_model(path)

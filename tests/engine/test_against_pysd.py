"""The engine and PySD run the same files; every variable must agree at every saved time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import xhsim
from tests.engine.models import DATA, differences, model_of, oracle, text_of, value, write
from tests.engine.test_language import MODELS, PYSD_DIFFERS, plain
from tests.places import ROOT
from xhsim.engine.language import syntax
from xhsim.engine.language.functions import FUNCTIONS, tables
from xhsim.engine.model import Model
from xhsim.engine.reading import read_model

FILES = sorted([*DATA.glob("functions/*.mdl"), *DATA.glob("subscripts/*.mdl")])
# Those of `test_language` are compared there, as they are written.
OTHERS = [path for path in FILES if f"{path.parent.name}/{path.name}" not in MODELS]
# Random numbers cannot be compared with PySD's: `test_hand_values` looks at their distribution.
RANDOM = {name for name, function in FUNCTIONS.items() if function.kind == "random"}
# Functions that PySD does not know, or not so: their values by hand are in `test_vensim_files` and
# `test_xmile_files`.
NOT_IN_PYSD = {
    *("gamma_ln", "npv", "sinteg", "delay_material", "delay_information"),
    *("simultaneous", "shift_if_true", "demand_at", "supply_at", "find_zero"),
    *("previous", "npve", "random_pink_noise", "round_xmile", "sign_xmile"),
    *("delay_conveyor", "delay_profile", "depreciate_straightline", "data_time"),
    "element_of_rank",
    *tables.ROWS,
}


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_file_matches_pysd(path: Path, tmp_path: Path) -> None:
    model = xhsim.load_model(path)
    expected = oracle(path, tmp_path)
    elsewhere = PYSD_DIFFERS.get(f"{path.parent.name}/{path.name}", set())
    same = [name for name in expected if plain(str(name).partition("[")[0]) not in elsewhere]
    assert differences(model.run(method="euler"), model, expected[same]) == []


def test_xuhui_matches_pysd(tmp_path: Path) -> None:
    path = ROOT / "model" / "xuhui.mdl"
    model = xhsim.load_model(path)
    expected = oracle(path, tmp_path)
    assert expected.shape[1] > 100
    assert differences(model.run(method="euler"), model, expected) == []


def calls_of(node: syntax.Node) -> set[str]:
    if not isinstance(node, syntax.Call):
        return set()
    return {node.function}.union(*(calls_of(argument) for argument in node.arguments))


def test_every_function_of_the_table_is_compared() -> None:
    used = {
        name
        for path in {*FILES, *(DATA / name for name in MODELS)}
        for element in read_model(path).elements
        for component in element.components
        for name in calls_of(component.expression)
    }
    assert set(FUNCTIONS) - used == RANDOM | NOT_IN_PYSD


# --- the same files with draws: PySD has no ensembles, so single runs are the oracle -----------


def perturbed(model: Model, draws: int) -> dict[str, np.ndarray]:
    """Give every constant of a model a value of its own in each draw."""
    rng = np.random.default_rng(7)
    controls = {"initial_time", "final_time", "time_step", "saveper", *model.equations.structural}
    constants = model.variables.query("kind == 'constant'").index.difference(sorted(controls))
    return {
        name: model.default(name)[..., np.newaxis]
        * rng.uniform(1.0, 1.3, (*model.default(name).shape, draws))
        for name in constants
        if np.isfinite(model.default(name)).all()  # :NA: is no value to start from
    }


@pytest.mark.parametrize("method", ["euler", "rk4"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_each_draw_equals_its_single_run(path: Path, method: str) -> None:
    model = xhsim.load_model(path)
    params = perturbed(model, 3)
    together = model.run(params, method=method)
    for draw in range(3 if params else 0):
        alone = model.run({name: array[..., draw] for name, array in params.items()}, method=method)
        for name in together:
            np.testing.assert_allclose(
                together[name].values[draw], alone[name].values, rtol=1e-12, err_msg=str(name)
            )


# --- what PySD cannot run: compared with the same equations written out -------------------------


def test_smooth_and_lookup_within_a_sum_equal_their_written_out_form(tmp_path: Path) -> None:
    ranges = "Area: north, south\nOther: left, right"
    model = model_of(
        tmp_path,
        """
        curve[north]((0,0),(10,1))
        curve[south]((0,1),(10,5))
        x[Area] = 2, 3
        f[Other] = 1, 10
        s = SUM(SMOOTH(x[Area!]*Time, 2)*x[Area!])
        t[Other] = SUM(curve[Area!](Time*x[Area!]*f[Other]))
        table[Other, Area] = curve[Area](x[Area]*f[Other])
        flipped[Area, Other] = curve[Area](x[Area])*f[Other]
        south only = SUM(curve[Area!](Time))+curve[south](f[right])
        a = SMOOTH(2*Time, 2)*2+SMOOTH(3*Time, 2)*3
        c1((0,0),(10,1))
        c2((0,1),(10,5))
        b1 = c1(Time*2)+c2(Time*3)
        b2 = c1(Time*20)+c2(Time*30)
        """,
        ranges=ranges,
    )
    run = model.run(method="euler")
    np.testing.assert_allclose(value(run, "s"), value(run, "a"), rtol=1e-13)
    np.testing.assert_allclose(value(run, "t")[:, 0], value(run, "b1"), rtol=1e-13)
    np.testing.assert_allclose(value(run, "t")[:, 1], value(run, "b2"), rtol=1e-13)
    np.testing.assert_allclose(value(run, "table")[0], [[0.2, 2.2], [1.0, 5.0]])
    np.testing.assert_allclose(value(run, "flipped")[0], [[0.2, 2.0], [2.2, 22.0]])
    np.testing.assert_allclose(value(run, "south_only")[5], 0.5 + 3.0 + 5.0)


def test_step_within_a_sum_has_a_date_for_each_element(tmp_path: Path) -> None:
    model = model_of(
        tmp_path,
        """
        height[Area] = 1, 10
        date[Area] = 2, 4
        s = SUM(STEP(height[Area!], date[Area!]))
        level = INTEG(s, 0)
        """,
        ranges="Area: north, south",
        end=6,
    )
    assert value(model.run(method="euler"), "s").tolist() == [0, 0, 1, 1, 11, 11, 11]
    # Exact for a solver that stops at both dates.
    assert value(model.run(method="RK45"), "level").tolist() == pytest.approx(
        [0, 0, 0, 1, 2, 13, 24], abs=1e-12
    )


# --- facts of the language, by hand ---------------------------------------------------------


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> pd.Series:
    model = model_of(
        tmp_path_factory.mktemp("facts"),
        """
        tower = 2^3^2
        negative square = -2^2
        negative bracketed square = -(2)^2
        square of negative = (-2)^2
        negative exponent = 2^-1^2
        tenth squared = 1e-1^2
        subtractions = 10-4-3+2
        divisions = 24/4/3*2
        or then and = IF THEN ELSE(1 = 1 :OR: 1 = 1 :AND: 1 = 2, 1, 0)
        and then or = IF THEN ELSE(1 = 2 :AND: 1 = 2 :OR: 1 = 1, 1, 0)
        or and or = IF THEN ELSE(1 = 2 :OR: 1 = 1 :AND: 1 = 2 :OR: 1 = 2, 1, 0)
        nearly zero = ZIDZ(1, 0.0000009)
        not quite zero = ZIDZ(1, 0.000002)
        cut = INTEGER(-2.7)
        remainder = MODULO(-7, 3)
        multiple = QUANTUM(-2.7, 0.5)
        "a -2^ b" = 3
        quoted = "a -2^ b"
        """,
        end=1,
    )
    run = model.run(method="euler")
    return pd.Series({name: float(run[name][-1]) for name in run})


@pytest.mark.parametrize(
    ("name", "expected"),
    {
        "tower": 512,
        "negative_square": -4,
        "negative_bracketed_square": -4,
        "square_of_negative": 4,
        "negative_exponent": 0.5,
        "tenth_squared": 0.01,
        "subtractions": 5,
        "divisions": 4,
        "or_then_and": 1,
        "and_then_or": 1,
        "or_and_or": 0,
        "nearly_zero": 0,
        "not_quite_zero": 500_000,
        "cut": -2,
        "remainder": -1,
        "multiple": -2.5,
        "quoted": 3,
    }.items(),
)
def test_fact(facts: pd.Series, name: str, expected: float) -> None:
    assert facts[name] == pytest.approx(expected, rel=1e-14)


def test_a_sum_of_many_terms_runs(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x = 2\nz = " + "+".join(["x"] * 250))
    assert value(model.run(), "z")[0] == 500


def test_comment_that_repeats_an_equation_does_not_hide_its_variable(tmp_path: Path) -> None:
    text = text_of("b = 1\nc = b + 1").replace("b = 1 ~~|", "b = 1 ~ ~ see c = b + 1 |")
    model = xhsim.load_model(write(tmp_path, text))
    assert value(model.run(), "c")[0] == 2

"""Each function and each form of the model language: the same file here, in PySD and in simlin.

Every variable of every model is compared at every saved time. A model is a small file under
``tests/data/engine``; the table says what it is about. What PySD cannot run, or where it departs
from what the language means, has its values worked out by hand in ``test_hand_values.py``;
``docs/differences.md`` explains each departure.
"""

from __future__ import annotations

import functools
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import xhsim
from tests.engine.models import DATA, write
from xhsim.engine.model import Model

MODELS = {
    "functions/trend_forecast.mdl": "TREND and FORECAST, through zero, nested, moving horizon",
    "functions/delay_fixed.mdl": "DELAY FIXED: whole and broken steps, in a loop, of a delay",
    "functions/delay_fixed_tenths.mdl": "DELAY FIXED: how a delay of tenths rounds to steps",
    "functions/delay_order_at_start.mdl": "DELAY N, SMOOTH N: an order that would change",
    "functions/delay_orders.mdl": "DELAY and SMOOTH: orders that are lowered, moving times",
    "functions/sample_if_true.mdl": "SAMPLE IF TRUE: at the start, never, always, nested",
    "functions/active_initial.mdl": "ACTIVE INITIAL, also in a circle, and GAME",
    "functions/pulses.mdl": "PULSE, PULSE TRAIN, STEP and RAMP at a step that is not binary",
    "functions/numbers.mdl": "INTEGER, MODULO, QUANTUM, ZIDZ, XIDZ, POWER, PI at their edges",
    "functions/lookup_ends.mdl": "lookups at, between and beyond their points",
    "functions/not_available.mdl": ":NA: and what it is compared with",
    "functions/nested.mdl": "delays, smooths, samples and starts within each other",
    "functions/time_value.mdl": "GET TIME VALUE",
    "functions/spelling.mdl": "names, quotes, cases, comments, groups, continued lines",
    "functions/xmile_functions.xmile": "XMILE: PULSE, RAMP, DELAY, SMTH, FORCST, SAFEDIV, IF",
    "functions/xmile_lookups.xmile": "XMILE: graphical functions, extrapolated and stepwise",
    "functions/xmile_non_negative.xmile": "XMILE: stocks and flows that stay at or above zero",
    "subscripts/ranges.mdl": "numbered ranges, subranges, ranges of ranges, copies, quotes",
    "subscripts/mapping.mdl": "ranges mapped to others, in one and in two dimensions",
    "subscripts/except.mdl": "EXCEPT in one, two and three dimensions, with subranges",
    "subscripts/as_number.mdl": "a range or an element as a number, ELMCOUNT",
    "subscripts/updimension.mdl": "values of fewer dimensions assigned to more",
    "subscripts/elementwise.mdl": "each function of one value, of arrays of unlike dimensions",
    "subscripts/orders.mdl": "ranges in other orders, parts of both dimensions",
    "subscripts/partial_kinds.mdl": "elements defined apart, by unlike kinds of equations",
    "subscripts/incomplete.mdl": "elements that no equation defines",
    "subscripts/three.mdl": "three and four dimensions, turned, summed, mapped",
    "subscripts/pairs.mdl": "the same range twice, through a copy",
    "subscripts/lookup_forms.mdl": "subscripted lookups, looked up with expressions",
    "subscripts/memory_forms.mdl": "delays, smooths, trends and samples of arrays",
    "subscripts/vectors.mdl": "VECTOR SELECT, RANK, SORT ORDER, REORDER, INVERT MATRIX, ties",
    "subscripts/allocate_by_priority.mdl": "ALLOCATE BY PRIORITY: ties, no supply, no request",
    "subscripts/range_twice.mdl": "one range in two places",
    "subscripts/xmile_arrays.xmile": "XMILE: dimensions, equations by element",
    "allocation/available.mdl": "ALLOCATE AVAILABLE: each kind of profile",
    "controls/expressions.mdl": "control variables as expressions, used in equations",
    "controls/seldom.mdl": "SAVEPER of many steps",
    "controls/tenths.mdl": "TIME STEP 0.1",
    "controls/monthly.mdl": "TIME STEP 1/12, SAVEPER 1",
    "controls/span_not_saved.mdl": "FINAL TIME that is not a time of saving",
    "controls/span_not_divided_seldom.mdl": "TIME STEP that does not divide the span",
    "controls/from_below_zero.mdl": "INITIAL TIME below zero",
    "controls/one_step.mdl": "a run of one step",
    "controls/end_depends_on_run.mdl": "FINAL TIME that depends on a stock",
    "controls/end_depends_on_time.mdl": "FINAL TIME that depends on time",
    "controls/save_depends_on_time.mdl": "SAVEPER that changes",
    "controls/step_depends_on_time.mdl": "TIME STEP that changes",
    "controls/step_depends_on_run.mdl": "TIME STEP, SAVEPER and FINAL TIME that depend on a stock",
    "controls/xmile_reciprocal.xmile": "XMILE: the step as a reciprocal",
    "macros/simple.mdl": "macros with and without a stock, used more than once",
    "macros/several_stocks.mdl": "macros with chains of stocks and names of the model within",
    "macros/several_outputs.mdl": "macros with several outputs",
    "macros/nested.mdl": "macros with stocks within macros",
    "macros/plain_nested.mdl": "macros of macros",
    "macros/twice_in_one.mdl": "a macro twice in an equation, and of itself",
    "macros/subscripted.mdl": "macros of arrays",
    "macros/time_within.mdl": "macros that use time",
    "macros/lookup_within.mdl": "macros with lookups of their own",
    "external/mixed.mdl": "a variable of data, an equation and a stock",
    "external/direct.mdl": "GET DIRECT DATA, CONSTANTS, LOOKUPS, SUBSCRIPT",
}
# What PySD 3.14.3 gives otherwise than Vensim. Tests beside this one hold the values by hand, and
# docs/differences.md the reasons.
PYSD_DIFFERS = {
    "functions/delay_orders.mdl": {
        *("third_order_from", "third_order_lowered_to_one", "third_order_lowered_to_two"),
    },
    "subscripts/memory_forms.mdl": {"delay_lowered"},
    "functions/not_available.mdl": {"compared", "unequal", "smaller"},
    # What starts or ends between two steps, and the end of a train.
    "functions/time.mdl": {"burst_off_grid", "burst_short", "incline_off_grid"},
    "subscripts/elementwise.mdl": {"ramped"},
    # A stock that cannot be negative limits its outflows.
    "functions/xmile_non_negative.xmile": {"drain", "of_both"},
    "functions/pulses.mdl": {
        *("train_off_grid", "train_of_shorter_than_step", "train_without_pause"),
        *("train_of_width_zero", "train_of_moving_width", "pulse_within_slack"),
        *("pulse_beyond_slack", "ramp_backwards", "ramp_within_slack"),
    },
}
UNREADABLE = re.compile(r"PI\(\)|WITH LOOKUP")  # by simlin
# PySD finds the price that clears the market by least squares, which ends at about 1e-8.
TOLERANCE = {"allocation/available.mdl": 1e-5}


def plain(name: str) -> str:
    """Return a variable's name without case, quotes and signs, as every engine can spell it."""
    return re.sub(r"[\W_]+", "_", name.strip().replace('\\"', "").lower()).strip("_")


@functools.cache
def pysd_run(name: str) -> pd.DataFrame:
    """Run a copy of a model, as it is written, in PySD."""
    import pysd

    path = DATA / name
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for beside in [path, *path.parent.glob("*.csv")]:
            shutil.copy(beside, folder)
        read = pysd.read_vensim if path.suffix == ".mdl" else pysd.read_xmile
        return pd.DataFrame(read(str(Path(folder) / path.name)).run(reload=True))


@functools.cache
def our_run(name: str) -> tuple[Model, xr.Dataset]:
    model = xhsim.load_model(DATA / name)
    return model, model.run(method="euler")


def column_of(run: xr.Dataset, name: str) -> np.ndarray | None:
    """Return the path of a column such as ``level[north,low]``, None if the run has none."""
    name, _, selection = name.partition("[")
    known = {
        plain(str(run[canonical].attrs.get("long_name", canonical))): canonical for canonical in run
    }
    known |= {plain(str(canonical)): canonical for canonical in run}
    if plain(name) not in known:
        return None
    array = run[known[plain(name)]]
    if selection:
        for dimension, element in zip(
            array.dims[1:], selection.rstrip("]").split(","), strict=True
        ):
            elements = {plain(str(item)): item for item in array[dimension].values}
            array = array.sel({dimension: elements[plain(element)]})
    elif array.size == array["time"].size:
        array = array.squeeze(array.dims[1:])  # PySD drops a range of one element
    return np.asarray(array.values, dtype=float)


def unlike(run: xr.Dataset, expected: pd.DataFrame, rtol: float) -> list[str]:
    """Say which columns of another engine's result are not the same here, and how."""
    times = expected.index.to_numpy(dtype=float)
    if run["time"].shape != times.shape or not np.allclose(run["time"], times, rtol=1e-9):
        return [f"times: {run['time'].values.tolist()} and not {times.tolist()}"]
    wrong = []
    for column in expected.columns:
        given, wanted = column_of(run, column), expected[column].to_numpy(dtype=float)
        if given is None:
            wrong.append(f"{column}: missing")
        elif not np.allclose(given, wanted, rtol=rtol, atol=1e-12, equal_nan=True):
            same = np.isclose(given, wanted, rtol=rtol, atol=1e-12, equal_nan=True)
            at = int(np.argmin(same))
            wrong.append(f"{column}: {given[at]!r} and not {wanted[at]!r} at time {times[at]:g}")
    return wrong


def test_the_table_names_every_model() -> None:
    folders = {Path(name).parent.name for name in MODELS} - {"functions", "subscripts"}
    files = {
        f"{path.parent.name}/{path.name}"
        for folder in folders
        for path in (DATA / folder).iterdir()
        if path.suffix in {".mdl", ".xmile"}
    }
    assert files <= set(MODELS)
    assert [name for name in MODELS if not (DATA / name).is_file()] == []


@pytest.mark.parametrize("name", MODELS)
def test_model_matches_pysd(name: str) -> None:
    expected = pysd_run(name)
    _, run = our_run(name)
    other = PYSD_DIFFERS.get(name, set())
    apart = [column for column in expected if plain(str(column).partition("[")[0]) in other]
    expected = expected.drop(columns=apart)
    assert unlike(run, expected, TOLERANCE.get(name, 1e-9)) == []


# --- simlin, where it imports the model -------------------------------------------------------


def without(text: str, unwanted: Callable[[str], bool]) -> str:
    """Return a model's text without some of its equations."""
    if "<xmile" in text:
        return "\n".join(line for line in text.splitlines() if not unwanted(line))
    return "|".join(block for block in text.split("|") if not unwanted(block))


def simlin_run(name: str) -> pd.DataFrame | None:
    """Run a model in simlin, without the equations that simlin cannot compute.

    It names those that its compiler refuses; its reader refuses PI() and a WITH LOOKUP that is
    a part of an equation. None if nothing helps.
    """
    simlin = pytest.importorskip("simlin")
    text = (DATA / name).read_text("utf-8")
    for _ in range(12):
        with tempfile.TemporaryDirectory() as folder:
            path = write(Path(folder), text, Path(name).name)
            try:
                return pd.DataFrame(simlin.load(path).run(analyze_loops=False).results)
            except (simlin.SimlinImportError, simlin.SimlinRuntimeError) as error:
                message = str(error)
        if "for variables: " in message:
            listed = message.partition("for variables: ")[2].strip("}").split(",")
            refused = {plain(item.replace("_net_flow", "")) for item in listed}
            shorter = without(text, lambda equation: name_of(equation) in refused)  # noqa: B023
        else:
            shorter = without(text, lambda equation: bool(UNREADABLE.search(equation)))
        if shorter == text:
            return None
        text = shorter
    return None


def name_of(equation: str) -> str:
    """Return the plain name of what an equation of a model file defines."""
    tag = re.search(r'name="([^"]*)"', equation)
    return plain(tag[1] if tag else re.split(r"[=\[(]", equation)[0])


# What simlin 0.8.5 gives otherwise; docs/differences.md says who is right. "*" is every variable.
SIMLIN_DIFFERS = {
    # DELAY FIXED, and XMILE's DELAY, become a delay of the first order.
    "functions/delay_fixed.mdl": "*",
    "functions/delay_fixed_tenths.mdl": "*",
    "functions/nested.mdl": "fixed of smooth",
    "subscripts/updimension.mdl": "fixed",
    # The order of a short delay is kept; a moving DELAY N uses this step's time.
    "functions/delay_orders.mdl": "level, n moving, n moving lowered, n moving one, "
    "third order from, third order lowered to one, third order lowered to two",
    "subscripts/memory_forms.mdl": "delay lowered, fixed, fixed both, level, missing, "
    "missing within",
    # SAMPLE IF TRUE within an equation holds the whole equation.
    "functions/sample_if_true.mdl": "of held, within",
    # Time is added up and compared without slack.
    "functions/time.mdl": "burst off grid, burst short, incline off grid",
    "functions/pulses.mdl": "ramp backwards, pulse at the end, pulse of width zero, "
    "pulse to a time, "
    "pulse within slack, pulse beyond slack, train off grid, train of width zero, "
    "ramp within slack, sum of pulses, train, train before start, train to the end, "
    "train cut at end of pulse, train cut within, train of moving width, "
    "train without pause, train of shorter than step, train of tenths, train scaled",
    # INTEGER rounds down, MODULO is never negative, a small divisor is not zero.
    "functions/arithmetic.mdl": "remainder, safe, whole",
    "functions/numbers.mdl": "integer of x, modulo by zero, modulo of fraction, "
    "modulo of negative, modulo of tenths, modulo of x, quantum of negative step, "
    "quantum of tiny step, xidz below, zidz below, zidz negative below",
    "functions/xmile_functions.xmile": "cut, delayed, delayed from, rest",
    # :NOT: takes the next word, not the comparison.
    "functions/logic.mdl": "not one",
    # The points of a lookup are not put in order.
    "functions/lookups.mdl": "jagged",
    # :NA: is the number -2^109; an element without an equation is 0.
    "functions/not_available.mdl": "*",
    "subscripts/incomplete.mdl": "gap, of all, sum of gap",
    # Stocks and flows that must not be negative are.
    "functions/xmile_non_negative.xmile": "drain, falling, of both, of one way, one way, seen",
    # A sum over a copy of a range loses which is which.
    "subscripts/alias.mdl": "level, net, out",
    # A subrange used as a number counts from its own start.
    "subscripts/as_number.mdl": "next place, place on coast",
    # A list of numbers for a part of a table, or a delay for one element, is 0.
    "subscripts/partial.mdl": "numbers",
    "subscripts/partial_kinds.mdl": "kinds, rows, three, three again",
    # The same of arrays; and a RAMP that ends before it starts is 0.
    "subscripts/elementwise.mdl": "ramped, rest, rounded, whole",
    # VECTOR SELECT does not weight; ranks go over the whole table.
    "subscripts/vectors.mdl": "chosen least, chosen mean, chosen most, chosen own, "
    "chosen product, of powers, rank of rows, weighted least, weighted mean, weighted most, "
    "weighted product, weighted sum",
    # Another rule for who is served first.
    "subscripts/allocate_by_priority.mdl": "by priority, by tied priority, by wide width, "
    "regions by priority, with zero request",
    "allocation/available.mdl": "of apart, of bell, of decay, of mixed, of rectangle, "
    "of triangle, of zero request, regions available",
    # Control variables that are expressions or that move are not followed.
    "controls/expressions.mdl": "*",
    "controls/monthly.mdl": "*",
    "controls/end_depends_on_run.mdl": "*",
    "controls/end_depends_on_time.mdl": "*",
    "controls/save_depends_on_time.mdl": "*",
    "controls/step_depends_on_time.mdl": "*",
    "controls/step_depends_on_run.mdl": "*",
}
SIMLIN_CANNOT_RUN = {
    "external/mixed.mdl",
    "external/direct.mdl",
    "functions/control.mdl",
    "functions/time_value.mdl",
    "macros/lookup_within.mdl",
    "subscripts/orders.mdl",
}
EVERY_FILE = sorted(
    f"{path.parent.name}/{path.name}"
    for folder in {Path(name).parent.name for name in MODELS}
    for path in (DATA / folder).iterdir()
    if path.suffix in {".mdl", ".xmile"}
)


@pytest.mark.parametrize("name", [n for n in EVERY_FILE if SIMLIN_DIFFERS.get(n) != "*"])
def test_model_matches_simlin(name: str) -> None:
    expected = simlin_run(name)
    assert (expected is None) == (name in SIMLIN_CANNOT_RUN)
    if expected is None:
        return
    _, run = our_run(name)
    apart = {plain(item) for item in SIMLIN_DIFFERS.get(name, "").split(", ")}
    columns = [
        column
        for column in expected.columns
        if plain(column.partition("[")[0]) not in apart | {"dt"}
        and not column.partition("[")[0].endswith("_net_flow")
    ]
    assert unlike(run, expected[columns], 1e-9) == []

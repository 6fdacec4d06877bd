"""Values worked out by hand, where PySD departs from what the language means or cannot run it.

Each test says what PySD 3.14.3 does instead; ``docs/differences.md`` explains it to a modeller.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy import stats

import xhsim
from tests.engine.models import model_of, text_of, value, write

AREAS = "Area: north, south, east"


def run_of(folder: Path, equations: str, **options: object) -> xr.Dataset:
    """Run some equations with Euler steps."""
    return model_of(folder, equations, **options).run(method="euler")


def run_with_controls(
    folder: Path, equations: str, *, end: float, step: float, save: float
) -> xr.Dataset:
    text = text_of(equations, end=end, step=step).replace(
        "SAVEPER = TIME STEP", f"SAVEPER = {save:g}"
    )
    return xhsim.load_model(write(folder, text)).run(method="euler")


def run_with_macro(folder: Path, macro: str, equations: str, **options: object) -> xr.Dataset:
    text = text_of(equations, **options).replace("{UTF-8}\n", "{UTF-8}\n" + macro + "\n")  # type: ignore[arg-type]
    return xhsim.load_model(write(folder, text)).run(method="euler")


# --- what an expression means -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # PySD gives 0: it reads the operators as one list, from the right.
        ("IF THEN ELSE(1 = 2 :AND: 1 = 2 :OR: 1 = 1, 1, 0)", 1),
        ("IF THEN ELSE(1 = 1 :OR: 1 = 1 :AND: 1 = 2, 1, 0)", 1),
        # PySD cannot read the operators in lower case.
        ("IF THEN ELSE(1 = 1 :and: :Not: 1 = 2, 1, 0)", 1),
        ("IF THEN ELSE(1 = 2 :or: 1 = 1, 1, 0)", 1),
        ("IF THEN ELSE(:na: < 0, 1, 2)", 1),  # a missing number is -2^109
        # PySD gives -4 and 18: it forgets the brackets of a negative number.
        ("(-2)^2", 4),
        ("(-2)*(-3)^2", -18),
        ("-2^2", -4),
        ("(-Two)^2", 4),
        # PySD stops: whole numbers to a negative power.
        ("POWER(2, -1)", 0.5),
        ("Two^-1", 0.5),
    ],
)
def test_expression(tmp_path: Path, expression: str, expected: float) -> None:
    run = run_of(tmp_path, f"Two = 2\nx = {expression}", end=1)
    assert value(run, "x").tolist() == [expected, expected]


def test_variable_may_have_the_name_of_a_function(tmp_path: Path) -> None:
    """PySD takes the variable for the function, calls itself and stops."""
    run = run_of(
        tmp_path,
        """
        integer = INTEGER(2.7)
        max = MAX(integer, 1.5)
        step = STEP(3, 1)
        sum = SUM(x[Area!])+max
        x[Area] = 1, 2, 3.5
        """,
        ranges=AREAS,
        end=2,
    )
    assert value(run, "integer").tolist() == [2, 2, 2]
    assert value(run, "max").tolist() == [2, 2, 2]
    assert value(run, "step").tolist() == [0, 3, 3]
    assert value(run, "sum").tolist() == [8.5, 8.5, 8.5]


def test_lookup_of_one_point_is_constant(tmp_path: Path) -> None:
    """PySD cannot read it."""
    run = run_of(tmp_path, "curve((3,7))\ny = curve(Time*2)", end=3)
    assert value(run, "y").tolist() == [7, 7, 7, 7]


# --- whole numbers ----------------------------------------------------------------------------


def test_smooth_from_a_whole_number_keeps_the_fraction_of_its_input(tmp_path: Path) -> None:
    """PySD drops the fraction of the first input: its states are whole numbers at first."""
    run = run_of(
        tmp_path,
        """
        source = 2.75
        start = 1
        one = SMOOTHI(source, 2, start)
        many = SMOOTH N(source, 2, 1, 2)
        three = SMOOTH3I(source, 3, 1)
        """,
        step=0.5,
        end=1.5,
    )
    assert value(run, "one")[1] == pytest.approx(1 + 0.5 * 1.75 / 2)
    # A stage takes in a half of what the one before it had: 1.75, then 0.875, then 0.4375.
    assert value(run, "many").tolist() == pytest.approx([1, 1, 1.4375, 1.875])
    assert value(run, "three").tolist() == pytest.approx([1, 1, 1, 1.21875])


# --- times ------------------------------------------------------------------------------------


def test_pulses_on_the_grid_of_tenths_start_and_end_where_written(tmp_path: Path) -> None:
    """PySD adds 0.1 to itself, is at 4.999999 instead of 5 and misses the boundary."""
    run = run_of(
        tmp_path,
        """
        ends at five = PULSE(4, 1)
        cut at five and a half = PULSE TRAIN(2, 1, 3, 5.5)
        cut before a pulse = PULSE TRAIN(2, 1, 3, 5)
        starts at one = PULSE TRAIN(1, 0.05, 1, 100)
        without pause = PULSE TRAIN(1, 2, 1, 5)
        """,
        step=0.1,
        end=6,
    )
    tenth = np.arange(61)

    def on(name: str) -> list[int]:
        return [int(number) for number in tenth[value(run, name) == 1]]

    assert on("ends_at_five") == list(range(40, 50))
    assert on("cut_at_five_and_a_half") == [*range(20, 30), *range(50, 56)]
    assert on("cut_before_a_pulse") == [*range(20, 30), 50]
    assert on("starts_at_one") == [10, 20, 30, 40, 50, 60]
    assert on("without_pause") == list(range(10, 51))


def test_whole_years_are_met_by_steps_of_a_tenth(tmp_path: Path) -> None:
    """PySD is at 0.9999999999999999 instead of 1: none of these happens at time 1."""
    run = run_of(
        tmp_path,
        """
        year = INTEGER(Time)
        since = IF THEN ELSE(Time >= 1, 1, 0)
        yearly = SAMPLE IF TRUE(MODULO(Time, 1) = 0, Time, -1)
        at = IF THEN ELSE(Time = 0.8, 1, 0)
        """,
        step=0.1,
        end=3,
    )
    years = np.arange(31) // 10
    assert value(run, "year").tolist() == years.tolist()
    assert value(run, "yearly").tolist() == years.tolist()
    assert value(run, "since").tolist() == (years >= 1).tolist()
    assert value(run, "at").tolist() == (np.arange(31) == 8).tolist()


def test_pulse_of_an_array_of_dates(tmp_path: Path) -> None:
    """PySD stops: it asks whether an array is true."""
    run = run_of(
        tmp_path,
        """
        date[Area] = 1, 2, 3
        once[Area] = PULSE(date[Area], 1)
        again[Area] = PULSE TRAIN(date[Area], 1, 2, 5)
        """,
        ranges=AREAS,
        end=5,
    )
    assert value(run, "once").T.tolist() == [
        [0, 1, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 1, 0, 0],
    ]
    assert value(run, "again").T.tolist() == [
        [0, 1, 0, 1, 0, 1],
        [0, 0, 1, 0, 1, 0],
        [0, 0, 0, 1, 0, 1],
    ]


def test_ramps_of_two_dimensions_keep_their_order(tmp_path: Path) -> None:
    """PySD swaps the dimensions: it gives ``ramped[low,north]``."""
    run = run_of(
        tmp_path,
        """
        slope[Area] = 1, 2, 3
        date[Kind] = 1, 2
        ramped[Area, Kind] = RAMP(slope[Area], date[Kind], 3)
        """,
        ranges=AREAS + "\nKind: low, high",
        end=4,
    )
    assert run["ramped"].dims[1:] == ("area", "kind")
    assert value(run, "ramped")[-1].tolist() == [[2, 1], [4, 2], [6, 3]]


def test_values_are_saved_when_the_step_does_not_meet_them(tmp_path: Path) -> None:
    """PySD saves at 0 and 3 only. Between two steps the path is a straight line."""
    run = run_with_controls(tmp_path, "level = INTEG(2, 1)", end=4, step=0.3, save=1)
    assert run["time"].values.tolist() == [0, 1, 2, 3, 4]
    assert value(run, "level").tolist() == pytest.approx([1, 3, 5, 7, 9], rel=1e-12)


@pytest.mark.parametrize(
    ("step", "save", "times"),
    [
        (0.25, 0.625, [0, 0.625, 1.25, 1.875, 2.5]),  # PySD: 0, 1.25, 2.5
        (0.5, 0.25, [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5]),  # PySD: by 0.5
        (0.75, 0.75, [0, 0.75, 1.5, 2.25]),  # PySD goes beyond the end, to 3
        (0.5, 1, [0, 1, 2]),
    ],
)
def test_times_of_saving(tmp_path: Path, step: float, save: float, times: list[float]) -> None:
    run = run_with_controls(tmp_path, "level = INTEG(2, 1)", end=2.5, step=step, save=save)
    assert run["time"].values.tolist() == pytest.approx(times, rel=1e-12)
    assert value(run, "level").tolist() == pytest.approx([1 + 2 * t for t in times], rel=1e-12)


def test_times_do_not_drift_in_a_long_run(tmp_path: Path) -> None:
    run = run_with_controls(tmp_path, "now = Time", end=1000, step=0.1, save=0.5)
    assert run["time"].size == 2001
    np.testing.assert_array_equal(run["time"].values, 0.5 * np.arange(2001))
    np.testing.assert_allclose(value(run, "now"), 0.5 * np.arange(2001), rtol=1e-15)


@pytest.mark.parametrize("save", [1, 2, 4])
def test_result_does_not_depend_on_what_is_saved(tmp_path: Path, save: float) -> None:
    """In PySD it does: a DELAY FIXED of a delay, and what uses a DELAY N, move with SAVEPER."""
    equations = """
        slow = DELAY1(Time, 2)
        fixed = DELAY FIXED(slow, 2, -1)
        first = DELAY FIXED(Time, 1, -1)
        second = DELAY FIXED(first, 1, -1)
        moving = 3+SIN(Time)
        ordered = DELAY N(Time, moving, 1.5, 3)
        level = INTEG(ordered, 0)
        held = SAMPLE IF TRUE(level > 4, level, -1)
        """
    often = run_of(tmp_path, equations, end=12)
    seldom = run_with_controls(tmp_path, equations, end=12, step=1, save=save)
    for name in ("fixed", "second", "level", "ordered", "held"):
        np.testing.assert_array_equal(value(seldom, name), value(often, name)[:: int(save)])
    # By hand: the delay of the first order is 0, 0, 0.5, 1.25, 2.125 at times 0 to 4.
    assert value(often, "slow")[:5].tolist() == [0, 0, 0.5, 1.25, 2.125]
    assert value(often, "fixed")[:7].tolist() == [-1, -1, 0, 0, 0.5, 1.25, 2.125]
    assert value(often, "second")[:5].tolist() == [-1, -1, 0, 1, 2]


def test_delay_within_a_delay_is_as_if_it_had_a_name(tmp_path: Path) -> None:
    """In PySD it is a step early: it updates the inner delay before the outer one reads it."""
    run = run_of(
        tmp_path,
        """
        slow = DELAY1(Time, 2)
        shifted = DELAY FIXED(Time, 2, -1)
        held = SAMPLE IF TRUE(Time = 2, DELAY1(Time, 2), -1)
        late = DELAY FIXED(DELAY1(Time, 2), 1, -1)
        later = DELAY FIXED(DELAY FIXED(Time, 2, -1), 2, -1)
        held named = SAMPLE IF TRUE(Time = 2, slow, -1)
        late named = DELAY FIXED(slow, 1, -1)
        later named = DELAY FIXED(shifted, 2, -1)
        """,
        end=6,
    )
    assert value(run, "slow").tolist() == [0, 0, 0.5, 1.25, 2.125, 3.0625, 4.03125]
    assert value(run, "held").tolist() == [-1, -1, 0.5, 0.5, 0.5, 0.5, 0.5]
    assert value(run, "late").tolist() == [-1, 0, 0, 0.5, 1.25, 2.125, 3.0625]
    assert value(run, "later").tolist() == [-1, -1, -1, -1, 0, 1, 2]
    for name in ("held", "late", "later"):
        assert value(run, name).tolist() == value(run, f"{name}_named").tolist()


# --- subscripts -------------------------------------------------------------------------------


def test_lookup_of_one_element_is_looked_up_with_an_array(tmp_path: Path) -> None:
    """PySD stops: the dimensions of the lookup and of the expression are not the same."""
    run = run_of(
        tmp_path,
        """
        factor[Kind] = 2, 5
        own[north]((0,0),(10,1))
        own[south]((0,1),(4,9),(10,5))
        own[east]((2,2),(5,7),(8,3))
        read[Kind] = own[south](Time*factor[Kind])
        """,
        ranges=AREAS + "\nKind: low, high",
        end=2,
    )
    assert (
        pytest.approx(np.array([[1, 5, 9], [1, 9 - 4 / 6, 5]]), rel=1e-14) == value(run, "read").T
    )


def test_lookup_defined_for_a_subrange(tmp_path: Path) -> None:
    """PySD stops: it does not know the subrange."""
    run = run_of(
        tmp_path,
        """
        part[north]((0,3),(10,1))
        part[Coast]((0,1),(10,5))
        read[Area] = part[Area](Time*5)
        """,
        ranges=AREAS + "\nCoast: south, east",
        end=2,
    )
    assert value(run, "read").T.tolist() == [[3, 2, 1], [1, 3, 5], [1, 3, 5]]


def test_mapping_names_the_element_for_each(tmp_path: Path) -> None:
    """PySD stops at a mapping that is written out."""
    run = run_of(
        tmp_path,
        "x[Area] = 1, 2, 3\ny[Shop] = x[Area]*10",
        ranges="Area: north, south, east -> (Shop: second, first, third)\n"
        "Shop: first, second, third",
        end=1,
    )
    assert value(run, "y").tolist() == [[20, 10, 30]] * 2


def test_range_with_a_copy_is_a_number(tmp_path: Path) -> None:
    """PySD stops when the name of the copy comes first in the alphabet."""
    run = run_of(tmp_path, "place[Kind] = Kind", ranges="Kind: low, high\nAlso <-> Kind", end=1)
    assert value(run, "place").tolist() == [[1, 2], [1, 2]]


def test_three_stages_of_three_elements(tmp_path: Path) -> None:
    """PySD stops when its arrays of states happen to begin with the same number."""
    run = run_of(
        tmp_path,
        """
        x[Area] = 1, 2, 3
        stock[Area] = INTEG(x[Area], 0)
        table[Area, Kind] = INTEG(stock[Area], 0)
        """,
        ranges=AREAS + "\nKind: low, high",
        end=3,
    )
    assert value(run, "table")[-1].tolist() == [[3, 3], [6, 6], [9, 9]]


def test_what_is_short_is_shared_by_request_among_equals(tmp_path: Path) -> None:
    profiles = "\n".join(
        f"""
        kind {kind}[Target, ptype] = {kind}
        kind {kind}[Target, ppriority] = 5
        kind {kind}[Target, pwidth] = 2
        kind {kind}[Target, pextra] = 0
        got {kind}[Target] = ALLOCATE AVAILABLE(asked[Target], kind {kind}[Target, ptype], Time)
        """
        for kind in (1, 2, 3, 4)
    )
    run = run_of(
        tmp_path,
        profiles
        + """
        asked[Target] = 4, 2, 2
        first[Target] = 3, 2, 1
        by turns[Target] = ALLOCATE BY PRIORITY(asked[Target], first[Target], 3, 1, Time)
        by half[Target] = ALLOCATE BY PRIORITY(asked[Target], first[Target], 3, 2, Time)
        """,
        ranges="Target: one, two, three\nProfile: ptype, ppriority, pwidth, pextra",
        end=10,
    )
    shares = np.minimum(np.arange(11.0), 8)[:, np.newaxis] * [0.5, 0.25, 0.25]
    for kind in (1, 2, 3, 4):
        assert value(run, f"got_{kind}") == pytest.approx(shares, abs=1e-6)
    turns = [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0], [4, 0, 0], [4, 1, 0], [4, 2, 0]]
    assert value(run, "by_turns")[:7].tolist() == pytest.approx(np.array(turns), abs=1e-12)
    # The second begins when the first has a half of 4; then they share 4 to 2.
    assert value(run, "by_half")[2].tolist() == pytest.approx([2, 0, 0], abs=1e-12)
    assert value(run, "by_half")[3].tolist() == pytest.approx([2 + 2 / 3, 1 / 3, 0], abs=1e-12)


# --- macros -----------------------------------------------------------------------------------


def test_delay_within_a_macro(tmp_path: Path) -> None:
    """PySD stops: its macros do not know TIME STEP."""
    run = run_with_macro(
        tmp_path,
        ":MACRO: LATE(x, y)\nLATE = DELAY3(x, y)+DELAY FIXED(x, 1, 2)\n~~|\n:END OF MACRO:",
        """
        here = LATE(Time, 3)
        there = DELAY3(Time, 3)+DELAY FIXED(Time, 1, 2)
        """,
        step=0.5,
        end=6,
    )
    np.testing.assert_array_equal(value(run, "here"), value(run, "there"))
    assert value(run, "here")[:3].tolist() == [2, 2, 0]


def test_macro_uses_the_control_variables(tmp_path: Path) -> None:
    """PySD stops at TIME STEP and FINAL TIME in a macro."""
    run = run_with_macro(
        tmp_path,
        ":MACRO: LEFT(x)\nLEFT = (FINAL TIME-Time)*x+TIME STEP ~~|\n:END OF MACRO:",
        "left = LEFT(2)",
        step=0.5,
        end=2,
    )
    assert value(run, "left").tolist() == [4.5, 3.5, 2.5, 1.5, 0.5]


def test_macro_uses_variables_of_the_model_by_a_dollar_sign(tmp_path: Path) -> None:
    """Vensim's way; `scale` without it is the macro's own. PySD stops."""
    run = run_with_macro(
        tmp_path,
        ":MACRO: GROW(scale)\nGROW = INTEG(scale/TIME STEP$, Scale$) ~~|\n:END OF MACRO:",
        """
        scale = 10
        grown = GROW(1)
        """,
        step=0.5,
        end=1,
    )
    assert value(run, "grown").tolist() == [10, 11, 12]


def test_macro_goes_before_a_function_of_its_name(tmp_path: Path) -> None:
    """PySD takes its own SMOOTH and MODULO."""
    run = run_with_macro(
        tmp_path,
        ":MACRO: SMOOTH(x, y)\nSMOOTH = x+y ~~|\n:END OF MACRO:\n"
        ":MACRO: MODULO(x, y)\nMODULO = x*y ~~|\n:END OF MACRO:",
        "both = SMOOTH(Time, 3)+MODULO(5, 2)",
        step=1,
        end=2,
    )
    assert value(run, "both").tolist() == [13, 14, 15]


OUTPUTS = """
:MACRO: ADD3(a, b, c : smallest, largest)
ADD3 = a+b+c ~~|
smallest = MIN(a, MIN(b, c)) ~~|
largest = INTEG(MAX(a, MAX(b, c)), 4) ~~|
:END OF MACRO:
"""


def test_macro_gives_several_outputs(tmp_path: Path) -> None:
    """The names after the colon are new variables of the model. PySD cannot read this form."""
    run = run_with_macro(
        tmp_path,
        OUTPUTS,
        """
        total = ADD3(Time, 2, 3-Time : the least, Greatest)*2
        spread = greatest-The least
        """,
        step=0.5,
        end=2,
    )
    assert value(run, "total").tolist() == [10] * 5
    assert value(run, "the_least").tolist() == [0, 0.5, 1, 1.5, 1]
    assert value(run, "greatest").tolist() == [4, 5.5, 6.75, 7.75, 8.75]
    assert value(run, "spread").tolist() == [4, 5, 5.75, 6.25, 7.75]


def test_macro_gives_outputs_with_subscripts(tmp_path: Path) -> None:
    """A smooth starts from its input, so the call stands twice in what PySD's parser reads."""
    run = run_with_macro(
        tmp_path,
        OUTPUTS,
        """
        Kind: left, right
        x[Kind] = 1, 2
        y[Kind] = SMOOTH(ADD3(x[Kind], Time, 1 : low[Kind], high[Kind]), 2)
        of one = ADD3(x[left], 5, 6 : least[left], most[left])
        of other = ADD3(x[right], 5, 6 : least[right], most[right])
        lowest[Kind] = low[Kind]+least[Kind]
        """,
        step=1,
        end=2,
    )
    assert value(run, "y").tolist() == [[2, 3], [2, 3], [2.5, 3.5]]
    assert value(run, "low").tolist() == [[0, 0], [1, 1], [1, 1]]
    assert value(run, "high").tolist() == [[4, 4], [5, 6], [6, 8]]
    assert value(run, "lowest").tolist() == [[1, 2], [2, 3], [2, 3]]


def test_macro_within_a_macro_gives_outputs(tmp_path: Path) -> None:
    run = run_with_macro(
        tmp_path,
        OUTPUTS
        + ":MACRO: TWICE(x : low)\nTWICE = ADD3(x, 2*x, 3 : low, high)+high ~~|\n:END OF MACRO:",
        "w = TWICE(Time : lowest)",
        step=0.5,
        end=1,
    )
    assert value(run, "w").tolist() == [7, 4.5 + 5.5, 6 + 7]
    assert value(run, "lowest").tolist() == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("total = ADD3(1, 2, 3 : other, b)", "has an equation and is an output of ADD3 in total"),
        ("total = ADD3(1, 2, 3 : b)", "takes 3, and 2 outputs after a colon"),
        ("total = ADD3(1, 2, 3 : 4, c)", "needs the name of a variable for each output"),
        ("total = ADD3(1, 2, 3 : c, c)", '"c" is defined twice'),
        ("total[Kind] = ADD3(x[Kind], 2, 3 : c, d)", "needs the subscripts of the macro's inputs"),
        ("total = SPLIT(1 : c)", 'the macro SPLIT has no equation for its output "rest"'),
    ],
)
def test_outputs_of_macros_that_cannot_be(tmp_path: Path, call: str, said: str) -> None:
    text = text_of("Kind: left, right\nx[Kind] = 1\nother = 1\n" + call)
    macros = OUTPUTS + ":MACRO: SPLIT(x : rest)\nSPLIT = x ~~|\n:END OF MACRO:\n"
    path = write(tmp_path, text.replace("{UTF-8}\n", "{UTF-8}\n" + macros))
    with pytest.raises(xhsim.ModelError, match=re.escape(said)) as caught:
        xhsim.load_model(path)
    assert caught.value.line


# --- random functions: no other engine has the same numbers, so distributions are tested ---------

RANDOM = """
half = 0.5
uniform[Area] = RANDOM UNIFORM(2, 5, 1)
plain[Area] = RANDOM 0 1()
normal[Area] = RANDOM NORMAL(-1, 4, 1, 2, 3)
exponential[Area] = RANDOM EXPONENTIAL(0.5, 6, 1, 2, 4)
twice[Area] = RANDOM UNIFORM(0, 1, 7)-RANDOM UNIFORM(0, 1, 7)
level = INTEG(RANDOM UNIFORM(-1, 1, 0), 0)
"""
DISTRIBUTIONS = {
    "uniform": stats.uniform(2, 3),
    "plain": stats.uniform(0, 1),
    "normal": stats.truncnorm(-1, 1.5, loc=1, scale=2),
    "exponential": stats.truncexpon(2.5, loc=1, scale=2),
    "twice": stats.triang(0.5, loc=-1, scale=2),
}


@pytest.fixture(scope="module")
def random_run(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    model = model_of(tmp_path_factory.mktemp("random"), RANDOM, ranges=AREAS, end=60)
    return model.run({"half": np.full(40, 0.5)}, method="euler", seed=5)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_random_function_has_its_distribution(random_run: xr.Dataset, name: str) -> None:
    values = value(random_run, name)
    assert stats.kstest(values.ravel(), DISTRIBUTIONS[name].cdf).pvalue > 1e-4
    # New at every step, for every element and in every draw.
    assert np.unique(values).size == values.size


def test_random_functions_repeat_with_their_seed(tmp_path: Path) -> None:
    model = model_of(tmp_path, RANDOM, ranges=AREAS, end=5)
    draws = {"half": np.full(3, 0.5)}
    first, again, other = (model.run(draws, method="euler", seed=seed) for seed in (1, 1, 2))
    for name in [*DISTRIBUTIONS, "level"]:
        np.testing.assert_array_equal(first[name].values, again[name].values)
        assert not np.array_equal(first[name].values, other[name].values)
    # A run of one draw is like the first of many: what is added does not move what was there.
    more = model.run({"half": np.full(9, 0.5)}, method="euler", seed=1, block=2)
    for name in DISTRIBUTIONS:
        np.testing.assert_array_equal(more[name].values[:3], first[name].values)


def test_random_functions_of_an_equation_do_not_repeat_each_other(random_run: xr.Dataset) -> None:
    paths = np.stack([value(random_run, name).ravel() for name in DISTRIBUTIONS])
    correlation = np.corrcoef(paths)
    assert np.abs(correlation - np.eye(len(paths))).max() < 0.06


# --- XMILE ------------------------------------------------------------------------------------

XMILE = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
  <header><vendor>xhsim</vendor><product version="1.0">tests</product></header>
  <sim_specs method="Euler"><start>0</start><stop>6</stop><dt>0.5</dt></sim_specs>
  <model><variables>
{variables}
  </variables></model>
</xmile>
"""
GRAPH = (
    '<aux name="{name}"><eqn>TIME - 1</eqn><gf type="{name}">'
    '<xscale min="0" max="4"/><ypts>1,3,2</ypts></gf></aux>'
)


def run_xmile(folder: Path, variables: str) -> xr.Dataset:
    path = write(folder, XMILE.format(variables=variables), "model.xmile")
    return xhsim.load_model(path).run(method="euler")


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("(-2)^2", 4),  # PySD: -4
        ("IF 1 = 2 and 1 = 2 or 1 = 1 THEN 1 ELSE 0", 1),  # PySD: 0
        # PySD cannot read the rest.
        ("DT*2", 1),
        ("STARTTIME + STOPTIME", 6),
        ("7 MOD 3", 1),
        ("LOG10(100)", 2),
        ("if 1 = 1 then 5 else 6", 5),
        ("2 {two} + 3", 5),
        ("2*PI", 2 * np.pi),
    ],
)
def test_xmile_expression(tmp_path: Path, equation: str, expected: float) -> None:
    run = run_xmile(tmp_path, f'<aux name="x"><eqn>{equation}</eqn></aux>')
    assert value(run, "x") == pytest.approx(np.full(13, expected), rel=1e-14)


def test_xmile_graph_within_a_variable_keeps_its_type(tmp_path: Path) -> None:
    """PySD takes every graph within a variable as continuous."""
    graphs = [GRAPH.format(name=name) for name in ("continuous", "discrete", "extrapolate")]
    run = run_xmile(tmp_path, "\n".join(graphs))
    assert value(run, "continuous").tolist() == [
        1, 1, 1, 1.5, 2, 2.5, 3, 2.75, 2.5, 2.25, 2, 2, 2,
    ]  # fmt: skip
    assert value(run, "discrete").tolist() == [1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 2, 2, 2]
    assert value(run, "extrapolate").tolist() == [
        0, 0.5, 1, 1.5, 2, 2.5, 3, 2.75, 2.5, 2.25, 2, 1.75, 1.5,
    ]  # fmt: skip


def test_sum_over_an_undefined_element_is_not_a_number(tmp_path: Path) -> None:
    # PySD leaves the element out of the sum and gives 1.5.
    model = model_of(
        tmp_path, "gap[north] = 1.5\nsum of gap = SUM(gap[Area!])", ranges="Area: north, south"
    )
    assert np.isnan(model.run()["sum_of_gap"].values).all()

"""Units: the algebra by its laws, the checker on small models that are right or wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import xhsim
from xhsim.engine.insight.units import UnitMismatch, check_units

HEAD = """{UTF-8}
INITIAL TIME = 2015 ~ year ~|
FINAL TIME = 2020 ~ year ~|
TIME STEP = 0.25 ~ year ~|
SAVEPER = 1 ~ year ~|
rent = 5 ~ CNY/m2/year ~|
floor = 7 ~ m2 ~|
delay = 2 ~ year ~|
share = 0.5 ~ dmnl ~|
points = 30 ~ percent ~|
hundred percent = 100 ~ percent ~|
curve((0,0),(1,1)) ~ dmnl ~|
"""


def mismatches(folder: Path, *equations: str) -> list[UnitMismatch]:
    """Check a model of the variables above and some more."""
    path = folder / "model.mdl"
    path.write_text(HEAD + "\n".join(equations) + "\n", encoding="utf-8")
    return check_units(xhsim.load_model(path).equations)


RIGHT = [
    "x = rent*floor ~ CNY/year ~|",
    "x = rent + 0 ~ CNY/m2/year ~|",
    "x = MAX(0, rent) ~ CNY/m2/year ~|",
    "x = 1 - share ~ dmnl ~|",
    "x = 12 ~ CNY ~|",
    "x = (rent/rent)^share ~ dmnl ~|",
    "x = floor^2 ~ m2^2 ~|",
    "x = floor^(1/2) ~ m2^(1/2) ~|",
    "x = SQRT(floor) ~ m2^(1/2) ~|",
    "x = floor^(-1) ~ 1/m2 ~|",
    "x = EXP(share*delay/delay) ~ dmnl ~|",
    "x = LN(floor/floor) ~ dmnl ~|",
    "x = hundred percent*share ~ percent ~|",
    "x = IF THEN ELSE(rent > 2*rent, floor, 2*floor) ~ m2 ~|",
    "x = curve(share) ~ dmnl ~|",
    "x = curve(Time) ~ dmnl ~|",
    "x = WITH LOOKUP(Time, ((2015,0),(2020,1))) ~ CNY ~|",
    "x = INTEG(floor/delay, floor) ~ m2 ~|",
    "x = INTEG(floor/delay, 12) ~ m2 ~|",
    "x = INITIAL(rent) ~ CNY/m2/year ~|",
    "x = SMOOTH(rent, delay) ~ CNY/m2/year ~|",
    "x = SMOOTH3I(rent, delay, 0) ~ CNY/m2/year ~|",
    "x = SMOOTHI(rent, delay, 3) ~ CNY/m2/year ~|",
    "x = DELAY3(floor/delay, delay) ~ m2/year ~|",
    "x = DELAY1I(floor, delay, 2*floor) ~ m2 ~|",
    "x = DELAY FIXED(floor, delay, 0) ~ m2 ~|",
    "x = SAMPLE IF TRUE(Time > 3*delay, floor, 0) ~ m2 ~|",
    "x = STEP(1, 2017) ~ dmnl ~|",
    "x = STEP(rent, delay) ~ CNY/m2/year ~|",
    "x = RAMP(floor/delay, 2016, 2018) ~ m2 ~|",
    "x = PULSE(2016, delay) ~ dmnl ~|",
    "x = ZIDZ(rent*floor, floor) ~ CNY/m2/year ~|",
    "x = XIDZ(rent, rent, share) ~ dmnl ~|",
    "x = ABS(-rent) ~ CNY/m2/year ~|",
    "x = Time - delay ~ year ~|",
    "x = TREND(floor, delay, 0) ~ 1/year ~|",
    "x = GET TIME VALUE(0, delay, 0) ~ year ~|",
    "x = GET TIME VALUE(0, 2, 0) ~ year ~|",
    "x = RANDOM 0 1() ~ dmnl ~|",
    "x = floor*RANDOM 0 1() ~ m2 ~|",
    "x = RANDOM UNIFORM(floor, 2*floor, 1) ~ m2 ~|",
    "x = XPULSE(2016, floor) ~ m2/year ~|",
    "x = XPULSE TRAIN(2016, delay, floor) ~ m2/year ~|",
]


@pytest.mark.parametrize("equation", RIGHT)
def test_right_models_pass(tmp_path: Path, equation: str) -> None:
    assert mismatches(tmp_path, equation) == []


WRONG = {
    "x = rent + floor ~ m2 ~|": (
        "+ combines rent (cny/m2/year) and floor (m2), which have different units",
    ),
    "x = rent - 1 ~ CNY/m2/year ~|": ("- combines rent (cny/m2/year) and 1 (dmnl)",),
    "x = rent*floor ~ CNY ~|": ("its equation is in cny/year, not in cny",),
    "x = MIN(rent, floor) ~ m2 ~|": ("MIN combines rent",),
    "x = share^floor ~ dmnl ~|": ("an exponent must be a plain number, not floor (m2)",),
    "x = floor^share ~ m2 ~|": ("floor (m2) is raised to share, which varies: write a number",),
    "x = EXP(rent) ~ dmnl ~|": ("an argument of EXP must be a plain number, not rent",),
    "x = LN(floor) ~ dmnl ~|": ("an argument of LN must be a plain number, not floor",),
    "x = 100*share ~ percent ~|": ("its equation is in dmnl, not in percent",),
    "x = points + share ~ percent ~|": ("points (percent) and share (dmnl)",),
    "x = IF THEN ELSE(rent > floor, rent, rent) ~ CNY/m2/year ~|": ("> combines rent",),
    "x = IF THEN ELSE(rent > rent, rent, floor) ~ m2 ~|": ("IF THEN ELSE combines rent",),
    "x = curve(share) ~ CNY ~|": ("its equation is in dmnl, not in cny",),
    "x = INTEG(floor, floor) ~ m2 ~|": ("its flow is in m2, not in m2/year",),
    "x = INTEG(floor/delay, rent) ~ m2 ~|": ("its initial value is in cny/m2/year, not in m2",),
    "x = SMOOTH(rent, delay) ~ m2 ~|": ("its equation is in cny/m2/year, not in m2",),
    "x = SMOOTH(rent, share) ~ CNY/m2/year ~|": ("its flow is in cny/m2/year, not in",),
    "x = DELAY3(rent, delay) ~ CNY ~|": ("its equation is in cny/m2/year, not in cny",),
    "x = DELAY1(rent, floor) ~ CNY/m2/year ~|": ("its flow is in",),
    "x = DELAY FIXED(floor, share, 0) ~ m2 ~|": ("its delay time is in dmnl, not in year",),
    "x = STEP(rent, floor) ~ CNY/m2/year ~|": ("STEP has floor (m2) where a time in year",),
    "x = RAMP(floor, 2016, 2018) ~ m2 ~|": ("its equation is in m2*year, not in m2",),
    "x = PULSE(floor, delay) ~ dmnl ~|": ("PULSE has floor",),
    "x = ZIDZ(rent, floor) ~ CNY/m2/year ~|": ("its equation is in",),
    "x = XIDZ(rent, rent, floor) ~ dmnl ~|": ("XIDZ combines",),
    "x = SQRT(floor) ~ m2 ~|": ("its equation is in m2^(1/2), not in m2",),
    "x = Time + share ~ year ~|": ("+ combines Time (year) and share (dmnl)",),
    "x = GET TIME VALUE(0, 0, 0) ~ m2 ~|": ("its equation is in year, not in m2",),
    "x = GET TIME VALUE(0, floor, 0) ~ year ~|": ("GET TIME VALUE has floor (m2) where a time",),
    "x = RANDOM 0 1() ~ m2 ~|": ("its equation is in dmnl, not in m2",),
    "x = RANDOM UNIFORM(floor, rent, 1) ~ m2 ~|": ("RANDOM UNIFORM combines floor (m2) and rent",),
    "x = XPULSE(floor, rent*delay) ~ CNY/m2/year ~|": ("PULSE has floor (m2) where a time",),
    "x = XPULSE(2016, floor) ~ m2 ~|": ("its equation is in m2/year, not in m2",),
    "x = rent ~ ~|": ("it has no unit",),
    "x = rent ~ CNY/ ~|": ('"CNY/" is not a unit',),
}


@pytest.mark.parametrize(("equation", "words"), WRONG.items())
def test_wrong_models_fail_and_say_why(
    tmp_path: Path, equation: str, words: tuple[str, ...]
) -> None:
    found = [str(m) for m in mismatches(tmp_path, equation)]
    assert len(found) == 1, found
    assert found[0].startswith("line 13: ")
    assert 'x": ' in found[0]
    for word in words:
        assert word in found[0]


def test_sums_over_a_range(tmp_path: Path) -> None:
    ranges = ("Zone: North, South ~~|", "size[Zone] = 1, 2 ~ m2 ~|")
    right = mismatches(tmp_path, *ranges, "x = SUM(size[Zone!]) ~ m2 ~|")
    wrong = mismatches(tmp_path, *ranges, "x = SUM(size[Zone!]*rent) ~ m2 ~|")
    assert right == []
    assert [m.variable for m in wrong] == ["x"]


def test_each_equation_is_told_of_by_itself(tmp_path: Path) -> None:
    found = mismatches(
        tmp_path, "x = rent + floor ~ m2 ~|", "y = x ~ CNY ~|", "z = x*floor ~ m2^2 ~|"
    )
    assert [(m.variable, m.line) for m in found] == [("x", 13), ("y", 14)]


def test_the_model_is_clean(root: Path) -> None:
    assert check_units(xhsim.load_model(root / "model" / "xuhui.mdl").equations) == []

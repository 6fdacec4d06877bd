"""Dimensions of XMILE, and the subscripts of whole arrays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.models import write
from tests.engine.reading.xmile.texts import (
    Y,
    aux,
    component_of,
    of_region,
    read,
    text_of,
)
from xhsim.engine.language.syntax import Call, Name, Number, NumberArray, Range
from xhsim.engine.reading import read_model
from xhsim.errors import ModelError


def test_dimensions(tmp_path: Path) -> None:
    assert read(tmp_path, aux("1")).ranges == (
        Range("Region", ("north", "far south"), (), 2),
        Range("N", ("1", "2", "3"), (), 2),
    )


def test_lists_of_numbers(tmp_path: Path) -> None:
    text = '<aux name="a"><dimensions><dim name="N"/></dimensions><eqn>1, 2, 3</eqn></aux>'
    assert component_of(tmp_path, text).expression == NumberArray((1.0, 2.0, 3.0), (3,))
    text = (
        '<aux name="a"><dimensions><dim name="Region"/><dim name="N"/></dimensions>'
        "<eqn>1,2,3;4,5,6;</eqn></aux>"
    )
    assert component_of(tmp_path, text).expression == NumberArray(
        (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (2, 3)
    )


WHOLE = {
    "x + y": Call("add", (Name("x", ("Region",)), Y)),
    "x[north]": Name("x", ("north",)),
    "x[far_south]": Name("x", ("far_south",)),
    "w[Region, 2]": Name("w", ("Region", "2")),
    "SUM(x)": Call("sum", (Name("x", ("Region!",)),)),
    "SUM(x[*])": Call("sum", (Name("x", ("Region!",)),)),
    "SUM(x*x[*])": Call(
        "sum", (Call("multiply", (Name("x", ("Region!",)), Name("x", ("Region!",)))),)
    ),
    "MIN(2*x)": Call("vmin", (Call("multiply", (Number(2.0), Name("x", ("Region!",)))),)),
    "SUM(w[Region, *])": Call("sum", (Name("w", ("Region", "N!")),)),
    "MAX(x)": Call("vmax", (Name("x", ("Region!",)),)),
    "MAX(x, y)": Call("max", (Name("x", ("Region",)), Y)),
    "curves(y)": Call("look_up", (Name("curves", ("Region",)), Y)),
    "curves[north](y)": Call("look_up", (Name("curves", ("north",)), Y)),
}


@pytest.mark.parametrize("equation", WHOLE)
def test_whole_arrays_get_subscripts(tmp_path: Path, equation: str) -> None:
    others = (
        of_region("x", "<eqn>1</eqn>")
        + '<aux name="w"><dimensions><dim name="Region"/><dim name="N"/></dimensions>'
        "<eqn>1</eqn></aux>" + of_region("curves", "<xpts>0,1</xpts><ypts>5,6</ypts>", "gf")
    )
    text = of_region("z", f"<eqn>{equation}</eqn>") + others
    assert component_of(tmp_path, text).expression == WHOLE[equation]


VARIABLES = {
    "star": (aux("x[*]") + of_region("x", "<eqn>1</eqn>"), "a * outside SUM"),
    "range": (aux('x[north:"far south"]') + of_region("x", "<eqn>1</eqn>"), "only within SUM"),
    "no range": (aux("SUM(x[north:east])") + of_region("x", "<eqn>1</eqn>"), "no elements north"),
    "computed": (aux("x[1+1, 2]") + of_region("x", "<eqn>1</eqn>"), "2 subscripts but 1"),
    "no graph": (aux("LOOKUPMEAN(x)") + of_region("x", "<eqn>1</eqn>"), "a graphical function"),
    "no array": (aux("RANK(3, 1)"), "RANK takes an array"),
    "other array": (
        aux("RANK(x, 1, y)")
        + of_region("x", "<eqn>1</eqn>")
        + '<aux name="y"><dimensions><dim name="N"/></dimensions><eqn>1</eqn></aux>',
        "a second one of the same dimensions",
    ),
    "subscripts": (of_region("z", "<eqn>z[north,north]</eqn>"), "2 subscripts but 1 dimensions"),
    "not arrayed": (aux("z[north]"), "1 subscripts but 0 dimensions"),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variable_refused(tmp_path: Path, name: str) -> None:
    text, words = VARIABLES[name]
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert caught.value.line == 4
    assert "\n" not in str(caught.value)


FILES = {
    "huge dimension": (
        text_of(aux("1"), more='<dimensions><dim name="H" size="99999999999"/></dimensions>'),
        "more than 100,000",
    ),
    "empty dimension": (
        text_of(aux("1"), more='<dimensions><dim name="H"/></dimensions>'),
        "has no elements",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_file_refused(tmp_path: Path, name: str) -> None:
    text, words = FILES[name]
    path = write(tmp_path, text, "model.xmile")
    with pytest.raises(ModelError) as caught:
        read_model(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))

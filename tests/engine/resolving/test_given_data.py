"""Data variables that get their values from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import model_of, text_of, value, write
from xhsim.errors import InputError

RANGES = "Area: North, south"
EQUATIONS = """
    price
    rain[Area] :HOLD BACKWARD:
    x = price*2+other
    y[Area] = rain[Area]
    """
TABLE = """Time,Price,"rain[north]",rain[SOUTH],Other,unused
0,1,5,1,2,9
2,3,,,4,9
4,5,7,2,6,9
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write(tmp_path, text_of(EQUATIONS, ranges=RANGES, end=4))


def test_values_come_from_files_and_the_last_file_counts(model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    (tmp_path / "b.dat").write_text("rain[south]\n0\t8\n")
    run = xhsim.load_model(model, data=tmp_path / "a.csv").run(method="euler")
    np.testing.assert_allclose(value(run, "price"), [1, 2, 3, 4, 5])
    np.testing.assert_allclose(value(run, "x"), [4, 7, 10, 13, 16])  # "other" is defined nowhere
    np.testing.assert_allclose(value(run, "y"), [[5, 1], [5, 1], [5, 1], [5, 1], [7, 2]])
    both = [str(tmp_path / name) for name in ("a.csv", "b.dat")]
    run = xhsim.load_model(model, data=both).run(method="euler")
    np.testing.assert_allclose(value(run, "y")[:, 1], 8)


def test_elements_without_values_are_named(model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Time,price,rain[north],other\n0,1,5,2\n")
    with pytest.warns(UserWarning, match=r"no values for rain\[south\]"):
        loaded = xhsim.load_model(model, data=[tmp_path / "a.csv"])
    assert np.isnan(value(loaded.run(), "y")[:, 1]).all()


def test_a_file_that_does_not_fit(model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Time,prise\n0,1\n")
    words = r'none of its 1 series \("prise"\).*needs "price", "rain". did you mean "prise"'
    with pytest.raises(InputError, match=words):
        xhsim.load_model(model, data=tmp_path / "a.csv")
    (tmp_path / "full.mdl").write_text(text_of("prise = 1"))
    with pytest.raises(InputError, match="no data variable that lacks values"):
        xhsim.load_model(tmp_path / "full.mdl", data=tmp_path / "a.csv")


def test_a_near_name_is_pointed_out(model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Time,price,rain north,other\n0,1,5,2\n")
    with pytest.warns(UserWarning, match='for rain .did you mean "rain north", which is in'):
        xhsim.load_model(model, data=[tmp_path / "a.csv"])
    with pytest.raises(InputError, match="a path or a list of paths"):
        xhsim.load_model(model, data=[3])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("price,Price,unused\n0,1,2,3\n", 'named alike: "price" and "Price"'),
        ("price,unused\n0,abc,1\n2,4,5\n", 'a.csv: "price" has "abc" in row 2'),
        ("price,other,unused,unused\n0,1,1,abc,1\n2,4,5,5,2\n", None),
    ],
)
def test_what_a_variable_cannot_use_is_refused(
    model: Path, tmp_path: Path, rows: str, words: str | None
) -> None:
    (tmp_path / "a.csv").write_text(f"time,{rows}")
    if words is None:
        xhsim.load_model(model, data=tmp_path / "a.csv")
        return
    with pytest.raises(InputError, match=words):
        xhsim.load_model(model, data=tmp_path / "a.csv")


def test_a_run_names_all_that_is_missing(tmp_path: Path) -> None:
    loaded = model_of(tmp_path, "price\nrain\ncost\nx = price+rain\ny = cost\nz = 1")
    words = r'these data variables have no values: "price", "rain". .*data=\["file.csv"\]'
    with pytest.raises(InputError, match=words):
        loaded.run(outputs=["x"])
    assert value(loaded.run(outputs=["z"]), "z")[0] == 1

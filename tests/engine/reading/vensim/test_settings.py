"""The integration method that a Vensim file asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xhsim
from tests.engine.models import text_of, value, write
from tests.places import ROOT
from xhsim.engine.reading.vensim.settings import method_in

SETTINGS = (
    "\\\\\\---/// Sketch information\nV300\n///---\\\\\\\n:L{}<%^E!@\n9:Current\n15:{}\n19:100,0\n"
)


@pytest.mark.parametrize(
    ("line", "method"),
    [
        ("0,0,0,0,0,0", "euler"),
        ("0,0,0,1,0,0", "rk4-auto"),
        ("0,0,0,2,0,0", "difference"),
        ("0,0,0,3,0,0", "rk2-auto"),
        ("0,0,0,4,0,0", "rk2"),
        ("1,1,1,5,1,1", "rk4"),
        ("0,0,0,6,0,0", "euler"),
        ("0,0,0", "euler"),
        ("0,0,0,-1", "euler"),
        ("0,0,0," + "9" * 10_000, "euler"),
    ],
)
@pytest.mark.parametrize("mark", ["", "\x7f"])
def test_method_by_its_number(line: str, method: str, mark: str) -> None:
    assert method_in("x = 1 ~~|\n" + SETTINGS.format(mark, line)) == method


def test_a_file_that_says_nothing_means_euler() -> None:
    assert method_in("15:0,0,0,5,0,0\n") == "euler"  # outside the settings
    assert method_in("") == "euler"


def test_a_run_follows_the_file_and_an_argument_the_caller(tmp_path: Path) -> None:
    text = text_of("x = INTEG(-x, 1)", end=1, step=0.5)
    found = {}
    for number in (0, 4, 5):
        path = write(tmp_path, text + SETTINGS.format("", f"0,0,0,{number},0,0"), f"{number}.mdl")
        model = xhsim.load_model(path)
        found[model.method] = [float(value(model.run(), "x")[-1])]
        found[model.method] += [float(value(model.run(method=name), "x")[-1]) for name in found]
        several = model.run({"INITIAL TIME": np.zeros(3)})
        assert np.ptp(value(several, "x")[:, -1]) == 0
        assert value(several, "x")[0, -1] == found[model.method][0]
    rk4 = (1 - 0.5 + 0.125 - 0.125 / 6 + 0.0625 / 24) ** 2
    assert found["euler"] == [0.25, 0.25]
    assert found["rk2"] == [0.625**2, 0.25, 0.625**2]
    assert found["rk4"] == pytest.approx([rk4, 0.25, 0.625**2, rk4], rel=1e-15)


def test_the_model_of_xuhui_asks_for_the_fourth_order() -> None:
    assert xhsim.load_model(ROOT / "model" / "xuhui.mdl").method == "rk4"
